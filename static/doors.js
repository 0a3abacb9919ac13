// Doors to parts of the page that few ever need: what is behind them is fetched when somebody knocks.

/** @import { earActions } from "./actions-ear.js" */
/** @import { Api } from "./sync/api.js" */
/** @import { Durations } from "./sync/durations.js" */
/** @import { Database } from "./sync/idb.js" */
/** @import { Output } from "./sync/nudge.js" */
/** @import { Track } from "./sync/protocol.js" */

/** In step by ear. @param {Parameters<typeof earActions>[0]} parts */
export function earDoor(parts) {
  /** @type {Promise<ReturnType<typeof earActions>> | null} */ let coming = null;
  const open = () => (coming ??= import("./actions-ear.js").then((behind) => behind.earActions(parts)));
  return {
    showEar: (/** @type {boolean} */ shown) => void open().then((part) => part.showEar(shown), () => (coming = null)),
    tick: () => void open().then((part) => part.tick()),
    chooseOutput: (/** @type {Output} */ output) => void open().then((part) => part.chooseOutput(output)),
    nudgeTo: (/** @type {number} */ ms) => void open().then((part) => part.nudgeTo(ms)),
  };
}

/**
 * How long tracks are of which the house does not know it.
 * @param {{ api: Api, database: Database | null, timers: { setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void }, onFound: () => void }} parts
 */
export function lengthsDoor({ api, database, timers, onFound }) {
  /** @type {Promise<Durations> | null} */ let coming = null;
  /** @type {Durations | null} */ let here = null;
  const open = async () => {
    const { Durations } = await import("./sync/durations.js");
    const part = new Durations({
      makeAudio: () => new Audio(),
      fileUrl: (trackId) => api.fileUrl(trackId),
      load: async () => database?.value("durations"),
      save: async (known) => database?.setValue("durations", known),
      onFound,
      timers,
    });
    await part.open().catch(() => {});
    here = part;
    onFound();
    return part;
  };
  return {
    of: (/** @type {Track | undefined} */ track) => track?.duration ?? here?.of(track),
    want: (/** @type {Track | undefined} */ track) => {
      if (!track || track.duration !== undefined || track.playable === false) return;
      coming ??= open();
      coming.then((part) => part.want(track), () => (coming = null));
    },
  };
}
