// What a finger can ask for, turned into commands and requests. The views call these and read the answer in the model.

import { batch } from "./vendor/vendor.js";
import { pair } from "./sync/pairing.js";

/** @import { Api } from "./sync/api.js" */
/** @import { Client } from "./sync/client.js" */
/** @import { Library } from "./sync/library.js" */
/** @import { Listening } from "./sync/listening.js" */
/** @import { PairingParts, Standing } from "./sync/pairing.js" */
/** @import { Actions, Model } from "./model.js" */

/**
 * @typedef {object} ActionParts
 * @property {Model} model
 * @property {Api} api
 * @property {Client} client
 * @property {Library} library
 * @property {Listening} listening
 * @property {PairingParts} pairing
 * @property {(standing: Standing) => void} onStanding
 * @property {(title: string, detail: string) => void} tell
 */

/** @param {ActionParts} parts @returns {Actions} */
export function createActions(parts) {
  return { ...pageActions(parts), ...roomActions(parts), ...queueActions(parts), ...houseActions(parts) };
}

/** @param {ActionParts} parts */
function pageActions({ model, client, listening, pairing, onStanding, tell }) {
  return {
    /** @param {string} code @param {string} name */
    pair: async (code, name) => {
      model.pairing.value = { busy: true, sentence: "" };
      onStanding(await pair(pairing, { code, ...(name && { clientName: name }) }));
    },
    join: async () => {
      model.joining.value = true;
      try {
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
    refresh: () => client.refresh(),
    /** @param {string} id */
    dismiss: (id) => void (model.bubbles.value = model.bubbles.value.filter((bubble) => bubble.id !== id)),
  };
}

/** @param {ActionParts} parts */
function roomActions({ model, client, listening }) {
  return {
    playOrPause: () => {
      const mode = model.session.value?.playState.mode;
      void client.command(mode === "playing" || mode === "waiting" ? "pause" : "play");
    },
    /** @param {number} positionSec */
    seek: async (positionSec) => {
      const { ok } = await client.command("seek", { positionSec: Math.max(0, positionSec) });
      if (ok) listening.player.startAnew();
    },
    next: () => void client.command("next"),
    previous: () => void client.command("prev"),
    startWithout: () => void client.command("start-anyway"),
  };
}

/** @param {ActionParts} parts */
function queueActions({ client }) {
  return {
    /** @param {string} trackId */
    playNext: (trackId) => void client.command("nudge", { trackId }),
    /** @param {string[]} trackIds */
    add: (trackIds) => void client.command("queue/add", { trackIds }),
    /** @param {string} trackId */
    remove: (trackId) => void client.command("queue/remove", { trackId }),
    /** @param {string} trackId @param {number} to */
    move: (trackId, to) => void client.command("queue/move", { trackId, to }),
    shuffle: () => void client.command("queue/shuffle"),
  };
}

/** @param {ActionParts} parts */
function houseActions({ model, api, client, library, tell }) {
  /** @param {unknown} error */
  const failed = (error) => tell("That did not work", error instanceof Error ? error.message : String(error));
  return {
    /** @param {string} text */
    search: async (text) => {
      model.search.value = { ...model.search.value, text, busy: text !== "" };
      const found = text.trim() === "" ? null : await library.search(text.trim()).catch(() => null);
      if (model.search.value.text !== text) return;
      batch(() => {
        model.search.value = { text, busy: false, tracks: found };
        model.tracks.value = new Map(library.tracks);
      });
    },
    loadHouse: async () => {
      const [invite, health] = await Promise.allSettled([api.invite(), api.health()]);
      if (invite.status === "fulfilled") model.invite.value = invite.value;
      if (health.status === "fulfilled") model.version.value = health.value.version;
    },
    /** @param {string} clientId @param {string} name */
    rename: (clientId, name) => api.changeDevice(clientId, { name }).then((device) => client.deviceChanged(device), failed),
    /** @param {string} clientId */
    revoke: (clientId) => api.revokeDevice(clientId).then(() => client.deviceGone(clientId), failed),
    rescan: () => api.rescan().catch(failed),
  };
}
