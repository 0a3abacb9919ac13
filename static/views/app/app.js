// The frame around the screens, and which of them is shown.

import { html } from "../../vendor/vendor.js";
import { Bubbles } from "../bubbles/bubbles.js";
import { Join } from "../join/join.js";
import { Pair } from "../pair/pair.js";
import { OfflineBanner } from "../status/status.js";
import { Tabs } from "../tabs/tabs.js";
import { Over, Shown } from "./screens.js";
import { isWide } from "./wide.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, deviceName: string }} props */
export function App({ model, actions, deviceName }) {
  const phase = model.phase.value;
  if (phase === "pairing") return html`<${Plain}><${Pair} model=${model} actions=${actions} deviceName=${deviceName} /><//>`;
  if (phase === "whose") return html`<${Plain}><${Over} model=${model} actions=${actions} is="whose" /><//>`;
  if (phase === "loading" || model.session.value === null) return html`<${Plain}><${Loading} model=${model} actions=${actions} /><//>`;
  const asksToJoin = !model.joined.value && !model.remote.value && model.tuned.value === null && model.place.value === "room";
  if (asksToJoin) return html`<${Plain}><div class="banners"><${OfflineBanner} model=${model} actions=${actions} /><${Decisions} model=${model} actions=${actions} /></div><${Join} model=${model} actions=${actions} /><${Notices} model=${model} actions=${actions} /><//>`;
  const screen = model.screen.value;
  const hasBeside = screen === "now" && isWide.value && !model.station.value && model.playable.value;
  return html`<div class="frame">
    <div class="wash"></div>
    <div class="banners">
      <${OfflineBanner} model=${model} actions=${actions} />
      <${Decisions} model=${model} actions=${actions} />
      ${model.elsewhereOffer.value && html`<${Over} model=${model} actions=${actions} is="offer" />`}
    </div>
    <${Shown} model=${model} actions=${actions} screen=${screen} />
    ${screen !== "now" && html`<${Over} model=${model} actions=${actions} is="mini" />`}
    ${hasBeside && html`<${Over} model=${model} actions=${actions} is="beside" />`}
    <${Tabs} model=${model} actions=${actions} />
    <${Sheets} model=${model} actions=${actions} />
    ${(model.pulled.value > 0 || model.refreshing.value) && html`<${Over} model=${model} actions=${actions} is="pull" />`}
    ${model.showsDevices.value && html`<${Over} model=${model} actions=${actions} is="devices" />`}
    ${model.showsEar.value && html`<${Over} model=${model} actions=${actions} is="ear" />`}
    <${Notices} model=${model} actions=${actions} />
  </div>`;
}

/** Without the way to other screens. @param {{ children?: any }} props */
function Plain({ children }) {
  return html`<div class="frame-plain"><div class="wash"></div>${children}</div>`;
}

/** What was asked for, over the screen. @param {{ model: Model, actions: Actions }} props */
function Sheets({ model, actions }) {
  const over = (/** @type {import("./screens.js").Extra} */ is) => html`<${Over} model=${model} actions=${actions} is=${is} />`;
  return html`${model.showsHealth.value && over("health")}${model.showsInvite.value && over("invite")}${model.showsKeys.value && over("keys")}${model.imported.value && over("imported")}`;
}

/** What is said over whatever is shown. @param {{ model: Model, actions: Actions }} props */
function Notices({ model, actions }) {
  return html`<${Bubbles} model=${model} actions=${actions} />
    ${model.showsOutgoing.value && html`<${Over} model=${model} actions=${actions} is="outgoing" />`}`;
}

/** What people have to choose has a place of its own: it stays, so it must cover nothing. @param {{ model: Model, actions: Actions }} props */
function Decisions({ model, actions }) {
  return model.conflicts.value.length > 0 && html`<${Over} model=${model} actions=${actions} is="conflicts" />`;
}

/** @param {{ model: Model, actions: Actions }} props */
function Loading({ model, actions }) {
  const { status } = model.link.value;
  return html`<main class="page-narrow loading">
    <img class="mark" src="/icon.svg" alt="" width="72" height="72" />
    <p class="soft" role="status">${status === "waiting" ? "The house does not answer. Trying again…" : "Connecting…"}</p>
    ${status === "waiting" && html`<button onClick=${actions.sendNow}>Try now</button>`}
  </main>`;
}
