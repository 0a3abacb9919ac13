// The invitation on the page: a phone's camera reads it off the screen, its page is paired by opening what was read, and
// the code is drawn anew for the next one.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { promisify } from "node:util";
import { PHONE } from "./browser.mjs";
import { Devices, House, isFake, pairAs, sayWhose, show } from "./harness.mjs";

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

test("where the browser can send things, the link is sent by it", { skip }, async () => {
  const context = await devices.browser.newContext(PHONE);
  await context.addInitScript(() => Object.defineProperty(navigator, "share", { value: async (what) => void (window.shared = what) }));
  const page = await context.newPage();
  await page.goto(devices.url);
  await pairAs(page, house.code, "Sharing phone");
  await page.getByRole("button", { name: "Only control, no sound here" }).click();
  await show(page, "House");
  await page.getByRole("button", { name: "Send the link" }).click();
  const { url } = await page.evaluate(() => window.shared);
  assert.match(url, /#k=[0-9a-f]{32}$/);
});

test("a new code: the old one and every link of before let nobody in; the link is sent or copied", { skip }, async () => {
  const host = await devices.paired("Careful host");
  await host.getByRole("button", { name: "Only control, no sound here" }).click();
  await show(host, "Now");
  await host.getByRole("button", { name: "Devices" }).click();
  await host.getByRole("button", { name: "Invite somebody…" }).click();
  const sheet = host.getByRole("dialog", { name: "Invite somebody" });
  const code = sheet.getByLabel("Pairing code");
  await host.waitForFunction(() => /\d{6}/.test(document.querySelector("dialog .invite-code")?.textContent ?? ""));
  const before = await code.textContent();
  const link = await sheet.getByLabel("Link for one device").inputValue();
  await sheet.getByRole("button", { name: "Copy the link" }).click();
  await sheet.getByRole("button", { name: "Copied" }).waitFor();
  await sheet.getByRole("button", { name: "New code" }).click();
  await sheet.getByRole("button", { name: "Really: New code" }).click();
  await host.waitForFunction((old) => !["", old].includes(document.querySelector("dialog .invite-code")?.textContent ?? ""), before);
  const late = await (await devices.browser.newContext(PHONE)).newPage();
  await late.goto(link);
  await late.getByText("This invitation was used already or is too old.").waitFor();
  await late.getByLabel("Pairing code").fill(before);
  await late.getByRole("button", { name: "Pair this device" }).click();
  await late.getByText("That code is not right").waitFor();
  await late.getByLabel("Pairing code").fill(await code.textContent());
  await late.getByRole("button", { name: "Pair this device" }).click();
  await sayWhose(late);
});
