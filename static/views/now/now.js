// The screen one looks at most: the cover, the track, the controls, how the room stands.

import { html } from "../../vendor/vendor.js";
import { artistOf, coverOf, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { JoinButton } from "../join/join.js";
import { OnAirNow } from "../radio/on-air.js";
import { Star } from "../star/star.js";
import { StatusLine } from "../status/status.js";
import { Controls } from "./controls.js";
import { Listeners } from "./listeners.js";
import { SeekBar } from "./seek-bar.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Now({ model, actions }) {
  const session = model.session.value;
  const track = model.current.value;
  const next = model.tracks.value.get(session?.queue[1] ?? "");
  const glow = coverOf(track, 128);
  if (model.station.value) return html`<${OnAirNow} model=${model} actions=${actions} station=${model.station.value} />`;
  if (session && session.queue.length === 0) return html`<${EmptyQueue} model=${model} actions=${actions} />`;
  return html`<main class="now">
    ${glow && html`<img class="glow" key=${glow} src=${glow} alt="" aria-hidden="true" />`}
    <div class="now-cover"><${Cover} track=${track} size=${440} big /></div>
    <div class="now-side">
      <div class="now-words">
        ${model.roomName.value && html`<p class="eyebrow room-name">${model.roomName.value}</p>`}
        <div class="now-title">
          <h1 data-testid="title">${titleOf(track)}</h1>
          ${track && html`<${Star} model=${model} actions=${actions} id=${track.trackId} title=${titleOf(track)} />`}
        </div>
        <p>${artistOf(track)}${track?.tags?.album && html`<span class="soft"> — ${track.tags.album}</span>`}</p>
      </div>
      <${SeekBar} model=${model} actions=${actions} />
      <${Controls} model=${model} actions=${actions} />
      <${StatusLine} model=${model} actions=${actions} />
      ${!model.joined.value && html`<${JoinButton} model=${model} actions=${actions} />`}
      ${next && html`<p class="up-next"><span class="eyebrow">Next</span> ${titleOf(next)} <span class="soft">${artistOf(next)}</span></p>`}
      <${Listeners} model=${model} />
    </div>
  </main>`;
}

/** @param {{ model: Model, actions: Actions }} props */
function EmptyQueue({ model, actions }) {
  return html`<main class="empty">
    ${model.roomName.value && html`<p class="eyebrow room-name">${model.roomName.value}</p>`}
    <h1>The queue is empty</h1>
    <p class="soft">Add something from the library, and it starts from here.</p>
    <button class="primary" onClick=${() => actions.show("library")}>Open the library</button>
  </main>`;
}
