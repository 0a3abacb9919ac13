// What this device plays for itself, put together: the copy of its state, its sound, and what a finger may ask of them. A part
// of the page that comes after the first screen; app.js hands it what it needs, the views reach it through `actions.own`.

import { fetchPart } from "./fetch-part.js";
import { clockTime, counted } from "./lib/format.js";
import { randomId } from "./lib/random.js";
import { Playback } from "./sync/playback.js";
import { Solo } from "./sync/solo.js";
import { SoloPlayer } from "./sync/solo-player.js";
import { toGoOnWith } from "./sync/whereabouts.js";

/** @import { Api } from "./sync/api.js" */
/** @import { Client } from "./sync/client.js" */
/** @import { Listening } from "./sync/listening.js" */
/** @import { Repeat } from "./sync/own-queue.js" */
/** @import { Box, Conflict } from "./sync/playback.js" */
/** @import { Track } from "./sync/protocol.js" */
/** @import { PlayingTab } from "./sync/tabs.js" */
/** @import { Bubble, Model } from "./model.js" */

/**
 * @typedef {object} OwnActions
 * @property {() => void} toggle within a tap
 * @property {(positionSec: number) => void} seek
 * @property {() => void} next
 * @property {() => void} previous
 * @property {(at: number) => void} jump within a tap
 * @property {(trackIds: string[], at?: number) => void} play within a tap, in place of the queue
 * @property {(trackIds: string[]) => void} playNext
 * @property {(trackIds: string[]) => void} add
 * @property {(trackId: string) => void} remove
 * @property {(trackId: string, to: number) => void} move
 * @property {() => void} shuffle
 * @property {() => void} clear
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => void} repeat off, all, one, in turn
 * @property {() => void} soundHere within a tap: in this tab instead of another one
 * @property {() => void} stop something else is heard on this device
 * @property {() => void} loadDevices
 * @property {(to: string) => void} playOn another device goes on with what this one has
 * @property {() => void} lookForOffer once, when the page has opened
 * @property {(from: string) => void} continueHere within a tap
 * @property {(from: string) => void} merge that device is this browser under another name, and goes
 */

/**
 * @typedef {object} OwnParts
 * @property {Model} model
 * @property {Api} api
 * @property {Client} client
 * @property {Listening} listening
 * @property {PlayingTab} playingTab
 * @property {Box} outbox
 * @property {string} tab
 * @property {(trackId: string) => Track | undefined} trackOf
 * @property {() => boolean} isHidden
 * @property {() => number} now
 * @property {() => number} wallSec
 * @property {() => void} leaveOthers
 * @property {(name: string) => string | null} kept
 * @property {(name: string, value: string) => void} keep
 * @property {(title: string, detail: string, how?: Pick<Bubble, "kind" | "action">) => void} tell
 * @property {(trackId: string | null) => string} nameOf
 */

/** @typedef {ReturnType<typeof createOwn>} OwnPart */

/** @type {Repeat[]} */
const REPEATS = ["off", "all", "one"];

/** @param {OwnParts} parts */
export function createOwn(parts) {
  const { model, client, listening, tell, nameOf } = parts;
  let repeat = REPEATS.find((each) => each === parts.kept("repeat")) ?? "off";
  const show = () => void (model.own.value = { ...solo.playback, sounding: solo.sounding, waitsForHouse: solo.waitsForHouse, repeat });
  const playback = new Playback({
    send: async (change, id) => {
      const outcome = await client.ask("playback", change, { id, quiet: true, once: true });
      if (!outcome.ok && outcome.problem.status !== 0) tell(outcome.problem.title, outcome.problem.detail);
      return outcome;
    },
    isLive: () => client.status === "live",
    outbox: parts.outbox,
    makeKey: () => randomId(20),
    now: parts.now,
    onChange: () => solo?.follow(),
    onConflict: (conflict) => askWhose(parts, conflict),
  });
  const sound = new SoloPlayer({
    makeAudio: () => new Audio(),
    fileUrl: (trackId) => parts.api.fileUrl(trackId),
    recording: (trackId) => listening.recording(trackId),
    onEnded: (trackId) => solo.ended(trackId),
    onFailed: (trackId, fromHere) => solo.failed(trackId, fromHere),
    onLocked: () => solo.locked(),
    onChange: show,
  });
  const solo = new Solo({
    ...parts,
    playback,
    sound,
    random: Math.random,
    repeat: () => repeat,
    onChange: show,
    onNews: (title, trackId) => tell(title, nameOf(trackId)),
    onLocked: () => tell(`Music for ${model.thisDevice.value.toLowerCase()}`, nameOf(solo.playback.trackId), { kind: "locked", action: { label: "Play", run: () => void solo.play() } }),
  });
  const changeRepeat = () => {
    repeat = REPEATS[(REPEATS.indexOf(repeat) + 1) % REPEATS.length];
    parts.keep("repeat", repeat);
    show();
  };
  playback.take(client.state.playback, { positionSec: client.state.playback.positionSec }, false, true);
  return { solo, sound, actions: { ...playActions(solo, parts), ...editActions(solo, parts), ...deviceActions(solo, parts), repeat: changeRepeat } };
}

/**
 * Two went on with the same queue without hearing of each other: people choose, in this tab or another.
 * @param {OwnParts} parts
 * @param {Conflict | null} conflict
 */
function askWhose({ model, nameOf }, conflict) {
  const id = "playback";
  const others = model.conflicts.value.filter((each) => each.id !== id);
  if (!conflict) return void (model.conflicts.value = others);
  const { theirs, mine, keep } = conflict;
  const words = (/** @type {Conflict["mine"]} */ { trackId, positionSec, queue }) => `${nameOf(trackId)} at ${clockTime(positionSec)}, ${counted(queue.length, "track", "tracks")}`;
  const asked = {
    id,
    title: "While this page was offline, the queue changed elsewhere",
    // Read anew with the library, which may come after the question.
    get detail() {
      return model.tracks.value && `There: ${words(theirs)}. Here: ${words(mine)}.`;
    },
    theirs: { label: "Take theirs", run: () => keep("theirs") },
    mine: { label: "Keep mine", run: () => keep("mine") },
  };
  model.conflicts.value = [...others, asked];
}

/** @param {Solo} solo @param {OwnParts} parts */
function playActions(solo, { tell }) {
  /** @param {Promise<unknown> | void} work */
  const orSay = (work) => void work?.catch((/** @type {unknown} */ error) => tell("The browser refuses sound", String(error)));
  return {
    toggle: () => orSay(solo.toggle()),
    /** @param {number} positionSec */
    seek: (positionSec) => solo.seek(positionSec),
    next: () => solo.next(),
    previous: () => solo.previous(),
    /** @param {number} at */
    jump: (at) => orSay(solo.jump(at)),
    soundHere: () => orSay(solo.play()),
    stop: () => solo.stop(),
  };
}

/** @param {Solo} solo @param {OwnParts} parts */
function editActions(solo, { client, model, tell, nameOf }) {
  const undo = () => void client.ask("playback/undo");
  /** @param {boolean} changed @param {string} title */
  const edited = (changed, title) => changed && tell(title, "", { kind: "edit", action: { label: "Undo", run: undo } });
  /** @param {string} verb @param {string[]} trackIds */
  const words = (verb, trackIds) => `${verb} ${trackIds.length === 1 ? nameOf(trackIds[0]) : counted(trackIds.length, "track", "tracks")}`;
  const toWhere = () => `on ${model.thisDevice.value.toLowerCase()}`;
  return {
    /** @param {string[]} trackIds @param {number} [at] */
    play: (trackIds, at = 0) => {
      const replaces = solo.playback.queue.length > 1;
      solo.playTracks(trackIds, at).then(() => edited(replaces, `${words("Playing", trackIds)} ${toWhere()}`), (error) => tell("The browser refuses sound", String(error)));
    },
    /** @param {string[]} trackIds */
    playNext: (trackIds) => void edited(solo.playNext(trackIds), `${words("Next", trackIds)} ${toWhere()}`),
    /** @param {string[]} trackIds */
    add: (trackIds) => void edited(solo.add(trackIds), `${words("Added", trackIds)} ${toWhere()}`),
    /** @param {string} trackId */
    remove: (trackId) => void edited(solo.remove(trackId), words("Removed", [trackId])),
    /** @param {string} trackId @param {number} to */
    move: (trackId, to) => void edited(solo.move(trackId, to), words("Moved", [trackId])),
    shuffle: () => void edited(solo.shuffle(), "Shuffled"),
    clear: () => void edited(solo.clear(), "Cleared"),
    undo,
    redo: () => void client.ask("playback/redo"),
  };
}

/** @param {Solo} solo @param {OwnParts} parts */
function deviceActions(solo, { model, api, client, wallSec, tell, nameOf }) {
  const loadDevices = () => fetchPart(model, "devices", () => api.devices(), ({ devices }) => (model.devices.value = devices));
  /** @param {string} clientId */
  const nameOfDevice = (clientId) => model.devices.value.find((each) => each.clientId === clientId)?.name || "the other device";
  return {
    loadDevices,
    /** Once, when the page has opened. */
    lookForOffer: async () => {
      await loadDevices();
      if (!solo.sounding) model.elsewhereOffer.value = toGoOnWith(model.devices.value, model.me.value, wallSec());
    },
    /** @param {string} to */
    playOn: async (to) => {
      solo.sayPosition();
      const { ok } = await client.ask("playback/transfer", { to });
      if (ok) tell(`Playing on ${nameOfDevice(to)}`, nameOf(solo.playback.trackId));
      void loadDevices();
    },
    /** @param {string} from */
    continueHere: async (from) => {
      model.elsewhereOffer.value = null;
      await solo.claim(from).catch((error) => tell("The browser refuses sound", String(error)));
      void loadDevices();
    },
    /** @param {string} from */
    merge: async (from) => {
      const name = nameOfDevice(from);
      const { ok } = await client.ask("playback/merge", { from });
      if (ok) tell(`${name} is this device now`, "What it played and its queue are here.");
      void loadDevices();
    },
  };
}
