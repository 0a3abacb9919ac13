// What a station plays at this moment: the track and how far it is; and the Now screen of a device that hears the radio.

import { html } from "../../vendor/vendor.js";
import { artistOf, clockTime, titleOf, trackOf } from "../../lib/format.js";
import { airing } from "../../sync/radio.js";
import { Cover } from "../cover/cover.js";
import { Star } from "../star/star.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { NamedTrack, Station } from "../../sync/protocol.js" */

/** The track on the air, for lists and covers. @param {Model} model @param {Station} station */
export function airedTrack(model, station) {
  const on = airing(station.now, model.serverMs.value);
  const named = on?.track ?? (station.now.onAir ? station.now.track : null);
  return named ? known(model, named) : undefined;
}

/** @param {{ model: Model, station: Station }} props */
export function OnAir({ model, station }) {
  const on = airing(station.now, model.serverMs.value);
  if (!on) return html`<div class="on-air"><progress max="1" value="0" aria-label="Position"></progress><p class="on-air-times"><span>${station.now.onAir ? " " : offAir(station)}</span></p></div>`;
  const length = on.endsAt - on.startedAt;
  const at = Math.max(0, Math.min(length, model.serverMs.value - on.startedAt));
  return html`<div class="on-air">
    <progress max="1" value=${length > 0 ? at / length : 0} aria-label="Position"></progress>
    <p class="on-air-times"><span>${on.next && `Next: ${titleOf(known(model, on.next))}`}</span><span>−${clockTime((length - at) / 1000)}</span></p>
  </div>`;
}

/** @param {{ model: Model, actions: Actions }} props */
export function OnAirNow({ model, actions }) {
  const station = model.station.value;
  if (!station) return null;
  const track = airedTrack(model, station);
  return html`<main class="now">
    <div class="now-cover"><${Cover} track=${track} size=${440} big /></div>
    <div class="now-side">
      <div class="now-words">
        <p class="eyebrow">Radio · ${station.name}</p>
        <div class="now-title">
          <h1 data-testid="title">${titleOf(track)}</h1>
          ${track && html`<${Star} model=${model} actions=${actions} id=${track.trackId} title=${titleOf(track)} />`}
        </div>
        <p>${artistOf(track)}</p>
      </div>
      <${OnAir} model=${model} station=${station} />
      <button class="primary" onClick=${actions.leaveRadio}>Back to the room</button>
      <button onClick=${() => actions.skipOnAir(station.stationId)}>Skip for everybody</button>
    </div>
  </main>`;
}

/** @param {Model} model @param {NamedTrack} named */
function known(model, named) {
  return model.tracks.value.get(named.trackId) ?? trackOf(named);
}

/** @param {Station} station */
function offAir({ trackCount, now }) {
  if (trackCount === 0) return "Nothing to play";
  if (!now.changesAt) return "Off the air";
  return `On the air at ${new Date(now.changesAt * 1000).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" })}`;
}
