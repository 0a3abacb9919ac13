// Of all the tabs of this browser one plays: whoever was tapped last. The lease lies in IndexedDB (localStorage loses updates
// between tabs), the news travels by BroadcastChannel, and a renewal now and then notices what the channel missed.

/**
 * @typedef {object} PlayingTabParts
 * @property {string} tab
 * @property {<T>(change: (lease: Lease | undefined) => { value: Lease, result: T }) => Promise<T>} changeLease
 * @property {{ postMessage: (news: any) => void, onmessage: ((event: any) => void) | null }} channel
 * @property {() => number} now a clock that all tabs share
 * @property {{ setInterval: (run: () => void, ms: number) => any, clearInterval: (timer: any) => void }} timers
 * @property {() => void} onTaken another tab plays now
 * @property {(tab: string | null) => void} onHolder
 */

/** @typedef {{ tab: string | null, until: number }} Lease */

const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 4000;

export class PlayingTab {
  /** @type {PlayingTabParts} */ #parts;
  /** @type {any} */ #timer = null;
  held = false;

  /** @param {PlayingTabParts} parts */
  constructor(parts) {
    this.#parts = parts;
    parts.channel.onmessage = ({ data }) => (data.ask ? this.#answer() : this.#news(data.holder));
  }

  /** Does another tab play at the moment? It says so itself: the lease of a page that is gone proves nothing. */
  ask() {
    this.#parts.channel.postMessage({ ask: true });
  }

  /** A tap in this tab: it plays from now on. */
  async claim() {
    const { tab, now, timers, channel } = this.#parts;
    await this.#parts.changeLease(() => ({ value: { tab, until: now() + LEASE_MS }, result: null }));
    this.held = true;
    channel.postMessage({ holder: tab });
    timers.clearInterval(this.#timer);
    this.#timer = timers.setInterval(() => void this.#renew(), RENEW_EVERY_MS);
    this.#parts.onHolder(tab);
  }

  async release() {
    if (!this.held) return;
    this.#stop();
    const { tab } = this.#parts;
    await this.#parts.changeLease((lease) => ({
      value: lease && lease.tab !== tab ? lease : { tab: null, until: 0 },
      result: null,
    }));
    this.#parts.channel.postMessage({ holder: null });
  }

  async #renew() {
    const { tab, now } = this.#parts;
    const mine = await this.#parts.changeLease((lease) => {
      const ours = lease === undefined || lease.tab === tab;
      return { value: ours ? { tab, until: now() + LEASE_MS } : lease, result: ours };
    });
    if (!mine) this.#lost();
  }

  #answer() {
    if (this.held) this.#parts.channel.postMessage({ holder: this.#parts.tab });
  }

  /** @param {string | null} holder */
  #news(holder) {
    if (holder !== null && holder !== this.#parts.tab) this.#lost();
    this.#parts.onHolder(holder);
  }

  #lost() {
    if (!this.held) return;
    this.#stop();
    this.#parts.onTaken();
  }

  #stop() {
    this.held = false;
    this.#parts.timers.clearInterval(this.#timer);
  }
}
