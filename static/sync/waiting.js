// What waits to be sent, as a list: how it grows, what it may hold at most, what goes next. Pure; the outbox keeps the list.

/** @import { Made } from "../lib/ages.js" */

/**
 * What somebody wants sent, now or when the house is back.
 * @typedef {object} Wish
 * @property {string} name the command
 * @property {object} args
 * @property {string} said what it does, in words
 * @property {string} [coalesceKey] takes the place of an older one with the same, unless that one is on its way
 * @property {number} [guard] the version it was based on: refused if somebody was faster
 * @property {boolean} [quiet] nothing that a hand did: it is not counted, and its refusal is nobody's news
 * @property {boolean} [timed] gets `ts` and `sentTs` when it is sent for the first time
 * @property {boolean} [personal] a profile's own: it waits if the device is another profile's meanwhile
 * @property {string} [key] it was said before under this key, and may have been heard: from now on it stays as it is, to the letter
 * @property {any} [seen] how things stood for whoever wished it: what its maker needs to judge a refusal. It waits for its maker
 * @property {any} [held] what the house has instead: people are asked first, in every tab, until one has answered
 */

/**
 * A wish in the outbox, plain enough for IndexedDB. `key` names it to the server, the same at every try; `size` in bytes.
 * @typedef {Wish & { key: string, made: Made, size: number, profile?: string, tried?: boolean }} Waiting
 */

export const WAITING_MAX = 500;
const WAITING_BYTES_MAX = 1024 * 1024;
/** A message on the WebSocket may have 64 KiB; this leaves room for what stands around the arguments. */
export const ARGS_BYTES_MAX = 60 * 1024;

/**
 * @param {Waiting[]} list
 * @param {Waiting} one
 * @returns {Waiting[] | null} null: there is no room for it
 */
export function added(list, one) {
  const isOlder = (/** @type {Waiting} */ each) => one.coalesceKey !== undefined && !each.tried && each.coalesceKey === one.coalesceKey;
  const others = list.filter((each) => !isOlder(each));
  // What another tab kept a moment ago, unknown to the maker of this, is not lost: this goes over it.
  const over = { ...one, args: Object.assign({}, ...list.filter(isOlder).map(({ args }) => args), one.args) };
  const size = others.reduce((sum, each) => sum + each.size, one.size);
  if (size > WAITING_BYTES_MAX) return null;
  if (others.length < WAITING_MAX) return [...others, over];
  const least = others.findIndex((each) => each.quiet && !each.tried);
  return least < 0 ? null : [...others.toSpliced(least, 1), over];
}

/** @param {Waiting[]} list @param {string[]} keys */
export function without(list, keys) {
  return list.filter(({ key }) => !keys.includes(key));
}

/**
 * A refused one, said anew, in the place of all that was refused with it. What came meanwhile goes over it.
 * @param {Waiting[]} list
 * @param {string[]} keys
 * @param {Waiting} instead
 */
export function inPlaceOf(list, keys, instead) {
  const rest = without(list, keys);
  const over = instead.tried ? [] : rest.filter((each) => !each.tried && each.coalesceKey !== undefined && each.coalesceKey === instead.coalesceKey);
  const args = Object.assign({}, instead.args, ...over.map((each) => each.args));
  return [{ ...instead, args }, ...rest.filter((each) => !over.includes(each))];
}

/**
 * What was based on the version that our own command has just changed is meant for the new one.
 * @param {Waiting[]} list
 * @param {Waiting | undefined} done
 * @param {number | undefined} eventCount
 */
export function followed(list, done, eventCount) {
  if (done?.guard === undefined || eventCount === undefined) return list;
  return list.map((each) => (each.name === done.name && each.guard === done.guard ? { ...each, guard: eventCount } : each));
}

/**
 * What may go now: what was made as another profile stays, and so does what people are asked about, and what may have to be asked
 * while nobody is there to ask.
 * @param {Waiting[]} list
 * @param {string | null} profile
 * @param {(name: string) => boolean} isThere whether this page has the one that knows such commands
 */
export function sendable(list, profile, isThere) {
  const ofOthers = (/** @type {Waiting} */ each) => Boolean(each.profile && profile && each.profile !== profile);
  return list.filter((each) => !ofOthers(each) && !each.held && (each.seen === undefined || isThere(each.name)));
}

/** Those at the head that are the same command. @param {Waiting[]} list */
export function alikeAtHead(list) {
  const end = list.findIndex(({ name }) => name !== list[0].name);
  return end < 0 ? list : list.slice(0, end);
}

/** @param {object} thing */
export function bytesOf(thing) {
  return new TextEncoder().encode(JSON.stringify(thing)).length;
}
