// One field for a name, with its button. What is typed stays, whatever changes in the house meanwhile: the field is not told its
// value again (a `value` would be, at every look).

import { html } from "../../vendor/vendor.js";

/** @param {{ name: string, label: string, save: (name: string) => void, close: () => void, mayBeEmpty?: boolean }} props */
export function NameForm({ name, label, save, close, mayBeEmpty = false }) {
  /** @param {any} event */
  const submitted = (event) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get("name")?.toString().trim() ?? "";
    if ((typed || mayBeEmpty) && typed !== name) save(typed);
    close();
  };
  return html`<form class="rename" onSubmit=${submitted}>
    <input name="name" maxlength="64" defaultValue=${name} placeholder=${label} aria-label=${label} autocomplete="off" autofocus required=${!mayBeEmpty} /><button type="submit">Save</button>
  </form>`;
}
