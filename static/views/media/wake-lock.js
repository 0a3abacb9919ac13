// Keeps the screen awake while somebody looks at what plays. No markup; it follows the model.

import { effect, signal } from "../../vendor/vendor.js";

/** @import { Model } from "../../model.js" */

/** @param {Model} model */
export function followWakeLock(model) {
  if (!("wakeLock" in navigator)) return;
  const visible = signal(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", () => (visible.value = document.visibilityState === "visible"));
  /** @type {Promise<WakeLockSentinel | null> | null} */ let lock = null;
  effect(() => {
    const plays = model.joined.value && model.session.value?.playState.mode === "playing";
    const isWanted = visible.value && (plays || model.station.value !== undefined) && model.screen.value === "now";
    if (isWanted && lock === null) lock = navigator.wakeLock.request("screen").catch(() => null);
    if (isWanted || lock === null) return;
    void lock.then((held) => held?.release().catch(() => {}));
    lock = null;
  });
}
