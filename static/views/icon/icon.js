// The page's few pictures, drawn with the text's colour. Decoration only: the button around one carries the words.

import { html } from "../../vendor/vendor.js";

const PATHS = {
  play: "M8 5.5v13a1 1 0 0 0 1.5.9l10.4-6.5a1 1 0 0 0 0-1.8L9.5 4.6A1 1 0 0 0 8 5.5z",
  pause: "M7 5h3.4v14H7zM13.6 5H17v14h-3.4z",
  next: "M5 6.2v11.6a.9.9 0 0 0 1.4.7l8.1-5.6v5.6H17V5.5h-2.5v5.6L6.4 5.5a.9.9 0 0 0-1.4.7z",
  previous: "M19 6.2v11.6a.9.9 0 0 1-1.4.7l-8.1-5.6v5.6H7V5.5h2.5v5.6l8.1-5.6a.9.9 0 0 1 1.4.7z",
  now: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm0 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  queue: "M4 6h16v2H4zM4 11h16v2H4zM4 16h9v2H4zM16 14.5l5 3-5 3z",
  library: "M4 4h2.4v16H4zM8.6 4H11v16H8.6zM13.4 4.6l2.3-.6 4.1 15.4-2.3.6z",
  house: "M12 3.2 3 11h2.5v9h5v-6h3v6h5v-9H21z",
  undo: "M9.5 5 4 10l5.5 5v-3.6H15a3 3 0 0 1 0 6h-4v2h4a5 5 0 0 0 0-10H9.5z",
  redo: "M14.5 5 20 10l-5.5 5v-3.6H9a3 3 0 0 0 0 6h4v2H9a5 5 0 0 1 0-10h5.5z",
  compare: "M4 5h7v14H4zm2 2v10h3V7zm7-2h7v14h-7z",
  radio: "M12 9.5a2.5 2.5 0 0 1 1 4.8V21h-2v-6.7a2.5 2.5 0 0 1 1-4.8zM7.8 7.8l1.4 1.4a4 4 0 0 0 0 5.6l-1.4 1.4a6 6 0 0 1 0-8.4zm8.4 0a6 6 0 0 1 0 8.4l-1.4-1.4a4 4 0 0 0 0-5.6zM5 5l1.4 1.4a8 8 0 0 0 0 11.2L5 19A10 10 0 0 1 5 5zm14 0a10 10 0 0 1 0 14l-1.4-1.4a8 8 0 0 0 0-11.2z",
  rooms: "M4 4h9v16H4zm2 2v12h5V6zm9 3h5v11h-5z",
  open: "M9 5.5 15.5 12 9 18.5l-1.5-1.4 5.1-5.1-5.1-5.1z",
  back: "M15 5.5 8.5 12l6.5 6.5 1.5-1.4-5.1-5.1 5.1-5.1z",
  more: "M6 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  nudge: "M4 5h11v2H4zM4 17h11v2H4zM4 11h7v2H4zM16 8l5 4-5 4v-3h-3v-2h3z",
  add: "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z",
  close: "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  search: "M10.5 4a6.5 6.5 0 1 0 4 11.6l4.7 4.7 1.4-1.4-4.7-4.7A6.5 6.5 0 0 0 10.5 4zm0 2a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
  shuffle: "M16 4l5 3.5L16 11V8.5h-1.6L8 16.5H3v-2h4l6.4-8H16zM3 6.5h5l2.2 2.8-1.3 1.6L7 8.5H3zM16 13l5 3.5L16 20v-2.5h-2.6l-2.2-2.8 1.3-1.6 1.9 2.4H16z",
  phone: "M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm0 3v12h10V5zm5 13.2a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4z",
  devices: "M3 5h13a2 2 0 0 1 2 2v1h-2V7H4v8h7v2H3a1.5 1.5 0 0 1-1-1.4V6a1 1 0 0 1 1-1zM1 18h10v2H1zM14.5 10H21a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 21 21h-6.5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 14.5 10zm.5 2v6h5.5v-6z",
  repeat: "M7 6h9V3l5 4-5 4V8H7a2 2 0 0 0-2 2v2H3v-2a4 4 0 0 1 4-4zm10 12H8v3l-5-4 5-4v3h9a2 2 0 0 0 2-2v-2h2v2a4 4 0 0 1-4 4z",
  star: "m12 3 2.6 5.9 6.4.6-4.8 4.2 1.4 6.3-5.6-3.3L6.4 20l1.4-6.3L3 9.5l6.4-.6zm0 4.9-1.2 2.8-3 .3 2.3 2-.7 3 2.6-1.6 2.6 1.6-.7-3 2.3-2-3-.3z",
  starred: "m12 3 2.6 5.9 6.4.6-4.8 4.2 1.4 6.3-5.6-3.3L6.4 20l1.4-6.3L3 9.5l6.4-.6z",
  kept: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1 5h2v5h3l-4 4.5L8 12h3zm-4 10h10v1.8H7z",
  check: "M9.5 16.6 4.9 12l-1.4 1.4 6 6L21 7.9l-1.4-1.4z",
  alert: "M12 3 1.8 20.5h20.4zM11 10h2v5h-2zm0 6.3h2v2h-2z",
  speaker: "M4 9v6h4l5 4.5v-15L8 9zM15.5 8.2v7.6a4.2 4.2 0 0 0 0-7.6zM15.5 4.6v2.1a5.6 5.6 0 0 1 0 10.6v2.1a7.6 7.6 0 0 0 0-14.8z",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {{ name: IconName }} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
