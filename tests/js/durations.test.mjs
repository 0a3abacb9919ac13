import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Durations } from "../../static/sync/durations.js";
import { FakeTimers, settled } from "./fakes.mjs";

let kept, asked, timers, says, found, durations;
const make = () => new Durations({
  makeAudio: () => {
    const audio = { removeAttribute: () => {} };
    Object.defineProperty(audio, "src", { set: (url) => {
      asked.push(url);
      setImmediate(() => {
        if (says === null) return audio.onerror?.();
        if (says === undefined) return;
        audio.duration = says;
        audio.onloadedmetadata?.();
        if (says === Infinity) assert.ok(audio.currentTime > 1e6);
        audio.duration = 17.25;
        audio.ondurationchange?.();
      });
    } });
    return audio;
  },
  fileUrl: (trackId) => `/file/${trackId}`,
  load: async () => kept,
  save: async (known) => void (kept = structuredClone(known)),
  onFound: () => (found += 1),
  timers,
});
beforeEach(() => {
  [kept, asked, says, found] = [undefined, [], 42.5, 0];
  timers = new FakeTimers();
  durations = make();
});
const track = (changes = {}) => ({ trackId: "a", size: 100, playable: true, ...changes });
const done = async () => {
  for (let i = 0; i < 4; i += 1) await settled();
};

test("what the house knows is not asked for", async () => {
  durations.want(track({ duration: 7 }));
  await done();
  assert.deepEqual([asked, durations.of(track({ duration: 7 }))], [[], 7]);
});

test("what it does not know the browser says, once, and the device keeps it", async () => {
  durations.want(track());
  durations.want(track());
  await done();
  assert.deepEqual([asked, found, durations.of(track())], [["/file/a"], 1, 42.5]);
  const later = make();
  await later.open();
  later.want(track());
  await done();
  assert.deepEqual([asked.length, later.of(track())], [1, 42.5]);
});

test("another size is another recording", async () => {
  durations.want(track());
  await done();
  assert.equal(durations.of(track({ size: 101 })), undefined);
});

test("a head that does not say: the browser is sent to the end, and finds it", async () => {
  says = Infinity;
  durations.want(track());
  await done();
  assert.equal(durations.of(track()), 17.25);
});

test("a file that does not say: unknown, and the next one gets its turn", async () => {
  says = null;
  durations.want(track());
  await done();
  says = undefined;
  durations.want(track({ trackId: "b" }));
  await done();
  says = 9;
  durations.want(track({ trackId: "c" }));
  await done();
  assert.equal(durations.of(track({ trackId: "c" })), undefined, "b is still asked");
  await timers.advance(30_000);
  await done();
  assert.deepEqual(["a", "b", "c"].map((trackId) => durations.of(track({ trackId }))), [undefined, undefined, 9]);
});
