import assert from "node:assert/strict";
import { test } from "node:test";
import { applyAck, applyDevice, applyMessage, applyQueueChange, applyRoom, applySnapshot, EMPTY_STATE, positionAt } from "../../static/sync/state.js";
import { full, snapshot } from "./fakes.mjs";

const start = () => applyMessage(EMPTY_STATE, full()).state;
const event = (data, changes = {}) => ({ type: "session:queue", data, ts: 1, seq: 11, topic: "session:house", eventCount: 6, origin: null, ...changes });

const QUEUE_CHANGES = [
  ["rotate forward", { op: "rotate", by: 1 }, "bcda"],
  ["rotate back", { op: "rotate", by: -1 }, "dabc"],
  ["rotate past one whose file is gone", { op: "rotate", by: 2 }, "cdab"],
  ["rotate back past one", { op: "rotate", by: -2 }, "cdab"],
  ["insert a new one as next-up", { op: "insert", at: 1, trackIds: ["x"] }, "axbcd"],
  ["insert one that stands later", { op: "insert", at: 1, trackIds: ["d"] }, "adbc"],
  ["insert one that stands earlier: the place counts without it", { op: "insert", at: 3, trackIds: ["b"] }, "acdb"],
  ["insert several at the end", { op: "insert", at: 4, trackIds: ["x", "y"] }, "abcdxy"],
  ["remove", { op: "remove", trackId: "c" }, "abd"],
  ["move down", { op: "move", trackId: "b", to: 3 }, "acdb"],
  ["move up", { op: "move", trackId: "d", to: 1 }, "adbc"],
  ["set", { op: "set", trackIds: ["z", "a"] }, "za"],
];
for (const [name, change, expected] of QUEUE_CHANGES) {
  test(`queue: ${name}`, () => assert.equal(applyQueueChange(["a", "b", "c", "d"], change).join(""), expected));
}

test("rotating an empty queue leaves it empty", () => assert.deepEqual(applyQueueChange([], { op: "rotate", by: -1 }), []));

test("sync:full is taken whole", () => {
  const state = start();
  assert.equal(state.session.eventCount, 5);
  assert.equal(state.seq, 10);
  assert.equal(state.library.count, 4);
});

test("a session event takes over exactly the fields that are there", () => {
  const playState = { mode: "paused", trackId: "a", anchorPositionSec: 3, startAt: null };
  const { state, resync } = applyMessage(start(), event({ playState, barrier: null }, { type: "session:paused" }));
  assert.equal(resync, false);
  assert.deepEqual(state.session.playState, playState);
  assert.deepEqual(state.session.queue, ["a", "b", "c", "d"]);
  assert.equal(state.session.eventCount, 6);
  assert.equal(state.seq, 11);
});

test("a queue of another length than the server's asks for everything", () => {
  const change = { op: "remove", trackId: "not there" };
  assert.equal(applyMessage(start(), event({ queueChange: change, queueLength: 3, queueIndex: 0 })).resync, true);
});

test("a missed version asks for everything", () => {
  assert.equal(applyMessage(start(), event({ barrier: null }, { eventCount: 8 })).resync, true);
});

test("an event that was applied already changes nothing", () => {
  const once = applyMessage(start(), event({ queueChange: { op: "rotate", by: 1 }, queueLength: 4 })).state;
  const twice = applyMessage(once, event({ queueChange: { op: "rotate", by: 1 }, queueLength: 4 })).state;
  assert.equal(twice, once);
});

test("another room's event moves the cursor and nothing else", () => {
  const { state, resync } = applyMessage(start(), event({ barrier: null }, { topic: "session:garden", eventCount: 99 }));
  assert.equal(resync, false);
  assert.equal(state.seq, 11);
  assert.equal(state.session.eventCount, 5);
});

test("an ack applies its result in the event's place, once", () => {
  const ack = { type: "ack", id: "1", topic: "session:house", seq: 11, eventCount: 6, result: { data: { queueChange: { op: "rotate", by: 1 }, queueLength: 4 } } };
  const { state } = applyAck(start(), ack);
  assert.equal(state.session.queue.join(""), "bcda");
  assert.equal(applyAck(state, ack).state, state);
});

test("the ack of a repeated command whose event came by replay is not applied again", () => {
  const replayed = applyMessage(start(), event({ queueChange: { op: "rotate", by: 1 }, queueLength: 4 })).state;
  const ack = { type: "ack", id: "1", topic: "session:house", seq: 11, eventCount: 6, result: { data: { queueChange: { op: "rotate", by: 1 }, queueLength: 4 } } };
  assert.equal(applyAck(replayed, ack).state.session.queue.join(""), "bcda");
});

test("a snapshot beside a refusal is taken if it is newer", () => {
  assert.equal(applySnapshot(start(), snapshot({ eventCount: 9, queue: ["q"] })).session.queue.join(""), "q");
  assert.equal(applySnapshot(start(), snapshot({ eventCount: 4, queue: ["q"] })).session.queue.join(""), "abcd");
});

test("after a snapshot the events it holds already are skipped by their version", () => {
  const ahead = applySnapshot(start(), snapshot({ eventCount: 6, queue: ["b", "c", "d", "a"] }));
  const { state, resync } = applyMessage(ahead, event({ queueChange: { op: "rotate", by: 1 }, queueLength: 4 }));
  assert.equal(resync, false);
  assert.equal(state.session.queue.join(""), "bcda");
});

test("presence replaces the listeners and tells a barrier's progress", () => {
  const barrier = { type: "track", trackId: "a", members: ["ME"], ready: [] };
  const waiting = applyMessage(EMPTY_STATE, full(snapshot({ barrier }))).state;
  const clients = [{ clientId: "ME", name: "Me", ready: true, fraction: 1 }];
  const { state } = applyMessage(waiting, { type: "session:presence", eph: true, topic: "session:house", data: { clients, barrier: { ...barrier, ready: ["ME"] } } });
  assert.deepEqual(state.session.barrier.ready, ["ME"]);
  assert.deepEqual(state.session.clients, clients);
  assert.equal(state.session.eventCount, 5);
});

test("presence of a barrier that is gone does not bring it back", () => {
  const barrier = { type: "track", trackId: "a", members: ["ME"], ready: [] };
  const { state } = applyMessage(start(), { type: "session:presence", eph: true, topic: "session:house", data: { clients: [], barrier } });
  assert.equal(state.session.barrier, null);
});

test("a cursor only moves forward", () => {
  assert.equal(applyMessage(start(), { type: "cursor", eph: true, seq: 40 }).state.seq, 40);
  assert.equal(applyMessage(start(), { type: "cursor", eph: true, seq: 4 }).state.seq, 10);
});

test("devices: paired, renamed, revoked", () => {
  const device = { clientId: "D", name: "Phone", profile: "home", pairedAt: 1, online: true };
  const household = (type, data, seq) => ({ type, data, seq, topic: "household", eventCount: seq });
  let state = applyMessage(start(), household("household:paired", { device }, 11)).state;
  assert.equal(state.devices.length, 1);
  state = applyMessage(state, household("household:renamed", { device: { ...device, name: "Kitchen" } }, 12)).state;
  assert.equal(state.devices[0].name, "Kitchen");
  state = applyDevice(state, { ...device, name: "Hall" });
  assert.equal(state.devices[0].name, "Hall");
  state = applyMessage(state, household("household:revoked", { clientId: "D" }, 13)).state;
  assert.deepEqual(state.devices, []);
});

test("rooms: created, renamed, deleted", () => {
  const household = (type, room, seq) => ({ type: `household:room-${type}`, data: { room }, seq, topic: "household", eventCount: seq });
  let state = applyMessage(start(), household("created", { id: "k", name: "Kitchen" }, 11)).state;
  assert.deepEqual(state.rooms, [{ id: "k", name: "Kitchen" }]);
  state = applyRoom(state, { id: "k", name: "Kitchen", mode: "playing", listeners: 2 });
  state = applyMessage(state, household("renamed", { id: "k", name: "Cellar" }, 12)).state;
  assert.deepEqual(state.rooms, [{ id: "k", name: "Cellar", mode: "playing", listeners: 2 }]);
  assert.deepEqual(applyMessage(state, household("deleted", { id: "k" }, 13)).state.rooms, []);
});

test("presence may be older than the barrier it tells of: only members and ready are taken from it", () => {
  const barrier = { type: "resume", trackId: "a", members: ["ME"], ready: [] };
  const waiting = applyMessage(EMPTY_STATE, full(snapshot({ barrier }))).state;
  const late = (told) => applyMessage(waiting, { type: "session:presence", eph: true, topic: "session:house", data: { clients: [], barrier: told } }).state.session.barrier;
  assert.deepEqual(late({ type: "track", trackId: "a", members: ["ME", "K"], ready: ["K"] }), { type: "resume", trackId: "a", members: ["ME", "K"], ready: ["K"] });
  assert.deepEqual(late({ type: "track", trackId: "b", members: [], ready: [] }), barrier);
});

test("a drawn invitation is drawn anew at another address, after a pairing, and after everything came anew", () => {
  const before = start();
  const moved = applyMessage(before, { type: "household:address", eph: true, topic: "household", ts: 1, data: { url: "http://10.0.0.2:8642", localUrl: null } }).state;
  assert.equal(moved.invitation, before.invitation + 1);
  const paired = applyMessage(moved, event({ device: { clientId: "NEW", name: "New", profile: "home", online: false } }, { type: "household:paired", topic: "household" })).state;
  assert.equal(paired.invitation, moved.invitation + 1);
  assert.equal(applyMessage(paired, full()).state.invitation, paired.invitation + 1);
  assert.equal(applyMessage(paired, { type: "library:scan", eph: true, topic: "library", ts: 1, data: { done: 1, total: 2 } }).state.invitation, paired.invitation);
});

test("music that is gone all at once is known until none is, or until everything comes anew", () => {
  const told = (missing) => ({ type: "library:missing", eph: true, topic: "library", ts: 1, data: { missing, known: 300 } });
  const gone = applyMessage(start(), told(300)).state;
  assert.deepEqual(gone.gone, { missing: 300, known: 300 });
  const scanned = applyMessage(gone, { type: "library:changed", data: { version: 2, count: 300, added: 0, removed: 0 }, seq: 11, topic: "library", eventCount: 2 }).state;
  assert.deepEqual(scanned.gone, { missing: 300, known: 300 }, "a scan does not settle it");
  assert.equal(applyMessage(scanned, told(0)).state.gone, null);
  assert.equal(applyMessage(scanned, full()).state.gone, null);
});

test("of a house that was started again, what it said of the disk and of a scan holds no more; of the same one it does", () => {
  const told = (type, data) => ({ type, eph: true, topic: "library", ts: 1, data });
  const gone = applyMessage(applyMessage(start(), told("library:missing", { missing: 300, known: 300 })).state, told("library:scan", { done: 1, total: 9 })).state;
  const resumed = (clockId) => applyMessage(gone, { type: "sync:resumed", clockId, you: gone.you, data: {} }).state;
  const [same, other] = [resumed(gone.clockId), resumed("another")];
  assert.deepEqual([same.gone, same.scan], [gone.gone, gone.scan]);
  assert.deepEqual([other.gone, other.scan, other.clockId], [null, null, "another"]);
});

test("the library's version and count follow a scan", () => {
  const { state } = applyMessage(start(), { type: "library:changed", data: { version: 2, count: 9, added: 5, removed: 0 }, seq: 11, topic: "library", eventCount: 2 });
  assert.deepEqual(state.library, { version: 2, count: 9 });
});

test("position: not before startAt, then with the clock; paused: the anchor", () => {
  const playing = { mode: "playing", trackId: "a", anchorPositionSec: 12.5, startAt: 1000 };
  assert.equal(positionAt(playing, 500), 12.5);
  assert.equal(positionAt(playing, 3000), 14.5);
  assert.equal(positionAt({ ...playing, mode: "paused" }, 3000), 12.5);
});

test("rooms come in any order; the house is the first of them", () => {
  const told = full();
  const rooms = [{ id: "a1", name: "Attic" }, { id: "house", name: "House" }, { id: "k2", name: "Kitchen" }];
  const { state } = applyMessage(EMPTY_STATE, { ...told, data: { ...told.data, rooms } });
  assert.deepEqual(state.rooms.map(({ id }) => id), ["house", "a1", "k2"]);
});
