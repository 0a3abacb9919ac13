// The stand-in's part about what devices play for themselves: state per device, transfers, and what its tabs hear of it.

const FRESH = { mode: "paused", trackId: null, positionSec: 0, queue: [], queueIndex: 0, insertedAt: 0, updatedAt: 0, version: 0 };

export class FakePlayback {
  #all = new Map();
  #undone = new Map();

  /** @param {{ publish: Function, tellDevice: Function }} house */
  constructor(house) {
    this.house = house;
  }

  of = (clientId) => this.#all.get(clientId) ?? FRESH;

  /** @returns {{ status: number, type?: string, data?: object, topic?: string, eventCount: number, problem?: object }} */
  put(clientId, { queue, ...args }, guard) {
    const before = this.of(clientId);
    if (guard !== undefined && guard !== before.version) return { status: 409, eventCount: before.version, problem: { title: "Out of date", detail: "Somebody was faster.", playback: { deviceId: clientId, ...before } } };
    const change = queue ? { ...args, queueChange: { op: "set", trackIds: queue } } : args;
    const same = Object.keys(change).length === 0;
    if (same) return { status: 200, eventCount: before.version, data: {} };
    if (change.queueChange) this.#undone.set(clientId, before);
    return this.#become(clientId, change);
  }

  undo(clientId) {
    const before = this.#undone.get(clientId);
    if (!before) return { status: 409, eventCount: this.of(clientId).version, problem: { title: "Nothing to undo", detail: "", problem: "nothing-to-undo" } };
    this.#undone.set(clientId, this.of(clientId));
    return this.#become(clientId, { queueChange: { op: "set", trackIds: before.queue }, queueIndex: Math.max(0, before.queue.indexOf(this.of(clientId).trackId)), cause: { type: "undone" } });
  }

  take(to, from) {
    const { mode, trackId, positionSec, queue, queueIndex } = this.of(from);
    if (!trackId) return { status: 409, eventCount: 0, problem: { title: "Nothing played", detail: "That device has played nothing yet." } };
    const outcome = this.#become(to, { mode, trackId, positionSec, queueChange: { op: "set", trackIds: queue }, queueIndex, cause: { type: "claimed", clientId: from } });
    if (mode === "playing") this.house.publish(this.#become(from, { mode: "paused", positionSec, cause: { type: "yielded", clientId: to } }), null);
    return outcome;
  }

  told(clientId, { trackId, positionSec }) {
    const own = this.of(clientId);
    if (own.trackId === trackId) this.#all.set(clientId, { ...own, positionSec });
  }

  #become(clientId, change) {
    const before = this.of(clientId);
    const { cause, queueChange, ...fields } = change;
    const updatedAt = Date.now() / 1000;
    const next = { ...before, ...fields, queue: queueChange ? edited(before.queue, queueChange) : before.queue, updatedAt, version: before.version + 1 };
    this.#all.set(clientId, next);
    return { status: 200, type: "playback:updated", topic: `playback:${clientId}`, data: { ...change, updatedAt }, eventCount: next.version };
  }
}

function edited(queue, change) {
  const without = (ids) => queue.filter((each) => !ids.includes(each));
  if (change.op === "insert") return without(change.trackIds).toSpliced(change.at, 0, ...change.trackIds);
  if (change.op === "remove") return without([change.trackId]);
  if (change.op === "move") return without([change.trackId]).toSpliced(change.to, 0, change.trackId);
  return change.trackIds;
}
