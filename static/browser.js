// What the browser gives every part of the page: time, timers, whether anybody looks, a few words kept between two visits, and
// the address it was opened with.

/** @param {number} ms @returns {Promise<void>} */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const now = () => performance.now();
/** A clock that all tabs share and that does not jump. */
export const sharedNow = () => performance.timeOrigin + now();
export const isHidden = () => document.visibilityState === "hidden";
export const timers = {
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clearTimeout: (/** @type {any} */ timer) => clearTimeout(timer),
  setInterval: (/** @type {() => void} */ run, /** @type {number} */ ms) => setInterval(run, ms),
  clearInterval: (/** @type {any} */ timer) => clearInterval(timer),
};

/** What this device remembers about itself, where the browser lets it. @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A private window forgets; so be it.
  }
}

/** The token of a scanned link; it leaves the address at once, so that nobody shares it by accident. */
export function takeInvitation() {
  if (!location.hash.startsWith("#k=")) return null;
  const token = decodeURIComponent(location.hash.slice(3));
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}
