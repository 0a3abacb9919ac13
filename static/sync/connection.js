// The one WebSocket of this tab: opens it, notices when it died, comes back with full jitter and says from where (`since`).
// What the messages mean is decided elsewhere; so is whether a hidden page may rest (`mayRest`).

import { retryDelayMs } from "../lib/backoff.js";

/** @import { Message } from "./protocol.js" */

/** `live` = the server has said everything we missed. `refused` = it does not know us. */
/** @typedef {"connecting" | "live" | "waiting" | "resting" | "refused"} LinkStatus */

/**
 * The part of WebSocket that is used here.
 * @typedef {object} Socket
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 * @property {(text: string) => void} send
 * @property {() => void} close
 */

/**
 * @typedef {object} ConnectionParts
 * @property {(since: string | null) => Socket} openSocket
 * @property {() => string | null} since where to go on, or null for everything
 * @property {() => Promise<boolean>} isRefused asked when a socket would not even open: are we unpaired?
 * @property {() => boolean} mayRest a hidden page that plays nothing needs no connection
 * @property {(message: Message) => void} onMessage
 * @property {(status: LinkStatus, retryInMs: number) => void} onStatus
 * @property {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} timers
 * @property {() => number} random
 */

const OPEN_WITHIN_MS = 8000;
const ANSWER_WITHIN_MS = 8000;

export class Connection {
  /** @type {Socket | null} */ #socket = null;
  /** @type {any} */ #retryTimer = null;
  /** @type {any} */ #deathTimer = null;
  /** @type {LinkStatus} */ status = "resting";
  #failures = 0;
  #fresh = false;
  #returnAfterMs = 0;
  /** @type {ConnectionParts} */ #parts;

  /** @param {ConnectionParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Visible again, online again, shown from the page cache, or started: try at once. */
  wake() {
    if (this.#socket) return;
    this.#clearRetry();
    this.#open();
  }

  /** The page was hidden. */
  rest() {
    if (this.#parts.mayRest()) this.stop();
  }

  stop() {
    this.#clearRetry();
    this.#drop();
    this.#say("resting");
  }

  /** @param {{ fresh?: boolean }} [how] fresh: forget where we were and ask for everything */
  restart({ fresh = false } = {}) {
    this.#fresh ||= fresh;
    this.stop();
    this.#open();
  }

  /** @param {object} message @returns {boolean} false when there is nobody to say it to */
  send(message) {
    if (!this.#socket || this.status !== "live") return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Something was asked: if nothing at all is heard for a while, the connection is dead whatever TCP thinks. */
  expectAnswer(withinMs = ANSWER_WITHIN_MS) {
    if (this.#deathTimer !== null || !this.#socket) return;
    this.#deathTimer = this.#parts.timers.setTimeout(() => this.#closed(), withinMs);
  }

  #open() {
    const socket = this.#parts.openSocket(this.#fresh ? null : this.#parts.since());
    let opened = false;
    this.#socket = socket;
    this.#say("connecting");
    this.#deathTimer = this.#parts.timers.setTimeout(() => this.#closed(), OPEN_WITHIN_MS);
    socket.onopen = () => (opened = true);
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = () => {
      if (opened) this.#closed();
      else this.#neverOpened(socket);
    };
  }

  /** @param {Message} message */
  #hear(message) {
    this.#clearDeath();
    if (message.type === "server:refresh") this.#toReturn(message);
    this.#parts.onMessage(message);
    if ((message.type === "sync:full" || message.type === "sync:resumed") && this.#socket) {
      this.#failures = 0;
      this.#fresh = false;
      this.#say("live");
    }
  }

  /** Another profile has other stars, ratings and plays: nothing of what we hold can be gone on from. @param {Message} message */
  #toReturn({ reason, retryAfterMs = 0 }) {
    this.#returnAfterMs = retryAfterMs;
    this.#fresh ||= reason === "profile";
  }

  /** @param {Socket} socket */
  async #neverOpened(socket) {
    const refused = await this.#parts.isRefused().catch(() => false);
    if (this.#socket !== socket) return;
    if (!refused) return this.#closed();
    this.#drop();
    this.#say("refused");
  }

  #closed() {
    this.#drop();
    if (this.#parts.mayRest()) return this.#say("resting");
    this.#failures += 1;
    const delayMs = this.#returnAfterMs + retryDelayMs(this.#failures, this.#parts.random());
    this.#returnAfterMs = 0;
    this.#retryTimer = this.#parts.timers.setTimeout(() => this.wake(), delayMs);
    this.#say("waiting", delayMs);
  }

  #drop() {
    this.#clearDeath();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #clearRetry() {
    this.#parts.timers.clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  #clearDeath() {
    this.#parts.timers.clearTimeout(this.#deathTimer);
    this.#deathTimer = null;
  }

  /** @param {LinkStatus} status @param {number} [retryInMs] */
  #say(status, retryInMs = 0) {
    if (status === this.status && status !== "waiting") return;
    this.status = status;
    this.#parts.onStatus(status, retryInMs);
  }
}
