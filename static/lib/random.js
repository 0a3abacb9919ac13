// Ids that the page makes itself. Not randomUUID: plain http on a LAN name is no secure context and has none.

/** @param {number} length */
export function randomId(length = 16) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet[byte & 63]).join("");
}
