// A track's picture, or a calm stand-in with its first letter. The place is kept either way, so nothing jumps.

import { html } from "../../vendor/vendor.js";
import { coverOf, titleOf } from "../../lib/format.js";

/** @import { Track } from "../../sync/protocol.js" */

/** @param {{ track: Track | undefined, size: number, big?: boolean, lazy?: boolean }} props size in CSS pixels */
export function Cover({ track, size, big = false, lazy = !big }) {
  const url = coverOf(track, size > 200 ? 640 : size > 100 ? 320 : 128);
  const stand = html`<span class="cover-stand" data-tone=${toneOf(track?.trackId ?? "")}>${titleOf(track).slice(0, 1)}</span>`;
  return html`<span class=${big ? "cover cover-big" : "cover"} aria-hidden="true">
    ${stand}
    ${url && html`<img key=${url} src=${url} alt="" width=${size} height=${size} loading=${lazy ? "lazy" : "eager"} decoding="async" onError=${hide} />`}
  </span>`;
}

/** @param {Event} event */
function hide(event) {
  /** @type {HTMLElement} */ (event.currentTarget).hidden = true;
}

/** @param {string} trackId */
function toneOf(trackId) {
  let sum = 0;
  for (const letter of trackId) sum = (sum * 31 + letter.charCodeAt(0)) % 6;
  return sum;
}
