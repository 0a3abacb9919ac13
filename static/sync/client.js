// The page's end of the conversation with hearken: one connection, the state it keeps true, the commands on their way and the
// clock. Every message is heard here once and handed to the one it concerns.

import { ClockEstimator, ClockProber } from "./clock.js";
import { Commands } from "./commands.js";
import { Connection } from "./connection.js";
import { applyPlaylists } from "./playlists.js";
import { applyRadio, completeRadio } from "./radio.js";
import { applyStars } from "./stars.js";
import { applyAck, applyDevice, applyMessage, applyProfile, applyRoom, applySnapshot, EMPTY_STATE, withoutRoom } from "./state.js";

/** @import { Device, Message, Problem, Room, Snapshot, StarEvent, Station } from "./protocol.js" */
/** @import { LinkStatus, Socket } from "./connection.js" */
/** @import { How } from "./commands.js" */
/** @import { Applied, State } from "./state.js" */

/**
 * @typedef {object} ClientParts
 * @property {(since: string | null, room: string) => Socket} openSocket
 * @property {(room: string) => Promise<"known" | "unknown" | "no-room">} ask asked when a socket would not open: does the house
 *   know us, and the room?
 * @property {(room: string) => void} onRoom this device is in another room now
 * @property {() => boolean} isHidden
 * @property {() => number} now
 * @property {() => number} random
 * @property {() => string} makeId
 * @property {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} timers
 * @property {(state: State) => void} onState
 * @property {(status: LinkStatus, retryInMs: number) => void} onStatus
 * @property {(message: Message) => void} onMessage after it has been taken over
 * @property {() => void} onLive connected, everything missed is applied, and the room knows that we listen
 * @property {() => void} onClock
 * @property {(problem: Problem, seen: Snapshot | null) => void} onRefused
 */

const AWAKE_ANSWER_MS = 2500;

/** The room that is always there. */
export const HOUSE = "house";

export class Client {
  /** @type {State} */ state = EMPTY_STATE;
  clock = new ClockEstimator();
  joined = false;
  room = HOUSE;
  /** This page plays something that is not the room's: it stays connected while hidden. */ engaged = false;
  /** @type {ClientParts} */ #parts;
  /** @type {Connection} */ #connection;
  /** @type {ClockProber} */ #prober;
  /** @type {Commands} */ #commands;

  /** @param {ClientParts} parts @param {string} [room] where this device was last */
  constructor(parts, room = HOUSE) {
    this.#parts = parts;
    this.room = room;
    this.#connection = new Connection({
      openSocket: (since) => parts.openSocket(since, this.room),
      since: () => (this.state.session?.room === this.room ? `${this.state.epoch}:${this.state.seq}` : null),
      isRefused: () => this.#isRefused(),
      mayRest: () => parts.isHidden() && !this.joined && !this.engaged,
      onMessage: (message) => this.#hear(message),
      onStatus: (status, retryInMs) => this.#statusChanged(status, retryInMs),
      timers: parts.timers,
      random: parts.random,
    });
    this.#prober = new ClockProber({
      estimator: this.clock,
      send: (message) => this.#ask(message),
      now: parts.now,
      onSettled: parts.onClock,
      timers: parts.timers,
    });
    this.#commands = new Commands({
      send: (message) => this.send(message),
      session: () => this.state.session,
      makeId: parts.makeId,
      onRefused: parts.onRefused,
    });
  }

  get status() {
    return this.#connection.status;
  }

  wake() {
    this.#connection.wake();
    if (this.status !== "live") return;
    // The device may have slept: the connection may be dead without a word, and the clock may have stood still.
    this.#connection.expectAnswer(AWAKE_ANSWER_MS);
    void this.#prober.burst();
  }

  rest() {
    this.#connection.rest();
  }

  stop() {
    this.#connection.stop();
  }

  /** Everything anew: the "Refresh" of the page. */
  refresh() {
    this.#connection.restart({ fresh: true });
  }

  /** Into another room, and if we listen, to listen there. @param {string} room */
  enter(room) {
    if (room === this.room) return;
    this.room = room;
    this.#parts.onRoom(room);
    this.refresh();
  }

  /** @param {object} message */
  send(message) {
    return this.#connection.send(message);
  }

  /** @param {string} name @param {object} [args] @param {How} [how] */
  command(name, args, how) {
    return this.#commands.run(name, args, how);
  }

  freshBurst() {
    return this.#prober.burst();
  }

  /** This device listens from now on. */
  join() {
    this.joined = true;
    this.#sayJoin();
  }

  /** The device listens no more. */
  leave() {
    this.joined = false;
    this.send({ type: "leave" });
  }

  /** Another tab of this device listens in our place: this connection goes, and comes back as a watcher. */
  stepBack() {
    this.joined = false;
    this.#connection.restart();
  }

  /** The answer to our own PATCH: this tab gets no echo of it. @param {Device} device */
  deviceChanged(device) {
    this.#become(applyDevice(this.state, device));
  }

  /** @param {string} clientId */
  deviceGone(clientId) {
    this.#become({ ...this.state, devices: this.state.devices.filter((device) => device.clientId !== clientId) });
  }

  /** As for the devices: the answer to our own request. @param {Room} room */
  roomChanged(room) {
    this.#become(applyRoom(this.state, room));
  }

  /** @param {string} roomId */
  roomGone(roomId) {
    this.#become(withoutRoom(this.state, roomId));
    if (roomId === this.room) this.enter(HOUSE);
  }

  /** Stars of ours that the house has accepted: their answer does not repeat them. @param {StarEvent[]} events */
  starsAccepted(events) {
    this.#become({ ...this.state, stars: applyStars(this.state.stars, { events }) });
  }

  /** The answer to our own request; without a name it is gone. @param {{ id: string, name?: string }} profile */
  profileChanged(profile) {
    this.#become(applyProfile(this.state, profile));
  }

  /** A command on something else than the room: no version guards it, and it is not kept for later. @param {string} name @param {object} [args] @param {How} [how] */
  ask(name, args, how) {
    return this.#commands.run(name, args, { guarded: false, waits: false, ...how });
  }

  /** The answer to our own import: no echo of it comes. @param {any} data */
  playlistsTold(data) {
    this.#become({ ...this.state, playlists: applyPlaylists(this.state.playlists, data) });
  }

  /** What was answered about one station. @param {any} data */
  radioTold(data) {
    this.#become({ ...this.state, radio: applyRadio(this.state.radio, data) });
  }

  /** All stations, as they were read. @param {Station[]} radio */
  radioRead(radio) {
    this.#become({ ...this.state, radio: completeRadio(this.state.radio, radio) });
  }

  /** @param {Message} message */
  #hear(message) {
    switch (message.type) {
      case "time":
        return this.#prober.hear(/** @type {any} */ (message));
      case "ack":
        this.#take(applyAck(this.state, message));
        this.#parts.onMessage(message);
        return this.#commands.acked(message);
      case "reject":
        if (message.snapshot) this.#become(applySnapshot(this.state, message.snapshot));
        return this.#commands.rejected(message);
      default:
        return this.#change(message);
    }
  }

  /** @param {Message} message */
  #change(message) {
    this.#take(applyMessage(this.state, message));
    if (message.type === "barrier.release") this.#commands.follow(message.eventCount);
    this.#parts.onMessage(message);
    if (message.type === "household:room-deleted" && message.data.room.id === this.room) this.enter(HOUSE);
  }

  /** The room we were in may be gone since: then it is the house that we come back to. */
  async #isRefused() {
    const standing = await this.#parts.ask(this.room);
    if (standing === "no-room") {
      this.room = HOUSE;
      this.#parts.onRoom(HOUSE);
    }
    return standing === "unknown";
  }

  /** @param {Applied} applied */
  #take({ state, resync }) {
    this.#become(state);
    if (resync) this.#connection.restart({ fresh: true });
  }

  /** @param {State} state */
  #become(state) {
    if (state === this.state) return;
    if (state.clockId !== this.state.clockId) this.clock.reset();
    this.state = state;
    this.#parts.onState(state);
  }

  /** @param {LinkStatus} status @param {number} retryInMs */
  #statusChanged(status, retryInMs) {
    this.#parts.onStatus(status, retryInMs);
    if (status !== "live") {
      this.#commands.lost();
      return this.#prober.stop();
    }
    this.#prober.start();
    this.#sayJoin();
    this.#commands.resend();
    this.#parts.onLive();
  }

  #sayJoin() {
    if (this.joined) this.send({ type: "join", room: this.state.session?.room });
  }

  /** @param {object} message */
  #ask(message) {
    if (!this.send(message)) return false;
    this.#connection.expectAnswer();
    return true;
  }
}
