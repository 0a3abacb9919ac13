// A station to be made or changed: its name, its music, its order, and when it is on the air.

import { html, useSignal } from "../../vendor/vendor.js";
import { SourceFields, sourceOf } from "../source/source.js";
import { HoursFields, hoursOf, hoursProblem } from "./hours.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Station } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions, station?: Station, close: () => void }} props */
export function StationForm({ model, actions, station, close }) {
  const mode = station?.mode ?? "shuffle";
  const windows = useSignal(station?.schedule?.windows ?? []);
  const problem = useSignal("");
  const busy = useSignal(false);
  const offline = model.link.value.status !== "live";
  /** @param {any} event */
  const submitted = async (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    problem.value = hoursProblem(windows.value);
    if (problem.value) return;
    busy.value = true;
    const saved = await actions.saveStation({
      ...(station && { stationId: station.stationId }),
      name: String(form.get("name")).trim(),
      source: sourceOf(form),
      mode: form.get("mode") === "queue" ? "queue" : "shuffle",
      schedule: hoursOf(windows.value),
    });
    busy.value = false;
    // What was typed stays, if the house refused it; a bubble says why.
    if (saved) close();
  };
  return html`<form class="card form station-form" onSubmit=${submitted}>
    <h2>${station ? "Change the station" : "New station"}</h2>
    <label>Name<input name="name" maxlength="64" required defaultValue=${station?.name ?? ""} placeholder="Kitchen in the morning" autocomplete="off" autofocus /></label>
    <${SourceFields} model=${model} actions=${actions} chosen=${station?.source} />
    <fieldset>
      <legend>Order</legend>
      <label class="choice"><input type="radio" name="mode" value="shuffle" defaultChecked=${mode === "shuffle"} /><span>Shuffled, each round anew</span></label>
      <label class="choice"><input type="radio" name="mode" value="queue" defaultChecked=${mode === "queue"} /><span>One after the other</span></label>
    </fieldset>
    <${HoursFields} windows=${windows} />
    ${(problem.value || offline) && html`<p class="problem" role="alert">${problem.value || "The house is out of reach: save when it is back."}</p>`}
    <div class="form-buttons">
      <button type="button" class="plain" onClick=${close}>Cancel</button>
      <button class="primary" type="submit" disabled=${offline || busy.value}>${busy.value ? "Saving…" : "Save"}</button>
    </div>
  </form>`;
}
