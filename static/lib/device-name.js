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

/** As its people call it when they hold it: "This phone". @param {string} userAgent */
export function thisDeviceWord(userAgent) {
  if (/iPad|Tablet/.test(userAgent) || /Android(?!.*Mobile)/.test(userAgent)) return "This tablet";
  return /iPhone|Mobile/.test(userAgent) ? "This phone" : "This computer";
}
