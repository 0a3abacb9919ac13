import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { retryDelayMs } from "../../static/lib/backoff.js";
import { Connection } from "../../static/sync/connection.js";
import { FakeSocket, FakeTimers, full, settled } from "./fakes.mjs";

let timers, statuses, connection, hidden, refused, seq;
beforeEach(() => {
  FakeSocket.all = [];
  timers = new FakeTimers();
  statuses = [];
  hidden = refused = false;
  seq = null;
  connection = new Connection({
    openSocket: (since) => new FakeSocket(since),
    since: () => seq,
    isRefused: async () => refused,
    mayRest: () => hidden,
    onMessage: (message) => (seq = message.seq ? `${message.epoch}:${message.seq}` : seq),
    onStatus: (status, retryInMs) => statuses.push([status, retryInMs]),
    timers,
    random: () => 0.5,
  });
});

function live() {
  connection.wake();
  FakeSocket.last.opens();
  FakeSocket.last.says(full());
}

test("full jitter: anywhere from nothing to the cap, which doubles up to 15 s", () => {
  assert.equal(retryDelayMs(1, 0), 0);
  assert.equal(retryDelayMs(1, 1), 1000);
  assert.equal(retryDelayMs(3, 0.5), 2000);
  assert.equal(retryDelayMs(20, 1), 15_000);
});

test("it is live when the server has told everything, and may speak only then", () => {
  connection.wake();
  FakeSocket.last.opens();
  assert.equal(connection.send({ type: "time", t0: 1 }), false);
  FakeSocket.last.says(full());
  assert.equal(connection.status, "live");
  assert.equal(connection.send({ type: "time", t0: 1 }), true);
});

test("a lost connection comes back after a while, from where it was", async () => {
  live();
  FakeSocket.last.dies();
  assert.deepEqual(statuses.at(-1), ["waiting", 500]);
  await timers.advance(499);
  assert.equal(FakeSocket.all.length, 1);
  await timers.advance(1);
  assert.equal(FakeSocket.all.length, 2);
  assert.equal(FakeSocket.last.since, "e1:10");
});

test("pauses grow with each failure and begin anew after a success", async () => {
  live();
  for (const expected of [500, 1000, 2000]) {
    FakeSocket.last.dies();
    await settled();
    assert.equal(statuses.at(-1)[1], expected);
    await timers.advance(expected);
  }
  FakeSocket.last.opens();
  FakeSocket.last.says(full());
  FakeSocket.last.dies();
  assert.equal(statuses.at(-1)[1], 500);
});

test("visible or online again: at once", () => {
  live();
  FakeSocket.last.dies();
  connection.wake();
  assert.equal(FakeSocket.all.length, 2);
});

test("hidden and playing nothing: it rests, and does not try", async () => {
  live();
  hidden = true;
  connection.rest();
  assert.equal(connection.status, "resting");
  assert.equal(FakeSocket.last.closed, true);
  await timers.advance(60_000);
  assert.equal(FakeSocket.all.length, 1);
});

test("a planned stop names the pause", () => {
  live();
  FakeSocket.last.says({ type: "server:refresh", eph: true, reason: "stopping", retryAfterMs: 800 });
  FakeSocket.last.dies();
  assert.equal(statuses.at(-1)[1], 1300);
});

test("a socket that will not open: asks whether we are still known", async () => {
  refused = true;
  connection.wake();
  FakeSocket.last.dies();
  await settled();
  assert.equal(connection.status, "refused");
  await timers.advance(60_000);
  assert.equal(FakeSocket.all.length, 1);
});

test("no answer for eight seconds: the connection is dead whatever TCP thinks", async () => {
  live();
  connection.expectAnswer();
  await timers.advance(8000);
  assert.equal(FakeSocket.all[0].closed, true);
  await timers.advance(500);
  assert.equal(FakeSocket.all.length, 2);
});

test("anything heard counts as life", async () => {
  live();
  connection.expectAnswer();
  await timers.advance(7000);
  FakeSocket.last.says({ type: "cursor", eph: true, seq: 10 });
  await timers.advance(7000);
  assert.equal(FakeSocket.all.length, 1);
});

test("a fresh restart asks for everything, until it got it", () => {
  live();
  connection.restart({ fresh: true });
  assert.equal(FakeSocket.last.since, null);
  FakeSocket.last.opens();
  FakeSocket.last.says(full());
  connection.restart();
  assert.equal(FakeSocket.last.since, "e1:10");
});

test("a socket that was given up says nothing any more", () => {
  live();
  const old = FakeSocket.last;
  connection.restart();
  assert.equal(old.onmessage, null);
  assert.equal(old.closed, true);
});
