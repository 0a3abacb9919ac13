// Rows taken to another place of the queue: by mouse, by finger, over the edge of what is seen, and against somebody who is faster.

import assert from "node:assert/strict";
import { test } from "node:test";
import { line, ownOf, solo } from "./alone.mjs";
import { devices, holdBubble, openHouse, press, show, stateOf, until, wait } from "./harness.mjs";

openHouse();

const ROW = 64;
const rows = (page) => page.getByRole("list", { name: "Queue" });
const grip = (page, trackId) => rows(page).locator(`[data-track="${trackId}"] .grip`);
const queueIs = (page, queue) => until(page, (state, _, given) => state.session.queue.join() === given, queue.join());

/** Where a finger takes hold of a row, once the row stands still. */
async function holdOf(page, trackId) {
  for (let [before, looks] = [null, 0]; ; looks += 1) {
    const { x, y, width, height } = await grip(page, trackId).boundingBox();
    const here = { x: x + width / 2, y: y + height / 2 };
    if (before?.x === here.x && before.y === here.y) return here;
    assert.ok(looks < 100, `${trackId} never stands still`);
    before = here;
    await wait(100);
  }
}

/** By mouse, in small steps, as hands move. */
async function drag(page, trackId, rowsDown, { drop = true } = {}) {
  const { x, y } = await holdOf(page, trackId);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 3, y + rowsDown * ROW, { steps: 12 });
  if (drop) await page.mouse.up();
}

async function control(name) {
  const page = await devices.paired(name);
  await press(page, "Only control, no sound here");
  await show(page, "Queue");
  return page;
}

test("by mouse: down and up, seen by everybody, taken back by undo", async () => {
  const [a, b] = [await control("Laptop"), await control("Hall")];
  const [first, second, third, fourth, fifth, sixth] = (await stateOf(a)).session.queue;
  await drag(a, third, 2);
  await holdBubble(a);
  for (const page of [a, b]) await queueIs(page, [first, second, fourth, fifth, third, sixth]);
  await drag(b, sixth, -3);
  for (const page of [a, b]) await queueIs(page, [first, second, sixth, fourth, fifth, third]);
  await a.locator(".bubbles").getByRole("button", { name: "Undo" }).click();
  await until(b, ({ session: { queue } }, _, [moved, next]) => queue.indexOf(moved) < queue.indexOf(next), [third, fourth]);
});

test("by finger: the row follows it, the list does not scroll", async () => {
  const a = await control("Phone");
  const queue = (await stateOf(a)).session.queue;
  const { x, y } = await holdOf(a, queue[2]);
  const session = await a.context().newCDPSession(a);
  const touch = (type, at) => session.send("Input.dispatchTouchEvent", { type, touchPoints: at ? [{ x, y: at }] : [] });
  await touch("touchStart", y);
  for (let step = 1; step <= 10; step += 1) await touch("touchMove", y + step * ROW * 0.2);
  await a.locator(".in-hand").waitFor();
  await touch("touchEnd");
  await queueIs(a, [queue[0], queue[1], queue[3], queue[4], queue[2], queue[5]]);
  await a.locator(".in-hand").waitFor({ state: "detached" });
  assert.equal(await rows(a).evaluate((list) => list.scrollTop), 0);
});

test("next-up goes down to the others, and another one takes its place above the list", async () => {
  const [a, b] = [await control("Laptop"), await control("Hall")];
  const [first, next, third, fourth, fifth, sixth] = (await stateOf(a)).session.queue;
  await dragNextUp(a, next, 2);
  for (const page of [a, b]) await queueIs(page, [first, third, fourth, next, fifth, sixth]);
  await drag(a, fifth, -3);
  for (const page of [a, b]) await queueIs(page, [first, fifth, third, fourth, next, sixth]);
  await a.getByRole("list", { name: "Current and next" }).locator(`[data-track="${fifth}"] .grip`).waitFor();
  await dragNextUp(a, fifth, 0.2);
  await a.locator(".in-hand").waitFor({ state: "detached" });
  for (const page of [a, b]) await queueIs(page, [first, fifth, third, fourth, next, sixth]);
});

/** By mouse, from above the list into it. */
async function dragNextUp(page, trackId, rowsDown) {
  const row = page.getByRole("list", { name: "Current and next" }).locator(`[data-track="${trackId}"]`);
  const box = await row.locator(".grip").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 3, box.y + box.height / 2 + rowsDown * ROW, { steps: 12 });
  await page.mouse.up();
}

test("let go by Escape, or overtaken by somebody else: nothing moves", async () => {
  const [a, b] = [await control("Laptop"), await control("Hall")];
  const queue = (await stateOf(a)).session.queue;
  await rows(a).focus();
  await drag(a, queue[2], 2, { drop: false });
  await a.keyboard.press("Escape");
  await a.mouse.up();
  await a.locator(".in-hand").waitFor({ state: "detached" });
  await drag(a, queue[2], 2, { drop: false });
  await rows(b).locator(`[data-track="${queue[5]}"]`).getByRole("button", { name: /^Play next/ }).click();
  await until(a, (state, _, given) => state.session.queue[1] === given, queue[5]);
  await a.mouse.up();
  await a.locator(".in-hand").waitFor({ state: "detached" });
  const now = [queue[0], queue[5], queue[1], queue[2], queue[3], queue[4]];
  for (const page of [a, b]) await queueIs(page, now);
});

test("what a device plays for itself is moved in the same way, and so is the track that plays", async () => {
  const page = await solo("Phone");
  const [first, second, third] = await line(page, 0, 1, 2);
  await show(page, "Queue");
  await drag(page, third, -1);
  await until(page, (state, _, given) => state.own.queue.join() === given, [first, third, second].join());
  await drag(page, first, 2);
  await until(page, (state, _, given) => state.own.queue.join() === given, [third, second, first].join());
  const own = await ownOf(page);
  assert.equal(own.trackId, first);
  assert.equal(own.queueIndex, 2);
});
