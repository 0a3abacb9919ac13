// Part of a track's menu: into which playlist, or a new one.

import { html, useSignal } from "../../vendor/vendor.js";
import { NameForm } from "../name-form/name-form.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, trackId: string, onClose: () => void }} props */
export function ToPlaylist({ model, actions, trackId, onClose }) {
  const open = useSignal(false);
  if (!open.value) return html`<button aria-expanded="false" onClick=${() => (open.value = true)}>Add to a playlist…</button>`;
  return html`<div class="to-playlist" role="group" aria-label="Playlists">
    ${model.state.value.playlists.map(
      ({ playlistId, name }) => html`<button key=${playlistId} onClick=${() => (actions.addToPlaylist(playlistId, trackId), onClose())}>${name}</button>`,
    )}
    <${NameForm} name="" label="New playlist" save=${(/** @type {string} */ name) => actions.createPlaylist(name, [trackId])} close=${onClose} />
  </div>`;
}
