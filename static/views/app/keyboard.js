// Keys for people at a desk: space, left and right, and "/" to search; while comparing, the arrows answer.

/** @import { Actions, Model } from "../../model.js" */

const STEP_SEC = 10;

/** @param {Model} model @param {Actions} actions */
export function followKeyboard(model, actions) {
  /** @type {Record<string, () => void>} */
  const comparing = {
    ArrowLeft: () => actions.verdict("a"),
    ArrowRight: () => actions.verdict("b"),
    ArrowDown: () => actions.verdict("tie"),
  };
  /** @type {Record<string, () => void>} */
  const keys = {
    " ": actions.playOrPause,
    ArrowRight: () => actions.seek(model.positionSec.value + STEP_SEC),
    ArrowLeft: () => actions.seek(Math.max(0, model.positionSec.value - STEP_SEC)),
    "/": () => {
      actions.show("library");
      requestAnimationFrame(() => document.getElementById("search")?.focus());
    },
  };
  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const own = target.closest("input, textarea, dialog") || (event.key === " " && target.closest("button"));
    const action = (model.screen.value === "compare" && comparing[event.key]) || keys[event.key];
    if (!action || own || event.ctrlKey || event.metaKey || event.altKey || model.phase.value !== "ready") return;
    event.preventDefault();
    action();
  });
}
