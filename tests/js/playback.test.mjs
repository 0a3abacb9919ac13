// What a device plays for itself as its tabs see it: changes on their way, whose word counts, and who makes the sound. What waits
// while the house is out of reach is in kept-playback.test.mjs.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Playback } from "../../static/sync/playback.js";
import { Solo } from "../../static/sync/solo.js";
import { applyPlayback, NOTHING_PLAYED } from "../../static/sync/state.js";
import { toGoOnWith } from "../../static/sync/whereabouts.js";
import { settled } from "./fakes.mjs";

const HOUSE_STATE = { ...NOTHING_PLAYED, trackId: "a", queue: ["a", "b", "c"], version: 7, positionSec: 83.4, updatedAt: 1 };
let now, live, sent, answers, box, house, keys;

/** The house's end: each change waits for `answers.shift()(outcome)`. */
function make() {
  return new Playback({
    send: (change) => new Promise((resolve) => (sent.push({ ...change }), answers.push(resolve))),
    isLive: () => live, outbox: box, now: () => now, makeKey: () => `k${++keys}`, onChange: () => {}, onConflict: () => {},
  });
}
const accept = async () => (answers.shift()({ ok: true, result: null }), settled());
/** The same, with the answer in the change's place, as the house sends it. */
async function confirm(playback) {
  house = { ...applyPlayback(house, sent[sent.length - answers.length]), version: house.version + 1 };
  playback.take(house, {}, true);
  await accept();
}

beforeEach(() => {
  [now, live, sent, answers, house, keys] = [0, true, [], [], HOUSE_STATE, 0];
  box = { waiting: [], enqueue: async (wish) => ((box.waiting = [{ ...wish, key: `k${++keys}` }]), box.changed()), on: (_, { changed }) => (box.changed = changed) };
});

test("one change is under way; what comes meanwhile is put together, and the last word arrives", async () => {
  const playback = make();
  playback.take(HOUSE_STATE, { positionSec: 83.4 }, false);
  for (const positionSec of [10, 20, 30, 40]) playback.change({ positionSec });
  playback.change({ mode: "playing" });
  assert.deepEqual(sent, [{ positionSec: 10 }]);
  assert.equal(playback.shown.mode, "playing", "shown at once");
  await accept();
  assert.deepEqual(sent[1], { positionSec: 40, mode: "playing" });
  await accept();
  assert.equal(sent.length, 2);
});

test("edits of the queue stay apart, so that each can be taken back", async () => {
  const playback = make();
  playback.take(HOUSE_STATE, {}, false);
  playback.change({ positionSec: 1 });
  playback.change({ queueChange: { op: "remove", trackId: "c" } });
  playback.change({ positionSec: 2 });
  playback.change({ queueChange: { op: "insert", at: 2, trackIds: ["d"] } });
  await confirm(playback);
  await confirm(playback);
  assert.deepEqual(sent.slice(1), [{ queueChange: { op: "remove", trackId: "c" }, positionSec: 2 }, { queueChange: { op: "insert", at: 2, trackIds: ["d"] } }]);
  assert.deepEqual(playback.shown.queue, ["a", "b", "d"]);
});

test("restored as it was left, to the tenth of a second", () => {
  const playback = make();
  playback.take(HOUSE_STATE, { positionSec: 83.4 }, false);
  now = 60_000;
  assert.deepEqual([playback.shown.trackId, playback.positionSec, playback.shown.mode], ["a", 83.4, "paused"]);
});

test("the position runs by this page's clock; others are believed from a second on", () => {
  const playback = make();
  playback.take({ ...HOUSE_STATE, mode: "playing" }, { positionSec: 10 }, false);
  now = 5000;
  playback.told({ trackId: "a", positionSec: 15.8 });
  assert.equal(playback.positionSec, 15);
  playback.told({ trackId: "b", positionSec: 99 });
  assert.equal(playback.positionSec, 15, "of another track: it tells of the past");
  playback.told({ trackId: "a", positionSec: 17 });
  assert.equal(playback.positionSec, 17);
  playback.take({ ...HOUSE_STATE, mode: "playing", version: 8 }, { positionSec: 17.9 }, false);
  assert.equal(playback.positionSec, 17);
  playback.take({ ...HOUSE_STATE, mode: "playing", version: 9 }, { positionSec: 40 }, false);
  assert.equal(playback.positionSec, 40);
});

test("what this tab has just wished is not undone by news from before it", async () => {
  const playback = make();
  playback.take({ ...HOUSE_STATE, mode: "playing" }, { positionSec: 10 }, false);
  playback.change({ positionSec: 60 });
  playback.take({ ...HOUSE_STATE, mode: "playing", positionSec: 30, version: 8 }, { positionSec: 30 }, false);
  assert.equal(playback.positionSec, 60, "its own is on the way and will be last");
  await accept();
  playback.take({ ...HOUSE_STATE, mode: "playing", positionSec: 60, version: 9 }, {}, true);
  playback.told({ trackId: "a", positionSec: 10.5 });
  assert.equal(playback.positionSec, 60);
  now = 5000;
  playback.told({ trackId: "a", positionSec: 62 });
  assert.equal(playback.positionSec, 62);
});

test("an edit elsewhere says nothing of the position", () => {
  const playback = make();
  playback.take({ ...HOUSE_STATE, mode: "playing" }, { positionSec: 10 }, false);
  now = 30_000;
  playback.take({ ...HOUSE_STATE, mode: "playing", queue: ["a"], version: 8 }, { queueChange: { op: "set", trackIds: ["a"] } }, false);
  assert.equal(playback.positionSec, 40);
});

test("a refusal brings back what the house knows", async () => {
  const playback = make();
  playback.take(HOUSE_STATE, { positionSec: 83.4 }, false);
  playback.change({ queueChange: { op: "insert", at: 0, trackIds: ["x"] } });
  answers.shift()({ ok: false, problem: { status: 422, title: "Full", detail: "" } });
  await settled();
  assert.deepEqual(playback.shown.queue, ["a", "b", "c"]);
});

// Solo: sound, lease, the end of a track.

class FakeSound {
  unlocked = false;
  audible = true;
  position = null;
  log = [];
  unlock = () => (this.unlocked = true);
  play = (trackId, positionSec) => ((this.position = { trackId, positionSec }), this.log.push(`play ${trackId} ${positionSec}`));
  seek = (positionSec) => ((this.position = this.position && { ...this.position, positionSec }), this.log.push(`seek ${positionSec}`));
  pause = () => (this.position && this.log.push("pause"), (this.position = null));
  prepare = (trackId) => this.log.push(`prepare ${trackId}`);
  again = () => {};
}

/** A tab of a device in a house that accepts everything at once. */
function tab({ repeat = "off", kept = [], hidden = false } = {}) {
  const sound = new FakeSound();
  const said = { news: [], locked: 0, left: 0, claims: 0, sent: [], programme: null };
  const client = {
    status: "live", state: { playback: HOUSE_STATE, you: { clientId: "ME" } },
    send: (message) => (client.status === "live" ? (said.sent.push(message), true) : false),
    ask: async () => ({ ok: true, result: null }),
  };
  const playback = new Playback({
    send: async (change) => {
      said.sent.push(change);
      client.state.playback = { ...applyPlayback(client.state.playback, change), version: client.state.playback.version + 1 };
      playback.take(client.state.playback, {}, true);
      return { ok: true, result: null };
    },
    isLive: () => client.status === "live", outbox: box, now: () => now, makeKey: () => `k${++keys}`, onChange: () => {}, onConflict: () => {},
  });
  playback.take(HOUSE_STATE, { positionSec: 83.4 }, false);
  const solo = new Solo({
    tab: "t", client, playback, sound, now: () => now, random: () => 0, repeat: () => repeat, isHidden: () => hidden,
    listening: { playOwn: (programme) => (said.programme = programme), holding: (trackId) => ({ state: kept.includes(trackId) ? "here" : "queued" }) },
    playingTab: { claim: async () => void (said.claims += 1) },
    trackOf: (trackId) => ({ trackId, playable: trackId !== "bad" }),
    leaveOthers: () => (said.left += 1), onChange: () => {}, onNews: (title, trackId) => said.news.push(`${title} ${trackId}`), onLocked: () => (said.locked += 1),
  });
  const event = (data, origin = { clientId: "ME", tab: "other" }) => {
    const { version } = client.state.playback;
    client.state.playback = { ...client.state.playback, ...data, version: version + 1 };
    solo.hear({ type: "playback:updated", topic: "playback:ME", seq: 1, eventCount: version + 1, data, origin });
  };
  return { solo, sound, said, client, event, playback };
}

test("nothing sounds until a tap; then this tab takes the sound, and the room is left", async () => {
  const { solo, sound, said } = tab();
  solo.opened(false);
  assert.deepEqual(sound.log, []);
  await solo.play();
  assert.deepEqual(sound.log, ["play a 83.4"]);
  assert.deepEqual([said.claims, said.left, said.programme.wants], [1, 1, ["a", "b", "c"]]);
});

test("another tab's pause and seek move the sound here; its own echo does not", async () => {
  const { solo, sound, event } = tab();
  await solo.play();
  event({ positionSec: 20, mode: "playing" });
  assert.equal(sound.log.at(-1), "seek 20");
  event({ positionSec: 50 }, { clientId: "ME", tab: "t" });
  assert.equal(sound.log.at(-1), "seek 20");
  event({ mode: "paused", positionSec: 22 });
  assert.equal(sound.log.at(-1), "pause");
});

test("the sound moves to the tab that was tapped, and what plays stays the same", async () => {
  const { solo, sound, said } = tab();
  await solo.play();
  const before = said.sent.length;
  solo.stepBack();
  assert.deepEqual([sound.log.at(-1), solo.sounding, solo.playback.mode, said.sent.length], ["pause", false, "playing", before]);
});

test("left playing and opened again: paused where it was, unless another tab plays on", () => {
  const { solo, client, event } = tab();
  client.state.playback = HOUSE_STATE;
  event({ mode: "playing", positionSec: 83.4 });
  solo.opened(true);
  assert.equal(solo.playback.mode, "playing");
  now += 2000;
  solo.opened(false);
  assert.equal(solo.playback.mode, "paused");
});

test("the end of a track leads to the next, the last one to silence at the front", async () => {
  const { solo, sound } = tab();
  await solo.play();
  solo.ended("a");
  assert.equal(sound.log.at(-1), "play b 0");
  solo.ended("a");
  assert.equal(solo.playback.trackId, "b", "said once more: it is over already");
  solo.ended("b");
  solo.ended("c");
  assert.deepEqual([solo.playback.mode, solo.playback.trackId, sound.log.at(-1)], ["paused", "a", "pause"]);
});

test("repeat: the queue, or the track", async () => {
  const all = tab({ repeat: "all" });
  await all.solo.jump(2);
  all.solo.ended("c");
  assert.equal(all.sound.log.at(-1), "play a 0");
  const one = tab({ repeat: "one" });
  await one.solo.play();
  one.solo.ended("a");
  assert.equal(one.sound.log.at(-1), "play a 0");
  one.solo.next();
  assert.equal(one.solo.playback.trackId, "b", "a tap on next is a tap on next");
});

test("what nobody can play is passed over, and a queue of nothing else ends", async () => {
  const { solo, sound, said } = tab();
  await solo.playTracks(["bad", "a"]);
  assert.equal(sound.log.at(-1), "play a 0");
  assert.deepEqual(said.news, ["Format not supported, skipping… bad"]);
  await solo.playTracks(["bad"]);
  assert.equal(solo.playback.mode, "paused");
});

test("offline the next track that is on this device plays, and the place is kept", async () => {
  const { solo, sound, client, playback } = tab({ kept: ["c"] });
  await solo.play();
  client.status = "waiting";
  playback.lost();
  solo.ended("a");
  assert.equal(sound.log.at(-1), "play c 0");
  now += 20_000;
  solo.tick();
  assert.equal(box.waiting[0].args.trackId, "c");
});

test("offline a track that is not here waits for the house instead of being skipped", async () => {
  const { solo, client } = tab();
  await solo.play();
  client.status = "waiting";
  solo.failed("a", false);
  assert.deepEqual([solo.waitsForHouse, solo.playback.trackId], [true, "a"]);
  client.status = "live";
  solo.live();
  assert.equal(solo.waitsForHouse, false);
});

test("the house held this device to be away: its music goes on, and it says so", async () => {
  const { solo, sound, said, event } = tab();
  await solo.play();
  sound.position = { trackId: "a", positionSec: 130 };
  solo.tick();
  event({ mode: "paused", positionSec: 90, cause: { type: "away" } }, null);
  assert.deepEqual([solo.playback.mode, sound.log.includes("pause")], ["playing", false]);
  await settled();
  assert.deepEqual(said.sent.at(-1), { mode: "playing", positionSec: 130 });
});

test("music that is sent here plays where a tap allowed it, and asks for one elsewhere", async () => {
  const sentHere = { mode: "playing", trackId: "b", positionSec: 30, cause: { type: "claimed", clientId: "OTHER" } };
  const locked = tab();
  locked.event(sentHere, null);
  await settled();
  assert.deepEqual([locked.said.locked, locked.sound.log], [1, []]);
  const open = tab();
  await open.solo.play();
  open.solo.stop();
  await settled();
  open.event(sentHere, null);
  await settled();
  assert.equal(open.sound.log.at(-1), "play b 30");
});

test("positions go up once a second, and only from the tab that sounds", async () => {
  const { solo, sound, said } = tab();
  solo.tick();
  await solo.play();
  for (let ms = 0; ms < 3000; ms += 250) {
    now += 250;
    sound.position = { trackId: "a", positionSec: 83.4 + now / 1000 };
    solo.tick();
  }
  const told = said.sent.filter(({ type }) => type === "position");
  assert.equal(told.length, 3);
  assert.ok(told.every(({ eventCount }) => eventCount === HOUSE_STATE.version + 1), "so that what is older than an event is known to be");
});

test("what to go on with: the one that plays, else the one that was there last, and nothing from yesterday", () => {
  const device = (clientId, mode, more) => ({ clientId, name: clientId, profile: "home", active: false, online: false, playback: { mode, trackId: "a", positionSec: 83, queueLength: 1 }, ...more });
  const nowSec = 1_000_000;
  const old = device("old", "paused", { lastSeen: nowSec - 86_400 });
  const late = device("late", "paused", { lastSeen: nowSec - 60 });
  const early = device("early", "paused", { lastSeen: nowSec - 3600 });
  const plays = device("plays", "playing", { online: true });
  assert.equal(toGoOnWith([old, early, late], "ME", nowSec)?.clientId, "late");
  assert.equal(toGoOnWith([late, plays], "ME", nowSec)?.clientId, "plays");
  assert.equal(toGoOnWith([plays, old], "plays", nowSec), null);
});
