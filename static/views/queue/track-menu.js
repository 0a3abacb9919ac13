// What can be done with one track of the queue.

import { html } from "../../vendor/vendor.js";
import { titleOf } from "../../lib/format.js";
import { ToPlaylist } from "../playlists/to-playlist.js";
import { Sheet, thenClose } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, trackId: string, onClose: () => void }} props */
export function TrackMenu({ model, actions, trackId, onClose }) {
  const queue = model.queue.value;
  const at = queue.indexOf(trackId);
  const last = queue.length - 1;
  const then = thenClose(onClose);
  return html`<${Sheet} title=${titleOf(model.tracks.value.get(trackId))} onClose=${onClose}>
    ${at > 1 && html`<button onClick=${then(() => actions.playNext(trackId))}>Play next</button>`}
    ${at > 1 && html`<button onClick=${then(() => actions.move(trackId, at - 1))}>Move up</button>`}
    ${at > 0 && at < last && html`<button onClick=${then(() => actions.move(trackId, at + 1))}>Move down</button>`}
    ${at > 0 && at < last && html`<button onClick=${then(() => actions.move(trackId, last))}>Move to the end</button>`}
    <${ToPlaylist} model=${model} actions=${actions} trackId=${trackId} onClose=${onClose} />
    <button class="danger" onClick=${then(() => actions.remove(trackId))}>Remove from the queue</button>
  <//>`;
}
