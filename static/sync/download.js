// One track from the server into memory: progress as it comes, resumed by Range where it broke off, three tries with growing
// pauses. A try that brought bytes does not count against it.

const TRIES_MAX = 3;
const PAUSES_MS = [1000, 3000];
const STALLED_AFTER_MS = 15_000;

/** The server says that this will not get better by asking again. */
export class NoSuchTrack extends Error {}

/**
 * @param {object} parts
 * @param {string} parts.url
 * @param {typeof globalThis.fetch} parts.fetch
 * @param {(fraction: number) => void} parts.onProgress
 * @param {(ms: number) => Promise<void>} parts.pause
 * @param {AbortSignal} [parts.signal]
 * @returns {Promise<ArrayBuffer>}
 */
export async function download({ url, fetch, onProgress, pause, signal }) {
  const part = new Part();
  let tries = 0;
  for (;;) {
    const before = part.filled;
    try {
      const response = await fetch(url, { headers: part.headers(), signal });
      await part.continueFrom(response, onProgress, pause);
      return part.finished();
    } catch (error) {
      if (error instanceof NoSuchTrack || signal?.aborted) throw error;
      tries = part.filled > before ? 0 : tries + 1;
      if (tries >= TRIES_MAX) throw error;
      await pause(PAUSES_MS[Math.max(0, tries - 1)]);
    }
  }
}

/** What has come so far. */
class Part {
  /** @type {Uint8Array<ArrayBuffer>} */ #bytes = new Uint8Array(0);
  #etag = "";
  filled = 0;

  /** @returns {Record<string, string>} */
  headers() {
    if (this.filled === 0) return {};
    return { Range: `bytes=${this.filled}-`, ...(this.#etag && { "If-Range": this.#etag }) };
  }

  /**
   * @param {Response} response
   * @param {(fraction: number) => void} onProgress
   * @param {(ms: number) => Promise<void>} pause
   */
  async continueFrom(response, onProgress, pause) {
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      throw new NoSuchTrack(`${response.status} for ${response.url}`);
    }
    if (!response.ok || !response.body) throw new Error(`${response.status} for ${response.url}`);
    if (response.status !== 206) this.#begin(response);
    const reader = response.body.getReader();
    for (;;) {
      const read = await Promise.race([reader.read(), pause(STALLED_AFTER_MS)]);
      if (!read) {
        void reader.cancel().catch(() => {});
        throw new Error("no bytes for a while");
      }
      if (read.done) break;
      this.#append(read.value);
      onProgress(this.filled / this.#bytes.length);
    }
    if (this.filled < this.#bytes.length) throw new Error("the connection ended early");
  }

  finished() {
    return this.#bytes.buffer;
  }

  /** @param {Response} response */
  #begin(response) {
    this.#etag = response.headers.get("ETag") ?? "";
    this.#bytes = new Uint8Array(Number(response.headers.get("Content-Length")));
    this.filled = 0;
  }

  /** @param {Uint8Array} chunk */
  #append(chunk) {
    this.#bytes.set(chunk, this.filled);
    this.filled += chunk.length;
  }
}
