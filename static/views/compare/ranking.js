// What the answers say: the tracks in order, with how sure that is.

import { html, useSignal } from "../../vendor/vendor.js";
import { counted, titleOf, trackOf } from "../../lib/format.js";
import { Empty } from "../empty/empty.js";
import { Row, ROW_HEIGHT } from "../list/row.js";
import { Windowed } from "../list/windowed.js";
import { Missing, useFetched } from "../missing/missing.js";
import { Star } from "../star/star.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Ranking({ model, actions }) {
  const { answered, skipped } = model.state.value.comparison.progress;
  const household = useSignal(false);
  const load = () => actions.loadRatings(household.value);
  useFetched(model, load, [answered, skipped, household.value]);
  const ratings = model.ratings.value;
  const of = (/** @type {boolean} */ all, /** @type {string} */ label) => html`<button aria-pressed=${household.value === all} onClick=${() => (household.value = all)}>${label}</button>`;
  const whose = model.profiles.value.length > 1 && html`<div class="chips" role="group" aria-label="Whose answers">${of(false, "Mine")}${of(true, "Everybody's")}</div>`;
  if (!ratings) return html`${whose}<${Missing} model=${model} part="ratings" what="The ratings" retry=${load} />`;
  if (ratings.ratings.length === 0) return html`${whose}<${Empty} icon="compare"><p class="soft">Nothing is ranked yet. Each answer moves two tracks.</p><//>`;
  const tracks = model.tracks.value;
  /** @param {number} at */
  const row = (at) => {
    const { rank, trackId, track, rating, uncertainty } = ratings.ratings[at];
    const known = tracks.get(trackId) ?? trackOf(track);
    return html`<${Row} key=${trackId} trackId=${trackId} track=${known} first=${html`<span class="rank">${rank}</span>`}>
      <span class="points" aria-label=${`${Math.round(rating)} points, give or take ${Math.round(uncertainty)}`}>
        <strong>${Math.round(rating)}</strong><span class="soft">± ${Math.round(uncertainty)}</span>
      </span>
      <${Star} model=${model} actions=${actions} id=${trackId} title=${titleOf(known)} />
    <//>`;
  };
  return html`${whose}<p class="soft ranking-head">${counted(ratings.verdicts, "answer", "answers")}, ${counted(ratings.count, "track", "tracks")}</p>
    <${Windowed} count=${ratings.ratings.length} rowHeight=${ROW_HEIGHT} label="Ranking" row=${row} />`;
}
