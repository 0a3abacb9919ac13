// In place of what a screen fetches for itself, while it is not here: on its way, or it did not come, and what to do then.

import { html, useEffect } from "../../vendor/vendor.js";
import { Bones } from "../bones/bones.js";
import { Empty } from "../empty/empty.js";

/** @import { Model, Part } from "../../model.js" */

/**
 * Fetches now, when the house is back, and when everything is fetched anew.
 * @param {Model} model
 * @param {() => void} load
 * @param {unknown[]} [when] and whenever one of these changes
 */
export function useFetched(model, load, when = []) {
  const isLive = model.link.value.status === "live";
  useEffect(() => void load(), [isLive, model.refreshes.value, ...when]);
}

/** @param {{ model: Model, part: Part, retry: () => void, what: string }} props what: "The albums" */
export function Missing({ model, part, retry, what }) {
  if (!model.missed.value.has(part)) return html`<${Bones} />`;
  const offline = model.link.value.status !== "live";
  return html`<${Empty} icon="alert">
    <p class="soft" role="status">${offline ? `${what} cannot be read: the house is out of reach. They come by themselves when it is back.` : `${what} did not come through.`}</p>
    <button onClick=${retry}>Try again</button>
  <//>`;
}
