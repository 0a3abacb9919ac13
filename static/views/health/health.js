// How the appliance is: what its doctor finds, in words that say what to do, and the figures people wonder about.

import { html, useEffect } from "../../vendor/vendor.js";
import { bytesText, counted, spanText } from "../../lib/format.js";
import { Icon } from "../icon/icon.js";
import { Sheet } from "../sheet/sheet.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Finding, Health as HealthOf } from "../../sync/protocol.js" */

/** What to look at comes first. */
const ORDER = /** @type {const} */ (["fail", "warn", "ok"]);

/** @param {{ model: Model, actions: Actions }} props */
export function Health({ model, actions }) {
  const { told, busy } = model.health.value;
  useEffect(() => void actions.loadHealth(), []);
  return html`<${Sheet} title="Health" onClose=${() => actions.showHealth(false)}>
    ${told ? html`<${Told} told=${told} />` : html`<p class="soft sheet-words" role="status">${busy ? "The house looks at itself…" : "The house does not answer. When it does, look again."}</p>`}
    <button disabled=${busy} onClick=${() => void actions.loadHealth()}>${busy ? "Looking…" : "Look again"}</button>
  <//>`;
}

/** @param {{ told: HealthOf }} props */
function Told({ told }) {
  const findings = told.findings.toSorted((one, other) => ORDER.indexOf(one.grade) - ORDER.indexOf(other.grade));
  const open = findings.filter(({ grade }) => grade !== "ok").length;
  return html`<p class="health-sum" role="status" data-grade=${findings[0]?.grade ?? "ok"}>${open === 0 ? "All is well." : `${counted(open, "thing", "things")} to look at.`}</p>
    <ul class="findings">${findings.map((finding) => html`<${Row} key=${finding.check + finding.detail} finding=${finding} />`)}</ul>
    <dl class="figures">${figuresOf(told).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @param {{ finding: Finding }} props */
function Row({ finding }) {
  const { check, grade, detail, advice } = finding;
  return html`<li data-grade=${grade}>
    <${Icon} name=${grade === "ok" ? "check" : "alert"} />
    <div><strong>${check}${WORDS[grade]}</strong><p>${detail}</p>${advice && html`<p class="advice">${advice}</p>`}</div>
  </li>`;
}

/** For those who do not see the colour. */
const WORDS = { ok: "", warn: ": to look at", fail: ": does not work" };

/** @param {HealthOf} told @returns {[string, string][]} */
function figuresOf({ version, figures }) {
  const ms = (/** @type {number | null} */ value) => (value === null ? "not yet known" : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`);
  return [
    ["Version", version],
    ["Runs for", spanText(figures.uptimeSec)],
    ["Devices online", `${figures.devicesOnline}, ${counted(figures.sockets, "open page", "open pages")}`],
    ["A tap is kept within", `${ms(figures.commandMs.p50)}, at worst ${ms(figures.commandMs.p99)}`],
    ["And is everywhere after", ms(figures.fanoutMs.p99)],
    ["Memory", figures.memoryBytes === null ? "not known" : bytesText(figures.memoryBytes)],
    ["What is remembered takes", bytesText(figures.storeBytes)],
  ];
}
