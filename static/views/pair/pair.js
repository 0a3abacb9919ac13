// The page of a device that the house does not know yet: six digits, and a name if one likes.

import { html, useSignal } from "../../vendor/vendor.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, deviceName: string }} props */
export function Pair({ model, actions, deviceName }) {
  const code = useSignal("");
  const name = useSignal(deviceName);
  const { busy, sentence } = model.pairing.value;
  const send = () => actions.pair(code.value, name.value.trim());
  /** @param {Event} event */
  const typed = (event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    code.value = field.value.replace(/\D/g, "").slice(0, 6);
    field.value = code.value;
  };
  /** @param {Event} event */
  const submitted = (event) => {
    event.preventDefault();
    if (code.value.length === 6 && !busy) send();
  };
  return html`<main class="page-narrow pair">
    <img class="mark" src="/icon.svg" alt="" width="72" height="72" />
    <h1>Join the house</h1>
    <p class="soft">Type the code that hearken shows, or scan the picture on a device that is in already.</p>
    <form onSubmit=${submitted}>
      <label for="code">Pairing code</label>
      <input id="code" class="code" inputmode="numeric" autocomplete="one-time-code" placeholder="••••••" maxlength="6"
        value=${code.value} onInput=${typed} aria-describedby="pair-news" autofocus />
      <label for="name">This device's name <span class="soft">(optional)</span></label>
      <input id="name" maxlength="64" value=${name.value} autocomplete="off"
        onInput=${(/** @type {any} */ event) => (name.value = event.currentTarget.value)} />
      <p id="pair-news" class="problem" role="alert">${sentence}</p>
      <button class="primary" type="submit" disabled=${busy || code.value.length < 6}>${busy ? "Pairing…" : "Pair this device"}</button>
    </form>
  </main>`;
}
