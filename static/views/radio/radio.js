// The stations of the house: what each plays now, and the way to hear it, here or on any player.

import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { Empty } from "../empty/empty.js";
import { StationCard } from "./station-card.js";
import { StationForm } from "./station-form.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Radio({ model, actions }) {
  /** The station that is being edited; "": a new one. */
  const editing = useSignal(/** @type {string | null} */ (null));
  const stations = model.state.value.radio;
  const live = model.link.value.status === "live";
  const untold = stations.some(({ now, stream }) => now.atMs === undefined || stream === undefined);
  useEffect(() => void (live && actions.loadRadio()), [live, untold, model.library.value.complete, model.refreshes.value]);
  const close = () => (editing.value = null);
  return html`<main class="screen radio">
    <header class="screen-head">
      <h1>Radio</h1><span class="soft">${stations.length > 0 && counted(stations.length, "station", "stations")}</span>
      ${editing.value === null && stations.length > 0 && html`<button disabled=${!live} onClick=${() => (editing.value = "")}>New station</button>`}
    </header>
    <div class="radio-scroll">
      ${!live && html`<p class="soft sheet-words" role="status">The house is out of reach: stations are heard again when it is back.</p>`}
      ${editing.value === "" && html`<${StationForm} model=${model} actions=${actions} close=${close} />`}
      ${stations.map((station) =>
        editing.value === station.stationId
          ? html`<${StationForm} key=${station.stationId} model=${model} actions=${actions} station=${station} close=${close} />`
          : html`<${StationCard} key=${station.stationId} model=${model} actions=${actions} station=${station} edit=${() => (editing.value = station.stationId)} />`,
      )}
      ${stations.length === 0 && editing.value === null && html`<${Empty} icon="radio" title="No station yet">
        <p class="soft">A station plays part of your music without end, whether or not anybody listens. Tune in with this page or with any player in the house.</p>
        <button class="primary" disabled=${!live} onClick=${() => (editing.value = "")}>New station</button>
      <//>`}
    </div>
  </main>`;
}
