// A device as a listener: what it fetches and when it says so, what it keeps, what it does about a track that nobody can play.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { memoryStore } from "../../static/sync/cache.js";
import { ClockEstimator } from "../../static/sync/clock.js";
import { ELEMENT_LIMITS } from "../../static/sync/drift.js";
import { fitsMemory, Listening } from "../../static/sync/listening.js";
import { FakeTimers, settled, snapshot } from "./fakes.mjs";

/** An engine that can play everything and makes no sound. */
function silentEngine(name) {
  const prepared = new Map();
  return {
    name, leadMs: 200, limits: ELEMENT_LIMITS, prepared, unlock: async () => {}, prepare: async (trackId) => void prepared.set(trackId, 60),
    start: () => {}, stop: () => {}, position: () => null, setRate: () => {}, setVolume: () => {}, duration: (trackId) => prepared.get(trackId) ?? null,
  };
}

const SIZE = 100;
let story, client, tracks, listening, engines, timers, mayBuffer;
beforeEach(async () => {
  story = [];
  timers = new FakeTimers();
  timers.setInterval = () => {};
  tracks = new Map(["a", "b", "c", "d", "e", "f", "g", "h"].map((trackId) => [trackId, { trackId, size: SIZE, mime: "audio/wav", playable: true, duration: 60 }]));
  client = {
    state: { session: snapshot({ queue: ["a", "b", "c", "d", "e", "f", "g", "h"] }) }, clock: new ClockEstimator(), joined: false,
    join: () => (client.joined = true), leave: () => (client.joined = false),
    send: ({ type, trackIds }) => story.push(`${type} ${trackIds}`), freshBurst: async () => void story.push("burst"),
    command: async (name, args) => story.push(`${name} ${JSON.stringify(args)}`),
  };
  engines = [silentEngine("element"), silentEngine("buffer")];
  mayBuffer = () => true;
  listening = make(10 * SIZE);
  await listening.open();
});
const make = (budgetBytes) => {
  let used = 0;
  return new Listening({
    client, store: memoryStore(), budgetBytes, timers, engines, isHidden: () => false, now: () => timers.now, usedAt: () => (used += 1), random: () => 0,
    fetch: async (url) => (story.push(`fetch ${url}`), new Response(new Uint8Array(SIZE), { headers: { "Content-Length": String(SIZE) } })),
    fileUrl: (trackId) => trackId, trackOf: (trackId) => tracks.get(trackId), mayBuffer: (track) => mayBuffer(track), nudgeMs: () => 0,
    durations: { want: () => {} }, playingTab: { claim: async () => {}, release: async () => {} },
    pause: (ms) => (ms >= 15_000 ? new Promise(() => {}) : Promise.resolve()), onChange: () => {}, onNews: (title, trackId) => story.push(`${title} ${trackId}`),
    onNoSound: () => story.push("no sound"),
  });
};
const quiet = async () => {
  for (let i = 0; i < 30; i += 1) await settled();
};
async function plays(trackId, queue) {
  const playState = { mode: "playing", trackId, anchorPositionSec: 0, startAt: 0 };
  client.state.session = snapshot({ queue: queue ?? client.state.session.queue, playState });
  listening.follow();
  await quiet();
}

test("downloaded, then the clock anew, then 'have': the current track first", async () => {
  await listening.join();
  await quiet();
  const told = story.filter((line) => /^(fetch|burst|have)/.test(line));
  assert.deepEqual(told.slice(-6), ["fetch a", "burst", "have a", "fetch b", "burst", "have b"]);
});

test("what becomes next-up is fetched at once", async () => {
  await listening.join();
  await quiet();
  story.length = 0;
  client.state.session = snapshot({ queue: ["a", "f", "b", "c", "d", "e", "g", "h"] });
  listening.follow();
  assert.deepEqual(story, ["fetch f"]);
  await quiet();
  assert.deepEqual(story, ["fetch f", "burst", "have f"]);
});

test("the last three that were played stay, whatever stands at the end of the queue", async () => {
  listening = make(5 * SIZE);
  await listening.open();
  await listening.join();
  for (const queue of ["abcdefgh", "bcdefgha", "cdefghab", "defghabc"]) await plays(queue[0], [...queue]);
  await plays("d", [..."defghabcxyz"]);
  assert.deepEqual([..."abcdefgh"].filter((trackId) => listening.kept.has(trackId)), ["a", "b", "c", "d", "e"]);
  await plays("e", [..."efghabcxyzd"]);
  assert.deepEqual([..."abcdefgh"].filter((trackId) => listening.kept.has(trackId)), ["b", "c", "d", "e", "f"]);
});

test("a track that nobody can play is skipped for all, with a word", async () => {
  tracks.set("a", { ...tracks.get("a"), playable: false });
  await listening.join();
  await plays("a");
  assert.deepEqual(story.filter((line) => /^(Format|next|fetch a)/.test(line)), ["Format not supported, skipping… a", "next {}"]);
});

test("one that only this browser cannot play has ended for this browser", async () => {
  for (const engine of engines) engine.prepare = async (trackId) => {
    if (trackId === "a") throw new Error("cannot be decoded");
  };
  client.clock.add({ at: 0, offset: 0, rtt: 1 });
  const { warn } = console;
  console.warn = () => {};
  await listening.join();
  await plays("a");
  console.warn = warn;
  assert.deepEqual(story.filter((line) => /^(Format|next|ended)/.test(line)), ["Format not supported, skipping… a", 'ended {"trackId":"a"}']);
});

test("what is too long for memory is played by the other engine", async () => {
  client.clock.add({ at: 0, offset: 0, rtt: 1 });
  mayBuffer = (track) => track.trackId !== "a";
  await listening.join();
  await plays("a");
  assert.deepEqual(engines.map(({ prepared }) => [...prepared.keys()]), [["a"], []]);
});

test("over twelve minutes, or for an unknown time, is not for memory", () => {
  assert.deepEqual([0, 12 * 60, 12 * 60 + 0.1, undefined].map(fitsMemory), [true, true, false, false]);
});

test("a browser without a sound card, which never says so, listens after a while, with a word", async () => {
  engines[1].unlock = () => new Promise(() => {});
  const joined = listening.join();
  await quiet();
  assert.equal(client.joined, false);
  await timers.advance(10_000);
  await joined;
  assert.deepEqual([client.joined, story.filter((line) => line === "no sound").length], [true, 1]);
});

test("where sound comes at once, nothing is said about it", async () => {
  await listening.join();
  await timers.advance(10_000);
  await quiet();
  assert.equal(story.includes("no sound"), false);
});

test("an engine that comes after the tap is unlocked before it is chosen; one that may not sound never is", async () => {
  client.clock.add({ at: 0, offset: 0, rtt: 1 });
  const [element, buffer] = engines.splice(0);
  engines.push(element);
  await listening.join();
  await plays("a");
  assert.deepEqual([...element.prepared.keys()], ["a"]);
  buffer.unlock = async () => {
    throw new Error("not allowed");
  };
  await assert.rejects(listening.add(buffer));
  assert.equal(engines.length, 1);
  let unlocked = false;
  buffer.unlock = async () => void (unlocked = true);
  await listening.add(buffer);
  await quiet();
  assert.deepEqual([unlocked, [...buffer.prepared.keys()]], [true, ["a"]]);
});
