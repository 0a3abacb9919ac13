// What people did, kept until the house has it: in IndexedDB, so that it outlives the tab and the browser. Sent in order, each
// with the key it got when it was made, so that a repeat changes nothing; by one tab at a time (a lease, as for playing), which
// all tabs of the browser hear of. A refusal takes it out with a notice; a house that is out of reach, or in trouble, leaves it.
//
//   outbox.on("stars", { settled: (records, result) => …, refused: (record, problem) => true });
//   const outcome = await outbox.enqueue({ name: "stars", args, said: "Star ‘Blue’" });
//
// Every promise of `enqueue` ends when the house has answered, be it tomorrow. What is shown meanwhile follows `onChange`.

import { retryDelayMs } from "../lib/backoff.js";
import { added, alikeAtHead, ARGS_BYTES_MAX, bytesOf, followed, inPlaceOf, sendable, without } from "./waiting.js";

/** @import { Ages } from "../lib/ages.js" */
/** @import { Outcome } from "./commands.js" */
/** @import { Problem } from "./protocol.js" */
/** @import { Waiting, Wish } from "./waiting.js" */

/**
 * What one kind of command wants done its own way.
 * @typedef {object} Handler
 * @property {(records: Waiting[]) => { args: object, taken: number }} [pack] several at the head of the list as one command; the
 *   server must know each of them by itself, since the command's key is new at every try
 * @property {(records: Waiting[], result: any) => void} [settled] accepted; called before they leave the list
 * @property {(records: Waiting[], outcome: Outcome) => void} [answered] the same, whatever the answer, in every tab
 * @property {(record: Waiting, problem: Problem) => Wish | boolean} [refused] true: that has been dealt with, no notice is needed; a
 *   wish takes the place of all that waits under this name
 * @property {() => void} [changed] something waits, or waits no more
 */

/**
 * @typedef {object} OutboxParts
 * @property {string} tab
 * @property {<T>(name: string, change: (value: any) => { value: any, result: T }) => Promise<T>} change read, decide and write in
 *   one step that all tabs share
 * @property {{ postMessage: (news: any) => void, onmessage: ((event: any) => void) | null }} channel
 * @property {(command: { name: string, args: object, id: string, ifMatch?: number }) => Promise<Outcome>} send
 * @property {() => boolean} isLive
 * @property {() => string | null} profile whose device this is
 * @property {() => string} makeId
 * @property {Ages} ages
 * @property {() => number} now a clock that all tabs share
 * @property {() => number} random
 * @property {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} timers
 * @property {(list: Waiting[], stuck: boolean) => void} onChange stuck: a try has failed
 * @property {(problem: Problem, record: Waiting | null) => void} onRefused
 */

/** @typedef {{ tab: string, until: number }} Lease */
/** What the tabs share. @typedef {{ list: Waiting[], lease: Lease | null }} Shared */
/** @typedef {{ records: Waiting[], command: { name: string, args: object, id: string, ifMatch?: number } }} Parcel */

const NAME = "outbox";
const LEASE_MS = 10_000;
const FULL = { status: 0, title: "Too much waits already", detail: "Nothing more can be kept until the house is back. This change was not made." };
const TOO_LARGE = { status: 422, title: "Too much at once", detail: "Choose fewer tracks and try again." };
const DISCARDED = { status: 0, title: "Discarded", detail: "" };

export class Outbox {
  /** @type {OutboxParts} */ #parts;
  /** @type {Map<string, Handler>} */ #handlers = new Map();
  /** @type {Waiting[]} as the store has it */ #stored = [];
  /** @type {Waiting[]} on the way into the store */ #fresh = [];
  /** @type {Map<string, (outcome: Outcome) => void>} */ #asking = new Map();
  /** @type {any} */ #timer = null;
  #busy = false;
  #again = false;
  #failures = 0;
  /** So many are sent one by one: a parcel with them was refused as a whole. */ #oneByOne = 0;

  /** @param {OutboxParts} parts */
  constructor(parts) {
    this.#parts = parts;
    parts.channel.onmessage = ({ data }) => void this.#hear(data);
  }

  /** @returns {Waiting[]} all that waits, the oldest first */
  get waiting() {
    return this.#fresh.reduce((list, one) => added(list, one) ?? list, this.#stored);
  }

  /** @param {string} name @param {Handler} handler */
  on(name, handler) {
    this.#handlers.set(name, handler);
    void this.#pump();
  }

  /** What an earlier page left behind. */
  async open() {
    await this.#change((shared) => ({ ...shared, result: null }));
    void this.#pump();
  }

  /** @param {Wish} wish @returns {Promise<Outcome>} */
  async enqueue(wish) {
    if (bytesOf(wish.args) > ARGS_BYTES_MAX) return this.#refuse(TOO_LARGE);
    const record = this.#record(wish);
    if (!this.#note(record)) return this.#refuse(FULL, wish.quiet);
    /** @type {Promise<Outcome>} */
    const answer = new Promise((resolve) => this.#asking.set(record.key, resolve));
    // Whoever sends it writes it down first, in the same step.
    if (this.#busy || !this.#parts.isLive()) await this.#change((shared) => ({ ...shared, result: null }));
    await this.#pump();
    this.#parts.channel.postMessage({ outbox: [] });
    return answer;
  }

  /** Only written down: the page goes, and whoever is there next sends it. @param {Wish} wish */
  leave(wish) {
    if (bytesOf(wish.args) > ARGS_BYTES_MAX || !this.#note(this.#record(wish))) return;
    void this.#change((shared) => ({ ...shared, result: null }));
    this.#parts.channel.postMessage({ outbox: [] });
  }

  /** Somebody thought better of it. @param {string} key */
  async discard(key) {
    await this.#change((shared) => ({ ...shared, list: without(shared.list, [key]), result: null }));
    this.#answer(key, { ok: false, problem: DISCARDED });
    this.#parts.channel.postMessage({ outbox: [] });
  }

  /** The house is back, or somebody does not want to wait for the next try. */
  flush() {
    this.#failures = 0;
    void this.#pump();
  }

  async #pump() {
    if (this.#busy) return void (this.#again = true);
    if (!this.#parts.isLive() || this.waiting.length === 0) return;
    this.#busy = true;
    this.#parts.timers.clearTimeout(this.#timer);
    do {
      this.#again = false;
      await this.#sendAll();
    } while (this.#again);
    this.#busy = false;
  }

  async #sendAll() {
    let { parcel, wait } = await this.#change((shared) => this.#claim(shared));
    if (wait) return this.#tryLater(LEASE_MS);
    while (parcel) {
      const sent = await this.#send(parcel);
      if (!sent) return this.#tryLater();
      parcel = sent.next;
    }
  }

  /** Takes the lease and the next command, marked as tried: from then on it stays as it is, to the letter. @param {Shared} shared @returns {Shared & { result: { parcel: Parcel | null, wait: boolean } }} */
  #claim({ list, lease }) {
    const { tab, now, isLive, profile } = this.#parts;
    const next = sendable(list, profile(), (name) => this.#handlers.has(name));
    const isTaken = lease && lease.tab !== tab && lease.until >= now() && lease.until <= now() + LEASE_MS;
    if (isTaken) return { list, lease, result: { parcel: null, wait: next.length > 0 } };
    if (next.length === 0 || !isLive()) return { list, lease: null, result: { parcel: null, wait: false } };
    const parcel = this.#parcel(next);
    const tried = new Map(parcel.records.map((each) => [each.key, each]));
    return { list: list.map((each) => tried.get(each.key) ?? each), lease: { tab, until: now() + LEASE_MS }, result: { parcel, wait: false } };
  }

  /** @param {Waiting[]} next @returns {Parcel} */
  #parcel(next) {
    const [first] = next;
    const alike = this.#oneByOne > 0 ? [first] : alikeAtHead(next);
    const packed = this.#handlers.get(first.name)?.pack?.(alike);
    const records = (packed ? alike.slice(0, packed.taken) : [first.tried ? first : this.#dressed(first)]).map((each) => ({ ...each, tried: true }));
    const [{ name, key, args, guard }] = records;
    if (packed) return { records, command: { name, args: packed.args, id: this.#parts.makeId() } };
    return { records, command: { name, args, id: key, ...(guard !== undefined && { ifMatch: guard }) } };
  }

  /** @param {Parcel} parcel @returns {Promise<{ next: Parcel | null } | null>} null: nothing has come of it, they stay */
  async #send({ records, command }) {
    const outcome = await this.#parts.send(command);
    if (!outcome.ok && !isFinal(outcome.problem)) return null;
    this.#failures = 0;
    if (!outcome.ok && records.length > 1) {
      this.#oneByOne = records.length;
      return this.#done([], outcome);
    }
    this.#oneByOne = Math.max(0, this.#oneByOne - 1);
    this.#answered(records, outcome);
    if (!outcome.ok) return this.#refused(records[0], outcome);
    this.#handlers.get(command.name)?.settled?.(records, outcome.result);
    return this.#done(records, outcome);
  }

  /** @param {Waiting} record @param {{ ok: false, problem: Problem }} outcome */
  #refused(record, outcome) {
    const alike = this.waiting.filter(({ name }) => name === record.name).map(({ key }) => key);
    const dealtWith = this.#handlers.get(record.name)?.refused?.(record, outcome.problem) ?? false;
    if (!dealtWith && !record.quiet) this.#parts.onRefused(outcome.problem, record);
    if (typeof dealtWith === "boolean") return this.#done([record], outcome);
    const instead = this.#record(dealtWith);
    return this.#done([record], outcome, (list) => inPlaceOf(list, alike, instead));
  }

  /** Out they go, and the next in the same step. @param {Waiting[]} records @param {Outcome} outcome @param {(list: Waiting[]) => Waiting[]} [rest] */
  async #done(records, outcome, rest) {
    const keys = records.map(({ key }) => key);
    const eventCount = outcome.ok ? outcome.eventCount : undefined;
    const left = rest ?? ((/** @type {Waiting[]} */ list) => followed(without(list, keys), records[0], eventCount));
    const { parcel } = await this.#change(({ list, lease }) => this.#claim({ list: left(list), lease }));
    keys.forEach((key) => this.#answer(key, outcome));
    this.#parts.channel.postMessage({ outbox: keys, outcome });
    return { next: parcel };
  }

  /** @param {Wish} wish @returns {Waiting} */
  #record({ personal, ...wish }) {
    const { makeId, ages } = this.#parts;
    const profile = personal ? this.#parts.profile() : null;
    const { args, seen, held } = wish;
    return { ...wish, key: wish.key ?? makeId(), made: ages.made(), size: bytesOf({ args, seen, held }), ...(wish.key && { tried: true }), ...(profile && { profile }) };
  }

  /** @param {Waiting} record @returns {boolean} whether there was room for it */
  #note(record) {
    if (!added(this.waiting, record)) return false;
    this.#fresh = [...this.#fresh, record];
    this.#tell();
    return true;
  }

  /** @param {Waiting} record */
  #dressed(record) {
    if (!record.timed) return record;
    const sentTs = this.#parts.ages.wallMs / 1000;
    return { ...record, args: { ...record.args, ts: sentTs - this.#parts.ages.ageMs(record.made) / 1000, sentTs } };
  }

  /** @param {Problem} problem @param {boolean} [quiet] @returns {Outcome} */
  #refuse(problem, quiet = false) {
    if (!quiet) this.#parts.onRefused(problem, null);
    return { ok: false, problem };
  }

  /** @param {number} [ms] */
  #tryLater(ms) {
    const delay = ms ?? retryDelayMs(++this.#failures, this.#parts.random());
    this.#parts.timers.clearTimeout(this.#timer);
    this.#timer = this.#parts.timers.setTimeout(() => void this.#pump(), delay);
    this.#tell();
  }

  /** @param {{ outbox: string[], outcome?: Outcome }} news another tab kept, sent or discarded something */
  async #hear({ outbox: keys, outcome }) {
    if (outcome) this.#answered(this.waiting.filter(({ key }) => keys.includes(key)), outcome);
    await this.#change((shared) => ({ ...shared, result: null }));
    if (outcome) keys.forEach((key) => this.#answer(key, outcome));
    void this.#pump();
  }

  /** @param {Waiting[]} records @param {Outcome} outcome */
  #answered(records, outcome) {
    if (records.length > 0) this.#handlers.get(records[0].name)?.answered?.(records, outcome);
  }

  /** @param {string} key @param {Outcome} outcome */
  #answer(key, outcome) {
    this.#asking.get(key)?.(outcome);
    this.#asking.delete(key);
  }

  /**
   * One step that all tabs share; what was not written down yet is, in it.
   * @template T
   * @param {(shared: Shared) => Shared & { result: T }} decide
   * @returns {Promise<T>}
   */
  async #change(decide) {
    /** @type {Waiting[]} */ let written = [];
    const result = await this.#parts.change(NAME, (/** @type {Shared | undefined} */ stored) => {
      const { list: before, lease } = stored ?? { list: [], lease: null };
      written = this.#fresh;
      const news = written.filter(({ key }) => !before.some((each) => each.key === key));
      const decided = decide({ list: news.reduce((list, one) => added(list, one) ?? list, before), lease });
      this.#stored = decided.list;
      return { value: { list: decided.list, lease: decided.lease }, result: decided.result };
    });
    this.#fresh = this.#fresh.filter((each) => !written.includes(each));
    this.#tell();
    return result;
  }

  #tell() {
    for (const { changed } of this.#handlers.values()) changed?.();
    this.#parts.onChange(this.waiting, this.#failures > 0);
  }
}

/** A house that is out of reach or in trouble, or has too much to do, may take it later. @param {Problem} problem */
function isFinal({ status }) {
  return status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
}
