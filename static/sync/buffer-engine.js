// Sound by WebAudio: the track decoded into memory, started at an exact moment of the audio clock. The most precise way to
// start together, at the price of memory (two decoded tracks at most); for a visible page and tracks that are not too long.

import { BUFFER_LIMITS } from "./drift.js";

/** @import { Engine } from "./engine.js" */

/** @typedef {{ trackId: string, source: AudioBufferSourceNode, gain: GainNode, when: number, offset: number, rate: number }} Voice */

const DECODED_MAX = 2;
const FADE_SEC = 0.01;
const SOON_SEC = 0.02;
const READINGS_MAX = 11;
const READING_EVERY_MS = 100;
const NO_LATENCY_KNOWN_SEC = 0.04;
const JUMP_SEC = 0.05;
/** Browsers round their clocks by as much. */
const CLOCK_STEP_MS = 2;
const STAMP_AGE_MAX_MS = 1000;

/** @implements {Engine} */
export class BufferEngine {
  name = "buffer";
  leadMs = 200;
  limits = BUFFER_LIMITS;
  /** @type {(trackId: string) => void} */ onEnded = () => {};
  /** @type {(trackId: string | null, error: unknown) => void} */ onFailed = () => {};
  /** @type {AudioContext | null} */ #context = null;
  /** @type {Map<string, AudioBuffer>} */ #decoded = new Map();
  /** @type {Voice[]} what plays, and what will follow it */ #voices = [];
  /** @type {number[]} audio clock − performance clock, in seconds */ #readings = [];
  #lastReadingAt = -Infinity;
  #volume = 1;
  #makeContext;

  /** @param {() => AudioContext} makeContext */
  constructor(makeContext) {
    this.#makeContext = makeContext;
  }

  async unlock() {
    this.#context ??= this.#makeContext();
    this.#context.onstatechange = () => this.#stateChanged();
    await this.#context.resume();
  }

  /** @param {string} trackId @param {ArrayBuffer} bytes */
  async prepare(trackId, bytes) {
    if (this.#decoded.has(trackId) || !this.#context) return;
    const buffer = await this.#context.decodeAudioData(bytes.slice(0));
    const playing = new Set(this.#voices.map((voice) => voice.trackId));
    for (const old of this.#decoded.keys()) {
      if (this.#decoded.size < DECODED_MAX) break;
      if (!playing.has(old)) this.#decoded.delete(old);
    }
    this.#decoded.set(trackId, buffer);
  }

  /** @param {string} trackId */
  duration(trackId) {
    return this.#decoded.get(trackId)?.duration ?? null;
  }

  /** @param {string} trackId @param {number} positionSec @param {number} atMs */
  start(trackId, positionSec, atMs) {
    const context = this.#context;
    const buffer = this.#decoded.get(trackId);
    if (!context || !buffer) return;
    const wanted = this.#audioTime(atMs);
    const when = Math.max(wanted, context.currentTime + SOON_SEC);
    const offset = Math.min(buffer.duration, positionSec + (when - wanted));
    const source = new AudioBufferSourceNode(context, { buffer });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(offset > 0 ? 0 : this.#volume, when);
    gain.gain.linearRampToValueAtTime(this.#volume, when + FADE_SEC);
    source.connect(gain).connect(context.destination);
    this.#endOthers(when);
    const voice = { trackId, source, gain, when, offset, rate: 1 };
    source.onended = () => this.#ended(voice);
    source.start(when, offset);
    this.#voices.push(voice);
  }

  stop() {
    if (this.#context) this.#endOthers(this.#context.currentTime);
    this.#voices = [];
  }

  position() {
    if (!this.#context || this.#context.state !== "running") return null;
    const atMs = performance.now();
    const heard = this.#audioTime(atMs);
    const voice = this.#voices.findLast((each) => each.when <= heard);
    if (!voice) return null;
    return { trackId: voice.trackId, positionSec: voice.offset + (heard - voice.when) * voice.rate, atMs };
  }

  /** @param {number} rate */
  setRate(rate) {
    const voice = this.#voices[this.#voices.length - 1];
    const context = this.#context;
    if (!voice || !context || voice.when > context.currentTime) return;
    const from = context.currentTime;
    voice.offset += (from - voice.when) * voice.rate;
    voice.when = from;
    voice.rate = rate;
    voice.source.playbackRate.setValueAtTime(rate, from);
  }

  /** @param {number} volume */
  setVolume(volume) {
    this.#volume = volume;
    for (const { gain } of this.#voices) gain.gain.value = volume;
  }

  /**
   * The audio-clock time of what is heard at a moment. The middle of many readings: a single one is off by some ms.
   * @param {number} atMs
   */
  #audioTime(atMs) {
    const now = performance.now();
    if (now - this.#lastReadingAt >= READING_EVERY_MS || this.#readings.length === 0) {
      this.#lastReadingAt = now;
      this.#read();
    }
    const sorted = [...this.#readings].sort((a, b) => a - b);
    return atMs / 1000 + sorted[sorted.length >> 1];
  }

  #read() {
    const context = /** @type {AudioContext} */ (this.#context);
    const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp?.() ?? {};
    const latency = context.outputLatency || context.baseLatency + NO_LATENCY_KNOWN_SEC;
    const now = performance.now();
    // What was heard last was heard just now. WebKit says a time in the future, further off with each second.
    const isPlausible = contextTime > 0 && performanceTime <= now + CLOCK_STEP_MS && performanceTime > now - STAMP_AGE_MAX_MS;
    const reading = isPlausible ? contextTime - performanceTime / 1000 : context.currentTime - latency - now / 1000;
    const last = this.#readings[this.#readings.length - 1];
    if (last !== undefined && Math.abs(reading - last) > JUMP_SEC) this.#readings = [];
    this.#readings = [...this.#readings, reading].slice(-READINGS_MAX);
  }

  /** @param {number} when of the audio clock */
  #endOthers(when) {
    for (const { source, gain } of this.#voices) {
      source.onended = null;
      gain.gain.setValueAtTime(this.#volume, Math.max(0, when - FADE_SEC));
      gain.gain.linearRampToValueAtTime(0, when);
      source.stop(when);
    }
    const heardUntilThen = this.#voices.filter((voice) => voice.when < when);
    this.#voices = heardUntilThen.slice(-1);
  }

  /** @param {Voice} voice */
  #ended(voice) {
    this.#voices = this.#voices.filter((each) => each !== voice);
    this.onEnded(voice.trackId);
  }

  #stateChanged() {
    this.#readings = [];
    const state = this.#context?.state;
    if (state === "running" || state === "closed" || this.#voices.length === 0) return;
    this.#context?.resume().catch((error) => this.onFailed(null, error));
  }
}
