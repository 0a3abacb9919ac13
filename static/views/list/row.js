// One track in a list: cover, title, artist, on a wide page the album, duration, and whatever buttons the list gives it.

import { html } from "../../vendor/vendor.js";
import { artistOf, clockTime, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { Icon } from "../icon/icon.js";

/** @import { Track } from "../../sync/protocol.js" */

export const ROW_HEIGHT = 64;

/** @param {{ track: Track | undefined, trackId: string, mark?: string, kept?: boolean, first?: any, children?: any }} props mark: "current", "next" or nothing; kept: it is on this device */
export function Row({ track, trackId, mark, kept = false, first, children }) {
  const playable = track?.playable !== false;
  const length = track?.duration ? clockTime(track.duration) : "";
  const second = [artistOf(track), playable ? "" : "format not supported"].filter(Boolean).join(" · ");
  return html`<div class="row" role="listitem" data-track=${trackId} data-mark=${mark} aria-current=${mark === "current" ? "true" : undefined}>
    ${first}<${Cover} track=${track} size=${48} />
    <span class="row-words"><strong>${titleOf(track)}</strong><span class="soft">${kept && html`<span class="kept" role="img" aria-label="On this device"><${Icon} name="kept" /></span>`}<span class="row-second">${second}</span>${length && html`<span class="row-time-below">${second && " · "}${length}</span>`}</span></span>
    ${track?.tags?.album && html`<span class="row-album soft">${track.tags.album}</span>`}
    <span class="row-time soft">${length}</span>
    ${children}
  </div>`;
}
