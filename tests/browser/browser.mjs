// Debian's Chromium, started the way every browser test wants it: an own name instead of localhost, since localhost would be
// a secure context and the house is none.

import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--host-resolver-rules=MAP hearken.local 127.0.0.1",
  // Several pages are shown at once, each a device of its own: none of them is in the background.
  "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
];

/**
 * @param {NodeJS.ProcessEnv} [env] the environment: HOME is where the browser finds the certificates that its user trusts
 * @param {{ aloud?: boolean }} [how] aloud: it is heard, by whatever sound card the environment names
 */
export function launch(env = process.env, { aloud = false } = {}) {
  const ignoreDefaultArgs = aloud ? ["--mute-audio"] : [];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS, env, ignoreDefaultArgs });
}

/**
 * A browser that keeps what it knows in a folder, and can be killed without a word.
 * @param {string} folder
 * @returns {Promise<{ page: import("playwright-core").Page, kill: () => Promise<void> }>}
 */
export async function launchKept(folder) {
  const args = [...FLAGS, "--headless", "--remote-debugging-port=0", `--user-data-dir=${folder}`, "about:blank"];
  const child = spawn(process.env.CHROMIUM ?? "/usr/bin/chromium", args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    gone.then(() => reject(new Error(`the browser did not start\n${said}`)));
  });
  const browser = await chromium.connectOverCDP(address);
  const page = browser.contexts()[0].pages()[0];
  const kill = async () => {
    process.kill(-child.pid, "SIGKILL");
    await gone;
    await browser.close().catch(() => {});
  };
  return { page, kill };
}

/** A browser with a profile folder of its own, as people have one: it can be closed, killed and opened again. */
export function launchProfile(folder, options = {}) {
  return chromium.launchPersistentContext(folder, { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS, ...options });
}

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
export const DESKTOP = { viewport: { width: 1280, height: 800 } };
