// What is played, and what of it is measured. Each scene: the listeners, what they do while all loudspeakers are recorded, and
// what the recording tells.

import { playing, press, show, stateOf, until, wait } from "../browser/harness.mjs";
import { spread } from "../browser/timing.mjs";
import { tapIn } from "./stage.mjs";
import { withoutSteering, wrongCrystals } from "./crystal.mjs";

/** @typedef {import("./stage.mjs").Stage} Stage */
/** @typedef {{ what: string, figures: Record<string, string> }} Row */

const HEARD_MS = 900;
const SILENT_MS = 450;
const JOINS = 6;
const MINUTE_MS = 61_000;
const HIDDEN_MS = 4000;
const HIDINGS = 4;
const CLICKS_MS = 6000;
const NUDGED_MS = 40;
const WRONG = { cpu: -100e-6, audio: 100e-6 };

const ms = (value) => (value === null || value === undefined ? "–" : `${Math.abs(value) < 9.95 ? value.toFixed(1) : Math.round(value)} ms`);
/** Those that could be compared, by their size, and how many that were. */
function matched(values) {
  const known = values.filter((each) => each !== null).map(Math.abs);
  return { ...spread(known), of: `${known.length}/${values.length}` };
}
const paused = (page) => until(page, (state, measure) => state.session.playState.mode === "paused" && !measure.playing);
const allPlay = (pages) => Promise.all(pages.map((page) => playing(page)));

/**
 * Started and paused, again and again.
 * @param {Stage} stage
 * @param {string} what
 * @param {import("./stage.mjs").Kind[]} kinds
 * @param {number} rounds
 * @param {number} [silentMs] between two
 * @returns {Promise<Row>}
 */
export async function starts(stage, what, kinds, rounds, silentMs = SILENT_MS) {
  const found = await stage.with(kinds, async (pages) => {
    const file = await stage.ears.record(async () => {
      for (let round = 0; round < rounds; round += 1) {
        await wait(silentMs);
        await press(pages[0], "Play");
        await allPlay(pages);
        await wait(HEARD_MS);
        await press(pages[0], "Pause");
        await Promise.all(pages.map(paused));
      }
      await wait(SILENT_MS);
    });
    return stage.ears.hear("starts", file, kinds.length);
  });
  const { medianMs, p95Ms, worstMs, of } = matched(found.map(({ apartMs }) => apartMs));
  return { what, figures: { starts: of, median: ms(medianMs), p95: ms(p95Ms), worst: ms(worstMs) }, found };
}

/** One device comes while the other plays, again and again. @param {Stage} stage @returns {Promise<Row>} */
export async function joins(stage) {
  const found = await stage.with([{}, {}], async ([a, b]) => {
    await press(a, "Play");
    await allPlay([a, b]);
    const file = await stage.ears.record(async () => {
      for (let round = 0; round < JOINS; round += 1) {
        await b.reload();
        await wait(SILENT_MS);
        await tapIn(b);
        await playing(b);
        await wait(3500);
      }
    });
    await press(a, "Pause");
    return stage.ears.hear("joins", file, 2);
  });
  const first = matched(found.map(({ firstMs }) => firstMs));
  const last = matched(found.map(({ lastMs }) => lastMs));
  return { what: "late joiner", figures: { joins: first.of, median: ms(first.medianMs), worst: ms(first.worstMs), "after 3 s": ms(last.medianMs) }, found };
}

/** A minute beside two devices whose crystals are wrong, one of them without steering. @param {Stage} stage @returns {Promise<Row[]>} */
export async function drifting(stage) {
  const wrong = (page) => page.addInitScript(wrongCrystals, WRONG);
  const kinds = [{}, { prepare: wrong }, { prepare: async (page) => (await wrong(page), await withoutSteering(page)) }];
  const found = await stage.with(kinds, async (pages) => {
    const file = await stage.ears.record(async () => {
      await press(pages[0], "Play");
      await allPlay(pages);
      await wait(MINUTE_MS);
      await press(pages[0], "Pause");
      await Promise.all(pages.map(paused));
    });
    return stage.ears.hear("apart", file, kinds.length);
  });
  return ["steered", "not steered"].map((what, i) => {
    const seen = found.map(({ second, behindMs }) => ({ second, ms: behindMs[i] })).filter((each) => each.ms !== null);
    const late = matched(seen.filter(({ second }) => second >= 10).map((each) => each.ms));
    return {
      what: `100 ppm, ${what}`,
      figures: { "at start": ms(seen[0]?.ms), "after 60 s": ms(seen.findLast(({ second }) => second <= 60.2)?.ms), "10–60 s median": ms(late.medianMs), worst: ms(late.worstMs) },
      found: seen,
    };
  });
}

/** Short tracks that follow each other, heard by either engine. @param {Stage} stage @returns {Promise<Row[]>} */
export async function gapless(stage) {
  const found = await stage.with([{ engine: "buffer" }, { engine: "element" }], async (pages) => {
    const [a] = pages;
    await press(a, "Next");
    const last = (await stateOf(a)).session.queue[3];
    await press(a, "Pause");
    await Promise.all(pages.map(paused));
    const file = await stage.ears.record(async () => {
      await press(a, "Play");
      await Promise.all(pages.map((page) => until(page, (_, measure, given) => measure.playing && measure.trackId === given && measure.positionSec > 2, last, 40_000)));
    });
    await press(a, "Pause");
    return stage.ears.hear("gaps", file, 2);
  });
  return ["buffer", "<audio>"].map((engine, i) => ({
    what: `track to track, ${engine}`,
    figures: { silences: String(found[i].length), longest: ms(Math.max(0, ...found[i].map((each) => each.ms))), "of 3 changes": found[i].map((each) => ms(each.ms)).join(", ") || "none" },
    found: found[i],
  }));
}

/** A page that goes to the background and comes back, again and again. @param {Stage} stage @returns {Promise<Row[]>} */
export async function hiding(stage) {
  const [silences, apart] = await stage.with([{}, {}], async ([a, b]) => {
    await press(a, "Play");
    await allPlay([a, b]);
    await wait(1500);
    const file = await stage.ears.record(async () => {
      for (let round = 0; round < HIDINGS; round += 1) {
        await setHidden(b, true);
        await until(b, (state, measure) => state.engine === "element" && measure.playing);
        await wait(HIDDEN_MS);
        await setHidden(b, false);
        await until(b, (state, measure) => state.engine === "buffer" && measure.playing);
        await wait(HIDDEN_MS / 2);
      }
    });
    await press(a, "Pause");
    return [stage.ears.hear("gaps", file, 2)[1], stage.ears.hear("apart", file, 2)];
  });
  const off = matched(apart.map(({ behindMs: [each] }) => each));
  const longest = Math.max(0, ...silences.map((each) => each.ms));
  return [{
    what: "page hidden and shown",
    figures: { handovers: String(2 * HIDINGS), "longest silence": ms(longest), "apart all the while": ms(off.medianMs), worst: ms(off.worstMs) },
    found: { silences, apart },
  }];
}

/** The metronome on both, and one of them is moved. @param {Stage} stage @returns {Promise<Row>} */
export async function ear(stage) {
  const found = await stage.with([{}, {}], async (pages) => {
    for (const page of pages) {
      await show(page, "House");
      await press(page, "In step by ear");
      await page.getByRole("button", { name: "Start the clicks" }).tap();
      await page.getByRole("button", { name: "Stop the clicks" }).waitFor();
    }
    await wait(CLICKS_MS / 2);
    const clicks = async () => stage.ears.hear("clicks", await stage.ears.record(() => wait(CLICKS_MS)), 2);
    const before = await clicks();
    for (let moved = 0; moved < NUDGED_MS; moved += 10) await press(pages[1], "10 ms earlier");
    await wait(SILENT_MS * 2);
    return { before, after: await clicks() };
  });
  const [before, after] = [found.before, found.after].map((clicks) => clicks.map(({ behindMs }) => behindMs).sort((a, b) => a - b));
  const middle = (list) => list[list.length >> 1];
  return { what: "metronome", figures: { clicks: String(before.length), "second one behind": ms(middle(before)), [`nudged ${NUDGED_MS} ms earlier`]: ms(middle(after)) }, found };
}

/** What a browser says to a page that goes to the background, or comes back. */
function setHidden(page, hidden) {
  return page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden ? "hidden" : "visible");
}
