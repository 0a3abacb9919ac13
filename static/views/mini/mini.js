// What plays, in one line, on the screens that are about something else.

import { html, useComputed } from "../../vendor/vendor.js";
import { artistOf, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { airedTrack } from "../radio/on-air.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Station } from "../../sync/protocol.js" */

/** @typedef {{ model: Model, actions: Actions }} Props */

/** @param {Props & { station: Station }} props */
function OnAirMini({ model, actions, station }) {
  const track = airedTrack(model, station);
  return html`<section class="mini" aria-label="On the radio">
    <button class="mini-track" onClick=${() => actions.show("radio")}>
      <${Cover} track=${track} size=${44} />
      <span class="row-words"><strong>${track ? titleOf(track) : station.name}</strong><span class="soft">${station.name}</span></span>
    </button>
    <button class="round" aria-label="Back to the room" onClick=${actions.leaveRadio}><${Icon} name="close" /></button>
  </section>`;
}

/** How far the track is, for the eye alone: Now has it in figures. @param {{ model: Model }} props */
function Far({ model }) {
  // By steps that an eye sees, not four times a second.
  const percent = useComputed(() => Math.round(Math.min(1, model.positionSec.value / (model.durationSec.value || Infinity)) * 250) / 2.5);
  return html`<span class="mini-far" aria-hidden="true" style=${{ "--fill": `${percent.value}%` }}></span>`;
}

/** @param {Props} props */
export function Mini({ model, actions }) {
  if (model.station.value) return html`<${OnAirMini} model=${model} actions=${actions} station=${model.station.value} />`;
  const track = model.current.value;
  if (!model.playable.value) return null;
  const running = model.running.value;
  return html`<section class="mini" aria-label="Now playing">
    <button class="mini-track" onClick=${() => actions.show("now")}>
      <${Cover} track=${track} size=${44} />
      <span class="row-words"><strong>${titleOf(track)}</strong><span class="soft">${artistOf(track)}</span></span>
    </button>
    <button class="round previous" aria-label="Previous" onClick=${actions.previous}><${Icon} name="previous" /></button>
    <button class="round" aria-label=${running ? "Pause" : "Play"} onClick=${actions.playOrPause}><${Icon} name=${running ? "pause" : "play"} /></button>
    <button class="round" aria-label="Next" onClick=${actions.next}><${Icon} name="next" /></button>
    <${Far} model=${model} />
  </section>`;
}
