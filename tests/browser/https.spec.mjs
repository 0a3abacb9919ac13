// The same port by https, for a browser that trusts the house's authority: installable, kept by a service worker, there without
// the network. And by plain http, where nobody needs any of that.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, PHONE } from "./browser.mjs";
import { House, isFake, pairAs, press, show, stateOf, until } from "./harness.mjs";

const skip = isFake;
let house, home, trusting, wary;

before(async () => {
  if (skip) return;
  house = await new House().start();
  home = mkdtempSync(join(tmpdir(), "hearken-home-"));
  await trustIn(home, house);
  trusting = await launch({ ...process.env, HOME: home });
  wary = await launch();
});
after(async () => {
  await trusting?.close();
  await wary?.close();
  await house?.stop();
  if (home) rmSync(home, { recursive: true, force: true });
});

const http = (path = "/") => `http://hearken.local:${house.port}${path}`;
const https = (path = "/") => `https://hearken.local:${house.port}${path}`;

/** What a person does who follows /trust: takes the certificate by http, and puts it where the browser looks. */
async function trustIn(folder, { port }) {
  const answer = await fetch(`http://127.0.0.1:${port}/ca.crt`);
  assert.equal(answer.headers.get("content-type"), "application/x-x509-ca-cert");
  const certificate = join(folder, "hearken-ca.crt");
  writeFileSync(certificate, Buffer.from(await answer.arrayBuffer()));
  const database = join(folder, ".pki", "nssdb");
  mkdirSync(database, { recursive: true });
  const nss = (...args) => execFileSync("certutil", ["-d", `sql:${database}`, ...args], { stdio: "pipe" });
  nss("-N", "--empty-password");
  nss("-A", "-n", "Hearken at home", "-t", "C,,", "-i", certificate);
}

async function pairedPage(browser, url, name) {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.stack));
  page.on("console", (message) => /Content Security Policy|Manifest/.test(message.text()) && page.problems.push(message.text()));
  await page.goto(url);
  await pairAs(page, house.code, name);
  return page;
}

const controlled = (page) => page.evaluate(async () => {
  await navigator.serviceWorker.ready;
  const { controller } = navigator.serviceWorker;
  if (!controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  return navigator.serviceWorker.controller.scriptURL;
});

const kept = (page) => page.evaluate(async () => {
  const names = await caches.keys();
  const paths = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
  return { names, paths: paths.flat() };
});

test("trusted, the page is a secure context, installable, and kept by a service worker", { skip }, async () => {
  const page = await pairedPage(trusting, https(), "Phone");
  assert.equal(await page.evaluate(() => window.isSecureContext), true);
  assert.equal(await controlled(page), https("/sw.js"));
  const session = await page.context().newCDPSession(page);
  const { errors, url } = await session.send("Page.getAppManifest");
  assert.deepEqual([errors, url], [[], https("/manifest.webmanifest")]);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // A context of a test is a private window; a browser says so, and nothing else.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  const { names, paths } = await kept(page);
  assert.equal(names.length, 1);
  assert.match(names[0], /^shell-[0-9a-f]{16}$/);
  for (const path of ["/", "/app.js", "/style.css", "/vendor/vendor.js", "/views/house/house.js"]) assert.ok(paths.includes(path), path);
  await press(page, "Join");
  await show(page, "House");
  await page.getByText("Opened by https").waitFor();
  const after = (await kept(page)).paths;
  for (const path of after) assert.doesNotMatch(path, /^\/(index$|snapshot|clients|cover|file|qr|healthz|pair|sw\.js)/, path);
  assert.deepEqual(after.toSorted(), paths.toSorted(), "nothing else has come to it");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("without the network a reload shows the page, and it comes back by itself", { skip }, async () => {
  const page = await pairedPage(trusting, https(), "Traveller");
  await controlled(page);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText("The house does not answer. Trying again…").waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Join" }).waitFor();
  await until(page, (state) => state.link === "live");
  await press(page, "Join");
  for (const screen of ["Queue", "Library", "Radio", "House", "Now"]) await show(page, screen);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a device that was paired by http is the same one by https", { skip }, async () => {
  const page = await pairedPage(trusting, http(), "Both ways");
  const { clientId } = (await stateOf(page)).you;
  await press(page, "Only control, no sound here");
  await show(page, "House");
  await page.getByRole("link", { name: "Install and https help" }).click();
  await page.getByRole("heading", { name: "Install and https" }).waitFor();
  await page.getByRole("link", { name: https() }).click();
  await page.getByRole("button", { name: "Join" }).waitFor();
  assert.equal(page.url(), https());
  await until(page, (state) => state.link === "live");
  assert.equal((await stateOf(page)).you.clientId, clientId);
  await page.context().close();
});

test("the help page is open to everybody and shows the certificate's fingerprint", { skip }, async () => {
  const context = await wary.newContext(PHONE);
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => problems.push(message.text()));
  await page.goto(http("/trust"));
  const print = Buffer.from(await (await fetch(`http://127.0.0.1:${house.port}/ca.crt`)).arrayBuffer());
  const digest = Buffer.from(await crypto.subtle.digest("SHA-256", print)).toString("hex").toUpperCase().match(/../g).join(":");
  assert.equal(await page.locator("#fingerprint").textContent(), digest);
  for (const system of ["iPhone and iPad", "Android", "Windows", "macOS", "Firefox, on any system", "Linux"]) {
    await page.getByText(system, { exact: true }).click();
  }
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.viewport.width);
  for (const target of await page.locator("main a, main summary").all()) assert.ok((await target.boundingBox()).height >= 44);
  assert.deepEqual(problems, []);
  await context.close();
});

test("untrusted, https is refused by the browser, and plain http is whole and asks for nothing", { skip }, async () => {
  const context = await wary.newContext(PHONE);
  const page = await context.newPage();
  await assert.rejects(page.goto(https()), /ERR_CERT_AUTHORITY_INVALID/);
  await context.close();
  const plain = await pairedPage(wary, http(), "Plain");
  const asked = [];
  plain.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await plain.reload();
  await press(plain, "Join");
  await press(plain, "Play");
  await until(plain, (state, measure) => measure.playing);
  for (const screen of ["Queue", "Library", "Radio", "House"]) await show(plain, screen);
  await plain.getByText("By plain http everything works.").waitFor();
  assert.equal(await plain.evaluate(() => window.isSecureContext), false);
  for (const path of ["/shell.js", "/sw.js", "/manifest.webmanifest"]) assert.ok(!asked.includes(path), path);
  assert.ok(!asked.some((path) => path.startsWith("/icons/")), String(asked));
  assert.deepEqual(plain.problems, []);
  await plain.context().close();
});

test("another version of the page is offered, and loaded when somebody agrees", { skip }, async () => {
  const page = await pairedPage(trusting, https(), "Phone");
  await controlled(page);
  const before = (await kept(page)).names;
  const worker = await (await fetch(`http://127.0.0.1:${house.port}/sw.js`)).text();
  // The house is put to another version: as a package's upgrade does it, with other files and the worker that belongs to them.
  const pages = join(house.folder, "static");
  cpSync(new URL("../../static/", import.meta.url), pages, { recursive: true, filter: (path) => !path.includes("node_modules") });
  appendFileSync(join(pages, "app.js"), "document.documentElement.dataset.version = 'next';\n");
  writeFileSync(join(pages, "sw.js"), worker.replace(/const VERSION = "[0-9a-f]{16}"/, 'const VERSION = "0123456789abcdef"'));
  await house.kill();
  await house.start(`127.0.0.1:${house.port}`, { HEARKEN_STATIC_DIR: pages });
  await page.getByText("Hearken was renewed").waitFor();
  assert.deepEqual((await kept(page)).names.toSorted(), ["shell-0123456789abcdef", ...before], "both are kept until somebody agrees");
  await press(page, "Reload");
  await page.locator("html[data-version=next]").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Join" }).waitFor();
  assert.deepEqual((await kept(page)).names, ["shell-0123456789abcdef"]);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
