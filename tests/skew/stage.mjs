// A stage for one scene: a house with the hiss in it, and listeners, each in a browser of its own with a loudspeaker of its own.

import { launch } from "../browser/browser.mjs";
import { Devices, House, pairAs, until } from "../browser/harness.mjs";
import { SlowLine } from "./slow-line.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ engine?: "buffer" | "element", jitterMs?: number, prepare?: (page: Page) => Promise<void> }} Kind */

const NAMES = ["Kitchen", "Hall", "Bath", "Attic"];

export class Stage {
  /** @type {import("playwright-core").Browser[]} */ #browsers = [];

  /** @param {import("./ears.mjs").Ears} ears @param {string} music the folder with the hiss */
  constructor(ears, music) {
    Object.assign(this, { ears, music });
  }

  /**
   * A house with these listeners in it, and what they do there; the house is gone afterwards.
   * @template T
   * @param {Kind[]} kinds
   * @param {(pages: Page[]) => Promise<T>} scene
   * @returns {Promise<T>}
   */
  async with(kinds, scene) {
    const house = (this.house = new House(this.music));
    await house.start();
    const lines = [];
    const all = [];
    try {
      const pages = [];
      for (const [i, kind] of kinds.entries()) {
        const line = kind.jitterMs ? new SlowLine(house.port, kind.jitterMs) : null;
        if (line) lines.push(line);
        const door = line ? { port: await line.open(), code: house.code } : house;
        const devices = await Devices.open(door, await this.#browser(i));
        all.push(devices);
        const page = await devices.atTheDoor({ engine: kind.engine, prepare: kind.prepare, name: NAMES[i] });
        await pairAs(page, house.code, NAMES[i]);
        await tapIn(page);
        pages.push(page);
      }
      await Promise.all(pages.map(hasTheMusic));
      const result = await scene(pages);
      const problems = all.flatMap((devices) => devices.problems);
      if (problems.length > 0) throw new Error(problems.join("\n"));
      return result;
    } finally {
      for (const devices of all) await devices.forgetAll();
      for (const line of lines) await line.close();
      await house.stop();
    }
  }

  async close() {
    for (const browser of this.#browsers) await browser.close();
  }

  /** @param {number} i */
  async #browser(i) {
    return (this.#browsers[i] ??= await launch(this.ears.speaker(i), { aloud: true }));
  }
}

/** The tap that lets a page be heard: a finger's, through the browser's own input. @param {Page} page */
export async function tapIn(page) {
  await page.getByRole("button", { name: /^Join/ }).tap();
  await page.getByRole("navigation", { name: "Screens" }).waitFor();
}

/** The current track and the next are here, and the clock has been measured for a while. @param {Page} page */
async function hasTheMusic(page) {
  await until(page, (state, measure) => state.held.includes(state.session.queue[0]) && state.held.includes(state.session.queue[1]) && measure.offsetMs !== null, null, 30_000);
}
