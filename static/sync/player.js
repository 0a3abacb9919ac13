// Makes this device play what the session says, when it says so. It compares what should be heard with what is heard: a new
// schedule starts the engine at that moment of the server's clock (or joins in time), small errors are steered away.
// It decides nothing about the session; that a track ended or cannot be played is reported and settled elsewhere.

import { DriftControl } from "./drift.js";
import { positionAt } from "./state.js";

/** @import { ClockEstimator } from "./clock.js" */
/** @import { Engine } from "./engine.js" */
/** @import { PlayState } from "./protocol.js" */

/**
 * @typedef {object} Wish
 * @property {PlayState | null} playState what the room plays; null: nothing is known
 * @property {boolean} allowed joined, unlocked, and the one tab of this device that plays
 * @property {string | null} next the track that follows
 */

/** @typedef {{ bytes: ArrayBuffer, mime: string }} Recording */

/**
 * @typedef {object} PlayerParts
 * @property {ClockEstimator} clock
 * @property {() => number} now
 * @property {() => number} nudgeMs so much later than an engine knows its sound reaches the ear
 * @property {(trackId: string) => Promise<Recording | null>} recording null while it is not on this device
 * @property {(trackId: string) => Engine} chooseEngine
 * @property {Engine[]} engines
 * @property {(trackId: string) => void} onEnded
 * @property {(trackId: string) => void} onUnplayable
 * @property {() => void} onLocked the browser wants another tap
 * @property {() => void} onChange
 * @property {{ setTimeout: (run: () => void, ms: number) => any, setInterval: (run: () => void, ms: number) => any }} timers
 */

const FEEDBACK_SEC = 1;
const TICK_MS = 100;
const PREPARE_NEXT_AFTER_MS = 2000;
const OVERDUE_SEC = 1.5;

export class Player {
  /** @type {PlayerParts} */ #parts;
  /** @type {Wish} */ #wish = { playState: null, allowed: false, next: null };
  /** @type {Engine | null} */ #engine = null;
  /** @type {string} the schedule that was started last */ #started = "";
  #startedAt = 0;
  /** @type {DriftControl} */ #drift;
  /** @type {Set<string>} */ #unplayable = new Set();
  /** @type {Map<string, Promise<boolean>>} */ #preparing = new Map();
  /** @type {string} */ #endedSaid = "";
  #busy = false;
  #again = false;

  /** @param {PlayerParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#drift = new DriftControl(parts.engines[0].limits);
    for (const engine of parts.engines) this.add(engine);
    parts.timers.setInterval(() => this.#tick(), TICK_MS);
  }

  /** One of `engines` from now on. @param {Engine} engine */
  add(engine) {
    engine.onEnded = (trackId) => engine === this.#engine && this.#sayEnded(trackId);
    engine.onFailed = (trackId, error) => this.#failed(trackId, error);
  }

  /** @param {Wish} wish */
  update(wish) {
    this.#wish = wish;
    this.reconcile();
  }

  /** Something that playing depends on may have changed: a download, the clock, the page's visibility. */
  reconcile() {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    void this.#reconcile().finally(() => {
      this.#busy = false;
      if (this.#again) {
        this.#again = false;
        this.reconcile();
      }
    });
  }

  /** A seek of this tab's own: applied even if it moves by less than what is usually left to steering. */
  startAnew() {
    this.#silence();
    this.reconcile();
  }

  /** How far this device is from where it should be, in ms; null while that is not known. */
  get errorMs() {
    return this.audible ? this.#drift.errorMs : null;
  }

  get audible() {
    return this.#engine?.position() !== null && this.#engine !== null;
  }

  get engineName() {
    return this.#engine?.name ?? "";
  }

  /** @param {string} trackId */
  isUnplayable(trackId) {
    return this.#unplayable.has(trackId);
  }

  /** What is heard, and when that was by the server's clock. */
  measure() {
    const heard = this.#engine?.position() ?? null;
    if (!heard) return null;
    return { ...heard, serverTimeMs: this.#parts.clock.toServer(heard.atMs + this.#parts.nudgeMs()) };
  }

  async #reconcile() {
    const { playState, allowed, next } = this.#wish;
    if (!allowed || !playState?.trackId) return this.#silence();
    if (playState.mode !== "playing") {
      this.#silence();
      await this.#prepare(playState.trackId);
      return;
    }
    if (!this.#parts.clock.known || !(await this.#prepare(playState.trackId))) return;
    if (this.#wish.playState !== playState || !this.#wish.allowed) return;
    this.#follow(playState);
    if (next && this.#parts.now() - this.#startedAt > PREPARE_NEXT_AFTER_MS) await this.#prepare(next);
  }

  #silence() {
    if (this.#started === "") return;
    this.#started = "";
    for (const engine of this.#parts.engines) engine.stop();
    this.#parts.onChange();
  }

  /** @param {PlayState} playState */
  #follow(playState) {
    const engine = this.#parts.chooseEngine(String(playState.trackId));
    const schedule = `${playState.trackId} ${playState.anchorPositionSec} ${playState.startAt}`;
    const changed = schedule !== this.#started;
    if (!changed && engine === this.#engine) return;
    const handedOver = engine !== this.#engine ? this.#engine : null;
    this.#engine = engine;
    this.#started = schedule;
    if (changed && !handedOver && this.#isNear(playState)) return;
    // Before the new one starts: it goes on from there, even if it is the same one after all.
    handedOver?.stop(this.#parts.now() + engine.leadMs);
    this.#start(engine, playState);
  }

  /**
   * The same track, about where it should be already: that is steering's work, a restart would be heard.
   * @param {PlayState} playState
   */
  #isNear(playState) {
    const heard = this.measure();
    if (!heard || heard.trackId !== playState.trackId) return false;
    if (playState.startAt !== null && playState.startAt > heard.serverTimeMs) return false;
    return Math.abs(heard.positionSec - positionAt(playState, heard.serverTimeMs)) <= FEEDBACK_SEC;
  }

  /** @param {Engine} engine @param {PlayState} playState */
  #start(engine, playState) {
    const trackId = String(playState.trackId);
    const { clock, nudgeMs } = this.#parts;
    const now = this.#parts.now();
    const onTime = playState.startAt === null ? now + engine.leadMs : clock.toLocal(playState.startAt) - nudgeMs();
    const atMs = Math.max(onTime, now + engine.leadMs);
    const positionSec = playState.anchorPositionSec + (atMs - onTime) / 1000;
    const duration = this.durationOf(trackId);
    if (duration !== null && positionSec >= duration) return this.#sayEnded(trackId);
    engine.start(trackId, positionSec, atMs);
    this.#startedAt = atMs;
    this.#drift = new DriftControl(engine.limits);
    this.#drift.restart(atMs);
    this.#parts.onChange();
  }

  /** Ready to start in the engine that will play it? @param {string} trackId @returns {Promise<boolean>} */
  async #prepare(trackId) {
    if (this.#unplayable.has(trackId)) return false;
    const engine = this.#parts.chooseEngine(trackId);
    if (engine.duration(trackId) !== null) return true;
    const key = `${engine.name} ${trackId}`;
    const preparing = this.#preparing.get(key) ?? this.#load(engine, trackId);
    this.#preparing.set(key, preparing);
    return preparing.finally(() => this.#preparing.delete(key));
  }

  /** @param {Engine} engine @param {string} trackId @returns {Promise<boolean>} */
  async #load(engine, trackId) {
    const recording = await this.#parts.recording(trackId);
    if (!recording) return false;
    try {
      await engine.prepare(trackId, recording.bytes, recording.mime);
    } catch (error) {
      this.#failed(trackId, error);
      return false;
    }
    return engine.duration(trackId) !== null;
  }

  /** As the sound itself says, once it is prepared. @param {string | null} trackId @returns {number | null} */
  durationOf(trackId) {
    for (const engine of this.#parts.engines) {
      const duration = trackId === null ? null : engine.duration(trackId);
      if (duration !== null && Number.isFinite(duration)) return duration;
    }
    return null;
  }

  #tick() {
    const { playState, allowed, next } = this.#wish;
    if (!allowed || playState?.mode !== "playing" || this.#started === "") return;
    const heard = this.measure();
    if (heard && heard.trackId === playState.trackId) this.#correct(playState, heard);
    else this.#checkOverdue(playState);
    if (next && !this.#busy && this.#parts.now() - this.#startedAt > PREPARE_NEXT_AFTER_MS) this.reconcile();
  }

  /**
   * @param {PlayState} playState
   * @param {{ positionSec: number, serverTimeMs: number, atMs: number }} heard
   */
  #correct(playState, heard) {
    if (playState.startAt === null || heard.serverTimeMs < playState.startAt) return;
    const errorMs = (heard.positionSec - positionAt(playState, heard.serverTimeMs)) * 1000;
    const correction = this.#drift.step(errorMs, heard.atMs);
    const engine = this.#engine;
    if (!engine || correction.do === "nothing") return;
    if (correction.do === "rate") return engine.setRate(correction.rate);
    const atMs = this.#parts.now() + engine.leadMs;
    engine.start(String(playState.trackId), positionAt(playState, this.#parts.clock.toServer(atMs + this.#parts.nudgeMs())), atMs);
    this.#drift.restart(atMs);
  }

  /** Nothing is heard and the track is over by the clock: somebody must say so. @param {PlayState} playState */
  #checkOverdue(playState) {
    const trackId = String(playState.trackId);
    const duration = this.durationOf(trackId);
    const position = positionAt(playState, this.#parts.clock.toServer(this.#parts.now()));
    if (duration !== null && position > duration + OVERDUE_SEC) this.#sayEnded(trackId);
  }

  /** @param {string} trackId */
  #sayEnded(trackId) {
    const once = `${trackId} ${this.#started}`;
    if (this.#endedSaid === once || this.#wish.playState?.trackId !== trackId) return;
    this.#endedSaid = once;
    this.#parts.onEnded(trackId);
    this.#parts.onChange();
  }

  /** @param {string | null} trackId @param {unknown} error */
  #failed(trackId, error) {
    console.warn("playback failed", trackId, error);
    if (trackId === null) return this.#parts.onLocked();
    this.#unplayable.add(trackId);
    this.#parts.onUnplayable(trackId);
    this.#parts.onChange();
  }
}
