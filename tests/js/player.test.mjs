import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ClockEstimator } from "../../static/sync/clock.js";
import { ELEMENT_LIMITS } from "../../static/sync/drift.js";
import { Player } from "../../static/sync/player.js";
import { PlayingTab } from "../../static/sync/tabs.js";
import { FakeTimers, settled } from "./fakes.mjs";

/** Sound without sound: where it is follows from when it was started, and from what the test adds. */
class FakeEngine {
  leadMs = 200;
  limits = ELEMENT_LIMITS;
  prepared = new Map();
  starts = [];
  playing = null;
  offMs = 0;
  onEnded = () => {};
  onFailed = () => {};

  constructor(name, timers) {
    Object.assign(this, { name, timers });
  }

  async prepare(trackId) {
    if (trackId === "broken") throw new Error("cannot be decoded");
    this.prepared.set(trackId, 60);
  }

  start(trackId, positionSec, atMs) {
    this.starts.push([trackId, positionSec, atMs]);
    this.playing = { trackId, positionSec, atMs };
  }

  stop(atMs = this.timers.now) {
    const was = this.playing;
    const end = () => this.playing === was && (this.playing = null);
    if (atMs > this.timers.now) this.timers.setTimeout(end, atMs - this.timers.now);
    else end();
  }

  position() {
    const now = this.timers.now;
    if (!this.playing || now < this.playing.atMs) return null;
    const { trackId, positionSec, atMs } = this.playing;
    return { trackId, positionSec: positionSec + (now - atMs + this.offMs) / 1000, atMs: now };
  }

  setRate(rate) {
    this.rate = rate;
  }

  setVolume() {}
  async unlock() {}
  duration = (trackId) => this.prepared.get(trackId) ?? null;
}

const SERVER_AHEAD_MS = 5000;
let timers, nudgeMs, clock, always, precise, chosen, player, ended, here;
beforeEach(() => {
  timers = new FakeTimers();
  nudgeMs = 0;
  const plain = timers.setInterval;
  timers.setInterval = (run, ms) => plain(function again() { run(); plain(again, ms); }, ms);
  clock = new ClockEstimator();
  clock.add({ at: 0, offset: SERVER_AHEAD_MS, rtt: 1 });
  [always, precise] = [new FakeEngine("element", timers), new FakeEngine("buffer", timers)];
  chosen = precise;
  ended = [];
  here = new Set(["a", "b", "broken"]);
  player = new Player({
    clock, timers, now: () => timers.now, nudgeMs: () => nudgeMs, engines: [always, precise], chooseEngine: () => chosen,
    recording: async (trackId) => (here.has(trackId) ? { bytes: new ArrayBuffer(1), mime: "" } : null),
    onEnded: (trackId) => ended.push(trackId), onUnplayable: () => {}, onLocked: () => {}, onChange: () => {},
  });
});
const playing = (trackId, anchorPositionSec, startAt) => ({ mode: "playing", trackId, anchorPositionSec, startAt });
const wish = (playState, more = {}) => player.update({ playState, allowed: true, next: null, ...more });

test("starts at startAt, by the server's clock", async () => {
  wish(playing("a", 3, SERVER_AHEAD_MS + 400));
  await settled();
  assert.deepEqual(precise.starts, [["a", 3, 400]]);
});

test("joins in time what plays already: the position for the moment it can be heard", async () => {
  wish(playing("a", 3, SERVER_AHEAD_MS - 10_000));
  await settled();
  assert.deepEqual(precise.starts, [["a", 13.2, 200]]);
});

test("a device that is heard late is started that much earlier, and knows where it is heard", async () => {
  nudgeMs = 40;
  wish(playing("a", 3, SERVER_AHEAD_MS + 400));
  await timers.advance(360);
  assert.deepEqual(precise.starts, [["a", 3, 360]]);
  assert.equal(player.measure().serverTimeMs, SERVER_AHEAD_MS + 400, "the sound that leaves now is heard 40 ms later");
  await timers.advance(2000);
  assert.equal(precise.rate, undefined, "and that is in step");
});

test("set to be heard earlier while it plays, it steers there", async () => {
  wish(playing("a", 0, SERVER_AHEAD_MS));
  await timers.advance(1000);
  nudgeMs = 20;
  await timers.advance(1500);
  assert.equal(precise.rate, 1.01);
});

test("before the first play the first track is made ready", async () => {
  wish({ mode: "stopped", trackId: "a", anchorPositionSec: 0, startAt: null });
  await settled();
  assert.deepEqual([precise.prepared.has("a"), precise.starts], [true, []]);
});

test("waits for the download, then joins", async () => {
  here.clear();
  wish(playing("a", 0, SERVER_AHEAD_MS));
  await settled();
  assert.deepEqual(precise.starts, []);
  here.add("a");
  await timers.advance(1000);
  player.reconcile();
  await settled();
  assert.deepEqual(precise.starts, [["a", 1.2, 1200]]);
});

test("without a clock nothing is started", async () => {
  clock.reset();
  wish(playing("a", 0, SERVER_AHEAD_MS));
  await settled();
  assert.deepEqual(precise.starts, []);
});

test("a new anchor less than a second away is left to steering, one further away is a new start", async () => {
  wish(playing("a", 0, SERVER_AHEAD_MS + 300));
  await timers.advance(5000);
  wish(playing("a", 5.5, SERVER_AHEAD_MS + 5000));
  await settled();
  assert.equal(precise.starts.length, 1);
  wish(playing("a", 40, SERVER_AHEAD_MS + 5300));
  await settled();
  assert.deepEqual(precise.starts[1], ["a", 40, 5300]);
});

test("waiting and paused are silence", async () => {
  wish(playing("a", 0, SERVER_AHEAD_MS + 300));
  await timers.advance(1000);
  wish({ mode: "waiting", trackId: "b", anchorPositionSec: 0, startAt: null });
  await settled();
  assert.equal(precise.playing, null);
  assert.equal(precise.prepared.has("b"), true, "and the next one is ready to start");
});

test("gapless: the next track is asked for while the old one still plays", async () => {
  wish(playing("a", 0, SERVER_AHEAD_MS + 300), { next: "b" });
  await timers.advance(5000);
  assert.equal(precise.prepared.has("b"), true, "prepared once the first one runs");
  wish(playing("b", 0, SERVER_AHEAD_MS + 6000));
  await settled();
  assert.deepEqual(precise.starts[1], ["b", 0, 6000]);
});

test("the end is said once", async () => {
  wish(playing("a", 0, SERVER_AHEAD_MS + 300));
  await timers.advance(1000);
  precise.onEnded("a");
  precise.onEnded("a");
  assert.deepEqual(ended, ["a"]);
});

test("who comes after the end says so instead of playing", async () => {
  precise.prepared.set("a", 60);
  wish(playing("a", 0, SERVER_AHEAD_MS - 61_000));
  await settled();
  assert.deepEqual([ended, precise.starts], [["a"], []]);
});

test("an error is steered away and the rate comes back", async () => {
  wish(playing("a", 0, SERVER_AHEAD_MS));
  precise.offMs = 20;
  await timers.advance(1500);
  assert.equal(precise.rate, 0.99);
  precise.offMs = 0;
  await timers.advance(3000);
  assert.equal(precise.rate, 1);
});

test("a hidden page hands over to the other engine, at the same place", async () => {
  wish(playing("a", 0, SERVER_AHEAD_MS));
  await timers.advance(3000);
  chosen = always;
  player.reconcile();
  await settled();
  assert.deepEqual(always.starts, [["a", 3.2, 3200]]);
  assert.notEqual(precise.playing, null, "the old one plays until the new one is heard");
  await timers.advance(200);
  assert.equal(precise.playing, null);
});

test("what cannot be decoded is remembered as such", async () => {
  wish(playing("broken", 0, SERVER_AHEAD_MS));
  await settled();
  assert.equal(player.isUnplayable("broken"), true);
});

test("tabs: the last one tapped plays, the other hears of it, or notices at its renewal", async () => {
  let lease;
  const changeLease = async (change) => {
    const { value, result } = change(lease);
    lease = value;
    return result;
  };
  const taken = [];
  const heard = [];
  const channels = [];
  const tab = (name) => {
    const channel = { onmessage: null, postMessage: (data) => channels.filter((each) => each !== channel).forEach((each) => each.onmessage?.({ data })) };
    channels.push(channel);
    return new PlayingTab({ tab: name, changeLease, channel, now: () => timers.now, timers, onTaken: () => taken.push(name), onHolder: (holder) => heard.push(`${name}: ${holder}`) });
  };
  const [one, two] = [tab("one"), tab("two")];
  await one.claim();
  heard.length = 0;
  two.ask();
  assert.deepEqual(heard, ["two: one"]);
  await two.claim();
  assert.deepEqual([taken, one.held, two.held], [["one"], false, true]);
  channels.length = 0;
  await one.claim();
  await timers.advance(5000);
  assert.deepEqual(taken, ["one", "two"]);
  await one.release();
  heard.length = 0;
  two.ask();
  assert.deepEqual(heard, []);
});
