// Two tracks, one tap: which is better? The answers make a ranking. All devices of a profile see the same pair.

import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { counted } from "../../lib/format.js";
import { runFraction, shownPair } from "../../sync/comparing.js";
import { Empty } from "../empty/empty.js";
import { Icon } from "../icon/icon.js";
import { Contender } from "./contender.js";
import { Ranking } from "./ranking.js";
import { StartForm } from "./start-form.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Comparison } from "../../sync/protocol.js" */

/** @typedef {{ model: Model, actions: Actions }} Props */
/** @typedef {"pair" | "ranking" | "start"} Part */

/** @param {Props} props */
export function Compare({ model, actions }) {
  useEffect(() => actions.stopHearing, []);
  const chosen = useSignal(/** @type {Part | null} */ (null));
  const comparison = model.state.value.comparison;
  const part = chosen.value ?? (comparison.source ? "pair" : "start");
  return html`<main class="screen compare">
    <header class="screen-head">
      <h1>Compare</h1>
      <span class="soft">${comparison.source && howFar(comparison)}</span>
    </header>
    <div class="segments" role="group" aria-label="Part of this screen">
      ${comparison.source && html`<${Segment} is="pair" part=${part} chosen=${chosen} label="Pair" />`}
      <${Segment} is="ranking" part=${part} chosen=${chosen} label="Ranking" />
      <${Segment} is="start" part=${part} chosen=${chosen} label="New" />
    </div>
    ${part === "pair" && html`<${PairPart} model=${model} actions=${actions} />`}
    ${part === "ranking" && html`<${Ranking} model=${model} actions=${actions} />`}
    ${part === "start" && html`<${StartForm} model=${model} actions=${actions} onStarted=${() => (chosen.value = null)} />`}
  </main>`;
}

/** @param {{ is: Part, part: Part, label: string, chosen: { value: Part | null } }} props */
function Segment({ is, part, label, chosen }) {
  return html`<button aria-pressed=${is === part} onClick=${() => (chosen.value = is)}>${label}</button>`;
}

/** @param {Props} props */
function PairPart({ model, actions }) {
  const comparison = model.state.value.comparison;
  const { pair, settled } = shownPair(comparison, model.given.value);
  if (!pair) return html`<${Done} model=${model} />`;
  const selected = comparison.selected?.isPlaying ? comparison.selected.trackId : null;
  const offline = model.link.value.status !== "live";
  const contender = (/** @type {"a" | "b"} */ side) => html`<${Contender} key=${pair[side].trackId} model=${model} actions=${actions} side=${side}
    named=${pair[side]} heard=${selected === pair[side].trackId} disabled=${!settled} />`;
  return html`<div class="pair-part">
    <progress max="1" value=${runFraction(comparison)} aria-label="Progress"></progress>
    <h2 class="ask">Which one do you like better?</h2>
    <div class="contenders" data-pair=${pair.id}>${contender("a")}${contender("b")}</div>
    <div class="pair-others">
      <button disabled=${!settled} onClick=${() => actions.verdict("tie")}>Equally good</button>
      <button class="plain" disabled=${offline} onClick=${actions.skipPair}>Skip</button>
      <button class="round" aria-label="Undo" disabled=${offline || !comparison.canUndo} onClick=${actions.undoVerdict}><${Icon} name="undo" /></button>
      ${comparison.canRedo && html`<button class="round" aria-label="Redo" disabled=${offline} onClick=${actions.redoVerdict}><${Icon} name="redo" /></button>`}
    </div>
    ${offline && html`<p class="soft keys-hint" role="status">${settled ? "Offline: your answer will be sent when the house is back." : "Your answer waits for the house, and the next pair with it."}</p>`}
    <p class="soft keys-hint">Keys: ← → for a winner, ↓ for a tie</p>
  </div>`;
}

/** @param {{ model: Model }} props */
function Done({ model }) {
  const { answered } = model.state.value.comparison.progress;
  return html`<${Empty} icon="check" title="Every pair was asked">
    <p class="soft">${counted(answered, "answer", "answers")}. Look at the ranking, or start with other music.</p>
  <//>`;
}

/** @param {Comparison} comparison */
function howFar({ progress, mode }) {
  if (progress.done) return "done";
  const aim = mode === "top10" ? "the best ten" : "an order";
  return `${progress.answered} of about ${progress.expected} for ${aim}`;
}
