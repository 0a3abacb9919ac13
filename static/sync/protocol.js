// What travels between the page and hearken, as types only: docs/protocol.md in JSDoc. Nothing here runs.

/**
 * @typedef {"stopped" | "waiting" | "playing" | "paused"} Mode
 * @typedef {{ mode: Mode, trackId: string | null, anchorPositionSec: number, startAt: number | null }} PlayState
 * @typedef {{ type: string, trackId: string, members: string[], ready: string[] }} Barrier
 * @typedef {{ clientId: string, name: string, ready: boolean, fraction: number, rttMs?: number | null, errorMs?: number | null }} Listener
 */
/**
 * @typedef {object} Snapshot
 * @property {string} epoch
 * @property {number} seq
 * @property {number} eventCount the version a command names as its guard
 * @property {string} clockId
 * @property {string} room
 * @property {string[]} queue the first entry is the current track
 * @property {number} queueIndex
 * @property {PlayState} playState
 * @property {Barrier | null} barrier
 * @property {Listener[]} clients
 */
/**
 * @typedef {{ op: "rotate", by: number }
 *   | { op: "insert", at: number, trackIds: string[] }
 *   | { op: "remove", trackId: string }
 *   | { op: "move", trackId: string, to: number }
 *   | { op: "set", trackIds: string[] }} QueueChange
 */
/**
 * @typedef {{ clientId: string, name: string, profile: string, pairedAt: number, online: boolean }} Device
 * @typedef {{ id: string, name: string, mode?: Mode, listeners?: number }} Room
 * @typedef {{ title?: string, artist?: string, album?: string, albumArtist?: string, trackNo?: number, discNo?: number, year?: number, genre?: string }} Tags
 * @typedef {{ trackId: string, fileName: string, size: number, mime: string, playable: boolean, duration?: number, tags?: Tags, albumId?: string, coverUrl?: string }} Track
 */
/**
 * `by`: who was later, of an event that lost.
 * @typedef {"track" | "album" | "artist"} StarKind
 * @typedef {{ mutationId: string, ts: number, eventType: string, id: string, deviceId?: string, by?: { deviceId: string, ts: number } }} StarEvent
 * @typedef {{ id: string, ts: number, deviceId: string }} Star
 * @typedef {{ tracks: Star[], albums: Star[], artists: Star[] }} Stars the last one first
 * @typedef {{ id: string, name: string, devices?: number }} Profile
 * @typedef {{ trackId: string, count: number, lastPlayed: number }} Played
 * @typedef {{ counts: Record<string, number>, recent: { track: NamedTrack, count: number, lastPlayed: number }[] }} Plays
 * @typedef {{ id: string, title: string, artist: string, year?: number, coverUrl?: string, tracks?: Track[] }} Album
 * @typedef {{ id: string, name: string, trackCount?: number, coverUrl?: string, tracks?: Track[] }} Artist
 */
/**
 * A track as events name it to people.
 * @typedef {{ trackId: string, title?: string, artist?: string, album?: string, fileName?: string, coverUrl?: string, duration?: number }} NamedTrack
 * @typedef {{ id: string, a: NamedTrack, b: NamedTrack }} Pair
 * @typedef {{ type: string, id?: string }} Source
 * @typedef {{ answered: number, expected: number, pool: number, skipped: number, done: boolean }} Progress
 */
/**
 * @typedef {object} Comparison
 * @property {Source | null} source
 * @property {"all" | "top10" | null} mode
 * @property {Pair | null} pair
 * @property {{ ifA: Pair | null, ifB: Pair | null, ifTie: Pair | null }} prefetched
 * @property {Progress} progress
 * @property {{ trackId: string, isPlaying: boolean } | null} selected
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 */
/**
 * @typedef {{ rank: number, track: NamedTrack, trackId: string, rating: number, uncertainty: number, verdicts: number }} Rated
 * @typedef {{ count: number, verdicts: number, ratings: Rated[] }} Ratings
 * @typedef {{ playlistId: string, name: string, count: number, updatedAt: number }} Playlist
 */
/**
 * What a station plays. `atMs`: when that was, by the server's clock, `ts` the same by the time of day.
 * @typedef {NamedTrack & { durationMs: number }} AiredTrack
 * @typedef {{ stationId: string, onAir: boolean, track: AiredTrack | null, positionMs: number, next: AiredTrack | null, upcoming: AiredTrack[], changesAt?: number, ts: number, atMs?: number }} OnAir
 * @typedef {{ tuned: number, streams: number }} Audience
 * @typedef {{ from: string, to: string }} Hours times of day of the house, "06:00"; over midnight if need be
 * @typedef {{ windows: Hours[], utcOffsetMin: number }} Schedule
 * @typedef {{ stationId: string, name: string, source: Source, mode: "shuffle" | "queue", schedule?: Schedule | null, trackCount: number, now: OnAir, listeners?: Audience, stream?: string, playlist?: string }} Station
 */
/**
 * What a device plays for itself. `version` counts the changes; positions are seconds.
 * @typedef {{ mode: "playing" | "paused", trackId: string | null, positionSec: number, queue: string[], queueIndex: number, updatedAt: number, version: number }} Playback
 * @typedef {{ mode?: "playing" | "paused", trackId?: string, positionSec?: number, queueChange?: QueueChange, queueIndex?: number, updatedAt?: number }} PlaybackChange
 * @typedef {{ mode: "playing" | "paused", trackId: string | null, positionSec: number, title?: string, artist?: string, queueLength: number, updatedAt?: number }} DevicePlayback
 * @typedef {{ clientId: string, name: string, profile: string, online: boolean, active: boolean, room?: string, lastSeen?: number, playback?: DevicePlayback }} Whereabouts
 */
/**
 * Any message from the server. Which fields are there depends on `type`; readers check.
 * @typedef {{ check: string, grade: "ok" | "warn" | "fail", detail: string, advice?: string }} Finding
 * @typedef {{ p50: number | null, p99: number | null }} Spans milliseconds
 * @typedef {{ uptimeSec: number, tracks: number, devicesOnline: number, sockets: number, commandMs: Spans, fanoutMs: Spans, memoryBytes: number | null, storeBytes: number }} Figures
 * @typedef {{ version: string, findings: Finding[], figures: Figures }} Health
 * @typedef {{ type: string, [field: string]: any }} Message
 */
/**
 * @typedef {{ status: number, title: string, detail: string, problem?: string, expectedEventCount?: number, snapshot?: Snapshot, playback?: Playback }} Problem
 */

export {};
