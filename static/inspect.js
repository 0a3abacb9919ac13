// For tests and the curious, read only: what this page knows, and what it plays at this instant of the server's clock.

/** @import { Client } from "./sync/client.js" */
/** @import { Library } from "./sync/library.js" */
/** @import { Listening } from "./sync/listening.js" */
/** @import { Outbox } from "./sync/outbox.js" */
/** @import { Model } from "./model.js" */
/** @import { OwnPart } from "./solo.js" */

/**
 * As `window.hearken`.
 * @param {object} parts
 * @param {Model} parts.model
 * @param {Client} parts.client
 * @param {Library} parts.library
 * @param {Listening} parts.listening
 * @param {Outbox} parts.outbox
 * @param {{ part: OwnPart | null }} parts.alone
 * @param {() => number} parts.now
 */
export function letInspect({ model, client, library, listening, outbox, alone, now }) {
  const state = () =>
    structuredClone({
      ...client.state,
      link: client.status,
      joined: client.joined,
      waiting: outbox.waiting.length,
      engine: listening.player.engineName,
      place: model.place.value,
      held: [...library.tracks.keys()].filter((trackId) => listening.holding(trackId).state === "here"),
      own: { ...model.own.value, positionSec: alone.part?.solo.positionSec },
    });
  const measure = () => {
    const own = alone.part?.solo.measure();
    const heard = own ? { ...own, serverTimeMs: client.clock.toServer(now()) } : listening.player.measure();
    return {
      trackId: heard?.trackId ?? null,
      positionSec: heard?.positionSec ?? null,
      serverTimeMs: heard?.serverTimeMs ?? client.clock.toServer(now()),
      playing: heard !== null,
      offsetMs: client.clock.known ? client.clock.offsetAt(now()) : null,
      errorMs: listening.player.errorMs,
    };
  };
  Object.defineProperty(window, "hearken", { value: Object.freeze({ state, measure }) });
}
