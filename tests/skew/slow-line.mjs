// A line that keeps what passes for a while that changes from packet to packet, as a busy Wi-Fi does: between one browser and the
// house, in both directions, nothing lost, nothing overtaken.

import { connect, createServer } from "node:net";

export class SlowLine {
  #open = new Set();
  #server;

  /** @param {number} toPort @param {number} jitterMs each packet takes a while between nothing and this, by chance */
  constructor(toPort, jitterMs) {
    this.#server = createServer((near) => {
      const far = connect(toPort, "127.0.0.1");
      for (const [from, to] of [[near, far], [far, near]]) {
        this.#open.add(from);
        from.setNoDelay(true);
        delayed(from, to, jitterMs);
        from.on("error", () => to.destroy());
        from.on("close", () => (this.#open.delete(from), to.destroy()));
      }
    });
  }

  /** @returns {Promise<number>} the port to come by */
  open() {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve(this.#server.address().port)));
  }

  close() {
    for (const each of this.#open) each.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

/** @param {import("node:net").Socket} from @param {import("node:net").Socket} to @param {number} jitterMs */
function delayed(from, to, jitterMs) {
  /** @type {{ at: number, run: () => void }[]} timers of a runtime may overtake each other; a line's packets do not */
  const waiting = [];
  const pass = () => {
    while (waiting.length > 0 && waiting[0].at <= performance.now()) waiting.shift().run();
    if (waiting.length > 0) setTimeout(pass, Math.max(1, waiting[0].at - performance.now()));
  };
  const after = (run) => {
    const at = Math.max(waiting.at(-1)?.at ?? 0, performance.now() + Math.random() * jitterMs);
    if (waiting.push({ at, run }) === 1) setTimeout(pass, Math.max(1, at - performance.now()));
  };
  from.on("data", (chunk) => after(() => to.writable && to.write(chunk)));
  from.on("end", () => after(() => to.writable && to.end()));
}
