import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { memoryStore, TrackCache } from "../../static/sync/cache.js";

let store, cache, time, evicted;
beforeEach(async () => {
  time = 0;
  evicted = [];
  store = memoryStore();
  cache = make();
  await cache.open();
});
const make = (budgetBytes = 100) => new TrackCache({ store, budgetBytes, now: () => ++time, onEvicted: (ids) => evicted.push(...ids) });
const bytes = (size) => new ArrayBuffer(size);

test("what is put can be had, and is counted", async () => {
  await cache.put("a", bytes(40));
  assert.equal(cache.has("a"), true);
  assert.equal(cache.bytes, 40);
  assert.equal((await cache.get("a")).byteLength, 40);
});

test("the least recently used goes first", async () => {
  await cache.put("a", bytes(40));
  await cache.put("b", bytes(40));
  await cache.get("a");
  await cache.put("c", bytes(40));
  assert.deepEqual(evicted, ["b"]);
  assert.equal(cache.has("a") && cache.has("c"), true);
});

test("pinned tracks stay, whatever their age", async () => {
  await cache.put("current", bytes(60));
  await cache.put("old", bytes(30));
  cache.pin(["current"]);
  await cache.put("next", bytes(40));
  assert.deepEqual(evicted, ["old"]);
});

test("everything pinned: the budget gives way rather than the music", async () => {
  await cache.put("current", bytes(90));
  cache.pin(["current", "next"]);
  await cache.put("next", bytes(90));
  assert.equal(cache.bytes, 180);
});

test("the browser's quota: makes room for this one and tries once more", async () => {
  await cache.put("a", bytes(40));
  await cache.put("b", bytes(20));
  const write = store.write;
  let refusals = 0;
  store.write = async (...entry) => {
    if (refusals++ === 0) throw new DOMException("full", "QuotaExceededError");
    return write(...entry);
  };
  await cache.put("c", bytes(30));
  assert.deepEqual(evicted, ["a"]);
  assert.equal(cache.has("c"), true);
});

test("no room even then: the last few are held in memory", async () => {
  await cache.put("a", bytes(40));
  cache.pin(["a"]);
  store.write = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  for (const trackId of ["b", "c", "d", "e"]) await cache.put(trackId, bytes(10));
  assert.deepEqual(evicted, ["b"]);
  assert.equal((await cache.get("e")).byteLength, 10);
  assert.deepEqual([...cache.trackIds], ["a", "c", "d", "e"]);
  const later = make();
  await later.open();
  assert.deepEqual([...later.trackIds], ["a"], "and forgotten with the page");
});

test("what found room later lies in the store", async () => {
  const { write } = store;
  store.write = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await cache.put("a", bytes(10));
  assert.deepEqual(await store.list(), []);
  store.write = write;
  await cache.put("a", bytes(20));
  assert.equal((await cache.get("a")).byteLength, 20);
  assert.equal((await store.list()).length, 1);
});

test("another page load finds it again, in the same order", async () => {
  await cache.put("a", bytes(40));
  await cache.put("b", bytes(40));
  const later = make();
  await later.open();
  await later.put("c", bytes(40));
  assert.deepEqual(evicted, ["a"]);
});

test("another size is another recording", async () => {
  await cache.put("a", bytes(40));
  assert.equal(cache.has("a", 41), false);
  assert.equal(cache.has("a", 40), true);
});

test("bytes that the browser lost are noticed", async () => {
  await cache.put("a", bytes(40));
  store.read = async () => null;
  assert.equal(await cache.get("a"), null);
  assert.equal(cache.has("a"), false);
});
