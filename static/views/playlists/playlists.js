// The household's playlists: the list of them, and one that is open.

import { html, useRef, useSignal } from "../../vendor/vendor.js";
import { wordsIn } from "../../lib/find.js";
import { counted, titleOf, trackOf } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Empty } from "../empty/empty.js";
import { NameForm } from "../name-form/name-form.js";
import { Icon } from "../icon/icon.js";
import { Grip } from "../list/drag.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { Missing, useFetched } from "../missing/missing.js";
import { PlayChoices } from "../where/play-choices.js";
import { Star } from "../star/star.js";
import { Sheet, thenClose } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Playlist } from "../../sync/protocol.js" */

/** @typedef {{ model: Model, actions: Actions }} Props */

/** @param {Props} props */
export function Playlists({ model, actions }) {
  const open = useSignal(/** @type {string | null} */ (null));
  const creating = useSignal(false);
  const playlists = model.state.value.playlists;
  const shown = playlists.find(({ playlistId }) => playlistId === open.value);
  if (shown) return html`<${Opened} key=${shown.playlistId} model=${model} actions=${actions} playlist=${shown} back=${() => (open.value = null)} />`;
  const fits = wordsIn(model.search.value.text);
  const listed = playlists.filter(({ name }) => fits(name));
  /** @param {number} at */
  const row = (at) => {
    const { playlistId, name, count } = listed[at];
    return html`<div class="row" role="listitem" key=${playlistId}><button class="playlist" onClick=${() => (open.value = playlistId)}>
      <span class="row-words"><strong>${name}</strong><span class="soft">${counted(count, "track", "tracks")}</span></span><${Icon} name="open" />
    </button></div>`;
  };
  return html`<div class="playlists">
    <div class="playlists-new">${creating.value
      ? html`<${NameForm} name="" label="Name of the playlist" save=${(/** @type {string} */ name) => actions.createPlaylist(name, [])} close=${() => (creating.value = false)} />`
      : html`<button onClick=${() => (creating.value = true)}>New playlist</button><${ImportButton} model=${model} actions=${actions} />`}</div>
    ${playlists.length === 0 && html`<${Empty} icon="queue"><p class="soft">No playlist yet. Make one here, add a track to one from its menu, or import a file of another player.</p><//>`}
    ${playlists.length > 0 && listed.length === 0 && html`<${Empty} icon="search"><p class="soft">No playlist is called that. Try fewer letters.</p><//>`}
    <${Windowed} count=${listed.length} rowHeight=${ROW_HEIGHT} label="Playlists" row=${row} />
  </div>`;
}

/** @param {Props} props */
function ImportButton({ model, actions }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @param {any} event */
  const chosen = ({ currentTarget }) => {
    const [file] = currentTarget.files;
    if (file) actions.importPlaylist(file);
    currentTarget.value = "";
  };
  return html`<button disabled=${model.link.value.status !== "live"} onClick=${() => field.current?.click()}>Import a file</button>
    <input ref=${field} class="file" type="file" accept=".m3u,.m3u8,.json,audio/x-mpegurl,application/json" aria-label="Playlist file" tabindex="-1" onChange=${chosen} />`;
}

/** @param {Props & { playlist: Playlist, back: () => void }} props */
function Opened({ model, actions, playlist, back }) {
  const { playlistId, name, count, updatedAt } = playlist;
  const read = () => actions.openPlaylist(playlistId);
  useFetched(model, read, [playlistId, updatedAt, count]);
  const chosen = useSignal(/** @type {number | null} */ (null));
  const renaming = useSignal(false);
  const opened = model.opened.value?.playlistId === playlistId ? model.opened.value : null;
  const tracks = opened?.tracks ?? [];
  const [library, kept] = [model.tracks.value, model.kept.value];
  /** @param {number} at */
  const row = (at) => {
    const track = library.get(tracks[at].trackId) ?? trackOf(tracks[at]);
    return html`<${Row} key=${track.trackId} trackId=${track.trackId} track=${track} kept=${kept.has(track.trackId)} first=${html`<${Grip} />`}>
      <${Star} model=${model} actions=${actions} id=${track.trackId} title=${titleOf(track)} />
      <button class="round" aria-label=${`More: ${titleOf(track)}`} aria-haspopup="dialog" onClick=${() => (chosen.value = at)}><${Icon} name="more" /></button>
    <//>`;
  };
  const ids = tracks.map(({ trackId }) => trackId);
  const movable = {
    idAt: (/** @type {number} */ at) => ids[at],
    onMove: (/** @type {number} */ at, /** @type {number} */ to) => actions.moveInPlaylist(playlistId, ids[at], to),
  };
  return html`<div class="opened-head">
      <button class="round" aria-label="All playlists" onClick=${back}><${Icon} name="back" /></button>
      ${renaming.value
        ? html`<${NameForm} name=${name} label="Name of the playlist" save=${(/** @type {string} */ other) => actions.renamePlaylist(playlistId, other)} close=${() => (renaming.value = false)} />`
        : html`<div class="opened-words"><h2>${name}</h2><p class="soft">${counted(count, "track", "tracks")}</p></div>`}
    </div>
    <div class="opened-buttons">
      <button class="primary" disabled=${ids.length === 0} onClick=${() => actions.playAt(model.place.value, ids)}>Play</button>
      <button disabled=${ids.length === 0} onClick=${() => actions.addAt(model.place.value, ids)}>Add to the queue</button>
      <button class="plain" onClick=${() => (renaming.value = true)}>Rename</button>
      <a class="button plain" href=${`/playlists/${playlistId}.m3u8`} download=${`${name}.m3u8`}>Export</a>
      <${ConfirmButton} label=${`Delete ${name}`} onConfirm=${() => actions.deletePlaylist(playlistId)}>Delete<//>
    </div>
    ${!opened && html`<${Missing} model=${model} part="playlist" what="Its tracks" retry=${read} />`}
    ${opened && ids.length === 0 && html`<${Empty} icon="note"><p class="soft">Empty. Add tracks from their menus in Tracks or Queue.</p><//>`}
    <${Windowed} count=${ids.length} rowHeight=${ROW_HEIGHT} label=${name} row=${row} movable=${movable} />
    ${chosen.value !== null && tracks[chosen.value] && html`<${EntryMenu} model=${model} actions=${actions} playlist=${playlist} ids=${ids} at=${chosen.value}
      title=${titleOf(known(model, tracks[chosen.value]))} onClose=${() => (chosen.value = null)} />`}`;
}

/** @param {Props & { playlist: Playlist, ids: string[], at: number, title: string, onClose: () => void }} props */
function EntryMenu({ model, actions, playlist: { playlistId }, ids, at, title, onClose }) {
  const then = thenClose(onClose);
  const move = (/** @type {number} */ to) => then(() => actions.moveInPlaylist(playlistId, ids[at], to));
  return html`<${Sheet} title=${title} onClose=${onClose}>
    <${PlayChoices} model=${model} actions=${actions} trackIds=${[ids[at]]} onClose=${onClose} />
    ${at > 0 && html`<button onClick=${move(0)}>Move to the top</button>`}
    ${at > 0 && html`<button onClick=${move(at - 1)}>Move up</button>`}
    ${at < ids.length - 1 && html`<button onClick=${move(at + 1)}>Move down</button>`}
    <button class="danger" onClick=${then(() => actions.removeFromPlaylist(playlistId, ids[at]))}>Remove from the playlist</button>
  <//>`;
}

/** @param {Model} model @param {import("../../sync/protocol.js").NamedTrack} named */
function known(model, named) {
  return model.tracks.value.get(named.trackId) ?? trackOf(named);
}
