// How long tracks are of which the house does not know it: asked of the browser, which reads as much of the file as it needs, and
// kept on this device. One at a time, each once per page; of another size it is another recording.

/** @import { Track } from "./protocol.js" */

/** @typedef {Record<string, { size: number, seconds: number }>} Known by track */

/**
 * @typedef {object} DurationsParts
 * @property {() => HTMLAudioElement} makeAudio
 * @property {(trackId: string) => string} fileUrl
 * @property {() => Promise<Known | undefined>} load
 * @property {(known: Known) => Promise<void>} save
 * @property {() => void} onFound
 * @property {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} timers
 */

const KNOWN_MAX = 1000;
const ASK_MAX_MS = 20_000;
/** Beyond the end of anything. */
const FAR_SEC = 1e7;

export class Durations {
  /** @type {DurationsParts} */ #parts;
  /** @type {Known} */ #known = {};
  /** @type {Set<string>} */ #asked = new Set();
  /** @type {Promise<unknown>} */ #last = Promise.resolve();

  /** @param {DurationsParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  async open() {
    this.#known = { ...(await this.#parts.load()), ...this.#known };
  }

  /** As the house says, else as was found out here. @param {Track | undefined} track */
  of(track) {
    if (!track || track.duration !== undefined) return track?.duration;
    const known = this.#known[track.trackId];
    return known?.size === track.size ? known.seconds : undefined;
  }

  /** It will be played soon. @param {Track | undefined} track */
  want(track) {
    if (!track || track.playable === false || this.of(track) !== undefined || this.#asked.has(track.trackId)) return;
    this.#asked.add(track.trackId);
    this.#last = this.#last.then(() => this.#find(track)).catch(() => {});
  }

  /** @param {Track} track */
  async #find({ trackId, size }) {
    const seconds = await this.#ask(trackId);
    if (seconds === null) return;
    const others = Object.entries(this.#known).filter(([each]) => each !== trackId);
    this.#known = Object.fromEntries([...others, [trackId, { size, seconds }]].slice(-KNOWN_MAX));
    this.#parts.onFound();
    await this.#parts.save(this.#known);
  }

  /** @param {string} trackId @returns {Promise<number | null>} null: it does not say */
  #ask(trackId) {
    const { makeAudio, fileUrl, timers } = this.#parts;
    const audio = makeAudio();
    return new Promise((resolve) => {
      /** @param {number | null} seconds */
      const answer = (seconds) => {
        timers.clearTimeout(timer);
        audio.onloadedmetadata = audio.ondurationchange = audio.onerror = null;
        audio.removeAttribute("src");
        resolve(seconds);
      };
      const timer = timers.setTimeout(() => answer(null), ASK_MAX_MS);
      audio.onloadedmetadata = audio.ondurationchange = () => {
        if (Number.isFinite(audio.duration)) return answer(audio.duration);
        // The head does not say: a browser that is sent to the end finds it.
        audio.currentTime = FAR_SEC;
      };
      audio.onerror = () => answer(null);
      audio.preload = "metadata";
      audio.src = fileUrl(trackId);
    });
  }
}
