// One story of a household: three devices, two people, and all that happens to browsers. What a device plays stays its own and
// stays where it was; what is starred is the same on all devices of a person, and nobody else's business.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { alone, heard, line, near, ownOf, pick, seek, silent, solo, soonNear } from "./alone.mjs";
import { launchProfile, PHONE } from "./browser.mjs";
import { devices, house, isFake, Line, measure, openHouse, pairAs, press, show, stateOf, titleOf, until } from "./harness.mjs";

openHouse({ keep: true });
const story = (name, run) => test(name, { skip: isFake }, run);

/** So long a story may look at what plays, on a machine that is busy, before it has gone on to another place. */
const SINCE_MAX = 14;
const [FIRST, SECOND, THIRD] = ["01 Long Tone", "02 Second Tone", "03 Third Tone"];
const star = (page, title) => page.getByRole("list", { name: "Tracks" }).getByRole("button", { name: `Star: ${title}` });
const starred = (page, ids) => until(page, (state, _, given) => state.stars.tracks.map(({ id }) => id).sort().join() === given && state.waiting === 0, [...ids].sort().join());
const asked = (page, path) => page.evaluate((where) => fetch(where).then((answer) => answer.json()), path);
/** In step: the same track and mode, and no more than the threshold of a second apart. */
const inStep = async (page, tab) => {
  await soonNear(async () => (await ownOf(page)).positionSec, async () => (await ownOf(tab)).positionSec, 1.1);
  const [one, other] = await Promise.all([ownOf(page), ownOf(tab)]);
  assert.deepEqual([other.trackId, other.mode, other.queue], [one.trackId, one.mode, one.queue]);
};

const network = new Line();
/** @type {import("playwright-core").BrowserContext} */ let phone;
let page, tab, laptop, tablet, ids;

/** A tab of Ada's phone, which is a browser of its own. */
async function phoneTab(open = phone.newPage()) {
  const made = await open;
  made.on("pageerror", (error) => devices.problems.push(`phone: ${error.stack}`));
  await network.lay(made);
  await made.goto(devices.url);
  return made;
}

const openPhone = async () => (phone = await launchProfile(join(house.folder, "phone"), PHONE));
after(() => phone?.close());

story("three devices of two people", async () => {
  await openPhone();
  page = await phoneTab(phone.pages()[0]);
  await pairAs(page, house.code, "Ada's phone", "Ada");
  await alone(page);
  laptop = await solo("Ada's laptop", { profile: "Ada" });
  tablet = await solo("Ben's tablet", { profile: "Ben" });
  const whose = await Promise.all([page, laptop, tablet].map(async (each) => (await stateOf(each)).you.profile));
  assert.equal(whose[0], whose[1]);
  assert.notEqual(whose[0], whose[2]);
});

story("all tabs of the phone are in step", async () => {
  tab = await phoneTab();
  ids = await line(page, 0, 1);
  await until(tab, (state, _, given) => state.own.trackId === given && state.own.mode === "playing" && state.own.queue.length === 2, ids[0]);
  await inStep(page, tab);
  await press(tab, "Pause");
  await silent(page);
  await press(page, "Play");
  await heard(page, ids[0]);
  await until(tab, (state) => state.own.mode === "playing");
  await inStep(page, tab);
  assert.equal((await measure(tab)).playing, false, "one of them is heard");
});

story("two tabs seek at once and end equal", async () => {
  await Promise.all([seek(page, 12), seek(tab, 48)]);
  await until(page, (state, sound) => [12, 48].some((to) => sound.positionSec >= to && sound.positionSec < to + SINCE_MAX) && Math.abs(state.own.positionSec - sound.positionSec) < 0.5);
  await inStep(page, tab);
});

story("the network is interrupted: the music is not, and what was done meanwhile is not lost", async () => {
  await until(page, (state, _, given) => given.every((trackId) => state.held.includes(trackId)), ids);
  await network.cut();
  await press(page, "Next");
  await heard(page, ids[1]);
  await seek(page, 20);
  await until(page, (_, sound) => sound.playing && sound.positionSec > 20.5);
  network.page = page;
  await network.mend();
  await until(page, (state, _, given) => state.playback.trackId === given && state.playback.mode === "playing" && state.waiting === 0, ids[1]);
  await until(tab, (state, _, given) => state.link === "live" && state.own.trackId === given && state.own.mode === "playing", ids[1], 40_000);
  await heard(page, ids[1]);
  await inStep(page, tab);
});

story("a tab is closed in the middle of its changes: none is lost", async () => {
  const third = await pick(tab, 2, "Add to the queue");
  // Once to where this track begins, once to the one before it.
  for (let times = 0; times < 2; times += 1) await press(tab, "Previous");
  await seek(tab, 70);
  await tab.close({ runBeforeUnload: true });
  ids.push(third);
  await until(page, (state, sound, given) => state.playback.queue.join() === given.join() && state.own.trackId === given[0] && sound.trackId === given[0] && sound.positionSec >= 70, ids);
});

story("closed at 1:23 and opened again: track, queue and place are there, silent until a tap", async () => {
  await seek(page, 83);
  await until(page, (_, sound) => sound.playing && sound.positionSec >= 83);
  await press(page, "Pause");
  const left = (await ownOf(page)).positionSec;
  await phone.close();
  await openPhone();
  page = await phoneTab(phone.pages()[0]);
  await until(page, (state) => state.own.trackId !== null);
  const own = await ownOf(page);
  assert.deepEqual([own.trackId, own.queue, own.mode, own.sounding], [ids[0], ids, "paused", false]);
  near(own.positionSec, left, 0.05);
  await page.getByTestId("position").getByText(`1:${Math.floor(left) - 60}`).waitFor();
  assert.match(await titleOf(page), new RegExp(FIRST.slice(3)));
  await press(page, "Play");
  near((await heard(page, ids[0])).positionSec, left, 1);
  await press(page, "Pause");
});

story("starred offline while another device thinks otherwise: both end equal, and the loser is told", async () => {
  await Promise.all([show(page, "Library"), show(laptop, "Library")]);
  await star(laptop, THIRD).click();
  await Promise.all([starred(page, [ids[2]]), starred(laptop, [ids[2]])]);
  await network.cut();
  for (const title of [FIRST, SECOND]) await star(page, title).click();
  await page.getByText("Offline. 2 changes will be sent").waitFor();
  for (let times = 0; times < 2; times += 1) await star(laptop, FIRST).click();
  await star(laptop, THIRD).click();
  await starred(laptop, []);
  await network.mend();
  await Promise.all([starred(page, [ids[1]]), starred(laptop, [ids[1]])]);
  await page.getByRole("region", { name: new RegExp(`Ada's laptop unstarred ‘${FIRST}’ later \\(`) }).waitFor();
  assert.equal(await laptop.getByRole("region", { name: /later/ }).count(), 0, "who won is not told");
  const { rows } = await asked(laptop, "/stars/log?since=0");
  const marks = rows.map(({ event_data }) => event_data.mutationId);
  assert.equal(new Set(marks).size, marks.length, "each once");
});

story("the phone's music goes on on the laptop, and counts there for Ada", async () => {
  await show(laptop, "Now");
  await press(laptop, "Devices");
  await press(laptop, "Continue here: Ada's phone");
  const { positionSec: left } = await ownOf(page);
  near((await heard(laptop, ids[0])).positionSec, left, 3);
  const short = await pick(laptop, 3);
  await heard(laptop, short);
  await until(laptop, (state, _, given) => state.plays.recent.includes(given), short);
  await until(page, (state, _, given) => state.plays.recent.includes(given), short);
  await press(laptop, "Pause");
});

story("the other person saw nothing of all this", async () => {
  const { stars, plays, own, playback } = await stateOf(tablet);
  assert.deepEqual([stars.tracks, stars.albums, stars.artists, plays.recent], [[], [], [], []]);
  assert.deepEqual([own.trackId, own.queue, playback.version], [null, [], 0]);
  assert.equal(await tablet.getByRole("region", { name: /later/ }).count(), 0);
  assert.deepEqual((await asked(tablet, "/stars/log?since=0")).rows, []);
  const { devices: seen } = await asked(tablet, "/devices");
  assert.equal(seen.length, 3);
  assert.ok(seen.filter(({ name }) => name.startsWith("Ada")).every(({ playback: theirs }) => theirs === undefined));
});
