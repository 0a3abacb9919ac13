// What to compare: which music, and whether all of it is to be ordered or only the best ten are looked for.

import { html } from "../../vendor/vendor.js";
import { SourceFields, sourceOf } from "../source/source.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, onStarted: () => void }} props */
export function StartForm({ model, actions, onStarted }) {
  const running = model.state.value.comparison.source !== null;
  const offline = model.link.value.status !== "live";
  /** @param {any} event */
  const submitted = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    actions.startComparing(sourceOf(form), form.get("mode") === "top10" ? "top10" : "all");
    onStarted();
  };
  return html`<form class="card form" onSubmit=${submitted}>
    <h2>What do you like best?</h2>
    <p class="soft">Two tracks at a time: tap the one you like better. ${running && "What you answered so far is kept."}</p>
    <${SourceFields} model=${model} actions=${actions} chosen=${model.state.value.comparison.source} />
    <fieldset>
      <legend>Look for</legend>
      <label class="choice"><input type="radio" name="mode" value="all" defaultChecked /><span>An order of everything</span></label>
      <label class="choice"><input type="radio" name="mode" value="top10" /><span>The best ten</span></label>
    </fieldset>
    <button class="primary" type="submit" disabled=${offline}>Start</button>
  </form>`;
}
