// Where the track stands, and the way to another place in it. While a finger holds it, it follows the finger only.

import { html, useSignal } from "../../vendor/vendor.js";
import { clockTime } from "../../lib/format.js";

/** @import { Actions, Model } from "../../model.js" */

/** One step forward or back in a track: by the arrow keys, here and elsewhere on the page, and on the lock screen. */
export const SEEK_STEP_SEC = 10;
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -SEEK_STEP_SEC, ArrowDown: -SEEK_STEP_SEC, ArrowRight: SEEK_STEP_SEC, ArrowUp: SEEK_STEP_SEC };

/** @param {{ model: Model, actions: Actions }} props */
export function SeekBar({ model, actions }) {
  const held = useSignal(/** @type {number | null} */ (null));
  const duration = model.durationSec.value ?? 0;
  const position = held.value ?? Math.min(model.positionSec.value, duration || Infinity);
  const fill = duration > 0 ? (position / duration) * 100 : 0;
  /** @param {any} event */
  const moved = (event) => (held.value = Number(event.currentTarget.value));
  /** @param {any} event */
  const released = (event) => {
    held.value = null;
    actions.seek(Number(event.currentTarget.value));
  };
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const step = STEPS[event.key];
    if (!step || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    actions.seek(Math.min(Math.max(0, position + step), duration));
  };
  return html`<div class="seek">
    <input type="range" min="0" max=${duration || 1} step="0.1" value=${position} disabled=${duration === 0} aria-label="Position"
      aria-valuetext=${`${clockTime(position)} of ${clockTime(duration)}`} style=${{ "--fill": `${fill}%` }} onInput=${moved} onChange=${released} onKeyDown=${pressed} />
    <div class="seek-times"><span data-testid="position">${clockTime(position)}</span><span>${duration ? clockTime(duration) : "–:––"}</span></div>
  </div>`;
}
