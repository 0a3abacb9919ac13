// The screens, at the bottom on a phone, at the side on a wide page.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model, Screen } from "../../model.js" */
/** @import { IconName } from "../icon/icon.js" */

/** @type {[Screen & IconName, string][]} */
const SCREENS = [
  ["now", "Now"],
  ["queue", "Queue"],
  ["library", "Library"],
  ["compare", "Compare"],
  ["radio", "Radio"],
  ["house", "House"],
];

/** @param {{ model: Model, actions: Actions }} props */
export function Tabs({ model, actions }) {
  return html`<nav class="tabs" aria-label="Screens">
    <img class="tabs-mark" src="/icon.svg" alt="" width="44" height="44" />
    ${SCREENS.map(
      ([screen, label]) => html`<button key=${screen} class="tab" aria-current=${model.screen.value === screen ? "page" : undefined}
        onClick=${() => actions.show(screen)}><${Icon} name=${screen} /><span>${label}</span></button>`,
    )}
  </nav>`;
}
