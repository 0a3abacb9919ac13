// This device plays for itself: its own queue, beside the rooms. Ties together what the house remembers of it (playback.js), what
// makes the sound (solo-player.js) and which tab of the device may (tabs.js). Who plays alone is in no room meanwhile; another
// tab of the same device shows the same and sends its wishes, and whichever was tapped last makes the sound.

import { adding, clearing, following, jumping, moving, playing, playNext, preceding, removing, shuffling } from "./own-queue.js";

/** @import { Client } from "./client.js" */
/** @import { Listening } from "./listening.js" */
/** @import { Repeat } from "./own-queue.js" */
/** @import { Playback } from "./playback.js" */
/** @import { Message, PlaybackChange, Track } from "./protocol.js" */
/** @import { SoloPlayer } from "./solo-player.js" */
/** @import { PlayingTab } from "./tabs.js" */

/**
 * @typedef {object} SoloParts
 * @property {string} tab
 * @property {Client} client
 * @property {Listening} listening
 * @property {PlayingTab} playingTab
 * @property {Playback} playback
 * @property {SoloPlayer} sound
 * @property {(trackId: string) => Track | undefined} trackOf
 * @property {() => boolean} isHidden
 * @property {() => number} now
 * @property {() => number} random
 * @property {() => Repeat} repeat
 * @property {() => void} leaveOthers the room or the station that is heard here
 * @property {() => void} onChange
 * @property {(title: string, trackId: string | null) => void} onNews
 * @property {() => void} onLocked the browser wants a tap before it plays
 */

/** Tracks behind the current one that are fetched, so that a walk into the garden does not end the music. */
const AHEAD = 3;
const TELL_EVERY_MS = 1000;
const KEEP_EVERY_MS = 10_000;
const STEER_ABOVE_SEC = 1;
const SILENT = { mode: /** @type {const} */ ("stopped"), trackId: null, anchorPositionSec: 0, startAt: null };

export class Solo {
  /** @type {SoloParts} */ #parts;
  /** This tab is the one that plays, or did last. */ #on = false;
  /** @type {Set<string>} */ #unplayable = new Set();
  /** @type {string} */ #wants = "";
  #skipped = 0;
  #toldAt = -Infinity;
  #keptAt = -Infinity;
  #waitsForHouse = false;

  /** @param {SoloParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  get playback() {
    return this.#parts.playback.shown;
  }

  get positionSec() {
    return this.#parts.playback.positionSec;
  }

  /** It is this tab that makes the sound. */
  get sounding() {
    return this.#on && this.playback.mode === "playing";
  }

  /** The track is not here and the house is out of reach. */
  get waitsForHouse() {
    return this.#waitsForHouse;
  }

  /** To be called within a tap. */
  async play() {
    const { trackId, queue } = this.playback;
    if (trackId) await this.#start({ mode: "playing", positionSec: this.positionSec });
    else if (queue.length > 0) await this.#start({ mode: "playing", ...jumping(this.playback, 0) });
  }

  pause() {
    if (this.playback.mode === "playing") this.#change({ mode: "paused", positionSec: this.#heardSec() });
  }

  /** To be called within a tap. */
  toggle() {
    return this.playback.mode === "playing" ? this.pause() : this.play();
  }

  /** @param {number} positionSec */
  seek(positionSec) {
    if (!this.playback.trackId) return;
    const to = Math.max(0, positionSec);
    if (this.#on) this.#parts.sound.seek(to);
    this.#change({ positionSec: to });
  }

  next() {
    const change = following(this.playback, this.#parts.repeat() === "off" ? "off" : "all");
    if (change) this.#change(change);
  }

  previous() {
    const change = preceding(this.playback, this.positionSec, this.#parts.repeat());
    if (this.#on && !change.trackId) this.#parts.sound.seek(0);
    this.#change(change);
  }

  /** To be called within a tap: these, in place of the queue. @param {string[]} trackIds @param {number} [at] the first to be heard */
  async playTracks(trackIds, at) {
    const change = playing(trackIds, at);
    if (change) await this.#start(change);
  }

  /** To be called within a tap: what stands at this place of the queue. @param {number} at */
  async jump(at) {
    const change = jumping(this.playback, at);
    if (change) await this.#start({ mode: "playing", ...change });
  }

  /** @param {string[]} trackIds @returns {boolean} whether anything has changed, as of all edits */
  playNext(trackIds) {
    return this.#edit(playNext(this.playback, trackIds));
  }

  /** @param {string[]} trackIds */
  add(trackIds) {
    return this.#edit(adding(this.playback, trackIds));
  }

  /** @param {string} trackId */
  remove(trackId) {
    return this.#edit(removing(this.playback, trackId));
  }

  /** @param {string} trackId @param {number} to */
  move(trackId, to) {
    return this.#edit(moving(this.playback, trackId, to));
  }

  shuffle() {
    return this.#edit(shuffling(this.playback, this.#parts.random));
  }

  clear() {
    return this.#edit(clearing(this.playback));
  }

  /** To be called within a tap: what another device has, from where it is. @param {string} from @returns {Promise<boolean>} */
  async claim(from) {
    this.#parts.sound.unlock();
    await this.#parts.playingTab.claim();
    const { ok } = await this.#parts.client.ask("playback/claim", { from });
    if (!ok) return false;
    this.#parts.playback.adopt();
    await this.#start({ mode: "playing", positionSec: this.positionSec });
    return true;
  }

  /** Something else is played on this device now: a room, a station. */
  stop() {
    this.pause();
    this.#end();
    this.#parts.listening.playOwn(null);
  }

  /** Another tab of this device makes the sound now; what plays is the same. */
  stepBack() {
    this.#end();
  }

  /** A page that has just opened: what it left playing is over, unless another tab goes on with it. @param {boolean} elsewhere */
  opened(elsewhere) {
    if (this.playback.mode === "playing" && !elsewhere && !this.#on) this.pause();
  }

  /** @param {Message} message of the house, after it has been taken over */
  hear(message) {
    const { playback, tab, client } = this.#parts;
    const { you } = client.state;
    if (message.type === "sync:full") return this.#retold();
    if (message.topic !== `playback:${you?.clientId}`) return;
    if (message.type === "playback:position") return void (message.data.tab !== tab && !this.sounding && playback.told(message.data));
    if (message.type === "ack") return this.#take({}, false);
    const own = message.origin?.tab === tab && message.origin.clientId === you?.clientId;
    const { cause } = message.data;
    if (cause?.type === "away" && this.sounding) return this.#stillHere();
    this.#take(message.data, !own);
    if (cause?.type === "claimed") this.#handedOver();
  }

  /** The house is back, and what was missed is applied. */
  live() {
    this.#waitsForHouse = false;
    this.#parts.playback.live();
    this.#parts.sound.again();
    this.follow();
  }

  lost() {
    this.#parts.playback.lost();
  }

  /** Whatever changed: sound as it is shown. */
  follow() {
    this.#parts.onChange();
    if (!this.#on) return;
    const { sound, trackOf } = this.#parts;
    const { mode, trackId } = this.playback;
    this.#hold();
    if (mode === "paused" || !trackId) return sound.pause();
    if (this.#unplayable.has(trackId) || trackOf(trackId)?.playable === false) return this.#skip(trackId);
    const heard = sound.position;
    const wanted = this.positionSec;
    const far = heard && Math.abs(heard.positionSec - wanted) > STEER_ABOVE_SEC;
    if (heard?.trackId !== trackId) void sound.play(trackId, wanted);
    else if (far) sound.seek(wanted);
  }

  /** To be called a few times a second: the clock follows the sound, and the other tabs and the house hear of it. */
  tick() {
    const { now, playback, sound, listening } = this.#parts;
    const heard = sound.position;
    const { trackId } = this.playback;
    if (!this.sounding || !heard || heard.trackId !== trackId) return;
    playback.heardAt(heard.positionSec);
    if (sound.audible) this.#skipped = 0;
    const next = this.#next();
    if (next && sound.audible && listening.holding(next).state === "here") sound.prepare(next);
    if (now() - this.#toldAt < TELL_EVERY_MS) return;
    if (this.sayPosition() || now() - this.#keptAt < KEEP_EVERY_MS) return;
    this.#keptAt = now();
    playback.change({ positionSec: heard.positionSec });
  }

  /** @returns {boolean} whether anybody heard it */
  sayPosition() {
    const { client, now, playback } = this.#parts;
    this.#toldAt = now();
    const heard = this.sounding ? this.#parts.sound.position : null;
    // What was done in another tab and is not known here yet is newer than what is heard.
    return heard !== null && client.send({ type: "position", ...heard, eventCount: playback.version });
  }

  /** @param {string} trackId */
  ended(trackId) {
    if (!this.#on || trackId !== this.playback.trackId) return;
    const repeat = this.#parts.repeat();
    if (repeat === "one") return this.#again();
    const change = this.#reachable() ?? following(this.playback, repeat);
    // One track that is repeated is the same track once more.
    if (change?.trackId === trackId) return this.#again();
    this.#change(change ?? { mode: "paused", ...jumping(this.playback, 0), positionSec: 0 });
  }

  /** @param {string} trackId @param {boolean} fromHere */
  failed(trackId, fromHere) {
    if (!fromHere && this.#parts.client.status !== "live") {
      this.#waitsForHouse = true;
      return this.#parts.onChange();
    }
    this.#unplayable.add(trackId);
    this.follow();
  }

  locked() {
    this.#change({ mode: "paused", positionSec: this.#heardSec() });
    this.#parts.onLocked();
  }

  /** The page goes: what must still reach the house. @returns {PlaybackChange | null} */
  unsent() {
    const last = this.sounding ? { mode: /** @type {const} */ ("paused"), positionSec: this.#heardSec() } : {};
    const unsent = this.#parts.playback.unsent(last);
    this.#end();
    return unsent;
  }

  /** What is heard at this moment. */
  measure() {
    const { sound, now } = this.#parts;
    const heard = this.sounding && sound.audible ? sound.position : null;
    return heard && { ...heard, atMs: now() };
  }

  /** @param {PlaybackChange} change */
  async #start(change) {
    const { sound, playingTab, leaveOthers } = this.#parts;
    sound.unlock();
    leaveOthers();
    await playingTab.claim();
    this.#on = true;
    this.#skipped = 0;
    this.#wants = "";
    this.#change(change);
  }

  /** @param {PlaybackChange} change */
  #change(change) {
    this.#parts.playback.change(change);
    this.follow();
  }

  /** @param {PlaybackChange | null} change */
  #edit(change) {
    if (change) this.#change(change);
    return change !== null;
  }

  /** @param {PlaybackChange} change @param {boolean} others */
  #take(change, others) {
    this.#parts.playback.take(this.#parts.client.state.playback, change, !others);
    this.follow();
  }

  /** Everything anew. A house that lost sight of this device knows less of its sound than this tab does. */
  #retold() {
    const { playback: told } = this.#parts.client.state;
    const { trackId, queue } = this.playback;
    const same = told.trackId === trackId && told.queue.join() === queue.join();
    if (!this.sounding || !same) return this.#take({ positionSec: told.positionSec }, true);
    if (told.mode === "paused") return this.#stillHere();
    this.#take({}, false);
  }

  /** The house took this device to be away; its music never stopped. */
  #stillHere() {
    // Said before it is taken over: the sound must not hear of a pause in between.
    this.#parts.playback.change({ mode: "playing", positionSec: this.#heardSec() });
    this.#take({}, false);
  }

  /** Somebody sent music here. If this page may make sound, it does; else its people have to tap. */
  #handedOver() {
    if (this.#on || this.playback.mode !== "playing" || this.#parts.isHidden()) return;
    if (!this.#parts.sound.unlocked) return this.locked();
    void this.#start({ mode: "playing", positionSec: this.positionSec });
  }

  /** What is needed soon shall be on this device, and nothing else is played on it. */
  #hold() {
    const { trackId, queue, queueIndex } = this.playback;
    const soon = [trackId, ...queue.slice(queueIndex + 1, queueIndex + 1 + AHEAD)].filter((each) => each !== null);
    const wants = soon.join(" ");
    if (wants === this.#wants) return;
    this.#wants = wants;
    this.#parts.listening.playOwn({ owner: this, playState: SILENT, next: null, wants: soon, onEnded: () => {}, onStopped: () => this.#replaced() });
  }

  /** A station or one of two tracks to compare is heard instead. */
  #replaced() {
    if (!this.#on) return;
    this.pause();
    this.#end();
  }

  #end() {
    this.#on = false;
    this.#wants = "";
    this.#parts.sound.pause();
    this.#parts.onChange();
  }

  #again() {
    this.#change({ positionSec: 0 });
    void this.#parts.sound.play(String(this.playback.trackId), 0);
  }

  #next() {
    return following(this.playback, this.#parts.repeat())?.trackId ?? null;
  }

  /** Offline only what is on this device can be heard: the next such track, if there is one. */
  #reachable() {
    const { client, listening } = this.#parts;
    if (client.status === "live") return null;
    const { queue, queueIndex } = this.playback;
    const at = queue.findIndex((trackId, place) => place > queueIndex && listening.holding(trackId).state === "here");
    return jumping(this.playback, at);
  }

  #heardSec() {
    const heard = this.#on ? this.#parts.sound.position : null;
    return heard && heard.trackId === this.playback.trackId ? heard.positionSec : this.positionSec;
  }

  /** @param {string} trackId */
  #skip(trackId) {
    const { onNews, repeat } = this.#parts;
    onNews("Format not supported, skipping…", trackId);
    this.#skipped += 1;
    const change = this.#skipped < this.playback.queue.length ? following(this.playback, repeat()) : null;
    this.#change(change ?? { mode: "paused", positionSec: 0 });
  }
}
