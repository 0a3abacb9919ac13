// What a finger can ask for of what is a profile's own: stars, plays, whose device this is; and of what waits to be sent.

import { batch } from "./vendor/vendor.js";
import { timeOfDay } from "./lib/format.js";
import { randomId } from "./lib/random.js";
import { didNotWork } from "./sync/api.js";

/** @import { ActionParts } from "./actions.js" */
/** @import { Conflict, MineActions, Model, Part } from "./model.js" */
/** @import { StarKind } from "./sync/protocol.js" */
/** @import { Overtaken } from "./sync/stars.js" */

const RECENT_MAX = 50;

/** @param {ActionParts} parts @returns {MineActions} */
export function mineActions(parts) {
  return { ...starActions(parts), ...shelfActions(parts), ...profileActions(parts), ...outboxActions(parts) };
}

/** @param {ActionParts} parts */
function starActions({ starring, tell }) {
  /** @param {StarKind} kind @param {string} id @param {boolean} isStarred @param {string} title */
  const star = (kind, id, isStarred, title) => {
    void starring.mark(kind, id, isStarred, title);
    if (!isStarred) tell(`Unstarred ‘${title}’`, "", { kind: "edit", action: { label: "Undo", run: () => star(kind, id, true, title) } });
  };
  return { star };
}

/** @param {ActionParts} parts */
function shelfActions({ model, api, library }) {
  return {
    loadPlays: () => fetchPart(model, "plays", () => api.plays(RECENT_MAX), (plays) => (model.plays.value = plays)),
    loadShelf: () => fetchPart(model, "shelf", () => Promise.all([api.albums(), api.artists()]), ([albums, artists]) => (model.shelf.value = { albums, artists })),
    /** @param {"album" | "artist"} kind @param {string} id */
    openShelved: (kind, id) =>
      fetchPart(model, "shelved", async () => (kind === "album" ? api.album(id) : api.artist(id)), ({ tracks = [] }) => {
        for (const track of tracks) library.tracks.set(track.trackId, track);
        model.tracks.value = new Map(library.tracks);
        model.shelved.value = { kind, id, tracks };
      }),
  };
}

/**
 * What a screen shows and fetches itself. If it does not come, the screen says so, and asks again when the house is back.
 * @template T
 * @param {Model} model
 * @param {Part} part
 * @param {() => Promise<T>} fetch
 * @param {(got: T) => void} take
 */
export async function fetchPart(model, part, fetch, take) {
  const [{ status, ...answer }] = await Promise.allSettled([fetch()]);
  const missed = new Set(model.missed.value);
  batch(() => {
    if (status === "fulfilled") take(/** @type {{ value: T }} */ (answer).value);
    if (status === "fulfilled" ? missed.delete(part) : !missed.has(part)) model.missed.value = status === "fulfilled" ? missed : missed.add(part);
  });
}

/** @param {ActionParts} parts */
function profileActions({ model, api, client, outbox, pairing, tell, onChosen }) {
  const failed = didNotWork(tell);
  /** Whatever comes of it, one gets in: it can be changed in House. @param {Promise<{ id: string }>} chosen */
  const choose = async (chosen) => {
    model.pairing.value = { busy: true, sentence: "" };
    await chosen.then(({ id }) => (id === "home" ? null : api.changeDevice(pairing.clientId, { profile: id }))).catch(failed);
    onChosen();
  };
  return {
    /** @param {string} id */
    chooseProfile: (id) => void choose(Promise.resolve({ id })),
    /** @param {string} name */
    chooseNewProfile: (name) => void choose(api.createProfile(name)),
    /** @param {string} clientId @param {string} profile */
    giveDevice: (clientId, profile) => {
      const waits = outbox.waiting.some((each) => each.profile && !each.quiet);
      if (clientId === model.me.value && waits) return tell("Not yet", "Some changes of yours still wait to be sent.");
      void api.changeDevice(clientId, { profile }).then((device) => client.deviceChanged(device), failed);
    },
    /** @param {string} name */
    createProfile: (name) => void api.createProfile(name).then((profile) => client.profileChanged(profile), failed),
    /** @param {string} id @param {string} name */
    renameProfile: (id, name) => void api.renameProfile(id, name).then((profile) => client.profileChanged(profile), failed),
    /** @param {string} id */
    deleteProfile: (id) => void api.deleteProfile(id).then(() => client.profileChanged({ id }), failed),
  };
}

/** @param {ActionParts} parts */
function outboxActions({ client, outbox }) {
  return {
    /** @param {string} key */
    discard: (key) => void outbox.discard(key),
    sendNow: () => {
      if (client.status === "live") outbox.flush();
      else client.refresh();
    },
  };
}

/**
 * Somebody was later with a star: theirs stands, and one may have it one's own way after all. Whoever wanted the same as we is
 * not worth a word.
 * @param {Pick<ActionParts, "model" | "starring">} parts
 * @param {Overtaken} overtaken
 */
export function tellOvertaken({ model, starring }, { kind, id, title, isStar, by }) {
  const stars = model.state.value.stars;
  if (stars[/** @type {const} */ (`${kind}s`)].some((each) => each.id === id) === isStar) return;
  const whose = model.state.value.devices.find(({ clientId }) => clientId === by.deviceId)?.name || "Another device";
  addConflict(model, {
    title: `${whose} ${isStar ? "unstarred" : "starred"} ‘${title}’ later (${timeOfDay(by.ts)})`,
    detail: `You had ${isStar ? "starred" : "unstarred"} it before that.`,
    theirs: { label: "Fine", run: () => {} },
    mine: { label: "Keep mine", run: () => void starring.mark(kind, id, isStar, title) },
  });
}

/** A choice that stays on the page until it is made. @param {Model} model @param {Omit<Conflict, "id">} conflict */
export function addConflict(model, conflict) {
  const id = randomId(8);
  const done = (/** @type {() => void} */ run) => () => {
    model.conflicts.value = model.conflicts.value.filter((each) => each.id !== id);
    run();
  };
  const { theirs, mine } = conflict;
  model.conflicts.value = [...model.conflicts.value, { ...conflict, id, theirs: { ...theirs, run: done(theirs.run) }, mine: { ...mine, run: done(mine.run) } }];
}
