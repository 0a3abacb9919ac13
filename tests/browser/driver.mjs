// What a story says to a browser that Playwright does not drive, whoever carries it there: waits, and what follows from them. A
// browser's own class adds `locate`, `press`, `run` and the like.

import { wait } from "./harness.mjs";

const LOOK_EVERY_MS = 100;
const THERE_WITHIN_MS = 15_000;
const SO_WITHIN_MS = 20_000;

export class Driver {
  /** Waits for an element. @param {string} xpath */
  async find(xpath, timeout = THERE_WITHIN_MS) {
    for (const end = Date.now() + timeout; ; await wait(LOOK_EVERY_MS)) {
      const found = await this.locate(xpath);
      if (found) return found;
      if (Date.now() > end) throw new Error(`not there after ${timeout} ms: ${xpath}\n${await this.run("return document.body.innerText")}`);
    }
  }

  /** As soon as it is there and shown: `press` answers why it could not yet, or null. @param {string} xpath */
  async click(xpath, timeout = THERE_WITHIN_MS) {
    for (const end = Date.now() + timeout; ; await wait(LOOK_EVERY_MS)) {
      const notYet = await this.press(await this.find(xpath));
      if (!notYet) return;
      if (Date.now() > end) throw new Error(`not clicked after ${timeout} ms: ${xpath}\n${notYet}`);
    }
  }

  /** Waits until what a script returns passes a check. @param {string} script @param {(value: any) => unknown} check */
  async until(script, check, timeout = SO_WITHIN_MS) {
    for (const end = Date.now() + timeout; ; await wait(LOOK_EVERY_MS)) {
      const value = await this.run(script);
      if (check(value)) return value;
      if (Date.now() > end) throw new Error(`not so after ${timeout} ms: ${check}\n${JSON.stringify(value)}`);
    }
  }
}
