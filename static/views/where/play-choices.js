// Part of a menu: play these, next, or later; on this device alone or in the room. Begins with the place where one listens.

import { html, useSignal } from "../../vendor/vendor.js";

/** @import { Actions, Model, Place } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, trackIds: string[], at?: number, onClose: () => void }} props at: where "Play" begins */
export function PlayChoices({ model, actions, trackIds, at = 0, onClose }) {
  const place = useSignal(model.place.value);
  const where = place.value;
  const segment = (/** @type {Place} */ is, /** @type {string} */ label) =>
    html`<button aria-pressed=${where === is} onClick=${() => (place.value = is)}>${label}</button>`;
  const then = (/** @type {() => void} */ work) => () => (work(), onClose());
  return html`<div class="segments" role="group" aria-label="Where">${segment("solo", model.thisDevice.value)}${segment("room", model.roomName.value ?? "House")}</div>
    <button onClick=${then(() => actions.playAt(where, trackIds, at))}>Play</button>
    <button onClick=${then(() => actions.playNextAt(where, trackIds))}>Play next</button>
    <button onClick=${then(() => actions.addAt(where, trackIds))}>Add to the queue</button>`;
}
