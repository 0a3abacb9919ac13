// What waits to be sent, and the way to think better of it.

import { html } from "../../vendor/vendor.js";
import { counted, timeOfDay } from "../../lib/format.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Waiting } from "../../sync/waiting.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Outgoing({ model, actions }) {
  const close = () => (model.showsOutgoing.value = false);
  const { list, areKept } = model.outgoing.value;
  const changes = list.filter(({ quiet }) => !quiet);
  const plays = list.length - changes.length;
  return html`<${Sheet} title="Waiting to be sent" onClose=${close}>
    <p class="soft sheet-words">${areKept ? "Sent by itself, in this order, as soon as the house is in reach. Closing the page is fine." : "This browser keeps nothing: leave the page open until it is sent."}</p>
    ${changes.length === 0 && html`<p class="soft sheet-words">No change of yours waits.</p>`}
    <ul class="outgoing" aria-label="Waiting to be sent">${changes.map(
      (record) => html`<li key=${record.key}>
        <span class="row-words"><strong>${record.said}</strong><span class="soft">${made(model, record)}</span></span>
        <button class="danger" aria-label=${`Discard: ${record.said}`} onClick=${() => actions.discard(record.key)}>Discard</button>
      </li>`,
    )}</ul>
    ${plays > 0 && html`<p class="soft sheet-words">And ${counted(plays, "track", "tracks")} that you heard, for “Recently played”.</p>`}
    <button onClick=${actions.sendNow}>Try now</button>
  <//>`;
}

/** @param {Model} model @param {Waiting} record */
function made(model, record) {
  const whose = record.profile && record.profile !== model.state.value.you?.profile;
  const name = whose && (model.profiles.value.find(({ id }) => id === record.profile)?.name ?? "another profile");
  return [timeOfDay(record.made.wallMs / 1000), name && `waits until this device is ${name}'s again`].filter(Boolean).join(" · ");
}
