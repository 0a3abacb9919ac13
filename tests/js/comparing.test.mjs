import assert from "node:assert/strict";
import { test } from "node:test";
import { trackOf, titleOf } from "../../static/lib/format.js";
import { applyComparison, NOTHING_COMPARED, runFraction, shownPair } from "../../static/sync/comparing.js";
import { applyPlaylists } from "../../static/sync/playlists.js";
import { applyAck, applyMessage, EMPTY_STATE } from "../../static/sync/state.js";
import { full } from "./fakes.mjs";

const pair = (id) => ({ id, a: { trackId: `${id}a` }, b: { trackId: `${id}b` } });
const running = { ...NOTHING_COMPARED, source: { type: "all" }, mode: "all", pair: pair("1"), prefetched: { ifA: pair("2"), ifB: pair("3"), ifTie: null } };

test("an event's fields are taken over, whatever its type; the others stay", () => {
  const next = applyComparison(running, { verdict: { pairId: "1" }, pair: pair("2"), canUndo: true, ratings: null });
  assert.deepEqual(next, { ...running, pair: pair("2"), canUndo: true });
});

test("an answer shows its next pair at once, and waits to be taken", () => {
  assert.deepEqual(shownPair(running, null), { pair: pair("1"), settled: true });
  assert.deepEqual(shownPair(running, { pairId: "1", winner: "b" }), { pair: pair("3"), settled: false });
  assert.deepEqual(shownPair(running, { pairId: "1", winner: "tie" }), { pair: pair("1"), settled: false });
});

test("an answer to a pair that is gone shows nothing of its own", () => {
  assert.deepEqual(shownPair({ ...running, pair: pair("9") }, { pairId: "1", winner: "a" }), { pair: pair("9"), settled: true });
  assert.deepEqual(shownPair(NOTHING_COMPARED, null), { pair: null, settled: true });
});

test("progress", () => {
  const at = (answered, expected, done = false) => runFraction({ ...running, progress: { answered, expected, pool: 9, skipped: 0, done } });
  assert.deepEqual([at(0, 0), at(5, 20), at(30, 20), at(3, 20, true)], [0, 0.25, 1, 1]);
});

test("the topic of an ack decides what it changes; one without a topic changes nothing", () => {
  const start = applyMessage(EMPTY_STATE, full()).state;
  const ack = { type: "ack", id: "1", seq: 11, eventCount: 1, topic: "comparison:home", result: { data: { pair: pair("7") } } };
  const { state } = applyAck(start, ack);
  assert.equal(state.comparison.pair.id, "7");
  assert.equal(state.session, start.session);
  assert.equal(applyAck(start, { ...ack, topic: undefined }).state, start);
});

test("playlists: by name; created, changed, deleted", () => {
  const list = (playlistId, name, count) => ({ playlistId, name, count, updatedAt: 1 });
  let lists = applyPlaylists([], { playlist: list("p1", "Sunday", 0), trackIds: [] });
  lists = applyPlaylists(lists, { playlist: list("p2", "autumn", 2), trackIds: ["a", "b"] });
  lists = applyPlaylists(lists, { playlist: list("p1", "Sunday", 1), queueChange: { op: "insert", at: 0, trackIds: ["a"] } });
  assert.deepEqual(lists.map(({ name, count }) => [name, count]), [["autumn", 2], ["Sunday", 1]]);
  assert.deepEqual(applyPlaylists(lists, { playlistId: "p2" }).map(({ name }) => name), ["Sunday"]);
});

test("a track as events name it has a title in lists", () => {
  assert.equal(titleOf(trackOf({ trackId: "a", title: "Nightbus" })), "Nightbus");
  assert.equal(titleOf(trackOf({ trackId: "a", fileName: "x/One.mp3" })), "One");
  assert.equal(titleOf(trackOf({ trackId: "a" })), "Unknown track");
});
