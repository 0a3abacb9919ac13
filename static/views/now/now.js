// The screen one looks at most: the cover, the track, the controls, how the room stands.

import { html } from "../../vendor/vendor.js";
import { artistOf, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { JoinButton } from "../join/join.js";
import { Over } from "../app/screens.js";
import { StatusLine } from "../status/status.js";
import { Where } from "../where/where.js";
import { Controls } from "./controls.js";
import { Listeners } from "./listeners.js";
import { SeekBar } from "./seek-bar.js";
import { Words } from "./words.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Now({ model, actions }) {
  const queue = model.queue.value;
  const track = model.current.value;
  const next = model.tracks.value.get(queue[1] ?? "");
  if (model.station.value) return html`<${Over} model=${model} actions=${actions} is="onAir" />`;
  if (model.place.value === "solo") return html`<${Over} model=${model} actions=${actions} is="alone" />`;
  if (queue.length === 0) return html`<${Over} model=${model} actions=${actions} is="nothing" />`;
  return html`<main class="now">
    <${Where} model=${model} actions=${actions} />
    <div class="now-cover"><${Cover} track=${track} size=${440} big /></div>
    <div class="now-side">
      <${Words} model=${model} actions=${actions} track=${track} />
      <${SeekBar} model=${model} actions=${actions} />
      <${Controls} model=${model} actions=${actions} />
      <${StatusLine} model=${model} actions=${actions} />
      ${!model.joined.value && html`<${JoinButton} model=${model} actions=${actions} />`}
      ${next && html`<p class="up-next"><span class="eyebrow">Next</span> ${titleOf(next)} <span class="soft">${artistOf(next)}</span></p>`}
      <${Listeners} model=${model} />
    </div>
  </main>`;
}
