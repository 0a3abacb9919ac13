// Tabs of one browser that meet the house at once, pair one after the other: the second one finds that the first has done it.
// Where the browser keeps nothing each tab is on its own.

/** A tab that was closed in the middle does not hold the others longer. */
const TURN_MS = 10_000;
const LOOK_AGAIN_MS = 100;

/**
 * @param {object} parts
 * @param {string} parts.tab
 * @param {<T>(name: string, change: (value: any) => { value: any, result: T }) => Promise<T>} parts.change shared by the tabs, in one step
 * @param {() => number} parts.now a clock that the tabs share
 * @param {(ms: number) => Promise<void>} parts.pause
 * @returns {<T>(work: () => Promise<T>) => Promise<T>} does the work when it is this tab's turn
 */
export function pairingTurn({ tab, change, now, pause }) {
  const take = () =>
    change("pairing", (/** @type {{ tab: string, until: number } | undefined} */ turn) => {
      const isTaken = turn && turn.tab !== tab && turn.until > now() && turn.until <= now() + TURN_MS;
      return isTaken ? { value: turn, result: false } : { value: { tab, until: now() + TURN_MS }, result: true };
    });
  const giveBack = () => change("pairing", (/** @type {{ tab: string } | undefined} */ turn) => ({ value: turn?.tab === tab ? null : turn, result: null }));
  return async (work) => {
    while (!(await take())) await pause(LOOK_AGAIN_MS);
    return work().finally(giveBack);
  };
}
