// What was heard: half of a track, or four minutes of it, whether the room played it, a station, or this device for itself. Only
// time that really sounded counts, not what was skipped over.

/** @import { Outbox } from "./outbox.js" */

const ENOUGH_SEC = 240;
const RECENT_MAX = 50;
/** Between two looks a track may have gone on so much further than the time between them: a clock that was corrected. */
const SLACK_SEC = 0.5;

/** @typedef {{ recent: string[], latest: number }} RecentPlays the last one first, and when that was as far as it is known */

/** What is told late may have been heard before the last one; it does not come first then. @param {RecentPlays} plays @param {{ trackId: string, lastPlayed: number }} data @returns {RecentPlays} */
export function applyPlays({ recent, latest }, { trackId, lastPlayed }) {
  if (lastPlayed < latest) return { recent: recent.includes(trackId) ? recent : [...recent, trackId].slice(0, RECENT_MAX), latest };
  return { recent: [trackId, ...recent.filter((each) => each !== trackId)].slice(0, RECENT_MAX), latest: lastPlayed };
}

/** @typedef {{ trackId: string, positionSec: number, atMs: number }} Heard where the sound is, at a moment of a steady clock */

export class Plays {
  #outbox;
  #nameOf;
  /** @type {Heard | null} at the last look */ #last = null;
  #trackId = "";
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
    if (heard.trackId !== this.#trackId || this.#startedAgain(heard)) this.#begin(heard.trackId);
    const isSame = last?.trackId === heard.trackId;
    const wentOn = isSame ? heard.positionSec - last.positionSec : 0;
    const passed = isSame ? (heard.atMs - last.atMs) / 1000 : 0;
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

  /** @param {string} trackId */
  #begin(trackId) {
    this.#trackId = trackId;
    this.#heardSec = 0;
    this.#said = false;
  }
}
