// Right after pairing: whose device this is. Stars, ratings and plays go by it.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { NameForm } from "../name-form/name-form.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Profile } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Whose({ model, actions }) {
  const creating = useSignal(false);
  const { busy } = model.pairing.value;
  return html`<main class="page-narrow pair">
    <img class="mark" src="/icon.svg" alt="" width="72" height="72" />
    <h1>Whose is this device?</h1>
    <p class="soft">Stars, answers and what was heard are each person's own, and so is what a device plays alone. What plays in a room is everybody's.</p>
    <ul class="choices" aria-label="Profiles">${model.choices.value.map(
      (profile) => html`<li key=${profile.id}><button disabled=${busy} onClick=${() => actions.chooseProfile(profile.id)}>
        <span class="row-words"><strong>${profile.name}</strong><span class="soft">${about(profile)}</span></span>
      </button></li>`,
    )}</ul>
    ${creating.value
      ? html`<${NameForm} name="" label="Name of a person" save=${actions.chooseNewProfile} close=${() => (creating.value = false)} />`
      : html`<button class="primary" disabled=${busy} onClick=${() => (creating.value = true)}>Somebody new</button>`}
  </main>`;
}

/** @param {Profile} profile */
function about({ id, devices = 0 }) {
  const used = devices > 0 ? counted(devices, "device", "devices") : "";
  return [id === "home" && "shared by the household", used].filter(Boolean).join(" · ");
}
