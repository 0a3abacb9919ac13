// What a finger can ask for to bring this device in step by ear: which output it is heard by, how much earlier, and a metronome.
// Fetched when somebody wants it.

import { Metronome } from "./sync/metronome.js";

/** @import { BufferEngine } from "./sync/buffer-engine.js" */
/** @import { Client } from "./sync/client.js" */
/** @import { Listening } from "./sync/listening.js" */
/** @import { Nudge, Output } from "./sync/nudge.js" */
/** @import { Model } from "./model.js" */

/**
 * @param {object} parts
 * @param {Model} parts.model
 * @param {Client} parts.client
 * @param {Listening} parts.listening
 * @param {Nudge} parts.nudge
 * @param {() => Promise<BufferEngine> | null} parts.precise what can click at an exact moment
 * @param {() => number} parts.now
 * @param {{ setInterval: (run: () => void, ms: number) => any, clearInterval: (timer: any) => void }} parts.timers
 * @param {(title: string, detail: string) => void} parts.tell
 */
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
