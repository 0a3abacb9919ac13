// Short news at the edge of the page: a refused command and what had changed, a format that cannot be played. It goes by itself,
// but not while a pointer or the keyboard is on it: whoever reads it, or is about to press its button, has the time for that.

import { html, useEffect, useSignal } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Actions, Model } from "../../model.js" */
/** @typedef {import("../../model.js").Bubble} News */

const SHOWN_MS = 6000;

/** @param {{ model: Model, actions: Actions }} props */
export function Bubbles({ model, actions }) {
  return html`<div class="bubbles" role="status" aria-live="polite">
    ${model.bubbles.value.map((news) => html`<${Bubble} key=${news.id} news=${news} onDismiss=${() => actions.dismiss(news.id)} />`)}
  </div>`;
}

/** @param {{ news: News, onDismiss: () => void }} props */
function Bubble({ news, onDismiss }) {
  const { title, detail, action, stays = false } = news;
  const held = useSignal(false);
  // A pointer that moves there: one that lay where it came up has not chosen it.
  const [hold, letGo] = [() => void (held.value = true), () => void (held.value = false)];
  useEffect(() => {
    if (stays || held.value) return undefined;
    const timer = setTimeout(onDismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held.value]);
  return html`<div class="bubble" onPointerMove=${hold} onPointerLeave=${letGo} onFocusIn=${hold} onFocusOut=${letGo}>
    <div><strong>${title}</strong>${detail && html`<span>${detail}</span>`}</div>
    ${action && html`<button class="plain" onClick=${() => (action.run(), onDismiss())}>${action.label}</button>`}
    <button class="round" aria-label="Dismiss" onClick=${onDismiss}><${Icon} name="close" /></button>
  </div>`;
}
