// Debian's Firefox by the W3C's WebDriver BiDi, which it speaks itself, over a WebSocket; with a profile and a sound card of its own.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { Driver } from "./driver.mjs";
import { SoundCard, whyNoSoundCard } from "./sound-card.mjs";

const BINARY = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const READY_WITHIN_MS = 60_000;
const PHONE = { width: 390, height: 844 };
/** It asks nobody and fetches nothing of its own. When a page may be heard stays as people have it: after a tap. */
const PREFS = {
  "app.normandy.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};
const userJs = (prefs) => Object.entries(prefs).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join("");

/** Why there is no Firefox that plays here; null: there is one. */
export const whyNoFirefox = () => (existsSync(BINARY) ? whyNoSoundCard() : "Debian's firefox-esr is not installed: apt install firefox-esr");

/** Brings an element into view, and says why a finger could not touch it there. */
const IN_VIEW = `(element) => {
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const { left, top, width, height } = element.getBoundingClientRect();
  if (element.disabled || width === 0 || height === 0) return "not interactable";
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  return element.contains(hit) ? null : "covered by " + (hit ? hit.outerHTML.slice(0, 200) : "nothing");
}`;

export class Firefox extends Driver {
  #child = null;
  #card = new SoundCard();
  #socket;
  #profile = mkdtempSync(join(tmpdir(), "hearken-firefox-"));
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */ #asked = new Map();
  #count = 0;
  #context = "";
  /** what the page had to complain about */ problems = [];

  static async launch() {
    const firefox = new Firefox();
    try {
      await firefox.#open();
    } catch (error) {
      await firefox.close();
      throw error;
    }
    return firefox;
  }

  async close() {
    await this.#ask("browser.close", {}).catch(() => {});
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((resolve) => this.#child.once("exit", resolve));
      process.kill(-this.#child.pid, "SIGTERM");
      await gone;
    }
    await this.#card.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }

  open = (url) => this.#ask("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  reload = () => this.#ask("browsingContext.reload", { context: this.#context, wait: "complete" });
  textOf = async (xpath) => this.#call("(element) => element.innerText", [await this.find(xpath)]);
  run = (script) => this.#call(`() => { ${script} }`);

  async locate(xpath) {
    const { nodes } = await this.#ask("browsingContext.locateNodes", { context: this.#context, locator: { type: "xpath", value: xpath }, maxNodeCount: 1 });
    return nodes[0] ? { sharedId: nodes[0].sharedId } : null;
  }

  /** By the browser's own input: it counts as a tap. */
  async press(element) {
    const notYet = await this.#call(IN_VIEW, [element]).catch((error) => staleOr(error));
    if (notYet) return notYet;
    const actions = [
      { type: "pointerMove", x: 0, y: 0, origin: { type: "element", element } },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    return this.#act({ type: "pointer", id: "finger", parameters: { pointerType: "mouse" }, actions }).then(() => null, staleOr);
  }

  async type(xpath, text) {
    await this.click(xpath);
    await this.#call("(element) => element.select()", [await this.find(xpath)]);
    const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.#act({ type: "key", id: "keys", actions });
  }

  #act(source) {
    return this.#ask("input.performActions", { context: this.#context, actions: [source] });
  }

  /** What a function of the page answers, as JSON holds it. @param {string} code @param {object[]} [elements] */
  async #call(code, elements = []) {
    const functionDeclaration = `(...given) => JSON.stringify((${code})(...given) ?? null)`;
    const answer = await this.#ask("script.callFunction", { functionDeclaration, arguments: elements, awaitPromise: false, target: { context: this.#context } });
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.text);
    return JSON.parse(answer.result.value);
  }

  async #open() {
    writeFileSync(join(this.#profile, "user.js"), userJs(PREFS));
    await this.#card.open();
    const address = await this.#start();
    this.#socket = new WebSocket(`${address}/session`, { perMessageDeflate: false });
    this.#socket.on("message", (text) => this.#hear(JSON.parse(text)));
    this.#socket.on("close", () => {
      for (const { reject } of this.#asked.values()) reject(new Error("Firefox closed the line"));
    });
    await new Promise((resolve, reject) => this.#socket.once("open", resolve).once("error", reject));
    const { capabilities } = await this.#ask("session.new", { capabilities: {} });
    this.version = capabilities.browserVersion;
    await this.#ask("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await this.#ask("browsingContext.getTree", { maxDepth: 0 });
    this.#context = contexts[0].context;
    await this.#ask("browsingContext.setViewport", { context: this.#context, viewport: PHONE });
  }

  /** @returns {Promise<string>} where it listens */
  #start() {
    const args = ["--headless", "--no-remote", "--profile", this.#profile, "--remote-debugging-port", "0"];
    this.#child = spawn(BINARY, args, { stdio: ["ignore", "ignore", "pipe"], detached: true, env: this.#card.env });
    return new Promise((resolve, reject) => {
      let log = "";
      const fail = (why) => reject(new Error(`Firefox ${why}\n${log}`));
      const timer = setTimeout(() => fail("did not start"), READY_WITHIN_MS);
      this.#child.once("error", (error) => fail(error.message));
      this.#child.once("exit", (code) => fail(`ended with ${code}`));
      this.#child.stderr.on("data", (chunk) => {
        log += chunk;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(log);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[1]);
      });
    });
  }

  #ask(method, params) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error(`${method}: no line to Firefox`));
    const id = (this.#count += 1);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
  }

  #hear({ id, type, method, params, result, error, message }) {
    if (method === "log.entryAdded" && (params.level === "error" || /Content.Security.Policy/.test(params.text))) this.problems.push(params.text);
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (type === "error") asked?.reject(new Error(`${error}: ${message}`));
    else asked?.resolve(result);
  }
}

/** Another one stands there by now: to be found again. @param {Error} error */
function staleOr(error) {
  if (/stale element|no such node|no such element|move target out of bounds/.test(error.message)) return error.message;
  throw error;
}
