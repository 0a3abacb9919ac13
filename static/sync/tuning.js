// This device hears a radio station instead of its room: it plays each track from its file, at the second where the station is
// by the server's clock. It leaves the room meanwhile, so that nobody waits for it, and comes back when the radio is left.

import { airing } from "./radio.js";

/** @import { Client } from "./client.js" */
/** @import { Listening } from "./listening.js" */

/**
 * @typedef {object} TuningParts
 * @property {Client} client
 * @property {Listening} listening
 * @property {() => number} now
 * @property {(stationId: string | null) => void} onChange
 */

/** The next track is handed to the player so much ahead that it follows without a gap. */
const AHEAD_MS = 1500;
const ASK_AGAIN_MS = 2000;

export class Tuning {
  /** @type {TuningParts} */ #parts;
  /** @type {string | null} */ #stationId = null;
  #comesFromRoom = false;
  #given = "";
  #askedAt = -Infinity;

  /** @param {TuningParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** To be called within a tap. @param {string} stationId */
  async tuneIn(stationId) {
    const { client, listening } = this.#parts;
    await listening.unlock();
    if (client.joined) {
      this.#comesFromRoom = true;
      client.leave();
    }
    this.#become(stationId);
    await this.#ask();
  }

  /** Back to the room. */
  leave() {
    if (this.#stationId === null) return;
    this.#stopped();
    this.#parts.listening.playOwn(null);
  }

  /** The house may have forgotten who hears what. */
  live() {
    if (this.#stationId !== null) void this.#ask();
  }

  /** To be called now and then, and whenever a station changed. */
  follow() {
    if (this.#stationId === null) return;
    const { client, listening, now } = this.#parts;
    const station = client.state.radio.find(({ stationId }) => stationId === this.#stationId);
    if (!station) return this.leave();
    if (!client.clock.known) return;
    const on = airing(station.now, client.clock.toServer(now()) + AHEAD_MS);
    if (!on) return void (now() - this.#askedAt > ASK_AGAIN_MS && this.#ask());
    const given = `${on.track.trackId} ${Math.round(on.startedAt / 100)}`;
    if (given === this.#given && listening.playsOwn) return;
    this.#given = given;
    const playState = { mode: /** @type {const} */ ("playing"), trackId: on.track.trackId, anchorPositionSec: 0, startAt: on.startedAt };
    listening.playOwn({ owner: this, playState, next: on.next?.trackId ?? null, onEnded: () => this.follow(), onStopped: () => this.#stopped() });
  }

  async #ask() {
    const { client, now } = this.#parts;
    const stationId = this.#stationId;
    this.#askedAt = now();
    const outcome = await client.ask("radio/tune", { stationId });
    if (this.#stationId !== stationId) return;
    if (outcome.ok) client.radioTold({ stationId, now: outcome.result.data });
    else if (outcome.problem.status !== 0) return this.leave();
    this.follow();
  }

  /** Something else plays on this device now, or nothing. */
  #stopped() {
    const { client, listening } = this.#parts;
    if (this.#stationId === null) return;
    void client.ask("radio/tune", { stationId: this.#stationId, on: false }, { quiet: true });
    this.#become(null);
    if (this.#comesFromRoom) listening.joinAgain();
    this.#comesFromRoom = false;
  }

  /** @param {string | null} stationId */
  #become(stationId) {
    this.#stationId = stationId;
    this.#given = "";
    this.#parts.onChange(stationId);
  }
}
