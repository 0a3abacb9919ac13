// What this profile is asked to compare, on all its devices at once. Pure: events in, the pair to show out.

/** @import { Comparison, Pair } from "./protocol.js" */

/** An answer that was given here and is on its way. @typedef {{ pairId: string, winner: "a" | "b" | "tie" }} Given */

/** @type {Comparison} */
export const NOTHING_COMPARED = Object.freeze({
  source: null,
  mode: null,
  pair: null,
  prefetched: { ifA: null, ifB: null, ifTie: null },
  progress: { answered: 0, expected: 0, pool: 0, skipped: 0, done: false },
  selected: null,
  canUndo: false,
  canRedo: false,
});

/**
 * Whatever the event's type: what is there is taken over.
 * @param {Comparison} comparison
 * @param {any} data
 * @returns {Comparison}
 */
export function applyComparison(comparison, data) {
  const next = /** @type {any} */ ({ ...comparison });
  for (const field of Object.keys(NOTHING_COMPARED)) if (data[field] !== undefined) next[field] = data[field];
  return next;
}

/**
 * The pair that this page shows: an answer given here shows its next pair at once, before the house has said so. As soon as
 * another pair is on the table the answer has had its effect, or somebody else was faster.
 * @param {Comparison} comparison
 * @param {Given | null} given
 * @returns {{ pair: Pair | null, settled: boolean }} settled: this is the pair that the house would take an answer to
 */
export function shownPair({ pair, prefetched }, given) {
  if (!pair || given?.pairId !== pair.id) return { pair, settled: true };
  const next = { a: prefetched.ifA, b: prefetched.ifB, tie: prefetched.ifTie }[given.winner];
  return { pair: next ?? pair, settled: false };
}

/** How far a run is, from 0 to 1. @param {Comparison} comparison */
export function runFraction({ progress }) {
  if (progress.done) return 1;
  return progress.expected > 0 ? Math.min(1, progress.answered / progress.expected) : 0;
}
