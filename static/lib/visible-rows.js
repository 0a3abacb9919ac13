// Which rows of a long list need to exist at the moment.

const OVERSCAN = 6;

/**
 * @param {{ scrollTop: number, height: number, rowHeight: number, count: number }} list
 * @returns {{ first: number, end: number }} rows first … end − 1
 */
export function visibleRows({ scrollTop, height, rowHeight, count }) {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN);
  return { first: Math.min(first, end), end };
}
