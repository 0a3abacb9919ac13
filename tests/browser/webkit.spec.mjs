// The page in WebKit, the engine of iPhones: by plain http from the network, paired by code, the library seen, the room joined
// by a real click, and a track that is heard.

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { after, before, test } from "node:test";
import { House, isFake } from "./harness.mjs";
import { WebKit, whyNoWebKit } from "./webdriver.mjs";

const skip = isFake ? "needs the real house" : (whyNoWebKit() ?? false);
let house, webkit;

before(async () => {
  if (skip) return;
  house = await new House().start("0.0.0.0:0");
  webkit = await WebKit.launch();
});
after(async () => {
  await webkit?.close();
  await house?.stop();
});

/** As a phone has it: an address of the network, which is no secure context; on a machine without one, its own. */
function address() {
  const outside = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === "IPv4" && !internal);
  return `http://${outside?.address ?? "127.0.0.1"}:${house.port}/`;
}

const button = (name) => `//button[normalize-space()="${name}" or @aria-label="${name}"]`;
const screen = (name) => `//nav//button[normalize-space()="${name}"]`;
const STATE = "return window.hearken ? window.hearken.state() : null";
const MEASURE = "return window.hearken.measure()";

test("paired by code, the library, joined, heard, another track, known again", { skip }, async (t) => {
  await webkit.open(address());
  t.diagnostic(`WebKitGTK ${webkit.version} at ${address()}, secure context: ${await webkit.run("return window.isSecureContext")}`);
  await webkit.type('//input[@id="code"]', house.code);
  await webkit.type('//input[@id="name"]', "WebKit phone");
  await webkit.click(button("Pair this device"));
  await webkit.click('//button[starts-with(normalize-space(), "Home")]');
  await webkit.find(button("Join"));
  const { you } = await webkit.until(STATE, (state) => state?.link === "live");
  await webkit.click(button("Join"));
  await webkit.until(STATE, (state) => state.joined);
  await webkit.click(screen("Library"));
  await webkit.find('//div[@role="list" and @aria-label="Tracks"]//strong[text()="01 Long Tone"]');
  assert.equal(await webkit.run('return document.querySelectorAll(".windowed [data-track]").length'), 6);
  await webkit.click(screen("Now"));
  await webkit.click(button("Play"));
  const first = await webkit.until(MEASURE, ({ playing, positionSec }) => playing && positionSec > 0.5);
  const { engine } = await webkit.run(STATE);
  t.diagnostic(`heard by the ${engine} engine, ${first.errorMs?.toFixed(1)} ms off the house's clock`);
  await webkit.click(button("Next"));
  await webkit.until(`const { playing, positionSec, trackId } = window.hearken.measure(); return playing && positionSec > 0.3 ? trackId : null`, (trackId) => trackId !== null && trackId !== first.trackId);
  await webkit.click(button("Pause"));
  await webkit.until(MEASURE, ({ playing }) => !playing);
  await webkit.reload();
  await webkit.find(button("Join"));
  const again = await webkit.until(STATE, (state) => state?.link === "live");
  assert.equal(again.you.clientId, you.clientId);
});

test("alone: heard, left at a place, and heard from there when the page is opened again", { skip }, async (t) => {
  await webkit.click('//button[starts-with(normalize-space(), "Listen on this") and contains(., "alone")]');
  await webkit.until(STATE, (state) => state.place === "solo" && state.library.count > 0);
  await webkit.click(screen("Library"));
  await webkit.click('(//div[@role="list" and @aria-label="Tracks"]//button[starts-with(@aria-label, "More")])[1]');
  await webkit.click('//dialog//button[normalize-space()="Play"]');
  const { trackId } = await webkit.until(MEASURE, ({ playing, positionSec }) => playing && positionSec > 0.3);
  await webkit.click(screen("Now"));
  await webkit.find('//input[@type="range" and @aria-label="Position"]');
  await webkit.run(`const bar = document.querySelector('[aria-label="Position"]');
    bar.value = "40";
    for (const type of ["input", "change"]) bar.dispatchEvent(new Event(type, { bubbles: true }));`);
  await webkit.until(MEASURE, ({ playing, positionSec }) => playing && positionSec > 40.3);
  await webkit.click(button("Pause"));
  await webkit.until(STATE, ({ own }) => own.mode === "paused" && own.positionSec > 40);
  for (let openings = 1; ; openings += 1) {
    await webkit.reload();
    const { own } = await webkit.until(STATE, (state) => state?.link === "live" && state.own.trackId === trackId);
    const left = own.positionSec;
    assert.ok(openings > 1 || left > 40, `it was left at ${left}`);
    await webkit.click(button("Play"));
    // On a busy machine WebKitGTK plays one load of thirty as if the recording were empty: people open the page again.
    const isThere = (measure) => measure.playing && measure.trackId === trackId && measure.positionSec > left + 0.2;
    const heard = await webkit.until(MEASURE, isThere).catch((error) => { if (openings === 3) throw error; });
    if (!heard) continue;
    assert.ok(heard.positionSec < left + 10, `left at ${left}, heard at ${heard.positionSec}`);
    return t.diagnostic(`left at ${left.toFixed(2)} s, heard at ${heard.positionSec.toFixed(2)} s, page opened ${openings} times`);
  }
});
