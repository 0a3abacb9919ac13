// Pictures of the screens that need a whole house behind them (rooms, comparing, radio, playlists), against the real binary and
// a small library with covers: HEARKEN_BIN=… HEARKEN_MUSIC=folder node shots-house.mjs  →  tests/browser/shots.

import { mkdirSync } from "node:fs";
import { DESKTOP, launch, PHONE } from "./browser.mjs";
import { House, press, sayWhose, show, until, wait } from "./harness.mjs";

const folder = new URL("./shots/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const SMALL = { ...PHONE, viewport: { width: 360, height: 640 } };
const browser = await launch();
const looks = process.argv[2] ? [process.argv[2].split("-")] : ["phone-light", "phone-dark", "desk-light", "desk-dark", "small-light"].map((look) => look.split("-"));
for (const [size, scheme] of looks) await shoot(size, { phone: PHONE, desk: DESKTOP, small: SMALL }[size], scheme);
await browser.close();

async function shoot(size, view, colorScheme) {
  const house = await new House(process.env.HEARKEN_MUSIC).start();
  const context = await browser.newContext({ ...view, colorScheme });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(size, "PAGE ERROR", error.stack));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && console.log(size, message.text()));
  const shot = async (name) => {
    await wait(350);
    await page.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png` });
  };
  await page.goto(`http://hearken.local:${house.port}/`);
  await page.getByLabel("Pairing code").fill(house.code);
  await page.getByLabel("This device's name").fill("Kitchen phone");
  await press(page, "Pair this device");
  await sayWhose(page);
  await page.getByRole("button", { name: "Join" }).click();
  await until(page, (state) => state.library.count >= 12);
  await press(page, "Play");
  await until(page, (_, heard) => heard.playing);
  await shoot2(page, shot);
  await context.close();
  await house.stop();
}

async function shoot2(page, shot) {
  await show(page, "Compare");
  await shot("compare-start");
  await press(page, "Start");
  await page.locator(".contenders").waitFor();
  for (let i = 0; i < 9; i += 1) {
    const pair = await page.locator(".contenders").getAttribute("data-pair");
    await page.locator(`[data-side="${i % 3 ? "a" : "b"}"] .winner`).click();
    await until(page, (state, _, given) => state.comparison.pair.id !== given, pair);
  }
  await page.locator('[data-side="b"] .hear').click();
  await until(page, (state) => state.comparison.selected?.isPlaying);
  await shot("compare");
  await press(page, "Ranking");
  await shot("ranking");
  await show(page, "Radio");
  await shot("radio-empty");
  for (const [name, order] of [["Kitchen in the morning", "Shuffled, each round anew"], ["Evening", "One after the other"]]) {
    await page.getByRole("button", { name: "New station" }).click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel(order).check();
    if (name === "Evening") await shot("radio-form");
    await press(page, "Save");
    await page.getByRole("region", { name }).waitFor();
  }
  await wait(1500);
  await page.getByRole("region", { name: "Kitchen in the morning" }).getByRole("button", { name: "Tune in" }).click();
  await until(page, (_, heard) => heard.playing);
  await press(page, "More: Evening");
  await shot("radio");
  await show(page, "Now");
  await shot("now-radio");
  await press(page, "Back to the room");
  await show(page, "Library");
  const tracks = page.getByRole("list", { name: "Tracks" }).getByRole("listitem");
  for (let at = 0; at < 5; at += 1) {
    await tracks.nth(at).getByRole("button", { name: /^More/ }).click();
    await press(page, "Add to a playlist…");
    if (at === 0) {
      await page.getByLabel("New playlist").fill("Sunday breakfast");
      await press(page, "Save");
    } else {
      if (at === 4) await shot("menu-playlist");
      await page.getByRole("group", { name: "Playlists" }).getByRole("button", { name: "Sunday" }).click();
    }
    await until(page, (state, _, given) => state.playlists[0]?.count === given, at + 1);
  }
  await shot("library-tracks");
  await press(page, "Playlists");
  await shot("playlists");
  await page.getByRole("list", { name: "Playlists" }).getByRole("button").first().click();
  await shot("playlist");
  await show(page, "Queue");
  await press(page, "Shuffle");
  await shot("queue-undo");
  await show(page, "House");
  for (const name of ["Kitchen", "Garden"]) {
    await press(page, "New room");
    await page.getByLabel("Room name").fill(name);
    await press(page, "Save");
    await page.getByRole("button", { name: `Go to ${name}` }).waitFor();
  }
  await page.getByRole("button", { name: "Go to Kitchen" }).scrollIntoViewIfNeeded();
  await shot("house-rooms");
  await press(page, "Go to Kitchen");
  await until(page, (state) => state.session.queue.length === 0);
  await show(page, "Now");
  await shot("now-room-empty");
}
