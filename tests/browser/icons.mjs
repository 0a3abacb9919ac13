// Draws the app's icons from static/icon.svg: `node tests/browser/icons.mjs` after the picture changed. Maskable ones, and Apple's, fill
// their square: systems cut their own shape out of it; the bars stand within the circle that all of them leave.

import { mkdirSync, readFileSync } from "node:fs";
import { launch } from "./browser.mjs";

const page = await (await launch()).newPage();
const folder = new URL("../../static/icons/", import.meta.url).pathname;
const round = readFileSync(new URL("../../static/icon.svg", import.meta.url), "utf8");
const square = round.replace(/ rx="\d+"/, "");
if (square === round) throw new Error("the picture has no corners to fill: look at it, and at this");

mkdirSync(folder, { recursive: true });
for (const [name, svg, side] of [["icon-192", round, 192], ["icon-512", round, 512], ["maskable-192", square, 192], ["maskable-512", square, 512], ["apple-180", square, 180]]) {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`<style>* { margin: 0 } svg { display: block; width: ${side}px; height: ${side}px }</style>${svg}`);
  await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
}
await page.context().browser().close();
