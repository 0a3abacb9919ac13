// What can be done with one track of the library.

import { html } from "../../vendor/vendor.js";
import { titleOf } from "../../lib/format.js";
import { ToPlaylist } from "../playlists/to-playlist.js";
import { PlayChoices } from "../where/play-choices.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, trackId: string, onClose: () => void }} props */
export function LibraryMenu({ model, actions, trackId, onClose }) {
  return html`<${Sheet} title=${titleOf(model.tracks.value.get(trackId))} onClose=${onClose}>
    <${PlayChoices} model=${model} actions=${actions} trackIds=${[trackId]} onClose=${onClose} />
    <${ToPlaylist} model=${model} actions=${actions} trackId=${trackId} onClose=${onClose} />
  <//>`;
}
