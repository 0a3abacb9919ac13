// Now, in a room whose queue is empty.

import { html } from "../../vendor/vendor.js";
import { Empty } from "../empty/empty.js";
import { Where } from "../where/where.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Nothing({ model, actions }) {
  return html`<main class="now now-empty">
    <${Where} model=${model} actions=${actions} />
    <${Empty} isPage icon="queue" title="The queue is empty">
      <p class="soft">Add something from the library, and it starts from here.</p>
      <button class="primary" onClick=${() => actions.show("library")}>Open the library</button>
    <//>
  </main>`;
}
