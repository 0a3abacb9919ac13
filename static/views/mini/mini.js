// What plays, in one line, on the screens that are about something else.

import { html } from "../../vendor/vendor.js";
import { artistOf, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Mini({ model, actions }) {
  const session = model.session.value;
  const track = model.current.value;
  if (!session || session.queue.length === 0) return null;
  const running = session.playState.mode === "playing" || session.playState.mode === "waiting";
  return html`<section class="mini" aria-label="Now playing">
    <button class="mini-track" onClick=${() => actions.show("now")}>
      <${Cover} track=${track} size=${44} />
      <span class="row-words"><strong>${titleOf(track)}</strong><span class="soft">${artistOf(track)}</span></span>
    </button>
    <button class="round" aria-label=${running ? "Pause" : "Play"} onClick=${actions.playOrPause}><${Icon} name=${running ? "pause" : "play"} /></button>
    <button class="round" aria-label="Next" onClick=${actions.next}><${Icon} name="next" /></button>
  </section>`;
}
