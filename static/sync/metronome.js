// Clicks at the full half seconds of the server's clock: on every device that has it open they fall together, and an ear hears which
// one is early. In place of the room's music, like anything that this device plays for itself.

/** @import { Client } from "./client.js" */
/** @import { Listening } from "./listening.js" */

/**
 * @typedef {object} MetronomeParts
 * @property {Pick<Client, "clock">} client
 * @property {Pick<Listening, "unlock" | "playOwn">} listening
 * @property {(atMs: number, isAccent: boolean) => void} click heard at that moment of performance.now
 * @property {() => number} nudgeMs
 * @property {() => number} now
 * @property {(isTicking: boolean) => void} onChange
 * @property {{ setInterval: (run: () => void, ms: number) => any, clearInterval: (timer: any) => void }} timers
 */

export const BEAT_MS = 500;
const BAR = 4;
const LOOK_EVERY_MS = 100;
/** What is asked for sooner may come too late. */
const SOONEST_MS = 250;
const AHEAD_MS = 450;

const SILENCE = { mode: /** @type {const} */ ("stopped"), trackId: null, anchorPositionSec: 0, startAt: null };

export class Metronome {
  /** @type {MetronomeParts} */ #parts;
  /** @type {any} */ #timer = null;
  #next = 0;

  /** @param {MetronomeParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** To be called within a tap. */
  async start() {
    const { listening, timers, onChange } = this.#parts;
    await listening.unlock();
    this.#end();
    listening.playOwn({ owner: this, playState: SILENCE, wants: [], next: null, onEnded: () => {}, onStopped: () => this.#end() });
    this.#timer = timers.setInterval(() => this.#ahead(), LOOK_EVERY_MS);
    onChange(true);
  }

  /** Back to what was heard before. */
  stop() {
    if (this.#timer === null) return;
    this.#end();
    this.#parts.listening.playOwn(null);
  }

  #end() {
    if (this.#timer === null) return;
    this.#parts.timers.clearInterval(this.#timer);
    this.#timer = null;
    this.#next = 0;
    this.#parts.onChange(false);
  }

  /** Asks for the clicks of the next moment. */
  #ahead() {
    const { client, click, nudgeMs, now } = this.#parts;
    const { clock } = client;
    if (!clock.known) return;
    const nudge = nudgeMs();
    let beat = Math.max(this.#next, Math.ceil(clock.toServer(now() + SOONEST_MS + nudge) / BEAT_MS));
    for (; ; beat += 1) {
      const atMs = clock.toLocal(beat * BEAT_MS) - nudge;
      if (atMs > now() + AHEAD_MS) break;
      click(atMs, beat % BAR === 0);
    }
    this.#next = beat;
  }
}
