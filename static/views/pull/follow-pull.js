// Pulling a list down beyond its beginning fetches everything anew, as in other apps. No markup; what is seen is in pull.js.

/** @import { Actions, Model } from "../../model.js" */

/** Pulled so far, letting go refreshes. */
export const ENOUGH_PX = 72;
/** A finger goes further than what it pulls, as if against a spring. */
const PULL = 0.5;
const SCROLLERS = ".windowed, .house-scroll, .radio-scroll, .compare";
const NOT_FROM = ".grip, input, dialog";

/** @param {Model} model @param {Actions} actions */
export function followPull(model, actions) {
  /** @type {number | null} where the finger came down; null: it does something else */ let from = null;
  addEventListener("touchstart", ({ touches, target }) => {
    const list = /** @type {Element} */ (target).closest(SCROLLERS);
    const may = touches.length === 1 && list && list.scrollTop <= 0 && !(/** @type {Element} */ (target).closest(NOT_FROM));
    from = may ? touches[0].clientY : null;
  }, { passive: true });
  addEventListener("touchmove", ({ touches, target }) => {
    if (from === null) return;
    const list = /** @type {Element} */ (target).closest(SCROLLERS);
    // Whoever has scrolled meanwhile scrolls.
    if (touches.length > 1 || (list?.scrollTop ?? 0) > 0) return letGo();
    model.pulled.value = Math.max(0, Math.min(ENOUGH_PX * 1.4, (touches[0].clientY - from) * PULL));
  }, { passive: true });
  addEventListener("touchend", () => {
    if (from !== null && model.pulled.value >= ENOUGH_PX) actions.refresh();
    letGo();
  });
  addEventListener("touchcancel", () => letGo());

  function letGo() {
    from = null;
    model.pulled.value = 0;
  }
}
