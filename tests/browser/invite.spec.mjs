// The invitation on the page: a phone's camera reads it off the screen, its page is paired by opening what was read, and
// the code is drawn anew for the next one.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { promisify } from "node:util";
import { PHONE } from "./browser.mjs";
import { Devices, House, isFake, sayWhose, show } from "./harness.mjs";

const run = promisify(execFile);
const hasCamera = await run("zbarimg", ["--version"]).then(() => true, () => false);
const skip = isFake ? "needs the real binary" : !hasCamera && "zbarimg is not installed (zbar-tools)";

let house, devices;
before(async () => {
  if (skip) return;
  house = await new House().start();
  devices = await Devices.open(house);
});
after(async () => {
  await devices?.close();
  await house?.stop();
});

/** What a camera that is held to this page reads. */
async function scan(page) {
  const picture = join(house.folder, "screen.png");
  await page.locator("img.qr").evaluate((image) => image.decode());
  await page.screenshot({ path: picture });
  return (await run("zbarimg", ["--quiet", "--raw", picture])).stdout.trim();
}

test("scanned off the page: paired without typing, and another code for the next", { skip }, async () => {
  const host = await devices.listening("Host");
  await show(host, "House");
  const image = host.locator("img.qr");
  await image.waitFor();
  const first = await image.getAttribute("src");
  const scanned = await scan(host);
  assert.match(scanned, new RegExp(`^http://127\\.0\\.0\\.1:${house.port}/#k=[0-9a-f]{32}$`));

  const context = await devices.browser.newContext(PHONE);
  const guest = await context.newPage();
  await guest.goto(scanned);
  await sayWhose(guest);
  assert.equal(new URL(guest.url()).hash, "", "the token does not stay in the address");

  await host.waitForFunction((before) => document.querySelector("img.qr")?.getAttribute("src") !== before, first);
  const next = await scan(host);
  assert.notEqual(next, scanned);
  const late = await (await devices.browser.newContext(PHONE)).newPage();
  await late.goto(scanned);
  await late.getByLabel("Pairing code").waitFor();
});
