// A device whose two clocks run wrong, for a page that is about to be opened. What is emulated: performance.now() runs by
// `cpu` faster than real time (the processor's crystal), and the sound card by `audio` (its own crystal): the audio clock that
// the page reads, the moments it starts sound at, and the speed of the sound that comes out. What is not: the timers.

import { readFileSync } from "node:fs";

/** @param {{ cpu: number, audio: number }} wrong as parts of one: 100e-6 gains 6 ms a minute */
export function wrongCrystals({ cpu, audio }) {
  const perf = Performance.prototype;
  const realNow = perf.now;
  const getter = (object, name) => Object.getOwnPropertyDescriptor(object, name).get;
  const context = BaseAudioContext.prototype;
  const realTime = getter(context, "currentTime");
  const realStamp = AudioContext.prototype.getOutputTimestamp;
  const { start, stop } = AudioBufferSourceNode.prototype;
  const base = AudioScheduledSourceNode.prototype;
  const { setValueAtTime, linearRampToValueAtTime } = AudioParam.prototype;
  const toReal = (seconds) => seconds / (1 + audio);

  perf.now = function now() {
    return realNow.call(this) * (1 + cpu);
  };
  Object.defineProperty(context, "currentTime", { configurable: true, get() { return realTime.call(this) * (1 + audio); } });
  AudioContext.prototype.getOutputTimestamp = function getOutputTimestamp() {
    const { contextTime, performanceTime } = realStamp.call(this);
    return { contextTime: contextTime * (1 + audio), performanceTime: performanceTime * (1 + cpu) };
  };
  AudioBufferSourceNode.prototype.start = function begin(when = 0, ...rest) {
    setValueAtTime.call(this.playbackRate, 1 + audio, 0);
    start.call(this, toReal(when), ...rest);
  };
  const end = stop ?? base.stop;
  base.stop = function halt(when = 0) {
    end.call(this, toReal(when));
  };
  const rates = new WeakSet();
  const rateOf = getter(AudioBufferSourceNode.prototype, "playbackRate");
  Object.defineProperty(AudioBufferSourceNode.prototype, "playbackRate", { configurable: true, get() {
    const rate = rateOf.call(this);
    rates.add(rate);
    return rate;
  } });
  AudioParam.prototype.setValueAtTime = function set(value, when) {
    return setValueAtTime.call(this, rates.has(this) ? value * (1 + audio) : value, toReal(when));
  };
  AudioParam.prototype.linearRampToValueAtTime = function ramp(value, when) {
    return linearRampToValueAtTime.call(this, value, toReal(when));
  };
}

/** The page without its steering: what starts together is left alone. @param {import("playwright-core").Page} page */
export function withoutSteering(page) {
  const plain = readFileSync(new URL("../../static/sync/drift.js", import.meta.url), "utf8");
  const idle = plain.replace(/(deadMs: )[\d.]+/g, "$1Infinity");
  if (idle === plain) throw new Error("drift.js has no deadMs any more: the page would steer");
  return page.route("**/sync/drift.js", (route) => route.fulfill({ contentType: "text/javascript", body: idle }));
}
