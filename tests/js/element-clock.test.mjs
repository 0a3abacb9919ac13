import assert from "node:assert/strict";
import { test } from "node:test";
import { ElementClock } from "../../static/sync/element-clock.js";

const STEP_MS = 40;
/** Firefox's: its clock tells where it was at the last step, and what it lost whenever the rate became exactly 1. */
class FirefoxAudio {
  mozAudioCaptured = false;
  lostMs = 0;
  #rate = 1;
  get playbackRate() { return this.#rate; }
  set playbackRate(rate) {
    if (rate === 1 && this.#rate !== 1) this.lostMs += 20;
    this.#rate = rate;
  }
}
const SILENT_MS = 150;
/** It is asked to play, and is heard a while later. */
const play = (audio, clock, fromMs, untilMs) => {
  for (let now = fromMs, look = 0; now <= untilMs; look += 1, now += 90 + ((look * 7) % 23)) {
    const playedMs = Math.max(0, now - fromMs - SILENT_MS) * audio.playbackRate;
    audio.currentTime = Math.floor(playedMs / STEP_MS) * (STEP_MS / 1000);
    const offMs = clock.position(now) * 1000 - playedMs;
    if (now > fromMs + 500) assert.ok(Math.abs(offMs) < 10, `${offMs} ms off at ${now}`);
  }
};

test("where Firefox is between two steps of its clock", () => {
  const audio = new FirefoxAudio();
  const clock = new ElementClock(audio);
  clock.setRate(1);
  play(audio, clock, 5000, 12_000);
});

test("steered again and again, Firefox loses no sound", () => {
  const audio = new FirefoxAudio();
  const clock = new ElementClock(audio);
  for (const rate of [1, 1.03, 1, 0.97, 1, 1.01, 1]) clock.setRate(rate);
  assert.equal(audio.lostMs, 0);
  assert.ok(Math.abs(audio.playbackRate - 1) < 1e-4);
});

test("after a seek and at another rate nothing of before counts", () => {
  const audio = new FirefoxAudio();
  const clock = new ElementClock(audio);
  clock.setRate(1.03);
  play(audio, clock, 5000, 7000);
  clock.reset();
  play(audio, clock, 7100, 9000);
  clock.setRate(1);
  play(audio, clock, 9100, 11_000);
});

test("any other browser is taken at its word, and its rate is the rate", () => {
  const audio = { currentTime: 3, playbackRate: 1 };
  const clock = new ElementClock(audio);
  assert.equal(clock.position(1000), 3);
  audio.currentTime = 2;
  assert.equal(clock.position(1100), 2);
  clock.setRate(0.97);
  clock.setRate(1);
  assert.equal(audio.playbackRate, 1);
});
