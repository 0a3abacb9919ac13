// What this device has of the queue, and what it tells the room about it. "Have" means: downloaded, the sound unlocked by a
// tap, and the clock measured afresh after the download (a busy link biases it by tens of milliseconds).

import { NoSuchTrack } from "./download.js";

/** @import { TrackCache } from "./cache.js" */

/** @typedef {{ state: "queued" | "loading" | "here" | "failed", fraction: number }} Holding */

/**
 * @typedef {object} ReadinessParts
 * @property {TrackCache} cache
 * @property {(trackId: string, onProgress: (fraction: number) => void, signal: AbortSignal) => Promise<ArrayBuffer>} download
 * @property {(trackId: string) => number | undefined} sizeOf
 * @property {() => Promise<void>} freshBurst
 * @property {(message: object) => boolean} send
 * @property {() => number} now
 * @property {() => void} onChange
 */

const PROGRESS_EVERY_MS = 500;
const DECLARED_MAX = 8;
const RETRY_FAILED_MS = 15_000;

export class Readiness {
  /** @type {ReadinessParts} */ #parts;
  /** @type {string[]} in the order they are needed */ #wanted = [];
  /** @type {Map<string, Holding>} */ #holdings = new Map();
  /** @type {Map<string, number>} */ #failedAt = new Map();
  /** @type {{ trackId: string, abort: AbortController } | null} */ #loading = null;
  #joined = false;
  #announceProgress = false;
  #progressSentAt = -Infinity;

  /** @param {ReadinessParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {string} trackId @returns {Holding} */
  holding(trackId) {
    if (this.#has(trackId)) return { state: "here", fraction: 1 };
    return this.#holdings.get(trackId) ?? { state: "queued", fraction: 0 };
  }

  /**
   * @param {string[]} trackIds the current track first
   * @param {{ joined: boolean, waiting: boolean }} how waiting: a barrier waits, so the room wants to see progress
   */
  want(trackIds, { joined, waiting }) {
    const justJoined = joined && !this.#joined;
    this.#joined = joined;
    this.#announceProgress = waiting && joined;
    const news = trackIds.filter((trackId) => !this.#wanted.includes(trackId));
    this.#wanted = trackIds;
    if (this.#loading && !trackIds.includes(this.#loading.trackId)) this.#loading.abort.abort();
    if (justJoined) void this.declare();
    else this.#say(news.filter((trackId) => this.#has(trackId)));
    void this.#next();
  }

  /** After each connect and join: all we have of what will be played soon. */
  async declare() {
    if (!this.#joined) return;
    await this.#parts.freshBurst();
    this.#say(this.#wanted.filter((trackId) => this.#has(trackId)));
    void this.#next();
  }

  /** @param {string[]} trackIds */
  dropped(trackIds) {
    if (this.#joined) this.#parts.send({ type: "dropped", trackIds });
  }

  /** A failed track may be asked for again after a while. */
  retry() {
    void this.#next();
  }

  /** @param {string} trackId */
  #has(trackId) {
    return this.#parts.cache.has(trackId, this.#parts.sizeOf(trackId));
  }

  async #next() {
    if (this.#loading) return;
    const trackId = this.#wanted.find((each) => !this.#has(each) && !this.#failedLately(each));
    if (!trackId) return;
    this.#loading = { trackId, abort: new AbortController() };
    try {
      await this.#load(trackId, this.#loading.abort.signal);
      this.#failedAt.delete(trackId);
    } catch (error) {
      this.#gaveUp(trackId, error);
    } finally {
      this.#loading = null;
      this.#parts.onChange();
    }
    void this.#next();
  }

  /** @param {string} trackId @param {AbortSignal} signal */
  async #load(trackId, signal) {
    this.#hold(trackId, "loading", 0);
    const bytes = await this.#parts.download(trackId, (fraction) => this.#progress(trackId, fraction), signal);
    await this.#parts.cache.put(trackId, bytes);
    this.#holdings.delete(trackId);
    this.#parts.onChange();
    if (!this.#joined) return;
    await this.#parts.freshBurst();
    this.#say([trackId]);
  }

  /** @param {string} trackId @param {unknown} error */
  #gaveUp(trackId, error) {
    this.#holdings.delete(trackId);
    const aborted = error instanceof DOMException && error.name === "AbortError";
    if (aborted) return;
    this.#failedAt.set(trackId, error instanceof NoSuchTrack ? Infinity : this.#parts.now());
    this.#hold(trackId, "failed", 0);
  }

  /** @param {string} trackId */
  #failedLately(trackId) {
    const at = this.#failedAt.get(trackId);
    return at !== undefined && this.#parts.now() - at < RETRY_FAILED_MS;
  }

  /** @param {string} trackId @param {number} fraction */
  #progress(trackId, fraction) {
    const now = this.#parts.now();
    if (now - this.#progressSentAt < PROGRESS_EVERY_MS) return;
    this.#progressSentAt = now;
    this.#hold(trackId, "loading", fraction);
    if (this.#announceProgress) this.#parts.send({ type: "progress", trackId, fraction });
  }

  /** @param {string[]} trackIds */
  #say(trackIds) {
    if (!this.#joined || trackIds.length === 0) return;
    this.#parts.send({ type: "have", trackIds: trackIds.slice(0, DECLARED_MAX) });
  }

  /** @param {string} trackId @param {Holding["state"]} state @param {number} fraction */
  #hold(trackId, state, fraction) {
    this.#holdings.set(trackId, { state, fraction });
    this.#parts.onChange();
  }
}
