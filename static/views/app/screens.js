// The screens, and where they come from. The first one comes with the page; the others follow once it stands, so that the first
// paint waits for little, and all are here before somebody asks for them or the house goes out of reach.

import { html, signal } from "../../vendor/vendor.js";
import { Now } from "../now/now.js";

/** @import { Actions, Model, Screen } from "../../model.js" */

/** @typedef {(props: { model: Model, actions: Actions }) => any} View */

/** Parts of the page that are no screens of their own. @typedef {"alone" | "devices" | "offer"} Part */

/** @type {Record<Exclude<Screen, "now"> | Part, () => Promise<View>>} */
const LATER = {
  alone: async () => (await import("../alone/alone.js")).Alone,
  queue: async () => (await import("../queue/queue.js")).Queue,
  library: async () => (await import("../library/library.js")).Library,
  compare: async () => (await import("../compare/compare.js")).Compare,
  radio: async () => (await import("../radio/radio.js")).Radio,
  house: async () => (await import("../house/house.js")).House,
  offer: async () => (await import("../devices/offer.js")).Offer,
  devices: async () => (await import("../devices/devices.js")).Devices,
};

const here = signal(/** @type {Partial<Record<Screen | Part, View>>} */ ({ now: Now }));
const failed = signal(false);

/** The rest of the page, in the background. */
export async function fetchScreens() {
  for (const [screen, fetchView] of Object.entries(LATER)) {
    if (screen in here.value) continue;
    const view = await fetchView().catch(() => null);
    failed.value = view === null;
    if (view) here.value = { ...here.value, [screen]: view };
  }
}

/** What is shown beside or instead of something else, as soon as it is here. @param {{ model: Model, actions: Actions, piece: Part }} props */
export function Piece({ model, actions, piece }) {
  const View = here.value[piece];
  return View ? html`<${View} model=${model} actions=${actions} />` : null;
}

/** @param {{ model: Model, actions: Actions, screen: Screen }} props */
export function Shown({ model, actions, screen }) {
  const View = here.value[screen];
  if (View) return html`<${View} model=${model} actions=${actions} />`;
  return html`<main class="empty">
    <p class="soft" role="status">${failed.value ? "This part of the page did not come through." : "Loading…"}</p>
    ${failed.value && html`<button onClick=${() => location.reload()}>Load the page again</button>`}
  </main>`;
}
