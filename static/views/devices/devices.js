// The household's devices while one looks: who is there, what each plays, and the music on its way from one to another.

import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { clockTime, titleOf } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Icon } from "../icon/icon.js";
import { Missing } from "../missing/missing.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Whereabouts } from "../../sync/protocol.js" */

/** @typedef {{ model: Model, actions: Actions }} Props */

const LOOK_AGAIN_MS = 5000;

/** @param {Props} props */
export function Devices({ model, actions }) {
  const online = model.state.value.devices.filter((device) => device.online).map(({ clientId }) => clientId).join();
  useEffect(actions.own.loadDevices, [online]);
  useEffect(() => {
    const timer = setInterval(actions.own.loadDevices, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const me = model.me.value;
  const devices = model.devices.value.toSorted((one, other) => rank(one, me) - rank(other, me) || one.name.localeCompare(other.name));
  return html`<${Sheet} title="Devices" onClose=${() => actions.showDevices(false)}>
    ${devices.length === 0 && html`<${Missing} model=${model} part="devices" what="The devices" retry=${actions.own.loadDevices} />`}
    <ul class="devices whereabouts">${devices.map((device) => html`<${DeviceRow} key=${device.clientId} model=${model} actions=${actions} device=${device} />`)}</ul>
    <button onClick=${() => (actions.showDevices(false), actions.showInvite(true))}>Invite somebody…</button>
  <//>`;
}

/** @param {Props & { device: Whereabouts }} props */
function DeviceRow({ model, actions, device }) {
  const open = useSignal(false);
  const { clientId, online, playback } = device;
  const name = device.name || "A device";
  const mine = clientId === model.me.value;
  const own = model.own.value;
  const shares = !mine && device.profile === model.state.value.you?.profile;
  const close = (/** @type {() => void} */ work) => () => (work(), actions.showDevices(false));
  return html`<li data-ready=${online} data-device=${clientId}>
    <span class="dot" aria-hidden="true"></span>
    <span class="device-name">${name}<span class="soft">${mine ? "this device" : about(model, device)}</span></span>
    ${shares && html`<button class="round" aria-label=${`More: ${name}`} aria-expanded=${open.value} onClick=${() => (open.value = !open.value)}><${Icon} name="more" /></button>`}
    ${shares && html`<div class="row-menu">
      ${playback?.trackId && html`<button class="primary" aria-label=${`Continue here: ${name}`} onClick=${close(() => actions.own.continueHere(clientId))}>Continue here</button>`}
      ${online && own.trackId && html`<button aria-label=${`Play on ${name}`} onClick=${close(() => actions.own.playOn(clientId))}>Play there</button>`}
    </div>`}
    ${open.value && html`<div class="merge">
      <p class="soft">If ${name} is this browser from before, its queue and what it plays can come here. It then leaves the list.</p>
      <${ConfirmButton} label=${`${name} is this browser`} onConfirm=${() => actions.own.merge(clientId)}>This is the same browser<//>
    </div>`}
  </li>`;
}

/** What it does, in one line. @param {Model} model @param {Whereabouts} device */
function about(model, { online, active, room, playback }) {
  const roomName = model.state.value.rooms.find(({ id }) => id === room)?.name;
  if (active && room) return `listens in ${roomName ?? "a room"}`;
  if (!playback?.trackId) return online ? "online" : "away";
  return `${playback.mode === "playing" ? "plays" : "stopped in"} ${named(model, playback)} at ${clockTime(playback.positionSec)}${online ? "" : ", away"}`;
}

/** @param {Model} model @param {NonNullable<Whereabouts["playback"]>} playback */
export function named(model, { trackId, title }) {
  return `‘${title ?? titleOf(model.tracks.value.get(trackId ?? ""))}’`;
}

/** This device first, then those that are there. @param {Whereabouts} device @param {string | null} me */
function rank({ clientId, online }, me) {
  return clientId === me ? 0 : online ? 1 : 2;
}
