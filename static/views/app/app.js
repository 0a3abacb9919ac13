// The frame around the screens, and which of them is shown.

import { html } from "../../vendor/vendor.js";
import { Bubbles } from "../bubbles/bubbles.js";
import { Join } from "../join/join.js";
import { Mini } from "../mini/mini.js";
import { Pair } from "../pair/pair.js";
import { OfflineBanner } from "../status/status.js";
import { Tabs } from "../tabs/tabs.js";
import { Over, Shown } from "./screens.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, deviceName: string }} props */
export function App({ model, actions, deviceName }) {
  const phase = model.phase.value;
  if (phase === "pairing") return html`<${Pair} model=${model} actions=${actions} deviceName=${deviceName} />`;
  if (phase === "whose") return html`<${Over} model=${model} actions=${actions} is="whose" />`;
  if (phase === "loading" || model.session.value === null) return html`<${Loading} model=${model} actions=${actions} />`;
  const asksToJoin = !model.joined.value && !model.remote.value && model.tuned.value === null && model.place.value === "room";
  if (asksToJoin) return html`<div class="frame-plain"><${OfflineBanner} model=${model} actions=${actions} /><${Join} model=${model} actions=${actions} /><${Notices} model=${model} actions=${actions} /></div>`;
  const screen = model.screen.value;
  return html`<div class="frame">
    <div class="banners">
      <${OfflineBanner} model=${model} actions=${actions} />
      ${model.elsewhereOffer.value && html`<${Over} model=${model} actions=${actions} is="offer" />`}
    </div>
    <${Shown} model=${model} actions=${actions} screen=${screen} />
    ${screen !== "now" && html`<${Mini} model=${model} actions=${actions} />`}
    <${Tabs} model=${model} actions=${actions} />
    ${model.showsHealth.value && html`<${Over} model=${model} actions=${actions} is="health" />`}
    ${model.showsDevices.value && html`<${Over} model=${model} actions=${actions} is="devices" />`}
    ${model.showsEar.value && html`<${Over} model=${model} actions=${actions} is="ear" />`}
    <${Notices} model=${model} actions=${actions} />
  </div>`;
}

/** What is said over whatever is shown. @param {{ model: Model, actions: Actions }} props */
function Notices({ model, actions }) {
  return html`<${Bubbles} model=${model} actions=${actions} />
    ${model.conflicts.value.length > 0 && html`<${Over} model=${model} actions=${actions} is="conflicts" />`}
    ${model.showsOutgoing.value && html`<${Over} model=${model} actions=${actions} is="outgoing" />`}`;
}

/** @param {{ model: Model, actions: Actions }} props */
function Loading({ model, actions }) {
  const { status } = model.link.value;
  return html`<main class="page-narrow loading">
    <img class="mark" src="/icon.svg" alt="" width="72" height="72" />
    <p class="soft" role="status">${status === "waiting" ? "The house does not answer. Trying again…" : "Connecting…"}</p>
    ${status === "waiting" && html`<button onClick=${actions.refresh}>Try now</button>`}
  </main>`;
}
