// The colour of what plays, lent by its cover to the whole page: one small picture a track, drawn once onto a few hundred pixels.
// Without a cover, or with a grey one, the house has its own colour again. How it fades is the style sheet's business.

import { effect } from "../../vendor/vendor.js";
import { lentBy, moodOf } from "../../lib/colour.js";
import { coverOf } from "../../lib/format.js";
import { airedTrack } from "../radio/on-air.js";

/** @import { Model } from "../../model.js" */
/** @import { Mood } from "../../lib/colour.js" */

const SIDE_PX = 20;
const KEPT_MAX = 64;
const SCHEMES = /** @type {const} */ (["light", "dark"]);

/** @type {Map<string, Mood | null>} by the cover's address, the oldest first */
const known = new Map();

/** @param {Model} model */
export function followTint(model) {
  /** @type {string | null} */ let shown = null;
  effect(() => {
    const station = model.station.value;
    const url = coverOf(station ? airedTrack(model, station) : model.current.value, 128);
    if (url === shown) return;
    shown = url;
    void moodOfCover(url).then((mood) => url === shown && lend(mood));
  });
}

/** @param {string | null} url */
async function moodOfCover(url) {
  if (url === null) return null;
  const before = known.get(url);
  if (before !== undefined) return before;
  const mood = await look(url).catch(() => null);
  known.set(url, mood);
  for (const oldest of known.keys()) if (known.size > KEPT_MAX) known.delete(oldest);
  return mood;
}

/** @param {string} url */
async function look(url) {
  const picture = Object.assign(new Image(), { src: url });
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE_PX, height: SIDE_PX });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(picture, 0, 0, SIDE_PX, SIDE_PX);
  return moodOf(context?.getImageData(0, 0, SIDE_PX, SIDE_PX).data ?? []);
}

/** @param {Mood | null} mood */
function lend(mood) {
  const { style } = document.documentElement;
  for (const scheme of SCHEMES) {
    const lent = mood && lentBy(mood, scheme);
    for (const part of /** @type {const} */ (["wash", "accent"])) {
      if (lent) style.setProperty(`--lent-${part}-${scheme}`, lent[part]);
      else style.removeProperty(`--lent-${part}-${scheme}`);
    }
  }
}
