// The three pictures of README.md, made anew: Now and Compare on a phone, the library on a desk, with the demo library's music.
//
//   HEARKEN_BIN=… HEARKEN_MUSIC=folder-of-the-demo-library node pictures.mjs      →  docs/pictures
//
// They are made smaller by pngquant and optipng, and drawn with the page's first font, Inter: Debian has all three.

import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { Devices, House, press, pairAs, show, until, wait } from "./harness.mjs";

const BYTES_MAX = 150_000;
const SETTLED_MS = 600;
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, userAgent: ANDROID, reducedMotion: "reduce" };
const DESK = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5, reducedMotion: "reduce" };
const folder = new URL("../../docs/pictures/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

const house = await new House(process.env.HEARKEN_MUSIC).start();
const devices = await Devices.open(house);
try {
  const phone = await come("Kitchen phone", { ...PHONE, colorScheme: "dark" });
  const desk = await come("Laptop in the study", { ...DESK, colorScheme: "light" });
  await press(phone, "Only control, no sound here");
  await rooms(phone, "Kitchen", "Garden");
  await play(phone, "First Light on the Kettle");
  await show(phone, "Now");
  await press(phone, "Join");
  await press(desk, "Join");
  await phone.getByTestId("status").filter({ hasText: "In step" }).waitFor();
  await until(phone, (state) => state.session.clients.every(({ errorMs }) => errorMs !== null));
  await picture(phone, "now-phone");
  await show(desk, "Library");
  await press(desk, "Albums");
  const albums = desk.getByRole("list", { name: "Albums" }).getByRole("listitem");
  for (const at of [0, 3]) await albums.nth(at).getByRole("button", { name: /^Star/ }).click();
  await picture(desk, "library-desktop");
  await show(phone, "Compare");
  await press(phone, "Start");
  for (let round = 0; round < 9; round += 1) await answer(phone);
  await picture(phone, "compare-phone");
} finally {
  await devices.close();
  await house.stop();
}

async function come(name, options) {
  const page = await (await devices.browser.newContext(options)).newPage();
  await page.goto(devices.url);
  await pairAs(page, house.code, name);
  await until(page, (state) => state.library.count > 0);
  return page;
}

async function rooms(page, ...names) {
  await show(page, "House");
  for (const name of names) {
    await press(page, "New room");
    await page.getByLabel("Room name").fill(name);
    await press(page, "Save");
    await page.getByRole("button", { name: `Go to ${name}` }).waitFor();
  }
}

async function play(page, title) {
  await show(page, "Library");
  await press(page, `More: ${title}`);
  await page.getByRole("dialog").getByRole("button", { name: "Play", exact: true }).click();
}

/** One verdict, and the next pair. */
async function answer(page) {
  const pair = await page.locator(".contenders").getAttribute("data-pair");
  await page.locator('[data-side="a"] .winner').click();
  await until(page, (state, _, given) => state.comparison.pair.id !== given, pair);
}

async function picture(page, name) {
  await page.evaluate(() => document.activeElement?.blur?.());
  await wait(SETTLED_MS);
  const path = `${folder}${name}.png`;
  await page.screenshot({ path });
  execFileSync("pngquant", ["--force", "--output", path, "--strip", "--speed", "1", "256", path]);
  execFileSync("optipng", ["-quiet", "-o2", path]);
  const { size } = statSync(path);
  console.log(`${name}.png: ${size} bytes`);
  if (size > BYTES_MAX) throw new Error(`${name}.png has ${size} bytes, more than ${BYTES_MAX}`);
}
