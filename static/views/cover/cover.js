// A track's picture, or a quiet stand-in with the first letters of its title. The place is kept either way, so nothing jumps.

import { html } from "../../vendor/vendor.js";
import { coverOf, titleOf } from "../../lib/format.js";

/** @import { Track } from "../../sync/protocol.js" */

/** @param {{ track: Track | undefined, size: number, big?: boolean, lazy?: boolean }} props size in CSS pixels */
export function Cover({ track, size, big = false, lazy = !big }) {
  const url = coverOf(track, size > 200 ? 640 : size > 100 ? 320 : 128);
  const stand = html`<span key=${`for ${url}`} class="cover-stand" style=${{ "--hue": hueOf(track?.trackId ?? "") }}>${initials(titleOf(track))}</span>`;
  return html`<span class=${big ? "cover cover-big" : "cover"} aria-hidden="true">
    ${stand}
    ${url && html`<img key=${url} src=${url} alt="" width=${size} height=${size} loading=${lazy ? "lazy" : "eager"} decoding="async" onLoad=${stands} onError=${hide} />`}
  </span>`;
}

/** @param {Event} event */
function hide(event) {
  /** @type {HTMLElement} */ (event.currentTarget).hidden = true;
}

/** What is under the picture need not be drawn any more. @param {Event} event */
function stands(event) {
  const stand = /** @type {HTMLElement} */ (event.currentTarget).previousElementSibling;
  if (stand instanceof HTMLElement) stand.hidden = true;
}

/** Always the same for a track, in degrees. @param {string} trackId */
function hueOf(trackId) {
  let sum = 0;
  for (const letter of trackId) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return sum;
}

/** Of the first two words. @param {string} title */
function initials(title) {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
}
