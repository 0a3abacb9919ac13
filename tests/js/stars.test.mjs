// Stars and plays: what the house says, what waits here on top of it, and what is worth telling.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Ages } from "../../static/lib/ages.js";
import { applyPlays, Plays } from "../../static/sync/plays.js";
import { applyStars, NO_STARS, Starring, withWaiting } from "../../static/sync/stars.js";
import { applyAck, applyMessage, EMPTY_STATE } from "../../static/sync/state.js";
import { ARGS_BYTES_MAX, bytesOf } from "../../static/sync/waiting.js";
import { full, snapshot } from "./fakes.mjs";

const event = (eventType, id, ts, more = {}) => ({ mutationId: `${eventType}-${id}-${ts}`, eventType, id, ts, deviceId: "D", ...more });
const record = (eventType, id, key = id) => ({ key, name: "stars", args: { eventType, id, title: `T ${id}` }, said: "", size: 1, made: { wallMs: 9000, load: "l", steadyMs: 0 } });

test("events star and unstar, the last one first; one that lost changes nothing", () => {
  const events = [event("star_track", "a", 1), event("star_track", "b", 3), event("star_album", "x", 2), event("star_track", "c", 2), event("unstar_track", "b", 4)];
  const stars = applyStars(NO_STARS, { events: [...events, event("unstar_track", "a", 0, { by: { deviceId: "E", ts: 1 } })] });
  assert.deepEqual(stars.tracks.map(({ id }) => id), ["c", "a"]);
  assert.deepEqual(stars.albums, [{ id: "x", ts: 2, deviceId: "D" }]);
  const again = applyStars(stars, { events: [event("star_track", "a", 5)] });
  assert.deepEqual(again.tracks.map(({ id, ts }) => [id, ts]), [["a", 5], ["c", 2]], "other times, no double");
});

test("what waits stands on top, until it has arrived", () => {
  const stars = applyStars(NO_STARS, { events: [event("star_track", "a", 1)] });
  const shown = withWaiting(stars, [record("unstar_track", "a"), record("star_artist", "z"), { ...record("", ""), name: "plays", args: {} }]);
  assert.deepEqual([shown.tracks, shown.artists.map(({ id }) => id)], [[], ["z"]]);
  assert.equal(withWaiting(stars, []), stars);
});

test("the page's state: full, events, and one's own ack that does not repeat them", () => {
  const whole = full(snapshot());
  whole.data.stars = { tracks: [{ id: "a", ts: 1, deviceId: "D" }], albums: [], artists: [] };
  whole.data.plays = { recent: ["p"] };
  let { state } = applyMessage(EMPTY_STATE, whole);
  ({ state } = applyMessage(state, { type: "stars:changed", topic: "stars:home", seq: 11, eventCount: 1, data: { events: [event("star_track", "b", 2)] } }));
  assert.deepEqual(state.stars.tracks.map(({ id }) => id), ["b", "a"]);
  ({ state } = applyAck(state, { type: "ack", topic: "stars:home", seq: 12, eventCount: 2, result: { data: { results: [{ mutationId: "m", status: "accepted" }] } } }));
  assert.deepEqual([state.seq, state.stars.tracks.length], [12, 2]);
  ({ state } = applyMessage(state, { type: "plays:counted", topic: "plays:home", seq: 13, eventCount: 1, data: { trackId: "q", count: 1, lastPlayed: 5 } }));
  assert.deepEqual(state.plays.recent, ["q", "p"]);
});

function starring() {
  const seen = { enqueued: [], accepted: [], overtaken: [], handler: null };
  const outbox = { enqueue: (wish) => seen.enqueued.push(wish), on: (_, handler) => (seen.handler = handler) };
  const ages = new Ages({ load: "l", steady: () => 4000, wall: () => 13_000 });
  const star = new Starring({ outbox, ages, onAccepted: (events) => seen.accepted.push(...events), onOvertaken: (each) => seen.overtaken.push(each) });
  return { star, seen };
}

test("a star says how old it is, not what this phone thinks the time is", () => {
  const { star, seen } = starring();
  star.mark("track", "a", true, "Title");
  const { name, args, coalesceKey, personal } = seen.enqueued[0];
  assert.deepEqual([name, args.eventType, coalesceKey, personal], ["stars", "star_track", "track:a", true]);
  const { args: sent, taken } = seen.handler.pack([record("star_track", "a"), record("unstar_album", "b")]);
  assert.equal(taken, 2);
  assert.deepEqual(sent, { sentTs: 13, events: [{ mutationId: "a", ts: 9, eventType: "star_track", id: "a" }, { mutationId: "b", ts: 9, eventType: "unstar_album", id: "b" }] });
});

test("a batch is as large as a message may be, and not larger", () => {
  const { seen } = starring();
  const many = Array.from({ length: 900 }, (_, i) => record("star_track", `track-${i}`, `mutation-${"x".repeat(30)}-${i}`));
  const { args, taken } = seen.handler.pack(many);
  assert.ok(taken < 900 && bytesOf(args) <= ARGS_BYTES_MAX, `${taken}`);
  assert.ok(bytesOf(args) > ARGS_BYTES_MAX - 300, "no room is left");
});

test("accepted ones are taken over; who was later is told", () => {
  const { seen } = starring();
  const by = { deviceId: "E", ts: 10 };
  seen.handler.settled([record("star_track", "a"), record("star_track", "b"), record("star_track", "c")], {
    data: { results: [{ mutationId: "a", status: "accepted" }, { mutationId: "b", status: "superseded", by }, { mutationId: "c", status: "duplicate" }] },
  });
  assert.deepEqual(seen.accepted.map(({ id }) => id), ["a"]);
  assert.deepEqual(seen.overtaken, [{ kind: "track", id: "b", title: "T b", isStar: true, by }]);
});

test("recent plays: what is told late does not come first", () => {
  const now = applyPlays({ recent: ["a", "b"], latest: 0 }, { trackId: "b", lastPlayed: 10 });
  assert.deepEqual(now, { recent: ["b", "a"], latest: 10 });
  assert.deepEqual(applyPlays(now, { trackId: "c", lastPlayed: 5 }).recent, ["b", "a", "c"]);
});

/** Listens, four times a second; `steps` are [trackId, from, to] or a pause. */
function listened(steps, durationSec) {
  const said = [];
  const plays = new Plays({ outbox: { enqueue: ({ args, timed, quiet }) => said.push([args.trackId, timed, quiet]) }, nameOf: (id) => id });
  let atMs = 0;
  for (const step of steps) {
    if (step === "pause") plays.follow(null, null);
    else for (let at = step[1]; at <= step[2]; at += 0.25) plays.follow({ trackId: step[0], positionSec: at, atMs: (atMs += 250) }, durationSec);
    atMs += 10_000;
  }
  return said.map(([trackId, timed, quiet]) => (assert.ok(timed && quiet), trackId));
}

test("a play is half of a track that was heard, or four minutes, once", () => {
  assert.deepEqual(listened([["a", 0, 49]], 100), []);
  assert.deepEqual(listened([["a", 0, 100]], 100), ["a"]);
  assert.deepEqual(listened([["a", 0, 239]], 3600), []);
  assert.deepEqual(listened([["a", 0, 242]], 3600), ["a"]);
  assert.deepEqual(listened([["a", 0, 30], "pause", ["a", 30, 60]], 100), ["a"], "in two parts");
  assert.deepEqual(listened([["a", 0, 10], ["a", 80, 100]], 100), [], "skipped over");
  assert.deepEqual(listened([["a", 0, 30], ["b", 0, 10], ["a", 0, 30]], 100), [], "another one in between");
  assert.deepEqual(listened([["a", 0, 100], ["a", 0, 100], ["b", 0, 60]], 100), ["a", "a", "b"]);
  assert.deepEqual(listened([["a", 0, 100]], null), [], "of unknown length");
});
