// The star of a track, an album or an artist: pressed or not, at once, whether or not the house is in reach.

import { html, useComputed } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { StarKind } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions, kind?: StarKind, id: string, title: string }} props */
export function Star({ model, actions, kind = "track", id, title }) {
  const on = useComputed(() => model.starred.value[kind].has(id)).value;
  return html`<button class="round star" aria-pressed=${on} aria-label=${`Star: ${title}`} onClick=${() => actions.star(kind, id, !on, title)}>
    <${Icon} name=${on ? "starred" : "star"} />
  </button>`;
}
