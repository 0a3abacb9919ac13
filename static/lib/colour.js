// The calm colour of a picture: from its pixels a hue and how much of it there is, from those the colours of a page. They are measured
// against what is written on them, so that any picture gives a page that can be read. Pure; the words are in OKLCH, the results in sRGB.

/** @typedef {{ hue: number, chroma: number }} Mood hue in degrees, chroma as in OKLCH */
/** @typedef {{ wash: string, accent: string }} Lent what a cover lends: a ground to write on, and the colour of what is pressed */

/** What lies on a lent colour, or under it, in each scheme: as in style.css, which a test compares. */
export const SCHEMES = {
  light: { paper: "#f7f5f1", card: "#ffffff", soft: "#5c5d65", onAccent: "#ffffff" },
  dark: { paper: "#121418", card: "#1c1f24", soft: "#a8aab1", onAccent: "#0d1413" },
};

/** What WCAG asks of text. */
export const READABLE = 4.5;

const BINS = 24;
const GREY_BELOW = 0.03;
/** Pixels so dark or so bright have no hue that one sees. */
const SEEN = { from: 0.18, to: 0.97 };
const STEP = 0.01;

/** Two colours of a scheme: where they begin (lightness, most chroma), and which way to go while they cannot be read. */
const AIMS = /** @type {const} */ ({
  light: { wash: { l: 0.9, c: 0.042, way: 1 }, accent: { l: 0.5, c: 0.1, way: -1 } },
  dark: { wash: { l: 0.31, c: 0.05, way: -1 }, accent: { l: 0.78, c: 0.09, way: 1 } },
});

/**
 * The hue that most of the colour has; null when the picture is as good as grey.
 * @param {ArrayLike<number>} pixels RGBA, 0 to 255; a few hundred pixels are plenty
 * @returns {Mood | null}
 */
export function moodOf(pixels) {
  const bins = Array.from({ length: BINS }, () => ({ weight: 0, a: 0, b: 0 }));
  let seen = 0;
  let colour = 0;
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const { l, a, b } = oklab(pixels[at] / 255, pixels[at + 1] / 255, pixels[at + 2] / 255);
    const chroma = Math.hypot(a, b);
    seen += 1;
    if (l < SEEN.from || l > SEEN.to || chroma < GREY_BELOW) continue;
    const bin = bins[Math.floor((degrees(a, b) / 360) * BINS) % BINS];
    // What is vivid is what one remembers: it counts more than its area.
    const weight = chroma * chroma;
    bin.weight += weight;
    bin.a += a * weight;
    bin.b += b * weight;
    colour += chroma;
  }
  const around = (/** @type {number} */ at) => bins[at].weight + (bins[(at + 1) % BINS].weight + bins[(at + BINS - 1) % BINS].weight) / 2;
  const best = bins.map((_, at) => at).reduce((one, other) => (around(other) > around(one) ? other : one));
  const { weight, a, b } = bins[best];
  if (weight === 0 || colour / seen < GREY_BELOW / 2) return null;
  return { hue: degrees(a, b), chroma: Math.hypot(a, b) / weight };
}

/** @param {Mood} mood @param {"light" | "dark"} scheme @returns {Lent} */
export function lentBy({ hue, chroma }, scheme) {
  const { paper, card, soft, onAccent } = SCHEMES[scheme];
  const aims = AIMS[scheme];
  const wash = until(aims.wash, hue, chroma, (colour) => contrast(pressed(colour, scheme), soft) >= READABLE);
  const grounds = [wash, paper, card].flatMap((ground) => [ground, pressed(ground, scheme)]);
  const accent = until(aims.accent, hue, chroma, (colour) => [onAccent, ...grounds].every((other) => contrast(colour, other) >= READABLE));
  return { wash, accent };
}

/** Lighter or darker by steps, a hundred at most, until it will do. @param {{ l: number, c: number, way: 1 | -1 }} aim @param {number} hue @param {number} chroma @param {(colour: string) => boolean} willDo */
function until({ l, c, way }, hue, chroma, willDo) {
  let colour = hex(l, Math.min(c, chroma), hue);
  for (let at = l; at > 0 && at < 1 && !willDo(colour); at += way * STEP) colour = hex(at, Math.min(c, chroma), hue);
  return colour;
}

/** A ground under a chip: a little of the ink over it, as --fill-1 in style.css. @param {string} ground @param {"light" | "dark"} scheme */
export function pressed(ground, scheme) {
  const [ink, share] = scheme === "light" ? [27, 0.06] : [255, 0.07];
  return `#${channels(ground).map((part) => Math.round(part * 255 * (1 - share) + ink * share).toString(16).padStart(2, "0")).join("")}`;
}

/** As WCAG counts it, 1 to 21. @param {string} one @param {string} other both #rrggbb */
export function contrast(one, other) {
  const [dark, bright] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

/** @param {string} colour */
function luminance(colour) {
  const [r, g, b] = channels(colour).map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} colour */
const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
/** @param {number} part */
const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
/** @param {number} part */
const gamma = (part) => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);
/** @param {number} a @param {number} b */
const degrees = (a, b) => ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;

/** The published matrices of OKLab. @param {number} red @param {number} green @param {number} blue each 0 to 1 */
function oklab(red, green, blue) {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

/** @param {number} lightness @param {number} chroma @param {number} hue */
function hex(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const parts = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  return `#${parts.map((part) => Math.round(255 * Math.min(1, Math.max(0, gamma(Math.max(0, part))))).toString(16).padStart(2, "0")).join("")}`;
}
