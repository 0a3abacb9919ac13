// This device as a listener: from the tap that unlocks sound until it leaves. Ties together what the room plays (client),
// what is on this device (cache, readiness), what makes sound (player) and which tab of the device may (playing tab).

import { TrackCache } from "./cache.js";
import { download } from "./download.js";
import { Player } from "./player.js";
import { Readiness } from "./readiness.js";

/** @import { TrackStore } from "./cache.js" */
/** @import { Client } from "./client.js" */
/** @import { Engine } from "./engine.js" */
/** @import { PlayState, Track } from "./protocol.js" */
/** @import { PlayingTab } from "./tabs.js" */

/**
 * What this device plays instead of what the room plays: a radio station, one of two tracks to compare, its own queue.
 * @typedef {object} Programme
 * @property {PlayState} playState what the player shall follow; stopped: the owner makes the sound itself
 * @property {string[]} [wants] what shall be on this device, in this order; else what plays and what is next
 * @property {string | null} next
 * @property {object} owner
 * @property {(trackId: string) => void} onEnded
 * @property {() => void} onStopped something else plays now: the room, or another owner's programme
 */

/**
 * @typedef {object} ListeningParts
 * @property {Client} client
 * @property {TrackStore} store
 * @property {number} budgetBytes
 * @property {typeof globalThis.fetch} fetch
 * @property {(trackId: string) => string} fileUrl
 * @property {(trackId: string) => Track | undefined} trackOf
 * @property {Engine[]} engines the first one is always there, the second is chosen while `mayBuffer`
 * @property {(track: Track | undefined) => boolean} mayBuffer
 * @property {() => boolean} isHidden
 * @property {PlayingTab} playingTab
 * @property {() => number} now performance.now
 * @property {() => number} nudgeMs
 * @property {{ want: (track: Track | undefined) => void }} durations
 * @property {() => number} usedAt a clock that outlives the page, for the order of the cache
 * @property {() => number} random
 * @property {(ms: number) => Promise<void>} pause
 * @property {{ setTimeout: (run: () => void, ms: number) => any, setInterval: (run: () => void, ms: number) => any }} timers
 * @property {() => void} onChange
 * @property {(title: string, trackId: string) => void} onNews
 * @property {() => void} onNoSound the browser neither lets this tab sound nor refuses
 */

const LAST_PLAYED = 3;
/** A minute of decoded sound is 21 MB; longer tracks are left to the engine that does not decode them whole. */
const LONGEST_SEC = 12 * 60;
const SKIP_AFTER_MS = 1500;
/** Opening a sound card takes a second on a busy device; Firefox waits for one for ever where there is none. */
const SOUND_WITHIN_MS = 5000;

/** @param {number | undefined} durationSec unknown: better not */
export function fitsMemory(durationSec) {
  return durationSec !== undefined && durationSec <= LONGEST_SEC;
}

export class Listening {
  /** @type {ListeningParts} */ #parts;
  /** @type {TrackCache} */ #cache;
  /** @type {Readiness} */ #readiness;
  /** @type {Player} */ player;
  #unlocked = false;
  /** @type {string} */ #skipping = "";
  /** @type {string[]} the one that plays last */ #lastPlayed = [];
  /** @type {Programme | null} */ #own = null;

  /** @param {ListeningParts} parts */
  constructor(parts) {
    const { client } = parts;
    this.#parts = parts;
    this.#cache = new TrackCache({
      store: parts.store,
      budgetBytes: parts.budgetBytes,
      now: parts.usedAt,
      onEvicted: (trackIds) => this.#readiness.dropped(trackIds),
    });
    this.#readiness = new Readiness({
      cache: this.#cache,
      download: (trackId, onProgress, signal) =>
        download({ url: parts.fileUrl(trackId), fetch: parts.fetch, pause: parts.pause, onProgress, signal }),
      sizeOf: (trackId) => parts.trackOf(trackId)?.size,
      freshBurst: () => client.freshBurst(),
      send: (message) => client.send(message),
      now: parts.now,
      onChange: () => this.#changed(),
    });
    this.player = new Player({
      clock: client.clock,
      now: parts.now,
      nudgeMs: parts.nudgeMs,
      engines: parts.engines,
      recording: (trackId) => this.recording(trackId),
      chooseEngine: (trackId) => this.#chooseEngine(trackId),
      onEnded: (trackId) => this.#ended(trackId),
      onUnplayable: () => this.follow(),
      onLocked: () => this.#locked(),
      onChange: parts.onChange,
      timers: parts.timers,
    });
  }

  get joined() {
    return this.#parts.client.joined;
  }

  open() {
    return this.#cache.open();
  }

  /** To be called within a tap, before anything is awaited. */
  async join() {
    await this.unlock();
    this.#parts.client.join();
    this.follow();
  }

  /** The same without listening to the room: this tab may make sound, and no other tab of this device. */
  async unlock() {
    this.#unlocked = true;
    let answered = false;
    const unlocked = Promise.all(this.#parts.engines.map((engine) => engine.unlock())).finally(() => (answered = true));
    const tooLong = new Promise((resolve) => this.#parts.timers.setTimeout(() => resolve(null), SOUND_WITHIN_MS));
    await Promise.race([unlocked, tooLong]);
    if (!answered) this.#parts.onNoSound();
    await this.#parts.playingTab.claim();
  }

  /** An engine that came after the page stood. If the tap came first, it counts only where the browser lets it sound. @param {Engine} engine */
  async add(engine) {
    if (this.#unlocked) await engine.unlock();
    this.#parts.engines.push(engine);
    this.player.add(engine);
    this.follow();
  }

  /** Plays this from now on, in place of the room; null: the room again, if this device listens to it. @param {Programme | null} own */
  playOwn(own) {
    const before = this.#own;
    if (own === null && before === null) return;
    this.#own = own;
    this.#parts.client.engaged = own !== null;
    if (before && before.owner !== own?.owner) before.onStopped();
    this.follow();
  }

  /** After something of its own: a listener of the room once more. */
  joinAgain() {
    this.#parts.client.join();
    this.live();
  }

  get playsOwn() {
    return this.#own !== null;
  }

  leave() {
    this.#parts.client.leave();
    void this.#parts.playingTab.release();
    this.follow();
  }

  /** Another tab of this device was tapped. */
  stepBack() {
    this.playOwn(null);
    if (this.joined) this.#parts.client.stepBack();
    this.follow();
  }

  /** Connected, and what was missed is applied. */
  live() {
    this.follow();
    void this.#readiness.declare();
  }

  /** The room, the page or the clock changed: download, declare and play accordingly. */
  follow() {
    const session = this.#parts.client.state.session;
    if (!session) return;
    const { queue, playState } = session;
    const own = this.#own;
    const ofOwn = own ? (own.wants ?? [own.playState.trackId, own.next].filter((trackId) => trackId !== null)) : [];
    const ofRoom = queue.slice(0, this.joined ? 2 : this.#parts.isHidden() || own ? 0 : 1);
    const soon = [...new Set([...ofOwn, ...ofRoom])];
    this.#remember(playState);
    this.#cache.pin([...ofOwn, ...queue.slice(0, 2), ...this.#lastPlayed]);
    for (const trackId of soon) this.#parts.durations.want(this.#parts.trackOf(trackId));
    this.#readiness.want(soon.filter((trackId) => this.#parts.trackOf(trackId)?.playable !== false), {
      joined: this.joined,
      waiting: playState.mode === "waiting",
    });
    if (own) this.player.update({ playState: own.playState, allowed: true, next: own.next });
    else this.player.update({ playState: readied(playState, queue), allowed: this.joined, next: queue[1] ?? null });
    if (!own) this.#skipUnplayable();
    this.#parts.onChange();
  }

  /** All tracks that are on this device. */
  get kept() {
    return this.#cache.trackIds;
  }

  /** @param {string | null} trackId */
  holding(trackId) {
    return this.#readiness.holding(trackId ?? "");
  }

  /** Neither this browser nor, perhaps, any other can play it. @param {string | null} trackId */
  isUnsupported(trackId) {
    return trackId !== null && (this.player.isUnplayable(trackId) || this.#parts.trackOf(trackId)?.playable === false);
  }

  retryDownloads() {
    this.#readiness.retry();
  }

  /** @param {string} trackId */
  #chooseEngine(trackId) {
    const [always, precise] = this.#parts.engines;
    return precise && this.#parts.mayBuffer(this.#parts.trackOf(trackId)) ? precise : always;
  }

  /** As it lies on this device; null if it does not. @param {string} trackId */
  async recording(trackId) {
    const bytes = await this.#cache.get(trackId);
    return bytes && { bytes, mime: this.#parts.trackOf(trackId)?.mime ?? "" };
  }

  /** @param {PlayState} playState */
  #remember({ mode, trackId }) {
    if (mode !== "playing" || trackId === null || this.#lastPlayed.at(-1) === trackId) return;
    this.#lastPlayed = [...this.#lastPlayed.filter((each) => each !== trackId), trackId].slice(-LAST_PLAYED - 1);
  }

  /** @param {string} trackId */
  #ended(trackId) {
    if (this.#own) return this.#own.onEnded(trackId);
    void this.#parts.client.command("ended", { trackId }, { guarded: false, quiet: true });
  }

  #locked() {
    this.playOwn(null);
    this.leave();
  }

  #changed() {
    this.player.reconcile();
    this.#parts.onChange();
  }

  /**
   * A track that nobody can play is skipped for all, by whoever comes first (the guard lets only one win). One that only
   * this browser cannot play has ended for this browser alone.
   */
  #skipUnplayable() {
    const playState = this.#parts.client.state.session?.playState;
    const trackId = playState?.trackId ?? null;
    const running = playState?.mode === "waiting" || playState?.mode === "playing";
    if (!trackId || !running || !this.joined || !this.isUnsupported(trackId)) return;
    const once = `${trackId} ${playState?.mode}`;
    if (this.#skipping === once) return;
    this.#skipping = once;
    void this.#skip(trackId).finally(() => (this.#skipping = ""));
  }

  /** @param {string} trackId */
  async #skip(trackId) {
    const { client } = this.#parts;
    this.#parts.onNews("Format not supported, skipping…", trackId);
    if (this.#parts.trackOf(trackId)?.playable !== false) {
      await client.command("ended", { trackId }, { guarded: false, quiet: true });
      return;
    }
    await this.#parts.pause(SKIP_AFTER_MS * (1 + this.#parts.random()));
    if (client.state.session?.playState.trackId === trackId) await client.command("next", {}, { quiet: true });
  }
}

/** Before anything was played, the first one of the queue is what will be: it can be made ready to start. @param {PlayState} playState @param {string[]} queue */
function readied(playState, queue) {
  return playState.trackId === null && queue.length > 0 ? { ...playState, trackId: queue[0] } : playState;
}
