// What can be done with one track of the library.

import { html } from "../../vendor/vendor.js";
import { titleOf } from "../../lib/format.js";
import { ToPlaylist } from "../playlists/to-playlist.js";
import { Sheet, thenClose } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, trackId: string, onClose: () => void }} props */
export function LibraryMenu({ model, actions, trackId, onClose }) {
  const then = thenClose(onClose);
  return html`<${Sheet} title=${titleOf(model.tracks.value.get(trackId))} onClose=${onClose}>
    <button onClick=${then(() => actions.playNext(trackId))}>Play next</button>
    <button onClick=${then(() => actions.add([trackId]))}>Add to the queue</button>
    <${ToPlaylist} model=${model} actions=${actions} trackId=${trackId} onClose=${onClose} />
  <//>`;
}
