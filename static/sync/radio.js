// Radio stations as this page knows them, and what each plays at a moment: a pure function of what was told last and the
// server's clock, so nothing has to be asked while tracks follow each other.

/** @import { NamedTrack, OnAir, Station } from "./protocol.js" */

/**
 * @param {Station[]} stations
 * @param {any} data of an event, an ack or an answer about one station
 * @returns {Station[]}
 */
export function applyRadio(stations, data) {
  const id = data.station?.stationId ?? data.stationId;
  const before = stations.find(({ stationId }) => stationId === id);
  if (!data.station && !data.now) return stations.filter((station) => station !== before);
  if (!data.station && !before) return stations;
  const told = data.now ?? data.station.now;
  const now = told && { ...told, atMs: told.atMs ?? data.atMs ?? serverTimeOf(told, before?.now) };
  // A station that was changed may have other addresses, which are told to those who ask only.
  const next = { ...before, ...data.station, now, stream: data.station ? data.station.stream : before?.stream };
  return before ? stations.map((station) => (station === before ? next : station)) : [...stations, next];
}

/**
 * An answer about all stations stands in no order with the events: what stations there are is theirs to say; what is told only
 * to those who ask, and whatever is newer, is taken from it.
 * @param {Station[]} stations
 * @param {Station[]} read
 */
export function completeRadio(stations, read) {
  return stations.map((station) => {
    const found = read.find(({ stationId }) => stationId === station.stationId);
    if (!found) return station;
    const isNewer = station.now.atMs === undefined || found.now.ts >= station.now.ts;
    return { ...station, stream: found.stream, playlist: found.playlist, listeners: found.listeners, now: isNewer ? found.now : station.now };
  });
}

/**
 * Events tell the time of day only. Both clocks were told before, and they run alike.
 * @param {OnAir} told
 * @param {OnAir | undefined} before
 */
function serverTimeOf(told, before) {
  return before?.atMs === undefined ? undefined : before.atMs + (told.ts - before.ts) * 1000;
}

/**
 * What a station plays at a moment of the server's clock, as far ahead as was told; null: off the air, or it must be asked.
 * @param {OnAir | undefined} now
 * @param {number} serverMs
 * @returns {{ track: NamedTrack & { durationMs: number }, startedAt: number, endsAt: number, next: NamedTrack | null } | null}
 */
export function airing(now, serverMs) {
  if (!now?.onAir || !now.track || now.atMs === undefined) return null;
  let startedAt = now.atMs - now.positionMs;
  const line = [now.track, ...now.upcoming];
  for (const [at, track] of line.entries()) {
    const endsAt = startedAt + track.durationMs;
    if (serverMs < endsAt) return { track, startedAt, endsAt, next: line[at + 1] ?? null };
    startedAt = endsAt;
  }
  return null;
}
