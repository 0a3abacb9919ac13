import assert from "node:assert/strict";
import { test } from "node:test";
import { ClockEstimator, ClockProber } from "../../static/sync/clock.js";
import { FakeTimers } from "./fakes.mjs";

/** A generator of chance that says the same each time. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Bursts of eight over a Wi-Fi whose way up is worse than its way down; returns the error at the end, in ms. */
function run({ seconds, ppm, baseMs = 2, noiseUpMs = 6, noiseDownMs = 2, seed = 1 }) {
  const chance = dice(seed);
  const noise = (mean) => -mean * Math.log(1 - chance());
  const truth = (local) => 50_000 + local * (1 + ppm * 1e-6);
  const clock = new ClockEstimator();
  const bursts = [0, 1000, 2000, 3000, 4000];
  for (let at = 14_000; at <= seconds * 1000; at += 10_000) bursts.push(at);
  for (const at of bursts.filter((each) => each <= seconds * 1000)) {
    let best = null;
    for (let i = 0, t0 = at; i < 8; i += 1) {
      const t1 = truth(t0 + baseMs / 2 + noise(noiseUpMs));
      const t3 = t0 + (t1 - truth(t0)) + baseMs / 2 + noise(noiseDownMs);
      const sample = { at: (t0 + t3) / 2, offset: (t1 - t0 + (t1 - t3)) / 2, rtt: t3 - t0 };
      if (!best || sample.rtt < best.rtt) best = sample;
      t0 = t3;
    }
    clock.add(best);
  }
  const now = seconds * 1000 + 3000;
  return { error: clock.toServer(now) - truth(now), clock };
}

function errors(options) {
  return Array.from({ length: 200 }, (_, i) => Math.abs(run({ ...options, seed: i + 1 }).error)).sort((a, b) => a - b);
}

test("a steady clock behind asymmetric noise: within a millisecond after the first bursts", () => {
  const sorted = errors({ seconds: 5, ppm: 0 });
  assert.ok(sorted[100] < 0.7, `median ${sorted[100]}`);
  assert.ok(sorted[189] < 2, `p95 ${sorted[189]}`);
});

test("100 ppm of drift is followed over three minutes", () => {
  for (const ppm of [100, -100]) {
    const sorted = errors({ seconds: 180, ppm });
    assert.ok(sorted[100] < 0.5, `median ${sorted[100]}`);
    assert.ok(sorted[189] < 1.5, `p95 ${sorted[189]}`);
  }
});

test("without the slope 100 ppm would cost more than a millisecond in ten seconds", () => {
  const { error } = run({ seconds: 24, ppm: 100, noiseUpMs: 0.01, noiseDownMs: 0.01 });
  assert.ok(Math.abs(error) > 1, "before 40 s the best sample is used as it is");
});

test("the slope is never believed beyond 200 ppm", () => {
  const clock = new ClockEstimator();
  for (let at = 0; at <= 60_000; at += 10_000) clock.add({ at, offset: at * 400e-6, rtt: 40 });
  const slope = (clock.offsetAt(100_000) - clock.offsetAt(60_000)) / 40_000;
  assert.ok(Math.abs(slope - 200e-6) < 1e-9, `${slope}`);
});

test("toLocal undoes toServer", () => {
  const { clock } = run({ seconds: 120, ppm: 80 });
  assert.ok(Math.abs(clock.toLocal(clock.toServer(123_456)) - 123_456) < 1e-3);
});

test("a clock that stood still is noticed by the first sample it cannot explain", () => {
  const { clock } = run({ seconds: 60, ppm: 0 });
  const before = clock.offsetAt(70_000);
  clock.add({ at: 70_000, offset: before + 4000, rtt: 3 });
  assert.ok(Math.abs(clock.offsetAt(70_000) - before - 4000) < 1e-6);
});

test("a burst asks eight times and keeps the best; early bursts come every second, later ones every ten", async () => {
  const timers = new FakeTimers();
  const estimator = new ClockEstimator();
  const asked = [];
  const prober = new ClockProber({
    estimator, timers, now: () => timers.now, onSettled: () => {},
    send: (message) => {
      asked.push(timers.now);
      const rtt = asked.length === 5 ? 2 : 20;
      timers.setTimeout(() => prober.hear({ t0: message.t0, t1: message.t0 + 1000 + rtt / 2, t2: message.t0 + 1000 + rtt / 2 }), rtt);
      return true;
    },
  });
  prober.start();
  await timers.advance(500);
  assert.equal(asked.length, 8);
  assert.equal(estimator.rttMs, 2);
  assert.equal(estimator.offsetAt(timers.now), 1000);
  await timers.advance(6000);
  assert.equal(asked.length, 40);
  await timers.advance(10_000);
  assert.equal(asked.length, 48);
});

test("a burst whose answers do not come ends, and says nothing", async () => {
  const timers = new FakeTimers();
  const estimator = new ClockEstimator();
  const prober = new ClockProber({ estimator, timers, now: () => timers.now, onSettled: () => {}, send: () => true });
  const burst = prober.burst();
  await timers.advance(1100);
  await burst;
  assert.equal(estimator.known, false);
});
