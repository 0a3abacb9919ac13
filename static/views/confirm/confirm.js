// A button for what cannot be taken back: the first press asks, the second one does it.

import { html, useEffect, useSignal } from "../../vendor/vendor.js";

const ASKS_FOR_MS = 4000;

/** @param {{ label: string, children?: any, onConfirm: () => void }} props label: what exactly goes, for those who do not see */
export function ConfirmButton({ label, children, onConfirm }) {
  const asks = useSignal(false);
  useEffect(() => {
    if (!asks.value) return undefined;
    const timer = setTimeout(() => (asks.value = false), ASKS_FOR_MS);
    return () => clearTimeout(timer);
  }, [asks.value]);
  return html`<button type="button" class="plain danger" aria-label=${asks.value ? `Really: ${label}` : label}
    onClick=${() => (asks.value ? onConfirm() : (asks.value = true))}>${asks.value ? "Really?" : children}</button>`;
}
