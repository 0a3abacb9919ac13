// The lock screen and the keys of a headset: what they show, and that each of their buttons does its work, in a room and alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { alone, heard, line, seek } from "./alone.mjs";
import { devices, openHouse, play, playing, press, show, stateOf, until } from "./harness.mjs";

openHouse();

/** Before the page: what it asks of the lock screen is written down, so that a test can press its buttons. */
const spy = (page) =>
  page.addInitScript(() => {
    const lock = (window.lock = { handlers: {}, position: null });
    navigator.mediaSession.setActionHandler = (action, handler) => void (lock.handlers[action] = handler);
    navigator.mediaSession.setPositionState = (state) => void (lock.position = state ?? null);
  });

const shown = (page) =>
  page.evaluate(() => {
    const { metadata, playbackState } = navigator.mediaSession;
    return { title: metadata?.title ?? null, artwork: metadata?.artwork.length ?? 0, playbackState, position: window.lock.position, actions: Object.keys(window.lock.handlers).sort() };
  });
const pressLock = (page, action, details = {}) => page.evaluate(([name, given]) => window.lock.handlers[name]({ action: name, ...given }), [action, details]);

async function untilShown(page, check) {
  for (let looks = 0; looks < 100; looks += 1) {
    const now = await shown(page);
    if (check(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not so: ${check}\n${JSON.stringify(await shown(page))}`);
}

const ACTIONS = ["nexttrack", "pause", "play", "previoustrack", "seekbackward", "seekforward", "seekto", "stop"];

test("in a room: title, state, position, and all buttons", async () => {
  const page = await devices.listening("Kitchen", { prepare: spy });
  await play(page);
  await playing(page);
  const first = (await stateOf(page)).session.queue;
  const { actions } = await untilShown(page, ({ title, playbackState, position }) => title !== null && playbackState === "playing" && position?.duration > 0);
  assert.deepEqual(actions, ACTIONS);
  await pressLock(page, "pause");
  await untilShown(page, ({ playbackState }) => playbackState === "paused");
  await pressLock(page, "pause");
  await pressLock(page, "play");
  await playing(page);
  await pressLock(page, "seekto", { seekTime: 30 });
  await until(page, (_, measure) => measure.playing && measure.positionSec > 30);
  await untilShown(page, ({ position }) => position.position >= 29.5);
  await pressLock(page, "seekbackward", { seekOffset: 20 });
  await until(page, (_, measure) => measure.playing && measure.positionSec > 10 && measure.positionSec < 25);
  await untilShown(page, ({ position }) => position.position < 25);
  await pressLock(page, "nexttrack");
  await until(page, (state, measure, given) => measure.playing && measure.trackId === given, first[1]);
  await pressLock(page, "previoustrack");
  await until(page, (state, measure, given) => measure.playing && measure.trackId === given, first[0]);
  await pressLock(page, "stop");
  await until(page, (state) => state.session.playState.mode === "paused");
});

test("alone: the same buttons, and nothing is shown for a device that only controls", async () => {
  const page = await devices.paired("Phone", { prepare: spy });
  await press(page, "Only control, no sound here");
  await until(page, (state) => state.library.count > 0);
  assert.deepEqual([(await shown(page)).title, (await shown(page)).playbackState], [null, "none"]);
  await page.reload();
  await page.getByRole("button", { name: "Join" }).waitFor();
  await alone(page);
  const [first, second] = await line(page, 0, 1);
  await heard(page, first);
  await untilShown(page, ({ title, playbackState, actions }) => title !== null && playbackState === "playing" && actions.length === ACTIONS.length);
  await show(page, "Now");
  await seek(page, 20);
  await untilShown(page, ({ position }) => position?.position >= 19.5);
  await pressLock(page, "nexttrack");
  await heard(page, second);
  await pressLock(page, "pause");
  await until(page, (state) => state.own.mode === "paused");
  await untilShown(page, ({ playbackState }) => playbackState === "paused");
});
