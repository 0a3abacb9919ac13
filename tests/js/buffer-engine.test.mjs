import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { BufferEngine } from "../../static/sync/buffer-engine.js";

/** As little WebAudio as the engine asks for. */
class FakeContext {
  state = "running";
  outputLatency = 0.01;
  baseLatency = 0.01;
  destination = {};
  awake = true;
  sampleRate = 100;
  get currentTime() {
    return performance.now() / 1000 + 1;
  }
  getOutputTimestamp() {
    if (this.awake) this.stamp = { contextTime: this.currentTime, performanceTime: performance.now() };
    return this.stamp ?? { contextTime: 0, performanceTime: 0 };
  }
  async resume() {}
  async decodeAudioData(bytes) {
    return { duration: bytes.byteLength };
  }
}
const started = [];
class FakeSource {
  playbackRate = { setValueAtTime: () => {} };
  constructor(_, { buffer }) {
    this.buffer = buffer;
  }
  connect(node) {
    return node;
  }
  start(when, offset) {
    started.push(this);
    Object.assign(this, { when, offset });
  }
  stop(when) {
    this.stoppedAt = when;
  }
}
const whispers = [];
class FakeConstant {
  constructor(_, { offset }) {
    Object.assign(this, { offset });
    whispers.push(this);
  }
  connect() {}
  start() {}
  stop(when) {
    this.stoppedAt = when;
  }
}
class FakeGain {
  gain = { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
  connect(node) {
    return node;
  }
}

const real = globalThis.setInterval;
const tickers = [];
before(() => {
  globalThis.AudioBufferSourceNode = FakeSource;
  globalThis.GainNode = FakeGain;
  globalThis.ConstantSourceNode = FakeConstant;
  globalThis.setInterval = (run, ms) => (tickers.push(real(run, Math.min(ms, 1))), tickers.at(-1));
});
after(() => {
  globalThis.setInterval = real;
  tickers.forEach(clearInterval);
});

let context, engine;
beforeEach(async () => {
  started.length = 0;
  context = new FakeContext();
  engine = new BufferEngine(() => context);
});
const bytes = (seconds) => new ArrayBuffer(seconds);
async function eventually(check) {
  const end = performance.now() + 2000;
  while (!check()) {
    assert.ok(performance.now() < end, String(check));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test("at most two decoded tracks; what plays is not dropped for what comes", async () => {
  await engine.unlock();
  await engine.prepare("a", bytes(10));
  await engine.prepare("b", bytes(20));
  engine.start("b", 0, performance.now());
  await eventually(() => started.length === 1);
  await engine.prepare("c", bytes(30));
  assert.deepEqual(["a", "b", "c"].map((trackId) => engine.duration(trackId)), [null, 20, 30]);
  await engine.prepare("d", bytes(40));
  assert.deepEqual(["b", "c", "d"].map((trackId) => engine.duration(trackId)), [20, null, 40]);
});

test("a start that comes before the card's clock is known waits for it, and joins in time", async () => {
  context.awake = false;
  Object.defineProperty(context, "currentTime", { configurable: true, get: () => (context.awake ? performance.now() / 1000 + 1 : 0) });
  await engine.unlock();
  await engine.prepare("a", bytes(10));
  const atMs = performance.now();
  engine.start("a", 3, atMs);
  assert.deepEqual([started, engine.position()], [[], null]);
  context.awake = true;
  await eventually(() => started.length === 1);
  const [{ when, offset }] = started;
  const late = when - (atMs / 1000 + 1);
  assert.ok(late > 0 && Math.abs(offset - 3 - late) < 0.001, `${late} ${offset}`);
});

test("stopped meanwhile, it does not start", async () => {
  context.awake = false;
  Object.defineProperty(context, "currentTime", { configurable: true, get: () => (context.awake ? performance.now() / 1000 + 1 : 0) });
  await engine.unlock();
  await engine.prepare("a", bytes(10));
  engine.start("a", 3, performance.now());
  engine.stop();
  context.awake = true;
  await engine.prepare("b", bytes(10));
  engine.start("b", 0, performance.now());
  await eventually(() => started.length === 1);
  assert.ok(started[0].offset < 3, "that was the other one");
});

test("a track that shall begin about when another ends begins exactly then; further off it cuts that one short", async () => {
  await engine.unlock();
  await engine.prepare("a", bytes(3));
  await engine.prepare("b", bytes(9));
  engine.start("a", 0, performance.now() + 50);
  await eventually(() => started.length === 1 && engine.position() !== null);
  const [first] = started;
  // On a busy machine it began late, and a little way in.
  const lasts = 3 - first.offset;
  const endMs = (first.when + lasts - 1) * 1000;
  engine.start("b", 0, endMs + 8);
  assert.ok(Math.abs(started[1].when - first.when - lasts) < 1e-9, "no gap and nothing over each other");
  assert.equal(first.stoppedAt, undefined);
  engine.start("b", 0, endMs - 400);
  assert.ok(Math.abs(started[2].when - first.when - (lasts - 0.4)) < 0.01);
  assert.equal(started[1].stoppedAt, started[2].when, "the one that was asked for before does not sound");
});

test("the card is kept awake for ten minutes after the last sound, by nothing that could be heard", async () => {
  whispers.length = 0;
  await engine.unlock();
  await engine.prepare("a", bytes(100));
  engine.start("a", 40, performance.now());
  await eventually(() => started.length === 1);
  const [{ offset, stoppedAt }] = whispers;
  assert.equal(whispers.length, 1);
  assert.ok(offset > 0 && offset < 2 ** -17, "not silence, and less than half a step of 16 bits");
  assert.ok(Math.abs(stoppedAt - context.currentTime - 660) < 1, `${stoppedAt - context.currentTime}`);
  whispers[0].onended();
  engine.start("a", 0, performance.now());
  assert.equal(whispers.length, 2, "and again after it slept");
});
