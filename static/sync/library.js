// The library as far as this page has read it: page after page of the index, and what a search found. Asks again by itself. What
// was taken out is known by its name as long as the page lives, for queues and playlists that have it still; lists of what there
// is ask whether the library has it.

/** @import { Api } from "./api.js" */
/** @import { Track } from "./protocol.js" */

/** `get`: also of what was taken out; `has`: it is there. @typedef {Pick<ReadonlyMap<string, Track>, "get" | "has">} Known */
/**
 * @typedef {object} LibraryParts
 * @property {Api} api
 * @property {(tracks: Track[], complete: boolean) => void} onTracks
 * @property {(ms: number) => Promise<void>} pause
 */

const FIRST_PAGE = 200;
const LATER_PAGES = 2000;
const AGAIN_MS = 3000;

export class Library {
  /** @type {Map<string, Track>} */ tracks = new Map();
  /** @type {Set<string>} of these, what was taken out */ #gone = new Set();
  /** @type {LibraryParts} */ #parts;
  #wanted = -1;
  #searches = 0;
  #shown = 0;

  /** @param {LibraryParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What is known by now, as a value of its own: who looked at the one before sees that there is more, or less. @returns {Known} */
  get known() {
    return { get: (trackId) => this.tracks.get(trackId), has: (trackId) => this.tracks.has(trackId) && !this.#gone.has(trackId) };
  }

  /** The library is at this version now. @param {number} version */
  async follow(version) {
    if (version === this.#wanted) return;
    this.#wanted = version;
    while (this.#wanted === version) {
      try {
        return await this.#read(version);
      } catch {
        await this.#parts.pause(AGAIN_MS);
      }
    }
  }

  /** Whatever version it is told next: everything is read again. */
  again() {
    this.#wanted = -1;
  }

  /** @param {string} text @returns {Promise<Track[] | null>} null: a later search has overtaken this one */
  async search(text) {
    const turn = ++this.#searches;
    const { tracks } = await this.#parts.api.search(text);
    for (const track of tracks) this.#add(track);
    return turn === this.#searches ? tracks : null;
  }

  /** @param {number} version */
  async #read(version) {
    /** @type {Track[]} */ let list = [];
    for (let limit = FIRST_PAGE; this.#wanted === version; limit = LATER_PAGES) {
      const page = await this.#parts.api.index(list.length, limit);
      if (this.#wanted !== version) return;
      list = [...list, ...page];
      for (const track of page) this.#add(track);
      const complete = page.length < limit;
      if (complete) this.#gone = this.#beyond(list);
      // What is read again is shown when it is complete: a list that shrinks and grows under a finger is none.
      if (complete || list.length > this.#shown) {
        this.#shown = list.length;
        this.#parts.onTracks(list, complete);
      }
      if (complete) return;
    }
  }

  /** @param {Track} track the house has named it just now */
  #add(track) {
    this.tracks.set(track.trackId, track);
    this.#gone.delete(track.trackId);
  }

  /** What is known and not in the whole of the library. @param {Track[]} whole @returns {Set<string>} */
  #beyond(whole) {
    if (this.tracks.size === whole.length) return new Set();
    const here = new Set(whole.map(({ trackId }) => trackId));
    return new Set([...this.tracks.keys()].filter((trackId) => !here.has(trackId)));
  }
}
