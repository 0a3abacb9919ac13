// Pictures of every screen, on a phone and on a desk, light and dark, against the stand-in house: tests/browser/shots.

import { mkdirSync } from "node:fs";
import { DESKTOP, launch, PHONE } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";

const folder = new URL("./shots/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const [size, view] of Object.entries({ phone: PHONE, desk: DESKTOP })) {
  for (const colorScheme of ["light", "dark"]) await shoot(size, view, colorScheme);
}
await browser.close();

async function shoot(size, view, colorScheme) {
  const fake = await startFake({ seconds: 120, count: 5000 });
  const context = await browser.newContext({ ...view, colorScheme });
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && console.log(size, message.text()));
  page.on("pageerror", (error) => console.log(size, "PAGE ERROR", error.stack));
  const shot = (name) => page.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png` });
  await page.goto(`http://hearken.local:${fake.port}/`);
  await page.getByLabel("Pairing code").fill("123456");
  await shot("pair");
  await page.getByLabel("This device's name").fill("Kitchen phone");
  await page.getByRole("button", { name: "Pair" }).click();
  await page.getByRole("button", { name: "Join" }).waitFor();
  await page.waitForTimeout(300);
  await shot("join");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForFunction(() => window.hearken.measure().playing, null, { timeout: 10_000 });
  await page.waitForTimeout(4000);
  await shot("now");
  console.log(size, colorScheme, JSON.stringify(await page.evaluate(() => window.hearken.measure())));
  for (const name of ["Queue", "Library", "House"]) {
    await page.getByRole("navigation").getByRole("button", { name }).click();
    await page.waitForTimeout(300);
    await shot(name.toLowerCase());
    if (name === "Queue") {
      await page.getByRole("button", { name: "More: Copper and Rain", exact: true }).click();
      await shot("menu");
      await page.getByRole("button", { name: "Close", exact: true }).click();
    }
  }
  await alone(browser, page, fake, view, shot);
  fake.house.slow = 40_000;
  await page.getByRole("navigation").getByRole("button", { name: "Now" }).click();
  for (let i = 0; i < 2; i += 1) await page.getByRole("button", { name: "Next" }).click();
  await page.waitForTimeout(2500);
  await shot("waiting");
  fake.stop();
  await page.waitForTimeout(1500);
  await shot("offline");
  await context.close();
}

/** A device that listens alone, with another one to go on with. */
async function alone(browser, page, fake, view, shot) {
  const other = await browser.newContext(view);
  const laptop = await other.newPage();
  await laptop.goto(`http://hearken.local:${fake.port}/`);
  await laptop.getByLabel("Pairing code").fill("123456");
  await laptop.getByLabel("This device's name").fill("Laptop in the study");
  await laptop.getByRole("button", { name: "Pair" }).click();
  await laptop.getByRole("button", { name: /alone$/ }).click();
  const press = (at, name) => at.getByRole("button", { name, exact: true }).click();
  const screen = (at, name) => at.getByRole("navigation").getByRole("button", { name }).click();
  for (const [who, rows] of [[laptop, [2]], [page, [3, 4, 5, 6, 8]]]) {
    await screen(who, "Library");
    for (const row of rows) {
      await who.getByRole("list", { name: "Tracks" }).getByRole("listitem").nth(row).getByRole("button", { name: /^More/ }).click();
      const sheet = who.getByRole("dialog");
      await sheet.getByRole("group", { name: "Where" }).getByRole("button", { name: /^This/ }).click();
      if (who === page && row === 4) await shot("menu-where");
      await sheet.getByRole("button", { name: row === rows[0] ? "Play" : "Add to the queue", exact: true }).click();
    }
    await who.waitForFunction(() => window.hearken.measure().playing, null, { timeout: 10_000 });
  }
  await screen(page, "Now");
  await page.waitForTimeout(700);
  await shot("alone");
  await press(page, "Devices");
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "More: Laptop in the study" }).click();
  await shot("devices");
  await press(page, "Close");
  await screen(page, "Queue");
  await page.waitForTimeout(300);
  await shot("alone-queue");
  await screen(page, "Now");
  await page.reload();
  await page.getByText(/Laptop in the study is at/).waitFor();
  await shot("offer");
  await press(page, "Listen together: House");
  await page.waitForFunction(() => window.hearken.state().joined, null, { timeout: 10_000 });
  await other.close();
}
