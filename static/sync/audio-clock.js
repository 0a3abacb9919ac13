// The sound card's clock beside the page's: which moment of the one is heard at which moment of the other. Looked at again and
// again, from the tap on, so that it is known before the first start. A single look is off by some milliseconds, the first ones
// after the card awoke by a whole buffer, and while it sleeps the browser repeats an old answer; the middle of many fresh looks holds.

/** Four seconds of them: what a sound system says wanders by a millisecond or two meanwhile. */
const LOOKS_MAX = 80;
/** So many in a row that much off, on one side: the card dropped something, and goes on from there. */
const STEP_LOOKS = 5;
const STEP_SEC = 0.004;
/** So many looks after the card awoke are wrong by its first buffers. */
const AWAKENING_LOOKS = 4;
const LOOKS_MIN = 3;
const LOOK_EVERY_MS = 50;
/** An answer about a moment so long ago is an old one. */
const OLD_MS = 1000;
/** Browsers round their clocks by as much. */
const CLOCK_STEP_MS = 2;
/** What is added and taken off again comes out the same, but for the last digits. */
const SAME_SEC = 1e-6;
const NO_LATENCY_KNOWN_SEC = 0.04;

/** @typedef {Pick<AudioContext, "state" | "currentTime" | "outputLatency" | "baseLatency"> & Partial<Pick<AudioContext, "getOutputTimestamp">>} CardContext */

export class AudioClock {
  /** @type {CardContext} */ #context;
  #now;
  #onKnown;
  /** @type {number[]} card − page, in seconds */ #looks = [];
  #skip = AWAKENING_LOOKS;
  #lastMoment = 0;

  /**
   * @param {CardContext} context
   * @param {() => number} now performance.now
   * @param {() => void} onKnown after it was not
   * @param {{ setInterval: (run: () => void, ms: number) => any }} [timers]
   */
  constructor(context, now, onKnown, timers = globalThis) {
    this.#context = context;
    this.#now = now;
    this.#onKnown = onKnown;
    timers.setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  get known() {
    return this.#looks.length >= LOOKS_MIN;
  }

  /** The card was stopped or woken: what was seen before says nothing. */
  reset() {
    this.#looks = [];
    this.#skip = AWAKENING_LOOKS;
  }

  /** The card's time of what is heard at a moment of the page's clock; only while it is known. @param {number} atMs */
  timeAt(atMs) {
    return atMs / 1000 + this.#middle();
  }

  look() {
    const moment = this.#moment();
    // While the card sleeps, its clock stands.
    if (moment === null || moment.card === this.#lastMoment) return;
    this.#lastMoment = moment.card;
    if (this.#skip > 0) return void (this.#skip -= 1);
    const wasKnown = this.known;
    this.#looks = [...this.#looks, moment.card - moment.page].slice(-LOOKS_MAX);
    if (this.#stepped()) this.#looks = this.#looks.slice(-STEP_LOOKS);
    if (this.known && !wasKnown) this.#onKnown();
  }

  #middle() {
    const sorted = [...this.#looks].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }

  #stepped() {
    const middle = this.#middle();
    const latest = this.#looks.slice(-STEP_LOOKS);
    return this.#looks.length > 2 * STEP_LOOKS && (latest.every((each) => each > middle + STEP_SEC) || latest.every((each) => each < middle - STEP_SEC));
  }

  /** A moment by both clocks, in seconds. @returns {{ card: number, page: number } | null} */
  #moment() {
    const context = this.#context;
    if (context.state !== "running") return null;
    const now = this.#now();
    const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp?.() ?? {};
    // What was heard last was heard just now. WebKit says a time in the future, further off with each second.
    const isPlausible = contextTime > 0 && performanceTime <= now + CLOCK_STEP_MS && performanceTime > now - OLD_MS;
    if (isPlausible && !this.#isTakenOffBoth(contextTime, performanceTime, now)) return { card: contextTime, page: performanceTime / 1000 };
    const latency = context.outputLatency || context.baseLatency + NO_LATENCY_KNOWN_SEC;
    return context.currentTime > 0 ? { card: context.currentTime - latency, page: now / 1000 } : null;
  }

  /**
   * Firefox says what it renders just now, with its latency taken off both clocks: all sound would be late by that much.
   * @param {number} contextTime @param {number} performanceTime @param {number} now
   */
  #isTakenOffBoth(contextTime, performanceTime, now) {
    const { currentTime, outputLatency } = this.#context;
    const isOffCard = Math.abs(contextTime + outputLatency - currentTime) < SAME_SEC;
    return outputLatency > 0 && isOffCard && Math.abs(performanceTime + 1000 * outputLatency - now) < CLOCK_STEP_MS;
  }
}
