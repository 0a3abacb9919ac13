// In step by ear, and what a device says of how well it is in step.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, isFake, openHouse, play, playing, press, show, stateOf, until } from "./harness.mjs";

openHouse();

const nudgeIs = (page, words) => page.getByTestId("nudge").getByText(words, { exact: true }).waitFor();
async function openEar(page) {
  await show(page, "House");
  await press(page, "In step by ear");
  await page.getByRole("dialog", { name: "In step by ear" }).waitFor();
}

test("the metronome takes the place of the music, and gives it back in step", { skip: isFake }, async () => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  await openEar(a);
  await a.getByRole("button", { name: "Start the clicks" }).tap();
  await a.getByRole("button", { name: "Stop the clicks" }).waitFor();
  await until(a, (_, measure) => !measure.playing);
  await playing(b);
  await press(a, "Stop the clicks");
  await playing(a);
  await a.getByRole("button", { name: "Start the clicks" }).tap();
  await until(a, (_, measure) => !measure.playing);
  await press(a, "Close");
  await playing(a);
  await press(b, "Pause");
});

test("a nudge is kept for each output of the device", async () => {
  const a = await devices.listening("Kitchen");
  await openEar(a);
  await nudgeIs(a, "As the browser says");
  for (const step of ["10 ms earlier", "10 ms earlier", "1 ms later"]) await press(a, step);
  await nudgeIs(a, "19 ms earlier");
  await a.getByLabel("Heard by").selectOption({ label: "Bluetooth" });
  await nudgeIs(a, "As the browser says");
  await press(a, "10 ms later");
  await a.reload();
  await press(a, "Only control, no sound here");
  await openEar(a);
  await nudgeIs(a, "10 ms later");
  await a.getByLabel("Heard by").selectOption({ label: "Loudspeaker" });
  await nudgeIs(a, "19 ms earlier");
});

test("a device that is moved while it plays gets there by steering, and is in step again", { skip: isFake }, async () => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  await until(b, (_, measure) => measure.errorMs !== null && Math.abs(measure.errorMs) < 3, null, 30_000);
  await openEar(b);
  await press(b, "10 ms earlier");
  await until(b, (_, measure) => measure.errorMs !== null && measure.errorMs < -5);
  await until(b, (_, measure) => measure.playing && measure.errorMs !== null && Math.abs(measure.errorMs) < 3, null, 30_000);
  await press(b, "Close");
  await show(a, "Now");
  await press(a, "Pause");
});

test("each device's own error stands beside its name, on every page", { skip: isFake }, async () => {
  const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
  await play(a);
  await Promise.all([playing(a), playing(b)]);
  const told = (state) => state.session.clients.every(({ errorMs }) => typeof errorMs === "number");
  await Promise.all([until(a, told), until(b, told)]);
  const list = b.getByRole("list", { name: "Devices in the room" });
  await list.getByRole("listitem").filter({ hasText: "Kitchen" }).getByText(/in step within \d+ ms/).waitFor();
  assert.equal((await stateOf(b)).session.clients.length, 2);
  await press(a, "Pause");
});
