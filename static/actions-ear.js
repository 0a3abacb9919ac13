// What a finger can ask for to bring this device in step by ear: which output it is heard by, how much earlier, and a metronome.
// It comes with the screens behind the first one.

import { Metronome } from "./sync/metronome.js";

/** @import { ActionParts } from "./actions.js" */
/** @import { Output } from "./sync/nudge.js" */

/** @param {ActionParts} parts */
export function earActions({ model, client, listening, nudge, precise, now, timers, tell }) {
  const show = () => void (model.nudge.value = { output: nudge.output, ms: nudge.ms });
  const metronome = new Metronome({
    client, listening, now, timers,
    click: (atMs, isAccent) => void precise()?.then((engine) => engine.click(atMs, isAccent), () => {}),
    nudgeMs: () => nudge.ms,
    onChange: (isTicking) => void (model.ticking.value = isTicking),
  });
  show();
  return {
    /** @param {boolean} shown */
    showEar: (shown) => {
      model.showsEar.value = shown;
      if (!shown) metronome.stop();
    },
    tick: async () => {
      if (model.ticking.value) return metronome.stop();
      await metronome.start().catch((error) => tell("The browser refuses sound", String(error)));
    },
    /** @param {Output} output */
    chooseOutput: (output) => (nudge.choose(output), show()),
    /** @param {number} ms */
    nudgeTo: (ms) => (nudge.set(ms), show()),
  };
}
