// Comparing: what one device of a profile answers, the others show at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, house, isFake, measure, openHouse, press, show, stateOf, until } from "./harness.mjs";
import { pressedAt, seenAfter, tellSpread, watchFor } from "./timing.mjs";

const ROUNDS = 50;
const MANY = Array.from({ length: 14 }, (_, i) => ({ name: `${String(i + 1).padStart(2, "0")} Tone ${i + 1}`, seconds: 5, hz: 200 + 20 * i }));

openHouse({ music: MANY });

const pairOf = async (page) => (await stateOf(page)).comparison.pair;
const onTable = (page, pairId) => page.locator(`.contenders[data-pair="${pairId}"]`).waitFor();
const winner = (page, side) => page.locator(`[data-side="${side}"] .winner`);

async function two() {
  const pages = [await devices.paired("Kitchen"), await devices.paired("Hall")];
  for (const page of pages) {
    await press(page, "Only control, no sound here");
    await show(page, "Compare");
  }
  return pages;
}

async function start(page, mode = "An order of everything") {
  await press(page, "New");
  await page.getByLabel(mode).check();
  // The house may be comparing already: wait for the new pair, not for any.
  const before = await page.evaluate(() => window.hearken.state().comparison?.pair?.id ?? null);
  await press(page, "Start");
  await until(page, (state, _, given) => Boolean(state.comparison?.pair) && state.comparison.pair.id !== given, before);
  await page.locator(".contenders").waitFor();
}

test("a verdict on one device shows the next pair on the other", { skip: isFake }, async (t) => {
  const [a, b] = await two();
  await start(a);
  await b.locator(".contenders").waitFor();
  const [here, there] = [[], []];
  await watchFor(a, ".contenders", "data-pair");
  await watchFor(b, ".contenders", "data-pair");
  for (let round = 0; round < ROUNDS; round += 1) {
    const [from, to] = round % 2 ? [b, a] : [a, b];
    const before = await pairOf(from);
    const at = await pressedAt(from, winner(from, round % 3 ? "a" : "b"));
    const [own, other] = [await seenAfter(from, at), await seenAfter(to, at)];
    await until(from, (state, _, given) => state.comparison.pair.id === given, other.value);
    assert.notEqual(other.value, before.id);
    here.push(own.at - at);
    there.push(other.at - at);
    await onTable(from, other.value);
  }
  assert.equal((await stateOf(a)).comparison.progress.answered, ROUNDS);
  tellSpread(t, "tap to next pair on the same device", here);
  tellSpread(t, "tap to next pair on the other device", there);
});

test("what one listens to is marked on the other, and stops with the pair", { skip: isFake }, async (t) => {
  const [a, b] = await two();
  await start(a);
  await b.locator(".contenders").waitFor();
  const delays = [];
  await watchFor(b, '[data-side="a"]', "data-heard");
  for (let round = 0; round < 20; round += 1) {
    const at = await pressedAt(a, a.locator('[data-side="a"] .hear'));
    const other = await seenAfter(b, at);
    assert.equal(other.value, String(round % 2 === 0));
    delays.push(other.at - at);
    await a.locator(`[data-side="a"][data-heard="${other.value}"]`).waitFor();
  }
  tellSpread(t, "tap to mark on the other device", delays);
  const pair = await pairOf(a);
  await a.locator('[data-side="b"] .hear').click();
  await until(a, (_, heard, given) => heard.playing && heard.trackId === given, pair.b.trackId);
  assert.equal((await measure(b)).playing, false, "the other device stays silent");
  await winner(a, "a").click();
  await until(a, (_, heard) => !heard.playing);
  await b.locator('[data-heard="true"]').waitFor({ state: "detached" });
});

test("keys answer, undo brings the pair back, skip passes it over, the ranking is shown", { skip: isFake }, async () => {
  const [a] = await two();
  await start(a, "The best ten");
  const first = await pairOf(a);
  await a.keyboard.press("ArrowLeft");
  await until(a, (state, _, given) => state.comparison.pair.id !== given && state.comparison.progress.answered === 1, first.id);
  await a.keyboard.press("ArrowDown");
  await until(a, (state) => state.comparison.progress.answered === 2);
  await a.locator(".compare").getByRole("button", { name: "Undo", exact: true }).click();
  await until(a, (state) => state.comparison.progress.answered === 1);
  await press(a, "Skip");
  await until(a, (state) => state.comparison.progress.skipped === 1);
  await press(a, "Ranking");
  const rows = a.getByRole("list", { name: "Ranking" }).getByRole("listitem");
  await rows.first().waitFor();
  assert.match(await rows.first().textContent(), /± \d+/);
});

test("two who answer the same pair at once: one counts, the other is told", { skip: isFake }, async () => {
  const [a, b] = await two();
  await start(a);
  await b.locator(".contenders").waitFor();
  const { id } = await pairOf(a);
  for (const page of [a, b]) await onTable(page, id);
  await Promise.all([a, b].map((page) => page.evaluate(() => document.querySelector('[data-side="a"] .winner').click())));
  const told = (page) => page.locator(".bubble").getByText(/^Not done: Your answer to/);
  await Promise.any([a, b].map((page) => told(page).waitFor()));
  assert.equal((await told(a).count()) + (await told(b).count()), 1);
  for (const page of [a, b]) await until(page, (state, _, given) => state.comparison.progress.answered === 1 && state.comparison.pair.id !== given, id);
  assert.deepEqual((await stateOf(a)).comparison, (await stateOf(b)).comparison);
});
