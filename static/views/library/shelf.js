// The albums with their covers, and the artists; and one of them opened, with its tracks.

import { html, useEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { counted, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { Empty } from "../empty/empty.js";
import { Icon } from "../icon/icon.js";
import { wordsIn } from "../../lib/find.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { Missing, useFetched } from "../missing/missing.js";
import { Star } from "../star/star.js";
import { LibraryMenu } from "./library-menu.js";

/** @import { Actions, Model } from "../../model.js" */

/** @typedef {{ id: string, title: string, second: string, coverUrl?: string }} Item */
/** @typedef {{ model: Model, actions: Actions, kind: "album" | "artist" }} Props */

/** As style.css and wide.css have them: what a cell is at least, between two, and beside all of them. */
const NARROW = { cell: 150, gap: 12, side: 32 };
const TABLET = { cell: 170, gap: 12, side: 48 };
const WIDE = { cell: 184, gap: 24, side: 64 };
const WORDS_HEIGHT = 62;

/** @param {Props} props */
export function Shelf({ model, actions, kind }) {
  const open = useSignal(/** @type {string | null} */ (null));
  const starredOnly = useSignal(false);
  useFetched(model, actions.loadShelf, [model.state.value.library.version]);
  const all = items(model, kind);
  const shown = narrowed(starredOnly.value ? starredOf(model, kind, all) : all, model.search.value.text);
  const opened = all.find(({ id }) => id === open.value);
  if (opened) return html`<${Opened} key=${opened.id} model=${model} actions=${actions} kind=${kind} item=${opened} back=${() => (open.value = null)} />`;
  const chip = (/** @type {boolean} */ is, /** @type {string} */ label) => html`<button aria-pressed=${starredOnly.value === is} onClick=${() => (starredOnly.value = is)}>${label}</button>`;
  return html`<div class="chips" role="group" aria-label="Show">${chip(false, "All")}${chip(true, "Starred")}</div>
    ${!model.shelf.value && html`<${Missing} model=${model} part="shelf" what=${kind === "album" ? "The albums" : "The artists"} retry=${actions.loadShelf} />`}
    ${model.shelf.value && shown.length === 0 && html`<${Empty} icon=${starredOnly.value ? "star" : "library"}><p class="soft">${emptyWords(model, all, starredOnly.value, kind)}</p><//>`}
    <${Grid} shown=${shown} label=${kind === "album" ? "Albums" : "Artists"} cell=${(/** @type {Item} */ item) => html`<div class="tile" key=${item.id} role="listitem" data-id=${item.id}>
      <button class="tile-open" onClick=${() => (open.value = item.id)}>
        <span class="unseen">Open </span>
        <${Cover} track=${asTrack(item)} size=${180} big lazy />
        <strong>${item.title}</strong><span class="soft">${item.second}</span>
      </button>
      <${Star} model=${model} actions=${actions} kind=${kind} id=${item.id} title=${item.title} />
    </div>`} />`;
}

/** As many beside each other as fit. @param {{ shown: Item[], label: string, cell: (item: Item) => any }} props */
function Grid({ shown, label, cell }) {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const width = useSignal(360);
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (frame.current);
    const sized = new ResizeObserver(() => (width.value = element.clientWidth));
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  const { cell: least, gap, side } = innerWidth >= 900 ? WIDE : innerWidth >= 600 ? TABLET : NARROW;
  const columns = Math.max(2, Math.floor((width.value - side + gap) / (least + gap)));
  const cellWidth = (width.value - side - gap * (columns - 1)) / columns;
  const row = (/** @type {number} */ at) => html`<div class="tiles" key=${at} role="presentation" style=${{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
    ${shown.slice(at * columns, (at + 1) * columns).map(cell)}
  </div>`;
  return html`<div class="grid" ref=${frame}>
    <${Windowed} count=${Math.ceil(shown.length / columns)} rowHeight=${Math.ceil(cellWidth) + WORDS_HEIGHT + gap} label=${label} row=${row} />
  </div>`;
}

/** @param {Props & { item: Item, back: () => void }} props */
function Opened({ model, actions, kind, item, back }) {
  const open = () => actions.openShelved(kind, item.id);
  useFetched(model, open, [item.id]);
  const chosen = useSignal(/** @type {string | null} */ (null));
  const shelved = model.shelved.value;
  const tracks = shelved?.kind === kind && shelved.id === item.id ? shelved.tracks : null;
  const [known, kept] = [model.tracks.value, model.kept.value];
  const ids = (tracks ?? []).map(({ trackId }) => trackId).filter((trackId) => known.has(trackId));
  /** @param {number} at */
  const row = (at) => {
    const track = known.get(ids[at]);
    const title = titleOf(track);
    return html`<${Row} key=${ids[at]} trackId=${ids[at]} track=${track} kept=${kept.has(ids[at])}>
      <${Star} model=${model} actions=${actions} id=${ids[at]} title=${title} />
      <button class="round" aria-label=${`More: ${title}`} aria-haspopup="dialog" onClick=${() => (chosen.value = ids[at])}><${Icon} name="more" /></button>
    <//>`;
  };
  return html`<div class="opened-head">
      <button class="round" aria-label=${kind === "album" ? "All albums" : "All artists"} onClick=${back}><${Icon} name="back" /></button>
      <${Cover} track=${asTrack(item)} size=${200} />
      <div class="opened-words"><h2>${item.title}</h2><p class="soft">${item.second}</p></div>
      <${Star} model=${model} actions=${actions} kind=${kind} id=${item.id} title=${item.title} />
    </div>
    <div class="opened-buttons">
      <button class="primary" disabled=${ids.length === 0} onClick=${() => actions.playAt(model.place.value, ids)}><${Icon} name="play" />Play</button>
      <button disabled=${ids.length === 0} onClick=${() => actions.addAt(model.place.value, ids)}>Add to the queue</button>
    </div>
    ${!tracks && html`<${Missing} model=${model} part="shelved" what="Its tracks" retry=${open} />`}
    <${Windowed} count=${ids.length} rowHeight=${ROW_HEIGHT} label=${item.title} row=${row} />
    ${chosen.value && html`<${LibraryMenu} model=${model} actions=${actions} trackId=${chosen.value} onClose=${() => (chosen.value = null)} />`}`;
}

/** @param {Model} model @param {"album" | "artist"} kind @returns {Item[]} */
function items(model, kind) {
  const { albums, artists } = model.shelf.value ?? { albums: [], artists: [] };
  if (kind === "album") return albums.map(({ id, title, artist, year, coverUrl }) => ({ id, title, second: [artist, year].filter(Boolean).join(" · "), coverUrl }));
  return artists.map(({ id, name, trackCount = 0, coverUrl }) => ({ id, title: name, second: counted(trackCount, "track", "tracks"), coverUrl }));
}

/** @param {Item[]} items @param {string} text */
function narrowed(items, text) {
  const fits = text.trim() === "" ? null : wordsIn(text);
  return fits ? items.filter(({ title, second }) => fits(`${title} ${second}`)) : items;
}

/** @param {Model} model @param {Item[]} all @param {boolean} starredOnly @param {"album" | "artist"} kind */
function emptyWords(model, all, starredOnly, kind) {
  if (all.length === 0 && model.state.value.library.count > 0) return `The music names no ${kind}s. Give the files tags, for instance with Picard, then look for new music in House.`;
  if (all.length === 0) return "No music yet. Copy some into the audio folder, then look for new music in House.";
  return starredOnly ? `No ${kind} is starred here. Tap the star of one you like.` : `No ${kind} is called that. Try fewer letters.`;
}

/** The one that was starred last comes first. @param {Model} model @param {"album" | "artist"} kind @param {Item[]} all */
function starredOf(model, kind, all) {
  const byId = new Map(all.map((item) => [item.id, item]));
  return model.stars.value[kind === "album" ? "albums" : "artists"].flatMap(({ id }) => byId.get(id) ?? []);
}

/** What a cover is made for. @param {Item} item */
function asTrack({ id, title, coverUrl }) {
  return { trackId: id, fileName: title, size: 0, mime: "", playable: true, tags: { title }, ...(coverUrl && { coverUrl }) };
}
