// What a finger can ask for, turned into commands and requests. The views call these and read the answer in the model. What only
// later screens ask for comes with them: actions-later.js.

import { batch } from "./vendor/vendor.js";
import { mineActions } from "./actions-mine.js";
import { counted } from "./lib/format.js";
import { pair } from "./sync/pairing.js";

/** @import { Api } from "./sync/api.js" */
/** @import { Audition } from "./sync/audition.js" */
/** @import { BufferEngine } from "./sync/buffer-engine.js" */
/** @import { Client } from "./sync/client.js" */
/** @import { Library } from "./sync/library.js" */
/** @import { Listening } from "./sync/listening.js" */
/** @import { Nudge } from "./sync/nudge.js" */
/** @import { Outbox } from "./sync/outbox.js" */
/** @import { PairingParts, Standing } from "./sync/pairing.js" */
/** @import { Starring } from "./sync/stars.js" */
/** @import { Tuning } from "./sync/tuning.js" */
/** @import { Bubble, FirstActions, MineActions, Model, Place } from "./model.js" */
/** @import { OwnActions } from "./solo.js" */

/**
 * @typedef {object} ActionParts
 * @property {Model} model
 * @property {Api} api
 * @property {Client} client
 * @property {Library} library
 * @property {Listening} listening
 * @property {Audition} audition
 * @property {Tuning} tuning
 * @property {PairingParts} pairing
 * @property {OwnActions} own
 * @property {Nudge} nudge
 * @property {() => Promise<BufferEngine> | null} precise what can click at an exact moment
 * @property {{ setInterval: (run: () => void, ms: number) => any, clearInterval: (timer: any) => void }} timers
 * @property {(place: Place) => void} settle this device listens there from now on
 * @property {Outbox} outbox
 * @property {Starring} starring
 * @property {() => void} onChosen it is known whose device this is
 * @property {() => number} now
 * @property {(standing: Standing) => void} onStanding
 * @property {(title: string, detail: string, how?: Pick<Bubble, "kind" | "action">) => void} tell
 * @property {(trackId: string) => string} nameOf
 */

/** @param {ActionParts} parts @returns {FirstActions & MineActions} */
export function createActions(parts) {
  return { ...pageActions(parts), ...placeActions(parts), ...roomActions(parts), ...queueActions(parts), ...mineActions(parts) };
}

/** @param {ActionParts} parts */
function pageActions({ model, client, library, listening, tuning, pairing, own, settle, onStanding, tell }) {
  return {
    /** @param {string} code @param {string} name */
    pair: async (code, name) => {
      model.pairing.value = { busy: true, sentence: "" };
      onStanding(await pair(pairing, { code, ...(name && { clientName: name }) }));
    },
    join: async () => {
      model.joining.value = true;
      try {
        settle("room");
        tuning.leave();
        own.stop();
        await listening.join();
        batch(() => {
          model.joined.value = true;
          model.elsewhere.value = false;
        });
      } catch (error) {
        tell("The browser refuses sound", String(error));
      }
      model.joining.value = false;
    },
    leave: () => {
      listening.leave();
      model.remote.value = true;
    },
    justControl: () => void (model.remote.value = true),
    /** @param {import("./model.js").Screen} screen */
    show: (screen) => void (model.screen.value = screen),
    /** @param {boolean} shown */
    showDevices: (shown) => void (model.showsDevices.value = shown),
    /** @param {boolean} shown */
    showHealth: (shown) => void (model.showsHealth.value = shown),
    /** @param {boolean} shown */
    showKeys: (shown) => void (model.showsKeys.value = shown),
    refresh: () => {
      model.refreshing.value = true;
      library.again();
      client.refresh();
    },
    /** @param {string} id */
    dismiss: (id) => void (model.bubbles.value = model.bubbles.value.filter((bubble) => bubble.id !== id)),
  };
}

/** Where this device listens, and what can be asked of either place. @param {ActionParts} parts */
function placeActions(parts) {
  const { model, client, listening, own, settle } = parts;
  const room = queueActions(parts);
  return {
    own,
    listenAlone: () => {
      settle("solo");
      if (listening.joined) listening.leave();
    },
    /** @param {string} id */
    listenIn: (id) => {
      settle("room");
      own.stop();
      client.enter(id);
      if (!model.remote.value) void pageActions(parts).join();
    },
    /** @param {Place} place @param {string[]} trackIds @param {number} [at] */
    playAt: async (place, trackIds, at = 0) => {
      if (place === "solo") return own.play(trackIds, at);
      if (trackIds.length > 1) return room.playAll([...trackIds.slice(at), ...trackIds.slice(0, at)]);
      const [trackId] = trackIds;
      if (client.state.session?.queue[0] !== trackId) await client.command("nudge", { trackId });
      if (client.state.session?.queue[0] !== trackId) return void client.command("next");
      if (!model.running.value) void client.command("play");
    },
    /** @param {Place} place @param {string[]} trackIds */
    playNextAt: (place, trackIds) => (place === "solo" ? own.playNext(trackIds) : trackIds.toReversed().forEach(room.playNext)),
    /** @param {Place} place @param {string[]} trackIds */
    addAt: (place, trackIds) => (place === "solo" ? own.add(trackIds) : room.add(trackIds)),
  };
}

/** Of the room, or of this device while it listens alone. @param {ActionParts} parts */
function roomActions({ model, client, listening, own }) {
  const alone = () => model.place.value === "solo";
  return {
    playOrPause: () => {
      if (alone()) return own.toggle();
      const mode = model.session.value?.playState.mode;
      void client.command(mode === "playing" || mode === "waiting" ? "pause" : "play");
    },
    /** @param {number} positionSec */
    seek: async (positionSec) => {
      if (alone()) return own.seek(positionSec);
      const { ok } = await client.command("seek", { positionSec: Math.max(0, positionSec) });
      if (ok) listening.player.startAnew();
    },
    next: () => (alone() ? own.next() : void client.command("next")),
    previous: () => (alone() ? own.previous() : void client.command("prev")),
    startWithout: () => void client.command("start-anyway"),
  };
}

/** @param {ActionParts} parts */
function queueActions({ client, tell, nameOf }) {
  const undo = () => void client.command("undo");
  /** One's own edit of the queue, which a bubble offers to take back. @param {string} title @param {string} name @param {object} [args] */
  const edit = async (title, name, args) => {
    const { ok } = await client.command(name, args);
    if (ok) tell(title, "", { kind: "edit", action: { label: "Undo", run: undo } });
  };
  return {
    /** @param {string} trackId */
    playNext: (trackId) => void edit(`Next: ${nameOf(trackId)}`, "nudge", { trackId }),
    /** @param {string[]} trackIds */
    add: (trackIds) => void edit(added(trackIds, nameOf), "queue/add", { trackIds }),
    /** @param {string} trackId */
    remove: (trackId) => void edit(`Removed ${nameOf(trackId)}`, "queue/remove", { trackId }),
    /** @param {string} trackId @param {number} to */
    move: (trackId, to) => void edit(`Moved ${nameOf(trackId)}`, "queue/move", { trackId, to }),
    shuffle: () => void edit("Shuffled", "queue/shuffle"),
    /** @param {string[]} trackIds */
    playAll: async (trackIds) => {
      await edit(`Playing ${counted(trackIds.length, "track", "tracks")}`, "queue/set", { trackIds });
      const mode = client.state.session?.playState.mode;
      if (mode === "stopped" || mode === "paused") void client.command("play");
    },
    undo,
    redo: () => void client.command("redo"),
  };
}

/** @param {string[]} trackIds @param {(trackId: string) => string} nameOf */
function added(trackIds, nameOf) {
  return trackIds.length === 1 ? `Added ${nameOf(trackIds[0])}` : `Added ${counted(trackIds.length, "track", "tracks")}`;
}
