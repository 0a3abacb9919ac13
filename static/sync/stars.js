// What this profile has starred: as the house has it, and on top of it what waits to be sent from here. Pure functions, and the
// one who puts a star into the outbox and hears what became of it.

import { ARGS_BYTES_MAX, bytesOf } from "./waiting.js";

/** @import { Ages } from "../lib/ages.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { StarEvent, StarKind, Stars } from "./protocol.js" */
/** @import { Waiting } from "./waiting.js" */

/** @type {Stars} */
export const NO_STARS = Object.freeze({ tracks: [], albums: [], artists: [] });

/** An event that lost (`by` says to whom) changes nothing. @param {Stars} stars @param {{ events?: StarEvent[] }} data @returns {Stars} */
export function applyStars(stars, { events = [] }) {
  return events.reduce((now, event) => (event.by ? now : marked(now, event)), stars);
}

/** As it will be once all that waits has arrived. @param {Stars} stars @param {Waiting[]} waiting @returns {Stars} */
export function withWaiting(stars, waiting) {
  const events = waiting.filter(({ name }) => name === "stars").map((each) => eventOf(each, each.made.wallMs / 1000));
  return events.length === 0 ? stars : applyStars(stars, { events });
}

/** @param {Waiting} record @param {number} ts @returns {StarEvent} */
function eventOf({ key, args }, ts) {
  const { eventType, id } = /** @type {{ eventType: string, id: string }} */ (args);
  return { mutationId: key, ts, eventType, id };
}

/** @param {Stars} stars @param {StarEvent} event @returns {Stars} */
function marked(stars, { eventType, id, ts, deviceId = "" }) {
  const list = listOf(kindOf(eventType));
  const others = stars[list].filter((each) => each.id !== id);
  if (!isStar(eventType)) return { ...stars, [list]: others };
  const at = others.findIndex((each) => each.ts <= ts);
  return { ...stars, [list]: others.toSpliced(at < 0 ? others.length : at, 0, { id, ts, deviceId }) };
}

/** @param {StarKind} kind @returns {keyof Stars} */
function listOf(kind) {
  return /** @type {const} */ ({ track: "tracks", album: "albums", artist: "artists" })[kind];
}

/** @param {string} eventType @returns {StarKind} */
function kindOf(eventType) {
  return /** @type {StarKind} */ (eventType.replace(/^(un)?star_/, ""));
}

/** @param {string} eventType */
function isStar(eventType) {
  return eventType.startsWith("star_");
}

/**
 * Somebody was later than a mark that was made here.
 * @typedef {{ kind: StarKind, id: string, title: string, isStar: boolean, by: { deviceId: string, ts: number } }} Overtaken
 */

/**
 * @typedef {object} StarringParts
 * @property {Outbox} outbox
 * @property {Ages} ages
 * @property {(events: StarEvent[]) => void} onAccepted
 * @property {(overtaken: Overtaken) => void} onOvertaken
 */

export class Starring {
  /** @type {StarringParts} */ #parts;

  /** @param {StarringParts} parts */
  constructor(parts) {
    this.#parts = parts;
    parts.outbox.on("stars", {
      pack: (records) => this.#pack(records),
      settled: (records, result) => this.#settled(records, result?.data?.results ?? []),
    });
  }

  /** @param {StarKind} kind @param {string} id @param {boolean} isStarred @param {string} title */
  mark(kind, id, isStarred, title) {
    const eventType = `${isStarred ? "star" : "unstar"}_${kind}`;
    const said = `${isStarred ? "Star" : "Unstar"} ‘${title}’`;
    return this.#parts.outbox.enqueue({ name: "stars", args: { eventType, id, title }, said, coalesceKey: `${kind}:${id}`, personal: true });
  }

  /** As many as fit into one batch, each with its age by `ts` and `sentTs`. @param {Waiting[]} records */
  #pack(records) {
    const { ages } = this.#parts;
    const sentTs = ages.wallMs / 1000;
    /** @type {StarEvent[]} */ const events = [];
    let bytes = bytesOf({ sentTs, events });
    for (const record of records) {
      const event = eventOf(record, sentTs - ages.ageMs(record.made) / 1000);
      bytes += bytesOf(event) + 1;
      if (bytes > ARGS_BYTES_MAX && events.length > 0) break;
      events.push(event);
    }
    return { args: { sentTs, events }, taken: events.length };
  }

  /** @param {Waiting[]} records @param {{ mutationId: string, status: string, by?: { deviceId: string, ts: number } }[]} results */
  #settled(records, results) {
    const byKey = new Map(results.map((result) => [result.mutationId, result]));
    const stands = records.filter(({ key }) => byKey.get(key)?.status === "accepted");
    this.#parts.onAccepted(stands.map((record) => eventOf(record, record.made.wallMs / 1000)));
    for (const { key, args } of records) {
      const by = byKey.get(key)?.by;
      const { eventType, id, title } = /** @type {any} */ (args);
      if (by) this.#parts.onOvertaken({ kind: kindOf(eventType), id, title, isStar: isStar(eventType), by });
    }
  }
}
