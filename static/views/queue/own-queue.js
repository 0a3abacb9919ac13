// What this device plays for itself, in order, from the current track on; what was played before is kept above it, out of sight.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted, titleOf } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Empty } from "../empty/empty.js";
import { Icon } from "../icon/icon.js";
import { Grip } from "../list/drag.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { NameForm } from "../name-form/name-form.js";
import { ToPlaylist } from "../playlists/to-playlist.js";
import { Star } from "../star/star.js";
import { Sheet, thenClose } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */

/** @typedef {{ model: Model, actions: Actions }} Props */

/** @param {Props} props */
export function OwnQueue({ model, actions }) {
  const chosen = useSignal(/** @type {number | null} */ (null));
  const more = useSignal(false);
  const earlier = useSignal(false);
  const { queue, queueIndex } = model.own.value;
  const first = earlier.value ? 0 : queueIndex;
  const [tracks, kept] = [model.tracks.value, model.kept.value];
  /** @param {number} place */
  const row = (place) => {
    const at = place + first;
    const track = tracks.get(queue[at]);
    return html`<${Row} key=${queue[at]} trackId=${queue[at]} track=${track} mark=${at === queueIndex ? "current" : undefined} kept=${kept.has(queue[at])} first=${html`<${Grip} />`}>
      <${Star} model=${model} actions=${actions} id=${queue[at]} title=${titleOf(track)} />
      ${at !== queueIndex && html`<button class="round" aria-label=${`Play: ${titleOf(track)}`} onClick=${() => actions.own.jump(at)}><${Icon} name="play" /></button>`}
      <button class="round" aria-label=${`More: ${titleOf(track)}`} aria-haspopup="dialog" onClick=${() => (chosen.value = at)}><${Icon} name="more" /></button>
    <//>`;
  };
  const movable = {
    idAt: (/** @type {number} */ at) => queue[at + first],
    onMove: (/** @type {number} */ at, /** @type {number} */ to) => actions.own.move(queue[at + first], to + first),
  };
  return html`<main class="screen">
    <header class="screen-head own-head">
      <h1>Queue</h1><span class="soft">${model.thisDevice.value} · ${counted(queue.length, "track", "tracks")}</span>
      <button class="round" aria-label="Undo" onClick=${actions.own.undo}><${Icon} name="undo" /></button>
      <button class="round" aria-label="Redo" onClick=${actions.own.redo}><${Icon} name="redo" /></button>
      <button class="round" aria-label="Shuffle" disabled=${queue.length - queueIndex < 3} onClick=${actions.own.shuffle}><${Icon} name="shuffle" /></button>
      <button class="round" aria-label="More about this queue" aria-haspopup="dialog" disabled=${queue.length === 0} onClick=${() => (more.value = true)}><${Icon} name="more" /></button>
    </header>
    ${queue.length === 0 && html`<${Empty} icon="queue" title="Nothing here yet">
      <p class="soft">Pick something from the library; it plays on ${model.thisDevice.value.toLowerCase()} alone.</p>
      <button class="primary" onClick=${() => actions.show("library")}>Open the library</button>
    <//>`}
    ${queueIndex > 0 && html`<button class="plain earlier" aria-expanded=${earlier.value} onClick=${() => (earlier.value = !earlier.value)}>${earlier.value ? "Hide what was played" : `${counted(queueIndex, "track", "tracks")} before`}</button>`}
    <${Windowed} count=${queue.length - first} rowHeight=${ROW_HEIGHT} label="Queue" row=${row} movable=${movable} />
    ${chosen.value !== null && queue[chosen.value] && html`<${EntryMenu} model=${model} actions=${actions} at=${chosen.value} onClose=${() => (chosen.value = null)} />`}
    ${more.value && html`<${QueueMenu} model=${model} actions=${actions} onClose=${() => (more.value = false)} />`}
  </main>`;
}

/** @param {Props & { at: number, onClose: () => void }} props */
export function EntryMenu({ model, actions, at, onClose }) {
  const { queue, queueIndex } = model.own.value;
  const trackId = queue[at];
  const then = thenClose(onClose);
  const move = (/** @type {number} */ to) => then(() => actions.own.move(trackId, to));
  return html`<${Sheet} title=${titleOf(model.tracks.value.get(trackId))} onClose=${onClose}>
    ${at !== queueIndex && html`<button onClick=${then(() => actions.own.jump(at))}>Play</button>`}
    ${at !== queueIndex && html`<button onClick=${then(() => actions.own.playNext([trackId]))}>Play next</button>`}
    ${at > 0 && html`<button onClick=${move(at - 1)}>Move up</button>`}
    ${at < queue.length - 1 && html`<button onClick=${move(at + 1)}>Move down</button>`}
    ${at < queue.length - 1 && html`<button onClick=${move(queue.length - 1)}>Move to the end</button>`}
    <${ToPlaylist} model=${model} actions=${actions} trackId=${trackId} onClose=${onClose} />
    <button class="danger" onClick=${then(() => actions.own.remove(trackId))}>Remove from the queue</button>
  <//>`;
}

/** @param {Props & { onClose: () => void }} props */
function QueueMenu({ model, actions, onClose }) {
  const naming = useSignal(false);
  const { queue } = model.own.value;
  const save = (/** @type {string} */ name) => actions.createPlaylist(name, queue);
  return html`<${Sheet} title="Queue" onClose=${onClose}>
    ${naming.value
      ? html`<${NameForm} name="" label="Name of the playlist" save=${save} close=${onClose} />`
      : html`<button onClick=${() => (naming.value = true)}>Save as a playlist…</button>`}
    <${ConfirmButton} label="Clear the queue" onConfirm=${thenClose(onClose)(actions.own.clear)}>Clear the queue<//>
  <//>`;
}
