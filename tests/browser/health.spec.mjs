// House → Health: the doctor's findings and the figures, where the household looks.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { test } from "node:test";
import { devices, house, isFake, openHouse, press, show } from "./harness.mjs";

const skip = isFake && "needs the real binary";
if (!skip) openHouse();

test("what is wrong is told first, with what to do, and looked at again", { skip }, async () => {
  const page = await devices.listening("Phone");
  await show(page, "House");
  await press(page, "Health");
  const sheet = page.getByRole("dialog", { name: "Health" });
  await sheet.getByText("1 open page").waitFor();
  const rows = sheet.getByRole("listitem");
  assert.match(await sheet.getByRole("status").textContent(), /All is well|to look at/);
  assert.ok((await rows.allTextContents()).some((text) => /store.*sound/i.test(text)), String(await rows.allTextContents()));
  await rm(house.music, { recursive: true });
  // What was found is told for a while: ask until the next look.
  const first = rows.first();
  for (let tries = 0; tries < 40 && (await first.getAttribute("data-grade")) !== "fail"; tries++) {
    await sheet.getByRole("button", { name: "Look again" }).click();
    await page.waitForTimeout(500);
  }
  assert.match(await first.textContent(), /music.*does not work/i);
  assert.ok((await first.locator(".advice").textContent())?.length > 10, "it says what to do");
  await sheet.getByRole("button", { name: "Close" }).click();
  await sheet.waitFor({ state: "detached" });
});
