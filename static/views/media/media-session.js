// The lock screen and the keys of a headset: what plays, and the same controls. No markup; it follows the model.

import { effect } from "../../vendor/vendor.js";
import { artistOf, coverOf, titleOf } from "../../lib/format.js";
import { airedTrack } from "../radio/on-air.js";

/** @import { Actions, Model } from "../../model.js" */

const SKIP_SEC = 10;

/** @param {Model} model @param {Actions} actions */
export function followMediaSession(model, actions) {
  const media = navigator.mediaSession;
  if (!media) return;
  effect(() => {
    const station = model.station.value;
    const track = station ? airedTrack(model, station) : model.current.value;
    if (!track || !model.audible.value) return void (media.metadata = null);
    const cover = coverOf(track, 640);
    media.metadata = new MediaMetadata({
      title: titleOf(track),
      artist: artistOf(track),
      album: track.tags?.album ?? "",
      artwork: cover ? [{ src: new URL(cover, location.href).href }] : [],
    });
  });
  effect(() => {
    if (model.station.value) return void (media.playbackState = "playing");
    media.playbackState = !model.audible.value ? "none" : model.running.value ? "playing" : "paused";
  });
  effect(() => {
    const duration = model.durationSec.value;
    // Told anew whenever it starts, stops or is another track.
    const changed = [model.running.value, model.currentId.value];
    if (!duration || !changed[1] || model.station.value) return;
    const position = Math.min(model.positionSec.peek(), duration);
    media.setPositionState?.({ duration, position, playbackRate: 1 });
  });
  /** @type {[MediaSessionAction, (details: MediaSessionActionDetails) => void][]} */
  const handlers = [
    ["play", actions.playOrPause],
    ["pause", () => (model.station.value ? actions.leaveRadio() : actions.playOrPause())],
    ["nexttrack", actions.next],
    ["previoustrack", actions.previous],
    ["seekto", ({ seekTime }) => actions.seek(seekTime ?? 0)],
    ["seekforward", () => actions.seek(model.positionSec.value + SKIP_SEC)],
    ["seekbackward", () => actions.seek(model.positionSec.value - SKIP_SEC)],
  ];
  for (const [action, handler] of handlers) {
    try {
      media.setActionHandler(action, handler);
    } catch {
      // A browser that does not know this one has no button for it either.
    }
  }
}
