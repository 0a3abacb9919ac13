// What people did, kept until the house has it: in IndexedDB, so that it outlives the tab and the browser. Sent in order, each
// with the key it got when it was made, so that a repeat changes nothing; by one tab at a time (a lease, as for playing), which
// all tabs of the browser hear of. A refusal takes it out with a notice; a house that is out of reach, or in trouble, leaves it.
//
//   outbox.on("playback", { settled: (records, outcome) => …, refused: (record, problem) => true });
//   const outcome = await outbox.enqueue({ name: "playback", args, said: "Queue on this device", guard: version });
//
// Every promise of `enqueue` ends when the house has answered, be it tomorrow. What is shown meanwhile follows `onChange`.

import { retryDelayMs } from "../lib/backoff.js";
import { added, alikeAtHead, ARGS_BYTES_MAX, bytesOf, followed, sendable, without } from "./waiting.js";

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
 * @property {(record: Waiting, problem: Problem) => boolean} [refused] true: that has been dealt with, no notice is needed
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

const LIST = "outbox";
const LEASE = "outbox-lease";
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
  }

  /** What an earlier page left behind. */
  async open() {
    await this.#change((list) => ({ value: list, result: null }));
    void this.#pump();
  }

  /** @param {Wish} wish @returns {Promise<Outcome>} */
  async enqueue(wish) {
    const size = bytesOf(wish.args);
    if (size > ARGS_BYTES_MAX) return this.#refuse(TOO_LARGE);
    const { personal, ...rest } = wish;
    const profile = personal ? this.#parts.profile() : null;
    /** @type {Waiting} */
    const record = { ...rest, key: this.#parts.makeId(), made: this.#parts.ages.made(), size, ...(profile && { profile }) };
    if (!added(this.waiting, record)) return this.#refuse(FULL, wish.quiet);
    this.#fresh = [...this.#fresh, record];
    this.#tell();
    /** @type {Promise<Outcome>} */
    const answer = new Promise((resolve) => this.#asking.set(record.key, resolve));
    await this.#keep(record);
    void this.#pump();
    return answer;
  }

  /** Somebody thought better of it. @param {string} key */
  async discard(key) {
    await this.#change((list) => ({ value: without(list, [key]), result: null }));
    this.#answer(key, { ok: false, problem: DISCARDED });
    this.#parts.channel.postMessage({ outbox: [] });
  }

  /** The house is back, or somebody does not want to wait for the next try. */
  flush() {
    this.#failures = 0;
    void this.#pump();
  }

  /** @param {Waiting} record */
  async #keep(record) {
    await this.#change((list) => {
      this.#fresh = this.#fresh.filter(({ key }) => key !== record.key);
      return { value: added(list, record) ?? list, result: null };
    });
    this.#parts.channel.postMessage({ outbox: [] });
  }

  async #pump() {
    if (this.#busy) return void (this.#again = true);
    this.#busy = true;
    this.#parts.timers.clearTimeout(this.#timer);
    do {
      this.#again = false;
      await this.#sendAll().catch(() => this.#tryLater());
    } while (this.#again);
    this.#busy = false;
  }

  async #sendAll() {
    if (!this.#parts.isLive() || this.#next().length === 0) return;
    if (!(await this.#lease(true))) return this.#tryLater(LEASE_MS);
    while (this.#parts.isLive() && this.#next().length > 0) {
      if (!(await this.#sendNext())) return this.#tryLater();
      await this.#lease(true);
    }
    await this.#lease(false);
  }

  #next() {
    return sendable(this.#stored, this.#parts.profile());
  }

  /** @returns {Promise<boolean>} false: nothing has come of it, they stay */
  async #sendNext() {
    const { records, command } = await this.#parcel();
    const outcome = await this.#parts.send(command);
    if (!outcome.ok && !isFinal(outcome.problem)) return false;
    this.#failures = 0;
    if (!outcome.ok && records.length > 1) {
      this.#oneByOne = records.length;
      return true;
    }
    if (outcome.ok) this.#handlers.get(command.name)?.settled?.(records, outcome.result);
    else this.#refused(records[0], outcome.problem);
    await this.#done(records, outcome);
    return true;
  }

  /** The next command, marked as tried before it goes: from then on it stays as it is, to the letter. */
  async #parcel() {
    const list = this.#next();
    const [first] = list;
    const alike = this.#oneByOne > 0 ? [first] : alikeAtHead(list);
    const packed = this.#handlers.get(first.name)?.pack?.(alike);
    const records = packed ? alike.slice(0, packed.taken) : [first.tried ? first : this.#dressed(first)];
    this.#oneByOne = Math.max(0, this.#oneByOne - 1);
    const tried = new Map(records.map((each) => [each.key, { ...each, tried: true }]));
    await this.#change((all) => ({ value: all.map((each) => tried.get(each.key) ?? each), result: null }));
    const [{ name, key, args, guard }] = records;
    const command = packed ? { name, args: packed.args, id: this.#parts.makeId() } : { name, args, id: key, ...(guard !== undefined && { ifMatch: guard }) };
    return { records, command };
  }

  /** @param {Waiting} record */
  #dressed(record) {
    if (!record.timed) return record;
    const sentTs = this.#parts.ages.wallMs / 1000;
    return { ...record, args: { ...record.args, ts: sentTs - this.#parts.ages.ageMs(record.made) / 1000, sentTs } };
  }

  /** @param {Waiting[]} records @param {Outcome} outcome */
  async #done(records, outcome) {
    const keys = records.map(({ key }) => key);
    const eventCount = outcome.ok ? outcome.eventCount : undefined;
    await this.#change((list) => ({ value: followed(without(list, keys), records[0], eventCount), result: null }));
    keys.forEach((key) => this.#answer(key, outcome));
    this.#parts.channel.postMessage({ outbox: keys, outcome });
  }

  /** @param {Waiting} record @param {Problem} problem */
  #refused(record, problem) {
    const dealtWith = this.#handlers.get(record.name)?.refused?.(record, problem) ?? false;
    if (!dealtWith && !record.quiet) this.#parts.onRefused(problem, record);
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

  /** One tab sends at a time. @param {boolean} take or let go */
  #lease(take) {
    const { tab, now, change } = this.#parts;
    return change(LEASE, (/** @type {{ tab: string, until: number } | undefined} */ lease) => {
      const free = !lease || lease.tab === tab || lease.until < now() || lease.until > now() + LEASE_MS;
      return { value: free ? { tab, until: take ? now() + LEASE_MS : 0 } : lease, result: free };
    });
  }

  /** @param {{ outbox: string[], outcome?: Outcome }} news another tab kept, sent or discarded something */
  async #hear({ outbox: keys, outcome }) {
    await this.#change((list) => ({ value: list, result: null }));
    if (outcome) keys.forEach((key) => this.#answer(key, outcome));
    void this.#pump();
  }

  /** @param {string} key @param {Outcome} outcome */
  #answer(key, outcome) {
    this.#asking.get(key)?.(outcome);
    this.#asking.delete(key);
  }

  /** @param {(list: Waiting[]) => { value: Waiting[], result: null }} change */
  async #change(change) {
    await this.#parts.change(LIST, (stored) => {
      const changed = change(stored ?? []);
      this.#stored = changed.value;
      return changed;
    });
    this.#tell();
  }

  #tell() {
    this.#parts.onChange(this.waiting, this.#failures > 0);
  }
}

/** A house that is out of reach or in trouble, or has too much to do, may take it later. @param {Problem} problem */
function isFinal({ status }) {
  return status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
}
