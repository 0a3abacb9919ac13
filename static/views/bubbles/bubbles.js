// Short news at the edge of the page: a refused command and what had changed, a format that cannot be played.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Bubbles({ model, actions }) {
  return html`<div class="bubbles" role="status" aria-live="polite">
    ${model.bubbles.value.map(
      ({ id, title, detail, action }) => html`<div class="bubble" key=${id}>
        <div><strong>${title}</strong>${detail && html`<span>${detail}</span>`}</div>
        ${action && html`<button class="plain" onClick=${() => (action.run(), actions.dismiss(id))}>${action.label}</button>`}
        <button class="round" aria-label="Dismiss" onClick=${() => actions.dismiss(id)}><${Icon} name="close" /></button>
      </div>`,
    )}
  </div>`;
}
