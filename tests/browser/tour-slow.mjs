// The rest of the walk (tour.mjs): what people see while music is slow to come, against the stand-in house, which can be slowed down
// and has thousands of tracks.

import { startFake } from "./fake-server.mjs";
import { pairAs, press, show, until } from "./harness.mjs";
import { launch } from "./browser.mjs";

/** 40 kB/s: a track of 90 s needs a minute and a half, longer than any look at it. */
const BYTES_A_TICK = 2_000;

/** @param {{ options: object, at: import("./tour.mjs").AtStop }} how */
export async function walkSlow({ options, at }) {
  const fake = await startFake({ seconds: 90, count: 5000 });
  const browser = await launch();
  const come = async (name) => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(`http://hearken.local:${fake.port}/`);
    await pairAs(page, "123456", name);
    await press(page, "Join");
    return page;
  };
  try {
    const page = await come("Kitchen phone");
    await press(page, "Play");
    await until(page, (_, heard) => heard.playing);
    await until(page, (state) => state.held.length >= 2);
    await show(page, "Library");
    await page.locator(".windowed").evaluate((element) => (element.scrollTop = 150_000));
    await at("library-many", page);
    await show(page, "Now");
    fake.house.slow = BYTES_A_TICK;
    await come("Laptop in the study");
    await until(page, (state) => state.session.clients.length === 2);
    await press(page, "Next");
    await page.getByRole("button", { name: "Start without" }).waitFor();
    await page.getByText("%").first().waitFor();
    await at("now-waiting", page);
    await press(page, "Next");
    await page.getByText("Downloading").waitFor();
    await page.getByRole("progressbar", { name: "Download" }).waitFor();
    await at("now-downloading", page);
    await show(page, "Queue");
    await at("queue-waiting", page);
    fake.stop();
    await page.getByText("Offline. Reconnecting…").waitFor();
    await at("offline-reconnecting", page);
  } finally {
    await browser.close();
    fake.stop();
  }
}
