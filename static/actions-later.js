// What a finger can ask for on the screens that come after the first one: the library and search, playlists, comparisons, whose
// device this is. It comes with them; see views/app/screens.js.

import { earActions } from "./actions-ear.js";
import { houseActions } from "./actions-house.js";
import { fetchPart } from "./fetch-part.js";
import { findTracks } from "./lib/find.js";
import { didNotWork } from "./sync/api.js";
import { shownPair } from "./sync/comparing.js";
import { batch } from "./vendor/vendor.js";

/** @import { ActionParts } from "./actions.js" */
/** @import { LaterActions } from "./model.js" */
/** @import { Source } from "./sync/protocol.js" */

/** So many tracks of the ranking are shown. */
const RANKED = 100;
const RECENT_MAX = 50;

/** @param {ActionParts} parts @returns {LaterActions} */
export function laterActions(parts) {
  return { ...libraryActions(parts), ...shelfActions(parts), ...playlistActions(parts), ...compareActions(parts), ...profileActions(parts), ...houseActions(parts), ...earActions(parts) };
}

/** @param {ActionParts} parts */
function libraryActions({ model, api, client, library, tell }) {
  /** By the house, which knows more than titles; by what this page has read while the house is out of reach. @param {string} words */
  const find = async (words) => {
    if (words === "") return null;
    const here = () => findTracks(model.library.value.list, words);
    return client.status === "live" ? library.search(words).catch(here) : here();
  };
  return {
    /** @param {string} text */
    search: async (text) => {
      model.search.value = { ...model.search.value, text, busy: text.trim() !== "" };
      const known = library.tracks.size;
      const tracks = await find(text.trim());
      if (model.search.value.text !== text) return;
      batch(() => {
        model.search.value = { text, busy: false, tracks };
        if (library.tracks.size !== known) model.tracks.value = library.known;
      });
    },
    rescan: () => api.rescan().catch(didNotWork(tell)),
    forgetMissing: () => api.rescan(true).catch(didNotWork(tell)),
  };
}

/** @param {ActionParts} parts */
function playlistActions({ model, api, client, outbox, tell, nameOf }) {
  /** What can wait: sent now, or when the house is back. @param {string} done @param {string} said @param {string} name @param {object} args */
  const edit = async (done, said, name, args) => {
    const isLive = client.status === "live";
    const answer = outbox.enqueue({ name, args, said });
    if (!isLive) return tell(said, "Will be sent when the house is back.", { kind: "edit" });
    const { ok } = await answer;
    if (ok && done) tell(done, "", { kind: "edit" });
  };
  const called = (/** @type {string} */ playlistId) => client.state.playlists.find((each) => each.playlistId === playlistId)?.name ?? "a playlist";
  return {
    /** @param {string} playlistId */
    openPlaylist: (playlistId) => fetchPart(model, "playlist", () => api.playlist(playlistId), (opened) => (model.opened.value = opened)),
    /** @param {File} file */
    importPlaylist: async (file) => {
      try {
        const { readPlaylistFile } = await import("./lib/playlist-file.js");
        const { playlist, trackIds, missing, missingCount } = await api.importPlaylist(readPlaylistFile(file.name, await file.text()), file.name.replace(/\.[^.]*$/, ""));
        client.playlistsTold({ playlist });
        model.imported.value = { name: playlist.name, found: trackIds.length, missing, missingCount };
      } catch (error) {
        tell(`${file.name} was not imported`, error instanceof TypeError ? "The house does not answer. Try again when it is back." : String(/** @type {Error} */ (error).message));
      }
    },
    /** @param {string} name @param {string[]} trackIds */
    createPlaylist: (name, trackIds) => edit(`Made ${name}`, `New playlist ‘${name}’`, "playlists", { name, trackIds }),
    /** @param {string} playlistId @param {string} name */
    renamePlaylist: (playlistId, name) => edit("", `Call ‘${called(playlistId)}’ ‘${name}’`, "playlists/change", { playlistId, name }),
    /** @param {string} playlistId */
    deletePlaylist: (playlistId) => edit("Deleted", `Delete ‘${called(playlistId)}’`, "playlists/delete", { playlistId }),
    /** @param {string} playlistId @param {string} trackId */
    addToPlaylist: (playlistId, trackId) => edit(`Added ${nameOf(trackId)}`, `Add ‘${nameOf(trackId)}’ to ‘${called(playlistId)}’`, "playlists/add", { playlistId, trackIds: [trackId] }),
    /** @param {string} playlistId @param {string} trackId */
    removeFromPlaylist: (playlistId, trackId) => edit(`Removed ${nameOf(trackId)}`, `Remove ‘${nameOf(trackId)}’ from ‘${called(playlistId)}’`, "playlists/remove", { playlistId, trackId }),
    /** @param {string} playlistId @param {string} trackId @param {number} to */
    moveInPlaylist: (playlistId, trackId, to) => edit("", `Move ‘${nameOf(trackId)}’ in ‘${called(playlistId)}’`, "playlists/move", { playlistId, trackId, to }),
  };
}

/** @param {ActionParts} parts */
function compareActions({ model, api, client, outbox, audition, tell }) {
  const loadRatings = (household = false) => fetchPart(model, "ratings", () => api.ratings(RANKED, household), (ratings) => (model.ratings.value = ratings));
  const shown = () => shownPair(client.state.comparison, model.given.value);
  return {
    /** @param {Source} source @param {"all" | "top10"} mode */
    startComparing: (source, mode) => void client.ask("comparison/start", { source, mode }),
    /** @param {"a" | "b" | "tie"} winner */
    verdict: async (winner) => {
      const { pair, settled } = shown();
      if (!pair || !settled) return;
      audition.stop();
      model.given.value = { pairId: pair.id, winner };
      const said = `Your answer to ‘${pair.a.title ?? pair.a.trackId}’ or ‘${pair.b.title ?? pair.b.trackId}’`;
      await outbox.enqueue({ name: "comparison/verdict", args: { pairId: pair.id, winner }, said, personal: true });
      if (model.given.value?.pairId === pair.id) model.given.value = null;
    },
    skipPair: () => {
      const { pair, settled } = shown();
      if (pair && settled) void client.ask("comparison/skip", { pairId: pair.id });
    },
    undoVerdict: () => void client.ask("comparison/undo"),
    redoVerdict: () => void client.ask("comparison/redo"),
    /** @param {string} trackId */
    hear: (trackId) => audition.toggle(trackId).catch((error) => (audition.stop(), tell("The browser refuses sound", String(error)))),
    stopHearing: () => audition.stop(),
    loadRatings,
    loadSources: async () => {
      const [albums, artists, genres] = await Promise.all([api.albums(), api.artists(), api.genres()]).catch(() => [[], [], []]);
      model.sources.value = {
        albums: albums.map(({ id, title, artist }) => ({ id, label: `${title} — ${artist}` })),
        artists: artists.map(({ id, name }) => ({ id, label: name })),
        genres: genres.map(({ name }) => ({ id: name, label: name })),
      };
    },
  };
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
        model.tracks.value = library.known;
        model.shelved.value = { kind, id, tracks };
      }),
  };
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
