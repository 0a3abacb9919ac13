// The household's own affairs: inviting somebody, the devices, this device's name, the library, about.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Icon } from "../icon/icon.js";
import { Gone } from "../library/gone.js";
import { InviteCard } from "../invite/invite.js";
import { useFetched } from "../missing/missing.js";
import { NameForm } from "../name-form/name-form.js";
import { Profiles, WhoseDevice } from "./profiles.js";
import { Rooms } from "./rooms.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Device } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function House({ model, actions }) {
  useFetched(model, actions.loadHouse);
  const { devices, gone, library, scan } = model.state.value;
  return html`<main class="screen house">
    <header class="screen-head"><h1>House</h1></header>
    <div class="house-scroll"><div class="house-cards">
      <${InviteCard} model=${model} actions=${actions} />
      <section class="card">
        <h2>Devices</h2>
        <ul class="devices">${devices.map((device) => html`<${DeviceRow} key=${device.clientId} device=${device} mine=${device.clientId === model.me.value} model=${model} actions=${actions} />`)}</ul>
        <button aria-haspopup="dialog" onClick=${() => actions.showDevices(true)}>What plays where</button>
      </section>
      <${Profiles} model=${model} actions=${actions} />
      <${Rooms} model=${model} actions=${actions} />
      <section class="card">
        <h2>Sound on this device</h2>
        <${Sound} model=${model} actions=${actions} />
        <button onClick=${() => actions.showEar(true)}>In step by ear</button>
      </section>
      <section class="card">
        <h2>Library</h2>
        <${Gone} model=${model} actions=${actions} />
        <p class="soft" role="status">${scan ? `Looking: ${scan.done} of ${scan.total}` : counted(library.count, "track", "tracks")}</p>
        ${!gone && html`<button disabled=${scan !== null || model.link.value.status !== "live"} onClick=${actions.rescan}>Look for new music</button>`}
      </section>
      <section class="card">
        <h2>Install</h2>
        <p class="soft">${window.isSecureContext
          ? "Opened by https: your browser may install this page as an app, and it opens without the network."
          : "By plain http everything works. By https this page can also be installed as an app and opens without the network."}</p>
        <a class="link" href="/trust">Install and https help</a>
      </section>
      <section class="card">
        <h2>About</h2>
        <${About} model=${model} actions=${actions} />
      </section>
    </div></div>
  </main>`;
}

/** @param {{ model: Model, actions: Actions }} props */
function Sound({ model, actions }) {
  if (model.place.value === "solo") return html`<p class="soft">${model.thisDevice.value} listens alone.</p><button onClick=${actions.join}>Join ${model.roomName.value ?? "the house"}</button>`;
  if (model.joined.value) return html`<p class="soft">This device listens.</p><button onClick=${actions.leave}>Stop listening here</button>`;
  return html`<p class="soft">This device controls without sound.</p><button onClick=${actions.join}>Join</button>`;
}

/** @param {{ model: Model, actions: Actions }} props */
function About({ model, actions }) {
  const renewed = model.renewal.value;
  return html`<p class="soft">Hearken ${model.version.value || "(its version comes when the house answers)"}</p>
    ${renewed && html`<p role="status">This page is from before hearken was renewed.</p><button class="primary" onClick=${renewed}>Reload the page</button>`}
    <div class="house-buttons">
      <button disabled=${model.refreshing.value} onClick=${actions.refresh}>${model.refreshing.value ? "Refreshing…" : "Refresh everything"}</button>
      <button aria-haspopup="dialog" onClick=${() => actions.showHealth(true)}>Health</button>
      <button class="plain" onClick=${() => actions.showKeys(true)}>Keys</button>
    </div>`;
}

/** @param {{ device: Device, mine: boolean, model: Model, actions: Actions }} props */
function DeviceRow({ device, mine, model, actions }) {
  const editing = useSignal(false);
  const whose = model.profiles.value.find(({ id }) => id === device.profile);
  const name = device.name || "A device";
  if (editing.value) {
    return html`<li><${NameForm} name=${device.name} label="Name" mayBeEmpty save=${(/** @type {string} */ typed) => actions.rename(device.clientId, typed)}
      close=${() => (editing.value = false)} />
      ${whose && html`<label class="whose">Used by<${WhoseDevice} model=${model} actions=${actions} clientId=${device.clientId} profile=${whose.id} label=${`${name} is used by`} /></label>`}</li>`;
  }
  return html`<li class="device-row" data-ready=${device.online}>
    <span class="dot" aria-hidden="true"></span>
    <span class="device-name">${name}<span class="soft">${[mine && "this device", device.online ? "online" : "away", whose && whose.id !== "home" && `${whose.name}'s`].filter(Boolean).join(", ")}</span></span>
    <button class="round" aria-label=${`Rename ${name}`} onClick=${() => (editing.value = true)}><${Icon} name="edit" /></button>
    ${!mine && html`<${ConfirmButton} label=${`Remove ${name}`} onConfirm=${() => actions.revoke(device.clientId)}>Remove<//>`}
  </li>`;
}
