// What the player asks of whatever makes sound. Two live behind it: element-engine.js and buffer-engine.js; one is in charge
// at a time. Times are performance.now() milliseconds, positions seconds. An engine knows nothing of servers and rooms.

/** @import { Limits } from "./drift.js" */

/**
 * @typedef {object} Engine
 * @property {string} name
 * @property {number} leadMs how far ahead a start has to be asked for
 * @property {Limits} limits what its drift control may do
 * @property {() => Promise<void>} unlock to be called within a tap; rejects where the browser refuses sound
 * @property {(trackId: string, bytes: ArrayBuffer, mime: string) => Promise<void>} prepare rejects if it cannot be played;
 *   keeps what is playing, so that the next track can follow without a gap
 * @property {(trackId: string, positionSec: number, atMs: number) => void} start a prepared track is at that position at that
 *   moment; whatever plays until then is replaced by it then
 * @property {(atMs?: number) => void} stop now, or then
 * @property {() => { trackId: string, positionSec: number, atMs: number } | null} position of what is heard; null while nothing is
 * @property {(rate: number) => void} setRate
 * @property {(trackId: string) => number | null} duration of a prepared track; Infinity if it
 *   does not say
 * @property {(volume: number) => void} setVolume
 * @property {(trackId: string) => void} onEnded
 * @property {(trackId: string | null, error: unknown) => void} onFailed with null: the browser wants another tap
 */

export {};
