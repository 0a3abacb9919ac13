// All the music of the house, found as one types, added with one tap.

import { html } from "../../vendor/vendor.js";
import { counted, titleOf } from "../../lib/format.js";
import { Icon } from "../icon/icon.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Library({ model, actions }) {
  const { text, tracks: found } = model.search.value;
  const { list, complete } = model.library.value;
  const shown = found ?? list;
  const queued = new Set(model.session.value?.queue ?? []);
  /** @param {number} at */
  const row = (at) => {
    const track = shown[at];
    const title = titleOf(track);
    return html`<${Row} key=${track.trackId} trackId=${track.trackId} track=${track}>
      <button class="round" aria-label=${`Play next: ${title}`} onClick=${() => actions.playNext(track.trackId)}><${Icon} name="nudge" /></button>
      <button class="round" aria-label=${`Add to queue: ${title}`} disabled=${queued.has(track.trackId)} onClick=${() => actions.add([track.trackId])}><${Icon} name="add" /></button>
    <//>`;
  };
  return html`<main class="screen">
    <header class="screen-head">
      <h1>Library</h1><span class="soft">${found ? counted(found.length, "match", "matches") : counted(model.state.value.library.count, "track", "tracks")}</span>
    </header>
    <div class="search">
      <${Icon} name="search" />
      <input id="search" type="search" placeholder="Title, artist, album" aria-label="Search the library" value=${text}
        onInput=${(/** @type {any} */ event) => actions.search(event.currentTarget.value)} />
    </div>
    ${shown.length === 0 && html`<p class="soft list-empty">${emptyWords(found !== null, complete)}</p>`}
    <${Windowed} count=${shown.length} rowHeight=${ROW_HEIGHT} label="Tracks" row=${row} />
  </main>`;
}

/** @param {boolean} searched @param {boolean} complete */
function emptyWords(searched, complete) {
  if (searched) return "Nothing found.";
  return complete ? "No music yet. Copy some into the audio folder, then look for new music in House." : "Loading…";
}
