// Sound for this device alone, by two <audio> elements: one plays, the other has the next track ready. A track that is on this
// device is played from memory; any other streams from the house while it comes, by Range. No clock to keep step with, no
// waiting: it starts as soon as it can. What plays next, and what a failure means, is decided in solo.js.

import { AudioSource, silence } from "./audio-source.js";

/**
 * @typedef {object} SoundParts
 * @property {() => HTMLAudioElement} makeAudio
 * @property {(trackId: string) => string} fileUrl
 * @property {(trackId: string) => Promise<{ bytes: ArrayBuffer, mime: string } | null>} recording null while it is not on this device
 * @property {(trackId: string) => void} onEnded
 * @property {(trackId: string, fromHere: boolean) => void} onFailed fromHere: its bytes were on this device, so it is the format
 * @property {() => void} onLocked the browser wants another tap
 * @property {() => void} onChange
 */

const NEAR_SEC = 0.05;

class Deck {
  trackId = "";
  fromHere = false;
  /** @type {number | null} where to begin, until it is known how long the track is */ #startAt = null;
  #source;
  #between = false;

  /** @param {HTMLAudioElement} audio @param {SoundParts} parts */
  constructor(audio, parts) {
    this.audio = audio;
    this.parts = parts;
    audio.preload = "auto";
    this.#source = new AudioSource(audio);
    audio.addEventListener("loadedmetadata", () => this.#begin());
    for (const news of ["playing", "waiting", "pause", "seeked"]) audio.addEventListener(news, parts.onChange);
  }

  unlock() {
    this.#from(silence(0.1));
    void this.audio.play().catch(() => {});
  }

  /** @param {string} trackId @returns {Promise<void>} */
  async load(trackId) {
    this.clear();
    this.trackId = trackId;
    this.#between = true;
    const recording = await this.parts.recording(trackId).catch(() => null);
    if (this.trackId !== trackId) return;
    this.fromHere = recording !== null;
    this.#from(recording ? new Blob([recording.bytes], { type: recording.mime }) : this.parts.fileUrl(trackId));
  }

  get positionSec() {
    return this.#startAt ?? this.audio.currentTime;
  }

  /** @param {number} positionSec */
  seek(positionSec) {
    this.#startAt = positionSec;
    this.#begin();
  }

  /** It failed: once more from there. @returns {boolean} not a second time */
  again() {
    const at = this.positionSec;
    if (!this.#source.again(at)) return false;
    this.#startAt = at;
    return true;
  }

  clear() {
    this.audio.pause();
    this.trackId = "";
    this.#startAt = null;
  }

  #begin() {
    const at = this.#startAt;
    if (at === null || this.#between || this.audio.readyState < 1) return;
    this.#startAt = null;
    if (Math.abs(this.audio.currentTime - at) > NEAR_SEC) this.audio.currentTime = at;
  }

  /** @param {Blob | string} recording */
  #from(recording) {
    this.#between = false;
    this.#source.play(recording, this.#startAt ?? 0);
  }
}

export class SoloPlayer {
  /** @type {SoundParts} */ #parts;
  /** @type {Deck[]} */ #decks;
  /** @type {Deck} */ #active;
  #unlocked = false;
  #turn = 0;
  /** It shall sound, whatever it waits for. */ #wanted = false;

  /** @param {SoundParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#decks = [0, 1].map(() => new Deck(parts.makeAudio(), parts));
    this.#active = this.#decks[0];
    for (const deck of this.#decks) {
      deck.audio.addEventListener("ended", () => deck === this.#active && deck.trackId && parts.onEnded(deck.trackId));
      deck.audio.addEventListener("error", () => this.#failed(deck));
    }
  }

  /** A tap has allowed this page to make sound. */
  get unlocked() {
    return this.#unlocked;
  }

  /** To be called within a tap, before anything is awaited. */
  unlock() {
    if (this.#unlocked) return;
    this.#unlocked = true;
    for (const deck of this.#decks) if (!deck.trackId) deck.unlock();
  }

  /** From this second of this track on. @param {string} trackId @param {number} positionSec */
  async play(trackId, positionSec) {
    const turn = ++this.#turn;
    this.#wanted = true;
    const deck = this.#decks.find((each) => each.trackId === trackId) ?? this.#idle();
    if (deck !== this.#active) this.#active.clear();
    this.#active = deck;
    const loading = deck.trackId === trackId ? null : deck.load(trackId);
    deck.seek(positionSec);
    await loading;
    if (turn === this.#turn) this.#start(deck);
  }

  pause() {
    this.#turn += 1;
    this.#wanted = false;
    this.#active.audio.pause();
  }

  /** @param {number} positionSec */
  seek(positionSec) {
    this.#active.seek(positionSec);
  }

  /** To follow without a pause. @param {string} trackId */
  prepare(trackId) {
    const idle = this.#idle();
    if (this.#decks.every((deck) => deck.trackId !== trackId)) void idle.load(trackId);
  }

  /** Once more from where it broke off: the house is back. */
  again() {
    const { trackId, positionSec } = this.#active;
    if (!this.#wanted || !trackId || !this.#active.audio.error) return;
    this.#active.clear();
    void this.play(trackId, positionSec);
  }

  /** What is played, or would be if it had come; null while nothing shall be. */
  get position() {
    const { trackId, positionSec } = this.#active;
    return this.#wanted && trackId ? { trackId, positionSec } : null;
  }

  /** Is it heard at this moment? */
  get audible() {
    const { paused, ended, seeking, readyState, error } = this.#active.audio;
    return this.#wanted && !paused && !ended && !seeking && !error && readyState >= 3;
  }

  /** @param {string | null} trackId @returns {number | null} */
  durationOf(trackId) {
    const seconds = this.#decks.find((deck) => deck.trackId === trackId)?.audio.duration;
    return seconds && Number.isFinite(seconds) ? seconds : null;
  }

  #idle() {
    return this.#decks.find((deck) => deck !== this.#active || !deck.trackId) ?? this.#decks[0];
  }

  /** @param {Deck} deck */
  #start(deck) {
    deck.audio.play().catch((error) => {
      if (error.name === "NotAllowedError" && deck === this.#active) this.#parts.onLocked();
    });
  }

  /** @param {Deck} deck */
  #failed(deck) {
    if (!deck.trackId) return;
    const isWanted = deck === this.#active && this.#wanted;
    if (deck.again()) return void (isWanted && this.#start(deck));
    if (isWanted) this.#parts.onFailed(deck.trackId, deck.fromHere);
    else deck.clear();
  }
}
