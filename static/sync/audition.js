// Hearing one of two tracks on this device alone, without leaving the room: it goes on from the room when it is over.

/** @import { Client } from "./client.js" */
/** @import { Listening } from "./listening.js" */

/**
 * @typedef {object} AuditionParts
 * @property {Client} client
 * @property {Listening} listening
 * @property {() => number} now
 * @property {(trackId: string | null) => void} onChange
 */

const LEAD_MS = 300;

export class Audition {
  /** @type {AuditionParts} */ #parts;
  /** @type {string | null} */ #trackId = null;

  /** @param {AuditionParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** To be called within a tap. The same track once more: that is enough of it. @param {string} trackId */
  async toggle(trackId) {
    if (this.#trackId === trackId) return this.stop();
    const { client, listening, now } = this.#parts;
    this.#become(trackId);
    await listening.unlock();
    if (this.#trackId !== trackId) return;
    const startAt = client.clock.toServer(now()) + LEAD_MS;
    const playState = { mode: /** @type {const} */ ("playing"), trackId, anchorPositionSec: 0, startAt };
    listening.playOwn({ owner: this, playState, next: null, onEnded: () => this.stop(), onStopped: () => this.#stopped() });
  }

  stop() {
    if (this.#trackId === null) return;
    this.#stopped();
    this.#parts.listening.playOwn(null);
  }

  #stopped() {
    const trackId = this.#trackId;
    if (trackId === null) return;
    this.#become(null);
    void this.#parts.client.ask("comparison/select", { trackId, isPlaying: false }, { quiet: true });
  }

  /** Another pair is on the table: what is heard is over with it. @param {string[]} trackIds */
  keepTo(trackIds) {
    if (this.#trackId !== null && !trackIds.includes(this.#trackId)) this.stop();
  }

  /** @param {string | null} trackId */
  #become(trackId) {
    this.#trackId = trackId;
    this.#parts.onChange(trackId);
    if (trackId !== null) void this.#parts.client.ask("comparison/select", { trackId, isPlaying: true }, { quiet: true });
  }
}
