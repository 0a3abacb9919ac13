// Playlist files as people have them, made into the one kind that the house reads: M3U8. A JSON file may be a list of paths or
// of tracks, or an object with one in it; other players call their fields many things.

const LISTS = ["tracks", "trackIds", "entries", "items", "songs", "playlist"];
const TITLES = ["title", "trackName", "track_name", "name", "song"];
const ARTISTS = ["artist", "artistName", "artist_name", "artists", "albumArtist"];
const PATHS = ["path", "fileName", "file", "location", "url", "uri", "src"];

/**
 * @param {string} fileName
 * @param {string} text
 * @returns {string} M3U8
 * @throws {Error} with a sentence for people, if it is no playlist
 */
export function readPlaylistFile(fileName, text) {
  const looksLikeJson = /^\s*[[{]/.test(text.replace(/^\uFEFF/, ""));
  if (!/\.json$/i.test(fileName) && !looksLikeJson) return text;
  /** @type {any} */ let read;
  try {
    read = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new Error("It is no JSON that can be read: save it again where it comes from.");
  }
  const list = listOf(read);
  if (!list) throw new Error(`No list of tracks is in it. It may be a list, or an object with one in ${LISTS.slice(0, 3).map((name) => `“${name}”`).join(", ")}.`);
  const lines = list.flatMap((/** @type {any} */ entry) => linesOf(entry?.track && typeof entry.track === "object" ? { ...entry, ...entry.track } : entry));
  const name = typeof read.name === "string" ? read.name : typeof read.title === "string" ? read.title : "";
  return ["#EXTM3U", ...(name ? [`#PLAYLIST:${oneLine(name)}`] : []), ...lines, ""].join("\n");
}

/** @param {any} read @returns {any[] | null} */
function listOf(read) {
  if (Array.isArray(read)) return read;
  if (!read || typeof read !== "object") return null;
  const found = LISTS.map((name) => read[name]).find((each) => each && typeof each === "object");
  return found ? listOf(found) : null;
}

/** One entry: our own id where it has one, artist and title, and its path. @param {any} entry @returns {string[]} */
function linesOf(entry) {
  if (typeof entry === "string") return [pathLine(entry, entry)];
  if (!entry || typeof entry !== "object") return [];
  const [title, artist, path] = [TITLES, ARTISTS, PATHS].map((names) => wordOf(entry, names));
  const label = [artist, title].filter(Boolean).join(" - ");
  if (!label && !path && !entry.trackId) return [];
  return [
    ...(entry.trackId ? [`#HEARKEN:${oneLine(String(entry.trackId))}`] : []),
    `#EXTINF:${Math.round(Number(entry.duration)) || -1},${label}`,
    pathLine(path, label || String(entry.trackId)),
  ];
}

/** @param {any} entry @param {string[]} names @returns {string} */
function wordOf(entry, names) {
  for (const name of names) {
    const value = Array.isArray(entry[name]) ? entry[name][0] : entry[name];
    const word = typeof value === "object" && value !== null ? value.name : value;
    if (typeof word === "string" && word.trim()) return oneLine(word);
  }
  return "";
}

/** A line that begins with # would be a comment. @param {string} path @param {string} instead */
function pathLine(path, instead) {
  const line = oneLine(path || instead);
  return line.startsWith("#") ? `./${line}` : line;
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/[\p{Cc}]+/gu, " ").trim();
}
