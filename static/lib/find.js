// Searching what this page has read of the library, for while the house is out of reach. The house's own search knows more.

/** @import { Track } from "../sync/protocol.js" */

/** So many are shown, as the house's own search does. */
const FOUND_MAX = 100;

/** Whoever has every word, in whatever field. @param {Track[]} tracks @param {string} text @returns {Track[]} */
export function findTracks(tracks, text) {
  const fits = wordsIn(text);
  /** @type {Track[]} */ const found = [];
  for (const track of tracks) {
    const { title = "", artist = "", albumArtist = "", album = "" } = track.tags ?? {};
    if (!fits(`${title} ${artist} ${albumArtist} ${album} ${track.fileName}`)) continue;
    if (found.push(track) === FOUND_MAX) break;
  }
  return found;
}

/** @param {string} text @returns {(of: string) => boolean} has it every one of these words? */
export function wordsIn(text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return (of) => {
    const there = plain(of);
    return words.every((word) => there.includes(word));
  };
}

/** Without case and accents. @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}
