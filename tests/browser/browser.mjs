// Debian's Chromium, started the way every browser test wants it: an own name instead of localhost, since localhost would be
// a secure context and the house is none.

import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--host-resolver-rules=MAP hearken.local 127.0.0.1",
  // Several pages are shown at once, each a device of its own: none of them is in the background.
  "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
];

/** @param {NodeJS.ProcessEnv} [env] the environment: HOME is where the browser finds the certificates that its user trusts */
export function launch(env = process.env) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS, env });
}

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
export const DESKTOP = { viewport: { width: 1280, height: 800 } };
