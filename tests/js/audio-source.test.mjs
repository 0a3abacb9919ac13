import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { AudioSource, silence } from "../../static/sync/audio-source.js";

const { createObjectURL, revokeObjectURL } = URL;
let made, gone, audio, source;

beforeEach(() => {
  [made, gone] = [[], []];
  URL.createObjectURL = () => made[made.push(`blob:${made.length}`) - 1];
  URL.revokeObjectURL = (url) => gone.push(url);
  audio = new EventTarget();
  source = new AudioSource(audio);
});
afterEach(() => Object.assign(URL, { createObjectURL, revokeObjectURL }));

const isThere = () => audio.dispatchEvent(new Event("loadedmetadata"));

test("what was played before is let go when the next is there, and not while it comes", () => {
  source.play(silence(0.1));
  isThere();
  source.play(new Blob(["one"]));
  assert.equal(audio.src, "blob:1");
  assert.deepEqual(gone, []);
  source.play(new Blob(["two"]));
  assert.deepEqual(gone, []);
  isThere();
  assert.deepEqual(gone, ["blob:0", "blob:1"]);
  source.play("/file/a");
  isThere();
  source.play(new Blob(["three"]));
  isThere();
  assert.deepEqual(gone, ["blob:0", "blob:1", "blob:2"], "each once");
});

test("a place to begin at goes with the address", () => {
  source.play("/file/a", 83.0204);
  assert.equal(audio.src, "/file/a#t=83.020");
  source.play(new Blob(["one"]), 7);
  assert.equal(audio.src, "blob:0#t=7.000");
  source.play("/file/a");
  assert.equal(audio.src, "/file/a");
});

test("what failed is tried once more, from where it was, and no more than once", () => {
  assert.equal(source.again(), false, "nothing was played");
  const recording = new Blob(["one"]);
  source.play(recording);
  assert.equal(source.again(5), true);
  assert.equal(audio.src, "blob:1#t=5.000");
  assert.equal(source.again(5), false);
  isThere();
  assert.deepEqual(gone, ["blob:0"]);
  source.play(recording);
  assert.equal(source.again(), true);
});

test("silence is a recording of that length", async () => {
  const bytes = new DataView(await silence(0.5).arrayBuffer());
  assert.equal(bytes.byteLength, 44 + 0.5 * 44_100 * 4);
  assert.equal(bytes.getUint32(40, true), 0.5 * 44_100 * 4);
});
