// What stands where nothing is yet: a sign, what it means, and the way on.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { IconName } from "../icon/icon.js" */

/** @param {{ icon: IconName, title?: string, isPage?: boolean, children?: any }} props isPage: the title is the page's; children: a sentence, and a button if there is a way on */
export function Empty({ icon, title = "", isPage = false, children }) {
  return html`<div class="empty">
    <span class="empty-sign" aria-hidden="true"><${Icon} name=${icon} /></span>
    ${title && (isPage ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`)}
    ${children}
  </div>`;
}
