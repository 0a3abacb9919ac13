// Commands on their way: each gets an id (so that a repeat is harmless), the guard of the state its sender saw, and an end.
// One guarded command is under way at a time; the next waits for it, so that two quick taps do not refuse each other.

/** @import { Message, Problem, Snapshot } from "./protocol.js" */

/** @typedef {{ ok: true, result: any, eventCount?: number } | { ok: false, problem: Problem }} Outcome */

/**
 * @typedef {object} Pending
 * @property {string} id
 * @property {string} name
 * @property {object} args
 * @property {boolean} guarded
 * @property {boolean} quiet
 * @property {boolean} waits offline it is kept and said later
 * @property {boolean} once it is said once only: whoever gave it repeats it
 * @property {number} [ifMatch] the version it is based on, if that is not the session's
 * @property {boolean} sent
 * @property {object | null} message what was said first; a repeat must be the same to the letter
 * @property {number} repeats
 * @property {Snapshot | null} seen the session its sender was looking at
 * @property {(outcome: Outcome) => void} settle
 */

/**
 * @typedef {object} CommandParts
 * @property {(message: object) => boolean} send
 * @property {() => Snapshot | null} session
 * @property {() => string} makeId
 * @property {(problem: Problem, seen: Snapshot | null) => void} onRefused
 */

/** quiet: a refusal is nobody's news. @typedef {{ guarded?: boolean, quiet?: boolean, waits?: boolean, once?: boolean, id?: string, ifMatch?: number }} How */

const OFFLINE = { status: 0, title: "Offline", detail: "Not connected to the house; nothing was sent." };
const REPEATS_MAX = 3;

export class Commands {
  /** @type {Pending[]} in the order they were asked for */ #pending = [];
  /** @type {CommandParts} */ #parts;

  /** @param {CommandParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * @param {string} name
   * @param {object} [args]
   * @param {How} [how]
   * @returns {Promise<Outcome>}
   */
  run(name, args = {}, { guarded = true, quiet = false, waits = !guarded, once = false, id = this.#parts.makeId(), ifMatch } = {}) {
    const { promise, resolve } = deferred();
    const seen = this.#parts.session();
    const pending = { id, name, args, guarded, quiet, waits, once, ifMatch, sent: false, repeats: 0, seen };
    this.#pending.push({ ...pending, message: null, settle: resolve });
    this.#pump();
    return promise;
  }

  /** After a reconnect: whatever was under way is said again, word for word; the server knows the id if it had heard it. */
  resend() {
    for (const pending of this.#pending) pending.sent = false;
    this.#pump();
  }

  /** The connection is gone: what was said once may or may not have been heard. */
  lost() {
    for (const { id } of this.#pending.filter(({ once }) => once)) this.#take(id)?.settle({ ok: false, problem: OFFLINE });
  }

  /** @param {Message} ack */
  acked(ack) {
    const pending = this.#take(ack.id);
    if (!pending) return;
    this.follow(ack.eventCount);
    pending.settle({ ok: true, result: ack.result ?? null, eventCount: ack.eventCount });
    this.#pump();
  }

  /**
   * The session moved by our own doing, or by nobody's decision (a barrier that was released): commands that were given
   * before are meant for the new state as well.
   * @param {number} eventCount
   */
  follow(eventCount) {
    const session = this.#parts.session();
    for (const pending of this.#pending) {
      if (pending.seen && pending.seen.eventCount === eventCount - 1) pending.seen = session;
    }
  }

  /** @param {Message} reject the session it carries has been taken over already */
  rejected(reject) {
    const pending = this.#take(reject.id);
    if (!pending) return;
    if (reject.status === 409 && this.#mayRepeat(pending, reject)) {
      pending.id = this.#parts.makeId();
      pending.seen = this.#parts.session();
      pending.repeats += 1;
      pending.sent = false;
      pending.message = null;
      this.#pending.unshift(pending);
    } else {
      this.#refuse(pending, /** @type {any} */ (reject));
    }
    this.#pump();
  }

  #pump() {
    for (const pending of [...this.#pending]) {
      if (pending.sent || (pending.guarded && this.#guardedUnderWay())) continue;
      pending.message ??= wire(pending);
      pending.sent = this.#parts.send(pending.message);
      if (!pending.sent && !pending.waits) {
        this.#take(pending.id);
        this.#refuse(pending, OFFLINE);
      }
    }
  }

  #guardedUnderWay() {
    return this.#pending.some((pending) => pending.guarded && pending.sent);
  }

  /** @param {Pending} pending @param {Problem} problem */
  #refuse(pending, problem) {
    if (!pending.quiet) this.#parts.onRefused(problem, pending.seen);
    pending.settle({ ok: false, problem });
  }

  /**
   * Stale only because a barrier was released meanwhile: that was nobody's decision, so the wish stands. What was seen may
   * have followed the release already, or the snapshot of the refusal is the first to tell of it.
   * @param {Pending} pending
   * @param {Message} reject
   */
  #mayRepeat(pending, reject) {
    const now = this.#parts.session();
    if (!pending.guarded || !pending.seen || !now || pending.repeats >= REPEATS_MAX) return false;
    if (reject.expectedEventCount === undefined || now.eventCount < reject.expectedEventCount) return false;
    return pending.seen.eventCount === now.eventCount || onlyReleased(pending.seen, now);
  }

  /** @param {string} id @returns {Pending | null} */
  #take(id) {
    const at = this.#pending.findIndex((pending) => pending.id === id);
    return at < 0 ? null : this.#pending.splice(at, 1)[0];
  }
}

/** @param {Pending} pending */
function wire({ id, name, args, guarded, seen, ifMatch = guarded ? seen?.eventCount : undefined }) {
  const message = { type: "command", id, name, args };
  return ifMatch === undefined ? message : { ...message, ifMatchEvent: ifMatch };
}

/** @param {Snapshot} before @param {Snapshot} after */
function onlyReleased(before, after) {
  return (
    before.playState.mode === "waiting" &&
    after.playState.mode === "playing" &&
    before.playState.trackId === after.playState.trackId &&
    before.queue.length === after.queue.length &&
    before.queue.every((trackId, at) => trackId === after.queue[at])
  );
}

function deferred() {
  /** @type {(outcome: Outcome) => void} */ let resolve = () => {};
  /** @type {Promise<Outcome>} */ const promise = new Promise((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}
