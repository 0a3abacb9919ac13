// Edits of a device's own queue: what they ask the house for, and where one is afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { adding, clearing, following, moving, OWN_QUEUE_MAX, playing, playNext, preceding, removing, shuffling } from "../../static/sync/own-queue.js";
import { applyPlayback, NOTHING_PLAYED } from "../../static/sync/state.js";

const at = (queueIndex, queue = ["a", "b", "c", "d"]) => ({ ...NOTHING_PLAYED, mode: "playing", trackId: queue[queueIndex] ?? null, queue, queueIndex });
/** Queue, current track and its place after a change; the place must be the track's. */
function after(own, change) {
  const next = applyPlayback(own, change);
  if (next.queue.length > 0) assert.equal(next.queue[next.queueIndex], next.trackId);
  return [next.queue.join(""), next.trackId];
}

test("play next: behind the current track, wherever it stood before", () => {
  assert.deepEqual(after(at(1), playNext(at(1), ["d"])), ["abdc", "b"]);
  assert.deepEqual(after(at(2), playNext(at(2), ["a"])), ["bcad", "c"]);
  assert.deepEqual(after(at(1), playNext(at(1), ["x", "y", "x"])), ["abxycd", "b"]);
  assert.equal(playNext(at(1), ["b"]), null, "what plays is not moved from under itself");
  assert.deepEqual(after(at(0, []), playNext(at(0, []), ["x"])), ["x", "x"]);
});

test("add: to the end, each once", () => {
  assert.deepEqual(after(at(1), adding(at(1), ["x", "a", "x"])), ["abcdx", "b"]);
  assert.equal(adding(at(1), ["a"]), null);
});

test("remove: whatever takes the place of the current track is current", () => {
  assert.deepEqual(after(at(2), removing(at(2), "a")), ["bcd", "c"]);
  assert.deepEqual(after(at(1), removing(at(1), "b")), ["acd", "c"]);
  assert.deepEqual(after(at(3), removing(at(3), "d")), ["abc", "c"]);
  assert.equal(removing(at(1), "x"), null);
});

test("move and shuffle leave one at the current track, and what was played where it is", () => {
  assert.deepEqual(after(at(1), moving(at(1), "b", 3)), ["acdb", "b"]);
  assert.deepEqual(after(at(0), shuffling(at(0), () => 0)), ["acdb", "a"]);
  assert.deepEqual(after(at(1), shuffling(at(1), () => 0)), ["abdc", "b"]);
  assert.equal(shuffling(at(2), () => 0), null, "one track has no order");
});

test("clear leaves what plays", () => assert.deepEqual(after(at(2), clearing(at(2))), ["c", "c"]));

test("the queue does not turn: it ends, unless it is repeated", () => {
  assert.equal(following(at(3), "off"), null);
  assert.equal(following(at(3), "all").trackId, "a");
  assert.equal(following(at(1), "one").trackId, "c");
});

test("previous: the one before within three seconds, else the start of this one", () => {
  assert.equal(preceding(at(2), 2, "off").trackId, "b");
  assert.deepEqual(preceding(at(2), 10, "off"), { positionSec: 0 });
  assert.deepEqual(preceding(at(0), 1, "off"), { positionSec: 0 });
  assert.equal(preceding(at(0), 1, "all").trackId, "d");
});

test("a list to play: each track once, and no more than a message holds, around the chosen one", () => {
  assert.deepEqual(after(at(0), playing(["x", "y", "x", "z"], 3)), ["xyz", "z"]);
  const many = Array.from({ length: OWN_QUEUE_MAX + 500 }, (_, n) => `t${n}`);
  const { queueChange, queueIndex, trackId } = playing(many, OWN_QUEUE_MAX + 100);
  assert.ok(queueChange.trackIds.length <= OWN_QUEUE_MAX);
  assert.equal(queueChange.trackIds[queueIndex], trackId);
  assert.equal(trackId, `t${OWN_QUEUE_MAX + 100}`);
  assert.equal(playing([]), null);
});
