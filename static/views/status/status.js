// Two lines about how things stand: the banner while the house is out of reach, and the status line of the current track.

import { html } from "../../vendor/vendor.js";
import { statusLine } from "../../lib/describe.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function OfflineBanner({ model, actions }) {
  const { status } = model.link.value;
  if (status === "live" || status === "resting") return null;
  if (status === "connecting" && model.session.value === null) return null;
  return html`<div class="banner" role="status">
    <span>Offline. Reconnecting…</span>
    <button class="plain" onClick=${actions.refresh}>Try now</button>
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
