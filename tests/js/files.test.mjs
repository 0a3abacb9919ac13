// Playlist files of other players, searching without the house, hours of a station: pure helpers of the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { findTracks, wordsIn } from "../../static/lib/find.js";
import { readPlaylistFile } from "../../static/lib/playlist-file.js";
import { hoursOf, hoursProblem, hoursWords } from "../../static/views/radio/hours.js";

const entries = (text) => text.split("\n").filter(Boolean);

test("an M3U goes as it is", () => {
  const m3u = "#EXTM3U\r\n#EXTINF:1,A - B\r\n[live] a.mp3\r\n";
  assert.equal(readPlaylistFile("x.m3u", m3u), m3u);
});

test("JSON of many kinds becomes M3U8", () => {
  const read = (value) => entries(readPlaylistFile("x.json", typeof value === "string" ? value : JSON.stringify(value)));
  assert.deepEqual(read(["a/b.mp3", "#1 hit.flac"]), ["#EXTM3U", "a/b.mp3", "./#1 hit.flac"]);
  assert.deepEqual(read({ name: "Eve\nning", tracks: [{ trackId: "k3", title: "T", artist: "A", duration: 61.6 }] }), ["#EXTM3U", "#PLAYLIST:Eve ning", "#HEARKEN:k3", "#EXTINF:62,A - T", "A - T"]);
  assert.deepEqual(read({ items: [{ track: { name: "T", artists: [{ name: "A" }, { name: "B" }] } }] }), ["#EXTM3U", "#EXTINF:-1,A - T", "A - T"]);
  assert.deepEqual(read({ playlist: { entries: [{ location: "x.ogg" }, 7, null, {}] } }), ["#EXTM3U", "#EXTINF:-1,", "x.ogg"]);
  assert.deepEqual(read("\uFEFF[\"a.mp3\"]"), ["#EXTM3U", "a.mp3"]);
});

test("what is no playlist is told in a sentence", () => {
  assert.throws(() => readPlaylistFile("x.json", "{"), /no JSON/);
  assert.throws(() => readPlaylistFile("x.json", '{"volume": 3}'), /No list of tracks/);
  assert.throws(() => readPlaylistFile("x.json", "7"), /No list of tracks/);
});

test("search without the house: every word, in any field, without case and accents", () => {
  const track = (trackId, title, artist, album) => ({ trackId, fileName: `${trackId}.mp3`, size: 1, mime: "", playable: true, tags: { title, artist, album } });
  const tracks = [track("a", "Håll om mig", "Ada", "Små dikter"), track("b", "Rain", "Bo", "Ada's songs"), { trackId: "c", fileName: "old/Untagged rain.mp3" }];
  const ids = (text) => findTracks(tracks, text).map(({ trackId }) => trackId);
  assert.deepEqual(ids("ada"), ["a", "b"]);
  assert.deepEqual(ids("HALL ada"), ["a"]);
  assert.deepEqual(ids("rain"), ["b", "c"]);
  assert.deepEqual(ids("nothing"), []);
  assert.equal(findTracks(Array(500).fill(tracks[1]), "rain").length, 100);
  assert.equal(wordsIn("  ")("anything"), true);
});

test("hours: midnight as an end is the end of the day, and no length is no hours", () => {
  assert.deepEqual(hoursOf([{ from: "22:00", to: "00:00" }]), [{ from: "22:00", to: "24:00" }]);
  assert.equal(hoursProblem([{ from: "07:00", to: "09:00" }, { from: "22:00", to: "01:00" }, { from: "00:00", to: "00:00" }]), "");
  assert.notEqual(hoursProblem([{ from: "07:00", to: "07:00" }]), "");
  assert.notEqual(hoursProblem([{ from: "", to: "07:00" }]), "");
  assert.equal(hoursWords({ windows: [{ from: "22:00", to: "24:00" }, { from: "06:00", to: "09:00" }] }), "22:00–00:00, 06:00–09:00");
  assert.equal(hoursWords(null), "");
});
