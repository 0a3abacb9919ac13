// Which keys do what, for people at a desk.

import { html } from "../../vendor/vendor.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */

const KEYS = [
  ["Space", "Play or pause"],
  ["← →", "Ten seconds back or on; while comparing, the winner"],
  ["↓", "While comparing: equally good"],
  ["Shift ← →", "Previous or next track"],
  ["/", "Search the library"],
  ["1 … 6", "The screens, in their order"],
  ["?", "These keys"],
];

/** @param {{ model: Model, actions: Actions }} props */
export function Keys({ actions }) {
  return html`<${Sheet} title="Keys" onClose=${() => actions.showKeys(false)}>
    <dl class="keys">${KEYS.map(([key, does]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl>
  <//>`;
}
