// What a finger can ask for of what is the household's: devices, invitations, rooms, radio stations.

import { didNotWork } from "./sync/api.js";
import { airing } from "./sync/radio.js";

/** @import { ActionParts } from "./actions.js" */

/** @param {ActionParts} parts */
export function houseActions(parts) {
  return { ...deviceActions(parts), ...inviteActions(parts), ...roomsActions(parts), ...radioActions(parts) };
}

/** @param {ActionParts} parts */
function radioActions({ api, client, tuning, now, tell }) {
  const failed = didNotWork(tell);
  const loadRadio = () => api.radio().then(({ stations }) => client.radioRead(stations), failed);
  return {
    loadRadio,
    /** @param {import("./model.js").StationPlan} station */
    saveStation: async (station) => {
      const { ok } = await client.ask(station.stationId ? "radio/change" : "radio/stations", station);
      if (ok) await loadRadio();
      return ok;
    },
    /** @param {string} stationId */
    renewStationKey: async (stationId) => {
      const { ok } = await client.ask("radio/key", { stationId });
      if (!ok) return;
      await loadRadio();
      tell("The station has a new address", "Players with the old one fall silent: give them the new one.");
    },
    /** @param {string} stationId */
    deleteStation: (stationId) => void client.ask("radio/delete", { stationId }),
    /** @param {string} stationId */
    skipOnAir: (stationId) => {
      const station = client.state.radio.find((each) => each.stationId === stationId);
      const trackId = airing(station?.now, client.clock.toServer(now()))?.track.trackId;
      void client.ask("radio/skip", { stationId, ...(trackId && { trackId }) });
    },
    /** @param {string} stationId */
    tuneIn: (stationId) => tuning.tuneIn(stationId).catch((error) => (tuning.leave(), tell("The browser refuses sound", String(error)))),
    leaveRadio: () => tuning.leave(),
  };
}

/** @param {ActionParts} parts */
function inviteActions({ model, api, tell }) {
  const failed = didNotWork(tell);
  const show = (/** @type {{ url: string, localUrl: string | null, code: string }} */ invite) => void (model.invite.value = { ...invite, drawn: (model.invite.value?.drawn ?? 0) + 1 });
  return {
    /** A new invitation: one that is drawn pairs one device, for five minutes, at the address of then. */
    loadInvite: async () => {
      const [invite] = await Promise.allSettled([api.invite()]);
      if (invite.status === "fulfilled") show(invite.value);
    },
    /** Whoever knew the old code, or had a picture, cannot come in by it any more. */
    renewCode: () => api.renewCode().then((invite) => (show(invite), tell("There is a new code", "The old code and every picture of before are worthless.")), failed),
    /** @param {boolean} shown */
    showInvite: (shown) => void (model.showsInvite.value = shown),
  };
}

/** @param {ActionParts} parts */
function deviceActions({ model, api, client, tell }) {
  const failed = didNotWork(tell);
  return {
    loadHouse: async () => {
      const [health, rooms] = await Promise.allSettled([api.health(), api.rooms()]);
      if (health.status === "fulfilled") model.version.value = health.value.version;
      if (rooms.status === "fulfilled") rooms.value.rooms.forEach((room) => client.roomChanged(room));
    },
    loadHealth: async () => {
      model.health.value = { ...model.health.value, busy: true };
      const told = await api.findings().catch(() => null);
      model.health.value = { told, busy: false };
    },
    /** @param {string} clientId @param {string} name */
    rename: (clientId, name) => api.changeDevice(clientId, { name }).then((device) => client.deviceChanged(device), failed),
    /** @param {string} clientId */
    revoke: (clientId) => api.revokeDevice(clientId).then(() => client.deviceGone(clientId), failed),
  };
}

/** @param {ActionParts} parts */
function roomsActions({ api, client, tell }) {
  const failed = didNotWork(tell);
  return {
    /** @param {string} room */
    enterRoom: (room) => client.enter(room),
    /** @param {string} name */
    createRoom: (name) => api.createRoom(name).then((room) => client.roomChanged(room), failed),
    /** @param {string} room @param {string} name */
    renameRoom: (room, name) => api.renameRoom(room, name).then((changed) => client.roomChanged(changed), failed),
    /** @param {string} room */
    deleteRoom: (room) => api.deleteRoom(room).then(() => client.roomGone(room), failed),
  };
}
