// The shape of a list whose rows are on their way: it takes the room that they will take, so that nothing jumps.

import { html } from "../../vendor/vendor.js";

const ROWS = 8;

export function Bones() {
  return html`<div class="bones">
    <p class="unseen" role="status">Loading…</p>
    ${Array.from({ length: ROWS }, (_, at) => html`<div class="row" key=${at} aria-hidden="true"></div>`)}
  </div>`;
}
