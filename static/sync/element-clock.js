// Where an <audio> element is at this moment, and at which speed. Firefox needs help with both: its currentTime moves in steps of
// 20 to 45 ms and lags behind what is heard by up to one of them, and each time the rate becomes exactly 1 it drops 10 to 30 ms
// of sound that currentTime goes on counting.

/** So long a look at a clock in steps is worth something: one of the others in that time was right after a step. */
const LOOKS_FOR_MS = 900;
/** Nobody hears it, and in an hour it is 36 ms, which steering notices. */
const ALMOST_ONE = 1.00001;

/** @typedef {Pick<HTMLAudioElement, "currentTime" | "playbackRate">} Clocked */

export class ElementClock {
  #audio;
  /** Only Firefox has this word. */ #isFirefox;
  /** @type {{ atMs: number, aheadSec: number }[]} the element's clock − the page's, at the present rate */ #looks = [];
  /** Until it moves, nothing is heard, and each look would be early. @type {number | null} */ #standsAt = null;

  /** @param {Clocked} audio */
  constructor(audio) {
    this.#audio = audio;
    this.#isFirefox = "mozAudioCaptured" in audio;
  }

  /** It starts, or is somewhere else. */
  reset() {
    this.#looks = [];
    this.#standsAt = null;
  }

  /** @param {number} rate */
  setRate(rate) {
    this.#audio.playbackRate = rate === 1 && this.#isFirefox ? ALMOST_ONE : rate;
    this.reset();
  }

  /** In seconds of the recording; to be asked again and again while it plays. @param {number} atMs now, by the page's clock */
  position(atMs) {
    const { currentTime, playbackRate } = this.#audio;
    this.#standsAt ??= currentTime;
    if (!this.#isFirefox || (this.#looks.length === 0 && currentTime === this.#standsAt)) return currentTime;
    const played = (atMs / 1000) * playbackRate;
    this.#looks = [...this.#looks.filter((each) => each.atMs > atMs - LOOKS_FOR_MS), { atMs, aheadSec: currentTime - played }];
    // The freshest of them: a clock in steps is late at times, and never early.
    return played + Math.max(...this.#looks.map((each) => each.aheadSec));
  }
}
