// The messages that the Rust side is pinned to (tests/golden), read by the page's own rule.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { shownPair } from "../../static/sync/comparing.js";
import { airing } from "../../static/sync/radio.js";
import { NO_STARS } from "../../static/sync/stars.js";
import { applyAck, applyMessage, applySnapshot, EMPTY_STATE } from "../../static/sync/state.js";
import { full, snapshot } from "./fakes.mjs";

const FOLDER = fileURLToPath(new URL("../golden/", import.meta.url));
const golden = new Map(
  (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
    .filter((name) => name.endsWith(".json") && !name.startsWith("stream-"))
    .map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(FOLDER + name, "utf8"))]),
);
const skip = golden.size === 0 && "no golden files yet";

/** A queue that the change fits: with what it names where it must be there, filled up to the length it leaves. */
function queueBefore({ queueChange: change, queueLength: length }) {
  if (!change) return ["a", "b"];
  const named = change.op === "remove" || change.op === "move" ? [change.trackId] : [];
  const size = { remove: length + 1, insert: length - (change.trackIds?.length ?? 0) }[change.op] ?? length;
  return [...named, ...Array.from({ length: size - named.length }, (_, i) => `filler${i}`)];
}

function before(message) {
  const session = snapshot({ epoch: message.epoch ?? "e1", seq: message.seq - 1, eventCount: message.eventCount - 1, queue: queueBefore(message.data ?? message.result?.data ?? {}) });
  return applyMessage(EMPTY_STATE, full(session)).state;
}

function assertTakenOver(state, data) {
  for (const field of ["playState", "barrier", "queueIndex"]) {
    if (field in data) assert.deepEqual(state.session[field], data[field], field);
  }
  if (data.queueLength !== undefined) assert.equal(state.session.queue.length, data.queueLength);
}

test("session events are applied without a doubt", { skip }, () => {
  const events = [...golden.values()].filter(({ topic, eph, seq, type }) => topic?.startsWith("session:") && !eph && seq && type !== "ack");
  assert.ok(events.length > 8, `${events.length} events`);
  for (const message of events) {
    const { state, resync } = applyMessage(before(message), message);
    assert.equal(resync, false, message.type);
    assert.equal(state.seq, message.seq);
    assert.equal(state.session.eventCount, message.eventCount);
    assertTakenOver(state, message.data);
  }
});

test("an ack of a change of the household does what its event would have done, though it has no type", () => {
  const [device, room, profile] = [{ clientId: "B", name: "Tablet" }, { id: "k", name: "Kitchen" }, { id: "u3", name: "Anna" }];
  const start = { ...EMPTY_STATE, seq: 1, devices: [device], rooms: [room], profiles: [profile] };
  const changes = [
    ["household:revoked", { clientId: "B" }],
    ["household:renamed", { device: { ...device, name: "Phone" } }],
    ["household:room-created", { room: { id: "b", name: "Bath" } }],
    ["household:room-renamed", { room: { ...room, name: "Cellar" } }],
    ["household:room-deleted", { room: { id: "k" } }],
    ["household:profile-renamed", { profile: { ...profile, name: "Ann" } }],
    ["household:profile-deleted", { profile: { id: "u3" } }],
  ];
  for (const [type, data] of changes) {
    const place = { topic: "household", seq: 2, eventCount: 2 };
    const told = applyMessage(start, { type, data, ...place }).state;
    assert.notDeepEqual({ ...told, seq: 1 }, start, type);
    assert.deepEqual(applyAck(start, { type: "ack", id: null, result: { data }, ...place }).state, told, type);
  }
});

test("an ack does what its event would have done", { skip }, () => {
  const ack = golden.get("ack");
  const { state, resync } = applyAck(before(ack), ack);
  assert.equal(resync, false);
  assertTakenOver(state, ack.result.data);
  const again = golden.get("ack-again");
  const known = applyMessage(EMPTY_STATE, full(snapshot({ seq: again.seq, eventCount: again.eventCount }))).state;
  assert.equal(applyAck(known, again).state, known);
});

test("sync:full, sync:resumed and a refusal's snapshot", { skip }, () => {
  const message = golden.get("sync-full");
  const { state } = applyMessage(EMPTY_STATE, message);
  assert.deepEqual(state.session, message.data.session);
  assert.equal(state.seq, message.seq);
  assert.equal(state.you.clientId, message.you.clientId);
  const resumed = applyMessage(state, golden.get("sync-resumed")).state;
  assert.equal(resumed.clockId, golden.get("sync-resumed").clockId);
  const stale = golden.get("reject-stale");
  assert.equal(applySnapshot({ ...state, session: { ...state.session, eventCount: 1 } }, stale.snapshot).session.eventCount, stale.expectedEventCount);
});

test("presence, cursor, household and library", { skip }, () => {
  const start = applyMessage(EMPTY_STATE, golden.get("sync-full")).state;
  const presence = golden.get("session-presence");
  assert.deepEqual(applyMessage(start, presence).state.session.clients, presence.data.clients);
  assert.equal(applyMessage(start, golden.get("household-address")).state.invitation, start.invitation + 1);
  const paired = golden.get("household-paired");
  const grown = applyMessage({ ...start, seq: paired.seq - 1 }, paired).state;
  assert.ok(grown.devices.some(({ clientId }) => clientId === paired.data.device.clientId));
  const revoked = golden.get("household-revoked");
  const shrunk = applyMessage({ ...grown, seq: revoked.seq - 1 }, revoked).state;
  assert.ok(!shrunk.devices.some(({ clientId }) => clientId === revoked.data.clientId));
  const changed = golden.get("library-changed");
  assert.equal(applyMessage({ ...start, seq: changed.seq - 1 }, changed).state.library.count, changed.data.count);
});

test("comparisons: every event leaves the table that it tells of", { skip }, () => {
  const start = applyMessage(EMPTY_STATE, golden.get("sync-full")).state;
  const events = [...golden.values()].filter(({ topic }) => topic?.startsWith("comparison:"));
  assert.ok(events.length >= 5, `${events.length} events`);
  for (const message of events) {
    const { state } = applyMessage({ ...start, seq: message.seq - 1 }, message);
    for (const field of ["source", "mode", "pair", "prefetched", "progress", "selected", "canUndo", "canRedo"]) {
      if (field in message.data) assert.deepEqual(state.comparison[field], message.data[field], `${message.type} ${field}`);
    }
  }
  const verdict = golden.get("comparison-verdict");
  const { pairId, winner } = verdict.data.verdict;
  const asked = golden.get("comparison-started").data;
  const shown = shownPair({ ...start.comparison, ...asked, pair: { ...asked.pair, id: pairId } }, { pairId, winner });
  assert.equal(shown.settled, false);
});

test("playlists: every event is seen in the list", { skip }, () => {
  const start = { ...applyMessage(EMPTY_STATE, golden.get("sync-full")).state, seq: 0 };
  for (const [name, message] of golden) {
    if (message.topic !== "playlists") continue;
    const { state } = applyMessage(start, message);
    const id = message.data.playlistId ?? message.data.playlist.playlistId;
    const found = state.playlists.find(({ playlistId }) => playlistId === id);
    assert.deepEqual(found, name === "playlists-deleted" ? undefined : message.data.playlist, name);
  }
});

test("radio: every event is seen in the stations", { skip }, () => {
  const start = { ...applyMessage(EMPTY_STATE, golden.get("sync-full")).state, seq: 0 };
  const created = golden.get("radio-created");
  const known = applyMessage({ ...start, radio: [] }, created).state;
  assert.equal(known.radio[0].name, created.data.station.name);
  const started = applyMessage(known, golden.get("radio-track-started")).state;
  const { atMs, now } = golden.get("radio-track-started").data;
  assert.equal(started.radio[0].now.atMs, atMs);
  const on = airing(started.radio[0].now, atMs);
  assert.deepEqual([on.track.trackId, on.startedAt], [now.track.trackId, atMs - now.positionMs]);
  const skipped = applyMessage({ ...started, seq: 0 }, golden.get("radio-skipped")).state;
  const told = golden.get("radio-skipped").data.now;
  assert.equal(airing(skipped.radio[0].now, atMs + (told.ts - now.ts) * 1000).track.trackId, told.track.trackId);
  const deleted = golden.get("radio-deleted");
  const stations = [{ stationId: deleted.data.stationId }, { stationId: "other" }];
  assert.deepEqual(applyMessage({ ...start, radio: stations }, deleted).state.radio, [{ stationId: "other" }]);
});

test("stars: what won is seen, what lost is not, one's own answer repeats nothing", { skip }, () => {
  let state = { ...applyMessage(EMPTY_STATE, golden.get("sync-full")).state, stars: NO_STARS, seq: 0 };
  const ids = () => ["tracks", "albums", "artists"].map((list) => state.stars[list].map(({ id }) => id));
  const changed = golden.get("stars-changed");
  ({ state } = applyMessage(state, changed));
  const won = (list) => changed.data.events.filter(({ eventType }) => eventType === list).map(({ id }) => id);
  assert.deepEqual(ids(), [won("star_track"), won("star_album"), won("star_artist")]);
  const superseded = golden.get("stars-superseded");
  const lost = superseded.data.events.find(({ by }) => by);
  const held = { id: lost.id, ts: lost.by.ts, deviceId: lost.by.deviceId };
  state = { ...state, stars: { ...state.stars, tracks: [held, ...state.stars.tracks] } };
  const asSender = applyAck({ ...state, seq: 0 }, golden.get("ack-stars")).state;
  assert.deepEqual([asSender.stars, asSender.seq], [state.stars, golden.get("ack-stars").seq]);
  ({ state } = applyMessage(state, superseded));
  assert.ok(state.stars.tracks.includes(held), "somebody was later");
  const taken = golden.get("stars-undone").data.events[0];
  ({ state } = applyMessage(state, golden.get("stars-undone")));
  assert.ok(!state.stars.tracks.some(({ id }) => id === taken.id));
  const retimed = golden.get("stars-retimed").data.events[0];
  ({ state } = applyMessage(state, golden.get("stars-retimed")));
  assert.equal(state.stars.tracks.find(({ id }) => id === retimed.id).ts, retimed.ts);
});

test("plays and profiles", { skip }, () => {
  const start = { ...applyMessage(EMPTY_STATE, golden.get("sync-full")).state, seq: 0 };
  assert.deepEqual(start.profiles, golden.get("sync-full").data.profiles);
  const counted = golden.get("plays-counted");
  for (const { state } of [applyMessage(start, counted), applyAck(start, golden.get("ack-plays"))]) assert.equal(state.plays.recent[0], counted.data.trackId);
  const made = applyMessage(start, golden.get("household-profile-created")).state;
  const { profile } = golden.get("household-profile-created").data;
  assert.deepEqual(made.profiles.find(({ id }) => id === profile.id), profile);
  const renamed = golden.get("household-profile-renamed");
  assert.deepEqual(applyMessage({ ...made, seq: 0 }, renamed).state.profiles.find(({ id }) => id === renamed.data.profile.id), renamed.data.profile);
  const deleted = golden.get("household-profile-deleted");
  assert.ok(!applyMessage({ ...made, seq: 0 }, deleted).state.profiles.some(({ id }) => id === deleted.data.profile.id));
  const asked = { type: "ack", id: "k", topic: deleted.topic, seq: deleted.seq, eventCount: deleted.eventCount, result: { data: deleted.data } };
  assert.ok(!applyAck({ ...made, seq: 0 }, asked).state.profiles.some(({ id }) => id === deleted.data.profile.id), "whoever asked for it");
  const paired = golden.get("household-paired-with-profile");
  const { state } = applyMessage(start, paired);
  assert.ok(state.profiles.some(({ id }) => id === paired.data.device.profile) && state.devices.some(({ clientId }) => clientId === paired.data.device.clientId));
});

test("playback: a device's own events in their order, its answers, and whose they are", { skip }, () => {
  const me = golden.get("sync-full").you.clientId;
  const start = { ...applyMessage(EMPTY_STATE, golden.get("sync-full")).state, seq: 0 };
  const events = [...golden.values()].filter(({ type }) => type === "playback:updated").toSorted((one, other) => one.seq - other.seq);
  const mine = events.filter(({ topic }) => topic === `playback:${me}`);
  assert.ok(mine.length > 5 && events.length > mine.length, `${mine.length} of ${events.length} events`);
  const seen = mine.reduce((before, message) => {
    const { state, resync } = applyMessage(before, message);
    assert.equal(resync, false, JSON.stringify(message));
    for (const field of ["mode", "trackId", "positionSec", "queueIndex", "updatedAt"]) {
      if (field in message.data) assert.equal(state.playback[field], message.data[field], field);
    }
    assert.equal(state.playback.version, message.eventCount);
    return state;
  }, start);
  assert.deepEqual(seen.playback.queue, golden.get("playback-updated-merged").data.queueChange.trackIds);
  const undone = mine.filter(({ eventCount }) => eventCount <= golden.get("playback-updated-undone").eventCount).reduce((state, message) => applyMessage(state, message).state, start);
  assert.deepEqual(undone.playback.queue, golden.get("playback-updated").data.queueChange.trackIds, "the edit is taken back");
  for (const other of events.filter((message) => !mine.includes(message))) {
    assert.deepEqual(applyMessage(start, other).state.playback, start.playback, "another device's is none of mine");
  }
  assert.deepEqual(applyMessage(seen, golden.get("playback-position")).state, seen, "where a tab's sound is, is no state");
  const asked = applyAck(start, golden.get("ack-playback")).state.playback;
  assert.deepEqual(asked, applyMessage(start, golden.get("playback-updated")).state.playback, "an answer is the event");
  const late = applyMessage(start, mine[1]);
  assert.equal(late.resync, true, "one was missed");
});

test("playback: what another device had is here with the answer", { skip }, () => {
  const message = golden.get("ack-playback-claim");
  const { deviceId } = message.result.data.playback;
  const full = golden.get("sync-full");
  const laptop = { ...applyMessage(EMPTY_STATE, { ...full, you: { ...full.you, clientId: deviceId } }).state, seq: 0 };
  const { playback } = applyAck(laptop, message).state;
  const { mode, trackId, positionSec, queue, queueIndex, version } = message.result.data.playback;
  assert.deepEqual([playback.mode, playback.trackId, playback.positionSec, playback.queue, playback.queueIndex, playback.version], [mode, trackId, positionSec, queue, queueIndex, version]);
});
