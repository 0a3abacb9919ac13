// Sound by two <audio> elements on Blob URLs: one plays, the other is ready to follow. Works hidden and locked, and for tracks
// of any length. Starting is not exact: play() takes a while that differs from device to device, so it is measured and
// called that much ahead; what remains is the drift control's work.

import { AudioSource, silence } from "./audio-source.js";
import { ELEMENT_LIMITS } from "./drift.js";

/** @import { Engine } from "./engine.js" */

const FIRST_GUESS_MS = 80;
const LATENCY_MAX_MS = 250;
const TOO_LATE_MS = 15;
const AGAIN_IN_MS = 150;
const MEASURE_AFTER_MS = 400;
const REHEARSAL_SEC = 0.1;
const SPIN_MS = 4;

class Deck {
  trackId = "";
  #source;
  /** @type {any} */ timer = null;
  /** counts starts, so that a slow seek notices it is no longer wanted */
  turn = 0;

  /** @param {HTMLAudioElement} audio */
  constructor(audio) {
    this.audio = audio;
    audio.preload = "auto";
    audio.preservesPitch = false;
    this.#source = new AudioSource(audio);
  }

  /** @param {string} trackId @param {Blob} blob @returns {Promise<void>} */
  load(trackId, blob) {
    this.silence();
    this.trackId = trackId;
    const audio = this.audio;
    return new Promise((resolve, reject) => {
      audio.oncanplay = () => resolve();
      audio.onerror = () => {
        if (this.#source.again()) return;
        this.trackId = "";
        reject(audio.error ?? new Error("cannot be played"));
      };
      this.#source.play(blob);
    });
  }

  silence() {
    this.turn += 1;
    clearTimeout(this.timer);
    this.audio.pause();
  }

  /** @param {number} atMs */
  silenceAt(atMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.silence(), Math.max(0, atMs - performance.now()));
  }

  /** @param {number} positionSec @returns {Promise<void>} */
  seek(positionSec) {
    // Also where it stands there already: play() takes longer after a seek than without, and all starts shall be alike.
    return new Promise((resolve) => {
      this.audio.onseeked = () => resolve();
      this.audio.currentTime = positionSec;
    });
  }
}

/** @implements {Engine} */
export class ElementEngine {
  name = "element";
  leadMs = 250;
  limits = ELEMENT_LIMITS;
  /** @type {(trackId: string) => void} */ onEnded = () => {};
  /** @type {(trackId: string | null, error: unknown) => void} */ onFailed = () => {};
  /** @type {Deck[]} */ #decks;
  /** @type {Deck | null} */ #active = null;
  #startLatencyMs = FIRST_GUESS_MS;
  #measured = false;
  #rate = 1;

  /** @param {() => HTMLAudioElement} makeAudio */
  constructor(makeAudio) {
    this.#decks = [new Deck(makeAudio()), new Deck(makeAudio())];
    for (const deck of this.#decks) {
      deck.audio.onended = () => deck === this.#active && this.onEnded(deck.trackId);
    }
  }

  async unlock() {
    const second = silence(1);
    const idle = this.#decks.filter((deck) => deck !== this.#active);
    await Promise.all(
      idle.map((deck) => {
        void deck.load("", second).catch(() => {});
        return deck.audio.play();
      }),
    );
    for (const deck of idle) deck.silence();
    void this.#rehearse(idle[idle.length - 1]);
  }

  /** @param {string} trackId @param {ArrayBuffer} bytes @param {string} mime */
  async prepare(trackId, bytes, mime) {
    if (this.#deckOf(trackId)) return;
    const deck = this.#decks.find((each) => each !== this.#active) ?? this.#decks[0];
    await deck.load(trackId, new Blob([bytes], { type: mime }));
    deck.audio.onerror = () => this.onFailed(trackId, deck.audio.error);
  }

  /** @param {string} trackId */
  duration(trackId) {
    return this.#deckOf(trackId)?.audio.duration || null;
  }

  /** @param {string} trackId @param {number} positionSec @param {number} atMs */
  start(trackId, positionSec, atMs) {
    const deck = this.#deckOf(trackId);
    if (deck) void this.#start(deck, positionSec, atMs, true);
  }

  /** @param {number} [atMs] */
  stop(atMs) {
    const before = this.#active;
    this.#active = null;
    for (const deck of this.#decks) {
      if (deck === before && atMs !== undefined) deck.silenceAt(atMs);
      else deck.silence();
    }
  }

  position() {
    const deck = this.#active;
    if (!deck || deck.audio.paused || deck.audio.seeking || deck.audio.ended) return null;
    return { trackId: deck.trackId, positionSec: deck.audio.currentTime, atMs: performance.now() };
  }

  /** @param {number} rate */
  setRate(rate) {
    this.#rate = rate;
    if (this.#active) this.#active.audio.playbackRate = rate;
  }

  /** @param {number} volume */
  setVolume(volume) {
    for (const deck of this.#decks) deck.audio.volume = volume;
  }

  /** @param {string} trackId */
  #deckOf(trackId) {
    return this.#decks.find((deck) => deck.trackId === trackId && trackId !== "") ?? null;
  }

  /**
   * @param {Deck} deck
   * @param {number} positionSec
   * @param {number} atMs
   * @param {boolean} mayRetry once more, a little later, if getting there took too long
   */
  async #start(deck, positionSec, atMs, mayRetry) {
    deck.silence();
    const turn = deck.turn;
    deck.audio.playbackRate = 1;
    await deck.seek(positionSec);
    if (deck.turn !== turn) return;
    const lateMs = performance.now() - (atMs - this.#startLatencyMs);
    if (lateMs > TOO_LATE_MS && mayRetry) {
      const againAt = performance.now() + this.#startLatencyMs + AGAIN_IN_MS;
      return void this.#start(deck, positionSec + (againAt - atMs) / 1000, againAt, false);
    }
    deck.timer = setTimeout(() => this.#play(deck, positionSec, atMs), Math.max(0, -lateMs - SPIN_MS));
  }

  /** @param {Deck} deck @param {number} positionSec @param {number} atMs */
  #play(deck, positionSec, atMs) {
    const turn = deck.turn;
    while (performance.now() < atMs - this.#startLatencyMs);
    const calledAt = performance.now();
    const before = this.#active;
    this.#active = deck;
    this.#rate = 1;
    deck.audio.play().catch((error) => this.#refused(deck, error));
    if (before && before !== deck) before.silenceAt(atMs);
    setTimeout(() => {
      if (deck.turn === turn && this.#rate === 1) this.#learn(deck, positionSec, calledAt);
    }, MEASURE_AFTER_MS);
  }

  /** A start that nobody hears, to know before the first real one how long this device takes. @param {Deck} deck */
  async #rehearse(deck) {
    const turn = deck.turn;
    await deck.seek(REHEARSAL_SEC);
    if (deck.turn !== turn) return;
    const calledAt = performance.now();
    await deck.audio.play().catch(() => {});
    setTimeout(() => {
      if (deck.turn !== turn) return;
      this.#learn(deck, REHEARSAL_SEC, calledAt);
      deck.silence();
    }, MEASURE_AFTER_MS);
  }

  /** How long did play() really take? @param {Deck} deck @param {number} positionSec @param {number} calledAt */
  #learn(deck, positionSec, calledAt) {
    if (deck.audio.paused || deck.audio.seeking) return;
    const startedAt = performance.now() - (deck.audio.currentTime - positionSec) * 1000;
    const tookMs = Math.max(0, Math.min(LATENCY_MAX_MS, startedAt - calledAt));
    this.#startLatencyMs = this.#measured ? (this.#startLatencyMs + tookMs) / 2 : tookMs;
    this.#measured = true;
  }

  /** @param {Deck} deck @param {any} error */
  #refused(deck, error) {
    if (error.name === "AbortError") return;
    this.onFailed(error.name === "NotAllowedError" ? null : deck.trackId, error);
  }
}
