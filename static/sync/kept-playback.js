// What this device plays for itself, changed while the house was out of reach and refused because the house's state had moved:
// whose is it then? Pure; playback.js asks, the outbox keeps.

import { applyPlayback } from "./state.js";

/** @import { Playback as State, PlaybackChange } from "./protocol.js" */

/** So far a house that lost sight of this device may be wrong about where it was. */
const LOST_SIGHT_SEC = 5;

/**
 * Several changes as one; of the queue, what comes of it.
 * @param {State} seen what the first was made on
 * @param {PlaybackChange[]} changes
 * @returns {PlaybackChange}
 */
export function asOne(seen, changes) {
  const one = Object.assign({}, ...changes);
  if (one.queueChange) one.queueChange = { op: "set", trackIds: changes.reduce(applyPlayback, seen).queue };
  return one;
}

/**
 * A place in a track is in the one that was seen: another tab finds it in the outbox before it hears what its maker did until then.
 * Only what was said to the house before names none itself; it has to stay as it was said.
 * @param {{ args: PlaybackChange, seen: State }} kept
 * @returns {PlaybackChange}
 */
export function ofItsTrack({ args, seen }) {
  const { trackId, queueIndex } = seen;
  return args.positionSec === undefined || trackId === null ? args : { trackId, queueIndex, ...args };
}

/**
 * Has somebody else decided something? That the house held this device to be away is no decision.
 * @param {State} seen
 * @param {State} theirs
 */
export function differ(seen, theirs) {
  if (seen.trackId !== theirs.trackId || seen.queueIndex !== theirs.queueIndex) return true;
  return !same(seen.queue, theirs.queue) || Math.abs(seen.positionSec - theirs.positionSec) > LOST_SIGHT_SEC;
}

/**
 * The same change on what this device's other tab made of it meanwhile: nothing that either of them did to the queue is lost.
 * @param {State} seen what the change was made on
 * @param {PlaybackChange} change the queue as a whole, if at all
 * @param {State} now
 * @returns {PlaybackChange}
 */
export function rebased(seen, change, now) {
  if (same(seen.queue, now.queue)) return change;
  const queue = change.queueChange ? joined(seen.queue, applyPlayback(seen, change).queue, now.queue) : now.queue;
  const { queueIndex: _, queueChange, ...rest } = change;
  const at = queue.indexOf(change.trackId ?? now.trackId ?? "");
  return { ...rest, ...(queueChange && { queueChange: { op: "set", trackIds: queue } }), ...(at >= 0 && { queueIndex: at }) };
}

/** What they took out is out, what they put in is behind what it stood behind there. @param {string[]} before @param {string[]} mine @param {string[]} theirs */
function joined(before, mine, theirs) {
  const out = new Set(before.filter((trackId) => !theirs.includes(trackId)));
  const queue = mine.filter((trackId) => !out.has(trackId));
  theirs.forEach((trackId, at) => {
    if (!before.includes(trackId) && !queue.includes(trackId)) queue.splice(queue.indexOf(theirs[at - 1]) + 1, 0, trackId);
  });
  return queue;
}

/** @param {string[]} one @param {string[]} other */
function same(one, other) {
  return one.length === other.length && one.every((trackId, at) => trackId === other[at]);
}
