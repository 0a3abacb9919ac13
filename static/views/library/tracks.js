// The tracks of the library, found as one types, narrowed to what is starred, was played, or is on this device.

import { html, useSignal } from "../../vendor/vendor.js";
import { titleOf } from "../../lib/format.js";
import { Bones } from "../bones/bones.js";
import { Empty } from "../empty/empty.js";
import { Icon } from "../icon/icon.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { useFetched } from "../missing/missing.js";
import { Star } from "../star/star.js";
import { LibraryMenu } from "./library-menu.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { IconName } from "../icon/icon.js" */
/** @import { Track } from "../../sync/protocol.js" */

/** @typedef {"all" | "starred" | "recent" | "most" | "kept"} Filter */

/** @type {[Filter, string, string][]} the words of the button, and those for an empty list */
const FILTERS = [
  ["all", "All", ""],
  ["starred", "Starred", "Nothing is starred yet. Tap the star of a track you like."],
  ["recent", "Recently played", "Nothing was played yet."],
  ["most", "Most played", "Nothing was played yet."],
  ["kept", "On this device", "No track is on this device yet. What is played here stays for a while."],
];

/** Of empty lists. @type {Record<Filter, IconName>} */
const SIGNS = { all: "library", starred: "star", recent: "note", most: "note", kept: "kept" };

/** @param {{ model: Model, actions: Actions }} props */
export function Tracks({ model, actions }) {
  const filter = useSignal(/** @type {Filter} */ ("all"));
  const chosen = useSignal(/** @type {string | null} */ (null));
  const recent = model.recent.value;
  useFetched(model, () => filter.value === "most" && actions.loadPlays(), [filter.value, recent]);
  const found = model.found.value;
  const shown = shownTracks(model, filter.value, found);
  const [queued, kept] = [model.queued.value, model.kept.value];
  /** @param {number} at */
  const row = (at) => {
    const track = shown[at];
    const { trackId } = track;
    const title = titleOf(track);
    return html`<${Row} key=${trackId} trackId=${trackId} track=${track} kept=${kept.has(trackId)}>
      <${Star} model=${model} actions=${actions} id=${trackId} title=${title} />
      <button class="round" aria-label=${`Add to queue: ${title}`} disabled=${queued.has(trackId)} onClick=${() => actions.addAt(model.place.peek(), [trackId])}><${Icon} name=${queued.has(trackId) ? "check" : "add"} /></button>
      <button class="round" aria-label=${`More: ${title}`} aria-haspopup="dialog" onClick=${() => (chosen.value = trackId)}><${Icon} name="more" /></button>
    <//>`;
  };
  return html`<div class="chips" role="group" aria-label="Show">
      ${FILTERS.map(([is, label]) => html`<button key=${is} aria-pressed=${filter.value === is} onClick=${() => (filter.value = is)}>${label}</button>`)}
    </div>
    ${shown.length === 0 && html`<${NoTracks} model=${model} actions=${actions} filter=${filter.value} searched=${found !== null} />`}
    <${Windowed} count=${shown.length} rowHeight=${ROW_HEIGHT} label="Tracks" row=${row} />
    ${chosen.value && html`<${LibraryMenu} model=${model} actions=${actions} trackId=${chosen.value} onClose=${() => (chosen.value = null)} />`}`;
}

/** @param {Model} model @param {Filter} filter @param {Track[] | null} found */
function shownTracks(model, filter, found) {
  if (filter === "all") return found ?? model.library.value.list;
  const tracks = model.tracks.value;
  const matches = found && new Set(found.map(({ trackId }) => trackId));
  /** @type {Track[]} */ const shown = [];
  for (const trackId of idsOf(model, filter)) {
    // Stars and plays outlive their tracks, for those that come back.
    const track = tracks.has(trackId) && tracks.get(trackId);
    if (track && (!matches || matches.has(trackId))) shown.push(track);
  }
  return shown;
}

/** @param {Model} model @param {Exclude<Filter, "all">} filter */
function idsOf(model, filter) {
  switch (filter) {
    case "starred":
      return model.stars.value.tracks.map(({ id }) => id);
    case "recent":
      return model.recent.value;
    case "kept":
      return model.kept.value;
    case "most": {
      const counts = Object.entries(model.plays.value?.counts ?? {});
      return counts.sort(([, one], [, other]) => other - one).map(([trackId]) => trackId);
    }
  }
}

/** @param {{ model: Model, actions: Actions, filter: Filter, searched: boolean }} props */
function NoTracks({ model, actions, filter, searched }) {
  if (filter === "all" && !searched && model.library.value.complete) {
    return html`<${Empty} icon="library" title="No music yet">
      <p class="soft" role="status">Copy some into the audio folder, then look for new music in House.</p>
      <button class="primary" onClick=${() => actions.show("house")}>Open House</button>
    <//>`;
  }
  const words = emptyWords(model, filter, searched);
  if (words === null) return html`<${Bones} />`;
  return html`<${Empty} icon=${searched ? "search" : SIGNS[filter]}><p class="soft" role="status">${words}</p><//>`;
}

/** Nothing while they are on their way. @param {Model} model @param {Filter} filter @param {boolean} searched */
function emptyWords(model, filter, searched) {
  const offline = model.link.value.status !== "live";
  if (searched) return `Nothing found${filter === "all" ? "" : " among these"}. Try fewer letters, or another word.${offline ? " While the house is out of reach only titles, artists and albums are looked at." : ""}`;
  if (filter === "most" && !model.plays.value) return model.missed.value.has("plays") ? "What was played cannot be read: the house is out of reach." : null;
  if (filter !== "all") return FILTERS.find(([is]) => is === filter)?.[2] ?? "";
  return offline ? "The house is out of reach. The music is listed when it is back." : null;
}
