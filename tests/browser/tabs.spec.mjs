// Many tabs of one browser: browsers open six connections to a house and no more, yet all tabs load, and all are told of everything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, House, isFake, openHouse, press, sayWhose, show, stateOf, until } from "./harness.mjs";

openHouse();

const TABS = 8;

test("eight tabs of one browser: each loads, each is live, each is told", { skip: isFake }, async (t) => {
  const first = await devices.paired("Laptop");
  const openedAt = Date.now();
  const others = await Promise.all(Array.from({ length: TABS - 1 }, () => devices.tab(first)));
  const all = [first, ...others];
  await Promise.all(all.map((page) => until(page, (state) => state.link === "live")));
  t.diagnostic(`${TABS} tabs live ${Date.now() - openedAt} ms after the last seven were opened`);
  const states = await Promise.all(all.map(stateOf));
  assert.equal(new Set(states.map(({ you }) => you.clientId)).size, 1, "one device");
  assert.equal(new Set(states.map(({ you }) => you.tab)).size, TABS, "of eight tabs");
  await press(first, "Only control, no sound here");
  await show(first, "Queue");
  const nudged = states[0].session.queue[4];
  await first.locator(`[data-track="${nudged}"]`).getByRole("button", { name: /^Play next/ }).click();
  await Promise.all(all.map((page) => until(page, (state, _, given) => state.session.queue[1] === given, nudged)));
  // There is room for more than connections that stay open: any tab can still fetch.
  const answers = await Promise.all(all.map((page) => page.evaluate(async () => (await fetch("/index?limit=1", { cache: "no-store" })).status)));
  assert.deepEqual(answers, Array(TABS).fill(200));
});

test("four tabs opened at once by one scanned link, on the first visit, are one device", { skip: isFake }, async () => {
  const host = await devices.paired("Host");
  const before = (await stateOf(host)).devices.length;
  const { url } = await host.evaluate(() => fetch("/invite", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).then((answer) => answer.json()));
  const context = await devices.browser.newContext();
  devices.contexts.push(context);
  const pages = await Promise.all(Array.from({ length: 4 }, () => context.newPage()));
  await Promise.all(pages.map((page) => page.goto(devices.url + new URL(url).hash)));
  // Whichever was first may ask whose the device is.
  await Promise.all(pages.map((page) => sayWhose(page)));
  const ids = await Promise.all(pages.map(async (page) => (await stateOf(page)).you.clientId));
  assert.equal(new Set(ids).size, 1, ids.join());
  await until(host, (state, _, given) => state.devices.length === given, before + 1);
});

test("four tabs opened at once by the code: each is in, and the house knows one device", { skip: isFake }, async () => {
  const house = await new House().start();
  try {
    const context = await devices.browser.newContext();
    devices.contexts.push(context);
    const pages = await Promise.all(Array.from({ length: 4 }, () => context.newPage()));
    await Promise.all(pages.map((page) => page.goto(`http://hearken.local:${house.port}/`)));
    for (const page of pages) await page.getByLabel("Pairing code").fill(house.code);
    // A tab that hears of another one's pairing is in by itself, and its button gone before a slow finger is there.
    await Promise.all(pages.map((page) => page.getByRole("button", { name: "Pair this device" }).click({ timeout: 5000 }).catch(() => {})));
    await Promise.all(pages.map((page) => sayWhose(page)));
    await Promise.all(pages.map((page) => page.reload()));
    await Promise.all(pages.map((page) => page.getByRole("button", { name: "Join" }).waitFor()));
    const states = await Promise.all(pages.map(stateOf));
    assert.equal(new Set(states.map(({ you }) => you.clientId)).size, 1);
    assert.equal(states[0].devices.length, 1, JSON.stringify(states[0].devices));
  } finally {
    await house.stop();
  }
});
