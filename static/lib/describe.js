// What the room is doing, in sentences. Pure: facts in, words out; the views put them on the page.

import { counted, percent } from "./format.js";

/** @import { Barrier, Listener, PlayState, Snapshot } from "../sync/protocol.js" */
/** @import { Holding } from "../sync/readiness.js" */

/**
 * What changed under somebody's finger, for the bubble of a refused command.
 * @param {Snapshot | null} before
 * @param {Snapshot | null} after
 * @param {(trackId: string | null) => string} titleOf
 */
export function whatChanged(before, after, titleOf) {
  if (!before || !after) return "";
  const news = [];
  if (before.playState.trackId !== after.playState.trackId) news.push(`now on: ${titleOf(after.playState.trackId)}`);
  else if (before.playState.mode !== after.playState.mode) news.push(`now ${after.playState.mode}`);
  if (before.queue.length !== after.queue.length) news.push(counted(after.queue.length, "track", "tracks") + " in the queue");
  else if (before.queue[1] !== after.queue[1]) news.push(`next: ${titleOf(after.queue[1] ?? null)}`);
  else if (before.queue.some((trackId, at) => trackId !== after.queue[at])) news.push("the queue has another order");
  return news.join(", ");
}

/**
 * @typedef {object} Facts
 * @property {PlayState} playState
 * @property {Barrier | null} barrier
 * @property {Listener[]} listeners
 * @property {string | null} me
 * @property {boolean} joined
 * @property {Holding} holding of the current track on this device
 * @property {boolean} unsupported
 * @property {number | null} errorMs
 */

/**
 * The status line under the title.
 * @param {Facts} facts
 * @returns {{ text: string, fraction?: number, canStartWithout?: boolean }}
 */
export function statusLine(facts) {
  const { playState, barrier, joined, holding, unsupported } = facts;
  if (unsupported) return { text: "Format not supported, skipping…" };
  if (joined && holding.state === "loading" && playState.mode !== "paused") {
    return { text: `Downloading ${percent(holding.fraction)}`, fraction: holding.fraction, canStartWithout: othersReady(facts) };
  }
  if (joined && holding.state === "failed") return { text: "The download failed; trying again soon" };
  if (playState.mode === "waiting" && barrier) return waitingLine(facts, barrier);
  if (playState.mode === "playing") return { text: playingLine(facts) };
  if (playState.mode === "paused") return { text: "Paused" };
  return { text: "" };
}

/** @param {Facts} facts @param {Barrier} barrier */
function waitingLine({ listeners, me }, barrier) {
  if (barrier.members.length === 0) return { text: "Waiting for somebody to join" };
  const missing = barrier.members.filter((clientId) => !barrier.ready.includes(clientId));
  if (missing.length === 0) return { text: "Starting…" };
  const [first] = missing.filter((clientId) => clientId !== me).concat(missing);
  const late = listeners.find((each) => each.clientId === first);
  const whom = first === me ? "this device" : (late?.name ?? "a device");
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
  const far = late && late.fraction > 0 && late.fraction < 1 ? `, ${percent(late.fraction)}` : "";
  const text = `Waiting for ${whom}${others}${far} (${barrier.ready.length}/${barrier.members.length} ready)`;
  return { text, fraction: late?.fraction, canStartWithout: barrier.ready.length > 0 };
}

/** @param {Facts} facts */
function playingLine({ joined, listeners, errorMs, holding }) {
  if (!joined) return listeners.length > 0 ? `Playing on ${counted(listeners.length, "device", "devices")}` : "Playing";
  if (errorMs === null) return holding.state === "here" ? "Joining…" : "Getting the track…";
  const worst = Math.max(Math.abs(errorMs), ...listeners.map((each) => Math.abs(each.errorMs ?? 0)));
  if (listeners.length < 2) return "Playing here";
  return `In step within ${Math.max(1, Math.round(worst))} ms`;
}

/** @param {Facts} facts */
function othersReady({ playState, barrier }) {
  return playState.mode === "waiting" && barrier !== null && barrier.ready.length > 0;
}
