// A device that listens alone: all its tabs in step, its place kept over everything that happens to browsers, and its music on
// the way from one device to another.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { heard, line, menu, near, ownOf, pairIn, pick, seek, silent, solo, soonNear } from "./alone.mjs";
import { launchKept, launchProfile, PHONE } from "./browser.mjs";
import { devices, house, isFake, measure, openHouse, press, pressTwice, show, stateOf, titleOf, until } from "./harness.mjs";

openHouse();

const LONG = "Long Tone";
/** So long a story may look at two places, on a machine that is busy, before what plays there has gone on to another one. */
const SINCE_MAX = 14;

test("two tabs of one browser are in step, and one of them is heard", async () => {
  const a = await solo("Phone");
  const b = await devices.tab(a);
  await until(b, (state) => state.link === "live");
  const first = await pick(a, 0);
  await heard(a, first);
  await until(b, (state, _, given) => state.own.trackId === given && state.own.mode === "playing", first);
  await seek(b, 40);
  await until(a, (_, sound) => sound.positionSec >= 40 && sound.positionSec < 45);
  assert.equal((await measure(b)).playing, false);
  await soonNear(async () => (await ownOf(b)).positionSec, async () => (await measure(a)).positionSec);
  await press(b, "Pause");
  await until(a, (state, sound) => state.own.mode === "paused" && !sound.playing);
  const { positionSec: left } = await ownOf(b);
  await press(b, "Play");
  near((await heard(b, first)).positionSec, left);
  assert.equal((await measure(a)).playing, false);
  await until(a, (state) => state.own.mode === "playing" && !state.own.sounding);
  await press(a, "Play in this tab");
  await heard(a, first);
  await silent(b);
  await press(a, "Pause");
});

test("the queue: next, previous, play next, move, undo, the end of a track, a playlist of it", async () => {
  const page = await solo("Phone");
  const [first, second, third] = await line(page, 0, 1, 2);
  await press(page, "Next");
  await heard(page, second);
  await press(page, "Previous");
  await heard(page, first);
  const nudged = await pick(page, 5, "Play next");
  assert.deepEqual((await ownOf(page)).queue, [first, nudged, second, third]);
  await show(page, "Queue");
  await page.getByRole("button", { name: /^Undo$/ }).last().click();
  await until(page, (state, _, given) => state.own.queue.length === given, 3);
  await press(page, "Redo");
  await until(page, (state, _, given) => state.own.queue.length === given, 4);
  await page.locator(`[data-track="${third}"]`).getByRole("button", { name: /^More/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Move up" }).click();
  await until(page, (state, _, given) => state.own.queue.join() === given, [first, nudged, third, second].join());
  await page.locator(`[data-track="${nudged}"]`).getByRole("button", { name: /^More/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the queue" }).click();
  await until(page, (state, _, given) => state.own.queue.join() === given, [first, third, second].join());
  if (!isFake) {
    await press(page, "More about this queue");
    await press(page, "Save as a playlist…");
    await page.getByLabel("Name of the playlist").fill("Alone");
    await press(page, "Save");
    await until(page, (state) => state.playlists.some(({ name, count }) => name === "Alone" && count === 3));
  }
  await show(page, "Now");
  await seek(page, (await stateOf(page)).own.trackId === first && !isFake ? 88 : 58);
  await heard(page, third);
  await press(page, "Pause");
});

test("who listens alone has left the room, and who joins is no longer alone", async () => {
  const page = await devices.listening("Phone");
  await pick(page, 0, "Add to the queue").catch(() => {});
  const trackId = await menu(page, 1);
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("group", { name: "Where" }).getByRole("button", { name: /^This/ }).click();
  await sheet.getByRole("button", { name: "Play", exact: true }).click();
  await heard(page, trackId);
  await until(page, (state) => !state.joined && state.session.clients.length === 0);
  await page.getByText("goes on without it").waitFor();
  await show(page, "Now");
  await press(page, "Listen together: House");
  await until(page, (state, sound) => state.joined && state.place === "room" && state.own.mode === "paused" && !state.own.sounding && (!sound.playing || sound.trackId !== null));
});

/** In a page, before its own code: where each recording stood when the browser knew what it is, which is what is heard first. */
function noteBeginnings() {
  const { Audio } = window;
  window.beginnings = [];
  window.Audio = function (...args) {
    const audio = new Audio(...args);
    audio.addEventListener("loadedmetadata", () => window.beginnings.push({ durationSec: audio.duration, positionSec: audio.currentTime }));
    return audio;
  };
}

test("closed and opened again: track, queue and place as they were left, silent until a tap", { skip: isFake }, async (t) => {
  const folder = join(house.folder, "profile");
  let context = await launchProfile(folder, PHONE);
  t.after(() => context.close());
  let page = context.pages()[0];
  await pairIn(page, "Phone");
  const ids = await line(page, 0, 1);
  await seek(page, 83);
  await until(page, (_, sound) => sound.playing && sound.positionSec >= 83);
  await press(page, "Pause");
  const left = (await ownOf(page)).positionSec;
  await until(page, (state, _, given) => Math.abs(state.playback.positionSec - given) < 0.01, left);
  await context.close();
  context = await launchProfile(folder, PHONE);
  await context.addInitScript(noteBeginnings);
  page = context.pages()[0];
  await page.goto(devices.url);
  await until(page, (state) => state.own.trackId !== null);
  const own = await ownOf(page);
  assert.deepEqual([own.trackId, own.queue, own.mode], [ids[0], ids, "paused"]);
  near(own.positionSec, left, 0.05);
  await page.getByTestId("position").getByText(`1:${Math.floor(left) - 60}`).waitFor();
  assert.match(await titleOf(page), new RegExp(LONG));
  await press(page, "Play");
  near((await heard(page, ids[0])).positionSec, left, 1);
  // What unlocks a browser's sound is shorter.
  const [began] = await page.evaluate(() => window.beginnings.filter(({ durationSec }) => durationSec > 1));
  near(began.positionSec, left, 0.05);
});

test("closed while it plays: it waits where it was", { skip: isFake }, async (t) => {
  const folder = join(house.folder, "profile-playing");
  let context = await launchProfile(folder, PHONE);
  t.after(() => context.close());
  let page = context.pages()[0];
  await pairIn(page, "Phone");
  const [first] = await line(page, 0);
  await seek(page, 30);
  const { positionSec: left } = await until(page, (_, sound) => sound.playing && sound.positionSec > 31);
  const since = performance.now();
  await page.close({ runBeforeUnload: true });
  await context.close();
  const atMost = left + (performance.now() - since) / 1000;
  context = await launchProfile(folder, PHONE);
  page = context.pages()[0];
  await page.goto(devices.url);
  await until(page, (state, _, given) => state.own.trackId === given && state.own.mode === "paused", first);
  const { positionSec } = await ownOf(page);
  assert.ok(positionSec > left - 1 && positionSec < atMost + 1, `${positionSec} is not between ${left} and ${atMost}`);
});

test("the browser is killed: at most half a minute of the place is lost, and no edit of the queue", { skip: isFake }, async (t) => {
  const folder = join(house.folder, "profile-killed");
  const killed = await launchKept(folder);
  t.after(() => killed.kill().catch(() => {}));
  let { page } = killed;
  await pairIn(page, "Phone");
  const ids = await line(page, 0, 1, 2);
  await seek(page, 20);
  const { positionSec: left } = await until(page, (_, sound) => sound.playing && sound.positionSec > 23);
  const last = await pick(page, 5, "Add to the queue");
  await until(page, (state, _, given) => state.playback.queue.includes(given), last);
  await killed.kill();
  const context = await launchProfile(folder, PHONE);
  t.after(() => context.close());
  page = context.pages()[0];
  await page.goto(devices.url);
  await until(page, (state) => state.own.trackId !== null && state.own.mode === "paused");
  const own = await ownOf(page);
  assert.deepEqual(own.queue, [...ids, last]);
  near(own.positionSec, left, 30);
});

test("two tabs seek at the same moment and end at the same place", async () => {
  const a = await solo("Phone");
  const b = await devices.tab(a);
  await pick(a, 0);
  await heard(a);
  await until(b, (state) => state.own.mode === "playing");
  // Where a round ends none of the next one's places is: one that did nothing is seen.
  for (const [one, other] of [[10, 50], [30, 70], [50, 10]]) {
    await Promise.all([seek(a, one), seek(b, other)]);
    await until(a, (state, sound) => Math.abs(state.own.positionSec - sound.positionSec) < 0.5);
    await soonNear(async () => (await ownOf(b)).positionSec, async () => (await measure(a)).positionSec);
    const { positionSec: now } = await measure(a);
    assert.ok([one, other].some((to) => now >= to && now < to + SINCE_MAX), String(now));
  }
  await press(a, "Pause");
});

test("a tab that is closed in the middle of its changes loses none", async () => {
  const a = await solo("Phone");
  const [first] = await line(a, 0, 1);
  const b = await devices.tab(a);
  await until(b, (state, _, given) => state.own.trackId === given, first);
  await pick(b, 2, "Add to the queue");
  await show(b, "Now");
  await press(b, "Next");
  const wanted = (await ownOf(b)).queue;
  await b.close({ runBeforeUnload: true });
  await until(a, (state, _, given) => state.own.queue.join() === given.join() && state.own.trackId === given[1], wanted);
  await press(a, "Pause");
});

test("offline what is on the device plays on, and on the return the house hears of it", async () => {
  const page = await solo("Phone");
  const [first, second] = await line(page, 0, 1);
  await until(page, (state, _, given) => given.every((trackId) => state.held.includes(trackId)), [first, second]);
  await page.context().setOffline(true);
  await until(page, (state) => state.link !== "live", null, 40_000);
  await press(page, "Next");
  await heard(page, second);
  await seek(page, 30);
  await until(page, (_, sound) => sound.playing && sound.positionSec > 30.5);
  await page.context().setOffline(false);
  await until(page, (state, _, given) => state.link === "live" && state.playback.trackId === given && state.playback.mode === "playing", second, 40_000);
  await until(page, (state, sound) => sound.playing && Math.abs(state.playback.positionSec - sound.positionSec) <= 12);
  await press(page, "Pause");
});

test("changed here offline and elsewhere meanwhile: people choose", { skip: isFake }, async () => {
  const phone = await solo("Garden phone");
  const laptop = await solo("Garden laptop");
  const [first] = await line(phone, 0, 1);
  await seek(phone, 25);
  await press(phone, "Pause");
  const other = await pick(laptop, 2);
  await heard(laptop, other);
  await phone.context().setOffline(true);
  await until(phone, (state) => state.link !== "live", null, 40_000);
  await pick(phone, 5, "Add to the queue");
  const mine = (await ownOf(phone)).queue;
  await press(laptop, "Devices");
  await laptop.getByRole("button", { name: "Play on Garden phone" }).click({ timeout: 40_000 });
  // The house has it so before the phone is back with its own.
  await until(laptop, (state) => state.own.mode === "paused");
  await phone.context().setOffline(false);
  const questionOf = (page) => page.getByRole("region", { name: "To be decided" });
  await questionOf(phone).getByRole("button", { name: "Keep mine" }).waitFor({ timeout: 40_000 });
  // It stays as long as what it is about, in every tab, and is in nobody's way.
  const tab = await devices.tab(phone);
  await phone.reload();
  for (const page of [tab, phone]) {
    await questionOf(page).getByText(/There: .*Third Tone/).waitFor();
    for (const name of ["Play", "Next", "Previous"]) await page.getByRole("button", { name, exact: true }).click({ trial: true });
  }
  await questionOf(phone).getByRole("button", { name: "Keep mine" }).click();
  await questionOf(tab).waitFor({ state: "detached" });
  await until(phone, (state, _, given) => state.playback.queue.join() === given.join(), mine);
  const { trackId, positionSec } = await ownOf(phone);
  assert.equal(trackId, first, "mine is my track, too");
  near(positionSec, 25, 3);
});

test("from the phone to the laptop and back, at the second where it was", async () => {
  const phone = await solo("Pocket phone");
  const laptop = await solo("Desk laptop");
  const [first] = await line(phone, 0, 1);
  await seek(phone, 30);
  await until(phone, (_, sound) => sound.playing && sound.positionSec > 31);
  await press(laptop, "Devices");
  await laptop.getByRole("button", { name: "Continue here: Pocket phone" }).click();
  const onLaptop = await heard(laptop, first);
  await silent(phone);
  await until(phone, (state) => state.own.mode === "paused");
  near(onLaptop.positionSec, (await ownOf(phone)).positionSec, 2);
  assert.equal((await ownOf(laptop)).queue.length, 2);
  await seek(laptop, 50);
  await until(laptop, (_, sound) => sound.playing && sound.positionSec > 50.5);
  await press(laptop, "Devices");
  await laptop.getByRole("button", { name: "Play on Pocket phone" }).click();
  const onPhone = await heard(phone, first);
  await silent(laptop);
  near(onPhone.positionSec, (await ownOf(laptop)).positionSec, 2);
  await press(phone, "Pause");
});

test("a page that opens offers to go on with what another device plays", async () => {
  const phone = await solo("Kitchen phone");
  await line(phone, 0);
  await seek(phone, 43);
  await until(phone, (_, sound) => sound.playing && sound.positionSec > 43.5);
  const laptop = await solo("Laptop");
  await laptop.getByText(/^Kitchen phone is at 0:[45]/).waitFor();
  await press(laptop, "Continue here");
  const onLaptop = await heard(laptop);
  await silent(phone);
  await until(phone, (state) => state.own.mode === "paused");
  near(onLaptop.positionSec, (await ownOf(phone)).positionSec, 2);
  await press(laptop, "Pause");
});

test("a browser that was two devices is one again: the newer place, both queues without doubles", { skip: isFake }, async () => {
  const old = await solo("Phone from before");
  const [first, second] = await line(old, 0, 1);
  await press(old, "Pause");
  const fresh = await solo("Phone");
  const third = await pick(fresh, 2);
  await pick(fresh, 1, "Add to the queue");
  await heard(fresh, third);
  await press(fresh, "Devices");
  await press(fresh, "More: Phone from before");
  await pressTwice(fresh, "Phone from before is this browser");
  await until(fresh, (state, _, given) => state.own.queue.toSorted().join() === given, [first, second, third].toSorted().join());
  assert.equal((await ownOf(fresh)).trackId, third);
  await until(fresh, (state) => !state.devices.some(({ name }) => name === "Phone from before"));
  await heard(fresh, third);
  await old.getByRole("button", { name: "Pair this device" }).waitFor();
  await press(fresh, "Close");
  await press(fresh, "Pause");
});
