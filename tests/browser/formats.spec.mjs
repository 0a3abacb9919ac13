// Formats that browsers play, and one that they do not: it is marked, it is skipped for everybody, and Next is there meanwhile.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { devices, house, isFake, MUSIC, openHouse, play, playing, press, show, stateOf, until } from "./harness.mjs";

/** What ffmpeg calls them, and what a browser makes of them. */
const FILES = [
  ["a.mp3", "libmp3lame"],
  ["b.flac", "flac"],
  ["c.opus", "libopus"],
  ["d.ogg", "libvorbis"],
  ["e.m4a", "aac"],
  ["x.m4a", "alac"],
];
const ALAC = "x";

/** Music of each kind, before the house looks. */
function encode(folder) {
  for (const [at, [file, codec]] of FILES.entries()) {
    const sound = ["-f", "lavfi", "-i", `sine=frequency=${300 + at * 60}:duration=20`];
    execFileSync("ffmpeg", ["-loglevel", "error", "-y", ...sound, "-ac", "2", "-c:a", codec, join(folder, file)]);
  }
}

openHouse({
  music: MUSIC.slice(0, 1),
  prepare: async () => {
    if (isFake) return;
    encode(house.music);
    const page = await devices.paired("Scanner");
    await page.evaluate(() => fetch("/scan", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }));
    await until(page, (state) => state.library.count === 1 + 6);
    await devices.forgetAll();
  },
});

const idOf = (page, name) => page.evaluate(async (wanted) => (await (await fetch("/index")).json()).find(({ fileName }) => fileName.replace(/^.*\/|\.[^.]+$/g, "") === wanted)?.trackId, name);

test("mp3, flac, opus, vorbis and aac are heard", { skip: isFake }, async (t) => {
  const page = await devices.listening("Kitchen");
  await show(page, "Library");
  const heard = [];
  for (const [file] of FILES.filter(([, codec]) => codec !== "alac")) {
    const trackId = await idOf(page, file.replace(/\..*/, ""));
    await page.locator(`[data-track="${trackId}"]`).getByRole("button", { name: /^More/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Play", exact: true }).click();
    await until(page, (_, measure, given) => measure.playing && measure.trackId === given && measure.positionSec > 0.2, trackId);
    heard.push(file);
  }
  t.diagnostic(`heard: ${heard.join(", ")}`);
  assert.equal(heard.length, 5);
});

test("what no browser plays is marked in lists, skipped for all when its turn comes, and Next is there", { skip: isFake }, async () => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  const alac = await idOf(a, ALAC);
  const other = await idOf(a, "b");
  await show(a, "Library");
  const row = a.locator(`[data-track="${alac}"]`);
  await row.getByText("format not supported").waitFor();
  // Next-up, and after it something that plays.
  for (const trackId of [other, alac]) {
    if ((await stateOf(a)).session.queue[0] === trackId) {
      await show(a, "Now");
      await press(a, "Next");
      await until(a, (state, _, given) => state.session.queue[0] !== given, trackId);
      await show(a, "Library");
    }
    await a.locator(`[data-track="${trackId}"]`).getByRole("button", { name: /^More/ }).click();
    await a.getByRole("dialog").getByRole("button", { name: "Play next" }).click();
    await until(a, (state, _, given) => state.session.queue[1] === given, trackId);
  }
  await show(a, "Now");
  await play(a);
  await playing(a);
  await press(a, "Next");
  for (const page of [a, b]) await page.getByText("Format not supported, skipping…").first().waitFor();
  assert.equal(await a.getByRole("button", { name: "Next", exact: true }).isEnabled(), true);
  for (const page of [a, b]) await playing(page, other);
  assert.deepEqual((await stateOf(a)).session.queue[0], other);
});
