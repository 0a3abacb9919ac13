// What this device may be heard by, as people would say. A browser on plain http does not tell which it is.

export const OUTPUTS = /** @type {const} */ ({ speaker: "Loudspeaker", wired: "Cable or headphones", bluetooth: "Bluetooth", other: "Another output" });

/** @typedef {keyof typeof OUTPUTS} Output */

/** As far as its sound can be moved, either way. */
export const NUDGE_MAX_MS = 500;

/** @param {number} ms */
export function nudgeWords(ms) {
  return ms === 0 ? "As the browser says" : `${Math.abs(ms)} ms ${ms > 0 ? "earlier" : "later"}`;
}
