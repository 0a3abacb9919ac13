// All the music of the house: its tracks, albums and artists, and the playlists that people made of it.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { Icon } from "../icon/icon.js";
import { Playlists } from "../playlists/playlists.js";
import { GoneLine } from "./gone.js";
import { Shelf } from "./shelf.js";
import { Tracks } from "./tracks.js";

/** @import { Actions, Model } from "../../model.js" */

/** @typedef {"tracks" | "albums" | "artists" | "playlists"} Part */

const PLACEHOLDERS = { tracks: "Title, artist, album", albums: "Album, artist, year", artists: "Artist", playlists: "Playlist" };

/** @param {{ model: Model, actions: Actions }} props */
export function Library({ model, actions }) {
  const part = useSignal(/** @type {Part} */ ("tracks"));
  const segment = (/** @type {Part} */ is, /** @type {string} */ label) =>
    html`<button aria-pressed=${part.value === is} onClick=${() => (part.value = is)}>${label}</button>`;
  return html`<main class="screen">
    <header class="screen-head">
      <h1>Library</h1><span class="soft">${headline(model, part.value)}</span>
    </header>
    <${GoneLine} model=${model} actions=${actions} />
    <div class="segments" role="group" aria-label="Part of this screen">
      ${segment("tracks", "Tracks")}${segment("albums", "Albums")}${segment("artists", "Artists")}${segment("playlists", "Playlists")}
    </div>
    <div class="search">
      <${Icon} name="search" />
      <input id="search" type="search" placeholder=${PLACEHOLDERS[part.value]} aria-label="Search the library" autocomplete="off" value=${model.search.value.text}
        onInput=${(/** @type {any} */ event) => actions.search(event.currentTarget.value)} />
    </div>
    ${part.value === "tracks" && html`<${Tracks} model=${model} actions=${actions} />`}
    ${part.value === "albums" && html`<${Shelf} key="album" model=${model} actions=${actions} kind="album" />`}
    ${part.value === "artists" && html`<${Shelf} key="artist" model=${model} actions=${actions} kind="artist" />`}
    ${part.value === "playlists" && html`<${Playlists} model=${model} actions=${actions} />`}
  </main>`;
}

/** @param {Model} model @param {Part} part */
function headline(model, part) {
  const { library, playlists } = model.state.value;
  const { albums, artists } = model.shelf.value ?? { albums: [], artists: [] };
  if (part === "playlists") return counted(playlists.length, "playlist", "playlists");
  if (part === "albums") return albums.length > 0 && counted(albums.length, "album", "albums");
  if (part === "artists") return artists.length > 0 && counted(artists.length, "artist", "artists");
  const found = model.found.value;
  return found ? counted(found.length, "match", "matches") : counted(library.count, "track", "tracks");
}
