// How a device that plays a little too early or too late gets back into step. Pure: an error in, what to do about it out.
// Error = where we are − where the clock says we should be, in milliseconds; ahead is positive.

/** @typedef {{ do: "nothing" } | { do: "rate", rate: number } | { do: "seek" }} Correction */

/** @typedef {{ deadMs: number, fineRate: number, coarseAboveMs: number, coarseRate: number }} Limits */

/** An <audio> element: its clock reads coarsely, larger steps are needed, the pitch change is not heard for long. */
export const ELEMENT_LIMITS = { deadMs: 3, fineRate: 0.005, coarseAboveMs: 40, coarseRate: 0.03 };
/** A decoded buffer: exact, so a change nobody can hear is enough. */
export const BUFFER_LIMITS = { deadMs: 1, fineRate: 0.002, coarseAboveMs: 40, coarseRate: 0.002 };

const SEEK_ABOVE_MS = 80;
const SEEK_EVERY_MS = 10_000;
const SETTLE_MS = 2000;
const KEEP_MS = 1200;
const FIRST_VERDICT_MS = 500;

export class DriftControl {
  /** @type {{ at: number, errorMs: number }[]} */ #readings = [];
  #lastSeekAt = -Infinity;
  #sinceMs = 0;
  #rate = 1;
  /** @type {Limits} */ #limits;

  /** @param {Limits} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** A new start: what was measured before says nothing. @param {number} now */
  restart(now) {
    this.#readings = [];
    this.#sinceMs = now;
    this.#rate = 1;
  }

  /** The middle of the recent readings; null while there are too few. @returns {number | null} */
  get errorMs() {
    if (this.#readings.length < 3) return null;
    const sorted = this.#readings.map((each) => each.errorMs).sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }

  /**
   * @param {number} errorMs
   * @param {number} now
   * @returns {Correction}
   */
  step(errorMs, now) {
    this.#readings = [...this.#readings, { at: now, errorMs }].filter((each) => each.at > now - KEEP_MS);
    const middle = this.errorMs;
    if (middle === null || now - this.#sinceMs < FIRST_VERDICT_MS) return { do: "nothing" };
    if (Math.abs(middle) > SEEK_ABOVE_MS) {
      if (now - this.#lastSeekAt < SEEK_EVERY_MS) return this.#steer(middle);
      this.#lastSeekAt = now;
      this.restart(now);
      return { do: "seek" };
    }
    return this.#steer(middle);
  }

  /**
   * The rate that would undo the error within the settling time, within what nobody hears.
   * @param {number} middle
   * @returns {Correction}
   */
  #steer(middle) {
    const { deadMs, fineRate, coarseAboveMs, coarseRate } = this.#limits;
    const size = Math.abs(middle);
    const keepsSteering = this.#rate !== 1 && size > deadMs / 3;
    const most = size > coarseAboveMs ? coarseRate : fineRate;
    const wanted = size > deadMs || keepsSteering ? 1 - Math.max(-most, Math.min(most, middle / SETTLE_MS)) : 1;
    if (Math.abs(wanted - this.#rate) < 0.0002 && wanted !== 1) return { do: "nothing" };
    if (wanted === this.#rate) return { do: "nothing" };
    this.#rate = wanted;
    return { do: "rate", rate: wanted };
  }
}
