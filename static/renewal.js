// Whether the house became another version since this page was loaded. The page then offers to load itself anew, and never does
// so by itself: music would stop. Over https the service worker knows better; see shell.js.

import { effect } from "./vendor/vendor.js";

/** @import { Api } from "./sync/api.js" */
/** @import { Model } from "./model.js" */

/**
 * @param {object} parts
 * @param {Model} parts.model
 * @param {Pick<Api, "health">} parts.api
 * @param {(run: () => void) => void} parts.onRenewed
 * @param {() => void} parts.reload
 */
export function createRenewal({ model, api, onRenewed, reload }) {
  /** @type {string | null} */ let loaded = null;
  /** @type {string | null} */ let askedUnder = null;
  effect(() => {
    const { value } = model.version;
    if (value === "" || (loaded ??= value) === value || model.renewal.peek()) return;
    model.renewal.value = reload;
    onRenewed(reload);
  });
  /** Another clock is another start of the server, and perhaps another server. */
  return async () => {
    const { clockId } = model.state.peek();
    if (clockId === askedUnder) return;
    model.version.value = (await api.health()).version;
    askedUnder = clockId;
  };
}
