// Two lines about how things stand: the banner while the house is out of reach, and the status line of the current track.

import { html } from "../../vendor/vendor.js";
import { statusLine } from "../../lib/describe.js";
import { counted } from "../../lib/format.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function OfflineBanner({ model, actions }) {
  const { status } = model.link.value;
  const { list, stuck } = model.outgoing.value;
  const changes = list.filter(({ quiet }) => !quiet).length;
  const offline = status !== "live" && status !== "resting";
  if (status === "connecting" && model.session.value === null) return null;
  if (!offline && !(stuck && changes > 0)) return null;
  const toSend = `${counted(changes, "change", "changes")} will be sent`;
  return html`<div class="banner" role="status">
    <span>${[offline && (changes > 0 ? "Offline." : "Offline. Reconnecting…"), changes > 0 && toSend].filter(Boolean).join(" ")}</span>
    ${changes > 0
      ? html`<button class="plain" onClick=${() => (model.showsOutgoing.value = true)}>Show</button>`
      : html`<button class="plain" onClick=${actions.sendNow}>Try now</button>`}
  </div>`;
}

/** @param {{ model: Model, actions: Actions }} props */
export function StatusLine({ model, actions }) {
  const session = model.session.value;
  if (!session) return html`<div class="status-line"></div>`;
  const { text, fraction, canStartWithout } = statusLine({
    playState: session.playState,
    barrier: session.barrier,
    listeners: session.clients,
    me: model.me.value,
    joined: model.joined.value,
    holding: model.holding.value,
    unsupported: model.unsupported.value,
    errorMs: model.errorMs.value,
  });
  const partly = fraction !== undefined && fraction > 0 && fraction < 1;
  return html`<div class="status-line">
    <p role="status" data-testid="status">${text}</p>
    ${partly && html`<progress max="1" value=${fraction} aria-label="Download"></progress>`}
    ${canStartWithout && html`<button class="plain" onClick=${actions.startWithout}>Start without</button>`}
  </div>`;
}
