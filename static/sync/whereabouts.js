// The household's devices and what each of them plays, as asked for. Pure.

/** @import { Whereabouts } from "./protocol.js" */

/** What was put down longer ago is not on anybody's mind. */
const RECENT_SEC = 6 * 3600;

/**
 * Another device of mine with something to go on with: the one that plays, else the one that was put down last.
 * @param {Whereabouts[]} devices
 * @param {string | null} me
 * @param {number} nowSec by the wall clock; `lastSeen` is of the house's
 * @returns {Whereabouts | null}
 */
export function toGoOnWith(devices, me, nowSec) {
  const others = devices.filter(({ clientId, playback, online, lastSeen }) => clientId !== me && playback?.trackId && (online || (lastSeen ?? 0) > nowSec - RECENT_SEC));
  const plays = others.find(({ playback }) => playback?.mode === "playing");
  return plays ?? others.sort((one, other) => seen(other) - seen(one))[0] ?? null;
}

/** @param {Whereabouts} device */
function seen({ online, lastSeen, playback }) {
  return playback?.updatedAt ?? (online ? Infinity : (lastSeen ?? 0));
}
