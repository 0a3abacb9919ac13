// Words and figures as people read them.

/** @import { NamedTrack, Track } from "../sync/protocol.js" */

/** 75 → "1:15". @param {number} seconds */
export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** Hours and minutes, with the day if that is not today. @param {number} ts seconds since the epoch */
export function timeOfDay(ts) {
  const then = new Date(ts * 1000);
  const day = then.toDateString() === new Date().toDateString() ? {} : /** @type {const} */ ({ day: "numeric", month: "short" });
  return then.toLocaleString([], { ...day, hour: "numeric", minute: "2-digit" });
}

/** @param {number} fraction */
export function percent(fraction) {
  return `${Math.floor(fraction * 100)} %`;
}

/** @param {Track | undefined} track */
export function titleOf(track) {
  if (!track) return "Unknown track";
  return track.tags?.title || track.fileName.replace(/^.*\//, "").replace(/\.[^.]+$/, "");
}

/** @param {Track | undefined} track */
export function artistOf(track) {
  return track?.tags?.artist || track?.tags?.albumArtist || "";
}

/** As events name it, in the form that lists show. @param {NamedTrack} named @returns {Track} */
export function trackOf({ trackId, title, artist, album, fileName, coverUrl, duration }) {
  const known = { trackId, fileName: fileName ?? title ?? "Unknown track", size: 0, mime: "", playable: true, tags: { title, artist, album } };
  return { ...known, ...(coverUrl && { coverUrl }), ...(duration && { duration }) };
}

/** @param {Track | undefined} track @param {number} size of its longer side in pixels */
export function coverOf(track, size) {
  if (!track?.coverUrl) return null;
  return `${track.coverUrl}${track.coverUrl.includes("?") ? "&" : "?"}size=${size}`;
}

/** 3_400_000 → "3.4 MB". @param {number} bytes */
export function bytesText(bytes) {
  const [unit, size] = bytes < 1e6 ? ["kB", bytes / 1e3] : bytes < 1e9 ? ["MB", bytes / 1e6] : ["GB", bytes / 1e9];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** How long, by its largest unit: 90_000 → "1 day". @param {number} seconds */
export function spanText(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return counted(minutes, "minute", "minutes");
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? counted(hours, "hour", "hours") : counted(Math.floor(hours / 24), "day", "days");
}

/** @param {number} count @param {string} one @param {string} many */
export function counted(count, one, many) {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString("en")} ${many}`;
}
