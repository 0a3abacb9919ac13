// The page's end of the conversation as a whole: which room it is in, and how it gets into another.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Client } from "../../static/sync/client.js";
import { FakeSocket, FakeTimers, full, settled, snapshot } from "./fakes.mjs";

let timers, client, opened, rooms, standing;
const make = (room) => {
  timers = new FakeTimers();
  const none = () => {};
  return new Client({
    openSocket: (since, at) => (opened.push(`${at} ${since}`), new FakeSocket(since)),
    ask: async () => standing, onRoom: (at) => rooms.push(at), isHidden: () => false, now: () => timers.now, random: () => 0, makeId: () => "id",
    timers, onState: none, onMessage: none, onStatus: none, onLive: none, onClock: none, onRefused: none,
  }, room);
};
const says = (session) => {
  FakeSocket.last.opens();
  FakeSocket.last.says(full(session));
};
beforeEach(() => {
  FakeSocket.all = [];
  [opened, rooms, standing] = [[], [], "known"];
});

test("it begins in the room where it was last, and goes on from what it knows of that room", () => {
  client = make("k");
  client.wake();
  says(snapshot({ room: "k" }));
  FakeSocket.last.dies();
  client.wake();
  assert.deepEqual(opened, ["k null", "k e1:10"]);
});

test("into another room: everything anew, and whoever listened listens there", () => {
  client = make();
  client.wake();
  says();
  client.join();
  client.enter("k");
  assert.deepEqual([opened.at(-1), rooms], ["k null", ["k"]]);
  says(snapshot({ room: "k" }));
  assert.deepEqual(FakeSocket.last.sent.filter(({ type }) => type === "join"), [{ type: "join", room: "k" }]);
  client.enter("k");
  assert.equal(opened.length, 2);
});

test("a room that goes leads back to the house", () => {
  client = make("k");
  client.wake();
  says(snapshot({ room: "k" }));
  FakeSocket.last.says({ type: "household:room-deleted", topic: "household", seq: 11, eventCount: 2, data: { room: { id: "k" } } });
  assert.deepEqual([opened.at(-1), rooms], ["house null", ["house"]]);
});

test("a room that went while we were away does too", async () => {
  client = make("k");
  standing = "no-room";
  client.wake();
  FakeSocket.last.dies();
  await settled();
  client.wake();
  assert.deepEqual([opened.at(-1), rooms], ["house null", ["house"]]);
});
