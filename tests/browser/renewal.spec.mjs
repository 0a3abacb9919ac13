// The house was renewed under an open page, and "Refresh": what people are offered, and what is fetched anew. The stand-in house
// can be another version from one moment to the next.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, PHONE } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";
import { join_, pairAs, playing, press, show, stateOf, until, wait } from "./harness.mjs";

let fake, browser, page;
const loads = [];
before(async () => {
  fake = await startFake({ count: 12, seconds: 30 });
  browser = await launch();
  const context = await browser.newContext(PHONE);
  page = await context.newPage();
  page.on("framenavigated", () => loads.push(page.url()));
  await page.goto(`http://hearken.local:${fake.port}/`);
  await pairAs(page, "123456", "Phone");
  await join_(page);
});
after(async () => {
  await browser?.close();
  fake?.stop();
});

/** As a restart looks to a page: another clock, and every connection gone. */
function restart(version) {
  fake.house.version = version;
  fake.house.clockId = `clock of ${version} ${Math.random()}`;
  for (const { ws } of fake.house.connections) ws.close(1012);
}

const back = (clockId) => until(page, (state, _, given) => state.link === "live" && state.clockId === given, clockId);

test("a restart of the same version says nothing", async () => {
  await until(page, (state) => state.link === "live");
  await show(page, "House");
  await page.getByText("Hearken 0.1.0-fake").waitFor();
  const asked = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/healthz");
  restart("0.1.0-fake");
  await back(fake.house.clockId);
  // Which version it is, it asks after each connect.
  await (await asked).finished();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  assert.equal(await page.getByText("Hearken was renewed").count(), 0);
});

test("another version is offered, and never loaded while music plays, nor at all before somebody agrees", async () => {
  await show(page, "Now");
  await press(page, "Play");
  await playing(page);
  const before = loads.length;
  restart("0.2.0");
  await back(fake.house.clockId);
  await page.getByText("Hearken was renewed").waitFor();
  await page.getByText("Reload when it suits you").waitFor();
  await playing(page);
  await press(page, "Dismiss");
  await show(page, "House");
  await page.getByText("This page is from before hearken was renewed.").waitFor();
  await page.getByText("Hearken 0.2.0").waitFor();
  assert.equal(loads.length, before, "it never loaded itself");
  await Promise.all([page.waitForEvent("load"), press(page, "Reload the page")]);
  await page.getByRole("button", { name: "Join" }).waitFor();
  await join_(page);
  await show(page, "House");
  await page.getByText("Hearken 0.2.0").waitFor();
  // News stays while a pointer is on it: this one is on nothing.
  await page.mouse.move(1, 1);
  assert.equal(await page.getByText("This page is from before").count(), 0);
});

test("Refresh fetches everything anew: state, index, what a screen shows", async () => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const sockets = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  await press(page, "Refresh everything");
  const told = page.getByText("Everything was fetched anew.");
  await told.waitFor();
  assert.equal(sockets.length, 1);
  assert.ok(!sockets[0].includes("since="), sockets[0]);
  for (const path of ["/index", "/healthz"]) {
    for (let looks = 0; !asked.includes(path); looks += 1) {
      assert.ok(looks < 50, `${path} was not asked for: ${asked}`);
      await wait(50);
    }
  }
  // What it said is gone before another says the same.
  await told.waitFor({ state: "detached" });
});

test("a list pulled down does the same; one that is scrolled, or pulled a little, does not", async () => {
  await show(page, "Queue");
  const session = await page.context().newCDPSession(page);
  const box = await page.getByRole("list", { name: "Queue" }).boundingBox();
  const x = box.x + box.width / 2;
  const pull = async (from, by) => {
    const touch = (type, y) => session.send("Input.dispatchTouchEvent", { type, touchPoints: y === undefined ? [] : [{ x, y }] });
    await touch("touchStart", from);
    for (let step = 1; step <= 10; step += 1) await touch("touchMove", from + (by * step) / 10);
    return () => touch("touchEnd");
  };
  const sockets = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const scrolled = await pull(box.y + 200, -150);
  await scrolled();
  const little = await pull(box.y + 40, 60);
  await little();
  await page.getByRole("list", { name: "Queue" }).evaluate((list) => (list.scrollTop = 0));
  assert.equal(sockets.length, 0);
  const letGo = await pull(box.y + 40, 220);
  await page.getByText("Let go to refresh").waitFor();
  await letGo();
  await page.getByText("Everything was fetched anew.").waitFor();
  assert.equal(sockets.length, 1);
  await page.locator(".pull").waitFor({ state: "detached" });
});

test("keys: what they are is told by ?, and they do it", async () => {
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.getByText("Search the library").waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.keyboard.press("6");
  await page.getByRole("heading", { name: "House", level: 1 }).waitFor();
  await page.keyboard.press("1");
  const { session } = await stateOf(page);
  await page.keyboard.press("Shift+ArrowRight");
  await until(page, (state, _, given) => state.session.queue[0] === given, session.queue[1]);
  await page.keyboard.press("Shift+ArrowLeft");
  await until(page, (state, _, given) => state.session.queue[0] === given, session.queue[0]);
  // The bar itself does what the page does: ten seconds, not its own tenth of one.
  await page.getByRole("slider", { name: "Position" }).focus();
  for (const [key, seconds] of [["ArrowRight", 10], ["ArrowRight", 20], ["ArrowLeft", 10]]) {
    await page.keyboard.press(key);
    await until(page, (state, _, given) => state.session.playState.anchorPositionSec === given, seconds);
  }
});
