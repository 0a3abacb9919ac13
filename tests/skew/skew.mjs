// In step, by recorded sound: real browsers play from the real binary into loudspeakers that are recorded, and the recording is
// measured. No part of the tests: figures are told, not asserted.
//
//   node tests/skew/skew.mjs              all, about eight minutes
//   node tests/skew/skew.mjs NAME...      some of: two four jitter element rest join drift gapless hidden ear
//
// HEARKEN_BIN is the binary; ROUNDS=20 starts each; DETAILS=1 prints what was measured beside the table, KEEP=FILE keeps the last
// recording. Needs Debian's pulseaudio, pulseaudio-utils, python3-numpy and chromium.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Ears } from "./ears.mjs";
import { writeHiss } from "./hiss.mjs";
import { drifting, ear, gapless, hiding, joins, starts } from "./scenes.mjs";
import { Stage } from "./stage.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const LISTENERS_MAX = 4;
const WHOLE_MAX_MS = 12 * 60_000;
const JITTER_MS = 20;
/** A browser lets a silent sound card go after half a minute. */
const RESTED_MS = 35_000;

const SCENES = {
  two: (stage) => starts(stage, "2 listeners, quiet", [{}, {}], ROUNDS),
  four: (stage) => starts(stage, "4 listeners, quiet", [{}, {}, {}, {}], ROUNDS),
  jitter: (stage) => starts(stage, `2 listeners, one's line jitters by ${JITTER_MS} ms`, [{}, { jitterMs: JITTER_MS }], ROUNDS),
  element: (stage) => starts(stage, "2 listeners, <audio>", [{ engine: "element" }, { engine: "element" }], ROUNDS),
  rest: (stage) => starts(stage, "2 listeners, after 35 s of silence", [{}, {}], 3, RESTED_MS),
  join: joins,
  drift: drifting,
  gapless,
  hidden: hiding,
  ear,
};

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !(name in SCENES));
if (unknown) {
  console.error(`no scene is called '${unknown}'; there are: ${Object.keys(SCENES).join(" ")}`);
  process.exit(2);
}

// Whatever way this ends, what it started ends with it, by its number.
process.on("exit", () => {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  for (const pid of children) process.kill(Number(pid), "SIGTERM");
  for (const folder of [music, ears?.folder, stage?.house?.folder].filter(Boolean)) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
const tooLong = setTimeout(() => {
  console.error("this takes too long: something hangs, or the machine is too busy");
  process.exit(1);
}, WHOLE_MAX_MS);
/** @type {Ears | undefined} */ let ears;
/** @type {Stage | undefined} */ let stage;
const music = mkdtempSync(join(tmpdir(), "hearken-hiss-"));
writeHiss(music);
ears = await new Ears(LISTENERS_MAX).open();
stage = new Stage(ears, music);
let failed = false;
try {
  console.log(`load before: ${loadavg()[0].toFixed(2)}\n\n| by recorded sound | |\n|---|---|`);
  for (const name of chosen.length > 0 ? chosen : Object.keys(SCENES)) await perform(name);
  console.log(`\nload after: ${loadavg()[0].toFixed(2)}`);
} finally {
  await stage.close();
  await ears.close();
  clearTimeout(tooLong);
}
process.exit(failed ? 1 : 0);

/** One scene; one that fails does not take the others with it. @param {string} name */
async function perform(name) {
  try {
    for (const { what, figures, found } of [await SCENES[name](stage)].flat()) {
      console.log(`| ${what} | ${Object.entries(figures).map(([of, figure]) => `${of} ${figure}`).join("; ")} |`);
      if (process.env.DETAILS) console.log(JSON.stringify(found));
    }
  } catch (error) {
    failed = true;
    console.log(`| ${name} | failed: ${error.message.split("\n")[0]} |`);
    console.error(error.stack);
  }
}
