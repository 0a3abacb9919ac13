// The rooms of the house: which one this device is in, the way into another, new ones, other names.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";

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
  const editing = useSignal(false);
  const stays = room.id === "house";
  if (editing.value) {
    return html`<li><${NameForm} name=${room.name} label="Room name" save=${(/** @type {string} */ name) => actions.renameRoom(room.id, name)}
      close=${() => (editing.value = false)} /></li>`;
  }
  return html`<li data-ready=${here} data-room=${room.id} aria-current=${here ? "true" : undefined}>
    <span class="dot" aria-hidden="true"></span>
    <span class="device-name">${room.name}<span class="soft">${about(room, here)}</span></span>
    ${!here && html`<button aria-label=${`Go to ${room.name}`} onClick=${() => actions.enterRoom(room.id)}>Go there</button>`}
    <button class="plain" aria-label=${`Rename ${room.name}`} onClick=${() => (editing.value = true)}>Rename</button>
    ${!stays && html`<button class="plain danger" aria-label=${`Delete ${room.name}`} onClick=${() => actions.deleteRoom(room.id)}>Delete</button>`}
  </li>`;
}

/** @param {{ name: string, label: string, save: (name: string) => void, close: () => void }} props */
export function NameForm({ name, label, save, close }) {
  /** @param {any} event */
  const submitted = (event) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get("name")?.toString().trim() ?? "";
    if (typed && typed !== name) save(typed);
    close();
  };
  return html`<form class="rename" onSubmit=${submitted}>
    <input name="name" maxlength="64" value=${name} aria-label=${label} autocomplete="off" autofocus required /><button type="submit">Save</button>
  </form>`;
}

/** @param {Room} room @param {boolean} here */
function about({ mode, listeners }, here) {
  const doing = mode === "playing" || mode === "waiting" ? "playing" : "";
  const heard = listeners ? counted(listeners, "listens", "listen") : "";
  return [here && "you are here", doing, heard].filter(Boolean).join(", ");
}
