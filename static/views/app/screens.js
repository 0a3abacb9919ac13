// The screens, and where they come from. The first one comes with the page; the others follow once it stands, so that the first
// paint waits for little, and all are here before somebody asks for them or the house goes out of reach.

import { html, signal, useEffect } from "../../vendor/vendor.js";
import { Now } from "../now/now.js";

/** @import { Actions, Model, Screen } from "../../model.js" */

/** @typedef {(props: { model: Model, actions: Actions }) => any} View */

/** What lies over the screens, before or in place of one. @typedef {"mini" | "nothing" | "onAir" | "conflicts" | "outgoing" | "whose" | "alone" | "devices" | "health" | "offer" | "beside" | "pull" | "invite" | "keys" | "imported" | "ear"} Extra */

/** @type {Record<Exclude<Screen, "now"> | Extra, () => Promise<View>>} */
const LATER = {
  mini: async () => (await import("../mini/mini.js")).Mini,
  nothing: async () => (await import("../now/nothing.js")).Nothing,
  onAir: async () => (await import("../radio/on-air.js")).OnAirNow,
  alone: async () => (await import("../alone/alone.js")).Alone,
  whose: async () => (await import("../pair/whose.js")).Whose,
  outgoing: async () => (await import("../outgoing/outgoing.js")).Outgoing,
  conflicts: async () => (await import("../conflict/conflict.js")).Conflicts,
  queue: async () => (await import("../queue/queue.js")).Queue,
  beside: async () => (await import("../queue/beside.js")).Beside,
  library: async () => (await import("../library/library.js")).Library,
  compare: async () => (await import("../compare/compare.js")).Compare,
  radio: async () => (await import("../radio/radio.js")).Radio,
  house: async () => (await import("../house/house.js")).House,
  ear: async () => (await import("../ear/ear.js")).Ear,
  pull: async () => (await import("../pull/pull.js")).Pull,
  invite: async () => (await import("../invite/invite.js")).InviteSheet,
  keys: async () => (await import("../keys/keys.js")).Keys,
  imported: async () => (await import("../playlists/imported.js")).ImportReport,
  offer: async () => (await import("../devices/offer.js")).Offer,
  health: async () => (await import("../health/health.js")).Health,
  devices: async () => (await import("../devices/devices.js")).Devices,
};

const here = signal(/** @type {Partial<Record<Screen | Extra, View>>} */ ({ now: Now }));
const failed = signal(false);

/** What the later screens can be asked for, made when the first of them comes. */
let fetchActions = async () => {};

/** @param {() => Promise<void>} fetch rejects if it does not come, and is asked again */
export function screensNeed(fetch) {
  fetchActions = fetch;
}

/** The rest of the page, in the background. */
export async function fetchScreens() {
  for (const name of /** @type {(keyof typeof LATER)[]} */ (Object.keys(LATER))) await fetchView(name);
}

/** @param {keyof typeof LATER} name */
async function fetchView(name) {
  if (name in here.value) return;
  const [view] = await Promise.all([LATER[name](), fetchStyle(), fetchActions()]).catch(() => [null]);
  failed.value = view === null;
  if (view) here.value = { ...here.value, [name]: view };
}

/** How they look comes with them, and before them. @type {Promise<unknown> | null} */
let style = null;

function fetchStyle() {
  style ??= Promise.all(["/later.css", "/house.css"].map(fetchSheet)).catch((error) => {
    style = null;
    throw error;
  });
  return style;
}

/** @param {string} href */
function fetchSheet(href) {
  return new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve, onerror: reject }));
  });
}

/** What is shown only at times, once it is here. @param {{ model: Model, actions: Actions, is: Extra }} props */
export function Over({ model, actions, is }) {
  useEffect(() => void fetchView(is), [is]);
  const View = here.value[is];
  return View ? html`<${View} model=${model} actions=${actions} />` : null;
}

/** @param {{ model: Model, actions: Actions, screen: Screen }} props */
export function Shown({ model, actions, screen }) {
  const View = here.value[screen];
  if (View) return html`<${View} model=${model} actions=${actions} />`;
  return html`<main class="page-narrow loading">
    <p class="soft" role="status">${failed.value ? "This part of the page did not come through." : "Loading…"}</p>
    ${failed.value && html`<button onClick=${() => location.reload()}>Load the page again</button>`}
  </main>`;
}
