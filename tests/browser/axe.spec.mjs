// Every screen, sheet and state, on a phone and on a desk, light and dark: nothing that axe-core knows to hinder people.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { isFake } from "./harness.mjs";
import { albums } from "./music.mjs";
import { walk, walkEmpty } from "./tour.mjs";
import { walkSlow } from "./tour-slow.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = [[390, 844], [1280, 800]];
/** All of axe's rules but one. */
const RULES = {
  // "All content is in a landmark": news (`.bubbles`) is over the page, in no part of it, and a live region; so is the banner above the
  // screens. Everything else is in one, which the rule would show if it could be told of these two.
  region: { enabled: false },
};

const options = {
  viewport: { width: 390, height: 844 }, hasTouch: true,
  // axe is put into the page, which the page's own policy forbids; and a colour that is half faded is measured as it is.
  bypassCSP: true, reducedMotion: "reduce",
};

/** Looks at one stop in four ways. @param {string[]} found what is wrong, one line for each kind and place */
const looker = (found, stops) => async (name, page) => {
  stops.add(name);
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
      const { violations } = await page.evaluate((rules) => window.axe.run(document, { rules, resultTypes: ["violations"] }), RULES);
      for (const { id, nodes } of violations) {
        for (const { target, failureSummary } of nodes) found.push(`${name} ${width} ${colorScheme}: ${id}: ${target.join(" ")}: ${failureSummary.split("\n").slice(1).join(" ").trim()}`);
      }
    }
  }
  await page.setViewportSize({ width: 390, height: 844 });
};

const WALKS = { "the house": (at) => walk({ music: albums(), options, at }), "a house without music": (at) => walkEmpty({ options, at }), "slow music": (at) => walkSlow({ options, at }) };

for (const [where, go] of Object.entries(WALKS)) {
  test(`axe finds nothing: ${where}`, { skip: isFake }, async (t) => {
    const [found, stops] = [[], new Set()];
    await go(looker(found, stops));
    t.diagnostic(`${stops.size} stops, each at two sizes, light and dark`);
    assert.deepEqual([...new Set(found)], []);
  });
}
