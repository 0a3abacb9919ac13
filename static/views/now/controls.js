// Previous, play or pause, next.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Controls({ model, actions }) {
  const running = model.running.value;
  const waiting = model.place.value === "room" && model.session.value?.playState.mode === "waiting";
  const empty = !model.playable.value;
  return html`<div class="controls">
    <button class="round big" aria-label="Previous" disabled=${empty} onClick=${actions.previous}><${Icon} name="previous" /></button>
    <button class="round play" aria-label=${running ? "Pause" : "Play"} disabled=${empty} data-waiting=${waiting}
      onClick=${actions.playOrPause}><${Icon} name=${running ? "pause" : "play"} /></button>
    <button class="round big" aria-label="Next" disabled=${empty} onClick=${actions.next}><${Icon} name="next" /></button>
  </div>`;
}
