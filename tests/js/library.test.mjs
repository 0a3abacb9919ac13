// What the page knows of the library: page after page, again when it changes, and what was taken out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Library } from "../../static/sync/library.js";

const track = (trackId) => ({ trackId, fileName: `${trackId}.mp3`, size: 1, mime: "", playable: true });
const ids = (list) => list.map(({ trackId }) => trackId).join(" ");

/** A library, and the house's to be changed by hand. */
function libraryOf(names) {
  const house = { names, told: [] };
  const api = {
    index: async (offset, limit) => house.names.slice(offset, offset + limit).map(track),
    search: async (text) => ({ tracks: house.names.filter((each) => each.includes(text)).map(track) }),
  };
  const onTracks = (list, complete) => house.told.push([list.length, complete]);
  house.library = new Library({ api, onTracks, pause: async () => {} });
  return house;
}

test("it comes page after page, and is shown as it grows", async () => {
  const house = libraryOf(Array.from({ length: 2500 }, (_, at) => `t${at}`));
  await house.library.follow(1);
  assert.deepEqual(house.told, [[200, false], [2200, false], [2500, true]]);
});

test("what is taken out is in no list any more, and keeps its name", async () => {
  const house = libraryOf(["a", "b", "c"]);
  await house.library.follow(1);
  const before = house.library.known;
  house.names = ["c", "d"];
  await house.library.follow(2);
  const { known } = house.library;
  assert.notEqual(known, before, "who looks sees another value");
  assert.deepEqual(["a", "b", "c", "d"].map((id) => known.has(id)), [false, false, true, true]);
  assert.equal(known.get("a").fileName, "a.mp3", "a queue has it still");
  house.names = ["b", "c", "d"];
  await house.library.follow(3);
  assert.deepEqual(["a", "b", "c", "d"].map((id) => house.library.known.has(id)), [false, true, true, true], "a disk is back");
  house.names = [];
  await house.library.follow(4);
  assert.equal(house.library.known.has("c"), false);
});

test("what a search finds is there, though the index was read before it came", async () => {
  const house = libraryOf(["a"]);
  await house.library.follow(1);
  house.names = ["a", "new"];
  assert.equal(ids(await house.library.search("new")), "new");
  assert.equal(house.library.known.has("new"), true);
  house.names = ["a"];
  await house.library.follow(2);
  house.names = ["a", "new"];
  await house.library.search("new");
  assert.equal(house.library.known.has("new"), true);
});
