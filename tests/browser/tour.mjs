// A walk past every screen, sheet and state of the page. Whoever walks is told at each stop, with its name and the page that shows
// it: shots.mjs takes pictures there, axe.spec.mjs looks for what hinders people. Nothing is checked here.
//
// The house is the real one, with music and a second device in it; what needs a slow network is in tour-slow.mjs.

import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Devices, House, Line, press, pairAs, sayWhose, show, stateOf, until } from "./harness.mjs";

/** @typedef {(name: string, page: import("playwright-core").Page) => Promise<void>} AtStop */

const close = (page) => press(page, "Close");
const more = (page, name) => page.getByRole("button", { name: new RegExp(`^More: ${name}`) }).first().click();
const rows = (page, list) => page.getByRole("list", { name: list, exact: true }).getByRole("listitem");
/** A finger that leaves no mark of its own on the picture. */
const nowhere = (page) => page.evaluate(() => document.activeElement?.blur?.());

/** @param {{ music: string | object[], options: object, at: AtStop }} how music: a folder, or tones to be made; options: of the browser's context */
export async function walk({ music, options, at }) {
  const house = await new House(music).start();
  const devices = await Devices.open(house);
  const stop = async (name, page) => (await nowhere(page), await at(name, page));
  try {
    const line = new Line();
    const context = await devices.browser.newContext(options);
    const page = await context.newPage();
    page.on("pageerror", (error) => console.log("PAGE ERROR", error.stack));
    await line.lay(page);
    const anna = await devices.paired("Anna's phone", { profile: "Anna" });
    await theDoor(page, house, devices, stop);
    await theRoom(page, anna, stop);
    await theLibrary(page, stop);
    await comparing(page, stop);
    await theRadio(page, stop);
    await theHouse(page, stop);
    await alone(page, anna, stop);
    await apart(page, anna, line, stop);
    // Music of somebody's own stays where it is.
    if (typeof music !== "string") await gone(page, house, stop);
  } finally {
    await devices.close();
    await house.stop();
  }
}

/** A house in which there is no music yet. @param {{ options: object, at: AtStop }} how */
export async function walkEmpty({ options, at }) {
  const house = await new House([]).start();
  const devices = await Devices.open(house);
  try {
    const page = await (await devices.browser.newContext(options)).newPage();
    await page.goto(devices.url);
    await pairAs(page, house.code, "Kitchen phone");
    await at("empty-join", page);
    await press(page, "Join");
    for (const screen of ["Now", "Queue", "Library", "Radio"]) {
      await show(page, screen);
      await at(`empty-${screen.toLowerCase()}`, page);
    }
    await show(page, "Library");
    await press(page, "Albums");
    await at("empty-albums", page);
  } finally {
    await devices.close();
    await house.stop();
  }
}

async function theDoor(page, house, devices, stop) {
  await page.goto(`${devices.url}trust`);
  await page.locator("details").first().click();
  await stop("trust", page);
  await page.goto(devices.url);
  await page.getByLabel("Pairing code").waitFor();
  await stop("pair", page);
  await page.getByLabel("Pairing code").fill("000000");
  await press(page, "Pair this device");
  await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await stop("pair-wrong", page);
  await page.getByLabel("Pairing code").fill(house.code);
  await page.getByLabel("This device's name").fill("Kitchen phone");
  await press(page, "Pair this device");
  await page.getByRole("heading", { name: "Whose is this device?" }).waitFor();
  await stop("whose", page);
  await sayWhose(page, "Anna");
  await until(page, (state) => state.library.count > 0);
  await stop("join", page);
}

async function theRoom(page, anna, stop) {
  await press(page, "Join");
  await press(page, "Play");
  await until(page, (_, heard) => heard.playing);
  await stop("now", page);
  await press(anna, "Join");
  await until(anna, (_, heard) => heard.playing);
  await until(page, (state) => state.session.clients.length === 2);
  await page.getByTestId("status").filter({ hasText: "In step" }).waitFor();
  await stop("now-two", page);
  await press(page, "Devices");
  await page.getByRole("dialog").getByText("this device").waitFor();
  await stop("sheet-devices", page);
  await press(page, "Invite somebody…");
  await page.locator(".invite-sheet .qr").waitFor();
  await stop("sheet-invite", page);
  await close(page);
  await show(page, "Queue");
  await stop("queue", page);
  await rows(page, "Queue").nth(1).getByRole("button", { name: /^More/ }).click();
  await stop("sheet-track", page);
  await press(page, "Add to a playlist…");
  await stop("sheet-to-playlist", page);
  await close(page);
  await press(page, "Redo");
  await page.locator(".bubble").waitFor();
  await stop("bubble", page);
  await press(page, "Redo");
  await show(page, "Now");
  await page.locator(".bubble").waitFor();
  await stop("bubble-now", page);
}

async function theLibrary(page, stop) {
  await show(page, "Library");
  for (const at of [0, 2, 3]) await rows(page, "Tracks").nth(at).getByRole("button", { name: /^Star/ }).click();
  await stop("library", page);
  await rows(page, "Tracks").nth(4).getByRole("button", { name: /^More/ }).click();
  await stop("sheet-library", page);
  await press(page, "Add to a playlist…");
  await page.getByLabel("New playlist").fill("Sunday breakfast");
  await press(page, "Save");
  await until(page, (state) => state.playlists[0]?.count === 1);
  for (const at of [0, 2, 5]) {
    await rows(page, "Tracks").nth(at).getByRole("button", { name: /^More/ }).click();
    await press(page, "Add to a playlist…");
    await page.getByRole("group", { name: "Playlists" }).getByRole("button", { name: "Sunday" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  }
  await press(page, "Starred");
  await stop("library-starred", page);
  await press(page, "Recently played");
  await stop("library-recent", page);
  await press(page, "All");
  await page.getByLabel("Search the library").fill("zzz");
  await page.getByText("Nothing found").waitFor();
  await stop("library-nothing", page);
  await page.getByLabel("Search the library").fill("on");
  await until(page, (state) => state.library.count > 0);
  await page.getByText(/match/).waitFor();
  await stop("library-search", page);
  await page.getByLabel("Search the library").fill("");
  for (const [part, one] of [["Albums", "album"], ["Artists", "artist"]]) {
    await press(page, part);
    await rows(page, part).first().waitFor();
    await rows(page, part).first().getByRole("button", { name: /^Star/ }).click();
    await stop(`library-${part.toLowerCase()}`, page);
    await rows(page, part).first().getByRole("button", { name: /^Open/ }).click();
    await page.locator(".row").first().waitFor();
    await stop(`library-${one}`, page);
    await press(page, `All ${part.toLowerCase()}`);
  }
  await press(page, "Playlists");
  await stop("playlists", page);
  await rows(page, "Playlists").first().getByRole("button").click();
  await page.locator(".row").first().waitFor();
  await stop("playlist", page);
  await press(page, "All playlists");
  await page.getByLabel("Playlist file").setInputFiles({ name: "party.m3u", mimeType: "audio/x-mpegurl", buffer: Buffer.from("#EXTM3U\nNoon/1 First Tone.wav\nIsolde & the Tin Birds/2024 Tidal Clockwork/01 Tin Sparrow.opus\nmusic/nobody has this.mp3\nnor/that one.flac\n") });
  await page.getByRole("dialog").waitFor();
  await stop("sheet-imported", page);
  await close(page);
  await press(page, "Tracks");
}

async function comparing(page, stop) {
  await show(page, "Compare");
  await stop("compare-start", page);
  await press(page, "Ranking");
  await page.getByText("Nothing is ranked yet").waitFor();
  await stop("compare-ranking-empty", page);
  await press(page, "New");
  await page.getByLabel("The best ten").check();
  await press(page, "Start");
  await page.locator(".contenders").waitFor();
  await stop("compare", page);
  await page.locator('[data-side="b"] .hear').click();
  await until(page, (state) => state.comparison.selected?.isPlaying);
  await stop("compare-hearing", page);
  await page.locator('[data-side="b"] .hear').click();
  for (let i = 0; i < 200 && !(await stateOf(page)).comparison.progress.done; i += 1) {
    const pair = await page.locator(".contenders").getAttribute("data-pair");
    await page.locator(`[data-side="${i % 3 ? "a" : "b"}"] .winner`).click();
    await until(page, (state, _, given) => state.comparison.progress.done || state.comparison.pair?.id !== given, pair);
  }
  await page.getByText("Every pair was asked").waitFor();
  await stop("compare-done", page);
  await press(page, "Ranking");
  await page.locator(".points").first().waitFor();
  await stop("compare-ranking", page);
}

async function theRadio(page, stop) {
  await show(page, "Radio");
  await stop("radio-none", page);
  for (const [name, order] of [["Kitchen in the morning", "Shuffled, each round anew"], ["Evening", "One after the other"]]) {
    await page.getByRole("button", { name: "New station" }).click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel(order).check();
    if (name === "Evening") {
      await stop("radio-editor", page);
      await page.getByLabel("At certain hours, each day").check();
      await press(page, "More hours");
      await stop("radio-editor-hours", page);
      await page.getByLabel("Always").check();
    }
    await press(page, "Save");
    await page.getByRole("region", { name }).waitFor();
  }
  const morning = page.getByRole("region", { name: "Kitchen in the morning" });
  await morning.getByRole("button", { name: "Tune in" }).click();
  await until(page, (_, heard) => heard.playing);
  await stop("radio", page);
  await more(page, "Evening");
  await stop("radio-more", page);
  await show(page, "Now");
  await stop("now-radio", page);
  await show(page, "Library");
  await stop("mini-radio", page);
  await show(page, "Now");
  await press(page, "Back to the room");
}

async function theHouse(page, stop) {
  await show(page, "House");
  await page.locator(".qr").waitFor();
  for (const name of ["Kitchen", "Garden"]) {
    await press(page, "New room");
    await page.getByLabel("Room name").fill(name);
    await press(page, "Save");
    await page.getByRole("button", { name: `Go to ${name}` }).waitFor();
  }
  await page.locator(".house-scroll").evaluate((element) => (element.scrollTop = 0));
  await stop("house", page);
  await press(page, "Rename Kitchen phone");
  await more(page, "Garden");
  await press(page, "Somebody new");
  await stop("house-forms", page);
  await page.locator(".house-scroll").evaluate((element) => (element.scrollTop = 620));
  await stop("house-middle", page);
  await page.locator(".house-scroll").evaluate((element) => (element.scrollTop = element.scrollHeight));
  await stop("house-end", page);
  for (const [button, name, part] of [["Health", "sheet-health", "dl"], ["Keys", "sheet-keys", "dl"], ["In step by ear", "sheet-ear", "select"]]) {
    await press(page, button);
    await page.getByRole("dialog").locator(part).waitFor();
    await stop(name, page);
    await close(page);
  }
  await press(page, "Go to Garden");
  await until(page, (state) => state.session.queue.length === 0);
  await show(page, "Now");
  await stop("now-room-empty", page);
  await show(page, "Queue");
  await stop("queue-empty", page);
  await show(page, "Now");
  await press(page, "Listen together: House");
  await until(page, (state) => state.session.queue.length > 0 && state.joined);
}

async function alone(page, anna, stop) {
  await show(page, "Now");
  await page.getByRole("group", { name: "Where this device listens" }).getByRole("button").first().click();
  await page.getByText("Nothing chosen yet").waitFor();
  await stop("alone-nothing", page);
  await show(page, "Queue");
  await stop("alone-queue-empty", page);
  await show(page, "Library");
  for (const at of [6, 1, 4, 9, 10]) {
    await rows(page, "Tracks").nth(at).getByRole("button", { name: /^More/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: at === 6 ? "Play" : "Add to the queue", exact: true }).click();
  }
  await until(page, (_, heard) => heard.playing);
  await show(page, "Now");
  await stop("alone", page);
  await press(page, "Next");
  await show(page, "Queue");
  await stop("alone-queue", page);
  await press(page, "More about this queue");
  await stop("sheet-queue", page);
  await close(page);
  await show(page, "Now");
  await press(page, "Listen together: House");
  await until(page, (state) => state.joined);
}

/** Out of reach, and back: what waits, what is to be decided, what is told. */
async function apart(page, anna, line, stop) {
  await line.cut();
  await show(page, "Library");
  for (const at of [6, 7]) await rows(page, "Tracks").nth(at).getByRole("button", { name: /^Star/ }).click();
  await page.getByText("changes will be sent").waitFor();
  await stop("offline", page);
  await press(page, "Show");
  await stop("sheet-outgoing", page);
  await close(page);
  await show(page, "Now");
  await stop("offline-now", page);
  await show(anna, "Library");
  const theirs = rows(anna, "Tracks").nth(6).getByRole("button", { name: /^Star/ });
  await theirs.click();
  await theirs.click();
  await line.mend();
  await page.locator(".conflict").waitFor();
  await stop("conflict", page);
  await show(page, "Library");
  await stop("conflict-library", page);
  await page.locator(".conflict button").first().click();
}

/** A disk is pulled out. */
async function gone(page, house, stop) {
  const away = join(house.folder, "away");
  mkdirSync(away);
  for (const each of readdirSync(house.music)) renameSync(join(house.music, each), join(away, each));
  await show(page, "House");
  await press(page, "Look for new music");
  const question = page.getByRole("group", { name: "Missing music" });
  await question.waitFor();
  await question.evaluate((element) => element.scrollIntoView());
  await stop("house-gone", page);
  await show(page, "Library");
  await page.getByRole("button", { name: "What to do" }).waitFor();
  await stop("library-gone", page);
}
