// One track in a list: cover, title, artist, duration, and whatever buttons the list gives it.

import { html } from "../../vendor/vendor.js";
import { artistOf, clockTime, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";

/** @import { Track } from "../../sync/protocol.js" */

export const ROW_HEIGHT = 64;

/** @param {{ track: Track | undefined, trackId: string, mark?: string, first?: any, children?: any }} props mark: "current", "next" or nothing */
export function Row({ track, trackId, mark, first, children }) {
  const playable = track?.playable !== false;
  const second = [artistOf(track), playable ? "" : "format not supported"].filter(Boolean).join(" · ");
  return html`<div class="row" role="listitem" data-track=${trackId} data-mark=${mark} aria-current=${mark === "current" ? "true" : undefined}>
    ${first}<${Cover} track=${track} size=${44} />
    <span class="row-words"><strong>${titleOf(track)}</strong><span class="soft">${second}</span></span>
    <span class="row-time soft">${track?.duration ? clockTime(track.duration) : ""}</span>
    ${children}
  </div>`;
}
