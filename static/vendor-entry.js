// All that the page borrows from others. `npm run vendor` makes one module of it: static/vendor/vendor.js.
export { h, render, Fragment } from "preact";
export { useEffect, useRef } from "preact/hooks";
export { batch, computed, effect, signal, useComputed, useSignal } from "@preact/signals";
export { html } from "htm/preact";
