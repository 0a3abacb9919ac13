// What a station plays at a moment, and how a device that hears one follows it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { airing, applyRadio, completeRadio } from "../../static/sync/radio.js";
import { Tuning } from "../../static/sync/tuning.js";
import { settled } from "./fakes.mjs";

const aired = (trackId, durationMs) => ({ trackId, durationMs });
const onAir = (changes = {}) => ({
  stationId: "s", onAir: true, track: aired("a", 60_000), positionMs: 20_000, next: aired("b", 30_000), upcoming: [aired("b", 30_000), aired("c", 40_000)],
  ts: 500, atMs: 100_000, ...changes,
});
const station = (changes = {}) => ({ stationId: "s", name: "Evenings", source: { type: "all" }, mode: "queue", trackCount: 3, now: onAir(), stream: "/x", ...changes });

test("airing: each track after the other, as far as was told", () => {
  const at = (serverMs) => airing(onAir(), serverMs);
  assert.deepEqual(at(100_000), { track: aired("a", 60_000), startedAt: 80_000, endsAt: 140_000, next: aired("b", 30_000) });
  assert.equal(at(139_999).track.trackId, "a");
  assert.deepEqual(at(140_000), { track: aired("b", 30_000), startedAt: 140_000, endsAt: 170_000, next: aired("c", 40_000) });
  assert.equal(at(209_999).next, null);
  assert.equal(at(210_000), null, "it must be asked");
});

test("airing: off the air, or without a time by the server's clock, nothing is known", () => {
  assert.equal(airing(onAir({ onAir: false, track: null }), 100_000), null);
  assert.equal(airing(onAir({ atMs: undefined }), 100_000), null);
  assert.equal(airing(undefined, 0), null);
});

test("an event that tells the time of day only is placed by what was told before", () => {
  const { atMs, ...skipped } = onAir({ track: aired("b", 30_000), positionMs: 0, ts: 507.5 });
  const [after] = applyRadio([station()], { stationId: "s", skipped: aired("a", 1), now: skipped });
  assert.equal(after.now.atMs, 107_500);
  assert.equal(after.stream, "/x");
  assert.equal(applyRadio([station({ now: onAir({ atMs: undefined }) })], { stationId: "s", now: skipped })[0].now.atMs, undefined);
});

test("stations come, change and go; a changed one is asked for its addresses again", () => {
  const { stream, ...shown } = station({ name: "Mornings" });
  const [changed] = applyRadio([station()], { station: shown });
  assert.deepEqual([changed.name, changed.stream], ["Mornings", undefined]);
  assert.equal(applyRadio([station()], { station: { ...shown, stationId: "t" } }).length, 2);
  assert.deepEqual(applyRadio([station()], { stationId: "s" }), []);
  assert.deepEqual(applyRadio([], { stationId: "s", now: onAir() }), [], "news of a station that is not known");
});

test("an answer about all stations that crossed an event neither brings back nor takes away", () => {
  const known = [station({ stationId: "s", stream: undefined, now: onAir({ atMs: undefined }) }), station({ stationId: "new", stream: undefined, now: onAir({ ts: 600 }) })];
  const read = [station({ listeners: { tuned: 1, streams: 0 } }), station({ stationId: "gone" }), station({ stationId: "new", now: onAir({ ts: 599 }) })];
  const after = completeRadio(known, read);
  assert.deepEqual(after.map(({ stationId, stream, now }) => [stationId, stream, now.ts, now.atMs]), [["s", "/x", 500, 100_000], ["new", "/x", 600, 100_000]]);
});

let asked, said, played, joined, now, client, listening, tuning, answer;
beforeEach(() => {
  [asked, said, played, joined, now] = [[], [], [], 0, 0];
  answer = { ok: true, result: { data: onAir() } };
  client = {
    joined: true, clock: { known: true, toServer: (local) => 100_000 + local }, state: { radio: [station({ now: onAir({ atMs: undefined }) })] },
    leave: () => (client.joined = false),
    ask: async (name, args) => (asked.push([name, args]), answer),
    radioTold: (data) => (client.state = { radio: applyRadio(client.state.radio, data) }),
  };
  listening = {
    playsOwn: false, unlock: async () => {}, joinAgain: () => (joined += 1),
    playOwn: (own) => ((listening.playsOwn = own !== null), played.push(own && [own.playState.trackId, own.playState.startAt, own.next])),
  };
  tuning = new Tuning({ client, listening, now: () => now, onChange: (stationId) => said.push(stationId) });
});

test("tuning in leaves the room and plays the track as if it had been playing all the time", async () => {
  await tuning.tuneIn("s");
  assert.deepEqual(asked, [["radio/tune", { stationId: "s" }]]);
  assert.deepEqual([client.joined, said, played], [false, ["s"], [["a", 80_000, "b"]]]);
  now = 37_000;
  tuning.follow();
  assert.equal(played.length, 1);
  now = 39_000;
  tuning.follow();
  assert.deepEqual(played.at(-1), ["b", 140_000, "c"], "a little ahead, to follow without a gap");
});

test("when what was told comes to its end, the house is asked", async () => {
  await tuning.tuneIn("s");
  now = 120_000;
  answer = { ok: true, result: { data: onAir({ track: aired("d", 60_000), positionMs: 0, atMs: 220_000 }) } };
  tuning.follow();
  tuning.follow();
  await settled();
  assert.equal(asked.length, 2);
  assert.equal(played.at(-1)[0], "d");
});

test("left: the house is told, the room is joined again if one came from there", async () => {
  await tuning.tuneIn("s");
  tuning.leave();
  assert.deepEqual([asked.at(-1), said.at(-1), played.at(-1), joined], [["radio/tune", { stationId: "s", on: false }], null, null, 1]);
  client.joined = false;
  await tuning.tuneIn("s");
  tuning.leave();
  assert.equal(joined, 1, "who only controls is no listener afterwards either");
});

test("a refusal or a station that goes ends it", async () => {
  answer = { ok: false, problem: { status: 409, title: "Off the air" } };
  await tuning.tuneIn("s");
  assert.equal(said.at(-1), null);
  answer = { ok: true, result: { data: onAir() } };
  await tuning.tuneIn("s");
  client.state = { radio: [] };
  tuning.follow();
  assert.equal(said.at(-1), null);
});

test("offline it plays on by what is known", async () => {
  await tuning.tuneIn("s");
  answer = { ok: false, problem: { status: 0, title: "Offline" } };
  tuning.live();
  await settled();
  assert.equal(said.at(-1), "s");
});
