// What this device plays for itself, as this tab sees it: what the house knows, and over it what was done here and is on its
// way. One change is under way at a time; what comes meanwhile is put together behind it, so that the last word always arrives.
// Offline it goes to the outbox, under the version that was seen last: if somebody else was busy meanwhile, people are asked.
//
// The position runs by this page's own clock. What others say of it is taken over only if it is more than a second off, so
// that nobody's report is an order to anybody. Sound is made elsewhere (solo.js).

import { applyPlayback, NOTHING_PLAYED } from "./state.js";

/** @import { Outcome } from "./commands.js" */
/** @import { Playback as State, PlaybackChange, Problem } from "./protocol.js" */

/** @typedef {{ name: string, args: object, said: string, coalesceKey: string, guard?: number, quiet?: boolean }} Wish */
/**
 * Where wishes wait while the house is out of reach.
 * @typedef {object} Box
 * @property {(wish: Wish) => Promise<Outcome>} enqueue the answer, whichever tab sent it
 * @property {(name: string, handler: { settled: () => void, refused: (record: any, problem: Problem) => boolean }) => void} on asked in the tab that sent it
 * @property {{ name: string, args: any }[]} waiting
 */
/**
 * @typedef {object} PlaybackParts
 * @property {(change: PlaybackChange) => Promise<Outcome>} send
 * @property {() => boolean} isLive
 * @property {Box} outbox
 * @property {() => number} now
 * @property {() => void} onChange
 * @property {(conflict: Conflict) => void} onConflict
 */
/** Two that went on with the same queue while they did not hear of each other. @typedef {{ theirs: State, mine: State, keep: (whose: "theirs" | "mine") => void }} Conflict */

/** A position that differs by less is nobody's wish. */
const FEEDBACK_SEC = 1;
/** What is heard elsewhere follows a wish of this tab within this time; until then it tells of the past. */
const ON_ITS_WAY_MS = 2000;
/** So far a house that lost sight of this device may be wrong about where it was. */
const LOST_SIGHT_SEC = 5;
const NAME = "playback";

export class Playback {
  /** @type {PlaybackParts} */ #parts;
  /** @type {State} as the house knows it */ #base = NOTHING_PLAYED;
  /** @type {PlaybackChange | null} sent and not answered yet */ #flying = null;
  /** @type {PlaybackChange[]} */ #waiting = [];
  /** @type {PlaybackChange | null} all that the outbox has */ #kept = null;
  /** @type {{ change: PlaybackChange, version: number } | null} another tab sent it, and its event is not here yet */ #confirmed = null;
  /** @type {State | null} how things stood when the house was heard last */ #left = null;
  /** @type {State} */ #shown = NOTHING_PLAYED;
  #anchor = { positionSec: 0, atMs: 0 };
  #wishedAt = -Infinity;
  /** It is people's turn: theirs or mine. */ #asks = false;

  /** @param {PlaybackParts} parts */
  constructor(parts) {
    this.#parts = parts;
    parts.outbox.on(NAME, { settled: () => this.#settled(), refused: ({ args }, problem) => this.#refused(problem, args) });
    // What an earlier page could not send is what its user did last.
    this.#kept = parts.outbox.waiting.findLast(({ name }) => name === NAME)?.args ?? null;
    this.#anchorAt(this.#kept?.positionSec ?? 0);
    this.#reckon();
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
   */
  take(state, change, own) {
    const before = this.#shown;
    const at = this.positionSec;
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
    if (this.#base !== NOTHING_PLAYED) this.#left ??= { ...this.#shown, positionSec: this.positionSec, version: this.#base.version };
  }

  /** It is back, and what was missed is applied. */
  live() {
    if (!this.#kept) this.#left = null;
    void this.#pump();
  }

  /** For the last moment of a page: what has not been answered yet, in one. @param {PlaybackChange} last @returns {PlaybackChange | null} */
  unsent(last) {
    this.#waiting.push(last);
    this.#reckon();
    const change = this.#together();
    this.#waiting = [];
    return Object.keys(change).length > 0 ? change : null;
  }

  /** @param {State} before @param {number} at @param {PlaybackChange} change */
  #follow(before, at, change) {
    const mine = [this.#confirmed?.change, this.#flying, ...this.#waiting, this.#kept].some((each) => each?.positionSec !== undefined);
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
    if (this.#kept || !this.#parts.isLive()) return this.#keep();
    if (this.#flying || this.#waiting.length === 0) return;
    this.#flying = /** @type {PlaybackChange} */ (this.#waiting.shift());
    const sent = this.#flying;
    const outcome = await this.#parts.send(sent);
    this.#flying = null;
    if (!outcome.ok && outcome.problem.status === 0) this.#waiting.unshift(sent);
    this.#reckon();
    if (!outcome.ok && outcome.problem.status !== 0) this.#anchorAt(this.#base.positionSec);
    this.#parts.onChange();
    await this.#pump();
  }

  #keep() {
    if (this.#waiting.length === 0) return;
    this.lost();
    // Where it stood with it: without that, a queue that is kept over somebody else's would go with the other's track.
    const { mode, trackId, queueIndex } = this.#shown;
    const place = trackId === null ? {} : { trackId, queueIndex, positionSec: this.positionSec, ...(mode === "paused" && { mode }) };
    this.#kept = { ...place, ...this.#together() };
    this.#waiting = [];
    this.#reckon();
    this.#put(this.#left?.version);
  }

  /** @param {number} [guard] */
  #put(guard) {
    // Each is an object of its own: by that its answer is known.
    const args = (this.#kept = { ...this.#kept });
    const wish = { name: NAME, args, said: "What this device plays", coalesceKey: NAME, ...(guard !== undefined && { guard }) };
    void this.#parts.outbox.enqueue(wish).then((outcome) => this.#kept === args && !this.#asks && this.#answered(args, outcome));
  }

  /** Another tab has sent what this one kept. @param {PlaybackChange} change @param {Outcome} outcome */
  #answered(change, outcome) {
    if (!outcome.ok) return void this.#refused(outcome.problem, change);
    const version = outcome.eventCount ?? 0;
    if (version > this.#base.version) this.#confirmed = { change, version };
    this.#settled();
  }

  /** All that the house has not confirmed, as one change; the queue as a whole. @returns {PlaybackChange} */
  #together() {
    const changes = [this.#kept, this.#flying, ...this.#waiting];
    const together = Object.assign({}, ...changes);
    if (together.queueChange) together.queueChange = { op: "set", trackIds: this.#shown.queue };
    return together;
  }

  #settled() {
    this.#kept = this.#left = null;
    this.#reckon();
    this.#parts.onChange();
  }

  /** @param {Problem} problem @param {PlaybackChange} change this tab's or one that another tab left behind */
  #refused(problem, change) {
    const theirs = problem.status === 409 ? problem.playback : undefined;
    if (!theirs) {
      this.#settled();
      return false;
    }
    if (!this.#kept) {
      this.#kept = change;
      this.#reckon();
      this.#anchorAt(change.positionSec ?? this.positionSec);
    }
    this.#asks = true;
    const mine = { ...this.#shown, positionSec: this.positionSec };
    if (!differ(this.#left ?? mine, theirs)) this.#decide("mine");
    else this.#parts.onConflict({ theirs, mine, keep: (whose) => this.#decide(whose) });
    return true;
  }

  /** @param {"theirs" | "mine"} whose */
  #decide(whose) {
    this.#left = null;
    this.#asks = false;
    if (whose === "mine" && this.#kept) return this.#put();
    this.#kept = null;
    this.#reckon();
    this.adopt();
  }

  #reckon() {
    const changes = [this.#confirmed?.change, this.#flying, ...this.#waiting, this.#kept].filter((change) => change !== null && change !== undefined);
    this.#shown = changes.reduce(applyPlayback, this.#base);
  }

  /** @param {number} positionSec */
  #anchorAt(positionSec) {
    this.#anchor = { positionSec, atMs: this.#parts.now() };
  }
}

/**
 * Has somebody else decided something? That the house held this device to be away is no decision.
 * @param {State} left
 * @param {State} theirs
 */
function differ(left, theirs) {
  if (left.trackId !== theirs.trackId || left.queueIndex !== theirs.queueIndex) return true;
  if (left.queue.length !== theirs.queue.length || left.queue.some((trackId, at) => trackId !== theirs.queue[at])) return true;
  return Math.abs(left.positionSec - theirs.positionSec) > LOST_SIGHT_SEC;
}
