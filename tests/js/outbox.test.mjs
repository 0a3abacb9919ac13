// The outbox: what waits is sent in order and once, whatever drops, dies or happens in another tab meanwhile.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SharedValues } from "../../static/sync/values.js";
import { added, WAITING_MAX } from "../../static/sync/waiting.js";
import { Browser, quiet } from "./browser.mjs";
import { settled } from "./fakes.mjs";

const wish = (said, more = {}) => ({ name: "playlists/add", args: { said }, said, ...more });
let browser;
beforeEach(() => (browser = new Browser()));

test("what is made offline is sent in order on return, each once", async () => {
  const box = browser.tab();
  browser.live = false;
  for (const said of ["one", "two", "three"]) void box.enqueue(wish(said));
  await quiet(browser);
  assert.deepEqual(box.seen.list, ["one", "two", "three"]);
  assert.deepEqual(browser.tries, []);
  browser.live = true;
  box.flush();
  await quiet(browser);
  assert.deepEqual(browser.taken.map(([, { said }]) => said), ["one", "two", "three"]);
  assert.deepEqual(box.seen.list, []);
});

test("what is shown is there at once, before the database has it", () => {
  const box = browser.tab();
  void box.enqueue(wish("one"));
  assert.deepEqual(box.seen.list, ["one"]);
});

test("an answer that was lost: the same command with the same key again, which changes nothing", async () => {
  const box = browser.tab();
  browser.fate = ["deaf", "drop", "deaf"];
  const outcome = box.enqueue(wish("one"));
  await quiet(browser);
  assert.equal(browser.taken.length, 1);
  assert.equal(browser.tries.length, 4);
  assert.equal(new Set(browser.tries.map((each) => JSON.stringify(each))).size, 1);
  assert.equal((await outcome).ok, true);
});

test("the browser is killed between sending and the answer: the next page sends it again, with the same key", async () => {
  const box = browser.tab();
  browser.fate = ["dies"];
  void box.enqueue(wish("one", { timed: true }));
  void box.enqueue(wish("two"));
  await quiet(browser);
  assert.equal(browser.taken.length, 1, "the house has it, the browser does not know");
  browser.tabs = [];
  const after = browser.tab({ load: "load2" });
  await after.open();
  await quiet(browser);
  assert.deepEqual(browser.taken.map(([, { said }]) => said), ["one", "two"]);
  const first = browser.tries.filter(({ args }) => args.said === "one");
  assert.ok(first.length === 2, "it was under way when the browser died");
  assert.deepEqual(first[0], first[1], "to the letter, with the times of the first try");
  assert.deepEqual(after.seen.list, []);
});

test("two tabs send each thing once, and both promises end", async () => {
  const [a, b] = [browser.tab(), browser.tab()];
  const outcomes = [];
  for (let i = 0; i < 6; i += 1) void [a, b][i % 2].enqueue(wish(`${i}`)).then(({ ok }) => outcomes.push(ok));
  await quiet(browser);
  assert.equal(browser.tries.length, 6);
  assert.deepEqual(browser.taken.map(([, { said }]) => said).sort(), ["0", "1", "2", "3", "4", "5"]);
  assert.deepEqual(outcomes, [true, true, true, true, true, true]);
  assert.deepEqual([a.seen.list, b.seen.list], [[], []]);
});

test("a tab that died with the lease is followed by another", async () => {
  const a = browser.tab();
  browser.fate = ["dies before"];
  void a.enqueue(wish("one"));
  while (browser.tries.length === 0) await settled();
  const b = browser.tab();
  await b.open();
  assert.equal(browser.taken.length, 0);
  await quiet(browser);
  assert.equal(browser.taken.length, 1);
});

test("a refusal takes it out with a notice; trouble in the house leaves it", async () => {
  const box = browser.tab();
  browser.fate = [500, 503, 429];
  void box.enqueue(wish("one"));
  while (!box.seen.stuck) await settled();
  assert.deepEqual([box.seen.list, box.seen.stuck, box.seen.refused], [["one"], true, []]);
  await quiet(browser);
  assert.deepEqual([box.seen.list, box.seen.stuck, browser.taken.length], [[], false, 1]);
  browser.fate = [404];
  const outcome = await box.enqueue(wish("two"));
  assert.equal(outcome.ok, false);
  assert.deepEqual([box.seen.list, box.seen.refused], [[], [[404, "two"]]]);
  browser.fate = [404];
  await box.enqueue(wish("a play", { quiet: true }));
  assert.equal(box.seen.refused.length, 1, "what no hand did is nobody's news");
});

test("a guard: one's own edits follow each other, somebody else's is a conflict for its handler", async () => {
  const box = browser.tab();
  const conflicts = [];
  box.on("playback", { refused: (record, { status }) => conflicts.push([record.said, status]) > 0 });
  browser.live = false;
  for (const said of ["one", "two"]) void box.enqueue(wish(said, { name: "playback", guard: 5 }));
  browser.live = true;
  box.flush();
  await quiet(browser);
  assert.deepEqual(browser.tries.map(({ ifMatch }) => ifMatch), [5, 6]);
  browser.version = 20;
  void box.enqueue(wish("three", { name: "playback", guard: 7 }));
  await quiet(browser);
  assert.deepEqual([conflicts, box.seen.refused, box.seen.list], [[["three", 409]], [], []]);
});

test("a later one takes the place of an earlier one that has not been tried", async () => {
  const box = browser.tab();
  browser.live = false;
  for (const at of [1, 2, 3]) void box.enqueue({ name: "playback", args: { positionSec: at }, said: "Position", coalesceKey: "position" });
  void box.enqueue(wish("other"));
  await quiet(browser);
  browser.live = true;
  box.flush();
  await quiet(browser);
  assert.deepEqual(browser.taken, [["playback", { positionSec: 3 }], ["playlists/add", { said: "other" }]]);
  const tried = { key: "k", name: "n", args: {}, said: "", coalesceKey: "c", made: {}, size: 2, tried: true };
  assert.equal(added([tried], { ...tried, key: "l", tried: false }).length, 2, "what may have arrived stays as it is");
});

test("there is an end to what is kept: what no hand did goes first, then new changes are refused", async () => {
  const box = browser.tab();
  browser.live = false;
  void box.enqueue(wish("heard", { quiet: true }));
  for (let i = 0; i < WAITING_MAX; i += 1) void box.enqueue(wish(`${i}`));
  await quiet(browser);
  assert.equal(box.waiting.length, WAITING_MAX);
  assert.equal(box.waiting[0].said, "0");
  assert.equal((await box.enqueue(wish("one more"))).ok, false);
  assert.equal((await box.enqueue(wish("heard", { quiet: true }))).ok, false);
  assert.equal(box.seen.refused.length, 1);
  const large = { ids: "x".repeat(61 * 1024) };
  assert.equal((await box.enqueue({ name: "playlists", args: large, said: "large" })).problem.status, 422);
});

test("discarded: it is never sent", async () => {
  const box = browser.tab();
  browser.live = false;
  const outcome = box.enqueue(wish("one"));
  void box.enqueue(wish("two"));
  await quiet(browser);
  await box.discard(box.waiting[0].key);
  assert.equal((await outcome).ok, false);
  browser.live = true;
  box.flush();
  await quiet(browser);
  assert.deepEqual(browser.taken.map(([, { said }]) => said), ["two"]);
});

test("what was made as another profile waits for it", async () => {
  let profile = "anna";
  const box = browser.tab({ profile: () => profile });
  browser.live = false;
  void box.enqueue(wish("Anna's", { personal: true }));
  void box.enqueue(wish("anybody's"));
  await quiet(browser);
  [profile, browser.live] = ["home", true];
  box.flush();
  await quiet(browser);
  assert.deepEqual([browser.taken.length, box.seen.list], [1, ["Anna's"]]);
  profile = "anna";
  box.flush();
  await quiet(browser);
  assert.deepEqual([browser.taken.length, box.seen.list], [2, []]);
});

test("times: as old as it is when it goes, however the wall clock was set and whichever page sends it", async () => {
  const age = () => browser.tries.at(-1).args.sentTs - browser.tries.at(-1).args.ts;
  const box = browser.tab();
  const madeAndSent = async (change, sender = () => box) => {
    browser.live = false;
    void box.enqueue(wish("heard", { timed: true }));
    await browser.timers.advance(30_000);
    change();
    browser.live = true;
    const from = sender();
    await from.open();
    from.flush();
    for (let i = 0; i < 20; i += 1) await settled();
    return age();
  };
  assert.equal(await madeAndSent(() => {}), 30);
  assert.equal(await madeAndSent(() => (browser.wall -= 3_600_000)), 30, "set back");
  assert.equal(await madeAndSent(() => (browser.wall += 20_000)), 30, "a little ahead");
  assert.equal(await madeAndSent(() => (browser.wall += 3_600_000)), 3630, "it slept, as far as anybody can tell");
  const later = () => browser.tab({ load: "load2" });
  assert.equal(await madeAndSent(() => (browser.wall += 7_200_000), later), 7230, "another page");
});

test("without a database: in this page alone, and it says so; one that fails is done without from then on", async () => {
  let forgetful = 0;
  const none = new SharedValues(null);
  assert.equal(none.areKept, false);
  const box = browser.tab({ values: none });
  void box.enqueue(wish("one"));
  await quiet(browser);
  const failing = new SharedValues({ changeValue: () => Promise.reject(new Error("quota")) }, () => (forgetful += 1));
  const other = browser.tab({ values: failing });
  void other.enqueue(wish("two"));
  await quiet(browser);
  assert.deepEqual([browser.taken.length, forgetful, failing.areKept, other.seen.list], [2, 1, false, []]);
});
