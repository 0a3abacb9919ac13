// The queue in the order it will be played. The current track and the next-up stand above the list and stay in sight.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted, titleOf } from "../../lib/format.js";
import { Empty } from "../empty/empty.js";
import { Icon } from "../icon/icon.js";
import { Grip } from "../list/drag.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { OwnQueue } from "./own-queue.js";
import { Star } from "../star/star.js";
import { TrackMenu } from "./track-menu.js";

/** @import { Actions, Model } from "../../model.js" */

const PINNED = 2;

/** @param {{ model: Model, actions: Actions }} props */
export function Queue({ model, actions }) {
  return model.place.value === "solo" ? html`<${OwnQueue} model=${model} actions=${actions} />` : html`<${RoomQueue} model=${model} actions=${actions} />`;
}

/** @param {{ model: Model, actions: Actions }} props */
function RoomQueue({ model, actions }) {
  const chosen = useSignal(/** @type {string | null} */ (null));
  const queue = model.queue.value;
  const [tracks, kept] = [model.tracks.value, model.kept.value];
  /** @param {number} at */
  const row = (at) => {
    const trackId = queue[at];
    const title = titleOf(tracks.get(trackId));
    return html`<${Row} key=${trackId} trackId=${trackId} track=${tracks.get(trackId)} mark=${["current", "next"][at]} kept=${kept.has(trackId)} first=${at > 0 && html`<${Grip} />`}>
      <${Star} model=${model} actions=${actions} id=${trackId} title=${title} />
      ${at > 1 && html`<button class="round nudge" aria-label=${`Play next: ${title}`} onClick=${() => actions.playNext(trackId)}><${Icon} name="nudge" /></button>`}
      <button class="round" aria-label=${`More: ${title}`} aria-haspopup="dialog" onClick=${() => (chosen.value = trackId)}><${Icon} name="more" /></button>
    <//>`;
  };
  const movable = {
    idAt: (/** @type {number} */ at) => queue[at + PINNED],
    onMove: (/** @type {number} */ at, /** @type {number} */ to) => actions.move(queue[at + PINNED], to + PINNED),
    hasAbove: queue.length > 1,
  };
  const pinned = queue.length > 0 && html`<div class="pinned" role="list" aria-label="Current and next">
    ${queue.slice(0, PINNED).map((trackId, at) => html`<div class="slot" role="presentation" key=${trackId} data-at=${at === 0 ? undefined : at - PINNED}>${row(at)}</div>`)}
  </div>`;
  return html`<main class="screen">
    <header class="screen-head">
      <h1>Queue</h1><span class="soft">${counted(queue.length, "track", "tracks")}</span>
      <button class="round" aria-label="Undo" onClick=${actions.undo}><${Icon} name="undo" /></button>
      <button class="round" aria-label="Redo" onClick=${actions.redo}><${Icon} name="redo" /></button>
      <button class="round" aria-label="Shuffle" disabled=${queue.length < 3} onClick=${actions.shuffle}><${Icon} name="shuffle" /></button>
    </header>
    ${queue.length === 0 && html`<${Empty} icon="queue" title="The queue is empty">
      <p class="soft">Add something from the library: everybody in the room hears it.</p>
      <button class="primary" onClick=${() => actions.show("library")}>Open the library</button>
    <//>`}
    <${Windowed} count=${Math.max(0, queue.length - PINNED)} rowHeight=${ROW_HEIGHT} label="Queue" row=${(/** @type {number} */ at) => row(at + PINNED)} above=${pinned} movable=${movable} />
    ${chosen.value && html`<${TrackMenu} model=${model} actions=${actions} trackId=${chosen.value} onClose=${() => (chosen.value = null)} />`}
  </main>`;
}
