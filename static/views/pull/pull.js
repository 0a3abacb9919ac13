// What is seen while a list is pulled down, and until everything has been fetched anew.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";
import { ENOUGH_PX } from "./follow-pull.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Pull({ model }) {
  const refreshing = model.refreshing.value;
  const pulled = model.pulled.value;
  const down = refreshing ? ENOUGH_PX : pulled;
  const words = refreshing ? "Refreshing…" : pulled >= ENOUGH_PX ? "Let go to refresh" : "Pull to refresh";
  return html`<div class="pull" role="status" data-busy=${refreshing} style=${{ transform: `translateY(${down}px)`, opacity: Math.min(1, down / ENOUGH_PX) }}>
    <${Icon} name="refresh" /><span>${words}</span>
  </div>`;
}
