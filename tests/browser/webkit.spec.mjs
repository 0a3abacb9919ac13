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
