// One page and the house: what a browser does to a page (hides it, loses its cookies, reloads it), and what the house does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, inStep, isFake, openHouse, play, playing, press, pressTwice, show, stateOf, until } from "./harness.mjs";

openHouse();

/** What a browser says to a page that goes to the background, or comes back. */
const setHidden = (page, hidden) =>
  page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden ? "hidden" : "visible");

test("a hidden page plays on by the other engine, and comes back, in step by either", async (t) => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  await setHidden(a, true);
  await until(a, (state, measure) => state.engine === "element" && measure.playing);
  await inStep(t, "hidden", a, b);
  await setHidden(a, false);
  await until(a, (state, measure) => state.engine === "buffer" && measure.playing);
  await inStep(t, "visible again", a, b);
  const mode = await Promise.all([a, b].map(async (page) => (await stateOf(page)).session.playState.mode));
  assert.deepEqual(mode, ["playing", "playing"], "nobody had to pause for it");
  await press(a, "Pause");
});

test("a hidden page that only watches lets its connection go, and is up to date when looked at", async () => {
  const a = await devices.paired("Watcher");
  const b = await devices.listening("Hall");
  await setHidden(a, true);
  await until(a, (state) => state.link === "resting");
  await play(b);
  await playing(b);
  await setHidden(a, false);
  await until(a, (state) => state.link === "live" && state.session.playState.mode === "playing");
  await press(b, "Pause");
});

test("a browser that lost its cookies is still known; a reload asks for the tap again", async () => {
  const a = await devices.listening("Forgetful");
  const before = (await stateOf(a)).you.clientId;
  await a.context().clearCookies();
  await a.reload();
  await a.getByRole("button", { name: "Join" }).waitFor();
  assert.equal((await stateOf(a)).you.clientId, before);
});

test("a device that was removed stands before the pairing page", { skip: isFake }, async () => {
  const a = await devices.paired("Guest");
  const b = await devices.paired("Host");
  await press(b, "Only control, no sound here");
  await show(b, "House");
  await pressTwice(b, "Remove Guest");
  await a.getByLabel("Pairing code").waitFor();
  await until(b, (state) => !state.devices.some(({ name }) => name === "Guest"));
});

test("a renamed device is renamed everywhere", async () => {
  const a = await devices.listening("Phone");
  const b = await devices.paired("Host");
  await show(a, "House");
  await press(a, "Rename Phone");
  await a.getByLabel("Name", { exact: true }).fill("Balcony <b>phone</b>");
  await press(a, "Save");
  await a.getByText("Balcony <b>phone</b>").waitFor();
  await b.getByText(/Listening: Balcony <b>phone<\/b>/).waitFor();
});

test("what is being typed stays while the house changes", async () => {
  const [a, b] = [await devices.listening("Phone"), await devices.paired("Hostess")];
  await show(a, "House");
  await press(a, "Rename Phone");
  await a.getByLabel("Name", { exact: true }).fill("Half a na");
  await press(b, "Only control, no sound here");
  await show(b, "House");
  await press(b, "Rename Hostess");
  await b.getByLabel("Name", { exact: true }).fill("Another");
  await press(b, "Save");
  await a.getByText("Another").waitFor();
  assert.equal(await a.getByLabel("Name", { exact: true }).inputValue(), "Half a na");
});

test("search finds as one types, and adds", async () => {
  const a = await devices.paired("Laptop");
  await press(a, "Only control, no sound here");
  const gone = (await stateOf(a)).session.queue[5];
  await show(a, "Queue");
  await a.locator(`[data-track="${gone}"]`).getByRole("button", { name: /^More/ }).click();
  await press(a, "Remove from the queue");
  await until(a, (state, _, given) => !state.session.queue.includes(given), gone);
  await a.keyboard.press("/");
  const name = (await a.locator(`[data-track="${gone}"] strong`).textContent()).slice(0, 6);
  await a.getByLabel("Search the library").fill(name.toLowerCase());
  await a.getByText("1 match").waitFor();
  await a.locator(`[data-track="${gone}"]`).getByRole("button", { name: /^Add to queue/ }).click();
  await until(a, (state, _, given) => state.session.queue.at(-1) === given, gone);
});

test("a slow download shows how far it is, here and on the others", { skip: isFake }, async () => {
  const a = await devices.listening("Slow", { prepare: (page) => throttle(page) });
  const b = await devices.listening("Fast");
  await play(b);
  await a.getByText(/Downloading \d+ %/).waitFor();
  await b.getByText(/Waiting for Slow, \d+ % \(1\/2 ready\)/).waitFor();
  await press(b, "Start without");
  await playing(b);
  await press(b, "Pause");
});

test("beside Now on a wide page: what comes next, marked as soon as it is on this device", async () => {
  let letIn;
  const door = new Promise((resolve) => (letIn = resolve));
  const a = await devices.listening("Desk", { prepare: (page) => page.context().route("**/file/**", (route) => door.then(() => route.continue())) });
  await a.setViewportSize({ width: 1280, height: 800 });
  const { session } = await stateOf(a);
  const next = a.getByRole("list", { name: "Next" }).locator(`[data-track="${session.queue[1]}"]`);
  await next.waitFor();
  assert.equal(await next.getByRole("img", { name: "On this device" }).count(), 0);
  letIn();
  await next.getByRole("img", { name: "On this device" }).waitFor();
});

async function throttle(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: 5, downloadThroughput: 150_000, uploadThroughput: 150_000 });
}
