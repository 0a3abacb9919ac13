// What was heard: half of a track, or four minutes of it, whether the room played it, a station, or this device for itself. Only
// time that really sounded counts, not what was skipped over.

/** @import { Outbox } from "./outbox.js" */

const ENOUGH_SEC = 240;
const RECENT_MAX = 50;
/** Between two looks a track may have gone on so much further than the time between them: a clock that was corrected. */
const SLACK_SEC = 0.5;

/** What was heard last, the last one first. @param {string[]} recent @param {{ trackId: string }} data */
export function applyPlays(recent, { trackId }) {
  return [trackId, ...recent.filter((each) => each !== trackId)].slice(0, RECENT_MAX);
}

/** @typedef {{ trackId: string, positionSec: number, atMs: number }} Heard where the sound is, at a moment of a steady clock */

export class Plays {
  #outbox;
  #nameOf;
  /** @type {Heard | null} */ #last = null;
  #heardSec = 0;
  #said = false;

  /** @param {{ outbox: Outbox, nameOf: (trackId: string) => string }} parts */
  constructor({ outbox, nameOf }) {
    this.#outbox = outbox;
    this.#nameOf = nameOf;
  }

  /** To be called a few times a second. @param {Heard | null} heard null: silence @param {number | null} durationSec */
  follow(heard, durationSec) {
    const last = this.#last;
    this.#last = heard;
    if (!heard) return;
    const wentOn = last && last.trackId === heard.trackId ? heard.positionSec - last.positionSec : 0;
    if (last?.trackId !== heard.trackId || this.#startedAgain(heard)) this.#begin();
    const passed = last ? (heard.atMs - last.atMs) / 1000 : 0;
    if (wentOn > 0 && wentOn <= passed + SLACK_SEC) this.#heardSec += wentOn;
    if (this.#said || !durationSec || this.#heardSec < Math.min(durationSec / 2, ENOUGH_SEC)) return;
    this.#said = true;
    const said = `Heard ‘${this.#nameOf(heard.trackId)}’`;
    void this.#outbox.enqueue({ name: "plays", args: { trackId: heard.trackId }, said, quiet: true, timed: true, personal: true });
  }

  /** The same track from its beginning, after it was told of. @param {Heard} heard */
  #startedAgain({ positionSec }) {
    return this.#said && positionSec < 1;
  }

  #begin() {
    this.#heardSec = 0;
    this.#said = false;
  }
}
