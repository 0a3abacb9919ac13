// A row that a finger or a mouse takes by its grip to another place of the list. What is seen meanwhile is in windowed.js; what
// the move means is the list's own business. Without a pointer the same is done from the row's menu.

import { html, useEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { Icon } from "../icon/icon.js";

/**
 * What of a list can be moved.
 * @typedef {object} Movable
 * @property {(at: number) => string} idAt names the row, to notice that somebody else changed the list meanwhile
 * @property {(at: number, to: number) => void} onMove `to` counts after the row was taken out
 * @property {boolean} [hasAbove] row −1 stands above the list, always in sight, and is moved like the others
 */
/**
 * The row in hand. `dropped`: let go, the list does not know yet.
 * @typedef {{ id: string, at: number, to: number, dropped: boolean }} Held
 */
/** @typedef {{ list: { current: HTMLElement | null }, count: number, rowHeight: number, movable?: Movable }} DragParts */

/** So near to an edge the list scrolls by itself, and so many pixels a frame at most. */
const EDGE_PX = 72;
const SCROLL_MAX_PX = 18;
/** The place of the row above the list. */
const ABOVE = -1;
/** The house has answered by then, or will not; the row is where the list says. */
const SETTLED_MS = 1500;

/** The handle at the beginning of a row. */
export function Grip() {
  return html`<span class="grip" aria-hidden="true"><${Icon} name="grip" /></span>`;
}

/** @param {DragParts} parts */
export function useDrag(parts) {
  const held = useSignal(/** @type {Held | null} */ (null));
  /** Where it is shown, in pixels of the list: apart, since that alone changes at each step of a finger. */
  const top = useSignal(0);
  const hand = useRef(/** @type {{ offset: number, y: number, frame: number } | null} */ (null));
  const latest = useRef(parts);
  latest.current = parts;
  useEffect(() => () => cancelAnimationFrame(hand.current?.frame ?? 0), []);
  useEffect(() => settle(held), [held.value?.dropped]);
  return { held: stillThere(held.value, parts), top, hand: handlers(held, top, hand, latest) };
}

/**
 * @param {{ value: Held | null }} held
 * @param {{ value: number }} top
 * @param {{ current: { offset: number, y: number, frame: number } | null }} hand
 * @param {{ current: DragParts }} latest
 */
function handlers(held, top, hand, latest) {
  const place = () => {
    const { list, count, rowHeight } = latest.current;
    if (!hand.current || !held.value || !list.current) return;
    if (!stillThere(held.value, latest.current)) return letGo(false);
    const at = Math.min((count - 1) * rowHeight, within(list.current, hand.current.y) - hand.current.offset);
    const isAbove = latest.current.movable?.hasAbove && at < list.current.scrollTop - rowHeight / 2;
    const to = isAbove ? ABOVE : Math.max(0, Math.round(at / rowHeight));
    top.value = isAbove ? at : Math.max(0, at);
    if (to !== held.value.to) held.value = { ...held.value, to };
  };
  const follow = () => {
    const list = latest.current.list.current;
    if (!hand.current || !list) return;
    const box = list.getBoundingClientRect();
    const by = scrollBy(box, hand.current.y);
    // What comes from above the list has not come to it yet.
    if (by !== 0 && !(held.value?.at === ABOVE && hand.current.y < box.top)) {
      list.scrollTop += by;
      place();
    }
    if (hand.current) hand.current.frame = requestAnimationFrame(follow);
  };
  const letGo = (/** @type {boolean} */ moves) => {
    const { movable, rowHeight } = latest.current;
    cancelAnimationFrame(hand.current?.frame ?? 0);
    hand.current = null;
    const row = held.value;
    if (!row || row.dropped) return;
    if (!moves || row.to === row.at || !stillThere(row, latest.current)) return void (held.value = null);
    top.value = row.to * rowHeight;
    held.value = { ...row, dropped: true };
    movable?.onMove(row.at, row.to);
  };
  return {
    /** @param {PointerEvent} event */
    onPointerDown: (event) => {
      const { list, movable } = latest.current;
      const slot = /** @type {Element} */ (event.target).closest(".grip")?.closest("[data-at]");
      if (!movable || !list.current || !slot || event.button > 0 || hand.current) return;
      event.preventDefault();
      list.current.setPointerCapture(event.pointerId);
      const at = Number(slot.getAttribute("data-at"));
      const box = slot.getBoundingClientRect();
      top.value = within(list.current, box.top);
      held.value = { id: movable.idAt(at), at, to: at, dropped: false };
      hand.current = { offset: event.clientY - box.top, y: event.clientY, frame: requestAnimationFrame(follow) };
    },
    /** @param {PointerEvent} event */
    onPointerMove: (event) => {
      if (!hand.current) return;
      hand.current.y = event.clientY;
      place();
    },
    onPointerUp: () => letGo(true),
    onPointerCancel: () => letGo(false),
    /** @param {KeyboardEvent} event */
    onKeyDown: (event) => event.key === "Escape" && letGo(false),
  };
}

/** Where a row is drawn beside its place while another one is in hand. @param {Held | null} held @param {number} at @param {number} rowHeight */
export function shiftOf(held, at, rowHeight) {
  if (!held) return 0;
  if (at > held.at && at <= held.to) return -rowHeight;
  return at < held.at && at >= held.to ? rowHeight : 0;
}

/** A row that is no longer where it was taken from is not in hand: somebody was faster, or it has arrived. @param {Held | null} held @param {DragParts} parts */
function stillThere(held, { count, movable }) {
  return held && movable && held.at < count && movable.idAt(held.at) === held.id ? held : null;
}

/** @param {{ value: Held | null }} held */
function settle(held) {
  if (!held.value?.dropped) return undefined;
  const timer = setTimeout(() => (held.value = null), SETTLED_MS);
  return () => clearTimeout(timer);
}

/** @param {HTMLElement} list @param {number} y on the screen @returns {number} in the list */
function within(list, y) {
  return y - list.getBoundingClientRect().top + list.scrollTop;
}

/** @param {DOMRect} box @param {number} y */
function scrollBy({ top, bottom }, y) {
  const depth = y < top + EDGE_PX ? y - top - EDGE_PX : y > bottom - EDGE_PX ? y - bottom + EDGE_PX : 0;
  return Math.round(Math.max(-1, Math.min(1, depth / EDGE_PX)) * SCROLL_MAX_PX);
}
