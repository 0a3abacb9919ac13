// What this device plays for itself, as this tab sees it: what the house knows, and over it what was done here and is on its
// way. One change is under way at a time; what comes meanwhile is put together behind it, so that the last word always arrives.
// Offline it goes to the outbox, which all tabs of the device share: what waits there is shown in each, under the version that
// was seen last; if somebody else was busy meanwhile, people are asked, in each, until one has answered.
//
// A change has one key, whichever way it goes: said to the house, kept because no answer came, sent as a page's last word. The
// house takes it once, so that this device's own change is never somebody else's.
//
// The position runs by this page's own clock. What others say of it is taken over only if it is more than a second off, so
// that nobody's report is an order to anybody. Sound is made elsewhere (solo.js).

import { asOne, differ, ofItsTrack, rebased } from "./kept-playback.js";
import { applyPlayback, NOTHING_PLAYED } from "./state.js";

/** @import { Outcome } from "./commands.js" */
/** @import { Handler } from "./outbox.js" */
/** @import { Playback as State, PlaybackChange, Problem } from "./protocol.js" */
/** @import { Waiting, Wish } from "./waiting.js" */

/**
 * Where wishes wait while the house is out of reach.
 * @typedef {object} Box
 * @property {(wish: Wish) => Promise<Outcome>} enqueue
 * @property {(wish: Wish) => void} leave only written down: the page goes
 * @property {(key: string) => Promise<void>} discard
 * @property {(name: string, handler: Handler) => void} on
 * @property {Waiting[]} waiting
 */
/**
 * @typedef {object} PlaybackParts
 * @property {(change: PlaybackChange, key: string) => Promise<Outcome>} send
 * @property {() => boolean} isLive
 * @property {Box} outbox
 * @property {() => string} makeKey
 * @property {() => number} now
 * @property {() => void} onChange
 * @property {(conflict: Conflict | null) => void} onConflict null: it is decided, here or in another tab
 */
/** Two that went on with the same queue while they did not hear of each other. @typedef {{ theirs: State, mine: State, keep: (whose: "theirs" | "mine") => void }} Conflict */
/** One that waits in the outbox. @typedef {Waiting & { args: PlaybackChange, seen: State, held?: State }} Kept */
/** What goes to the house, and the key that it has on every way. @typedef {{ change: PlaybackChange, key: string }} Said */

/** A position that differs by less is nobody's wish. */
const FEEDBACK_SEC = 1;
/** What is heard elsewhere follows a wish of this tab within this time; until then it tells of the past. */
const ON_ITS_WAY_MS = 2000;
const NAME = "playback";
const SAID = "What this device plays";

export class Playback {
  /** @type {PlaybackParts} */ #parts;
  /** @type {State} as the house knows it */ #base = NOTHING_PLAYED;
  /** @type {Said | null} sent and not answered yet */ #flying = null;
  /** @type {PlaybackChange[]} */ #waiting = [];
  /** @type {Kept[]} what the outbox has, of all tabs */ #kept = [];
  /** @type {{ change: PlaybackChange, version: number } | null} another tab sent it, and its event is not here yet */ #confirmed = null;
  /** @type {Set<string>} of those that the house has just taken, the keys */ #taken = new Set();
  /** @type {State | null} how things stood when the house was heard last */ #left = null;
  /** @type {State} */ #shown = NOTHING_PLAYED;
  /** The last version that may be somebody else's doing. */ #strange = 0;
  /** @type {string | null} the one that people are asked about */ #asked = null;
  #anchor = { positionSec: 0, atMs: 0 };
  #wishedAt = -Infinity;

  /** @param {PlaybackParts} parts */
  constructor(parts) {
    this.#parts = parts;
    // What an earlier page could not send is what its user did last.
    this.#kept = this.#found();
    this.#anchorAt(this.#kept.at(-1)?.args.positionSec ?? 0);
    this.#reckon();
    parts.outbox.on(NAME, {
      answered: (records, outcome) => this.#answered(/** @type {Kept[]} */ (records), outcome),
      refused: (record, problem) => this.#refused(/** @type {Kept} */ (record), problem),
      changed: () => this.#look(),
    });
    this.#ask();
  }

  /** What this tab shows: the house's state with everything that was done here. */
  get shown() {
    return this.#shown;
  }

  /** The version of the house's state that is known here. */
  get version() {
    return this.#base.version;
  }

  /** Where it stands now, in seconds. */
  get positionSec() {
    const { positionSec, atMs } = this.#anchor;
    return this.#shown.mode === "playing" ? positionSec + (this.#parts.now() - atMs) / 1000 : positionSec;
  }

  /** A wish of this tab. @param {PlaybackChange} change */
  change(change) {
    const at = this.positionSec;
    this.#push(change);
    this.#reckon();
    if (change.positionSec !== undefined) this.#wishedAt = this.#parts.now();
    if (change.positionSec !== undefined || change.mode) this.#anchorAt(change.positionSec ?? at);
    this.#parts.onChange();
    void this.#pump();
  }

  /** The sound itself says where it is. @param {number} positionSec */
  heardAt(positionSec) {
    this.#anchorAt(positionSec);
  }

  /** Another tab of this device says where its sound is. @param {{ trackId: string, positionSec: number }} told */
  told({ trackId, positionSec }) {
    if (trackId !== this.#shown.trackId || this.#parts.now() - this.#wishedAt < ON_ITS_WAY_MS) return;
    if (Math.abs(positionSec - this.positionSec) <= FEEDBACK_SEC) return;
    this.#anchorAt(positionSec);
    this.#parts.onChange();
  }

  /**
   * The house's state has moved.
   * @param {State} state
   * @param {PlaybackChange} change what moved
   * @param {boolean} own by this tab, and shown already
   * @param {boolean} strange it may be somebody else's doing, not this device's
   */
  take(state, change, own, strange = false) {
    const before = this.#shown;
    const at = this.positionSec;
    if (strange && state.version > this.#base.version) this.#strange = state.version;
    this.#base = state;
    this.#reckon();
    if (!own) this.#follow(before, at, change);
    if (this.#confirmed && state.version >= this.#confirmed.version) this.#confirmed = null;
    this.#reckon();
    this.#parts.onChange();
  }

  /** What another device had is here now: its position counts to the letter. */
  adopt() {
    this.#anchorAt(this.#base.positionSec);
    this.#parts.onChange();
  }

  /** The house is out of reach. */
  lost() {
    if (this.#base === NOTHING_PLAYED) return;
    const moved = this.#unanswered().some(({ positionSec, trackId }) => positionSec !== undefined || trackId !== undefined);
    this.#left ??= moved ? this.#base : { ...this.#base, positionSec: this.positionSec };
  }

  /** It is back, and what was missed is applied. */
  live() {
    this.#left = null;
    void this.#pump();
  }

  /**
   * For the last moment of a page: what has not been answered yet, in one. It is written down as well, under the same key: who
   * knows whether the house is in reach?
   * @param {PlaybackChange} last
   * @returns {Said | null}
   */
  unsent(last) {
    const quiet = !this.#flying && this.#waiting.length === 0;
    this.#waiting = [this.#flying?.change ?? {}, ...this.#waiting, last].filter((change) => Object.keys(change).length > 0);
    this.#flying = null;
    if (this.#waiting.length === 0) return null;
    if (this.#kept.length > 0 || !this.#parts.isLive()) return this.#keep((wish) => this.#parts.outbox.leave(wish)), null;
    const said = { change: asOne(this.#base, this.#waiting), key: this.#parts.makeKey() };
    this.#waiting = [];
    this.#parts.outbox.leave({ ...this.#wish(said.change), key: said.key, quiet });
    return said;
  }

  /** @param {State} before @param {number} at @param {PlaybackChange} change */
  #follow(before, at, change) {
    const mine = this.#unanswered().some(({ positionSec }) => positionSec !== undefined);
    const { mode, trackId } = this.#shown;
    if (mine) return void (before.mode !== mode && this.#anchorAt(at));
    const told = change.positionSec ?? (trackId === before.trackId ? at : 0);
    const far = trackId !== before.trackId || mode === "paused" || Math.abs(told - at) > FEEDBACK_SEC;
    this.#anchorAt(far ? told : at);
  }

  /** @param {PlaybackChange} change */
  #push(change) {
    const last = this.#waiting[this.#waiting.length - 1];
    // Edits of the queue stay apart: each is one step to take back.
    if (last && !(last.queueChange && change.queueChange)) Object.assign(last, change);
    else this.#waiting.push({ ...change });
  }

  async #pump() {
    if (this.#kept.length > 0 || !this.#parts.isLive()) return this.#keep();
    if (this.#flying || this.#waiting.length === 0) return;
    const sent = (this.#flying = { change: /** @type {PlaybackChange} */ (this.#waiting.shift()), key: this.#parts.makeKey() });
    const outcome = await this.#parts.send(sent.change, sent.key);
    if (this.#flying !== sent) return; // it went with the page's last word
    this.#flying = null;
    if (!outcome.ok && outcome.problem.status === 0) this.#put({ ...this.#wish(sent.change), key: sent.key });
    this.#reckon();
    if (!outcome.ok && outcome.problem.status !== 0) this.#anchorAt(this.#base.positionSec);
    this.#parts.onChange();
    await this.#pump();
  }

  /** What has not been said yet, as one, with what waits untried already. */
  #keep(put = (/** @type {Wish} */ wish) => this.#put(wish)) {
    if (this.#waiting.length === 0) return;
    this.lost();
    const waiting = this.#waiting;
    const untried = this.#kept.filter(({ tried }) => !tried);
    const wish = this.#wish({ ...asOne(this.#seen(), [...untried.map(({ args }) => args), ...waiting]), ...this.#place() });
    this.#waiting = [];
    put({ ...wish, coalesceKey: NAME, ...(untried[0]?.held && { held: untried[0].held }) });
  }

  /** Where it stands: without that, a queue that is kept over somebody else's would go with the other's track. */
  #place() {
    const { mode, trackId, queueIndex } = this.#shown;
    return trackId === null ? {} : { trackId, queueIndex, positionSec: this.positionSec, ...(mode === "paused" && { mode }) };
  }

  /** For the outbox: under the version it is based on, which is what waits before it, if anything does. @param {PlaybackChange} args @returns {Wish & { args: PlaybackChange }} */
  #wish(args) {
    const guard = this.#kept.length > 0 ? this.#kept[0].guard : this.#base === NOTHING_PLAYED ? undefined : this.#base.version;
    return { name: NAME, args, said: SAID, seen: this.#seen(), ...(guard !== undefined && { guard }) };
  }

  /** What the next to be kept is made on. */
  #seen() {
    const [first] = this.#kept;
    if (!first) return this.#left ?? this.#base;
    return this.#kept.filter(({ tried }) => tried).reduce((state, { args }) => applyPlayback(state, args), first.seen);
  }

  /** @param {Wish} wish */
  #put(wish) {
    void this.#parts.outbox.enqueue(wish);
  }

  /** @returns {Kept[]} */
  #found() {
    return /** @type {Kept[]} */ (this.#parts.outbox.waiting.filter(({ name }) => name === NAME));
  }

  /** The outbox has more, or less, than before; perhaps by another tab. */
  #look() {
    const before = this.#kept;
    const kept = this.#found();
    const alike = kept.length === before.length && kept.every(({ key, held }, at) => key === before[at].key && Boolean(held) === Boolean(before[at].held));
    this.#kept = kept;
    if (alike) return;
    const { trackId } = this.#shown;
    this.#reckon();
    const last = kept.at(-1)?.args.positionSec;
    if (last !== undefined && last !== before.at(-1)?.args.positionSec) this.#anchorIfFar(last, trackId);
    // It came to nothing, or to what is long over: how the house has it counts.
    if (kept.length === 0 && before.some(({ key }) => !this.#taken.has(key))) this.#anchorIfFar(this.#base.positionSec, trackId);
    this.#ask();
    this.#parts.onChange();
  }

  /** Whichever tab has sent them. @param {Kept[]} records @param {Outcome} outcome */
  #answered(records, outcome) {
    if (!outcome.ok) return;
    const version = outcome.eventCount ?? 0;
    if (version >= this.#base.version) this.#taken = new Set(records.map(({ key }) => key));
    if (version > this.#base.version) this.#confirmed = { change: records[0].args, version };
  }

  /**
   * This tab sent it, for itself or another: the house's state had moved. By whom? What this device did itself is no conflict.
   * @param {Kept} record
   * @param {Problem} problem
   * @returns {Wish | boolean}
   */
  #refused(record, problem) {
    const theirs = problem.status === 409 ? problem.playback : undefined;
    if (!theirs) return false;
    const { name, said, seen, guard, quiet } = record;
    const mine = asOne(seen, this.#kept.map(ofItsTrack));
    const wish = { name, said, coalesceKey: NAME, quiet, guard: theirs.version };
    if (!(guard !== undefined && guard >= this.#strange) && differ(seen, theirs)) return { ...wish, args: mine, seen, held: theirs };
    const args = rebased(seen, mine, theirs);
    // As it was, it keeps its key: it may still arrive on the other way, too.
    const isAsItWas = this.#kept.length === 1 && args === mine && (record.args.queueChange?.op ?? "set") === "set";
    return isAsItWas ? { ...wish, args: record.args, key: record.key, seen: theirs } : { ...wish, args, seen: theirs };
  }

  /** What people have to decide, if they have to. */
  #ask() {
    const held = this.#kept.find((each) => each.held);
    if ((held?.key ?? null) === this.#asked) return;
    this.#asked = held?.key ?? null;
    const mine = { ...this.#shown, positionSec: this.positionSec };
    this.#parts.onConflict(held?.held ? { theirs: held.held, mine, keep: (whose) => void this.#decide(held, whose) } : null);
  }

  /** @param {Kept} record @param {"theirs" | "mine"} whose */
  async #decide({ name, args, said, coalesceKey, held, key }, whose) {
    if (whose === "theirs" || !held) return this.#parts.outbox.discard(key);
    this.#put({ name, args, said, coalesceKey, guard: held.version, seen: held });
  }

  /** @returns {PlaybackChange[]} all that the house has not confirmed, the oldest first */
  #unanswered() {
    const changes = [this.#confirmed?.change, ...this.#kept.map(ofItsTrack), this.#flying?.change, ...this.#waiting];
    return changes.filter((change) => change !== undefined);
  }

  #reckon() {
    this.#shown = this.#unanswered().reduce(applyPlayback, this.#base);
  }

  /** @param {number} positionSec @param {string | null} trackId what was shown until now */
  #anchorIfFar(positionSec, trackId) {
    const { shown } = this;
    if (shown.trackId !== trackId || shown.mode === "paused" || Math.abs(positionSec - this.positionSec) > FEEDBACK_SEC) this.#anchorAt(positionSec);
  }

  /** @param {number} positionSec */
  #anchorAt(positionSec) {
    this.#anchor = { positionSec, atMs: this.#parts.now() };
  }
}
