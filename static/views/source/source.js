// Which part of the library: everything, an album, an artist, a genre, a playlist. Two fields of the form around it.

import { html, useEffect, useSignal } from "../../vendor/vendor.js";

/** @import { Actions, Model } from "../../model.js" */
/** @import { Source } from "../../sync/protocol.js" */

const TYPES = [
  ["all", "All music"],
  ["album", "An album"],
  ["artist", "An artist"],
  ["genre", "A genre"],
  ["playlist", "A playlist"],
  ["starred", "My stars"],
  ["recent", "Recently played"],
  ["top", "Top rated"],
];

/** @param {{ model: Model, actions: Actions, chosen?: Source | null }} props */
export function SourceFields({ model, actions, chosen }) {
  useEffect(actions.loadSources, []);
  const type = useSignal(chosen?.type ?? "all");
  const choices = choicesOf(model, type.value);
  return html`<label>Music from
      <select name="type" value=${type.value} onChange=${(/** @type {any} */ event) => (type.value = event.currentTarget.value)}>
        ${TYPES.map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}
        ${!TYPES.some(([value]) => value === type.value) && html`<option value=${type.value}>${type.value}</option>`}
      </select>
    </label>
    ${choices && html`<label>Which
      <select name="id" required>
        ${choices.length === 0 && html`<option value="">There is none</option>`}
        ${choices.map(({ id, label }) => html`<option key=${id} value=${id} selected=${id === chosen?.id}>${label}</option>`)}
      </select>
    </label>`}`;
}

/** What the fields say. @param {FormData} form @returns {Source} */
export function sourceOf(form) {
  const id = form.get("id")?.toString();
  return { type: String(form.get("type")), ...(id && { id }) };
}

/** In words, for a heading. @param {Model} model @param {Source | null} source */
export function sourceWords(model, source) {
  if (!source || source.type === "all") return "All music";
  return choicesOf(model, source.type)?.find(({ id }) => id === source.id)?.label ?? source.id ?? TYPES.find(([type]) => type === source.type)?.[1] ?? source.type;
}

/** @param {Model} model @param {string} type */
function choicesOf(model, type) {
  const { albums, artists, genres } = model.sources.value;
  if (type === "playlist") return model.state.value.playlists.map(({ playlistId, name }) => ({ id: playlistId, label: name }));
  return { album: albums, artist: artists, genre: genres }[type] ?? null;
}
