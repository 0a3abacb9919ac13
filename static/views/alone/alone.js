// The Now screen of a device that listens alone: the cover, the track, the controls, what comes, and where else it could go on.

import { html } from "../../vendor/vendor.js";
import { artistOf, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { Empty } from "../empty/empty.js";
import { Icon } from "../icon/icon.js";
import { Controls } from "../now/controls.js";
import { SeekBar } from "../now/seek-bar.js";
import { Words } from "../now/words.js";
import { Where } from "../where/where.js";

/** @import { Actions, Model } from "../../model.js" */

/** @typedef {{ model: Model, actions: Actions }} Props */

const REPEAT_WORDS = { off: "Repeat: off", all: "Repeat: all", one: "Repeat: this track" };

/** @param {Props} props */
export function Alone({ model, actions }) {
  const { queue, queueIndex } = model.own.value;
  const track = model.current.value;
  const next = model.tracks.value.get(queue[queueIndex + 1] ?? "");
  if (!model.playable.value) return html`<${Nothing} model=${model} actions=${actions} />`;
  return html`<main class="now">
    <${Where} model=${model} actions=${actions} />
    <div class="now-cover"><${Cover} track=${track} size=${440} big /></div>
    <div class="now-side">
      <${Words} model=${model} actions=${actions} track=${track} />
      <${SeekBar} model=${model} actions=${actions} />
      <div class="alone-controls">
        <button class="round" aria-label="Shuffle what comes" disabled=${queue.length - queueIndex < 3} onClick=${actions.own.shuffle}><${Icon} name="shuffle" /></button>
        <${Controls} model=${model} actions=${actions} />
        <${RepeatButton} model=${model} actions=${actions} />
      </div>
      <${Standing} model=${model} actions=${actions} />
      ${next && html`<p class="up-next"><span class="eyebrow">Next</span> ${titleOf(next)} <span class="soft">${artistOf(next)}</span></p>`}
    </div>
  </main>`;
}

/** @param {Props} props */
function RepeatButton({ model, actions }) {
  const { repeat } = model.own.value;
  return html`<button class="round repeat" data-repeat=${repeat} aria-label=${REPEAT_WORDS[repeat]} onClick=${actions.own.repeat}>
    <${Icon} name="repeat" />${repeat === "one" && html`<b aria-hidden="true">1</b>`}
  </button>`;
}

/** @param {Props} props */
function Standing({ model, actions }) {
  const { mode, sounding, waitsForHouse } = model.own.value;
  const elsewhere = mode === "playing" && !sounding;
  const text = elsewhere ? "Playing in another tab" : waitsForHouse ? `Not on ${model.thisDevice.value.toLowerCase()}; waiting for the house` : mode === "paused" ? "Paused" : "Playing here";
  return html`<div class="status-line">
    <p role="status" data-testid="status">${text}</p>
    ${elsewhere && html`<button class="plain" onClick=${actions.own.soundHere}>Play in this tab</button>`}
  </div>`;
}

/** @param {Props} props */
function Nothing({ model, actions }) {
  return html`<main class="now now-empty">
    <${Where} model=${model} actions=${actions} />
    <${Empty} isPage icon="note" title="Nothing chosen yet">
      <p class="soft">${model.thisDevice.value} plays what you pick from the library, for itself. The rooms go on without it.</p>
      <button class="primary" onClick=${() => actions.show("library")}>Open the library</button>
    <//>
  </main>`;
}
