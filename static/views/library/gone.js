// So much of the music is gone at once that a disk is more likely away than the music. The house has kept it all and asks: here is
// what, and what can be done. In House with the answers, in place of the button that looks for new music, for to look again finds
// that as well; in Library as a line that leads there.

import { html } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { ConfirmButton } from "../confirm/confirm.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Gone({ model, actions }) {
  const { gone, scan } = model.state.value;
  if (!gone) return null;
  const cannot = scan !== null || model.link.value.status !== "live";
  return html`<div class="gone" role="group" aria-label="Missing music">
    <p class="gone-head"><${Icon} name="alert" /><strong>${sentence(gone)}</strong></p>
    <p class="soft">Nothing was taken out: all tracks keep their stars and their places. Is the disk with the music plugged in and
      mounted? When it is back, look for it again. If the music was meant to go, say so.</p>
    <div class="house-buttons">
      <button class="primary" disabled=${cannot} onClick=${actions.rescan}>Look for the music again</button>
      ${!cannot && html`<${ConfirmButton} label="Take them out of the library" onConfirm=${actions.forgetMissing}>Take them out<//>`}
    </div>
  </div>`;
}

/** @param {{ model: Model, actions: Actions }} props */
export function GoneLine({ model, actions }) {
  const { gone } = model.state.value;
  if (!gone) return null;
  return html`<div class="gone-line" role="status">
    <${Icon} name="alert" /><span>${sentence(gone)}</span><button class="plain" onClick=${() => actions.show("house")}>What to do</button>
  </div>`;
}

/** @param {{ missing: number, known: number }} gone */
function sentence({ missing, known }) {
  if (missing >= known) return `${known === 1 ? "The only track is" : `All ${counted(known, "track", "tracks")} are`} missing.`;
  return `${counted(missing, "track is", "tracks are")} missing, of ${known.toLocaleString("en")}.`;
}
