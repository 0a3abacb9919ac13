// What is between the browser and the ear and tells nobody how long it takes: an amplifier, a Bluetooth speaker. People set it by
// ear, in milliseconds, for each output of this device; it stays on the device. Positive: sound is sent out that much earlier.

/** What this device may be heard by, as people would say. A browser on plain http does not tell which it is. */
export const OUTPUTS = /** @type {const} */ ({ speaker: "Loudspeaker", wired: "Cable or headphones", bluetooth: "Bluetooth", other: "Another output" });

/** @typedef {keyof typeof OUTPUTS} Output */

/** As far as its sound can be moved, either way. */
export const NUDGE_MAX_MS = 500;

export class Nudge {
  #kept;
  #keep;
  /** @type {Output} */ output = "speaker";
  ms = 0;

  /** @param {{ kept: (name: string) => string | null, keep: (name: string, value: string) => void }} device */
  constructor({ kept, keep }) {
    this.#kept = kept;
    this.#keep = keep;
    const output = kept("output");
    this.choose(output !== null && output in OUTPUTS ? /** @type {Output} */ (output) : "speaker");
  }

  /** It is heard by this one from now on, as late as was set for it. @param {Output} output */
  choose(output) {
    this.output = output;
    this.ms = within(Number(this.#kept(`nudge-${output}`) ?? 0));
    this.#keep("output", output);
  }

  /** @param {number} ms */
  set(ms) {
    this.ms = within(ms);
    this.#keep(`nudge-${this.output}`, String(this.ms));
  }
}

/** @param {number} ms */
function within(ms) {
  return Number.isFinite(ms) ? Math.round(Math.max(-NUDGE_MAX_MS, Math.min(NUDGE_MAX_MS, ms))) : 0;
}
