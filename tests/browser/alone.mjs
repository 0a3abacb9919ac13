// What people do on a device that listens alone, for the tests that follow them.

import assert from "node:assert/strict";
import { devices, house, pairAs, show, stateOf, until, wait } from "./harness.mjs";

export const alone = (page) => page.getByRole("button", { name: /^Listen on this .* alone$/ }).click();
export const position = (page) => page.getByRole("slider", { name: "Position" });
export const seek = (page, seconds) => position(page).fill(String(seconds));
export const heard = (page, trackId) => until(page, (state, sound, given) => state.place === "solo" && sound.playing && sound.positionSec !== null && (!given || sound.trackId === given), trackId);
export const silent = (page) => until(page, (_, sound) => !sound.playing);
export const ownOf = async (page) => (await stateOf(page)).own;
export const near = (value, wanted, within = 1) => assert.ok(Math.abs(value - wanted) <= within, `${value}, not within ${within} of ${wanted}`);

/** Two places that run on while one looks: compared anew, both at once, until they are near. */
export async function soonNear(one, other, within = 1) {
  for (let looks = 0; ; looks += 1) {
    const [here, there] = await Promise.all([one(), other()]);
    if (Math.abs(here - there) <= within) return;
    assert.ok(looks < 150, `${here}, not within ${within} of ${there}`);
    await wait(100);
  }
}

/** A paired device that listens alone. */
export async function solo(name, options) {
  const page = await devices.paired(name, options);
  await alone(page);
  await until(page, (state) => state.library.count > 0);
  return page;
}

/** Opens a track's menu in the library. */
export async function menu(page, at) {
  await show(page, "Library");
  const row = page.getByRole("list", { name: "Tracks" }).getByRole("listitem").nth(at);
  const trackId = await row.getAttribute("data-track");
  await row.getByRole("button", { name: /^More/ }).click();
  return trackId;
}

/** Plays the track at this place of the library, from the menu. */
export async function pick(page, at, label = "Play") {
  const trackId = await menu(page, at);
  await page.getByRole("dialog").getByRole("button", { name: label, exact: true }).click();
  await until(page, (state, _, given) => state.own.queue.includes(given), trackId);
  await show(page, "Now");
  return trackId;
}

/** Plays a track and has these behind it. */
export async function line(page, ...places) {
  const ids = [await pick(page, places[0])];
  for (const at of places.slice(1)) ids.push(await pick(page, at, "Add to the queue"));
  await heard(page, ids[0]);
  return ids;
}

/** A browser of its own, paired, that listens alone. */
export async function pairIn(page, name, profile) {
  await page.goto(devices.url);
  await pairAs(page, house.code, name, profile);
  await alone(page);
  await until(page, (state) => state.library.count > 0);
}
