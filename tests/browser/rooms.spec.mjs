// Rooms: two groups of listeners in one house that do not disturb each other; and taking back what one did to a queue.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, holdBubble, isFake, join_, measure, openHouse, play, playing, press, pressTwice, show, stateOf, until } from "./harness.mjs";

openHouse();

const inRoom = (page, name) => until(page, (state, _, given) => state.rooms.find(({ id }) => id === state.session.room)?.name === given && state.link === "live", name);
const roomRow = (page, name) => page.getByRole("list", { name: "Rooms" }).getByRole("listitem").filter({ hasText: name });

async function newRoom(page, name) {
  await show(page, "House");
  await press(page, "New room");
  await page.getByLabel("Room name").fill(name);
  await press(page, "Save");
  await roomRow(page, name).waitFor();
}

async function enter(page, name) {
  await show(page, "House");
  await press(page, `Go to ${name}`);
  await inRoom(page, name);
}

/** Adds the track at this place of the library to the queue. */
async function add(page, at) {
  await show(page, "Library");
  const row = page.getByRole("list", { name: "Tracks" }).getByRole("listitem").nth(at);
  const trackId = await row.getAttribute("data-track");
  await row.getByRole("button", { name: /^Add to queue/ }).click();
  await until(page, (state, _, given) => state.session.queue.includes(given), trackId);
  return trackId;
}

test("two devices in two rooms do not disturb each other", { skip: isFake }, async () => {
  const [a, b] = [await devices.listening("Living room phone"), await devices.listening("Kitchen phone")];
  await newRoom(b, "Kitchen");
  await enter(b, "Kitchen");
  await show(b, "Now");
  await b.getByText("Kitchen", { exact: true }).first().waitFor();
  await b.getByText("The queue is empty").waitFor();
  await play(a);
  const before = await stateOf(a);
  await playing(a, before.session.playState.trackId);
  const second = await add(b, 1);
  await show(b, "Now");
  await press(b, "Play");
  await playing(b, second);
  assert.notEqual((await measure(a)).trackId, second);
  await press(b, "Pause");
  await until(b, (state, heard) => state.session.playState.mode === "paused" && !heard.playing);
  const { positionSec } = await measure(a);
  await until(a, (_, measure, from) => measure.playing && measure.positionSec > from + 1, positionSec);
  const [one, other] = [await stateOf(a), await stateOf(b)];
  assert.equal(one.session.playState.mode, "playing");
  assert.deepEqual(one.session.clients.map(({ name }) => name), ["Living room phone"]);
  assert.deepEqual(other.session.clients.map(({ name }) => name), ["Kitchen phone"]);
  await press(a, "Pause");
});

test("the room is remembered over a reload; a room in use stays, an empty one goes and leads back to the house", { skip: isFake }, async () => {
  const [a, b] = [await devices.paired("Host"), await devices.listening("Bath radio")];
  await press(a, "Only control, no sound here");
  await newRoom(b, "Bath");
  await enter(b, "Bath");
  await b.reload();
  await join_(b);
  await inRoom(b, "Bath");
  await until(b, (state) => state.session.clients.length === 1);
  await show(a, "House");
  await press(a, "More: Bath");
  await pressTwice(a, "Delete Bath");
  await a.locator(".bubble").waitFor();
  assert.equal(await roomRow(a, "Bath").count(), 1);
  await press(a, "More: Bath");
  await press(a, "Rename Bath");
  await a.getByLabel("Room name").fill("Spa <i>1</i>");
  await press(a, "Save");
  await show(b, "Now");
  await b.getByText("Spa <i>1</i>").first().waitFor();
  await show(b, "House");
  await press(b, "Stop listening here");
  await until(b, (state) => state.session.clients.length === 0);
  await press(a, "More: Spa <i>1</i>");
  await pressTwice(a, "Delete Spa <i>1</i>");
  await inRoom(b, "House");
});

test("a device whose room went while it was away comes back into the house", { skip: isFake }, async () => {
  const [a, b] = [await devices.paired("Host"), await devices.paired("Guest")];
  await Promise.all([a, b].map((page) => press(page, "Only control, no sound here")));
  await newRoom(b, "Attic");
  await enter(b, "Attic");
  await b.goto("about:blank");
  await show(a, "House");
  await press(a, "More: Attic");
  await pressTwice(a, "Delete Attic");
  await roomRow(a, "Attic").waitFor({ state: "detached" });
  await b.goto(devices.url);
  await inRoom(b, "House");
});

test("undo takes back one's own last edit and no other's", { skip: isFake }, async () => {
  const [a, b] = [await devices.paired("Anna"), await devices.paired("Ben")];
  await Promise.all([a, b].map((page) => press(page, "Only control, no sound here")));
  const queue = (await stateOf(a)).session.queue;
  const is = (page, wanted) => until(page, (state, _, given) => state.session.queue.toSorted().join() === given, wanted.toSorted().join());
  const without = (...gone) => queue.filter((trackId) => !gone.includes(trackId));
  const remove = async (page, trackId) => {
    await show(page, "Queue");
    await page.locator(`[data-track="${trackId}"]`).getByRole("button", { name: /^More/ }).click();
    await press(page, "Remove from the queue");
  };
  await show(b, "Queue");
  await press(b, "Undo");
  await b.locator(".bubble").getByText(/nothing/i).waitFor();
  await remove(a, queue[3]);
  await holdBubble(a);
  await is(b, without(queue[3]));
  await remove(b, queue[4]);
  await is(a, without(queue[3], queue[4]));
  await a.locator(".bubble").getByRole("button", { name: "Undo" }).click();
  await is(b, without(queue[4]));
  await show(a, "Queue");
  await press(a, "Redo");
  await is(b, without(queue[3], queue[4]));
  await press(a, "Undo");
  await b.locator(".screen-head").getByRole("button", { name: "Undo" }).click();
  await is(a, queue);
});
