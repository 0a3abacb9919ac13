// Where this device listens: alone, or together with others in a room. One tap goes there; the last button leads to the devices.

import { html, useEffect, useRef } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Where({ model, actions }) {
  const alone = model.place.value === "solo";
  const here = model.session.value?.room;
  const row = useRef(/** @type {HTMLElement | null} */ (null));
  // With many rooms the row scrolls: where one is stays in sight.
  useEffect(() => row.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "center" }), [alone, here]);
  return html`<div class="where" role="group" aria-label="Where this device listens">
    <div class="where-places" ref=${row}>
      <button aria-pressed=${alone} onClick=${actions.listenAlone}><${Icon} name="phone" />${model.thisDevice.value}</button>
      ${model.state.value.rooms.map(
        ({ id, name }) => html`<button key=${id} aria-label=${`Listen together: ${name}`} aria-pressed=${!alone && id === here} onClick=${() => actions.listenIn(id)}><${Icon} name="speaker" />${name}</button>`,
      )}
    </div>
    <button class="round" aria-label="Devices" aria-haspopup="dialog" onClick=${() => actions.showDevices(true)}><${Icon} name="devices" /></button>
  </div>`;
}
