// A list of any length of which only the visible rows exist. Every row has the same height; a row is a function of its place.
//
//   <Windowed count=${5000} rowHeight=${64} label="Queue" row=${(at) => html`<${Row} … />`} />
//
// `row` looks at no signal: what it needs is read by whoever makes it. So a row that was drawn is drawn again only when that one
// was, and not at each step of a finger that scrolls. With `movable` its rows can be taken by their grips to other places.

import { html, useEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { drawnTop, OVERSCAN, visibleRows } from "../../lib/visible-rows.js";
import { shiftOf, useDrag } from "./drag.js";

/** @import { Movable } from "./drag.js" */

/** Of the page's height, as long as the list's own is not known. */
const FIRST_SHARE = 0.6;

/** @param {{ count: number, rowHeight: number, label: string, row: (at: number) => any, movable?: Movable, above?: any }} props above: stays in sight over the list; its slot `data-at="-1"` is moved with the others */
export function Windowed({ count, rowHeight, label, row, movable, above }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const scrollTop = useSignal(0);
  // At first only what will be seen, more or less: a screen is there sooner, and the rest a moment later.
  const height = useSignal(Math.round(innerHeight * FIRST_SHARE));
  const beyond = useSignal(0);
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (list.current);
    const sized = new ResizeObserver(() => (height.value = element.clientHeight));
    sized.observe(element);
    const frame = requestAnimationFrame(() => (beyond.value = OVERSCAN));
    return () => (cancelAnimationFrame(frame), sized.disconnect());
  }, []);
  const { held, top, hand } = useDrag({ list, count, rowHeight, movable });
  const { first, end } = visibleRows({ scrollTop: scrollTop.value, height: height.value, rowHeight, count, beyond: beyond.value });
  const places = Array.from({ length: end - first }, (_, i) => first + i);
  const drawn = useDrawn(row, places);
  const inHand = useInHand(row, held);
  const slot = (/** @type {number} */ at) => html`<div class="slot" role="presentation" key=${movable?.idAt(at)} data-at=${at} data-held=${held?.at === at}
    style=${{ transform: held ? `translateY(${shiftOf(held, at, rowHeight)}px)` : "" }}>${drawn(at)}</div>`;
  const moving = held !== null && !held.dropped;
  return html`<div class="windowed-whole" role="presentation" data-from=${held?.at} data-to=${moving ? held.to : undefined} ...${movable ? hand : {}}>${above}<div class="windowed" ref=${list} tabindex="0" role="list" aria-label=${label} data-moving=${moving}
    onScroll=${(/** @type {Event} */ event) => (scrollTop.value = drawnTop(/** @type {HTMLElement} */ (event.currentTarget).scrollTop, rowHeight))}>
    <div class="windowed-space" role="presentation" style=${{ height: `${count * rowHeight}px` }}>
      <div class="windowed-rows" role="presentation" style=${{ transform: `translateY(${first * rowHeight}px)` }}>${places.map(movable ? slot : drawn)}</div>
      ${held && html`<${InHand} top=${top}>${inHand}<//>`}
    </div>
  </div></div>`;
}

/** Follows the finger by itself: the list is drawn again only when the row is over another place. @param {{ top: { value: number }, children?: any }} props */
function InHand({ top, children }) {
  return html`<div class="in-hand" aria-hidden="true" style=${{ transform: `translateY(${top.value}px)` }}>${children}</div>`;
}

/**
 * Rows as they were drawn the last time, while it is the same function that draws them: Preact leaves alone what it is given again.
 * @param {(at: number) => any} row
 * @param {number[]} places
 */
function useDrawn(row, places) {
  const before = useRef({ row, rows: /** @type {Map<number, any>} */ (new Map()) });
  const known = before.current.row === row ? before.current.rows : null;
  before.current = { row, rows: new Map(places.map((at) => [at, known?.get(at) ?? row(at)])) };
  return (/** @type {number} */ at) => before.current.rows.get(at);
}

/**
 * The row in hand, drawn once and not at each step of the finger.
 * @param {(at: number) => any} row
 * @param {import("./drag.js").Held | null} held
 */
function useInHand(row, held) {
  const before = useRef(/** @type {{ row: (at: number) => any, id: string, drawn: any } | null} */ (null));
  if (!held) before.current = null;
  else if (before.current?.id !== held.id || before.current.row !== row) before.current = { row, id: held.id, drawn: row(held.at) };
  return before.current?.drawn;
}
