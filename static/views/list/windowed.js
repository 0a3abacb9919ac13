// A list of any length of which only the visible rows exist. Every row has the same height; a row is a function of its place.
//
//   <Windowed count=${5000} rowHeight=${64} label="Queue" row=${(at) => html`<${Row} … />`} />

import { html, useEffect, useRef, useSignal } from "../../vendor/vendor.js";
import { visibleRows } from "../../lib/visible-rows.js";

/** @param {{ count: number, rowHeight: number, label: string, row: (at: number) => any }} props */
export function Windowed({ count, rowHeight, label, row }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const scrollTop = useSignal(0);
  const height = useSignal(800);
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (list.current);
    const sized = new ResizeObserver(() => (height.value = element.clientHeight));
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  const { first, end } = visibleRows({ scrollTop: scrollTop.value, height: height.value, rowHeight, count });
  const places = Array.from({ length: end - first }, (_, i) => first + i);
  return html`<div class="windowed" ref=${list} tabindex="0" role="list" aria-label=${label}
    onScroll=${(/** @type {Event} */ event) => (scrollTop.value = /** @type {HTMLElement} */ (event.currentTarget).scrollTop)}>
    <div class="windowed-space" role="presentation" style=${{ height: `${count * rowHeight}px` }}>
      <div class="windowed-rows" role="presentation" style=${{ transform: `translateY(${first * rowHeight}px)` }}>${places.map(row)}</div>
    </div>
  </div>`;
}
