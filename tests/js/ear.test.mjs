import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ClockEstimator } from "../../static/sync/clock.js";
import { BEAT_MS, Metronome } from "../../static/sync/metronome.js";
import { Nudge } from "../../static/sync/nudge.js";
import { FakeTimers } from "./fakes.mjs";

test("a nudge is kept for each output, within half a second", () => {
  const device = new Map();
  const parts = { kept: (name) => device.get(name) ?? null, keep: (name, value) => device.set(name, value) };
  const nudge = new Nudge(parts);
  assert.deepEqual([nudge.output, nudge.ms], ["speaker", 0]);
  nudge.set(12);
  nudge.choose("bluetooth");
  assert.equal(nudge.ms, 0);
  nudge.set(9999);
  assert.equal(nudge.ms, 500);
  const later = new Nudge(parts);
  assert.deepEqual([later.output, later.ms], ["bluetooth", 500]);
  later.choose("speaker");
  assert.equal(later.ms, 12);
});

test("what lies there from somewhere else is no nudge", () => {
  const nudge = new Nudge({ kept: (name) => ({ output: "toaster", "nudge-speaker": "loud" })[name] ?? null, keep: () => {} });
  assert.deepEqual([nudge.output, nudge.ms], ["speaker", 0]);
});


let timers;
beforeEach(() => (timers = new FakeTimers()));

/** One device whose own clock is so far behind the server's, and what it clicks, by the server's clock. */
async function device({ behindMs, nudgeMs = () => 0 }) {
  const clock = new ClockEstimator();
  if (behindMs !== null) clock.add({ at: 0, offset: behindMs, rtt: 1 });
  const clicks = [];
  const programmes = [];
  const repeating = { clearInterval: timers.clearInterval, setInterval: (run, ms) => {
    const again = () => (run(), timers.setTimeout(again, ms));
    return timers.setTimeout(again, ms);
  } };
  const metronome = new Metronome({
    client: { clock }, listening: { unlock: async () => {}, playOwn: (own) => programmes.push(own) }, timers: repeating, now: () => timers.now, nudgeMs,
    click: (atMs, isAccent) => clicks.push({ at: atMs + (behindMs ?? 0), aheadMs: atMs - timers.now, isAccent }), onChange: () => {},
  });
  await metronome.start();
  return { metronome, clicks, programmes, clock };
}

test("all devices click together, at the half seconds of the server's clock", async () => {
  const one = await device({ behindMs: 1234.5 });
  const other = await device({ behindMs: -77 });
  await timers.advance(5000);
  const both = one.clicks.map(({ at }) => at).filter((at) => other.clicks.some((each) => Math.abs(each.at - at) < 1e-6));
  assert.ok(both.length >= 6, JSON.stringify([one.clicks, other.clicks]));
  for (const { at, isAccent, aheadMs } of one.clicks) {
    assert.ok(Math.abs(at / BEAT_MS - Math.round(at / BEAT_MS)) < 1e-6, `${at}`);
    assert.equal(isAccent, Math.round(at / BEAT_MS) % 4 === 0);
    assert.ok(aheadMs > 200, `asked for ${aheadMs} ms ahead`);
  }
  assert.equal(new Set(one.clicks.map(({ at }) => at)).size, one.clicks.length, "each once");
});

test("a nudge moves the clicks, from the next one on", async () => {
  let ms = 0;
  const { clicks } = await device({ behindMs: 0, nudgeMs: () => ms });
  await timers.advance(2000);
  ms = 40;
  const before = clicks.length;
  await timers.advance(2000);
  assert.ok(clicks.slice(before).length >= 3);
  for (const { at } of clicks.slice(before)) assert.ok(Math.abs((at + 40) % BEAT_MS) < 1e-6, `${at}`);
});

test("without the server's clock it keeps silent, and begins when it is known", async () => {
  const { clicks, clock } = await device({ behindMs: null });
  await timers.advance(1000);
  assert.equal(clicks.length, 0);
  clock.add({ at: timers.now, offset: 0, rtt: 1 });
  await timers.advance(1000);
  assert.ok(clicks.length > 0);
});

test("it takes the place of the room's music, and gives it back", async () => {
  const { metronome, programmes, clicks } = await device({ behindMs: 0 });
  assert.equal(programmes[0].playState.mode, "stopped");
  metronome.stop();
  assert.equal(programmes[1], null);
  await timers.advance(2000);
  assert.equal(clicks.length, 0);
  metronome.stop();
  assert.equal(programmes.length, 2);
});
