// WebKit by the W3C's WebDriver, spoken in plain requests: Debian's WebKitWebDriver and its MiniBrowser, on a screen of their own.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { wait } from "./harness.mjs";

const DRIVER = "/usr/bin/WebKitWebDriver";
const LIBRARIES = "/usr/lib";
const READY_WITHIN_MS = 20_000;
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Why there is no WebKit here; null: there is one. */
export function whyNoWebKit() {
  if (!existsSync(DRIVER)) return "Debian's webkit2gtk-driver is not installed: apt install webkit2gtk-driver";
  if (!existsSync("/usr/bin/xvfb-run")) return "xvfb is not installed: apt install xvfb";
  return miniBrowser() ? null : "WebKit's MiniBrowser is not where Debian puts it";
}

function miniBrowser() {
  const places = readdirSync(LIBRARIES).flatMap((triplet) => ["4.1", "4.0"].map((version) => `${LIBRARIES}/${triplet}/webkit2gtk-${version}/MiniBrowser`));
  return places.find((path) => existsSync(path));
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class WebKit {
  #child;
  #session = "";

  static async launch() {
    const webkit = new WebKit();
    const port = await freePort();
    webkit.url = `http://127.0.0.1:${port}`;
    webkit.#child = spawn("xvfb-run", ["-a", DRIVER, `--port=${port}`], { stdio: "ignore", detached: true });
    try {
      await webkit.#ready();
      const options = { binary: miniBrowser(), args: ["--automation"] };
      const { sessionId, capabilities } = await webkit.#ask("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } });
      webkit.#session = `/session/${sessionId}`;
      webkit.version = capabilities.browserVersion;
    } catch (error) {
      await webkit.close();
      throw error;
    }
    return webkit;
  }

  async close() {
    if (this.#session) await this.#ask("DELETE", this.#session).catch(() => {});
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    process.kill(-this.#child.pid, "SIGTERM");
    await gone;
  }

  open = (url) => this.#ask("POST", `${this.#session}/url`, { url });
  reload = () => this.#ask("POST", `${this.#session}/refresh`, {});
  textOf = async (xpath) => this.#ask("GET", `${this.#session}/element/${await this.find(xpath)}/text`);
  run = (script, ...args) => this.#ask("POST", `${this.#session}/execute/sync`, { script, args });

  /** As soon as it is there and shown. */
  async click(xpath, timeout = 15_000) {
    for (const end = Date.now() + timeout; ; await wait(100)) {
      const refused = await this.#ask("POST", `${this.#session}/element/${await this.find(xpath)}/click`, {}).then(() => null, (error) => error);
      if (!refused) return;
      if (!/not interactable|stale element/.test(refused.message) || Date.now() > end) throw refused;
    }
  }

  async type(xpath, text) {
    const id = await this.find(xpath);
    await this.#ask("POST", `${this.#session}/element/${id}/clear`, {});
    await this.#ask("POST", `${this.#session}/element/${id}/value`, { text });
  }

  /** Waits for an element. */
  async find(xpath, timeout = 15_000) {
    const end = Date.now() + timeout;
    for (;;) {
      const found = await this.#ask("POST", `${this.#session}/element`, { using: "xpath", value: xpath }).catch((error) => error);
      if (found[ELEMENT]) return found[ELEMENT];
      if (Date.now() > end) throw new Error(`not there after ${timeout} ms: ${xpath}\n${await this.run("return document.body.innerText")}`);
      await wait(100);
    }
  }

  /** Waits until what a script returns passes a check. */
  async until(script, check, timeout = 20_000) {
    const end = Date.now() + timeout;
    for (;;) {
      const value = await this.run(script);
      if (check(value)) return value;
      if (Date.now() > end) throw new Error(`not so after ${timeout} ms: ${check}\n${JSON.stringify(value)}`);
      await wait(100);
    }
  }

  async #ready() {
    const end = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const { ready } = await this.#ask("GET", "/status").catch(() => ({ ready: false }));
      if (ready) return;
      if (Date.now() > end) throw new Error("WebKitWebDriver did not start");
      await wait(100);
    }
  }

  async #ask(method, path, body) {
    const response = await fetch(this.url + path, { method, ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
}
