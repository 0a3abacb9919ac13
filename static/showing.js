// What is heard, into the model: four times a second and whenever it changes. On the way it is counted as heard, and the parts
// that follow the sound get their turn.

import { batch } from "./vendor/vendor.js";
import { positionAt } from "./sync/state.js";

/** @import { Client } from "./sync/client.js" */
/** @import { Durations } from "./sync/durations.js" */
/** @import { Library } from "./sync/library.js" */
/** @import { Listening } from "./sync/listening.js" */
/** @import { Plays } from "./sync/plays.js" */
/** @import { Tuning } from "./sync/tuning.js" */
/** @import { Model } from "./model.js" */
/** @import { OwnPart } from "./solo.js" */

/**
 * @param {object} parts
 * @param {Model} parts.model
 * @param {Client} parts.client
 * @param {Library} parts.library
 * @param {Pick<Durations, "of">} parts.durations
 * @param {Listening} parts.listening
 * @param {Tuning} parts.tuning
 * @param {Plays} parts.plays
 * @param {{ part: OwnPart | null }} parts.alone
 * @param {() => number} parts.now
 */
export function createShowing({ model, client, library, durations, listening, tuning, plays, alone, now }) {
  /** @param {string | null} trackId */
  const durationOf = (trackId) => durations.of(library.tracks.get(trackId ?? "")) ?? alone.part?.sound.durationOf(trackId) ?? listening.player.durationOf(trackId);

  /** What is heard counts, unless it is only tried out to compare; and what is on this device can be played without the house. */
  const followPlays = () => {
    const heard = model.audition.value === null ? (alone.part?.solo.measure() ?? listening.player.measure()) : null;
    plays.follow(heard, heard && durationOf(heard.trackId));
    model.kept.value = listening.kept;
  };

  return () => {
    const { session } = client.state;
    const own = model.place.value === "solo" ? alone.part : null;
    alone.part?.solo.tick();
    const trackId = model.currentId.value;
    const serverNow = client.clock.toServer(now());
    tuning.follow();
    followPlays();
    batch(() => {
      model.serverMs.value = client.clock.known ? serverNow : 0;
      model.joined.value = client.joined;
      const holding = listening.holding(trackId);
      const before = model.holding.peek();
      if (holding.state !== before.state || holding.fraction !== before.fraction) model.holding.value = holding;
      model.unsupported.value = listening.isUnsupported(trackId);
      model.errorMs.value = listening.player.errorMs;
      model.durationSec.value = durationOf(trackId);
      if (own) model.positionSec.value = own.solo.positionSec;
      else if (session) model.positionSec.value = client.clock.known ? positionAt(session.playState, serverNow) : session.playState.anchorPositionSec;
    });
  };
}
