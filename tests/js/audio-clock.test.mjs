import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AudioClock } from "../../static/sync/audio-clock.js";

/** A card whose clock is `aheadSec` ahead of the page's, seen with an error of `offSec`. */
let now, card, clock, known;
const none = { setInterval: () => {} };
beforeEach(() => {
  now = 10_000;
  known = 0;
  card = { state: "running", aheadSec: 2, offSec: 0, sleeps: false, currentTime: 0, outputLatency: 0, baseLatency: 0.02 };
  card.getOutputTimestamp = () => {
    if (!card.sleeps) card.stamp = { contextTime: now / 1000 + card.aheadSec + card.offSec, performanceTime: now };
    return card.stamp;
  };
  clock = new AudioClock(card, () => now, () => (known += 1), none);
});
function looks(count) {
  for (let i = 0; i < count; i += 1) {
    now += 50;
    clock.look();
  }
}
const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test("known after a few looks, without the first ones, which are a buffer off", () => {
  card.offSec = 0.022;
  looks(4);
  card.offSec = 0;
  looks(2);
  assert.equal(clock.known, false);
  looks(1);
  assert.deepEqual([clock.known, known], [true, 1]);
  near(clock.timeAt(20_000), 22);
});

test("while the card sleeps, the old answer that it repeats is not believed", () => {
  looks(1);
  card.sleeps = true;
  looks(200);
  assert.equal(clock.known, false);
  card.sleeps = false;
  looks(7);
  assert.equal(clock.known, true);
  near(clock.timeAt(0), 2);
});

test("a look that is off changes nothing", () => {
  looks(40);
  card.offSec = 0.03;
  looks(3);
  near(clock.timeAt(0), 2);
  card.offSec = 0;
  looks(40);
  near(clock.timeAt(0), 2);
});

test("a step that stays is followed at once", () => {
  looks(60);
  card.aheadSec -= 0.012;
  looks(5);
  near(clock.timeAt(0), 1.988);
});

test("stopped or woken: looked at afresh", () => {
  looks(10);
  clock.reset();
  assert.equal(clock.known, false);
  card.aheadSec = 5;
  looks(7);
  near(clock.timeAt(0), 5);
  assert.equal(known, 2);
});

test("a browser that gives no such answer: its clock and its latency, or a guess", () => {
  card.getOutputTimestamp = undefined;
  const see = () => {
    for (let i = 0; i < 7; i += 1) {
      now += 50;
      card.currentTime = now / 1000 + 2;
      clock.look();
    }
  };
  card.outputLatency = 0.1;
  see();
  near(clock.timeAt(0), 1.9);
  clock.reset();
  card.outputLatency = 0;
  see();
  near(clock.timeAt(0), 1.94);
});

test("Firefox takes its latency off both clocks: its own and the page's of now are believed instead", () => {
  card.outputLatency = 0.041;
  card.getOutputTimestamp = () => ({ contextTime: card.currentTime - card.outputLatency, performanceTime: Math.floor(now) - 1000 * card.outputLatency });
  for (let i = 0; i < 7; i += 1) {
    now += 50;
    card.currentTime = now / 1000 + 2;
    clock.look();
  }
  near(clock.timeAt(0), 2 - 0.041);
});

test("where there is no latency, none was taken off: the answer is believed", () => {
  card.outputLatency = 0;
  card.getOutputTimestamp = () => ({ contextTime: card.currentTime, performanceTime: now });
  for (let i = 0; i < 7; i += 1) {
    now += 50;
    card.currentTime = now / 1000 + 2;
    clock.look();
  }
  near(clock.timeAt(0), 2);
});

test("a true answer that is as old as the latency is long is believed, where its card's time is another", () => {
  card.outputLatency = 0.041;
  card.getOutputTimestamp = () => ({ contextTime: (now - 41) / 1000 + 2, performanceTime: now - 41 });
  card.currentTime = 0;
  for (let i = 0; i < 7; i += 1) {
    now += 50;
    card.currentTime = now / 1000 + 2 + 0.041;
    clock.look();
  }
  near(clock.timeAt(0), 2);
});
