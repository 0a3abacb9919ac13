// Most of the music is gone at once, as when a disk is pulled out: the house keeps it and asks, and the page says so, in words.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { devices, house, isFake, openHouse, press, pressTwice, show, stateOf, until } from "./harness.mjs";

const TRACKS = 12;
const STAY = 2;
const skip = isFake && "needs the real binary";
if (!skip) openHouse({ music: Array.from({ length: TRACKS }, (_, at) => ({ name: `${String(at + 1).padStart(2, "0")} Tone`, seconds: 2, hz: 200 + 20 * at })) });

/** The disk: its files are out of the house's sight, or back. */
function pullOut() {
  const away = join(house.folder, "away");
  mkdirSync(away, { recursive: true });
  for (const file of readdirSync(house.music).sort().slice(STAY)) renameSync(join(house.music, file), join(away, file));
}
function putBack() {
  const away = join(house.folder, "away");
  for (const file of readdirSync(away)) renameSync(join(away, file), join(house.music, file));
}

const question = (page) => page.getByRole("group", { name: "Missing music" });
const line = (page) => page.getByRole("button", { name: "What to do" });

async function control(name) {
  const page = await devices.paired(name);
  await press(page, "Only control, no sound here");
  await until(page, (state, _, given) => state.library.count === given, TRACKS);
  return page;
}

test("it is told where the music is, to those who come later as well, and is over when the disk is back", { skip }, async () => {
  const page = await control("Phone");
  await show(page, "House");
  assert.equal(await question(page).count(), 0);
  pullOut();
  await press(page, "Look for new music");
  await question(page).getByText("10 tracks are missing, of 12.").waitFor();
  await until(page, (state, _, given) => state.library.count === given, TRACKS);
  await show(page, "Library");
  await line(page).waitFor();
  // All are kept.
  await page.getByRole("list", { name: "Tracks" }).getByText(`${TRACKS} Tone`).waitFor();
  const later = await control("Guest");
  await show(later, "Library");
  await line(later).click();
  await question(later).waitFor();
  putBack();
  await question(later).getByRole("button", { name: "Look again" }).click();
  for (const each of [page, later]) await until(each, (state) => state.gone === null && state.scan === null);
  await question(later).waitFor({ state: "detached" });
  await line(page).waitFor({ state: "detached" });
});

test("what was meant to go is taken out when somebody says so twice", { skip }, async () => {
  const page = await control("Phone");
  await show(page, "House");
  pullOut();
  await press(page, "Look for new music");
  await question(page).waitFor();
  assert.equal((await stateOf(page)).library.count, TRACKS, "not before");
  await pressTwice(page, "Take them out of the library");
  await until(page, (state, _, given) => state.library.count === given && state.gone === null, STAY);
  await question(page).waitFor({ state: "detached" });
  await show(page, "Library");
  await page.getByText("2 tracks", { exact: true }).waitFor();
});
