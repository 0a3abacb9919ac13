// The page's copy of what the server knows, and the one rule by which messages change it. Pure: a state and a message in, a
// new state out. What one screen is about lies beside it: comparing.js, playlists.js, plays.js, radio.js, stars.js. What to do about a copy that no
// longer fits (`resync`) is the connection's business, not decided here.

import { applyComparison, NOTHING_COMPARED } from "./comparing.js";
import { applyPlaylists } from "./playlists.js";
import { applyPlays } from "./plays.js";
import { applyRadio } from "./radio.js";
import { applyStars, NO_STARS } from "./stars.js";

/** @import { Comparison, Device, Message, Playback, PlaybackChange, Playlist, PlayState, Profile, QueueChange, Room, Snapshot, Stars, Station } from "./protocol.js" */
/** @import { RecentPlays } from "./plays.js" */

/**
 * @typedef {object} State
 * @property {string} epoch
 * @property {number} seq place in the log of the last message applied
 * @property {string} clockId
 * @property {{ clientId: string, profile: string, tab: string } | null} you
 * @property {Snapshot | null} session
 * @property {Device[]} devices
 * @property {Room[]} rooms the house first
 * @property {{ version: number, count: number }} library
 * @property {Comparison} comparison
 * @property {Playlist[]} playlists
 * @property {Station[]} radio
 * @property {Playback} playback what this device plays for itself, as the house knows it
 * @property {Profile[]} profiles
 * @property {Stars} stars of our own profile
 * @property {RecentPlays} plays of our own profile: what it heard last
 * @property {{ done: number, total: number } | null} scan
 * @property {{ missing: number, known: number } | null} gone so much of the music at once that it was kept, and people are asked
 * @property {number} invitation grows whenever a drawn invitation may be good no more
 */

/** @type {Playback} */
export const NOTHING_PLAYED = Object.freeze({ mode: "paused", trackId: null, positionSec: 0, queue: [], queueIndex: 0, updatedAt: 0, version: 0 });

/** @type {State} */
export const EMPTY_STATE = Object.freeze({
  epoch: "",
  seq: 0,
  clockId: "",
  you: null,
  session: null,
  devices: [],
  rooms: [],
  library: { version: 0, count: 0 },
  comparison: NOTHING_COMPARED,
  playlists: [],
  radio: [],
  playback: NOTHING_PLAYED,
  profiles: [],
  stars: NO_STARS,
  plays: { recent: [], latest: 0 },
  scan: null,
  gone: null,
  invitation: 0,
});

/**
 * `resync` means: what we hold does not fit what came; ask for everything.
 * @typedef {{ state: State, resync: boolean }} Applied
 */

/**
 * @param {State} state
 * @param {Message} message
 * @returns {Applied}
 */
export function applyMessage(state, message) {
  if (message.type === "sync:full") return fits({ ...fullState(message), invitation: state.invitation + 1 });
  if (message.type === "sync:resumed") return fits(resumed(state, message));
  if (message.eph) return fits(applyEphemeral(state, message));
  if (message.seq <= state.seq) return fits(state);
  return applyLogged(state, message.topic, message.type, message.data, message);
}

/**
 * An ack stands in its event's place: the same change, for the tab that caused it. One without a topic stands nowhere: what
 * it answers was no event, or one that is known already.
 * @param {State} state
 * @param {Message} ack
 * @returns {Applied}
 */
export function applyAck(state, ack) {
  const changed = ack.result?.data;
  if (!changed || !ack.topic || !(ack.seq > state.seq)) return fits(state);
  return applyLogged(state, ack.topic, "", changed, ack);
}

/**
 * The answer to a refused command carries the present session; take it unless ours is as new.
 * @param {State} state
 * @param {Snapshot} snapshot
 * @returns {State}
 */
export function applySnapshot(state, snapshot) {
  const ours = state.session;
  const newer = !ours || snapshot.epoch !== ours.epoch || snapshot.eventCount > ours.eventCount;
  return newer ? { ...state, session: { ...snapshot, clients: ours?.clients ?? snapshot.clients } } : state;
}

/**
 * @param {State} state
 * @param {Device} device
 * @returns {State}
 */
export function applyDevice(state, device) {
  const known = state.devices.some((each) => each.clientId === device.clientId);
  const devices = known
    ? state.devices.map((each) => (each.clientId === device.clientId ? { ...each, ...device } : each))
    : [...state.devices, device];
  const clients = (state.session?.clients ?? []).map((each) =>
    each.clientId === device.clientId ? { ...each, name: device.name } : each,
  );
  return { ...state, devices, session: state.session && { ...state.session, clients } };
}

/** @param {State} state @param {string} roomId @returns {State} */
export function withoutRoom(state, roomId) {
  return { ...state, rooms: state.rooms.filter(({ id }) => id !== roomId) };
}

/**
 * @param {State} state
 * @param {Room} room with what is known of it now
 * @returns {State}
 */
export function applyRoom(state, room) {
  const known = state.rooms.some(({ id }) => id === room.id);
  const rooms = known ? state.rooms.map((each) => (each.id === room.id ? { ...each, ...room } : each)) : [...state.rooms, room];
  return { ...state, rooms };
}

/**
 * @param {string[]} queue
 * @param {QueueChange} change
 * @returns {string[]}
 */
export function applyQueueChange(queue, change) {
  switch (change.op) {
    case "rotate":
      return rotated(queue, change.by);
    case "insert":
      return inserted(without(queue, change.trackIds), change.at, change.trackIds);
    case "remove":
      return without(queue, [change.trackId]);
    case "move":
      return inserted(without(queue, [change.trackId]), change.to, [change.trackId]);
    case "set":
      return [...change.trackIds];
  }
}

/**
 * @param {Playback} playback
 * @param {PlaybackChange} change of an event, or one that was made here: what is there is taken over
 * @returns {Playback}
 */
export function applyPlayback(playback, change) {
  const next = /** @type {any} */ ({ ...playback });
  for (const field of ["mode", "trackId", "positionSec", "queue", "queueIndex", "updatedAt"]) {
    if (/** @type {any} */ (change)[field] !== undefined) next[field] = /** @type {any} */ (change)[field];
  }
  if (change.queueChange) next.queue = applyQueueChange(playback.queue, change.queueChange);
  return next;
}

/**
 * Where the track stands at a moment of the server's clock, in seconds.
 * @param {PlayState} playState
 * @param {number} serverMs
 */
export function positionAt(playState, serverMs) {
  const { mode, anchorPositionSec, startAt } = playState;
  if (mode !== "playing" || startAt === null) return anchorPositionSec;
  return anchorPositionSec + Math.max(0, serverMs - startAt) / 1000;
}

/** @param {State} state @returns {Applied} */
function fits(state) {
  return { state, resync: false };
}

/** @param {Message} message @returns {State} */
function fullState({ epoch, seq, clockId, you, data }) {
  return {
    epoch,
    seq,
    clockId,
    you,
    session: data.session ?? null,
    devices: data.devices ?? [],
    rooms: houseFirst(data.rooms ?? []),
    library: data.library ?? { version: 0, count: 0 },
    comparison: data.comparison ?? NOTHING_COMPARED,
    playlists: data.playlists ?? [],
    radio: data.radio?.stations ?? [],
    playback: data.playback ?? NOTHING_PLAYED,
    profiles: data.profiles ?? [],
    stars: data.stars ?? NO_STARS,
    plays: { recent: data.plays?.recent ?? [], latest: 0 },
    scan: null,
    gone: null,
    invitation: 0,
  };
}

/**
 * A house that was started again looks at its disk anew: what it said of it before holds no more, and what holds it says next.
 * @param {State} state @param {Message} message @returns {State}
 */
function resumed(state, { clockId, you }) {
  return clockId === state.clockId ? { ...state, you } : { ...state, clockId, you, scan: null, gone: null };
}

/** It comes in the order of ids, which say nothing to people. @param {Room[]} rooms */
function houseFirst(rooms) {
  return [...rooms.filter(({ id }) => id === "house"), ...rooms.filter(({ id }) => id !== "house")];
}

/**
 * @param {State} state
 * @param {string} topic
 * @param {string} type
 * @param {any} data
 * @param {Message} place its `seq`, and its topic's version
 * @returns {Applied}
 */
function applyLogged(state, topic, type, data, { seq, eventCount }) {
  const next = { ...state, seq };
  if (topic.startsWith("session:")) return applySessionEvent(next, topic, data, Number(eventCount));
  if (topic.startsWith("comparison:")) return fits({ ...next, comparison: applyComparison(next.comparison, data) });
  if (topic === "playlists") return fits({ ...next, playlists: applyPlaylists(next.playlists, data) });
  if (topic === "radio") return fits({ ...next, radio: applyRadio(next.radio, data) });
  // The answer to a transfer stands on another device's topic.
  if (topic.startsWith("playback:")) return topic === `playback:${state.you?.clientId}` ? applyPlaybackEvent(next, data, Number(eventCount)) : fits(next);
  if (topic.startsWith("stars:")) return fits({ ...next, stars: applyStars(next.stars, data) });
  if (topic.startsWith("plays:")) return fits({ ...next, plays: applyPlays(next.plays, data) });
  if (topic === "library") return fits({ ...next, library: { version: data.version, count: data.count }, scan: null });
  return fits(applyHousehold(next, type, data));
}

/** By name, home first; one without a name is gone. @param {State} state @param {{ id: string, name?: string }} profile @returns {State} */
export function applyProfile(state, { id: changed, name: itsName }) {
  const others = state.profiles.filter(({ id }) => id !== changed);
  if (itsName === undefined) return { ...state, profiles: others };
  const rank = (/** @type {Profile} */ { id, name }) => (id === "home" ? "" : name);
  const profiles = [...others, { id: changed, name: itsName }].sort((one, other) => rank(one).localeCompare(rank(other)));
  return { ...state, profiles };
}

/**
 * By what it is about, for an ack has no type: a device that is only named is gone, and so is a room without a name.
 * @param {State} state @param {string} type @param {any} data @returns {State}
 */
function applyHousehold(state, type, { clientId, room, profile, device }) {
  if (clientId) return { ...state, devices: state.devices.filter((each) => each.clientId !== clientId) };
  if (room) return room.name === undefined ? withoutRoom(state, room.id) : applyRoom(state, room);
  const known = profile ? applyProfile(state, profile) : state;
  // Somebody paired, perhaps by the code that is drawn here, which pairs nobody else.
  const invitation = state.invitation + (type === "household:paired" ? 1 : 0);
  return device ? applyDevice({ ...known, invitation }, device) : known;
}

/**
 * The rule of docs/protocol.md, "How to apply a session event, whatever its type".
 * @param {State} state
 * @param {string} topic
 * @param {any} data
 * @param {number} eventCount
 * @returns {Applied}
 */
function applySessionEvent(state, topic, data, eventCount) {
  const session = state.session;
  if (!session || topic !== `session:${session.room}` || eventCount <= session.eventCount) return fits(state);
  const next = { ...session, eventCount, seq: state.seq };
  if (data.playState !== undefined) next.playState = data.playState;
  if (data.barrier !== undefined) next.barrier = data.barrier;
  if (data.queueIndex !== undefined) next.queueIndex = data.queueIndex;
  if (data.queueChange) next.queue = applyQueueChange(session.queue, data.queueChange);
  const missedOne = eventCount !== session.eventCount + 1;
  const wrongLength = data.queueLength !== undefined && data.queueLength !== next.queue.length;
  return { state: { ...state, session: next }, resync: missedOne || wrongLength };
}

/** @param {State} state @param {any} data @param {number} version @returns {Applied} */
function applyPlaybackEvent(state, data, version) {
  const before = state.playback;
  if (version <= before.version) return fits(state);
  const resync = version !== before.version + 1;
  return { state: { ...state, playback: { ...applyPlayback(before, data.playback ?? data), version } }, resync };
}

/** @param {State} state @param {Message} message @returns {State} */
function applyEphemeral(state, message) {
  switch (message.type) {
    case "cursor":
      return message.seq > state.seq ? { ...state, seq: message.seq } : state;
    case "session:presence":
      return applyPresence(state, message);
    case "household:presence": {
      const online = new Set(message.data.online);
      return { ...state, devices: state.devices.map((each) => ({ ...each, online: online.has(each.clientId) })) };
    }
    case "household:address":
      return { ...state, invitation: state.invitation + 1 };
    case "radio:track_started":
      return { ...state, radio: applyRadio(state.radio, message.data) };
    case "library:scan":
      return { ...state, scan: message.data.done < message.data.total ? message.data : null };
    case "library:missing":
      return { ...state, gone: message.data.missing > 0 ? message.data : null };
    default:
      return state;
  }
}

/**
 * Presence is told apart from the log and may be a moment older: of its barrier only who is in it and who is ready counts,
 * and only for the barrier we know of.
 * @param {State} state
 * @param {Message} message
 * @returns {State}
 */
function applyPresence(state, { topic, data }) {
  const session = state.session;
  if (!session || topic !== `session:${session.room}`) return state;
  const barrier = session.barrier && { ...session.barrier };
  if (barrier && data.barrier?.trackId === barrier.trackId) {
    barrier.members = data.barrier.members;
    barrier.ready = data.barrier.ready;
  }
  return { ...state, session: { ...session, clients: data.clients, barrier } };
}

/**
 * By more than one where tracks in between have lost their file.
 * @param {string[]} queue
 * @param {number} by
 */
function rotated(queue, by) {
  const first = queue.length === 0 ? 0 : ((by % queue.length) + queue.length) % queue.length;
  return [...queue.slice(first), ...queue.slice(0, first)];
}

/** @param {string[]} queue @param {string[]} trackIds */
function without(queue, trackIds) {
  const gone = new Set(trackIds);
  return queue.filter((trackId) => !gone.has(trackId));
}

/** @param {string[]} queue @param {number} at @param {string[]} trackIds */
function inserted(queue, at, trackIds) {
  return [...queue.slice(0, at), ...trackIds, ...queue.slice(at)];
}
