// Whose device it is: each person's stars and plays are their own, and a device can change hands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, isFake, join_, Line, openHouse, play, playing, press, pressTwice, show, stateOf, until } from "./harness.mjs";

openHouse({ music: Array.from({ length: 4 }, (_, i) => ({ name: `0${i + 1} Tone`, seconds: 6, hz: 220 + 40 * i })) });

const star = (page, title) => page.getByRole("list", { name: "Tracks" }).getByRole("button", { name: `Star: ${title}` });
const stars = (page, count) => until(page, (state, _, given) => state.stars.tracks.length === given && state.waiting === 0, count);
const nameOf = async (page) => {
  const { you, profiles } = await stateOf(page);
  return profiles.find(({ id }) => id === you.profile)?.name;
};

async function inLibrary(name, options) {
  const page = await devices.paired(name, options);
  await press(page, "Only control, no sound here");
  await show(page, "Library");
  await star(page, "01 Tone").waitFor();
  return page;
}

test("a new device is asked whose it is; two people do not see each other's stars", async () => {
  const a = await inLibrary("Ada's phone", { profile: "Ada" });
  const b = await inLibrary("Ben's phone", { profile: "Ben" });
  const tablet = await inLibrary("Ada's tablet", { profile: "Ada" });
  assert.deepEqual([await nameOf(a), await nameOf(b), await nameOf(tablet)], ["Ada", "Ben", "Ada"]);
  await star(a, "01 Tone").click();
  await star(b, "02 Tone").click();
  await star(b, "03 Tone").click();
  await Promise.all([stars(a, 1), stars(tablet, 1), stars(b, 2)]);
  assert.equal(await star(b, "01 Tone").getAttribute("aria-pressed"), "false");
  assert.equal(await star(tablet, "02 Tone").getAttribute("aria-pressed"), "false");
});

test("a device changes hands, and shows the other's stars", async () => {
  const a = await inLibrary("Phone", { profile: "Cleo" });
  await star(a, "04 Tone").click();
  await stars(a, 1);
  await show(a, "House");
  await a.getByLabel("This device is used by", { exact: true }).selectOption("Home");
  await until(a, (state) => state.link === "live" && state.you.profile === "home");
  await stars(a, 0);
  await a.getByLabel("This device is used by", { exact: true }).selectOption("Cleo");
  await stars(a, 1);
});

test("what one person made offline is not sent as another's", { skip: isFake }, async () => {
  const line = new Line();
  const a = await inLibrary("Tablet", { profile: "Dora", prepare: (page) => line.lay(page) });
  const b = await inLibrary("Host");
  await line.cut();
  await star(a, "01 Tone").click();
  await a.getByText("Offline. 1 change will be sent").waitFor();
  await show(b, "House");
  await press(b, "Rename Tablet");
  await b.getByLabel("Tablet is used by").selectOption("Home");
  await until(b, (state) => state.devices.find(({ name }) => name === "Tablet")?.profile === "home");
  await line.mend();
  await until(a, (state) => state.you.profile === "home");
  assert.equal((await stateOf(a)).waiting, 1);
  assert.equal((await stateOf(b)).stars.tracks.length, 0);
  await b.getByLabel("Tablet is used by").selectOption("Dora");
  await until(a, (state) => state.you.profile !== "home");
  await stars(a, 1);
});

test("people are named anew and go, with what was theirs", { skip: isFake }, async () => {
  const a = await inLibrary("Host");
  await show(a, "House");
  await press(a, "Somebody new");
  await a.getByLabel("Name of a person").fill("Guest");
  await press(a, "Save");
  const row = a.getByRole("list", { name: "People" }).getByRole("listitem");
  await row.filter({ hasText: "Guest" }).waitFor();
  await press(a, "More: Guest");
  await press(a, "Rename Guest");
  await a.getByLabel("Name of a person").fill("Grandma");
  await press(a, "Save");
  await press(a, "More: Grandma");
  await pressTwice(a, "Delete Grandma");
  await until(a, (state) => !state.profiles.some(({ name }) => name === "Grandma"));
});

test("what was heard is counted, for whoever listened", { skip: isFake }, async () => {
  const a = await devices.paired("Ada's phone", { profile: "Ada" });
  const b = await inLibrary("Ben's phone", { profile: "Ben" });
  await join_(a);
  await play(a);
  await playing(a);
  await until(a, (state) => state.plays.recent.length > 0);
  const [heard] = (await stateOf(a)).plays.recent;
  await press(a, "Pause");
  await show(a, "Library");
  await press(a, "Most played");
  await a.locator(`[data-track="${heard}"]`).waitFor();
  assert.deepEqual((await stateOf(b)).plays.recent, []);
});
