// How long to wait before trying again: full jitter, so that a house full of phones does not come back in one instant.

const BASE_MS = 500;
const CAP_MS = 15_000;

/**
 * @param {number} failures tries that failed in a row, 1 or more
 * @param {number} chance from 0 up to 1
 */
export function retryDelayMs(failures, chance) {
  return chance * Math.min(CAP_MS, BASE_MS * 2 ** failures);
}
