// All the music of the house, found as one types, added with one tap; and the playlists that people made of it.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted, titleOf } from "../../lib/format.js";
import { Icon } from "../icon/icon.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { Playlists } from "../playlists/playlists.js";
import { LibraryMenu } from "./library-menu.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Library({ model, actions }) {
  const part = useSignal(/** @type {"tracks" | "playlists"} */ ("tracks"));
  const segment = (/** @type {"tracks" | "playlists"} */ is, /** @type {string} */ label) =>
    html`<button aria-pressed=${part.value === is} onClick=${() => (part.value = is)}>${label}</button>`;
  return html`<main class="screen">
    <header class="screen-head">
      <h1>Library</h1><span class="soft">${headline(model, part.value)}</span>
    </header>
    <div class="segments" role="group" aria-label="Part of this screen">${segment("tracks", "Tracks")}${segment("playlists", "Playlists")}</div>
    ${part.value === "tracks" ? html`<${Tracks} model=${model} actions=${actions} />` : html`<${Playlists} model=${model} actions=${actions} />`}
  </main>`;
}

/** @param {{ model: Model, actions: Actions }} props */
function Tracks({ model, actions }) {
  const chosen = useSignal(/** @type {string | null} */ (null));
  const { text, tracks: found } = model.search.value;
  const { list, complete } = model.library.value;
  const shown = found ?? list;
  const queued = model.queued.value;
  /** @param {number} at */
  const row = (at) => {
    const track = shown[at];
    const title = titleOf(track);
    return html`<${Row} key=${track.trackId} trackId=${track.trackId} track=${track}>
      <button class="round" aria-label=${`Add to queue: ${title}`} disabled=${queued.has(track.trackId)} onClick=${() => actions.addAt(model.place.value, [track.trackId])}><${Icon} name="add" /></button>
      <button class="round" aria-label=${`More: ${title}`} aria-haspopup="dialog" onClick=${() => (chosen.value = track.trackId)}><${Icon} name="more" /></button>
    <//>`;
  };
  return html`<div class="search">
      <${Icon} name="search" />
      <input id="search" type="search" placeholder="Title, artist, album" aria-label="Search the library" value=${text}
        onInput=${(/** @type {any} */ event) => actions.search(event.currentTarget.value)} />
    </div>
    ${shown.length === 0 && html`<p class="soft list-empty">${emptyWords(found !== null, complete)}</p>`}
    <${Windowed} count=${shown.length} rowHeight=${ROW_HEIGHT} label="Tracks" row=${row} />
    ${chosen.value && html`<${LibraryMenu} model=${model} actions=${actions} trackId=${chosen.value} onClose=${() => (chosen.value = null)} />`}`;
}

/** @param {Model} model @param {"tracks" | "playlists"} part */
function headline(model, part) {
  const { library, playlists } = model.state.value;
  if (part === "playlists") return counted(playlists.length, "playlist", "playlists");
  const found = model.search.value.tracks;
  return found ? counted(found.length, "match", "matches") : counted(library.count, "track", "tracks");
}

/** @param {boolean} searched @param {boolean} complete */
function emptyWords(searched, complete) {
  if (searched) return "Nothing found.";
  return complete ? "No music yet. Copy some into the audio folder, then look for new music in House." : "Loading…";
}
