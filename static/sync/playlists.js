// The list of playlists as events change it. Their tracks are read when one is opened, and again when it has changed.

/** @import { Playlist } from "./protocol.js" */

/** @param {Playlist[]} playlists @param {any} data @returns {Playlist[]} by name, as the house lists them */
export function applyPlaylists(playlists, data) {
  const gone = data.playlistId ?? data.playlist?.playlistId;
  const others = playlists.filter(({ playlistId }) => playlistId !== gone);
  if (!data.playlist) return others;
  return [...others, data.playlist].sort((one, other) => one.name.localeCompare(other.name));
}
