// The lock screen and the keys of a headset: what plays, and the same controls. No markup; it follows the model.

import { computed, effect } from "../../vendor/vendor.js";
import { artistOf, coverOf, titleOf } from "../../lib/format.js";
import { SEEK_STEP_SEC } from "../now/seek-bar.js";
import { airedTrack } from "../radio/on-air.js";

/** @import { Actions, Model } from "../../model.js" */

/** As the house makes them. */
const COVER_SIZES = [128, 320, 640];
/** The position is looked at a few times a second. */
const JUMP_SEC = 1.5;

/** @param {Model} model @param {Actions} actions */
export function followMediaSession(model, actions) {
  const media = navigator.mediaSession;
  if (!media) return;
  effect(() => {
    const station = model.station.value;
    const track = station ? airedTrack(model, station) : model.current.value;
    if (!track || !model.audible.value) return void (media.metadata = null);
    const artwork = COVER_SIZES.flatMap((size) => {
      const src = coverOf(track, size);
      return src ? [{ src: new URL(src, location.href).href, sizes: `${size}x${size}` }] : [];
    });
    media.metadata = new MediaMetadata({
      title: titleOf(track),
      artist: artistOf(track),
      album: track.tags?.album ?? "",
      artwork,
    });
  });
  effect(() => {
    if (model.station.value) return void (media.playbackState = "playing");
    media.playbackState = !model.audible.value ? "none" : model.running.value ? "playing" : "paused";
  });
  const jumps = jumpsOf(model);
  effect(() => {
    const duration = model.durationSec.value;
    // Told anew whenever it starts, stops, is somewhere else or another track.
    const { playState } = model.session.value ?? {};
    const changed = [model.running.value, model.currentId.value, jumps.value, playState?.startAt, playState?.anchorPositionSec];
    if (!duration || !changed[1] || model.station.value || !model.audible.value) return void media.setPositionState?.();
    const position = Math.min(Math.max(0, model.positionSec.peek()), duration);
    media.setPositionState?.({ duration, position, playbackRate: 1 });
  });
  const pause = () => (model.station.value ? actions.leaveRadio() : model.running.value && actions.playOrPause());
  /** What a station plays has no place to go to. @param {number} positionSec */
  const seek = (positionSec) => !model.station.value && actions.seek(Math.max(0, Math.min(positionSec, model.durationSec.value ?? positionSec)));
  /** @type {[MediaSessionAction, (details: MediaSessionActionDetails) => void][]} */
  const handlers = [
    ["play", () => !model.running.value && !model.station.value && actions.playOrPause()],
    ["pause", pause],
    ["stop", pause],
    ["nexttrack", () => (model.station.value ? actions.skipOnAir(model.station.value.stationId) : actions.next())],
    ["previoustrack", () => !model.station.value && actions.previous()],
    ["seekto", ({ seekTime }) => seek(seekTime ?? 0)],
    ["seekforward", ({ seekOffset }) => seek(model.positionSec.value + (seekOffset ?? SEEK_STEP_SEC))],
    ["seekbackward", ({ seekOffset }) => seek(model.positionSec.value - (seekOffset ?? SEEK_STEP_SEC))],
  ];
  for (const [action, handler] of handlers) {
    try {
      media.setActionHandler(action, handler);
    } catch {
      // A browser that does not know this one has no button for it either.
    }
  }
}

/** Counts how often the position went where time alone would not have taken it. @param {Model} model */
function jumpsOf(model) {
  let before = model.positionSec.peek();
  let count = 0;
  return computed(() => {
    const position = model.positionSec.value;
    if (Math.abs(position - before) > JUMP_SEC) count += 1;
    before = position;
    return count;
  });
}
