// House rules of the page, and its small helpers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { statusLine, whatChanged } from "../../static/lib/describe.js";
import { defaultDeviceName, thisDeviceWord } from "../../static/lib/device-name.js";
import { clockTime } from "../../static/lib/format.js";
import { drawnTop, visibleRows } from "../../static/lib/visible-rows.js";
import { BUFFER_LIMITS, DriftControl, ELEMENT_LIMITS } from "../../static/sync/drift.js";
import { snapshot } from "./fakes.mjs";
import { files, modules, reachable, source } from "./modules.mjs";

const code = (file) => source(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

test("sync/ knows no document and no signals", () => {
  for (const file of files("sync")) assert.doesNotMatch(code(file), /\b(document|window|navigator|location)\b\.|vendor\//, file);
});

test("views/ fetch nothing and open nothing", () => {
  for (const file of files("views")) assert.doesNotMatch(code(file), /\bfetch\(|WebSocket|XMLHttpRequest|indexedDB/, file);
});

test("nobody writes markup but htm, nobody evaluates text, nobody reads the wall clock to play by", () => {
  for (const file of modules) assert.doesNotMatch(code(file), /innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function/, file);
  for (const file of modules.filter((each) => each !== "lib/ages.js")) assert.doesNotMatch(code(file), /Date\.now/, file);
});

test("no text in backquotes has a line that looks like a comment: the build takes those out", () => {
  for (const file of modules) for (const [text] of source(file).matchAll(/`[^`]*`/g)) assert.doesNotMatch(text, /\n\s*\/[/*]/, file);
});

test("index.html has no inline script or style and names every module for preloading", () => {
  const page = source("index.html");
  assert.doesNotMatch(page, /<style|style=|<script(?![^>]*src=)|\son\w+=/);
  const named = [...page.matchAll(/rel="modulepreload" href="\/([^"]+)"/g)].map(([, file]) => file).sort();
  assert.deepEqual(named, reachable().filter((file) => file !== "app.js"), "run: node tests/js/preload.mjs");
});

test("every module is used", () => {
  const used = new Set(reachable({ later: true }));
  const typesOnly = ["sync/protocol.js", "sync/engine.js"];
  assert.deepEqual(modules.filter((file) => !used.has(file) && !typesOnly.includes(file)), []);
});

test("times", () => assert.deepEqual([0, 59.9, 75, 3661].map(clockTime), ["0:00", "0:59", "1:15", "1:01:01"]));

test("default names", () => {
  assert.equal(defaultDeviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"), "iPhone, Safari");
  assert.equal(defaultDeviceName("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36"), "Android phone, Chrome");
  assert.equal(defaultDeviceName(""), "Browser");
});

test("of 5,000 rows a screenful exists", () => {
  const { first, end } = visibleRows({ scrollTop: 64_000, height: 640, rowHeight: 64, count: 5000 });
  assert.deepEqual([first, end], [994, 1019]);
  assert.deepEqual(visibleRows({ scrollTop: 9999, height: 640, rowHeight: 64, count: 3 }), { first: 3, end: 3 });
});

test("a finger that scrolls has rows ahead of it at every place, and not each of them draws the list again", () => {
  for (const [rowHeight, drawings] of [[64, 44], [230, 48]]) {
    const tops = new Set();
    for (let at = 0; at < 10_800; at += 90) {
      const top = drawnTop(at, rowHeight);
      tops.add(top);
      const { first, end } = visibleRows({ scrollTop: top, height: 640, rowHeight, count: 5000 });
      assert.ok(first <= Math.max(0, Math.floor(at / rowHeight) - 6) && end >= Math.ceil((at + 640) / rowHeight) + 5, `${at} of ${rowHeight}: ${first} to ${end}`);
    }
    assert.ok(tops.size <= drawings, `${tops.size} drawings of 120 places`);
  }
});

test("what changed, in words", () => {
  const title = (trackId) => `<${trackId}>`;
  const before = snapshot();
  const after = snapshot({ queue: ["b", "c", "d", "a"], playState: { ...before.playState, trackId: "b", mode: "playing" } });
  assert.equal(whatChanged(before, after, title), "now on: <b>, next: <c>");
  assert.equal(whatChanged(before, snapshot({ queue: ["a"] }), title), "1 track in the queue");
});

test("the status line", () => {
  const holding = { state: "here", fraction: 1 };
  const waiting = { mode: "waiting", trackId: "a", anchorPositionSec: 0, startAt: null };
  const barrier = { type: "track", trackId: "a", members: ["ME", "K", "L"], ready: ["ME", "L"] };
  const listeners = [{ clientId: "K", name: "Kitchen phone", ready: false, fraction: 0.63 }];
  const facts = { playState: waiting, barrier, listeners, me: "ME", joined: true, holding, unsupported: false, errorMs: null };
  assert.deepEqual(statusLine(facts), { text: "Waiting for Kitchen phone, 63 % (2/3 ready)", fraction: 0.63, canStartWithout: true });
  assert.equal(statusLine({ ...facts, holding: { state: "loading", fraction: 0.63 } }).text, "Downloading 63 %");
  assert.equal(statusLine({ ...facts, unsupported: true }).text, "Format not supported, skipping…");
  const both = [{ clientId: "ME", name: "", ready: true, fraction: 1, errorMs: 0.4 }, { clientId: "K", name: "", ready: true, fraction: 1, errorMs: 3.7 }];
  const playing = { ...facts, playState: { ...waiting, mode: "playing", startAt: 1 }, barrier: null, listeners: both, errorMs: 0.2 };
  assert.equal(statusLine(playing).text, "In step within 4 ms");
});

/** Plays an element that starts off by so much and hears through a coarse clock, for 20 s. */
function steered(startErrorMs, limits = ELEMENT_LIMITS, seekLeaves = 12, pushed = { at: -1, ms: 0 }) {
  const drift = new DriftControl(limits);
  let error = startErrorMs;
  let rate = 1;
  let seeks = 0;
  drift.restart(0);
  for (let now = 0; now <= 20_000; now += 100) {
    error += (rate - 1) * 100 + (now === pushed.at ? pushed.ms : 0);
    const correction = drift.step(error + ((now / 100) % 3) - 1, now);
    if (correction.do === "rate") rate = correction.rate;
    if (correction.do === "seek") {
      seeks += 1;
      rate = 1;
      error = seekLeaves;
    }
  }
  return { error, seeks, rate };
}

test("drift: nothing under 3 ms, steering up to 80 ms, then one seek", () => {
  assert.deepEqual(steered(2), { error: 2, seeks: 0, rate: 1 });
  for (const start of [10, -25, 60, -79]) {
    const { error, seeks } = steered(start);
    assert.equal(seeks, 0);
    assert.ok(Math.abs(error) < 4, `${start} → ${error}`);
  }
  const { error, seeks } = steered(400);
  assert.equal(seeks, 1);
  assert.ok(Math.abs(error) < 4, `${error}`);
});

test("drift: a buffer that joined off by more than steering mends at once begins once more; later it is steered", () => {
  const joined = steered(20, BUFFER_LIMITS, 0);
  assert.deepEqual([joined.seeks, Math.abs(joined.error) < 2], [1, true], `${joined.error}`);
  const near = steered(6, BUFFER_LIMITS, 0);
  assert.deepEqual([near.seeks, Math.abs(near.error) < 2], [0, true], `${near.error}`);
  const pushed = steered(0, BUFFER_LIMITS, 0, { at: 8000, ms: 15 });
  assert.deepEqual([pushed.seeks, Math.abs(pushed.error) < 2], [0, true], `${pushed.error}`);
});

test("a device is called what its people call it, also when it asks for pages as a desk does", () => {
  const desk = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
  const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15";
  assert.equal(thisDeviceWord("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"), "This phone");
  assert.equal(thisDeviceWord("Mozilla/5.0 (Linux; Android 14; SM-X700) Chrome/120.0 Safari/537.36"), "This tablet");
  assert.equal(thisDeviceWord(desk, { touches: 0, screenPx: 390 }), "This computer", "a small window is no phone");
  assert.equal(thisDeviceWord(desk, { touches: 5, screenPx: 390 }), "This phone");
  assert.equal(thisDeviceWord(desk, { touches: 10, screenPx: 900 }), "This computer", "with a screen one may touch");
  const laptop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
  assert.equal(thisDeviceWord(laptop, { touches: 10, screenPx: 540 }), "This computer", "with all on it shown twice as large");
  assert.equal(thisDeviceWord(mac, { touches: 5, screenPx: 820 }), "This tablet");
  assert.equal(thisDeviceWord(mac), "This computer");
});
