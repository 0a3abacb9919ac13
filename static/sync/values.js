// Small values that all tabs of this browser share: in IndexedDB, or, where there is none (a private window) or it fails, in
// this page alone, which says so.

/** @import { Database } from "./idb.js" */

export class SharedValues {
  /** @type {Database | null} */ #database;
  /** @type {Map<string, any>} */ #known = new Map();
  #onForgetful;

  /** @param {Database | null} database @param {() => void} onForgetful from now on the page forgets what it knows with its end */
  constructor(database, onForgetful = () => {}) {
    this.#database = database;
    this.#onForgetful = onForgetful;
  }

  get areKept() {
    return this.#database !== null;
  }

  /**
   * Read, decide and write in one step.
   * @template T
   * @param {string} name
   * @param {(value: any) => { value: any, result: T }} change called once more, with what is known here, if the database fails
   * @returns {Promise<T>}
   */
  change = async (name, change) => {
    const decide = (/** @type {any} */ value) => {
      const changed = change(value);
      this.#known.set(name, changed.value);
      return changed;
    };
    if (!this.#database) return decide(this.#known.get(name)).result;
    const before = this.#known.get(name);
    try {
      return await this.#database.changeValue(name, decide);
    } catch {
      this.#database = null;
      this.#onForgetful();
      return decide(before).result;
    }
  };
}
