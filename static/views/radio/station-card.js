// One station: what is on, tune in, skip, and behind "more" its address for other players.

import { html, useRef, useSignal } from "../../vendor/vendor.js";
import { artistOf, counted, titleOf } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Cover } from "../cover/cover.js";
import { Icon } from "../icon/icon.js";
import { sourceWords } from "../source/source.js";
import { hoursWords } from "./hours.js";
import { airedTrack, OnAir } from "./on-air.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Station } from "../../sync/protocol.js" */

/** @typedef {{ model: Model, actions: Actions, station: Station, edit: () => void }} Props */

/** @param {Props} props */
export function StationCard({ model, actions, station, edit }) {
  const open = useSignal(false);
  const tuned = model.tuned.value === station.stationId;
  const track = airedTrack(model, station);
  const silent = !station.now.onAir;
  const offline = model.link.value.status !== "live";
  return html`<section class="card station" data-tuned=${tuned} data-station=${station.stationId} data-on=${track?.trackId} aria-label=${station.name}>
    <div class="station-head">
      <${Cover} track=${track} size=${96} />
      <div class="station-words">
        <h2>${station.name}</h2>
        <strong>${track ? titleOf(track) : " "}</strong>
        <span class="soft">${artistOf(track) || " "}</span>
      </div>
    </div>
    <${OnAir} model=${model} station=${station} />
    <div class="station-buttons">
      ${tuned
        ? html`<button class="wide" onClick=${actions.leaveRadio}><${Icon} name="pause" />Leave</button>`
        : html`<button class="wide primary" disabled=${silent || offline} onClick=${() => actions.tuneIn(station.stationId)}><${Icon} name="radio" />Tune in</button>`}
      <button class="round" aria-label=${`Skip on ${station.name}`} disabled=${silent || offline} onClick=${() => actions.skipOnAir(station.stationId)}><${Icon} name="next" /></button>
      <button class="round" aria-label=${`More: ${station.name}`} aria-expanded=${open.value} onClick=${() => (open.value = !open.value)}><${Icon} name="more" /></button>
    </div>
    ${open.value && html`<${More} model=${model} actions=${actions} station=${station} edit=${edit} />`}
  </section>`;
}

/** @param {Props} props */
function More({ model, actions, station, edit }) {
  const address = useRef(/** @type {HTMLInputElement | null} */ (null));
  const said = useSignal("Copy");
  const copy = () => {
    address.current?.select();
    // The modern way needs a secure context, which a house without certificates has not.
    said.value = document.execCommand("copy") ? "Copied" : "Select";
  };
  return html`<p class="soft">${[station.mode === "shuffle" ? "Shuffled" : "In order", sourceWords(model, station.source), hoursWords(station.schedule), counted(station.trackCount, "track", "tracks"), heard(station)].filter(Boolean).join(" · ")}</p>
    ${station.playlist && html`<div class="address">
      <input readonly ref=${address} value=${new URL(station.playlist, location.href).href} aria-label="Address for players"
        onFocus=${(/** @type {any} */ event) => event.currentTarget.select()} />
      <button onClick=${copy}>${said.value}</button>
    </div>
    <p class="soft">For VLC, a kitchen radio or a car: this address plays the station anywhere in the house. <a href=${station.playlist}>Open M3U</a></p>`}
    <div class="form-buttons">
      <${ConfirmButton} label=${`New address for ${station.name}`} onConfirm=${() => actions.renewStationKey(station.stationId)}>New address<//>
      <${ConfirmButton} label=${`Delete ${station.name}`} onConfirm=${() => actions.deleteStation(station.stationId)}>Delete<//>
      <button aria-label=${`Edit ${station.name}`} disabled=${model.link.value.status !== "live"} onClick=${edit}>Edit</button>
    </div>`;
}

/** @param {Station} station */
function heard({ listeners }) {
  const count = (listeners?.tuned ?? 0) + (listeners?.streams ?? 0);
  return count > 0 ? counted(count, "listens", "listen") : "";
}
