// Radio: stations that play by the clock of the house, heard on pages at the same second, changed by anybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, inStep, isFake, measure, openHouse, press, pressTwice, pressedAt, seenAfter, show, silenceBetween, stateOf, tellSpread, until, wait, watchFor } from "./harness.mjs";

const ROUNDS = 20;
const MUSIC = Array.from({ length: 6 }, (_, i) => ({ name: `0${i + 1} Tone ${i + 1}`, seconds: 60, hz: 200 + 40 * i })).concat(
  Array.from({ length: 3 }, (_, i) => ({ name: `1${i} Short ${i + 1}`, seconds: 6, hz: 600 + 40 * i })),
);

openHouse({ music: MUSIC });

const card = (page, name) => page.getByRole("region", { name, exact: true });

async function create(page, name, order = "Shuffled, each round anew") {
  await show(page, "Radio");
  await page.getByRole("button", { name: "New station" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel(order).check();
  await press(page, "Save");
  await card(page, name).waitFor();
}

/** Where the station is at this moment, by what the page was told. */
async function shouldBe(page) {
  const { radio } = await stateOf(page);
  const { serverTimeMs } = await measure(page);
  const { now } = radio[0];
  let startedAt = now.atMs - now.positionMs;
  for (const track of [now.track, ...now.upcoming]) {
    if (serverTimeMs < startedAt + track.durationMs) return { trackId: track.trackId, startedAt };
    startedAt += track.durationMs;
  }
  throw new Error("not told");
}

/** Waits until a page plays what the station plays, at the second where it is. */
async function atItsSecond(t, page) {
  for (let looks = 0; ; looks += 1) {
    const { trackId, startedAt } = await shouldBe(page);
    const heard = await measure(page);
    const offMs = heard.positionSec * 1000 - (heard.serverTimeMs - startedAt);
    if (heard.playing && heard.trackId === trackId && Math.abs(offMs) < 50) return t.diagnostic(`the station's second: ${offMs.toFixed(1)} ms off, after ${looks} looks`);
    assert.ok(looks < 300, `not where the station is: ${JSON.stringify({ heard, trackId, offMs })}`);
    await wait(100);
  }
}

test("tuned in: the track of the station at its second, on two devices together; left: the room again", { skip: isFake }, async (t) => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  await create(a, "Morning");
  await show(b, "Radio");
  for (const page of [a, b]) await card(page, "Morning").getByRole("button", { name: "Tune in" }).click();
  await Promise.all([a, b].map((page) => until(page, (_, heard) => heard.playing)));
  await atItsSecond(t, a);
  await inStep(t, "two devices at one station", a, b);
  assert.equal((await stateOf(a)).session.clients.length, 0, "the room does not wait for those who hear the radio");
  await press(a, "Back to the room");
  await until(a, (state, measured) => !measured.playing && state.joined && state.session.clients.length === 1);
});

test("the next track follows without anybody asking", { skip: isFake }, async (t) => {
  const a = await devices.paired("Kitchen");
  await press(a, "Only control, no sound here");
  await show(a, "Radio");
  await card(a, "Morning").getByRole("button", { name: "Tune in" }).click();
  for (let skips = 0; (await shouldBe(a)).trackId && skips < 20; skips += 1) {
    const { radio } = await stateOf(a);
    if (radio[0].now.track.durationMs < 10_000) break;
    await press(a, "Skip on Morning");
    await until(a, (state, _, given) => state.radio[0].now.track.trackId !== given, radio[0].now.track.trackId);
  }
  await atItsSecond(t, a);
  const gap = await silenceBetween(a, (await measure(a)).trackId);
  t.diagnostic(`silence between two tracks of a station: ${gap.toFixed(0)} ms`);
  await atItsSecond(t, a);
  await press(a, "Back to the room");
});

test("a skip on one device changes the card on the other", { skip: isFake }, async (t) => {
  const [a, b] = [await devices.paired("Kitchen"), await devices.paired("Hall")];
  for (const page of [a, b]) {
    await press(page, "Only control, no sound here");
    await show(page, "Radio");
    await card(page, "Morning").waitFor();
  }
  const delays = [];
  await watchFor(b, ".station", "data-on");
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = await pressedAt(a, card(a, "Morning").getByRole("button", { name: "Skip on Morning" }));
    const seen = await seenAfter(b, at);
    delays.push(seen.at - at);
    await until(a, (state, _, given) => state.radio[0].now.track.trackId === given, seen.value);
  }
  tellSpread(t, "skip to the other device's card", delays);
});

test("a station is changed, its address plays in other players, and it goes on every device", { skip: isFake }, async () => {
  const [a, b] = [await devices.paired("Kitchen"), await devices.listening("Hall")];
  await press(a, "Only control, no sound here");
  for (const page of [a, b]) await show(page, "Radio");
  await press(a, "More: Morning");
  const address = await a.getByLabel("Address for players").inputValue();
  const list = await fetch(address.replace("hearken.local", "127.0.0.1"), { headers: { Host: "127.0.0.1" } }).then((answer) => answer.text());
  assert.match(list, /^#EXTM3U[\s\S]*\/radio\/\w+\/stream\?key=/);
  await pressTwice(a, "New address for Morning");
  await a.waitForFunction((before) => ![before, ""].includes(document.querySelector("[aria-label='Address for players']")?.value ?? ""), address);
  assert.equal(await fetch(address.replace("hearken.local", "127.0.0.1"), { headers: { Host: "127.0.0.1" } }).then(({ status }) => status), 401, "the old one is worthless");
  await press(a, "Edit Morning");
  await a.getByLabel("Name", { exact: true }).fill("Evening <b>mix</b>");
  await a.getByLabel("One after the other").check();
  await press(a, "Save");
  await card(b, "Evening <b>mix</b>").waitFor();
  await card(b, "Evening <b>mix</b>").getByRole("button", { name: "Tune in" }).click();
  await until(b, (_, heard) => heard.playing);
  await press(a, "More: Evening <b>mix</b>");
  await pressTwice(a, "Delete Evening <b>mix</b>");
  await card(b, "Evening <b>mix</b>").waitFor({ state: "detached" });
  await until(b, (state, heard) => !heard.playing && state.joined);
});

test("hours: a station is off the air outside of them, says when it comes back, and is always on again without them", { skip: isFake }, async () => {
  const a = await devices.paired("Kitchen");
  await press(a, "Only control, no sound here");
  await show(a, "Radio");
  await a.getByRole("button", { name: "New station" }).first().click();
  await a.getByLabel("Name", { exact: true }).fill("Now and then");
  await a.getByLabel("At certain hours, each day").check();
  // An hour that is over, and the same one again: it is not now.
  const past = new Date(Date.now() - 3 * 3_600_000);
  const time = (minutes) => new Date(past.getTime() + minutes * 60_000).toTimeString().slice(0, 5);
  await a.getByLabel("From, 1").fill(time(0));
  await a.getByLabel("To, 1").fill(time(0));
  await press(a, "Save");
  await a.getByText("From and to must be two times of day").waitFor();
  await a.getByLabel("To, 1").fill(time(60));
  await press(a, "Save");
  await card(a, "Now and then").getByText(/On the air at/).waitFor();
  assert.equal(await card(a, "Now and then").getByRole("button", { name: "Tune in" }).isDisabled(), true);
  await press(a, "More: Now and then");
  await card(a, "Now and then").getByText(`${time(0)}–${time(60)}`).waitFor();
  await press(a, "Edit Now and then");
  assert.equal(await a.getByLabel("From, 1").inputValue(), time(0));
  await press(a, "More hours");
  await press(a, "Remove these hours, 1");
  await a.getByLabel("Always").check();
  await press(a, "Save");
  await until(a, (state) => state.radio.some(({ name, now }) => name === "Now and then" && now.onAir));
});
