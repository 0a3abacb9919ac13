// How a device that plays a little too early or too late gets back into step. Pure: an error in, what to do about it out.
// Error = where we are − where the clock says we should be, in milliseconds; ahead is positive.
//
// It looks for a while, then plays faster or slower for exactly as long as the error needs, then looks again. Steering and
// looking never overlap, so there is nothing to swing.

/** @typedef {{ do: "nothing" } | { do: "rate", rate: number } | { do: "seek" }} Correction */

/** What nobody hears: up to `mildMs` off by `mildRate`, beyond by `strongRate`; under `deadMs` nothing is done. */
/** `freshMs`: above it, one exact start more in the first seconds of a track, or after joining late, beats steering for long. */
/** @typedef {{ deadMs: number, mildMs: number, mildRate: number, strongRate: number, freshMs: number }} Limits */

const SEEK_ABOVE_MS = 80;

/** An <audio> element starts less exactly, so it has more to make good. */
export const ELEMENT_LIMITS = { deadMs: 3, mildMs: 40, mildRate: 0.01, strongRate: 0.03, freshMs: SEEK_ABOVE_MS };
/** A decoded buffer: exact from the start; what remains is slow. */
export const BUFFER_LIMITS = { deadMs: 1, mildMs: 80, mildRate: 0.002, strongRate: 0.002, freshMs: 8 };

const SEEK_EVERY_MS = 10_000;
/** So long after a start what the sound card says of itself still settles. */
const FRESH_MS = 5000;
const LOOK_MS = 600;
const SETTLE_MS = 300;
const LOOKS_MIN = 4;
const STEERING_MAX_MS = 5000;

export class DriftControl {
  /** @type {{ at: number, errorMs: number }[]} */ #readings = [];
  #lastSeekAt = -Infinity;
  #steerUntil = -Infinity;
  #lookFrom = 0;
  /** @type {number | null} */ #freshUntil = null;
  /** @type {Limits} */ #limits;

  /** @param {Limits} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** A new start: what was measured before says nothing. @param {number} now */
  restart(now) {
    this.#readings = [];
    this.#steerUntil = -Infinity;
    this.#lookFrom = now + SETTLE_MS;
    this.#freshUntil ??= now + FRESH_MS;
  }

  /** The middle of the latest readings; null while there are too few. @returns {number | null} */
  get errorMs() {
    return this.#readings.length < LOOKS_MIN ? null : middle(this.#readings.slice(-LOOKS_MIN - 1));
  }

  /**
   * @param {number} errorMs
   * @param {number} now
   * @returns {Correction}
   */
  step(errorMs, now) {
    this.#readings = [...this.#readings, { at: now, errorMs }].filter((each) => each.at > now - LOOK_MS);
    if (this.#steerUntil > -Infinity) return this.#steering(now);
    const looked = this.#readings.filter((each) => each.at >= this.#lookFrom);
    if (looked.length < LOOKS_MIN || now - this.#lookFrom < LOOK_MS - SETTLE_MS) return { do: "nothing" };
    const error = middle(looked);
    if (Math.abs(error) <= this.#limits.deadMs) return { do: "nothing" };
    const isFresh = this.#freshUntil !== null && now < this.#freshUntil;
    if (Math.abs(error) > (isFresh ? this.#limits.freshMs : SEEK_ABOVE_MS) && now - this.#lastSeekAt >= SEEK_EVERY_MS) {
      this.#lastSeekAt = now;
      this.restart(now);
      return { do: "seek" };
    }
    return this.#steer(error, now);
  }

  /** @param {number} error @param {number} now @returns {Correction} */
  #steer(error, now) {
    const { mildMs, mildRate, strongRate } = this.#limits;
    const change = Math.abs(error) > mildMs ? strongRate : mildRate;
    this.#steerUntil = now + Math.min(STEERING_MAX_MS, Math.abs(error) / change);
    return { do: "rate", rate: 1 - Math.sign(error) * change };
  }

  /** @param {number} now @returns {Correction} */
  #steering(now) {
    if (now < this.#steerUntil) return { do: "nothing" };
    this.#steerUntil = -Infinity;
    this.#lookFrom = now + SETTLE_MS;
    return { do: "rate", rate: 1 };
  }
}

/** @param {{ errorMs: number }[]} readings */
function middle(readings) {
  const sorted = readings.map((each) => each.errorMs).sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
