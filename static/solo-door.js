// The way to what this device plays for itself. That part of the page comes when the first screen stands; what is asked of it
// before waits until it is here.

/** @import { OwnActions, OwnPart } from "./solo.js" */

/** @param {() => Promise<OwnPart>} fetchPart */
export function soloDoor(fetchPart) {
  /** @type {Promise<OwnPart> | null} */ let coming = null;
  /** @type {OwnPart | null} */ let part = null;
  const open = async () => {
    coming ??= fetchPart();
    return coming.then((made) => (part = made)).catch((error) => {
      coming = null;
      throw error;
    });
  };
  const ask = (/** @type {keyof OwnActions} */ name, /** @type {any[]} */ args) => {
    const act = (/** @type {OwnPart} */ { actions }) => /** @type {any} */ (actions)[name](...args);
    return part ? act(part) : open().then(act, () => {});
  };
  return {
    /** It, if it is here. */
    get part() {
      return part;
    },
    open,
    actions: /** @type {OwnActions} */ (new Proxy({}, { get: (_, name) => (/** @type {any[]} */ ...args) => ask(/** @type {any} */ (name), args) })),
  };
}
