// Which rows of a long list need to exist at the moment.

/** Rows beyond either edge, for a finger that is faster than they are drawn. */
export const OVERSCAN = 6;
/** A list is drawn again when it has moved by so many pixels, or a row: each drawing has its price, however few rows are new. */
const STEP_PX = 256;

/** Rows that come in at once. @param {number} rowHeight */
function stepOf(rowHeight) {
  return Math.max(1, Math.floor(STEP_PX / rowHeight));
}

/** Where a list is drawn for: the same for all places that one drawing serves. @param {number} scrollTop @param {number} rowHeight */
export function drawnTop(scrollTop, rowHeight) {
  const step = stepOf(rowHeight) * rowHeight;
  return Math.floor(scrollTop / step) * step;
}

/**
 * @param {{ scrollTop: number, height: number, rowHeight: number, count: number, beyond?: number }} list scrollTop: a `drawnTop`; beyond:
 *   rows that are there unseen, and as many more below as come in at once
 * @returns {{ first: number, end: number }} rows first … end − 1
 */
export function visibleRows({ scrollTop, height, rowHeight, count, beyond = OVERSCAN }) {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
  const below = beyond > 0 ? beyond + stepOf(rowHeight) - 1 : 0;
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + below);
  return { first: Math.min(first, end), end };
}
