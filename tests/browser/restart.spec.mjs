// The plug is pulled while music plays, and put back: everybody comes back by themselves, to where they were.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Devices, House, inStep, isFake, playing, press, stateOf, until } from "./harness.mjs";

test("kill -9 in the middle of a track", { skip: isFake }, async (t) => {
  const house = await new House().start();
  const devices = await Devices.open(house);
  try {
    const [a, b] = [await devices.listening("Kitchen"), await devices.listening("Hall")];
    await press(a, "Play");
    await Promise.all([playing(a), playing(b)]);
    // Far enough that it is written down where they are.
    await until(a, (_, measure) => measure.positionSec > 3);
    const before = (await stateOf(a)).session;
    await house.kill();
    await a.getByText("Offline. Reconnecting…").waitFor();
    const downAt = Date.now();
    await house.start(`127.0.0.1:${house.port}`);
    for (const page of [a, b]) await until(page, (state) => state.link === "live" && state.session.playState.mode === "playing", null, 30_000);
    await Promise.all([playing(a, before.playState.trackId), playing(b, before.playState.trackId)]);
    t.diagnostic(`both play again ${Date.now() - downAt} ms after the restart`);
    const after = (await stateOf(a)).session;
    assert.equal(after.epoch, before.epoch);
    assert.ok(after.eventCount > before.eventCount);
    assert.deepEqual(after.queue, before.queue);
    assert.ok(after.playState.anchorPositionSec >= before.playState.anchorPositionSec, "not back to the beginning");
    await inStep(t, "after the restart", a, b);
    assert.deepEqual(devices.problems, []);
  } finally {
    await devices.close();
    await house.stop();
  }
});
