// One of two tracks: the cover is the button that makes it the winner, below it the one to hear it.

import { html } from "../../vendor/vendor.js";
import { artistOf, titleOf, trackOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { NamedTrack } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions, side: "a" | "b", named: NamedTrack, heard: boolean, disabled: boolean }} props */
export function Contender({ model, actions, side, named, heard, disabled }) {
  const track = model.tracks.value.get(named.trackId) ?? trackOf(named);
  const title = titleOf(track);
  const artist = artistOf(track);
  const here = model.audition.value === named.trackId;
  return html`<div class="contender" data-heard=${heard} data-side=${side} data-track=${named.trackId}>
    <button class="winner" disabled=${disabled} onClick=${() => actions.verdict(side)}>
      <span class="unseen">Better: </span>
      <${Cover} track=${track} size=${300} big />
      <span class="winner-words"><strong>${title}</strong><span class="soft">${artist}</span></span>
    </button>
    <button class="hear" aria-label=${here ? `Stop: ${title}` : `Listen: ${title}`} aria-pressed=${here} onClick=${() => actions.hear(named.trackId)}>
      <${Icon} name=${here ? "pause" : "play"} />${here ? "Stop" : "Listen"}
    </button>
  </div>`;
}
