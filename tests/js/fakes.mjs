// Time that moves when told to, and a socket with both ends in the test's hands.

export class FakeTimers {
  now = 0;
  #timers = new Map();
  #next = 1;

  setTimeout = (run, ms) => {
    this.#timers.set(this.#next, { at: this.now + ms, run });
    return this.#next++;
  };
  setInterval = this.setTimeout;
  clearTimeout = (timer) => void this.#timers.delete(timer);
  clearInterval = this.clearTimeout;

  get count() {
    return this.#timers.size;
  }

  /** Runs what is due, in order, letting promises settle between. */
  async advance(ms) {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].run();
    }
    this.now = end;
  }
}

export class FakeSocket {
  static all = [];
  sent = [];
  closed = false;

  constructor(since) {
    this.since = since;
    FakeSocket.all.push(this);
  }

  static get last() {
    return FakeSocket.all.at(-1);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  opens() {
    this.onopen({});
  }

  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  dies() {
    this.onclose?.({});
  }
}

export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

export function snapshot(changes = {}) {
  return {
    epoch: "e1", seq: 10, eventCount: 5, clockId: "c1", room: "house", queue: ["a", "b", "c", "d"], queueIndex: 0,
    playState: { mode: "stopped", trackId: "a", anchorPositionSec: 0, startAt: null }, barrier: null, clients: [], ...changes,
  };
}

export function full(session = snapshot()) {
  return {
    type: "sync:full", epoch: session.epoch, seq: session.seq, clockId: session.clockId, ts: 1, you: { clientId: "ME", profile: "home", tab: "t" },
    versions: {}, data: { session, devices: [], rooms: [], library: { version: 1, count: 4 } },
  };
}
