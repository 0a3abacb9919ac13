// On a wide page, beside Now: what comes next, in the room or on this device alone.

import { html, useSignal } from "../../vendor/vendor.js";
import { titleOf } from "../../lib/format.js";
import { Icon } from "../icon/icon.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { EntryMenu } from "./own-queue.js";
import { TrackMenu } from "./track-menu.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Beside({ model, actions }) {
  const chosen = useSignal(/** @type {string | null} */ (null));
  const alone = model.place.value === "solo";
  const { queue: own, queueIndex } = model.own.value;
  const coming = alone ? own.slice(queueIndex + 1) : model.queue.value.slice(1);
  const [tracks, kept] = [model.tracks.value, model.kept.value];
  if (coming.length === 0) return null;
  /** @param {number} at */
  const row = (at) => {
    const trackId = coming[at];
    const track = tracks.get(trackId);
    return html`<${Row} key=${trackId} trackId=${trackId} track=${track} kept=${kept.has(trackId)}>
      <button class="round" aria-label=${`More: ${titleOf(track)}`} aria-haspopup="dialog" onClick=${() => (chosen.value = trackId)}><${Icon} name="more" /></button>
    <//>`;
  };
  const close = () => (chosen.value = null);
  return html`<aside class="beside" aria-label="What comes next">
    <header class="beside-head"><h2>Next</h2><button class="plain" onClick=${() => actions.show("queue")}>Whole queue</button></header>
    <${Windowed} count=${coming.length} rowHeight=${ROW_HEIGHT} label="Next" row=${row} />
    ${chosen.value && (alone
      ? html`<${EntryMenu} model=${model} actions=${actions} at=${own.indexOf(chosen.value)} onClose=${close} />`
      : html`<${TrackMenu} model=${model} actions=${actions} trackId=${chosen.value} onClose=${close} />`)}
  </aside>`;
}
