// How long ago something was made, told later, perhaps by another page load: what waits to be sent needs it. Not for playing by.

/**
 * When something was made, by both clocks: the wall clock outlives the page, the steady one cannot jump.
 * @typedef {{ wallMs: number, load: string, steadyMs: number }} Made
 */

/** A wall clock that is so far ahead of the steady one means that the device slept: many steady clocks sleep with it. */
const SLEPT_MS = 60_000;

export class Ages {
  #load;
  #steady;
  #wall;

  /** @param {{ load: string, steady: () => number, wall?: () => number }} parts load: names this page load */
  constructor({ load, steady, wall = () => Date.now() }) {
    this.#load = load;
    this.#steady = steady;
    this.#wall = wall;
  }

  get wallMs() {
    return this.#wall();
  }

  /** @returns {Made} */
  made() {
    return { wallMs: this.#wall(), load: this.#load, steadyMs: this.#steady() };
  }

  /**
   * Within one page load by the steady clock, else by the wall clock. If a wall clock that was set forward passes for sleep,
   * the thing counts as older than it is: it may lose to somebody else's, and then people are asked.
   * @param {Made} made
   */
  ageMs({ wallMs, load, steadyMs }) {
    const byWall = Math.max(0, this.#wall() - wallMs);
    if (load !== this.#load) return byWall;
    const steady = Math.max(0, this.#steady() - steadyMs);
    return byWall - steady > SLEPT_MS ? byWall : steady;
  }
}
