import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Commands } from "../../static/sync/commands.js";
import { snapshot } from "./fakes.mjs";

let sent, connected, session, refusals, commands, ids;
beforeEach(() => {
  sent = [];
  refusals = [];
  connected = true;
  session = snapshot();
  ids = 0;
  commands = new Commands({
    send: (message) => (connected ? (sent.push(message), true) : false),
    session: () => session,
    makeId: () => `id${++ids}`,
    onRefused: (problem, seen) => refusals.push([problem.status, seen?.eventCount]),
  });
});

const ack = (id, eventCount) => {
  session = { ...session, eventCount };
  commands.acked({ type: "ack", id, eventCount, seq: 11, result: null });
};
const reject = (id, now, status = 409) => {
  session = now;
  commands.rejected({ type: "reject", id, status, title: "stale", detail: "", expectedEventCount: now.eventCount });
};

test("a command carries its id and the version its sender saw", async () => {
  const done = commands.run("next");
  assert.deepEqual(sent, [{ type: "command", id: "id1", name: "next", args: {}, ifMatchEvent: 5 }]);
  ack("id1", 6);
  assert.equal((await done).ok, true);
});

test("declarations carry no guard", () => {
  void commands.run("ended", { trackId: "a" }, { guarded: false });
  assert.equal("ifMatchEvent" in sent[0], false);
});

test("two quick taps: the second waits, and is guarded by the state after the first", () => {
  void commands.run("next");
  void commands.run("next");
  assert.equal(sent.length, 1);
  ack("id1", 6);
  assert.equal(sent[1].ifMatchEvent, 6);
});

test("somebody else's change between tap and sending is not overlooked", () => {
  void commands.run("next");
  void commands.run("pause");
  session = { ...session, eventCount: 6 };
  ack("id1", 7);
  assert.equal(sent[1].ifMatchEvent, 5, "the guard of what its sender saw");
});

test("after a reconnect the same words are said again, with the same id", () => {
  void commands.run("seek", { positionSec: 4 });
  const first = sent[0];
  session = { ...session, eventCount: 9 };
  commands.resend();
  assert.deepEqual(sent[1], first);
});

test("an answered command is not repeated", () => {
  void commands.run("next");
  ack("id1", 6);
  commands.resend();
  assert.equal(sent.length, 1);
});

test("offline: a guarded command is refused at once, a declaration waits", async () => {
  connected = false;
  const done = commands.run("next");
  void commands.run("ended", { trackId: "a" }, { guarded: false });
  assert.deepEqual(refusals, [[0, 5]]);
  assert.equal((await done).ok, false);
  connected = true;
  commands.resend();
  assert.deepEqual(sent.map(({ name }) => name), ["ended"]);
});

test("a stale command is news, with what its sender saw", async () => {
  const done = commands.run("next");
  reject("id1", snapshot({ eventCount: 6, queue: ["b", "c", "d", "a"] }));
  assert.deepEqual(refusals, [[409, 5]]);
  assert.equal((await done).ok, false);
});

test("quiet refusals are nobody's news", async () => {
  const done = commands.run("ended", {}, { guarded: false, quiet: true });
  reject("id1", session);
  assert.equal((await done).ok, false);
  assert.deepEqual(refusals, []);
});

test("stale only because a barrier was released: said again, with a new id and guard", () => {
  const waiting = { mode: "waiting", trackId: "a", anchorPositionSec: 0, startAt: null };
  session = snapshot({ playState: waiting });
  void commands.run("next");
  reject("id1", snapshot({ eventCount: 6, playState: { ...waiting, mode: "playing", startAt: 900 } }));
  assert.deepEqual(refusals, []);
  assert.deepEqual(sent[1], { type: "command", id: "id2", name: "next", args: {}, ifMatchEvent: 6 });
});

test("the same when the release was heard before the refusal", () => {
  void commands.run("next");
  void commands.run("next");
  session = snapshot({ eventCount: 6, playState: { mode: "waiting", trackId: "b", anchorPositionSec: 0, startAt: null } });
  ack("id1", 6);
  session = { ...session, eventCount: 7, playState: { ...session.playState, mode: "playing", startAt: 900 } };
  commands.follow(7);
  reject("id2", session);
  assert.deepEqual(refusals, []);
  assert.equal(sent[2].ifMatchEvent, 7);
});

test("a release that is seen before sending moves the guard along", () => {
  void commands.run("next");
  void commands.run("next");
  ack("id1", 6);
  assert.equal(sent[1].ifMatchEvent, 6);
  session = { ...session, eventCount: 7 };
  commands.follow(7);
  void commands.run("pause");
  ack("id3", 8);
  assert.equal(sent.length, 2, "one guarded command under way at a time");
});
