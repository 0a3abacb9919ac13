// A station to be made or changed: its name, its music, its order.

import { html } from "../../vendor/vendor.js";
import { SourceFields, sourceOf } from "../source/source.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Station } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions, station?: Station, close: () => void }} props */
export function StationForm({ model, actions, station, close }) {
  const mode = station?.mode ?? "shuffle";
  /** @param {any} event */
  const submitted = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    actions.saveStation({
      ...(station && { stationId: station.stationId }),
      name: String(form.get("name")).trim(),
      source: sourceOf(form),
      mode: form.get("mode") === "queue" ? "queue" : "shuffle",
    });
    close();
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
    <div class="form-buttons">
      <button type="button" class="plain" onClick=${close}>Cancel</button>
      <button class="primary" type="submit">Save</button>
    </div>
  </form>`;
}
