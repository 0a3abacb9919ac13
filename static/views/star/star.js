// The star of a track, an album or an artist: pressed or not, at once, whether or not the house is in reach.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { StarKind } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions, kind?: StarKind, id: string, title: string }} props */
export function Star({ model, actions, kind = "track", id, title }) {
  // Looked up each time: on Now the same star comes to stand for another track.
  const on = model.starred.value[kind].has(id);
  return html`<button class="round star" aria-pressed=${on} aria-label=${`Star: ${title}`} onClick=${() => actions.star(kind, id, !on, title)}>
    <${Icon} name=${on ? "starred" : "star"} />
  </button>`;
}
