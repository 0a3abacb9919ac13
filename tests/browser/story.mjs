// What one device does in a real house, from its first minute on, told to whatever browser: by plain http from the network, paired
// by code, the library seen, the room joined by a real click, and a track that is heard; and the same listening alone.

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { after, before, test } from "node:test";
import { House, isFake } from "./harness.mjs";

/**
 * @param {object} who
 * @param {string} who.name
 * @param {string | null} who.missing why there is no such browser here
 * @param {() => Promise<any>} who.launch see driver.mjs
 * @param {number} [who.openings] so often people open the page until a recording is heard
 */
export function tellStory({ name, missing, launch, openings: openingsMax = 1 }) {
  const skip = isFake ? "needs the real house" : (missing ?? false);
  let house, browser;

  before(async () => {
    if (skip) return;
    house = await new House().start("0.0.0.0:0");
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await house?.stop();
    assert.deepEqual(browser?.problems ?? [], []);
  });

  test("paired by code, the library, joined, heard, another track, known again", { skip }, async (t) => {
    await browser.open(address(house));
    t.diagnostic(`${name} ${browser.version} at ${address(house)}, secure context: ${await browser.run("return window.isSecureContext")}`);
    await browser.type('//input[@id="code"]', house.code);
    await browser.type('//input[@id="name"]', `${name} phone`);
    await browser.click(button("Pair this device"));
    await browser.click('//button[starts-with(normalize-space(), "Home")]');
    await browser.find(button("Join"));
    const { you } = await browser.until(STATE, (state) => state?.link === "live");
    await browser.click(button("Join"));
    await browser.until(STATE, (state) => state.joined);
    await browser.click(screen("Library"));
    await browser.find('//div[@role="list" and @aria-label="Tracks"]//strong[text()="01 Long Tone"]');
    assert.equal(await browser.run('return document.querySelectorAll(".windowed [data-track]").length'), 6);
    await browser.click(screen("Now"));
    await browser.click(button("Play"));
    const first = await browser.until(MEASURE, ({ playing, positionSec }) => playing && positionSec > 0.5);
    const { engine } = await browser.run(STATE);
    t.diagnostic(`heard by the ${engine} engine, ${first.errorMs?.toFixed(1)} ms off the house's clock`);
    await browser.click(button("Next"));
    await browser.until(`const { playing, positionSec, trackId } = window.hearken.measure(); return playing && positionSec > 0.3 ? trackId : null`, (trackId) => trackId !== null && trackId !== first.trackId);
    await browser.click(button("Pause"));
    await browser.until(MEASURE, ({ playing }) => !playing);
    await browser.reload();
    await browser.find(button("Join"));
    const again = await browser.until(STATE, (state) => state?.link === "live");
    assert.equal(again.you.clientId, you.clientId);
  });

  test("alone: heard, left at a place, and heard from there when the page is opened again", { skip }, async (t) => {
    await browser.click('//button[starts-with(normalize-space(), "Listen on this") and contains(., "alone")]');
    await browser.until(STATE, (state) => state.place === "solo" && state.library.count > 0);
    await browser.click(screen("Library"));
    await browser.click('(//div[@role="list" and @aria-label="Tracks"]//button[starts-with(@aria-label, "More")])[1]');
    await browser.click('//dialog//button[normalize-space()="Play"]');
    const { trackId } = (await heardFrom(0, browser, openingsMax)).heard;
    await browser.click(screen("Now"));
    await browser.find('//input[@type="range" and @aria-label="Position"]');
    await browser.run(`const bar = document.querySelector('[aria-label="Position"]');
      bar.value = "40";
      for (const type of ["input", "change"]) bar.dispatchEvent(new Event(type, { bubbles: true }));`);
    await browser.until(MEASURE, ({ playing, positionSec }) => playing && positionSec > 40.3);
    await browser.click(button("Pause"));
    await browser.until(STATE, ({ own }) => own.mode === "paused" && own.positionSec > 40);
    const left = await reopen(browser);
    assert.ok(left > 40, `it was left at ${left}`);
    const { heard, openings } = await heardFrom(left, browser, openingsMax);
    assert.equal(heard.trackId, trackId);
    t.diagnostic(`left at ${left.toFixed(2)} s, heard at ${heard.positionSec.toFixed(2)} s, page opened ${openings} times`);
  });
}

/** The page anew, and its device's own music begun where it was left, which is returned. */
async function reopen(browser) {
  await browser.reload();
  const { own } = await browser.until(STATE, (state) => state?.link === "live" && state.own.trackId !== null);
  await browser.click(button("Play"));
  return own.positionSec;
}

/** Waits until it is heard from this second on; opens the page anew where a browser is known to lose a recording at times. */
async function heardFrom(left, browser, openingsMax) {
  for (let openings = 1; ; openings += 1) {
    const isThere = ({ playing, positionSec }) => playing && positionSec > left + 0.2 && positionSec < left + 15;
    const heard = await browser.until(MEASURE, isThere).catch((error) => { if (openings === openingsMax) throw error; });
    if (heard) return { heard, openings };
    left = await reopen(browser);
  }
}

/** As a phone has it: an address of the network, which is no secure context; on a machine without one, its own. */
function address(house) {
  const outside = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === "IPv4" && !internal);
  return `http://${outside?.address ?? "127.0.0.1"}:${house.port}/`;
}

const button = (name) => `//button[normalize-space()="${name}" or @aria-label="${name}"]`;
const screen = (name) => `//nav//button[normalize-space()="${name}"]`;
const STATE = "return window.hearken ? window.hearken.state() : null";
const MEASURE = "return window.hearken.measure()";
