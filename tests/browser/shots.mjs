// Pictures of every screen, sheet and state, on a phone, a small phone, a tablet and a desk, dark and light:
//
//   HEARKEN_BIN=… [HEARKEN_MUSIC=folder] node shots.mjs [part of a stop's name] …      →  tests/browser/shots
//
// HEARKEN_STATIC_DIR=…/static shows the page as it stands on the disk.

import { mkdirSync } from "node:fs";
import { wait } from "./harness.mjs";
import { albums } from "./music.mjs";
import { walk, walkEmpty } from "./tour.mjs";
import { walkSlow } from "./tour-slow.mjs";

const SIZES = { phone: [390, 844], small: [360, 640], tablet: [820, 1180], desk: [1280, 800] };
const SETTLED_MS = 200;
const folder = new URL("./shots/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);

async function at(name, page) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) return;
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await wait(SETTLED_MS);
      await page.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png` });
    }
  }
  await page.setViewportSize({ width: 390, height: 844 });
}

// Without motion: a colour that is still fading is nobody's picture.
const options = { viewport: { width: 390, height: 844 }, hasTouch: true, reducedMotion: "reduce" };
await walk({ music: process.env.HEARKEN_MUSIC ?? albums(), options, at });
await walkEmpty({ options, at });
await walkSlow({ options, at });
