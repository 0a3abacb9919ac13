// What stands where nothing is yet: a sign, what it means, and the way on.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { IconName } from "../icon/icon.js" */

/** @param {{ icon: IconName, title?: string, children?: any }} props children: a sentence, and a button if there is a way on */
export function Empty({ icon, title = "", children }) {
  return html`<div class="empty">
    <span class="empty-sign" aria-hidden="true"><${Icon} name=${icon} /></span>
    ${title && html`<h2>${title}</h2>`}
    ${children}
  </div>`;
}
