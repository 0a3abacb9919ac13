// The rooms of the house: which one this device is in, the way into another, new ones, other names.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Icon } from "../icon/icon.js";
import { NameForm } from "../name-form/name-form.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Room } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Rooms({ model, actions }) {
  const creating = useSignal(false);
  const here = model.session.value?.room;
  return html`<section class="card">
    <h2>Rooms</h2>
    <p class="soft">Each room has its own queue. Devices in one room play together.</p>
    <ul class="devices" aria-label="Rooms">
      ${model.state.value.rooms.map((room) => html`<${RoomRow} key=${room.id} room=${room} here=${room.id === here} actions=${actions} />`)}
    </ul>
    ${creating.value
      ? html`<${NameForm} name="" label="Room name" save=${actions.createRoom} close=${() => (creating.value = false)} />`
      : html`<button onClick=${() => (creating.value = true)}>New room</button>`}
  </section>`;
}

/** @param {{ room: Room, here: boolean, actions: Actions }} props */
function RoomRow({ room, here, actions }) {
  const open = useSignal(/** @type {"" | "menu" | "name"} */ (""));
  const close = () => (open.value = "");
  if (open.value === "name") {
    return html`<li><${NameForm} name=${room.name} label="Room name" save=${(/** @type {string} */ name) => actions.renameRoom(room.id, name)} close=${close} /></li>`;
  }
  return html`<li data-ready=${here} data-room=${room.id} aria-current=${here ? "true" : undefined}>
    <span class="dot" aria-hidden="true"></span>
    <span class="device-name">${room.name}<span class="soft">${about(room, here)}</span></span>
    ${!here && html`<button aria-label=${`Go to ${room.name}`} onClick=${() => actions.enterRoom(room.id)}>Go</button>`}
    <button class="round" aria-label=${`More: ${room.name}`} aria-expanded=${open.value === "menu"} onClick=${() => (open.value = open.value ? "" : "menu")}><${Icon} name="more" /></button>
    ${open.value === "menu" && html`<div class="row-menu">
      <button aria-label=${`Rename ${room.name}`} onClick=${() => (open.value = "name")}>Rename</button>
      ${room.id !== "house" && html`<${ConfirmButton} label=${`Delete ${room.name}`} onConfirm=${() => (actions.deleteRoom(room.id), close())}>Delete<//>`}
    </div>`}
  </li>`;
}

/** @param {Room} room @param {boolean} here */
function about({ mode, listeners }, here) {
  const doing = mode === "playing" || mode === "waiting" ? "playing" : "";
  const heard = listeners ? counted(listeners, "listens", "listen") : "";
  return [here && "you are here", doing, heard].filter(Boolean).join(", ");
}
