// A library of 50,000 tracks and a queue of 5,000 on a slow phone (the processor six times slower than this one): every list has
// a screenful of rows and no more, shows the right ones wherever one jumps, and search finds while one types. Frame times are
// told, never judged: they are the machine's.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, PHONE } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";
import { pairAs, press, show, until, wait } from "./harness.mjs";

const TRACKS = 50_000;
const SLOWER = 6;
/** All elements of the page while a long list is shown: some forty rows of some fifteen. */
const ELEMENTS_MAX = 1500;
const ROW = 64;

let fake, browser, page;
before(async () => {
  fake = await startFake({ count: TRACKS, seconds: 5 });
  browser = await launch();
  const context = await browser.newContext(PHONE);
  page = await context.newPage();
  await page.goto(`http://hearken.local:${fake.port}/`);
  await pairAs(page, "123456", "Old phone");
  await press(page, "Only control, no sound here");
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
});
after(async () => {
  await browser?.close();
  fake?.stop();
});

const list = (name) => page.getByRole("list", { name, exact: true });
const elements = () => page.evaluate(() => document.querySelectorAll("*").length);
const titles = (name) => list(name).locator("strong").allTextContents();

/** Scrolls there at once, as the thumb of a scroll bar does, and waits for the rows of that place. */
async function jump(name, top, wanted) {
  await list(name).evaluate((element, to) => (element.scrollTop = to), top);
  await list(name).getByText(wanted, { exact: true }).first().waitFor();
}

/** Scrolls for a while as a finger would. @returns how long frames took, in ms */
function scrolled(name, pixels) {
  return list(name).evaluate(
    (element, by) =>
      new Promise((resolve) => {
        const frames = [];
        let last = performance.now();
        const step = () => {
          const now = performance.now();
          frames.push(now - last);
          last = now;
          element.scrollTop += by;
          if (frames.length < 60) requestAnimationFrame(step);
          else resolve(frames.slice(1).sort((one, other) => one - other));
        };
        requestAnimationFrame(step);
      }),
    pixels,
  );
}

const told = (t, what, frames) => t.diagnostic(`${what}, ${SLOWER} times slower: frames of ${frames[frames.length >> 1].toFixed(0)} ms (median), ${frames[Math.ceil(frames.length * 0.95) - 1].toFixed(0)} ms (p95), ${frames.at(-1).toFixed(0)} ms (longest)`);

test("all tracks: the right rows at any place, a screenful of them", async (t) => {
  const openedAt = Date.now();
  await show(page, "Library");
  await page.getByText("50,000 tracks").waitFor();
  // The index comes in parts; the list is as high as all of it when the last one is here.
  for (let looks = 0; (await list("Tracks").evaluate((element) => element.scrollHeight)) < TRACKS * ROW; looks += 1) {
    assert.ok(looks < 300, "the whole index never came");
    await wait(100);
  }
  t.diagnostic(`the whole index was here ${Date.now() - openedAt} ms after Library was opened`);
  await jump("Tracks", 25_000 * ROW, "Harbour Lights 3126");
  assert.ok((await elements()) < ELEMENTS_MAX, `${await elements()} elements`);
  await jump("Tracks", TRACKS * ROW, "A Field in October 6250");
  await jump("Tracks", 0, "Harbour Lights");
  told(t, "50,000 tracks", await scrolled("Tracks", 90));
  assert.ok((await elements()) < ELEMENTS_MAX);
});

test("search: each letter narrows the list, and the field keeps up with the fingers", async (t) => {
  const field = page.getByLabel("Search the library");
  const startedAt = Date.now();
  await field.pressSequentially("slow morning 4321", { delay: 30 });
  await page.getByText("1 match", { exact: true }).waitFor();
  t.diagnostic(`17 letters and their result: ${Date.now() - startedAt} ms`);
  assert.deepEqual(await titles("Tracks"), ["Slow Morning 4321"]);
  assert.equal(await field.inputValue(), "slow morning 4321");
  await field.fill("");
  await list("Tracks").getByText("Harbour Lights", { exact: true }).waitFor();
});

test("albums and artists: thousands of tiles of which a screenful exists, and search among them", async (t) => {
  for (const [part, count, last] of [["Albums", "5,000 albums", "Undertow 1249"], ["Artists", "5,000 artists", "Odile 1249"]]) {
    await press(page, part);
    await page.getByText(count).waitFor();
    await jump(part, 1e9, last);
    assert.ok((await elements()) < ELEMENTS_MAX, `${await elements()} elements`);
    await jump(part, 0, part === "Albums" ? "Small Weather 0" : "Mira Vale 0");
    told(t, `5,000 ${part.toLowerCase()}`, await scrolled(part, 120));
    await page.getByLabel("Search the library").fill("777");
    await page.getByText(part === "Albums" ? "Lanterns 777" : "Odile 777").first().waitFor();
    assert.ok((await list(part).getByRole("listitem").count()) <= 8);
    await page.getByLabel("Search the library").fill("");
  }
});

test("a queue of 5,000: its end at once, next-up pinned above it, a row from far down played next", async (t) => {
  await show(page, "Queue");
  await page.getByText("5,000 tracks").waitFor();
  await jump("Queue", 1e9, "A Field in October 625");
  assert.ok((await elements()) < ELEMENTS_MAX, `${await elements()} elements`);
  await list("Queue").locator('[data-track="track4999"]').getByRole("button", { name: /^Play next/ }).click();
  await until(page, (state) => state.session.queue[1] === "track4999");
  await list("Current and next").getByText("A Field in October 625").waitFor();
  await jump("Queue", 0, "Slow Morning");
  told(t, "a queue of 5,000", await scrolled("Queue", 90));
});
