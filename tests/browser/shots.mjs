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
