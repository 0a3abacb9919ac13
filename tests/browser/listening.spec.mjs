// Co-listening, as two browsers see it: pairing, the tap, starting together, and every way in which a device can fail another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, distance, house, inStep, isFake, join_, measure, openHouse, play, playing, press, sayWhose, show, stateOf, titleOf, until, wait } from "./harness.mjs";
import { silenceBetween } from "./timing.mjs";

openHouse();

const current = async (page) => (await stateOf(page)).session.playState.trackId;

test("pairing: a wrong code is answered with a sentence, the right one opens the house", async () => {
  const context = await devices.browser.newContext();
  devices.contexts.push(context);
  const page = await context.newPage();
  await page.goto(devices.url);
  await page.getByLabel("Pairing code").fill(house.code === "000000" ? "000001" : "000000");
  await press(page, "Pair this device");
  await page.getByText("That code is not right").waitFor();
  await page.getByLabel("Pairing code").fill(house.code);
  await press(page, "Pair this device");
  await sayWhose(page);
  await page.reload();
  await page.getByRole("button", { name: "Join" }).waitFor();
});

test("pairing: a scanned link needs no typing and leaves no token in the address; a spent one leads to the code", async () => {
  const inside = await devices.listening("Host");
  await show(inside, "House");
  const { url } = await inside.evaluate(() => fetch("/invite", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).then((answer) => answer.json()));
  const fragment = new URL(url).hash;
  for (const first of [true, false]) {
    if (!first && isFake) continue;
    const context = await devices.browser.newContext();
    devices.contexts.push(context);
    const page = await context.newPage();
    await page.goto(devices.url + fragment);
    if (first) await sayWhose(page);
    else await page.getByText("This invitation was used already").waitFor();
    assert.equal(new URL(page.url()).hash, "");
  }
});

test("one plays, both hear it, together", async (t) => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  await inStep(t, "buffer and buffer", a, b);
  assert.equal((await stateOf(a)).engine, "buffer");
  await a.getByTestId("status").getByText(/In step within \d+ ms/).waitFor();
  await press(b, "Pause");
  await until(a, (state, measure) => state.session.playState.mode === "paused" && !measure.playing);
});

test("<audio> elements find each other too", async (t) => {
  const [a, b] = [await devices.listening("Kitchen", { engine: "element" }), await devices.listening("Hall", { engine: "element" })];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  await inStep(t, "element and element", a, b);
  assert.equal((await stateOf(a)).engine, "element");
  await press(a, "Pause");
});

test("an element and a buffer are in step with each other", async (t) => {
  const [a, b] = [await devices.listening("Kitchen", { engine: "element" }), await devices.listening("Hall")];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  await inStep(t, "element and buffer", a, b);
  assert.deepEqual([(await stateOf(a)).engine, (await stateOf(b)).engine], ["element", "buffer"]);
  await press(a, "Pause");
});

test("next, seek and nudge are seen and heard by both", async (t) => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  const before = await current(a);
  await press(b, "Next");
  await until(a, (state, _, given) => state.session.playState.trackId !== given, before);
  const second = await current(a);
  await Promise.all([playing(a, second), playing(b, second)]);
  await b.getByTestId("title").getByText(await titleOf(a), { exact: true }).waitFor();

  await a.getByLabel("Position").evaluate((bar) => {
    bar.value = "30";
    bar.dispatchEvent(new Event("input", { bubbles: true }));
    bar.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await Promise.all([a, b].map((page) => until(page, (_, measure) => measure.playing && measure.positionSec > 30 && measure.positionSec < 45)));
  await inStep(t, "after a seek", a, b);

  await show(b, "Queue");
  const fifth = (await stateOf(b)).session.queue[4];
  await b.locator(`[data-track="${fifth}"]`).getByRole("button", { name: /^Play next/ }).click();
  for (const page of [a, b]) await until(page, (state, _, given) => state.session.queue[1] === given, fifth);
  assert.equal((await current(a)), second, "the current track plays on");
  await show(b, "Now");
  await press(b, "Pause");
});

test("two quick taps are two steps, not a refusal", async () => {
  const a = await devices.listening("Kitchen");
  await play(a);
  await playing(a);
  const queue = (await stateOf(a)).session.queue;
  await a.getByRole("button", { name: "Next", exact: true }).dblclick();
  await until(a, (state, _, given) => state.session.playState.trackId === given, queue[2]);
  // A third step is answered after both: had one of them been refused, it would stand here by now.
  await press(a, "Next");
  await until(a, (state, _, given) => state.session.playState.trackId === given, queue[3]);
  assert.equal(await a.getByText("Out of date").count(), 0);
  await press(a, "Pause");
});

test("who comes late joins in time", async (t) => {
  const a = await devices.listening("Kitchen");
  await play(a);
  await playing(a);
  await until(a, (_, measure) => measure.positionSec > 1);
  const b = await devices.listening("Late");
  await playing(b);
  await inStep(t, "a late joiner", a, b);
  await press(a, "Pause");
});

test("a device that cannot get the track holds nobody: start without, and leaving", async () => {
  const a = await devices.listening("Kitchen");
  const b = await devices.listening("Cellar", { prepare: (page) => page.context().route("**/file/**", () => {}) });
  await play(a);
  await a.getByText(/Waiting for Cellar.*\(1\/2 ready\)/).waitFor();
  await press(a, "Start without");
  await playing(a);
  assert.equal((await measure(b)).playing, false);

  await press(a, "Next");
  await a.getByText(/Waiting for Cellar/).waitFor();
  await b.context().close();
  devices.contexts.splice(devices.contexts.indexOf(b.context()), 1);
  await playing(a, await current(a));
  await press(a, "Pause");
});

test("a command that comes too late is shown as such, with the new state", async () => {
  let hold = false;
  const [held, heldBack] = [[], []];
  const a = await devices.listening("Kitchen", {
    prepare: (page) =>
      page.routeWebSocket(/ws\/sync/, (route) => {
        const server = route.connectToServer();
        server.onMessage((message) => {
          if (!hold) return route.send(message);
          heldBack.push(JSON.parse(message).type);
          held.push(() => route.send(message));
        });
      }),
  });
  const isRefused = () => heldBack.includes("reject");
  const b = await devices.paired("Hall");
  await press(b, "Only control, no sound here");
  await show(b, "Queue");
  hold = true;
  const moved = (await stateOf(b)).session.queue[3];
  await b.locator(`[data-track="${moved}"]`).getByRole("button", { name: /^Play next/ }).click();
  await until(b, (state, _, given) => state.session.queue[1] === given, moved);
  await a.getByRole("button", { name: /^(Play|Pause)$/ }).click();
  // The house has answered, and the answer is on the way.
  for (let looks = 0; !isRefused(); looks += 1) {
    assert.ok(looks < 300, "never answered");
    await wait(50);
  }
  hold = false;
  held.splice(0).forEach((pass) => pass());
  await a.getByText("Out of date, refreshed").waitFor();
  await a.getByText(/next: /).waitFor();
  assert.equal((await stateOf(a)).session.queue[1], moved);
});

test("of two tabs of one device one plays: the one that was tapped last", async () => {
  const first = await devices.listening("Laptop");
  await play(first);
  await playing(first);
  const second = await devices.tab(first);
  await second.getByRole("button", { name: "Listen in this tab instead" }).waitFor();
  await join_(second);
  await playing(second);
  await until(first, (state, measure) => !measure.playing && !state.joined);
  await first.getByRole("button", { name: "Listen in this tab instead" }).waitFor();
  // Longer than a room waits for somebody who left it.
  const { positionSec } = await measure(second);
  await until(second, (_, measure, from) => measure.playing && measure.positionSec > from + 5.5, positionSec);
  assert.equal((await stateOf(second)).session.playState.mode, "playing", "the room did not pause when the first tab stepped back");
  await press(second, "Pause");
});

test("the next track follows without anybody doing anything", { skip: isFake }, async (t) => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  const [first, second] = await shortTracks(a);
  await comesNext(a, first, second);
  await show(a, "Now");
  await press(a, "Next");
  await Promise.all([playing(a, first), playing(b, first)]);
  const gaps = await Promise.all([a, b].map((page) => silenceBetween(page, first, second)));
  t.diagnostic(`silence between two tracks: ${gaps.map((gap) => gap.toFixed(0)).join(" and ")} ms`);
  t.diagnostic(`after a gapless change ${(await distance(a, b, 10)).medianMs?.toFixed(2)} ms apart`);
  await press(a, "Pause");
});

async function shortTracks(page) {
  const index = await page.evaluate(() => fetch("/index").then((answer) => answer.json()));
  return index.filter(({ duration }) => duration < 10).map(({ trackId }) => trackId);
}

/** Brings the two to the places after the current track. A current one of them is left behind first. */
async function comesNext(page, first, second) {
  if ([first, second].includes(await current(page))) {
    await show(page, "Now");
    for (let turns = 0; turns < 3 && [first, second].includes(await current(page)); turns += 1) {
      const before = await current(page);
      await press(page, "Next");
      await until(page, (state, _, given) => state.session.playState.trackId !== given, before);
    }
  }
  await show(page, "Library");
  for (const trackId of [second, first]) {
    await page.locator(`[data-track="${trackId}"]`).getByRole("button", { name: /^More/ }).click();
    await press(page, "Play next");
    await until(page, (state, _, given) => state.session.queue[1] === given, trackId);
  }
}
