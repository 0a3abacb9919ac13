// Theirs or mine: somebody else was later, or faster, with the same thing. It stays until one has chosen.

import { html } from "../../vendor/vendor.js";

/** @import { Model } from "../../model.js" */

/** @param {{ model: Model }} props */
export function Conflicts({ model }) {
  return html`<div class="conflicts" role="region" aria-label="To be decided" aria-live="polite">
    ${model.conflicts.value.map(
      ({ id, title, detail, theirs, mine }) => html`<section class="conflict" key=${id} aria-label=${title}>
        <strong>${title}</strong>
        <p class="soft">${detail}</p>
        <div class="form-buttons">
          <button onClick=${mine.run}>${mine.label}</button>
          <button class="primary" onClick=${theirs.run}>${theirs.label}</button>
        </div>
      </section>`,
    )}
  </div>`;
}
