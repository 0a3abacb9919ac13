// What came of a playlist file: how much of it is in the library, and what is not.

import { html } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function ImportReport({ model }) {
  const report = model.imported.value;
  if (!report) return null;
  const { name, found, missing, missingCount } = report;
  const untold = missingCount - missing.length;
  return html`<${Sheet} title=${`Imported ‘${name}’`} onClose=${() => (model.imported.value = null)}>
    <p class="sheet-words" role="status">${counted(found, "track is", "tracks are")} in the playlist.${missingCount === 0 ? " Everything was found." : ""}</p>
    ${missingCount > 0 && html`<p class="soft sheet-words">${counted(missingCount, "entry was", "entries were")} not found in the library. Copy the music into the audio folder and import the file again, or leave it at that.</p>
    <ul class="missing-entries" aria-label="Not found">${missing.map((entry) => html`<li key=${entry}>${entry}</li>`)}</ul>
    ${untold > 0 && html`<p class="soft sheet-words">And ${counted(untold, "more", "more")}.</p>`}`}
  <//>`;
}
