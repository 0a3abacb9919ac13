// The sound of a device that plays for itself follows what is shown (playback.js), as long as it is this tab's turn; and what the
// sound says, where it is, that it has ended, that it cannot be, goes back to where it is shown, to the other tabs and to the
// house. What people wish, and what the house says, is in solo.js.

import { following, jumping } from "./own-queue.js";

/** @import { SoloParts } from "./solo.js" */
/** @import { PlaybackChange } from "./protocol.js" */

/** Tracks behind the current one that are fetched, so that a walk into the garden does not end the music. */
const AHEAD = 3;
const TELL_EVERY_MS = 1000;
const KEEP_EVERY_MS = 10_000;
const STEER_ABOVE_SEC = 1;
const SILENT = { mode: /** @type {const} */ ("stopped"), trackId: null, anchorPositionSec: 0, startAt: null };

export class SoloHearing {
  /** @type {SoloParts} */ #parts;
  /** It is this tab's turn, or was last. */ #on = false;
  /** @type {Set<string>} */ #unplayable = new Set();
  /** @type {string} */ #wants = "";
  #skipped = 0;
  #toldAt = -Infinity;
  #keptAt = -Infinity;
  #waitsForHouse = false;

  /** @param {SoloParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** This tab is the one that plays, or did last. */
  get on() {
    return this.#on;
  }

  /** It is this tab that makes the sound. */
  get sounding() {
    return this.#on && this.#playback.mode === "playing";
  }

  /** The track is not here and the house is out of reach. */
  get waitsForHouse() {
    return this.#waitsForHouse;
  }

  /** Where the sound is, or would be, in seconds. */
  get heardSec() {
    const heard = this.#on ? this.#parts.sound.position : null;
    return heard && heard.trackId === this.#playback.trackId ? heard.positionSec : this.#parts.playback.positionSec;
  }

  /** It is this tab's turn now. */
  begin() {
    this.#on = true;
    this.#skipped = 0;
    this.#wants = "";
  }

  end() {
    this.#on = false;
    this.#wants = "";
    this.#parts.sound.pause();
    this.#parts.onChange();
  }

  pause() {
    this.#change({ mode: "paused", positionSec: this.heardSec });
  }

  /** The house is back. */
  live() {
    this.#waitsForHouse = false;
    this.#parts.sound.again();
    this.follow();
  }

  /** Whatever changed: sound as it is shown. */
  follow() {
    this.#parts.onChange();
    if (!this.#on) return;
    const { playback, sound, trackOf } = this.#parts;
    const { mode, trackId } = this.#playback;
    this.#hold();
    if (mode === "paused" || !trackId) return sound.pause();
    if (this.#unplayable.has(trackId) || trackOf(trackId)?.playable === false) return this.#skip(trackId);
    const heard = sound.position;
    const wanted = playback.positionSec;
    const far = heard && Math.abs(heard.positionSec - wanted) > STEER_ABOVE_SEC;
    if (heard?.trackId !== trackId) void sound.play(trackId, wanted);
    else if (far) sound.seek(wanted);
  }

  /** To be called a few times a second: the clock follows the sound, and the other tabs and the house hear of it. */
  tick() {
    const { now, playback, sound, listening } = this.#parts;
    const heard = sound.position;
    const { trackId } = this.#playback;
    if (!this.sounding || !heard || heard.trackId !== trackId) return;
    playback.heardAt(heard.positionSec);
    if (sound.audible) this.#skipped = 0;
    const next = this.#next();
    if (next && sound.audible && listening.holding(next).state === "here") sound.prepare(next);
    if (now() - this.#toldAt < TELL_EVERY_MS) return;
    if (this.sayPosition() || now() - this.#keptAt < KEEP_EVERY_MS) return;
    this.#keptAt = now();
    playback.change({ positionSec: heard.positionSec });
  }

  /** @returns {boolean} whether anybody heard it */
  sayPosition() {
    const { client, now, playback } = this.#parts;
    this.#toldAt = now();
    const heard = this.sounding ? this.#parts.sound.position : null;
    // What was done in another tab and is not known here yet is newer than what is heard.
    return heard !== null && client.send({ type: "position", ...heard, eventCount: playback.version });
  }

  /** @param {string} trackId */
  ended(trackId) {
    if (!this.#on || trackId !== this.#playback.trackId) return;
    const repeat = this.#parts.repeat();
    if (repeat === "one") return this.#again();
    const change = this.#reachable() ?? following(this.#playback, repeat);
    // One track that is repeated is the same track once more.
    if (change?.trackId === trackId) return this.#again();
    this.#change(change ?? { mode: "paused", ...jumping(this.#playback, 0), positionSec: 0 });
  }

  /** @param {string} trackId @param {boolean} fromHere */
  failed(trackId, fromHere) {
    if (!fromHere && this.#parts.client.status !== "live") {
      this.#waitsForHouse = true;
      return this.#parts.onChange();
    }
    this.#unplayable.add(trackId);
    this.follow();
  }

  locked() {
    this.pause();
    this.#parts.onLocked();
  }

  /** What is heard at this moment. */
  measure() {
    const { sound, now } = this.#parts;
    const heard = this.sounding && sound.audible ? sound.position : null;
    return heard && { ...heard, atMs: now() };
  }

  get #playback() {
    return this.#parts.playback.shown;
  }

  /** @param {PlaybackChange} change */
  #change(change) {
    this.#parts.playback.change(change);
    this.follow();
  }

  /** What is needed soon shall be on this device, and nothing else is played on it. */
  #hold() {
    const { trackId, queue, queueIndex } = this.#playback;
    const soon = [trackId, ...queue.slice(queueIndex + 1, queueIndex + 1 + AHEAD)].filter((each) => each !== null);
    const wants = soon.join(" ");
    if (wants === this.#wants) return;
    this.#wants = wants;
    this.#parts.listening.playOwn({ owner: this, playState: SILENT, next: null, wants: soon, onEnded: () => {}, onStopped: () => this.#replaced() });
  }

  /** A station or one of two tracks to compare is heard instead. */
  #replaced() {
    if (!this.#on) return;
    if (this.sounding) this.pause();
    this.end();
  }

  #again() {
    this.#change({ positionSec: 0 });
    void this.#parts.sound.play(String(this.#playback.trackId), 0);
  }

  #next() {
    return following(this.#playback, this.#parts.repeat())?.trackId ?? null;
  }

  /** Offline only what is on this device can be heard: the next such track, if there is one. */
  #reachable() {
    const { client, listening } = this.#parts;
    if (client.status === "live") return null;
    const { queue, queueIndex } = this.#playback;
    const at = queue.findIndex((trackId, place) => place > queueIndex && listening.holding(trackId).state === "here");
    return jumping(this.#playback, at);
  }

  /** @param {string} trackId */
  #skip(trackId) {
    const { onNews, repeat } = this.#parts;
    onNews("Format not supported, skipping…", trackId);
    this.#skipped += 1;
    const change = this.#skipped < this.#playback.queue.length ? following(this.#playback, repeat()) : null;
    this.#change(change ?? { mode: "paused", positionSec: 0 });
  }
}
