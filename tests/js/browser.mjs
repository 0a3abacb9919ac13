// A browser with its tabs, a database they share, and a house at the other end: for tests of what waits to be sent.

import { Ages } from "../../static/lib/ages.js";
import { Outbox } from "../../static/sync/outbox.js";
import { SharedValues } from "../../static/sync/values.js";
import { FakeTimers, settled } from "./fakes.mjs";

export const OFFLINE = { ok: false, problem: { status: 0, title: "Offline", detail: "" } };
export const problem = (status) => ({ ok: false, problem: { status, title: `${status}`, detail: "" } });

/** A database that all tabs share, and a house that keeps what it took by key, as the real one does. */
export class Browser {
  stored = new Map();
  tabs = [];
  live = true;
  taken = [];
  keys = new Map();
  version = 5;
  tries = [];
  /** What becomes of the next tries: "drop" (never arrives), "deaf" (arrives, the answer does not), "dies" (the tab,
   * after it has arrived, or "dies before"), a status. */
  fate = [];
  wall = 1_000_000;
  timers = new FakeTimers();

  /** Read, decide and write, one tab after the other; plain records only. */
  changeValue = async (name, change) => {
    await settled();
    const { value, result } = change(this.stored.has(name) ? structuredClone(this.stored.get(name)) : undefined);
    this.stored.set(name, structuredClone(value));
    return result;
  };

  house = ({ name, args, id, ifMatch }) => {
    if (this.keys.has(id)) return this.keys.get(id);
    if (ifMatch !== undefined && ifMatch !== this.version) return problem(409);
    this.taken.push([name, args]);
    this.version += 1;
    const answer = { ok: true, result: { data: {} }, eventCount: this.version };
    this.keys.set(id, answer);
    return answer;
  };

  tab({ load = "load1", profile = () => "home", values, isLive = () => this.live } = {}) {
    const seen = { lists: [], refused: [], stuck: false };
    const tab = `tab${this.tabs.length}`;
    const channel = { onmessage: null, postMessage: (news) => this.tabs.forEach((each) => each.channel !== channel && each.channel.onmessage({ data: structuredClone(news) })) };
    let ids = 0;
    const outbox = new Outbox({
      tab, channel, profile, random: () => 0.5, timers: this.timers, now: () => this.timers.now,
      change: (values ?? new SharedValues(this)).change,
      send: async (command) => {
        this.tries.push(command);
        await settled();
        const fate = this.fate.shift();
        if (fate === "dies before") return new Promise(() => {});
        if (fate === "drop") return OFFLINE;
        if (typeof fate === "number") return problem(fate);
        const answer = this.house(command, tab);
        if (fate === "dies") return new Promise(() => {});
        return fate === "deaf" ? OFFLINE : answer;
      },
      isLive,
      makeId: () => `${tab}-${++ids}`,
      ages: new Ages({ load, steady: () => this.timers.now, wall: () => this.wall + this.timers.now }),
      onChange: (list, stuck) => Object.assign(seen, { list: list.map(({ said }) => said), stuck }),
      onRefused: (refusal, record) => seen.refused.push([refusal.status, record?.said]),
    });
    this.tabs.push({ outbox, channel, tab });
    return Object.assign(outbox, { seen });
  }
}

/** Until nothing happens any more, in a minute of the browser's time. */
export const quiet = async (browser) => {
  for (let i = 0; i < 60; i += 1) {
    for (let turn = 0; turn < 30; turn += 1) await settled();
    await browser.timers.advance(1000);
  }
};
