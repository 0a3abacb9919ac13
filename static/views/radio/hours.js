// When a station is on the air: always, or between times of day, in the house's own time, over midnight if need be.

import { html } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/** @import { Hours } from "../../sync/protocol.js" */

/** The house takes no more. */
const WINDOWS_MAX = 24;
const FIRST = { from: "07:00", to: "22:00" };

/** @param {{ windows: { value: Hours[] } }} props a signal */
export function HoursFields({ windows }) {
  const list = windows.value;
  const change = (/** @type {number} */ at, /** @type {Partial<Hours>} */ to) => (windows.value = list.map((each, place) => (place === at ? { ...each, ...to } : each)));
  const time = (/** @type {number} */ at, /** @type {"from" | "to"} */ end, /** @type {string} */ label) =>
    html`<input type="time" required aria-label=${label} value=${ofDay(list[at][end])} onChange=${(/** @type {any} */ event) => change(at, { [end]: event.currentTarget.value })} />`;
  return html`<fieldset class="hours">
    <legend>On the air</legend>
    <label class="choice"><input type="radio" name="air" checked=${list.length === 0} onChange=${() => (windows.value = [])} /><span>Always</span></label>
    <label class="choice"><input type="radio" name="air" checked=${list.length > 0} onChange=${() => list.length === 0 && (windows.value = [FIRST])} /><span>At certain hours, each day</span></label>
    ${list.map(
      (_, at) => html`<div class="hours-row" key=${at}>
        ${time(at, "from", `From, ${at + 1}`)}<span class="soft">to</span>${time(at, "to", `To, ${at + 1}`)}
        <button type="button" class="round" aria-label=${`Remove these hours, ${at + 1}`} onClick=${() => (windows.value = list.filter((_, place) => place !== at))}><${Icon} name="close" /></button>
      </div>`,
    )}
    ${list.length > 0 && list.length < WINDOWS_MAX && html`<button type="button" class="plain more-hours" onClick=${() => (windows.value = [...list, FIRST])}>More hours</button>`}
  </fieldset>`;
}

/** What is wrong with them, in words; "" if nothing is. @param {Hours[]} windows */
export function hoursProblem(windows) {
  const [wrong] = windows.filter(({ from, to }) => !from || !to || (from === to && from !== "00:00"));
  return wrong ? "From and to must be two times of day; the second may be on the next morning." : "";
}

/** Midnight as an end is the end of the day. @param {Hours[]} windows @returns {Hours[]} */
export function hoursOf(windows) {
  return windows.map(({ from, to }) => ({ from, to: to === "00:00" ? "24:00" : to }));
}

/** In words, for a card. @param {{ windows: Hours[] } | null | undefined} schedule */
export function hoursWords(schedule) {
  return (schedule?.windows ?? []).map(({ from, to }) => `${from}–${ofDay(to)}`).join(", ");
}

/** @param {string} time */
function ofDay(time) {
  return time === "24:00" ? "00:00" : time;
}
