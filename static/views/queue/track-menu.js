// What can be done with one track of the queue, as a sheet from the bottom. Closes by its button, Escape, or a tap beside it.

import { html, useEffect, useRef } from "../../vendor/vendor.js";
import { titleOf } from "../../lib/format.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions, trackId: string, onClose: () => void }} props */
export function TrackMenu({ model, actions, trackId, onClose }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => dialog.current?.showModal(), []);
  const queue = model.session.value?.queue ?? [];
  const at = queue.indexOf(trackId);
  const last = queue.length - 1;
  /** @param {() => void} work */
  const then = (work) => () => {
    work();
    onClose();
  };
  return html`<dialog class="sheet" ref=${dialog} aria-label=${titleOf(model.tracks.value.get(trackId))} onClose=${onClose}
    onClick=${(/** @type {Event} */ event) => event.target === dialog.current && onClose()}>
    <div class="sheet-body">
      <h2>${titleOf(model.tracks.value.get(trackId))}</h2>
      ${at > 1 && html`<button onClick=${then(() => actions.playNext(trackId))}>Play next</button>`}
      ${at > 1 && html`<button onClick=${then(() => actions.move(trackId, at - 1))}>Move up</button>`}
      ${at > 0 && at < last && html`<button onClick=${then(() => actions.move(trackId, at + 1))}>Move down</button>`}
      ${at > 0 && at < last && html`<button onClick=${then(() => actions.move(trackId, last))}>Move to the end</button>`}
      <button class="danger" onClick=${then(() => actions.remove(trackId))}>Remove from the queue</button>
      <button class="plain" onClick=${onClose}>Close</button>
    </div>
  </dialog>`;
}
