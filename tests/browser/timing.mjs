// When something was heard or seen on a page, and how long such things took. Told, never judged: that is the machine's.

import { wait } from "./harness.mjs";

/** Longer than any track is that a story lets run out. */
const NEXT_WITHIN_MS = 90_000;

/**
 * Waits until a page that hears one track hears the next (`next` null: any other), looking every few ms.
 * @returns {Promise<number>} milliseconds of silence between the two
 */
export function silenceBetween(page, trackId, next = null) {
  return page.evaluate(
    ([one, two, withinMs]) =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now();
        let last = startedAt;
        const timer = setInterval(() => {
          const { playing, trackId: heard } = window.hearken.measure();
          const now = performance.now();
          if (playing && heard === one) last = now;
          const isNext = playing && (two ? heard === two : heard !== one);
          if (!isNext && now - startedAt < withinMs) return;
          clearInterval(timer);
          if (isNext) resolve(now - last);
          else reject(new Error(`no other track followed: ${JSON.stringify(window.hearken.measure())}`));
        }, 5);
      }),
    [trackId, next, NEXT_WITHIN_MS],
  );
}

/** Tells how long something took, middle and 95th percentile, in ms. Nothing is judged: that is the machine's. */
export function tellSpread(t, what, samples) {
  const { medianMs, p95Ms, worstMs } = spread(samples);
  t.diagnostic(`${what}: median ${medianMs.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms, worst ${worstMs.toFixed(1)} ms (${samples.length} rounds)`);
}

/** Middle, 95th percentile and the largest. @param {number[]} samples in ms */
export function spread(samples) {
  const sorted = samples.toSorted((x, y) => x - y);
  return { medianMs: sorted[sorted.length >> 1], p95Ms: sorted[Math.ceil(sorted.length * 0.95) - 1], worstMs: sorted.at(-1) };
}

/**
 * When something on a page changed, as its user saw it: the values of an attribute (or the text, without one) of the first
 * element that fits, each with the time of the frame after which it stood there. Times of two pages compare: one machine, one clock.
 */
export function watchFor(page, selector, attribute = null) {
  return page.evaluate(([where, name]) => {
    const seen = (window.seen = []);
    let last = null;
    const look = () => {
      const element = document.querySelector(where);
      const value = element && (name ? element.getAttribute(name) : element.textContent);
      if (value === last) return;
      last = value;
      requestAnimationFrame(() => seen.push({ value, at: performance.timeOrigin + performance.now() }));
    };
    window.watcher?.disconnect();
    window.watcher = new MutationObserver(look);
    window.watcher.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  }, [selector, attribute]);
}

/** Waits for the first change after a moment. */
export async function seenAfter(page, at, timeout = 15_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const found = await page.evaluate((since) => window.seen.find((each) => each.at > since), at);
    if (found) return found;
    if (Date.now() > end) throw new Error("nothing changed");
    await wait(5);
  }
}

/** Presses, and says when the finger came down on it. */
export async function pressedAt(page, locator) {
  await page.evaluate(() => addEventListener("click", (event) => (window.clickedAt = performance.timeOrigin + event.timeStamp), { capture: true, once: true }));
  await locator.click();
  return page.evaluate(() => window.clickedAt);
}
