// Which rows of a long list need to exist at the moment.

/** Rows beyond either edge, for a finger that is faster than they are drawn. */
export const OVERSCAN = 6;

/**
 * @param {{ scrollTop: number, height: number, rowHeight: number, count: number, beyond?: number }} list beyond: rows that are there unseen
 * @returns {{ first: number, end: number }} rows first … end − 1
 */
export function visibleRows({ scrollTop, height, rowHeight, count, beyond = OVERSCAN }) {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + beyond);
  return { first: Math.min(first, end), end };
}
