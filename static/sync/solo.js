// This device plays for itself: its own queue, beside the rooms. Ties together what people wish, what the house remembers of it
// (playback.js), the sound that follows (solo-hearing.js) and which tab of the device may make it (tabs.js). Who plays alone is in
// no room meanwhile; another tab of the same device shows the same and sends its wishes, and whichever was tapped last makes the
// sound.

import { adding, clearing, following, jumping, moving, playing, playNext, preceding, removing, shuffling } from "./own-queue.js";
import { SoloHearing } from "./solo-hearing.js";

/** @import { Client } from "./client.js" */
/** @import { Listening } from "./listening.js" */
/** @import { Repeat } from "./own-queue.js" */
/** @import { Playback, Said } from "./playback.js" */
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

export class Solo {
  /** @type {SoloParts} */ #parts;
  /** @type {SoloHearing} */ #hearing;

  /** @param {SoloParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#hearing = new SoloHearing(parts);
  }

  get playback() {
    return this.#parts.playback.shown;
  }

  get positionSec() {
    return this.#parts.playback.positionSec;
  }

  /** It is this tab that makes the sound. */
  get sounding() {
    return this.#hearing.sounding;
  }

  /** The track is not here and the house is out of reach. */
  get waitsForHouse() {
    return this.#hearing.waitsForHouse;
  }

  /** To be called within a tap. */
  async play() {
    const { trackId, queue } = this.playback;
    if (trackId) await this.#start({ mode: "playing", positionSec: this.positionSec });
    else if (queue.length > 0) await this.#start({ mode: "playing", ...jumping(this.playback, 0) });
  }

  pause() {
    if (this.playback.mode === "playing") this.#hearing.pause();
  }

  /** To be called within a tap. */
  toggle() {
    return this.playback.mode === "playing" ? this.pause() : this.play();
  }

  /** @param {number} positionSec */
  seek(positionSec) {
    if (!this.playback.trackId) return;
    const to = Math.max(0, positionSec);
    if (this.#hearing.on) this.#parts.sound.seek(to);
    this.#change({ positionSec: to });
  }

  next() {
    const change = following(this.playback, this.#parts.repeat() === "off" ? "off" : "all");
    if (change) this.#change(change);
  }

  previous() {
    const change = preceding(this.playback, this.positionSec, this.#parts.repeat());
    if (this.#hearing.on && !change.trackId) this.#parts.sound.seek(0);
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
    this.#hearing.end();
    this.#parts.listening.playOwn(null);
  }

  /** Another tab of this device makes the sound now; what plays is the same. */
  stepBack() {
    this.#hearing.end();
  }

  /** A page that has just opened: what it left playing is over, unless another tab goes on with it. @param {boolean} elsewhere */
  opened(elsewhere) {
    if (this.playback.mode === "playing" && !elsewhere && !this.#hearing.on) this.pause();
  }

  /** @param {Message} message of the house, after it has been taken over */
  hear(message) {
    const { playback, tab, client } = this.#parts;
    const { you } = client.state;
    if (message.type === "sync:full") return this.#retold();
    if (message.topic !== `playback:${you?.clientId}`) return;
    if (message.type === "playback:position") return void (message.data.tab !== tab && !this.sounding && playback.told(message.data));
    // What this tab did is shown already; what it sent for another tab is news.
    if (message.type === "ack") return this.#take(message.result.data?.playback ?? {}, true);
    const own = message.origin?.tab === tab && message.origin.clientId === you?.clientId;
    const { cause } = message.data;
    if (cause?.type === "away" && this.sounding) return this.#stillHere();
    // What this device did itself, in whichever tab, and that it was held to be away, is no one else's doing.
    this.#take(message.data, !own, message.origin?.clientId !== you?.clientId && cause?.type !== "away");
    if (cause?.type === "claimed") this.#handedOver();
  }

  /** The house is back, and what was missed is applied. */
  live() {
    this.#parts.playback.live();
    this.#hearing.live();
  }

  lost() {
    this.#parts.playback.lost();
  }

  /** Whatever changed: sound as it is shown. */
  follow() {
    this.#hearing.follow();
  }

  /** To be called a few times a second: the clock follows the sound, and the other tabs and the house hear of it. */
  tick() {
    this.#hearing.tick();
  }

  /** The other tabs and the house hear where the sound is now. */
  sayPosition() {
    this.#hearing.sayPosition();
  }

  /** @param {string} trackId */
  ended(trackId) {
    this.#hearing.ended(trackId);
  }

  /** @param {string} trackId @param {boolean} fromHere */
  failed(trackId, fromHere) {
    this.#hearing.failed(trackId, fromHere);
  }

  /** The browser wants a tap. */
  locked() {
    this.#hearing.locked();
  }

  /** What is heard at this moment. */
  measure() {
    return this.#hearing.measure();
  }

  /** The page goes: what must still reach the house. @returns {Said | null} */
  unsent() {
    const last = this.sounding ? { mode: /** @type {const} */ ("paused"), positionSec: this.#hearing.heardSec } : {};
    const unsent = this.#parts.playback.unsent(last);
    this.#hearing.end();
    return unsent;
  }

  /** @param {PlaybackChange} change */
  async #start(change) {
    const { sound, playingTab, leaveOthers } = this.#parts;
    sound.unlock();
    leaveOthers();
    await playingTab.claim();
    this.#hearing.begin();
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

  /** @param {PlaybackChange} change @param {boolean} others other tabs @param {boolean} [strange] other devices */
  #take(change, others, strange) {
    this.#parts.playback.take(this.#parts.client.state.playback, change, !others, strange);
    this.follow();
  }

  /** Everything anew. A house that lost sight of this device knows less of its sound than this tab does. */
  #retold() {
    const { playback: told } = this.#parts.client.state;
    const { trackId, queue } = this.playback;
    const same = told.trackId === trackId && told.queue.join() === queue.join();
    if (!this.sounding || !same) return this.#take({ positionSec: told.positionSec }, true, true);
    if (told.mode === "paused") return this.#stillHere();
    this.#take({}, false, true);
  }

  /** The house took this device to be away; its music never stopped. */
  #stillHere() {
    // Said before it is taken over: the sound must not hear of a pause in between.
    this.#parts.playback.change({ mode: "playing", positionSec: this.#hearing.heardSec });
    this.#take({}, false);
  }

  /** Somebody sent music here. If this page may make sound, it does; else its people have to tap. */
  #handedOver() {
    if (this.#hearing.on || this.playback.mode !== "playing" || this.#parts.isHidden()) return;
    if (!this.#parts.sound.unlocked) return this.locked();
    void this.#start({ mode: "playing", positionSec: this.positionSec });
  }
}
