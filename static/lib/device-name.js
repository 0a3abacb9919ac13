// A sensible name for a device nobody has named yet.

const KINDS = [
  [/iPad/, "iPad"],
  [/iPhone/, "iPhone"],
  [/Android.*Mobile/, "Android phone"],
  [/Android/, "Android tablet"],
  [/CrOS/, "Chromebook"],
  [/Macintosh/, "Mac"],
  [/Windows/, "Windows PC"],
  [/Linux/, "Linux PC"],
];
const BROWSERS = [
  [/Firefox|FxiOS/, "Firefox"],
  [/Edg/, "Edge"],
  [/Chrom|CriOS/, "Chrome"],
  [/Safari/, "Safari"],
];

/** @param {string} userAgent */
export function defaultDeviceName(userAgent) {
  /** @param {(string | RegExp)[][]} table */
  const first = (table) => table.find(([pattern]) => /** @type {RegExp} */ (pattern).test(userAgent))?.[1];
  return [first(KINDS) ?? "Browser", first(BROWSERS)].filter(Boolean).join(", ");
}

/** No tablet's screen is that narrow, in CSS pixels; a small laptop's may be, when all on it is shown twice as large. */
const PHONE_MAX_PX = 560;

/**
 * As its people call it when they hold it: "This phone". Phones and iPads that ask for pages as a desk does say that they are one:
 * then fingers and the screen tell.
 * @param {string} userAgent
 * @param {{ touches?: number, screenPx?: number }} [seen] how many fingers it tells apart, and the shorter side of its screen
 */
export function thisDeviceWord(userAgent, { touches = 0, screenPx = Infinity } = {}) {
  if (/iPad|Tablet/.test(userAgent) || /Android(?!.*Mobile)/.test(userAgent)) return "This tablet";
  if (/iPhone|Mobile/.test(userAgent) || (touches > 0 && screenPx < PHONE_MAX_PX && !/Windows/.test(userAgent))) return "This phone";
  return touches > 1 && /Macintosh/.test(userAgent) ? "This tablet" : "This computer";
}
