// Bringing this device in step by ear: it clicks together with every other device that has this open, and is moved until they
// sound as one.

import { html } from "../../vendor/vendor.js";
import { NUDGE_MAX_MS, OUTPUTS } from "../../sync/nudge.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Output } from "../../sync/nudge.js" */
/** @import { Actions, Model } from "../../model.js" */

const STEPS = [-10, -1, 1, 10];

/** @param {{ model: Model, actions: Actions }} props */
export function Ear({ model, actions }) {
  const { output, ms } = model.nudge.value;
  const ticking = model.ticking.value;
  return html`<${Sheet} title="In step by ear" onClose=${() => actions.showEar(false)}>
    <p class="soft sheet-words">Open this on two devices and start both. Move one of them until the clicks sound as one.</p>
    <button class="primary" aria-pressed=${ticking} onClick=${actions.tick}>${ticking ? "Stop the clicks" : "Start the clicks"}</button>
    <label class="whose">Heard by
      <select aria-label="Heard by" value=${output} onChange=${(/** @type {any} */ event) => actions.chooseOutput(/** @type {Output} */ (event.currentTarget.value))}>
        ${Object.entries(OUTPUTS).map(([name, words]) => html`<option key=${name} value=${name} selected=${name === output}>${words}</option>`)}
      </select>
    </label>
    <p class="sheet-words" role="status" data-testid="nudge">${nudgeWords(ms)}</p>
    <div class="segments" role="group" aria-label="Move this device">
      ${STEPS.map((step) => html`<button key=${step} aria-label=${`${Math.abs(step)} ms ${step > 0 ? "earlier" : "later"}`}
        disabled=${Math.abs(ms + step) > NUDGE_MAX_MS} onClick=${() => actions.nudgeTo(ms + step)}>${step > 0 ? `+${step}` : `−${-step}`}</button>`)}
    </div>
    ${ms !== 0 && html`<button onClick=${() => actions.nudgeTo(0)}>Back to what the browser says</button>`}
  <//>`;
}

/** @param {number} ms */
export function nudgeWords(ms) {
  return ms === 0 ? "As the browser says" : `${Math.abs(ms)} ms ${ms > 0 ? "earlier" : "later"}`;
}
