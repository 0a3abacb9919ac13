// Browsers that keep nothing: a private window refuses its database, or what is written to it, or never answers. The page then
// works with what it has in memory, and says where that matters.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, Line, openHouse, play, playing, press, show, stateOf, until } from "./harness.mjs";

openHouse();

/** What different browsers do in a private window, each as a script that runs before the page's own. */
const REFUSALS = {
  "has no database": () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
  },
  "never answers": () => {
    IDBFactory.prototype.open = () => /** @type {any} */ ({});
  },
  "has a database that takes nothing": () => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("A mutation operation was attempted on a database that did not allow mutations.", "InvalidStateError");
    };
  },
  "takes no Blobs": () => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      const holdsBlob = (/** @type {any} */ each) => each instanceof Blob || (each && typeof each === "object" && !ArrayBuffer.isView(each) && Object.values(each).some(holdsBlob));
      if (holdsBlob(value)) throw new DOMException("BlobURLs are not yet supported.", "DataCloneError");
      return put.call(this, value, key);
    };
  },
};

for (const [what, refuse] of Object.entries(REFUSALS)) {
  test(`a browser that ${what}: paired, listening, and another track after it`, async () => {
    const page = await devices.listening("Private", { prepare: (page) => page.addInitScript(refuse) });
    await play(page);
    await playing(page);
    const before = (await stateOf(page)).session.playState.trackId;
    await press(page, "Next");
    await until(page, (state, measure, given) => measure.playing && state.session.playState.trackId !== given && measure.trackId === state.session.playState.trackId, before);
    await press(page, "Pause");
    await until(page, (_, measure) => !measure.playing);
  });
}

test("what waits to be sent is sent, and while it waits the page says that it keeps nothing", async () => {
  const line = new Line();
  const page = await devices.paired("Private", {
    prepare: async (page) => {
      await page.addInitScript(REFUSALS["has no database"]);
      await line.lay(page);
    },
  });
  await press(page, "Only control, no sound here");
  await show(page, "Library");
  const star = page.getByRole("list", { name: "Tracks" }).getByRole("button", { name: /^Star: / }).first();
  await star.waitFor();
  await line.cut();
  await star.click();
  await page.getByText("Offline. 1 change will be sent").waitFor();
  await press(page, "Show");
  await page.getByText("This browser keeps nothing: leave the page open until it is sent.").waitFor();
  await press(page, "Close");
  await line.mend();
  await until(page, (state) => state.waiting === 0 && state.stars.tracks.length === 1);
  await page.getByText("Offline").waitFor({ state: "detached" });
});
