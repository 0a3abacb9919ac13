// Every screen on a small phone: nothing is cut off at the side, everything can be hit with a thumb, and the first load is small.

import assert from "node:assert/strict";
import { test } from "node:test";
import { alone } from "./alone.mjs";
import { DESKTOP } from "./browser.mjs";
import { devices, house, isFake, openHouse, pairAs, press, show, until } from "./harness.mjs";

const FIRST_LOAD_MAX = 100_000;
const THUMB = 44;

let page;
openHouse({
  keep: true,
  prepare: async () => {
    page = await devices.paired("A phone with a rather long name, for a change");
    await page.setViewportSize({ width: 360, height: 640 });
  },
});

/** What sticks out at the side, and what is too small to hit. */
const faults = () =>
  page.evaluate((thumb) => {
    const found = [];
    const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".windowed-rows, [disabled]");
    for (const element of document.querySelectorAll("button, select, input, a, h1, h2, .card, .row")) {
      if (!shown(element)) continue;
      const box = element.getBoundingClientRect();
      const what = `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent.slice(0, 30)}`;
      const scrolls = element.closest(".chips");
      if (!scrolls && (box.right > innerWidth + 0.5 || box.left < -0.5)) found.push(`${what}: from ${box.left} to ${box.right}`);
      const inLabel = element.closest("label, p, .seek");
      if (element.matches("button, select, input, a.button") && !inLabel && (box.width < thumb - 0.5 || box.height < thumb - 0.5)) found.push(`${what}: ${box.width} × ${box.height}`);
    }
    return found;
  }, THUMB);

/** Once it stands still, nothing of it is at fault. */
async function faultless(where) {
  for (let looks = 0; looks < 50 && (await faults()).length > 0; looks += 1) await page.waitForTimeout(100);
  assert.deepEqual(await faults(), [], where);
}

/** Opened, and seen to be open. */
async function more(name) {
  await page.getByRole("button", { name }).click();
  await page.getByRole("button", { name, expanded: true }).waitFor();
}

test("no screen sticks out, every target is large enough", { skip: isFake }, async () => {
  await press(page, "Only control, no sound here");
  await until(page, (state) => state.library.count > 0);
  const at = { ...Object.fromEntries(["Now", "Queue", "Library", "Compare", "Radio", "House"].map((name) => [name, async () => {}])) };
  at.Queue = () => page.getByRole("list", { name: "Queue" }).getByRole("listitem").first().waitFor();
  at.Compare = async () => {
    await press(page, "Start");
    await page.locator(".contenders").waitFor();
  };
  at.Radio = async () => {
    await press(page, "New station");
    await page.getByLabel("At certain hours, each day").check();
    await faultless("the form of a station");
    await page.getByLabel("Name", { exact: true }).fill("A station whose name does not fit in one line");
    await press(page, "Save");
    await more(/^More: A station/);
  };
  at.Library = async () => {
    await press(page, "Star: 01 Long Tone");
    const shows = { Albums: /names no albums/, Artists: /names no artists/, Playlists: /No playlist yet/, Tracks: "06 Last Tone" };
    for (const [part, words] of Object.entries(shows)) {
      await press(page, part);
      await page.getByText(words).waitFor();
      await faultless(part);
    }
  };
  at.House = async () => {
    await press(page, "New room");
    await page.getByLabel("Room name").fill("A room whose name is much too long for a line");
    await press(page, "Save");
    await more(/^More: A room/);
  };
  for (const [screen, prepare] of Object.entries(at)) {
    await show(page, screen);
    await prepare();
    await faultless(screen);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, screen);
  }
});

test("what is chosen can still be read with the mouse on it", { skip: isFake }, async () => {
  const context = await devices.browser.newContext({ ...DESKTOP, reducedMotion: "reduce" });
  devices.contexts.push(context);
  const desk = await context.newPage();
  await desk.goto(devices.url);
  await pairAs(desk, house.code, "Desk");
  await alone(desk);
  const chosen = desk.getByRole("group", { name: "Where this device listens" }).getByRole("button", { pressed: true });
  const ground = () => chosen.evaluate((button) => getComputedStyle(button).backgroundColor);
  await chosen.waitFor();
  await desk.mouse.move(0, 0);
  const before = await ground();
  await chosen.hover();
  assert.equal(await ground(), before);
});

test("the first load transfers at most 100 kB", { skip: isFake }, async (t) => {
  const context = await devices.browser.newContext();
  const fresh = await context.newPage();
  const session = await context.newCDPSession(fresh);
  await session.send("Network.enable");
  const byRequest = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => byRequest.set(requestId, { url: response.url, bytes: 0 }));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => (byRequest.get(requestId).bytes = encodedDataLength));
  await fresh.goto(devices.url);
  await fresh.getByLabel("Pairing code").waitFor();
  await fresh.waitForLoadState("networkidle");
  const all = [...byRequest.values()];
  const bytes = all.reduce((sum, each) => sum + each.bytes, 0);
  t.diagnostic(`first load: ${bytes} bytes in ${all.length} requests; largest ${all.sort((x, y) => y.bytes - x.bytes).slice(0, 4).map((each) => `${new URL(each.url).pathname} ${each.bytes}`).join(", ")}`);
  assert.ok(bytes <= FIRST_LOAD_MAX, `${bytes}`);
});
