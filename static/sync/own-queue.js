// Edits of a device's own queue. It does not turn: what was played stays where it is, the index says where one is. Pure: how
// things stand and a wish in, the change to ask for out; null where there is nothing to do.

import { applyQueueChange } from "./state.js";

/** @import { Playback, PlaybackChange, QueueChange } from "./protocol.js" */

/** The house takes 5,000; a message holds this many. */
export const OWN_QUEUE_MAX = 3000;
/** Within the first seconds of a track "previous" means the one before it. */
const RESTART_AFTER_SEC = 3;

/** @typedef {"off" | "all" | "one"} Repeat */

/** These, from one of them on. @param {string[]} trackIds @param {number} at @returns {PlaybackChange | null} */
export function playing(trackIds, at = 0) {
  const unique = [...new Set(trackIds)];
  const first = Math.max(0, unique.indexOf(trackIds[at]) - OWN_QUEUE_MAX + 1);
  const queue = unique.slice(first, first + OWN_QUEUE_MAX);
  if (queue.length === 0) return null;
  const queueIndex = Math.max(0, queue.indexOf(trackIds[at]));
  return { mode: "playing", trackId: queue[queueIndex], positionSec: 0, queueChange: { op: "set", trackIds: queue }, queueIndex };
}

/** @param {Playback} own @param {string[]} trackIds @returns {PlaybackChange | null} */
export function playNext(own, trackIds) {
  const others = without(own, trackIds);
  const before = own.queue.slice(0, own.queueIndex + 1).filter((trackId) => others.includes(trackId)).length;
  return edited(own, inserting(Math.min(own.queue.length, own.queueIndex + 1) - before, others));
}

/** @param {Playback} own @param {string[]} trackIds @returns {PlaybackChange | null} */
export function adding(own, trackIds) {
  const fresh = without(own, trackIds).filter((trackId) => !own.queue.includes(trackId));
  return edited(own, inserting(own.queue.length, fresh.slice(0, OWN_QUEUE_MAX - own.queue.length)));
}

/** @param {Playback} own @param {string} trackId @returns {PlaybackChange | null} */
export function removing(own, trackId) {
  return own.queue.includes(trackId) ? edited(own, { op: "remove", trackId }) : null;
}

/** @param {Playback} own @param {string} trackId @param {number} to @returns {PlaybackChange | null} */
export function moving(own, trackId, to) {
  return own.queue.includes(trackId) && own.queue.indexOf(trackId) !== to ? edited(own, { op: "move", trackId, to }) : null;
}

/** What comes after the current track, in another order. @param {Playback} own @param {() => number} random @returns {PlaybackChange | null} */
export function shuffling(own, random) {
  const rest = own.queue.slice(own.queueIndex + 1);
  for (let at = rest.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [rest[at], rest[other]] = [rest[other], rest[at]];
  }
  return rest.length < 2 ? null : edited(own, { op: "set", trackIds: [...own.queue.slice(0, own.queueIndex + 1), ...rest] });
}

/** All but what plays. @param {Playback} own @returns {PlaybackChange | null} */
export function clearing(own) {
  const kept = own.queue.slice(own.queueIndex, own.queueIndex + 1);
  return own.queue.length > kept.length ? edited(own, { op: "set", trackIds: kept }) : null;
}

/** To another place of the queue, from its start. @param {Playback} own @param {number} at @returns {PlaybackChange | null} */
export function jumping(own, at) {
  const trackId = own.queue[at];
  return trackId === undefined ? null : { trackId, queueIndex: at, positionSec: 0 };
}

/** The track is over, or somebody pressed "next". @param {Playback} own @param {Repeat} repeat @returns {PlaybackChange | null} null: the queue is over */
export function following(own, repeat) {
  return jumping(own, own.queueIndex + 1) ?? (repeat === "all" ? jumping(own, 0) : null);
}

/** @param {Playback} own @param {number} positionSec @param {Repeat} repeat @returns {PlaybackChange} */
export function preceding(own, positionSec, repeat) {
  const before = own.queueIndex > 0 ? own.queueIndex - 1 : repeat === "all" ? own.queue.length - 1 : -1;
  return (positionSec <= RESTART_AFTER_SEC && jumping(own, before)) || { positionSec: 0 };
}

/**
 * The place of the current track after the edit; if it is the one that went, whatever took its place is current.
 * @param {Playback} own
 * @param {QueueChange | null} queueChange
 * @returns {PlaybackChange | null}
 */
function edited(own, queueChange) {
  if (!queueChange) return null;
  const queue = applyQueueChange(own.queue, queueChange);
  const at = own.trackId === null ? -1 : queue.indexOf(own.trackId);
  if (at >= 0) return { queueChange, queueIndex: at };
  const queueIndex = Math.max(0, Math.min(own.queueIndex, queue.length - 1));
  const started = own.trackId === null || own.queue.includes(own.trackId);
  return { queueChange, queueIndex, ...(started && queue.length > 0 && { trackId: queue[queueIndex], positionSec: 0 }) };
}

/** @param {number} at @param {string[]} trackIds @returns {QueueChange | null} */
function inserting(at, trackIds) {
  return trackIds.length > 0 ? { op: "insert", at, trackIds } : null;
}

/** Each once, and never what plays: that would be moved from under itself. @param {Playback} own @param {string[]} trackIds */
function without(own, trackIds) {
  return [...new Set(trackIds)].filter((trackId) => trackId !== own.queue[own.queueIndex]);
}
