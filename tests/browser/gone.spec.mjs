// Most of the music is gone at once, as when a disk is pulled out: the house keeps it and asks, and the page says so, in words.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { counted, devices, house, isFake, openHouse, press, pressTwice, show, stateOf, until } from "./harness.mjs";

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
  await question(later).getByRole("button", { name: "Look for the music again" }).click();
  for (const each of [page, later]) await until(each, (state) => state.gone === null && state.scan === null);
  await question(later).waitFor({ state: "detached" });
  await line(page).waitFor({ state: "detached" });
});

/** The titles of one of Library's lists. */
async function listed(page, chip, titles) {
  await show(page, "Library");
  await page.getByRole("group", { name: "Show" }).getByRole("button", { name: chip }).click();
  const rows = page.getByRole("list", { name: "Tracks" }).locator(".row strong");
  for (const title of titles) await rows.getByText(title, { exact: true }).waitFor();
  await counted(rows, titles.length);
}

/** Starred, and heard, by the profile that both devices are of. */
async function likes(page, titles) {
  const tracks = page.getByRole("list", { name: "Tracks" });
  await show(page, "Library");
  for (const title of titles) {
    await tracks.getByRole("button", { name: `Star: ${title}` }).click();
    const trackId = await tracks.locator(".row", { hasText: title }).getAttribute("data-track");
    const status = await page.evaluate(async (id) => (await fetch("/plays", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ trackId: id }) })).status, trackId);
    assert.equal(status, 200);
  }
}

test("what was meant to go is taken out when somebody says so twice, and out of every list on every device at once", { skip }, async () => {
  const page = await control("Phone");
  const other = await control("Guest");
  await likes(page, ["01 Tone", "12 Tone"]);
  for (const each of [page, other]) {
    await until(each, (state) => state.stars.tracks.length === 2 && state.plays.recent.length === 2);
    for (const chip of ["Starred", "Recently played"]) await listed(each, chip, ["01 Tone", "12 Tone"]);
  }
  await listed(other, "Starred", ["01 Tone", "12 Tone"]);
  await show(page, "House");
  pullOut();
  await press(page, "Look for new music");
  await question(page).waitFor();
  assert.deepEqual(await page.getByRole("button", { name: /^Look for/ }).allTextContents(), ["Look for the music again"], "one command, one button");
  assert.equal((await stateOf(page)).library.count, TRACKS, "not before");
  await listed(page, "Starred", ["01 Tone", "12 Tone"]);
  await show(page, "House");
  await pressTwice(page, "Take them out of the library");
  for (const each of [page, other]) await until(each, (state, _, given) => state.library.count === given && state.gone === null, STAY);
  await question(page).waitFor({ state: "detached" });
  // It is looked at all the time, and nobody touches it.
  await other.locator(".row strong").getByText("12 Tone", { exact: true }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Look for new music" }).waitFor();
  for (const each of [page, other]) for (const chip of ["Starred", "Recently played"]) await listed(each, chip, ["01 Tone"]);
  await page.getByText("2 tracks", { exact: true }).waitFor();
});
