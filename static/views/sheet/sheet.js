// A sheet from the bottom of the page with buttons in it. Closes by its button, Escape, or a tap beside it.

import { html, useEffect, useRef } from "../../vendor/vendor.js";

/** @param {{ title: string, onClose: () => void, children?: any }} props */
export function Sheet({ title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => dialog.current?.showModal(), []);
  return html`<dialog class="sheet" ref=${dialog} aria-label=${title} onClose=${onClose}
    onClick=${(/** @type {Event} */ event) => event.target === dialog.current && onClose()}>
    <div class="sheet-body">
      <h2>${title}</h2>
      ${children}
      <button class="plain" onClick=${onClose}>Close</button>
    </div>
  </dialog>`;
}

/** A button's work, and then the sheet goes. @param {() => void} close */
export function thenClose(close) {
  return (/** @type {() => void} */ work) => () => {
    work();
    close();
  };
}
