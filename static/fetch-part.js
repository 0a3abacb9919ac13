// What a screen fetches for itself, into the model; and that it did not come, which the screen says.

import { batch } from "./vendor/vendor.js";

/** @import { Model, Part } from "./model.js" */

/**
 * What a screen shows and fetches itself. If it does not come, the screen says so, and asks again when the house is back.
 * @template T
 * @param {Model} model
 * @param {Part} part
 * @param {() => Promise<T>} fetch
 * @param {(got: T) => void} take
 */
export async function fetchPart(model, part, fetch, take) {
  const [{ status, ...answer }] = await Promise.allSettled([fetch()]);
  const missed = new Set(model.missed.value);
  batch(() => {
    if (status === "fulfilled") take(/** @type {{ value: T }} */ (answer).value);
    if (status === "fulfilled" ? missed.delete(part) : !missed.has(part)) model.missed.value = status === "fulfilled" ? missed : missed.add(part);
  });
}
