// What this device plays, changed while the house is out of reach, in one tab or two, on one way or several: nothing is lost, nothing
// counts twice, and people are asked only when somebody else was busy.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { rebased } from "../../static/sync/kept-playback.js";
import { Playback } from "../../static/sync/playback.js";
import { applyPlayback, NOTHING_PLAYED } from "../../static/sync/state.js";
import { Browser, OFFLINE, quiet } from "./browser.mjs";
import { settled } from "./fakes.mjs";

const STALE = (playback) => ({ ok: false, problem: { status: 409, title: "Out of date", detail: "", playback } });
const REUSED = { ok: false, problem: { status: 422, title: "The key was used before", detail: "" } };
const seek = (positionSec) => ({ positionSec });
const insert = (at, ...trackIds) => ({ queueChange: { op: "insert", at, trackIds } });
const track = (trackId, queueIndex, positionSec = 0) => ({ trackId, queueIndex, positionSec });

/** One device: its tabs, each with a line of its own, and what the house has for it. */
class Device extends Browser {
  state = { ...NOTHING_PLAYED, trackId: "a", queue: ["a", "b", "c"], version: 7, positionSec: 30, mode: "playing" };
  told = [];

  /** As the house does it: a key once and for the same words, a guard if there is one. */
  house = ({ args, id, ifMatch }, by = null, strange = false) => {
    const known = this.keys.get(id);
    if (known) return isDeepStrictEqual(known.args, args) ? known.answer : REUSED;
    if (ifMatch !== undefined && ifMatch !== this.state.version) return STALE(this.state);
    this.state = { ...applyPlayback(this.state, args), version: this.state.version + 1 };
    this.taken.push(args);
    const answer = { ok: true, result: {}, eventCount: this.state.version };
    if (id) this.keys.set(id, { args, answer });
    this.told.push({ state: this.state, change: args, by, strange });
    this.#tell();
    return answer;
  };

  /** Another device sends music here, or takes it. */
  elsewhere(args) {
    this.house({ args }, null, true);
  }

  open() {
    const one = { live: true, heard: this.told.length, conflicts: [], changes: 0 };
    const isLive = () => this.live && one.live;
    one.outbox = this.tab({ isLive });
    one.name = this.tabs.at(-1).tab;
    one.fates = [];
    let keys = 0;
    one.playback = new Playback({
      send: async (args, id) => {
        const fate = one.fates.shift();
        if (fate === "lost") return new Promise((resolve) => (one.drop = () => resolve(OFFLINE)));
        const answer = this.house({ args, id }, one.name);
        if (fate === "deaf") return new Promise((resolve) => (one.drop = () => resolve(OFFLINE)));
        return answer;
      },
      isLive, outbox: one.outbox, makeKey: () => `${one.name}-said-${++keys}`, now: () => this.timers.now,
      onChange: () => (one.changes += 1), onConflict: (conflict) => one.conflicts.push(conflict),
    });
    one.playback.take(this.state, seek(this.state.positionSec), false, true);
    one.cut = () => {
      one.live = false;
      one.playback.lost();
      one.drop?.();
    };
    one.mend = () => {
      one.live = true;
      this.#tell();
      one.playback.live();
      one.outbox.flush();
    };
    /** The browser's last moment of it: what it says is on its way when nobody is there any more. */
    one.close = () => {
      const said = one.playback.unsent({});
      one.cut();
      this.pages.splice(this.pages.indexOf(one), 1);
      return () => said && this.house({ args: said.change, id: said.key }, one.name);
    };
    this.pages.push(one);
    return one;
  }
  pages = [];

  #tell() {
    for (const one of this.pages.filter(({ live }) => live && this.live)) {
      for (const { state, change, by, strange } of this.told.slice(one.heard)) {
        one.heard += 1;
        one.playback.take(state, change, by === one.name, strange);
      }
    }
  }
}

let device, page, tab;
beforeEach(() => {
  device = new Device();
  [page, tab] = [device.open(), device.open()];
});
const asked = (one) => one.conflicts.at(-1) ?? null;

test("a tab is closed while a change of it is under way: whichever way it came, it counts once, and nobody is asked", async () => {
  for (const arrives of ["first", "last", "never"]) {
    device = new Device();
    [page, tab] = [device.open(), device.open()];
    tab.fates = ["deaf"];
    tab.playback.change(seek(70));
    const putArrives = tab.close();
    await settled();
    assert.deepEqual(tab.outbox.waiting.map(({ args }) => args), [seek(70)], "left once");
    if (arrives === "first") putArrives();
    await quiet(device);
    if (arrives === "last") putArrives();
    await quiet(device);
    assert.deepEqual(page.outbox.seen.refused, [], arrives);
    page.playback.change(seek(83));
    await quiet(device);
    assert.deepEqual([page.conflicts, page.outbox.waiting, device.state.positionSec], [[], [], 83], arrives);
    assert.equal(device.taken.filter(({ positionSec }) => positionSec === 70).length, 2, `${arrives}: as it was said, and as the last word`);
  }
});

test("changed behind one's own word that is said anew: that is nobody else's doing", async () => {
  device.live = false;
  [page, tab].forEach((each) => each.playback.lost());
  page.playback.change(seek(50));
  await quiet(device);
  device.live = true;
  // Its other tab heard of the house again a moment sooner, and was tapped.
  device.house({ args: seek(40) }, "another tab of this device");
  page.mend();
  await settled();
  page.playback.change(seek(83));
  await quiet(device);
  assert.deepEqual([page.conflicts, tab.conflicts, device.state.positionSec], [[], [], 83]);
});

test("two edits, and the line goes before the first is answered: said again under its key, and the second behind it", async () => {
  for (const fate of ["lost", "deaf"]) {
    device = new Device();
    page = device.open();
    page.fates = [fate];
    page.playback.change(insert(1, "x"));
    page.playback.change(insert(2, "y"));
    page.cut();
    await quiet(device);
    assert.deepEqual(page.playback.shown.queue, ["a", "x", "y", "b", "c"]);
    page.mend();
    await quiet(device);
    assert.deepEqual([device.state.queue, page.conflicts, device.taken.length], [["a", "x", "y", "b", "c"], [], 2], fate);
  }
});

test("a seek that arrived, and its answer did not: said again to the letter, so that the house knows it", async () => {
  page.fates = ["deaf"];
  page.playback.change(seek(70));
  page.cut();
  await quiet(device);
  page.mend();
  await quiet(device);
  assert.deepEqual([page, tab].flatMap(({ outbox, conflicts }) => [...outbox.seen.refused, ...outbox.waiting, ...conflicts]), []);
  assert.deepEqual(device.taken, [seek(70)]);
});

test("a seek that was lost while another device sent music here: mine is a place in my track, not in theirs", async () => {
  tab.cut();
  page.fates = ["lost"];
  page.playback.change(seek(70));
  page.cut();
  await quiet(device);
  device.elsewhere({ queueChange: { op: "set", trackIds: ["x"] }, ...track("x", 0, 5) });
  page.mend();
  await quiet(device);
  assert.deepEqual([asked(page).theirs.trackId, asked(page).mine.trackId], ["x", "a"]);
  asked(page).keep("mine");
  await quiet(device);
  assert.deepEqual([device.state.trackId, device.state.positionSec], ["a", 70]);
});

test("offline: all in one, under the version that was seen, with the place where it stands", async () => {
  page.cut();
  tab.cut();
  page.playback.change({ queueChange: { op: "remove", trackId: "c" } });
  page.playback.change({ ...track("b", 1), mode: "paused" });
  await quiet(device);
  const [{ args, guard, coalesceKey }, ...others] = page.outbox.waiting;
  assert.deepEqual([others, guard, coalesceKey], [[], 7, "playback"]);
  assert.deepEqual(args, { ...track("b", 1), mode: "paused", queueChange: { op: "set", trackIds: ["a", "b"] } });
  assert.deepEqual([tab.playback.shown.queue, tab.playback.shown.trackId], [["a", "b"], "b"], "in the other tab as well");
});

test("two tabs offline at the same instant: neither loses what it did", async () => {
  page.cut();
  tab.cut();
  page.playback.change({ queueChange: { op: "remove", trackId: "c" } });
  tab.playback.change(seek(12));
  await quiet(device);
  page.mend();
  await quiet(device);
  assert.deepEqual([device.state.queue, device.state.positionSec], [["a", "b"], 12]);
});

test("one tab is cut off, the other sends what it kept, and the sound is not turned back meanwhile", async () => {
  page.cut();
  const from = device.timers.now;
  page.playback.change(track("b", 1));
  await quiet(device);
  assert.deepEqual([device.state.trackId, page.outbox.waiting], ["b", []]);
  assert.equal(page.playback.shown.trackId, "b", "its event is not here yet");
  page.mend();
  await quiet(device);
  assert.deepEqual([page.playback.shown.trackId, page.conflicts], ["b", []]);
  assert.equal(Math.round(page.playback.positionSec), (device.timers.now - from) / 1000, "as if nothing had been");
  page.playback.change(seek(33));
  await quiet(device);
  assert.equal(device.state.positionSec, 33, "straight to the house again");
});

test("edited offline in one tab and online in another: both edits stand, nobody is asked", async () => {
  device.live = false;
  [page, tab].forEach((each) => each.playback.lost());
  page.playback.change(insert(1, "x"));
  await quiet(device);
  device.live = true;
  device.house({ args: insert(3, "y") }, "tab");
  tab.mend();
  page.mend();
  await quiet(device);
  assert.deepEqual([device.state.queue, page.conflicts, tab.conflicts], [["a", "x", "b", "c", "y"], [], []]);
});

test("that the house held this device to be away is no conflict", async () => {
  page.cut();
  tab.cut();
  page.playback.change({ queueChange: { op: "remove", trackId: "c" } });
  await quiet(device);
  device.house({ args: { mode: "paused", positionSec: 31 } });
  page.mend();
  await quiet(device);
  assert.deepEqual([device.state.queue, page.conflicts], [["a", "b"], []]);
});

/** Changed here offline, and by another device meanwhile. */
async function conflict() {
  page.cut();
  tab.cut();
  page.playback.change({ queueChange: { op: "remove", trackId: "c" } });
  await quiet(device);
  device.elsewhere({ queueChange: { op: "set", trackIds: ["x", "y"] }, ...track("x", 0, 5) });
  tab.mend();
  page.mend();
  await quiet(device);
}

test("a conflict is told in every tab, and nothing is sent until one has answered", async () => {
  await conflict();
  for (const one of [page, tab]) {
    assert.deepEqual([asked(one).theirs.queue, asked(one).mine.queue, asked(one).mine.trackId], [["x", "y"], ["a", "b"], "a"]);
    assert.equal(one.conflicts.length, 1);
  }
  assert.deepEqual(device.state.queue, ["x", "y"]);
  asked(page).keep("mine");
  await quiet(device);
  assert.deepEqual([device.state.queue, device.state.trackId], [["a", "b"], "a"], "mine with its place");
  assert.deepEqual([asked(page), asked(tab), tab.playback.shown.queue], [null, null, ["a", "b"]], "and it is decided in the other tab, too");
});

test("theirs: in every tab", async () => {
  await conflict();
  asked(tab).keep("theirs");
  await quiet(device);
  for (const one of [page, tab]) {
    assert.deepEqual([one.playback.shown.queue, one.playback.shown.trackId, asked(one), one.outbox.waiting], [["x", "y"], "x", null, []]);
  }
  assert.equal(device.taken.length, 1, "only the other device's");
});

test("the question lives as long as what it is about: another page load asks it again, and what is done meanwhile is mine", async () => {
  await conflict();
  for (const one of [page, tab]) one.close();
  const again = device.open();
  await again.outbox.open();
  await quiet(device);
  assert.deepEqual(asked(again).mine.queue, ["a", "b"]);
  again.playback.change(insert(0, "q"));
  await quiet(device);
  assert.deepEqual(asked(again).mine.queue, ["q", "a", "b"]);
  assert.deepEqual(device.state.queue, ["x", "y"], "still not sent");
  asked(again).keep("mine");
  await quiet(device);
  assert.deepEqual(device.state.queue, ["q", "a", "b"]);
});

test("somebody is busy a second time while people think: they are asked about that", async () => {
  await conflict();
  device.elsewhere({ queueChange: { op: "set", trackIds: ["z"] }, ...track("z", 0, 5) });
  asked(page).keep("mine");
  await quiet(device);
  assert.deepEqual([asked(page).theirs.queue, asked(tab).theirs.queue], [["z"], ["z"]]);
});

test("what an earlier page left is shown, and judged by what that page had seen", async () => {
  page.cut();
  tab.cut();
  page.playback.change(track("c", 2, 12));
  await quiet(device);
  for (const one of [page, tab]) one.close();
  device.house({ args: { mode: "paused", positionSec: 31 } });
  device.live = false;
  const again = device.open();
  await again.outbox.open();
  assert.deepEqual([again.playback.shown.trackId, again.playback.positionSec], ["c", 12]);
  device.live = true;
  again.mend();
  await quiet(device);
  assert.deepEqual([device.state.trackId, device.state.positionSec, again.conflicts], ["c", 12, []]);
});

test("a page that was reloaded offline beside another tab learns at once that it was sent", async () => {
  page.cut();
  tab.cut();
  page.playback.change(track("c", 2, 12));
  await quiet(device);
  page.close();
  const again = device.open();
  again.cut();
  await again.outbox.open();
  tab.mend();
  await quiet(device);
  assert.deepEqual([device.state.trackId, again.outbox.waiting.length], ["c", 0]);
  again.mend();
  again.playback.change(seek(40));
  await quiet(device);
  assert.deepEqual([device.state.positionSec, again.conflicts], [40, []]);
});

test("a last word that arrived long ago does not come back over what others did since", async () => {
  tab.close();
  page.playback.change(seek(50));
  const putArrives = page.close();
  putArrives();
  await quiet(device);
  device.elsewhere({ queueChange: { op: "set", trackIds: ["x"] }, ...track("x", 0, 5), mode: "paused" });
  const again = device.open();
  await again.outbox.open();
  await quiet(device);
  assert.deepEqual([device.state.trackId, again.playback.shown.trackId, again.playback.positionSec, again.conflicts], ["x", "x", 5, []]);
});

test("a tab that goes seeks in its track: another tab that has not heard of that track does not seek in the one before", async () => {
  page.live = false;
  tab.playback.change(track("b", 1));
  await settled();
  tab.fates = ["deaf"];
  tab.playback.change(seek(70));
  const putArrives = tab.close();
  await settled();
  const { trackId, queueIndex } = page.playback.shown;
  assert.deepEqual([trackId, queueIndex, page.playback.positionSec], ["b", 1, 70]);
  putArrives();
  page.mend();
  await quiet(device);
  assert.deepEqual([device.state.trackId, device.state.positionSec, page.outbox.waiting.length, page.conflicts], ["b", 70, 0, []]);
});

test("the last word of a page that goes has everything that was not answered", () => {
  tab.playback.take({ ...device.state, queue: ["a", "b", "c"] }, {}, false);
  tab.fates = ["lost"];
  tab.playback.change({ queueChange: { op: "remove", trackId: "c" } });
  tab.playback.change(seek(20));
  const { change } = tab.playback.unsent({ mode: "paused", positionSec: 21 });
  assert.deepEqual(change, { queueChange: { op: "set", trackIds: ["a", "b"] }, positionSec: 21, mode: "paused" });
  assert.equal(tab.playback.unsent({}), null, "it is said once");
});

test("two queues of one device that grew apart become one", () => {
  const seen = { ...NOTHING_PLAYED, queue: ["a", "b", "c"], trackId: "b", queueIndex: 1 };
  const now = (...queue) => ({ ...seen, queue, queueIndex: queue.indexOf("b"), version: 9 });
  const set = (...trackIds) => ({ queueChange: { op: "set", trackIds } });
  assert.deepEqual(rebased(seen, set("c", "b", "x"), now("a", "y", "b")).queueChange.trackIds, ["y", "b", "x"]);
  assert.deepEqual(rebased(seen, set("c", "a", "b"), now("a", "b", "c", "y")), { ...set("c", "y", "a", "b"), queueIndex: 3 });
  assert.deepEqual(rebased(seen, { trackId: "c", queueIndex: 2 }, now("c", "b")), { trackId: "c", queueIndex: 0 });
});
