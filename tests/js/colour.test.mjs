// The colour a cover lends: any picture gives a page that can be read.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contrast, lentBy, moodOf, pressed, READABLE, SCHEMES } from "../../static/lib/colour.js";

const pixels = (...colours) => new Uint8ClampedArray(colours.flatMap(([r, g, b, count = 1]) => Array.from({ length: count }, () => [r, g, b, 255]).flat()));

test("contrast is counted as WCAG counts it", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.ok(Math.abs(contrast("#767676", "#ffffff") - 4.54) < 0.01);
});

test("whatever the cover, what is written on its colours can be read", () => {
  for (const scheme of ["light", "dark"]) {
    const { paper, card, soft, onAccent } = SCHEMES[scheme];
    for (let hue = 0; hue < 360; hue += 3) {
      for (const chroma of [0.03, 0.1, 0.2, 0.37]) {
        const { wash, accent } = lentBy({ hue, chroma }, scheme);
        for (const [what, one, other] of [["soft on wash", soft, wash], ["soft on a chip on wash", soft, pressed(wash, scheme)], ["accent on wash", accent, wash], ["accent on paper", accent, paper], ["accent on card", accent, card], ["on accent", onAccent, accent]]) {
          assert.ok(contrast(one, other) >= READABLE, `${scheme} ${hue}° ${chroma}: ${what} ${contrast(one, other)}`);
        }
      }
    }
  }
});

test("a hue is found by how much colour it has, not by how many pixels", () => {
  const near = (found, wanted) => assert.ok(Math.abs(((found.hue - wanted + 540) % 360) - 180) < 12, `${found.hue}, not ${wanted}`);
  near(moodOf(pixels([20, 20, 24, 300], [230, 90, 60, 60])), 35);
  near(moodOf(pixels([250, 248, 240, 200], [40, 60, 200, 80])), 268);
});

test("a grey cover, a black one and none at all lend nothing", () => {
  for (const grey of [[0, 0, 0], [128, 128, 128], [255, 255, 255]]) assert.equal(moodOf(pixels([...grey, 400])), null);
  assert.equal(moodOf([]), null);
});

test("the colours under lent ones are those of the style sheet", () => {
  const css = readFileSync(new URL("../../static/style.css", import.meta.url), "utf8");
  const [light, dark] = css.split("prefers-color-scheme: dark");
  const token = (text, name) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(text)?.[1];
  for (const [scheme, text] of Object.entries({ light, dark })) {
    const { paper, card, soft, onAccent } = SCHEMES[scheme];
    assert.deepEqual([paper, card, soft, onAccent], ["paper", "card", "soft", "on-accent"].map((name) => token(text, name)), scheme);
  }
});
