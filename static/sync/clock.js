// The server's clock, as this page knows it. Estimator: samples in, offset out, no time of its own. Prober: asks in bursts
// and keeps the best answer of each. All times are performance.now() milliseconds; the wall clock is never read.

/** `offset` = server − local, halfway through a round trip of `rtt`, taken at local time `at`. */
/** @typedef {{ at: number, offset: number, rtt: number }} Sample */

const WINDOW_MS = 180_000;
const FIT_AFTER_MS = 40_000;
const SLOPE_MAX = 200e-6;
const NOISE_MS = 0.3;
const JUMP_MARGIN_MS = 5;

export class ClockEstimator {
  /** @type {Sample[]} */ #samples = [];
  #slope = 0;
  #offset = 0;
  #at = 0;
  #errorMs = Infinity;
  #rttMs = Infinity;

  /** A new clock, or a doubt about the old one: forget it all. */
  reset() {
    this.#samples = [];
    this.#errorMs = Infinity;
    this.#rttMs = Infinity;
  }

  get known() {
    return this.#samples.length > 0;
  }

  /** How wrong the offset may be, as far as the answers tell. */
  get errorMs() {
    return this.#errorMs;
  }

  get rttMs() {
    return this.#rttMs;
  }

  /** @param {Sample} sample */
  add(sample) {
    if (this.#jumped(sample)) this.reset();
    this.#samples = [...this.#samples, sample].filter((each) => each.at > sample.at - WINDOW_MS);
    this.#rttMs = sample.rtt;
    this.#fit();
  }

  /** server − local at a local time. @param {number} local */
  offsetAt(local) {
    return this.#offset + this.#slope * (local - this.#at);
  }

  /** @param {number} local */
  toServer(local) {
    return local + this.offsetAt(local);
  }

  /** @param {number} server */
  toLocal(server) {
    const guess = server - this.#offset;
    return server - this.offsetAt(guess);
  }

  /**
   * The truth lies within half a round trip of every sample. One that our estimate cannot meet means that a clock stood
   * still (a laptop slept) or was replaced.
   * @param {Sample} sample
   */
  #jumped({ at, offset, rtt }) {
    return this.known && Math.abs(offset - this.offsetAt(at)) > rtt / 2 + this.#errorMs + JUMP_MARGIN_MS;
  }

  #fit() {
    const samples = this.#samples;
    const least = Math.min(...samples.map((each) => each.rtt));
    const newest = samples[samples.length - 1].at;
    if (newest - samples[0].at < FIT_AFTER_MS || samples.length < 3) {
      const best = samples.reduce((a, b) => (b.rtt < a.rtt ? b : a));
      this.#slope = 0;
      this.#at = best.at;
      this.#offset = best.offset;
      this.#errorMs = NOISE_MS + best.rtt / 4;
      return;
    }
    const line = weightedLine(samples, (each) => 1 / ((each.rtt - least) / 2 + NOISE_MS) ** 2);
    this.#slope = Math.max(-SLOPE_MAX, Math.min(SLOPE_MAX, line.slope));
    this.#at = line.at;
    this.#offset = line.offset;
    this.#errorMs = NOISE_MS + line.residual;
  }
}

/**
 * @param {Sample[]} samples
 * @param {(sample: Sample) => number} weightOf
 */
function weightedLine(samples, weightOf) {
  const weights = samples.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  /** @param {(sample: Sample) => number} value */
  const mean = (value) => samples.reduce((sum, each, i) => sum + weights[i] * value(each), 0) / total;
  const at = mean((each) => each.at);
  const offset = mean((each) => each.offset);
  const spread = mean((each) => (each.at - at) ** 2);
  const slope = spread > 0 ? mean((each) => (each.at - at) * (each.offset - offset)) / spread : 0;
  const residual = Math.sqrt(mean((each) => (each.offset - offset - slope * (each.at - at)) ** 2));
  return { at, offset, slope, residual };
}

const BURST = 8;
const PROBE_WITHIN_MS = 1000;
const EARLY_BURSTS = 5;
const EARLY_EVERY_MS = 1000;
const LATER_EVERY_MS = 10_000;

/**
 * @typedef {object} ProberParts
 * @property {ClockEstimator} estimator
 * @property {(message: object) => boolean} send
 * @property {() => number} now
 * @property {() => void} onSettled after each burst
 * @property {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} timers
 */

export class ClockProber {
  /** @type {ProberParts} */ #parts;
  /** @type {any} */ #timer = null;
  /** @type {Promise<void> | null} */ #burst = null;
  /** @type {((t3: number, answer: any) => void) | null} */ #waiting = null;
  #bursts = 0;
  #running = false;

  /** @param {ProberParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** The connection is up: a few bursts soon, then now and then. */
  start() {
    this.stop();
    this.#running = true;
    this.#bursts = 0;
    void this.#cycle();
  }

  stop() {
    this.#running = false;
    this.#parts.timers.clearTimeout(this.#timer);
  }

  /** Eight questions, the best answer kept. @returns {Promise<void>} */
  burst() {
    this.#burst ??= this.#ask().finally(() => (this.#burst = null));
    return this.#burst;
  }

  /** @param {{ t0: number, t1: number, t2: number }} answer */
  hear(answer) {
    this.#waiting?.(this.#parts.now(), answer);
  }

  async #cycle() {
    await this.burst();
    if (!this.#running) return;
    this.#bursts += 1;
    const pauseMs = this.#bursts < EARLY_BURSTS ? EARLY_EVERY_MS : LATER_EVERY_MS;
    this.#parts.timers.clearTimeout(this.#timer);
    this.#timer = this.#parts.timers.setTimeout(() => void this.#cycle(), pauseMs);
  }

  async #ask() {
    /** @type {Sample | null} */ let best = null;
    for (let i = 0; i < BURST; i += 1) {
      const sample = await this.#probe();
      if (!sample) break;
      if (!best || sample.rtt < best.rtt) best = sample;
    }
    if (!best) return;
    this.#parts.estimator.add(best);
    this.#parts.onSettled();
  }

  /** @returns {Promise<Sample | null>} */
  #probe() {
    return new Promise((resolve) => {
      const t0 = this.#parts.now();
      const timer = this.#parts.timers.setTimeout(() => this.#answered(resolve, null), PROBE_WITHIN_MS);
      this.#waiting = (t3, { t0: echoed, t1, t2 }) => {
        if (echoed !== t0) return;
        this.#parts.timers.clearTimeout(timer);
        this.#answered(resolve, { at: (t0 + t3) / 2, offset: (t1 - t0 + (t2 - t3)) / 2, rtt: t3 - t0 - (t2 - t1) });
      };
      if (this.#parts.send({ type: "time", t0 })) return;
      this.#parts.timers.clearTimeout(timer);
      this.#answered(resolve, null);
    });
  }

  /** @param {(sample: Sample | null) => void} resolve @param {Sample | null} sample */
  #answered(resolve, sample) {
    this.#waiting = null;
    resolve(sample);
  }
}
