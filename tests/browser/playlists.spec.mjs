// Playlists: made on one device, seen on the other, played by all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, isFake, openHouse, press, show, stateOf, until } from "./harness.mjs";

openHouse();

const tracks = (page) => page.getByRole("list", { name: "Tracks" }).getByRole("listitem");

async function open(page, name) {
  await show(page, "Library");
  await press(page, "Playlists");
  await page.getByRole("list", { name: "Playlists" }).getByRole("button", { name }).click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
}

test("made from a track's menu, filled, ordered, played, exported, renamed and deleted", { skip: isFake }, async () => {
  const [a, b] = [await devices.paired("Kitchen"), await devices.paired("Hall")];
  for (const page of [a, b]) await press(page, "Only control, no sound here");
  await show(a, "Library");
  const ids = [];
  for (const at of [0, 2, 4]) {
    ids.push(await tracks(a).nth(at).getAttribute("data-track"));
    await tracks(a).nth(at).getByRole("button", { name: /^More/ }).click();
    await press(a, "Add to a playlist…");
    if (at > 0) await a.getByRole("group", { name: "Playlists" }).getByRole("button", { name: "Sunday" }).click();
    else {
      await a.getByLabel("New playlist").fill("Sunday");
      await press(a, "Save");
    }
    await until(a, (state, _, given) => state.playlists[0]?.count === given, ids.length);
  }
  await open(b, "Sunday");
  const rows = b.getByRole("list", { name: "Sunday" }).getByRole("listitem");
  await rows.nth(2).waitFor();
  await rows.nth(2).getByRole("button", { name: /^More/ }).click();
  await press(b, "Move to the top");
  await b.locator(`[data-track="${ids[2]}"] >> nth=0`).waitFor();
  await until(b, (state) => state.playlists[0].count === 3);
  await open(a, "Sunday");
  await a.waitForTimeout(200);
  assert.deepEqual(await a.getByRole("list", { name: "Sunday" }).getByRole("listitem").evaluateAll((all) => all.map((row) => row.dataset.track)), [ids[2], ids[0], ids[1]]);
  const m3u8 = await a.evaluate(async () => (await fetch(document.querySelector("a[download]").href)).text());
  assert.match(m3u8, /^#EXTM3U/);
  await a.locator(".opened-buttons").getByRole("button", { name: "Play" }).click();
  await until(b, (state, _, given) => state.session.queue.join() === given && state.session.playState.mode === "waiting", [ids[2], ids[0], ids[1]].join());
  await press(b, "Rename");
  await b.getByLabel("Name of the playlist").fill("Monday");
  await press(b, "Save");
  await a.getByRole("heading", { name: "Monday" }).waitFor();
  await press(a, "Delete Monday");
  await press(a, "Really: Delete Monday");
  await until(b, (state) => state.playlists.length === 0);
  await b.getByText("No playlist yet.").waitFor();
  assert.equal((await stateOf(a)).playlists.length, 0);
});
