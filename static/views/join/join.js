// The one tap that browsers want before they make sound. Shows what it leads into: what is on, and who listens.

import { html } from "../../vendor/vendor.js";
import { artistOf, counted, titleOf } from "../../lib/format.js";
import { Cover } from "../cover/cover.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */

/** @param {{ model: Model, actions: Actions }} props */
export function Join({ model, actions }) {
  const session = model.session.value;
  const track = model.current.value;
  return html`<main class="page-narrow join">
    <${Cover} track=${track} size=${320} big />
    <div class="join-words">
      <p class="eyebrow">${modeWord(session?.playState.mode)}</p>
      <h1>${session && session.queue.length > 0 ? titleOf(track) : "The queue is empty"}</h1>
      <p class="soft">${artistOf(track)}</p>
      <p class="soft">${listeners(session?.clients.map(({ name }) => name) ?? [])}</p>
    </div>
    <${JoinButton} model=${model} actions=${actions} />
    <button onClick=${actions.listenAlone}>Listen on ${model.thisDevice.value.toLowerCase()} alone</button>
    <button class="plain" onClick=${actions.justControl}>Only control, no sound here</button>
  </main>`;
}

/** @param {{ model: Model, actions: Actions }} props */
export function JoinButton({ model, actions }) {
  const label = model.elsewhere.value ? "Listen in this tab instead" : "Join";
  return html`<button class="primary join-button" disabled=${model.joining.value} onClick=${actions.join}>
    <${Icon} name="speaker" />${label}
  </button>`;
}

/** @param {string | undefined} mode */
function modeWord(mode) {
  return mode === "playing" ? "Playing now" : mode === "waiting" ? "About to play" : "Ready when you are";
}

/** @param {string[]} names */
function listeners(names) {
  if (names.length === 0) return "Nobody listens yet";
  if (names.length <= 2) return `Listening: ${names.join(" and ")}`;
  return `Listening: ${names[0]} and ${counted(names.length - 1, "other", "others")}`;
}
