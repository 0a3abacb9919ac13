// Whose stars, answers and plays: the people of the house, and whose this device is.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { NameForm } from "../name-form/name-form.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Profile } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Profiles({ model, actions }) {
  const creating = useSignal(false);
  const profiles = model.profiles.value;
  if (profiles.length === 0) return null;
  return html`<section class="card">
    <h2>People</h2>
    <p class="soft">Stars, answers and what was heard are each person's own, and so is what a device plays alone. What plays in a room is everybody's.</p>
    <label class="whose">This device is used by
      <${WhoseDevice} model=${model} actions=${actions} clientId=${model.me.value ?? ""} profile=${model.state.value.you?.profile ?? ""} label="This device is used by" />
    </label>
    <ul class="devices" aria-label="People">${profiles.map((profile) => html`<${ProfileRow} key=${profile.id} model=${model} actions=${actions} profile=${profile} />`)}</ul>
    ${creating.value
      ? html`<${NameForm} name="" label="Name of a person" save=${actions.createProfile} close=${() => (creating.value = false)} />`
      : html`<button onClick=${() => (creating.value = true)}>Somebody new</button>`}
  </section>`;
}

/** @param {{ model: Model, actions: Actions, clientId: string, profile: string, label: string }} props */
export function WhoseDevice({ model, actions, clientId, profile, label }) {
  return html`<select aria-label=${label} value=${profile} onChange=${(/** @type {any} */ event) => actions.giveDevice(clientId, event.currentTarget.value)}>
    ${model.profiles.value.map(({ id, name }) => html`<option key=${id} value=${id} selected=${id === profile}>${name}</option>`)}
  </select>`;
}

/** @param {{ model: Model, actions: Actions, profile: Profile }} props */
function ProfileRow({ model, actions, profile: { id, name } }) {
  const open = useSignal(/** @type {"" | "menu" | "name"} */ (""));
  const close = () => (open.value = "");
  const devices = model.state.value.devices.filter((device) => device.profile === id).length;
  const mine = id === model.state.value.you?.profile;
  if (open.value === "name") {
    return html`<li><${NameForm} name=${name} label="Name of a person" save=${(/** @type {string} */ typed) => actions.renameProfile(id, typed)} close=${close} /></li>`;
  }
  return html`<li data-ready=${mine}>
    <span class="dot" aria-hidden="true"></span>
    <span class="device-name">${name}<span class="soft">${[mine && "this device", devices > 0 && counted(devices, "device", "devices")].filter(Boolean).join(", ")}</span></span>
    <button class="round" aria-label=${`More: ${name}`} aria-expanded=${open.value === "menu"} onClick=${() => (open.value = open.value ? "" : "menu")}><${Icon} name="more" /></button>
    ${open.value === "menu" && html`<div class="row-menu">
      <button aria-label=${`Rename ${name}`} onClick=${() => (open.value = "name")}>Rename</button>
      ${id !== "home" && devices === 0 && html`<${ConfirmButton} label=${`Delete ${name}`} onConfirm=${() => (actions.deleteProfile(id), close())}>Delete<//>`}
    </div>`}
  </li>`;
}
