// Pictures of what is a profile's own (whose device, stars, albums, what waits, what is to be decided), on a phone and on a
// desk, light and dark, against the stand-in house: node shots-mine.mjs [phone-light]  →  tests/browser/shots.

import { mkdirSync } from "node:fs";
import { DESKTOP, launch, PHONE } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";
import { pairAs, press, show, until, wait } from "./harness.mjs";

const folder = new URL("./shots/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const SMALL = { ...PHONE, viewport: { width: 360, height: 640 } };
const browser = await launch();
const looks = process.argv[2] ? [process.argv[2].split("-")] : ["phone-light", "phone-dark", "desk-light", "desk-dark", "small-light"].map((look) => look.split("-"));
for (const [size, scheme] of looks) await shoot(size, { phone: PHONE, desk: DESKTOP, small: SMALL }[size], scheme);
await browser.close();

async function paired(url, view, name, profile, shot) {
  const context = await browser.newContext(view);
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(name, "PAGE ERROR", error.stack));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && console.log(name, message.text()));
  await page.goto(url);
  if (shot) {
    await page.getByLabel("Pairing code").fill("123456");
    await press(page, "Pair this device");
    await page.getByRole("heading", { name: "Whose is this device?" }).waitFor();
    await shot(page, "whose");
    await page.reload();
  } else await pairAs(page, "123456", name, profile);
  await page.getByRole("button", { name: "Join" }).click();
  return page;
}

async function shoot(size, view, colorScheme) {
  const fake = await startFake({ seconds: 30, count: 80 });
  const url = `http://hearken.local:${fake.port}/`;
  const shot = async (page, name) => (await wait(400), await page.screenshot({ path: `${folder}mine-${name}-${size}-${colorScheme}.png` }));
  const other = await paired(url, PHONE, "Anna's phone", "Anna");
  const page = await paired(url, { ...view, colorScheme }, "Kitchen", "Anna", shot);
  await show(page, "House");
  await page.getByLabel("This device is used by", { exact: true }).selectOption("Anna");
  await until(page, (state) => state.link === "live" && state.you.profile !== "home");
  await show(page, "Library");
  for (const title of ["Harbour Lights", "Copper and Rain", "Nightbus"]) await press(page, `Star: ${title}`);
  await shot(page, "library");
  await press(page, "Starred");
  await press(page, "Star: Copper and Rain");
  await shot(page, "starred");
  await press(page, "Albums");
  await press(page, "Star: Lanterns");
  await shot(page, "albums");
  await press(page, "Open Lanterns");
  await shot(page, "album");
  await press(page, "Artists");
  await shot(page, "artists");
  await show(page, "House");
  await page.locator(".house-scroll").evaluate((element) => (element.scrollTop = 320));
  await shot(page, "house");
  await show(page, "Queue");
  await shot(page, "queue");
  await page.context().setOffline(true);
  fake.house.connections.forEach(({ ws, device }) => device.profile !== "home" && device.name !== "Anna's phone" && ws.terminate());
  await page.getByText("Offline.").waitFor();
  await press(page, "Star: Paper Boats");
  await press(page, "Star: Nightbus");
  await press(page, "Star: Slow Morning");
  await show(page, "Now");
  await shot(page, "offline");
  await press(page, "Show");
  await shot(page, "outgoing");
  await press(page, "Close");
  await wait(1200);
  await show(other, "Library");
  await press(other, "Star: Paper Boats");
  await press(other, "Star: Paper Boats");
  await page.context().setOffline(false);
  await until(page, (state) => state.link === "live");
  await page.getByText("later (").waitFor();
  await shot(page, "conflict");
  await page.context().close();
  await other.context().close();
  fake.stop();
}
