// What a finger can ask for of what is a profile's own: its stars; and of what waits to be sent.

import { timeOfDay } from "./lib/format.js";
import { randomId } from "./lib/random.js";

/** @import { ActionParts } from "./actions.js" */
/** @import { Conflict, MineActions, Model } from "./model.js" */
/** @import { StarKind } from "./sync/protocol.js" */
/** @import { Overtaken } from "./sync/stars.js" */

/** @param {ActionParts} parts @returns {MineActions} */
export function mineActions(parts) {
  return { ...starActions(parts), ...outboxActions(parts) };
}

/** @param {ActionParts} parts */
function starActions({ starring, tell }) {
  /** @param {StarKind} kind @param {string} id @param {boolean} isStarred @param {string} title */
  const star = (kind, id, isStarred, title) => {
    void starring.mark(kind, id, isStarred, title);
    if (!isStarred) tell(`Unstarred ‘${title}’`, "", { kind: "edit", action: { label: "Undo", run: () => star(kind, id, true, title) } });
  };
  return { star };
}

/** @param {ActionParts} parts */
function outboxActions({ client, outbox }) {
  return {
    /** @param {string} key */
    discard: (key) => void outbox.discard(key),
    sendNow: () => {
      if (client.status === "live") outbox.flush();
      else client.refresh();
    },
  };
}

/**
 * Somebody was later with a star: theirs stands, and one may have it one's own way after all. Whoever wanted the same as we is
 * not worth a word.
 * @param {Pick<ActionParts, "model" | "starring">} parts
 * @param {Overtaken} overtaken
 */
export function tellOvertaken({ model, starring }, { kind, id, title, isStar, by }) {
  const stars = model.state.value.stars;
  if (stars[/** @type {const} */ (`${kind}s`)].some((each) => each.id === id) === isStar) return;
  const whose = model.state.value.devices.find(({ clientId }) => clientId === by.deviceId)?.name || "Another device";
  addConflict(model, {
    title: `${whose} ${isStar ? "unstarred" : "starred"} ‘${title}’ later (${timeOfDay(by.ts)})`,
    detail: `You had ${isStar ? "starred" : "unstarred"} it before that.`,
    theirs: { label: "Fine", run: () => {} },
    mine: { label: "Keep mine", run: () => void starring.mark(kind, id, isStar, title) },
  });
}

/** A choice that stays on the page until it is made. @param {Model} model @param {Omit<Conflict, "id">} conflict */
export function addConflict(model, conflict) {
  const id = randomId(8);
  const done = (/** @type {() => void} */ run) => () => {
    model.conflicts.value = model.conflicts.value.filter((each) => each.id !== id);
    run();
  };
  const { theirs, mine } = conflict;
  model.conflicts.value = [...model.conflicts.value, { ...conflict, id, theirs: { ...theirs, run: done(theirs.run) }, mine: { ...mine, run: done(mine.run) } }];
}
