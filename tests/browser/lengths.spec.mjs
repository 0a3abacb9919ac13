// Music that is not as it should be: a track that breaks off, and files that do not say how long they are.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { devices, isFake, openHouse, play, playing, press, show, stateOf, titleOf, until } from "./harness.mjs";

const folder = mkdtempSync(join(tmpdir(), "hearken-lengths-"));
const make = (name, ...how) => execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=frequency=300:duration=20", ...how, join(folder, name)]);
// A good head, and then nothing that could be played.
make("01 Broken.flac", "-c:a", "flac");
const broken = readFileSync(join(folder, "01 Broken.flac"));
writeFileSync(join(folder, "01 Broken.flac"), broken.fill(0x55, 200));
make("02 Plain.wav", "-c:a", "pcm_s16le");
// A stream that was kept: written without going back to the head, where the length would stand.
execFileSync("sh", ["-c", `ffmpeg -v error -f lavfi -i sine=frequency=400:duration=20 -c:a flac -f flac pipe:1 >"${join(folder, "03 Kept Stream.flac")}"`]);
after(() => rmSync(folder, { recursive: true, force: true }));

openHouse({ music: folder });

/** What the pages said of the broken one; nothing else may have gone wrong. */
function toldOfBroken() {
  const said = devices.problems.filter((each) => /playback failed \S+ EncodingError/.test(each));
  devices.problems = devices.problems.filter((each) => !said.includes(each));
  return said;
}

test("a track that the browser cannot play is named, and the room goes on; Next is there meanwhile", { skip: isFake }, async () => {
  const a = await devices.listening("Kitchen");
  const { queue } = (await stateOf(a)).session;
  await play(a);
  await a.getByText("Format not supported, skipping…").first().waitFor();
  assert.equal(await a.getByRole("button", { name: "Next", exact: true }).isEnabled(), true);
  await playing(a, queue[1]);
  await press(a, "Pause");
  assert.equal(toldOfBroken().length, 1, "tried once");
});

test("a file that does not say how long it is: the browser says, and it plays by the engine that starts exactly", { skip: isFake }, async () => {
  const a = await devices.listening("Kitchen");
  const index = await a.evaluate(() => fetch("/index").then((answer) => answer.json()));
  const kept = index.find(({ fileName }) => fileName.startsWith("03"));
  assert.equal(kept.duration, undefined);
  await show(a, "Library");
  await a.locator(`[data-track="${kept.trackId}"]`).getByRole("button", { name: /^More/ }).click();
  await a.locator(".row-menu, dialog").getByRole("button", { name: "Play", exact: true }).click();
  await playing(a, kept.trackId);
  await until(a, (state) => state.engine === "buffer");
  await show(a, "Now");
  assert.match(await titleOf(a), /Kept Stream/);
  await a.getByText("0:20").waitFor();
  await press(a, "Pause");
  toldOfBroken();
});
