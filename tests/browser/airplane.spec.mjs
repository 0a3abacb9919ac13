// A phone that goes out of reach: what is on it plays, what is changed waits and is counted, and all of it is sent once on return.

import assert from "node:assert/strict";
import { test } from "node:test";
import { heard, line as queueOf, pick, solo } from "./alone.mjs";
import { counted, devices, isFake, Line, openHouse, play, playing, press, show, stateOf, until } from "./harness.mjs";

openHouse();

const stars = (page) => page.getByRole("list", { name: "Tracks" }).getByRole("button", { name: /^Star: / });

test("alone: a track that is kept plays offline; what is starred waits, and arrives once", async () => {
  const air = new Line();
  const phone = await solo("Phone", { prepare: (page) => air.lay(page) });
  const hall = await devices.paired("Hall");
  const [first, second] = await queueOf(phone, 0, 1);
  await until(phone, (state, _, given) => given.every((trackId) => state.held.includes(trackId)), [first, second]);
  await press(phone, "Pause");
  await air.cut();
  await press(phone, "Play");
  await heard(phone, first);
  await press(phone, "Next");
  await heard(phone, second);
  await show(phone, "Library");
  // Three stars, and where this device is in its own music.
  for (let at = 0; at < 3; at += 1) await stars(phone).nth(at).click();
  await phone.getByText(/^Offline\. [345] changes will be sent$/).waitFor();
  await press(phone, "Show");
  const waiting = phone.getByRole("list", { name: "Waiting to be sent" });
  await counted(waiting.getByText(/^Star ‘/), 3);
  await press(phone, "Close");
  await stars(phone).nth(2).click();
  // One thinks better of one of them: what is sent of it is how it ended.
  assert.equal((await stateOf(hall)).stars.tracks.length, 0);
  await air.mend();
  await until(phone, (state) => state.waiting === 0);
  await until(hall, (state) => state.stars.tracks.length === 2);
  await phone.getByText(/will be sent/).waitFor({ state: "detached" });
  if (!isFake) {
    const { rows } = await hall.evaluate(() => fetch("/stars/log?since=0").then((answer) => answer.json()));
    assert.equal(rows.filter(({ event_type }) => event_type === "star_track").length, 2, "each once");
  }
  await heard(phone, second);
  assert.equal((await stateOf(phone)).own.trackId, second, "and it plays on");
  await press(phone, "Pause");
});

test("in a room: the running track plays on; on return the page is where the room is", async () => {
  const air = new Line();
  const phone = await devices.listening("Phone", { prepare: (page) => air.lay(page) });
  const hall = await devices.listening("Hall");
  await play(hall);
  await Promise.all([playing(phone), playing(hall)]);
  const { trackId } = (await stateOf(phone)).session.playState;
  await air.cut();
  await until(phone, (_, measure, given) => measure.playing && measure.trackId === given, trackId);
  await press(hall, "Next");
  await until(hall, (state, _, given) => state.session.playState.trackId !== given, trackId);
  await air.mend();
  const now = (await stateOf(hall)).session.playState.trackId;
  await Promise.all([playing(phone, now), playing(hall, now)]);
  await press(hall, "Pause");
});

test("what cannot wait says so at once, in words; what is not here is found again by searching", async () => {
  const air = new Line();
  const phone = await solo("Phone", { prepare: (page) => air.lay(page) });
  await pick(phone, 0);
  await show(phone, "Library");
  await air.cut();
  await press(phone, "Artists");
  await phone.getByText("cannot be read: the house is out of reach").or(phone.getByText("The music names no artists")).first().waitFor();
  await press(phone, "Tracks");
  await phone.getByLabel("Search the library").fill("second");
  await phone.getByText("1 match").waitFor();
  await phone.getByLabel("Search the library").fill("no such thing");
  await phone.getByText(/Nothing found.*out of reach/).waitFor();
  await show(phone, "House");
  await phone.getByText("The house is out of reach: nobody new can come in").waitFor();
  await show(phone, "Radio");
  await phone.getByText("The house is out of reach: stations are heard again").waitFor();
  await air.mend();
  await phone.getByText("out of reach").first().waitFor({ state: "detached" });
});
