// Keys for people at a desk: space, left and right, "/" to search, "?" for all of them; while comparing, the arrows answer.

import { SEEK_STEP_SEC } from "../now/seek-bar.js";

/** @import { Actions, Model, Screen } from "../../model.js" */

/** @type {Screen[]} */
const SCREENS = ["now", "queue", "library", "compare", "radio", "house"];

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
    ArrowRight: () => actions.seek(model.positionSec.value + SEEK_STEP_SEC),
    ArrowLeft: () => actions.seek(Math.max(0, model.positionSec.value - SEEK_STEP_SEC)),
    "Shift ArrowRight": actions.next,
    "Shift ArrowLeft": actions.previous,
    "/": () => {
      actions.show("library");
      requestAnimationFrame(() => document.getElementById("search")?.focus());
    },
    "?": () => actions.showKeys(true),
    ...Object.fromEntries(SCREENS.map((screen, at) => [String(at + 1), () => actions.show(screen)])),
  };
  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const key = event.shiftKey && event.key.startsWith("Arrow") ? `Shift ${event.key}` : event.key;
    const own = target.closest("input, textarea, select, dialog") || (event.key === " " && target.closest("button, a"));
    const action = (model.screen.value === "compare" && comparing[key]) || keys[key];
    if (!action || own || event.ctrlKey || event.metaKey || event.altKey || model.phase.value !== "ready") return;
    event.preventDefault();
    action();
  });
}
