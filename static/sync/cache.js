// Tracks kept on this device, least recently used out first, by a byte count of our own (the browser's figures are guesses).
// Where the bytes lie is the store's business: IndexedDB in a browser, a Map in tests and in private windows. What a store does not
// take, though there is room, is held in memory, a few tracks of it: music that is here is played.

/**
 * @typedef {object} TrackStore
 * @property {() => Promise<{ trackId: string, size: number, usedAt: number }[]>} list
 * @property {(trackId: string) => Promise<ArrayBuffer | null>} read
 * @property {(entry: { trackId: string, size: number, usedAt: number }, bytes: ArrayBuffer) => Promise<void>} write
 * @property {(trackId: string, usedAt: number) => Promise<void>} touch
 * @property {(trackId: string) => Promise<void>} remove
 */

/**
 * @typedef {object} CacheParts
 * @property {TrackStore} store
 * @property {number} budgetBytes
 * @property {() => number} now any growing number
 * @property {(trackIds: string[]) => void} onEvicted
 */

/** As many tracks as a phone can spare memory for: the current one, the next, the one before. */
const IN_MEMORY_MAX = 3;

export class TrackCache {
  /** @type {Set<string>} all that is here; another set whenever that changes */ trackIds = new Set();
  /** @type {Map<string, { size: number, usedAt: number }>} */ #entries = new Map();
  /** @type {Set<string>} */ #pinned = new Set();
  /** What the store did not take, the least recently used first. @type {Map<string, ArrayBuffer>} */ #inMemory = new Map();
  /** @type {CacheParts} */ #parts;

  /** @param {CacheParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  async open() {
    for (const { trackId, size, usedAt } of await this.#parts.store.list()) this.#entries.set(trackId, { size, usedAt });
    this.#changed();
  }

  /** @param {string} trackId @param {number} [size] what the library says; another size is another recording */
  has(trackId, size) {
    const entry = this.#entries.get(trackId);
    return entry !== undefined && (size === undefined || entry.size === size);
  }

  get bytes() {
    let sum = 0;
    for (const { size } of this.#entries.values()) sum += size;
    return sum;
  }

  /** Current, next-up and the last few played are never evicted. @param {string[]} trackIds */
  pin(trackIds) {
    this.#pinned = new Set(trackIds);
  }

  /** @param {string} trackId @returns {Promise<ArrayBuffer | null>} */
  async get(trackId) {
    const entry = this.#entries.get(trackId);
    if (!entry) return null;
    const bytes = this.#inMemory.get(trackId) ?? (await this.#parts.store.read(trackId));
    if (!bytes || bytes.byteLength !== entry.size) {
      await this.remove(trackId);
      return null;
    }
    entry.usedAt = this.#parts.now();
    void this.#parts.store.touch(trackId, entry.usedAt).catch(() => {});
    return bytes;
  }

  /**
   * @param {string} trackId
   * @param {ArrayBuffer} bytes
   * @returns {Promise<void>}
   */
  async put(trackId, bytes) {
    const size = bytes.byteLength;
    await this.#evict(this.bytes + size - this.#parts.budgetBytes);
    const entry = { trackId, size, usedAt: this.#parts.now() };
    try {
      await this.#parts.store.write(entry, bytes);
      this.#inMemory.delete(trackId);
    } catch (error) {
      // The browser's quota is smaller than our budget: make room for this one and try once more.
      const again = (await this.#evict(size, { inMemory: false })) < size ? Promise.reject(error) : this.#parts.store.write(entry, bytes);
      await again.catch(() => this.#hold(trackId, bytes));
    }
    this.#entries.set(trackId, entry);
    this.#changed();
  }

  /** @param {string} trackId */
  async remove(trackId) {
    this.#entries.delete(trackId);
    this.#changed();
    if (!this.#inMemory.delete(trackId)) await this.#parts.store.remove(trackId);
  }

  /** @param {string} trackId @param {ArrayBuffer} bytes */
  #hold(trackId, bytes) {
    this.#inMemory.delete(trackId);
    this.#inMemory.set(trackId, bytes);
    const tooMany = [...this.#inMemory.keys()].slice(0, -IN_MEMORY_MAX);
    for (const each of tooMany) {
      this.#inMemory.delete(each);
      this.#entries.delete(each);
    }
    if (tooMany.length > 0) this.#parts.onEvicted(tooMany);
  }

  #changed() {
    this.trackIds = new Set(this.#entries.keys());
  }

  /** @param {number} wanted bytes @param {{ inMemory: boolean }} [what] @returns {Promise<number>} bytes that became free */
  async #evict(wanted, { inMemory } = { inMemory: true }) {
    const oldestFirst = [...this.#entries]
      .filter(([trackId]) => !this.#pinned.has(trackId) && (inMemory || !this.#inMemory.has(trackId)))
      .sort(([, a], [, b]) => a.usedAt - b.usedAt);
    const evicted = [];
    let freed = 0;
    for (const [trackId, { size }] of oldestFirst) {
      if (freed >= wanted) break;
      await this.remove(trackId);
      evicted.push(trackId);
      freed += size;
    }
    if (evicted.length > 0) this.#parts.onEvicted(evicted);
    return freed;
  }
}

/** A store that forgets with the page. @returns {TrackStore} */
export function memoryStore() {
  /** @type {Map<string, { entry: { trackId: string, size: number, usedAt: number }, bytes: ArrayBuffer }>} */
  const tracks = new Map();
  return {
    list: async () => [...tracks.values()].map(({ entry }) => entry),
    read: async (trackId) => tracks.get(trackId)?.bytes ?? null,
    write: async (entry, bytes) => void tracks.set(entry.trackId, { entry, bytes }),
    touch: async (trackId, usedAt) => {
      const track = tracks.get(trackId);
      if (track) track.entry.usedAt = usedAt;
    },
    remove: async (trackId) => void tracks.delete(trackId),
  };
}
