// Who listens in this room, who is still loading, and how well each is in step.

import { html } from "../../vendor/vendor.js";
import { percent } from "../../lib/format.js";

/** @import { Listener } from "../../sync/protocol.js" */
/** @import { Model } from "../../model.js" */

/** @param {{ model: Model }} props */
export function Listeners({ model }) {
  const listeners = model.session.value?.clients ?? [];
  if (listeners.length === 0) return html`<p class="soft listeners-none">Nobody listens in this room.</p>`;
  return html`<ul class="listeners" tabindex="0" aria-label="Devices in the room">
    ${listeners.map(
      (each) => html`<li key=${each.clientId} data-ready=${each.ready}>
        <span class="dot" aria-hidden="true"></span>
        <span>${each.name || "A device"}${each.clientId === model.me.value ? " (this one)" : ""}</span>
        <span class="soft">${how(each)}</span>
      </li>`,
    )}
  </ul>`;
}

/** @param {Listener} listener */
function how({ ready, fraction, errorMs }) {
  if (!ready) return fraction > 0 ? percent(fraction) : "getting ready";
  return errorMs === null || errorMs === undefined ? "ready" : `in step within ${Math.max(1, Math.round(errorMs))} ms`;
}
