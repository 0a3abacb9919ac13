// What is heard, in words: title with its star, artist, album.

import { html } from "../../vendor/vendor.js";
import { artistOf, titleOf } from "../../lib/format.js";
import { Star } from "../star/star.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Track } from "../../sync/protocol.js" */

/** @param {{ model: Model, actions: Actions, track: Track | undefined }} props */
export function Words({ model, actions, track }) {
  return html`<div class="now-words">
    <div class="now-title">
      <h1 data-testid="title">${titleOf(track)}</h1>
      ${track && html`<${Star} model=${model} actions=${actions} id=${track.trackId} title=${titleOf(track)} />`}
    </div>
    <p>${artistOf(track)}${track?.tags?.album && html`<span class="soft"> — ${track.tags.album}</span>`}</p>
  </div>`;
}
