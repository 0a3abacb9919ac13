// IndexedDB, as little of it as the page needs: tracks as ArrayBuffers (Blobs fail in private windows), their sizes beside
// them (so that listing reads no music), and a few named values. Opening can fail; the caller then lives without.

/** @import { TrackStore } from "./cache.js" */

const NAME = "hearken";
const VERSION = 1;

/** @returns {Promise<Database>} */
export function openDatabase() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = () => {
      for (const store of ["bytes", "tracks", "values"]) opening.result.createObjectStore(store);
    };
    opening.onsuccess = () => resolve(new Database(opening.result));
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("another tab holds an older database"));
  });
}

export class Database {
  /** @type {IDBDatabase} */ #db;

  /** @param {IDBDatabase} db */
  constructor(db) {
    this.#db = db;
    db.onversionchange = () => db.close();
  }

  /** @param {string} key @returns {Promise<any>} */
  async value(key) {
    return this.#within(["values"], "readonly", (at) => at("values").get(key));
  }

  /** @param {string} key @param {any} value */
  async setValue(key, value) {
    await this.#within(["values"], "readwrite", (at) => at("values").put(value, key));
  }

  /**
   * Read, decide and write in one transaction: what two tabs need to agree.
   * @template T
   * @param {string} key
   * @param {(value: any) => { value: any, result: T }} change
   * @returns {Promise<T>}
   */
  changeValue(key, change) {
    return new Promise((resolve, reject) => {
      const transaction = this.#db.transaction("values", "readwrite");
      const store = transaction.objectStore("values");
      /** @type {T} */ let result;
      const reading = store.get(key);
      reading.onsuccess = () => {
        const changed = change(reading.result);
        result = changed.result;
        orAbort(transaction, () => store.put(changed.value, key));
      };
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** @returns {TrackStore} */
  trackStore() {
    return {
      list: () => this.#within(["tracks"], "readonly", (at) => at("tracks").getAll()),
      read: async (trackId) => (await this.#within(["bytes"], "readonly", (at) => at("bytes").get(trackId))) ?? null,
      write: (entry, bytes) =>
        this.#within(["bytes", "tracks"], "readwrite", (at) => {
          at("bytes").put(bytes, entry.trackId);
          return at("tracks").put(entry, entry.trackId);
        }),
      touch: (trackId, usedAt) => this.#touch(trackId, usedAt),
      remove: (trackId) =>
        this.#within(["bytes", "tracks"], "readwrite", (at) => {
          at("bytes").delete(trackId);
          return at("tracks").delete(trackId);
        }),
    };
  }

  /** @param {string} trackId @param {number} usedAt @returns {Promise<void>} */
  #touch(trackId, usedAt) {
    return new Promise((resolve, reject) => {
      const transaction = this.#db.transaction("tracks", "readwrite");
      const store = transaction.objectStore("tracks");
      const reading = store.get(trackId);
      reading.onsuccess = () => reading.result && orAbort(transaction, () => store.put({ ...reading.result, usedAt }, trackId));
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /**
   * @param {string[]} stores
   * @param {"readonly" | "readwrite"} mode
   * @param {(at: (store: string) => IDBObjectStore) => IDBRequest} work
   * @returns {Promise<any>}
   */
  #within(stores, mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.#db.transaction(stores, mode);
      const request = work((store) => transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }
}

/** A private window may refuse within the transaction, by throwing. @param {IDBTransaction} transaction @param {() => void} work */
function orAbort(transaction, work) {
  try {
    work();
  } catch {
    transaction.abort();
  }
}
