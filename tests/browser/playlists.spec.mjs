// Playlists: made on one device, seen on the other, played by all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, isFake, openHouse, press, pressTwice, show, stateOf, until } from "./harness.mjs";

openHouse();

const tracks = (page) => page.getByRole("list", { name: "Tracks" }).getByRole("listitem");

async function open(page, name) {
  await show(page, "Library");
  await press(page, "Playlists");
  await page.getByRole("list", { name: "Playlists" }).getByRole("button", { name }).click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
}

/** Waits until the list shows these, in this order. */
const listIs = (page, name, ids) =>
  page.waitForFunction(([label, wanted]) => Array.from(document.querySelectorAll(`[aria-label="${label}"] [data-track]`), (row) => row.dataset.track).join() === wanted, [name, ids.join()]);

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
  await listIs(b, "Sunday", [ids[2], ids[0], ids[1]]);
  await open(a, "Sunday");
  await listIs(a, "Sunday", [ids[2], ids[0], ids[1]]);
  const m3u8 = await a.evaluate(async () => (await fetch(document.querySelector("a[download]").href)).text());
  assert.match(m3u8, /^#EXTM3U/);
  await a.locator(".opened-buttons").getByRole("button", { name: "Play" }).click();
  await until(b, (state, _, given) => state.session.queue.join() === given && state.session.playState.mode === "waiting", [ids[2], ids[0], ids[1]].join());
  await press(b, "Rename");
  await b.getByLabel("Name of the playlist").fill("Monday");
  await press(b, "Save");
  await a.getByRole("heading", { name: "Monday" }).waitFor();
  await pressTwice(a, "Delete Monday");
  for (const page of [a, b]) await until(page, (state) => state.playlists.length === 0);
  await b.getByText("No playlist yet.").waitFor();
});

test("files of other players: what is in the library becomes a playlist, what is not is named; what is no playlist is told so", { skip: isFake }, async () => {
  const page = await devices.paired("Laptop");
  await press(page, "Only control, no sound here");
  const before = (await stateOf(page)).playlists.length;
  await show(page, "Library");
  await press(page, "Playlists");
  const choose = (name, text) => page.getByLabel("Playlist file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  const report = page.getByRole("dialog", { name: /^Imported/ });

  await choose("Evening.m3u", "#EXTM3U\r\n#EXTINF:60,Somebody - Not here\r\nC:\\Music\\Not here.mp3\r\n#EXTINF:90,Long\r\nC:\\Music\\01 Long Tone.wav\r\n");
  await report.getByText("1 track is in the playlist.").waitFor();
  await report.getByText("1 entry was not found in the library.", { exact: false }).waitFor();
  await report.getByRole("list", { name: "Not found" }).getByText("C:\\Music\\Not here.mp3").waitFor();
  await press(page, "Close");
  await until(page, (state) => state.playlists.some(({ name, count }) => name === "Evening" && count === 1));

  const index = await page.evaluate(async () => (await fetch("/index")).json());
  const json = { name: "From elsewhere", tracks: [{ trackId: index[4].trackId, title: "whatever" }, { path: "music/02 Second Tone.wav" }, "03 Third Tone.wav"] };
  await choose("export.json", JSON.stringify(json));
  await report.getByText("3 tracks are in the playlist. Everything was found.").waitFor();
  await press(page, "Close");
  await open(page, "From elsewhere");
  const rows = page.getByRole("list", { name: "From elsewhere" }).getByRole("listitem");
  const [one, two, last] = [4, 1, 2].map((at) => index[at].trackId);
  await listIs(page, "From elsewhere", [one, two, last]);
  const box = await rows.last().locator(".grip").boundingBox();
  await page.mouse.move(box.x + 20, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 20, box.y - 98, { steps: 8 });
  await page.mouse.up();
  await listIs(page, "From elsewhere", [last, one, two]);

  await press(page, "All playlists");
  await choose("nothing.json", '{"volume": 7}');
  await page.getByText("nothing.json was not imported").waitFor();
  await page.getByText(/No list of tracks is in it/).waitFor();
  await choose("strangers.m3u8", "#EXTM3U\nNobody/knows this.flac\n");
  await page.getByText("strangers.m3u8 was not imported").waitFor();
  assert.equal((await stateOf(page)).playlists.length, before + 2);
});
