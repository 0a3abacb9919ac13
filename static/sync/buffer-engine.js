// Sound by WebAudio: the track decoded into memory, started at an exact moment of the audio clock. The most precise way to
// start together, at the price of memory (two decoded tracks at most); for a visible page and tracks that are not too long.

import { AudioClock } from "./audio-clock.js";
import { BUFFER_LIMITS } from "./drift.js";

/** @import { Engine } from "./engine.js" */

/** @typedef {{ trackId: string, source: AudioBufferSourceNode, gain: GainNode, when: number, offset: number, rate: number }} Voice */

const DECODED_MAX = 2;
const FADE_SEC = 0.01;
const SOON_SEC = 0.02;
/** A track that shall begin when another ends, but for this: it begins when that one ends, and steering does the rest. */
const SEAM_SEC = 0.025;
/** A browser lets a card go that has been silent for half a minute, and its clock with it; the next start would be off. */
const AWAKE_SEC = 600;
/** Far below what 16 bits hold: nothing to hear, but no silence. */
const WHISPER = 1e-6;
const CLICK_HZ = 1000;
const ACCENT_HZ = 1500;
const CLICK_SEC = 0.03;

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
  /** @type {AudioClock | null} */ #clock = null;
  /** @type {ConstantSourceNode | null} what keeps the card awake */ #whisper = null;
  /** @type {(() => void) | null} a start that waits until the card's clock is known */ #waiting = null;
  #volume = 1;
  #makeContext;

  /** @param {() => AudioContext} makeContext */
  constructor(makeContext) {
    this.#makeContext = makeContext;
  }

  async unlock() {
    this.#context ??= this.#makeContext();
    this.#clock ??= new AudioClock(this.#context, () => performance.now(), () => this.#startWaiting());
    this.#context.onstatechange = () => this.#stateChanged();
    await this.#context.resume();
    this.#stayAwake(0);
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
    this.#waiting = null;
    if (!context || !buffer) return;
    if (!this.#clock?.known) return void (this.#waiting = () => this.start(trackId, positionSec, atMs));
    const wanted = this.#clock.timeAt(atMs);
    const seam = positionSec === 0 ? this.#seamNear(wanted) : null;
    const when = seam ?? Math.max(wanted, context.currentTime + SOON_SEC);
    const offset = seam !== null ? 0 : Math.min(buffer.duration, positionSec + (when - wanted));
    const source = new AudioBufferSourceNode(context, { buffer });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(offset > 0 ? 0 : this.#volume, when);
    gain.gain.linearRampToValueAtTime(this.#volume, when + FADE_SEC);
    source.connect(gain).connect(context.destination);
    if (seam === null) this.#endOthers(when);
    else this.#letOthersEnd();
    const voice = { trackId, source, gain, when, offset, rate: 1 };
    source.onended = () => this.#ended(voice);
    source.start(when, offset);
    this.#voices.push(voice);
    this.#stayAwake(buffer.duration - offset);
  }

  /** @param {number} [atMs] */
  stop(atMs) {
    this.#waiting = null;
    const now = this.#context?.currentTime ?? 0;
    if (this.#context) this.#endOthers(atMs !== undefined && this.#clock?.known ? Math.max(now, this.#clock.timeAt(atMs)) : now);
    this.#voices = [];
  }

  position() {
    if (this.#context?.state !== "running" || !this.#clock?.known) return null;
    const atMs = performance.now();
    const heard = this.#clock.timeAt(atMs);
    const voice = this.#voices.findLast((each) => each.when <= heard);
    if (!voice) return null;
    return { trackId: voice.trackId, positionSec: voice.offset + (heard - voice.when) * voice.rate, atMs };
  }

  /** One click of the metronome. @param {number} atMs heard then @param {boolean} isAccent */
  click(atMs, isAccent) {
    const context = this.#context;
    if (!context || !this.#clock?.known) return;
    const when = this.#clock.timeAt(atMs);
    if (when < context.currentTime) return;
    const source = new AudioBufferSourceNode(context, { buffer: clickSound(context, isAccent ? ACCENT_HZ : CLICK_HZ) });
    source.connect(context.destination);
    source.start(when);
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

  /** Where what plays ends by itself, if that is about then and not yet over. @param {number} when */
  #seamNear(when) {
    const voice = this.#voices[this.#voices.length - 1];
    const { currentTime } = /** @type {AudioContext} */ (this.#context);
    if (!voice?.source.buffer || voice.when > currentTime) return null;
    const end = voice.when + (voice.source.buffer.duration - voice.offset) / voice.rate;
    return Math.abs(end - when) <= SEAM_SEC && end > currentTime + SOON_SEC ? end : null;
  }

  /** Another one follows them: that they end is no news. */
  #letOthersEnd() {
    for (const { source } of this.#voices) source.onended = null;
    this.#voices = this.#voices.slice(-1);
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

  /** For a while after so much sound. @param {number} soundSec */
  #stayAwake(soundSec) {
    const context = /** @type {AudioContext} */ (this.#context);
    if (!this.#whisper) {
      const whisper = new ConstantSourceNode(context, { offset: WHISPER });
      whisper.connect(context.destination);
      whisper.onended = () => (this.#whisper = null);
      whisper.start();
      this.#whisper = whisper;
    }
    this.#whisper.stop(context.currentTime + soundSec + AWAKE_SEC);
  }

  #startWaiting() {
    const start = this.#waiting;
    this.#waiting = null;
    start?.();
  }

  #stateChanged() {
    this.#clock?.reset();
    const state = this.#context?.state;
    if (state === "running" || state === "closed" || this.#voices.length === 0) return;
    this.#context?.resume().catch((error) => this.onFailed(null, error));
  }
}

/** Short, and hard at its beginning: that is what an ear compares. @param {AudioContext} context @param {number} hz */
function clickSound(context, hz) {
  const buffer = context.createBuffer(1, Math.round(CLICK_SEC * context.sampleRate), context.sampleRate);
  const sound = buffer.getChannelData(0);
  for (let i = 0; i < sound.length; i += 1) {
    const sec = i / context.sampleRate;
    sound[i] = 0.5 * Math.cos(2 * Math.PI * hz * sec) * Math.exp(-sec * 200);
  }
  return buffer;
}
