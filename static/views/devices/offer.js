// What another device of mine plays, or was left with: a line at the top that offers to go on with it here.

import { html } from "../../vendor/vendor.js";
import { clockTime } from "../../lib/format.js";
import { Icon } from "../icon/icon.js";
import { named } from "./devices.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Offer({ model, actions }) {
  const device = model.elsewhereOffer.value;
  if (!device?.playback || model.own.value.sounding) return null;
  const { mode, positionSec } = device.playback;
  const name = device.name || "Another device";
  return html`<div class="banner offer" role="status">
    <span>${name} ${mode === "playing" ? "is" : "was left"} at ${clockTime(positionSec)} in ${named(model, device.playback)}</span>
    <button class="plain" onClick=${() => actions.own.continueHere(device.clientId)}>Continue here</button>
    <button class="round" aria-label="Not now" onClick=${() => (model.elsewhereOffer.value = null)}><${Icon} name="close" /></button>
  </div>`;
}
