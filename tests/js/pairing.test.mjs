// Tabs that meet the house at once: one pairs, the others find it done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pair } from "../../static/sync/pairing.js";
import { pairingTurn } from "../../static/sync/pairing-turn.js";

/** A browser with some tabs, and a house that takes its time. */
function browser() {
  let time = 0;
  let known = false;
  const shared = new Map();
  const paired = [];
  const change = async (name, decide) => {
    const { value, result } = decide(shared.get(name));
    shared.set(name, value);
    return result;
  };
  const pause = (ms) => new Promise((resolve) => setImmediate(() => ((time += ms), resolve())));
  const api = {
    isPaired: async () => (await pause(5), known),
    pair: async () => {
      await pause(30);
      known = true;
      paired.push(1);
      return { token: "t", clientId: `device ${paired.length}` };
    },
  };
  const tab = (name) => ({ api, rememberedToken: async () => null, rememberToken: async () => {}, setCookie: () => {}, onPaired: () => {}, clientId: "", inTurn: pairingTurn({ tab: name, change, now: () => time, pause }) });
  return { tab, paired, shared };
}

test("four tabs that send the code at once are one device", async () => {
  const { tab, paired, shared } = browser();
  const tabs = ["a", "b", "c", "d"].map(tab);
  const standings = await Promise.all(tabs.map((each) => pair(each, { code: "123456" })));
  assert.equal(paired.length, 1);
  assert.ok(standings.every((standing) => standing.paired));
  assert.equal(tabs.filter(({ clientId }) => clientId !== "").length, 1, "one of them may ask whose the device is");
  assert.equal(shared.get("pairing"), null, "the turn is given back");
});

test("a tab that was closed in its turn does not hold the others for ever", async () => {
  const { tab, paired, shared } = browser();
  shared.set("pairing", { tab: "gone", until: 10_000 });
  assert.equal((await pair(tab("a"), { code: "123456" })).paired, true);
  assert.equal(paired.length, 1);
});
