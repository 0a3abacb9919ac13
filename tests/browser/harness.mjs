// A house for browser tests: the real binary (HEARKEN_BIN) with music and a state folder of its own, and pages that come to it
// by its own name, each in a context of its own, which makes it a device. HEARKEN_FAKE=1 takes the stand-in instead.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before } from "node:test";
import { launch, PHONE } from "./browser.mjs";
import { writeMusic } from "./music.mjs";

export const isFake = process.env.HEARKEN_FAKE === "1";
const READY_WITHIN_MS = 20_000;
/** Closer than this, two sounds are one to an ear. */
const HEARD_AS_ONE_MS = 20;
const IN_STEP_WITHIN_MS = 60_000;

/** Tracks of the house, in album order of their names. */
export const MUSIC = [
  { name: "01 Long Tone", seconds: 90, hz: 220 },
  { name: "02 Second Tone", seconds: 60, hz: 277 },
  { name: "03 Third Tone", seconds: 60, hz: 330 },
  { name: "04 Short Tone", seconds: 8, hz: 392 },
  { name: "05 Shorter Tone", seconds: 7, hz: 440 },
  { name: "06 Last Tone", seconds: 60, hz: 494 },
];

export class House {
  #child = null;
  #fake = null;
  log = "";

  /** @param {typeof MUSIC | string} music what to make, or a folder that is there */
  constructor(music = MUSIC) {
    this.folder = mkdtempSync(join(tmpdir(), "hearken-browser-"));
    this.music = typeof music === "string" ? music : join(this.folder, "music");
    if (typeof music !== "string") writeMusic(this.music, music);
  }

  /** @param {NodeJS.ProcessEnv} [settings] as variables, `HEARKEN_…` */
  async start(listen = "127.0.0.1:0", settings = {}) {
    if (isFake) {
      const { startFake } = await import("./fake-server.mjs");
      this.#fake = await startFake({ port: Number(listen.split(":")[1]), count: 6, seconds: 60 });
      Object.assign(this, { port: this.#fake.port, code: "123456" });
      return this;
    }
    const bin = process.env.HEARKEN_BIN;
    if (!bin) throw new Error("set HEARKEN_BIN to the binary, or HEARKEN_FAKE=1");
    const args = ["serve", "--listen", listen, "--audio-dir", this.music, "--state-dir", join(this.folder, "state"), "--no-mdns", "--json"];
    this.#child = spawn(bin, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...settings } });
    this.#child.stderr.on("data", (chunk) => (this.log += chunk));
    const { url, pairingCode } = await this.#ready();
    Object.assign(this, { port: Number(new URL(url).port), code: pairingCode });
    return this;
  }

  /** The plug is pulled. */
  async kill() {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  async stop() {
    this.#fake?.stop();
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill("SIGTERM");
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #ready() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready in time\n${this.log}`)), READY_WITHIN_MS);
      this.#child.once("exit", (code) => reject(new Error(`ended with ${code}\n${this.log}`)));
      createInterface({ input: this.#child.stdout }).on("line", (line) => {
        if (!line.startsWith("{")) return;
        clearTimeout(timer);
        resolve(JSON.parse(line));
      });
    });
  }
}

/** One browser, several devices. */
export class Devices {
  contexts = [];
  problems = [];

  /** @param {House} house @param {import("playwright-core").Browser} [browser] */
  static async open(house, browser) {
    const devices = new Devices();
    devices.house = house;
    devices.browser = browser ?? (await launch());
    return devices;
  }

  get url() {
    return `http://hearken.local:${this.house.port}/`;
  }

  /** A new device, paired by code, before its tap. `engine`: "buffer" or "element"; `profile`: whose it is, made if it is new. */
  async paired(name, { profile, ...options } = {}) {
    const page = await this.atTheDoor(options);
    await pairAs(page, this.house.code, name, profile);
    return page;
  }

  /** A new browser before the pairing page. */
  async atTheDoor({ engine = "buffer", prepare = async () => {}, name = "new" } = {}) {
    const context = await this.browser.newContext(PHONE);
    this.contexts.push(context);
    if (engine !== "buffer") await context.addInitScript((chosen) => localStorage.setItem("engine", chosen), engine);
    const page = await this.#page(context, name);
    await prepare(page);
    await page.goto(this.url);
    return page;
  }

  /** A new device that listens. */
  async listening(name, options) {
    const page = await this.paired(name, options);
    await join_(page);
    // From now on the house waits for it.
    await until(page, ({ you, session }) => session.clients.some(({ clientId }) => clientId === you?.clientId));
    return page;
  }

  /** Another tab of the same device. */
  async tab(page) {
    const tab = await this.#page(page.context(), "tab");
    await tab.goto(this.url);
    await tab.getByRole("button", { name: /Join|Listen in this tab/ }).or(tab.getByRole("navigation", { name: "Screens" })).waitFor();
    return tab;
  }

  async forgetAll() {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  async close() {
    await this.browser.close();
  }

  async #page(context, name) {
    const page = await context.newPage();
    page.on("pageerror", (error) => this.problems.push(`${name}: ${error.stack}`));
    page.on("console", (message) => {
      if (/Content Security Policy|playback failed/.test(message.text())) this.problems.push(`${name}: ${message.text()}`);
    });
    return page;
  }
}

/**
 * A way to cut one page off from the house and to let it back. `swallow`: answers of this type are lost, and the line with them.
 * To be prepared before the page is opened: `devices.paired(name, { prepare: (page) => line.lay(page) })`.
 */
export class Line {
  #open = new Set();
  isCut = false;
  swallow = null;

  async lay(page) {
    this.page = page;
    await page.routeWebSocket(/\/ws\/sync/, (socket) => {
      if (this.isCut) return socket.close();
      const server = socket.connectToServer();
      this.#open.add(socket);
      socket.onClose(() => (this.#open.delete(socket), server.close()));
      server.onMessage((message) => {
        if (!this.swallow || JSON.parse(message).type !== this.swallow) return socket.send(message);
        this.swallow = null;
        this.#open.delete(socket);
        socket.close({ code: 1001 });
      });
    });
  }

  /** @param {{ alone?: boolean }} [how] alone: the device's other tabs stay connected */
  async cut({ alone = false } = {}) {
    this.isCut = true;
    if (!alone) await this.page.context().setOffline(true);
    for (const socket of this.#open) socket.close({ code: 1001 });
    await this.page.getByText("Offline.").waitFor();
  }

  async mend() {
    this.isCut = false;
    await this.page.context().setOffline(false);
    await this.page.evaluate(() => dispatchEvent(new Event("online")));
    await until(this.page, (state) => state.link === "live");
  }
}

/** Types the code, says whose the device is, and comes to where the tap is asked for. */
export async function pairAs(page, code, name, profile = "Home") {
  await page.getByLabel("Pairing code").fill(code);
  await page.getByLabel("This device's name").fill(name);
  await page.getByRole("button", { name: "Pair this device" }).click();
  await sayWhose(page, profile);
}

/** What a new device is asked after pairing, in a house that has people. */
export async function sayWhose(page, profile = "Home") {
  const join = page.getByRole("button", { name: "Join" });
  const whose = page.getByRole("heading", { name: "Whose is this device?" });
  await join.or(whose).waitFor();
  if (await whose.isVisible()) {
    const known = page.getByRole("list", { name: "Profiles" }).getByRole("button", { name: profile });
    if (await known.count()) await known.click();
    else {
      await page.getByRole("button", { name: "Somebody new" }).click();
      await page.getByLabel("Name of a person").fill(profile);
      await page.getByRole("button", { name: "Save" }).click();
    }
  }
  await join.waitFor();
}

/** The house of this file's tests and the devices in it, once `openHouse` has been called and the tests run. */
export let house, devices;

/**
 * A house for all tests of the file. After each test its devices are forgotten (`keep`: only at the end), and nothing may have
 * gone wrong on a page.
 * @param {{ music?: typeof MUSIC, keep?: boolean, prepare?: () => Promise<void> }} [how]
 */
export function openHouse({ music = MUSIC, keep = false, prepare = async () => {} } = {}) {
  before(async () => {
    house = await new House(music).start();
    devices = await Devices.open(house);
    await prepare();
  });
  afterEach(async () => {
    if (!keep) await devices.forgetAll();
    assert.deepEqual(devices.problems.splice(0), []);
  });
  after(async () => {
    await devices?.close();
    await house?.stop();
  });
}

/** The tap. A real click: `evaluate` would not unlock sound. */
export async function join_(page) {
  await page.getByRole("button", { name: /Join|Listen in this tab/ }).click();
  await page.getByRole("navigation", { name: "Screens" }).waitFor();
}

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
/** What asks once more before it is done, and not for long: again from the start, when a busy machine was too slow for that. */
export async function pressTwice(page, name) {
  const sure = page.getByRole("button", { name: `Really: ${name}`, exact: true });
  for (let tries = 5; ; tries -= 1) {
    await press(page, name);
    const error = await sure.click({ timeout: 3000 }).then(() => null, (reason) => reason);
    if (!error) return;
    if (tries === 0) throw error;
  }
}

/** A finger on the latest news, which stays as long as the finger does. */
export const holdBubble = (page) => page.locator(".bubble").last().hover();
export const show = (page, screen) => page.getByRole("navigation", { name: "Screens" }).getByRole("button", { name: screen }).click();
export const titleOf = (page) => page.getByTestId("title").textContent();
export const stateOf = (page) => page.evaluate(() => window.hearken.state());
export const measure = (page) => page.evaluate(() => window.hearken.measure());
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until there are so many of it. */
export async function counted(locator, count) {
  for (let looks = 0; (await locator.count()) !== count; looks += 1) {
    assert.ok(looks < 300, `not ${count}: ${await locator.allTextContents()}`);
    await wait(100);
  }
}

/** Waits until a check of the page's state and measure holds, and gives that measure. The page's own policy forbids handing it code as text. */
export async function until(page, check, given, timeout = 30_000) {
  const end = Date.now() + timeout;
  for (;;) {
    // A page that is just being loaded knows nothing yet.
    const [state, measure] = await page.evaluate(() => (window.hearken ? [window.hearken.state(), window.hearken.measure()] : [{}, {}]));
    if (state.session && check(state, measure, given)) return measure;
    if (Date.now() > end) throw new Error(`not so after ${timeout} ms: ${check}\n${JSON.stringify({ measure, session: state.session, link: state.link, joined: state.joined })}`);
    await wait(30);
  }
}

/** Whatever an earlier test left behind: from silence to playing. */
export async function play(page) {
  const { mode } = (await stateOf(page)).session.playState;
  if (mode === "playing" || mode === "waiting") await press(page, "Pause");
  await press(page, "Play");
}

export const playing = (page, trackId) => until(page, (state, measure, given) => measure.playing && (!given || measure.trackId === given) && state.session.playState.mode === "playing", trackId);

/** How far two pages are apart, in ms at one instant of the server: the middle and the worst of many looks. */
export async function distance(a, b, looks = 20) {
  const apart = [];
  for (let i = 0; i < looks; i += 1) {
    const [one, two] = await Promise.all([measure(a), measure(b)]);
    if (one.playing && two.playing && one.trackId === two.trackId) {
      apart.push(Math.abs(one.positionSec * 1000 - one.serverTimeMs - (two.positionSec * 1000 - two.serverTimeMs)));
    }
    await wait(100);
  }
  apart.sort((x, y) => x - y);
  return { looks: apart.length, medianMs: apart[apart.length >> 1], worstMs: apart.at(-1) };
}

/**
 * Waits until two devices are heard as one, which is what steering comes to in the end. How far apart they were on the way is
 * told and not judged: that is the machine's.
 */
export async function inStep(t, what, a, b) {
  const end = Date.now() + IN_STEP_WITHIN_MS;
  for (let first = null; ; ) {
    const apart = await distance(a, b, 10);
    first ??= apart;
    if (apart.looks === 10 && apart.medianMs < HEARD_AS_ONE_MS) {
      return t.diagnostic(`${what}: ${first.medianMs?.toFixed(2)} ms apart at first (worst ${first.worstMs?.toFixed(2)}), then ${apart.medianMs.toFixed(2)} (worst ${apart.worstMs.toFixed(2)})`);
    }
    if (Date.now() > end) throw new Error(`${what}: not in step: ${JSON.stringify(apart)}`);
  }
}
