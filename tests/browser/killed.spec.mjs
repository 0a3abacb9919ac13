// The browser is killed with changes that the house has not heard of: opened again, it sends them, each once.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { launchKept } from "./browser.mjs";
import { House, isFake, pairAs, press, show, until, wait } from "./harness.mjs";

/** What the browser's own database holds, not what the page shows. */
const written = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("hearken");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction("values").objectStore("values").get("outbox");
          reading.onsuccess = () => (opening.result.close(), resolve(reading.result?.list.length ?? 0));
        };
      }),
  );

test("a browser that is killed with a full outbox sends it once when it is opened again", { skip: isFake }, async (t) => {
  const house = await new House().start();
  const folder = mkdtempSync(join(tmpdir(), "hearken-kept-"));
  const url = `http://hearken.local:${house.port}/`;
  let kept = await launchKept(folder);
  try {
    await kept.page.goto(url);
    await pairAs(kept.page, house.code, "Killed");
    await press(kept.page, "Only control, no sound here");
    await show(kept.page, "Library");
    const stars = kept.page.getByRole("list", { name: "Tracks" }).getByRole("button", { name: /^Star: / });
    await stars.nth(5).waitFor();
    await house.kill();
    await kept.page.getByText("Offline.").waitFor();
    for (let at = 0; at < 6; at += 1) await stars.nth(at).click();
    await stars.nth(2).click();
    await kept.page.getByText("Offline. 6 changes will be sent").waitFor();
    for (let tries = 0; (await written(kept.page)) < 6; tries += 1) {
      assert.ok(tries < 100, "it was never written down");
      await wait(50);
    }
    await kept.kill();
    await house.start(`127.0.0.1:${house.port}`);
    const openedAt = Date.now();
    kept = await launchKept(folder);
    await kept.page.goto(url);
    await kept.page.getByRole("button", { name: "Join" }).waitFor();
    await until(kept.page, (state) => state.waiting === 0 && state.stars.tracks.length === 5);
    t.diagnostic(`sent ${Date.now() - openedAt} ms after the browser was started`);
    const { rows } = await kept.page.evaluate(() => fetch("/stars/log?since=0").then((answer) => answer.json()));
    const marks = rows.map(({ event_data }) => event_data.id);
    assert.equal(marks.length, 6, JSON.stringify(rows));
    assert.equal(new Set(marks).size, 6, "each once");
  } finally {
    await kept.kill().catch(() => {});
    await house.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
