// The way to how long tracks are of which the house does not know it. Few houses have such: that part of the page is fetched for
// the first of them.

/** @import { Api } from "./sync/api.js" */
/** @import { Durations } from "./sync/durations.js" */
/** @import { Database } from "./sync/idb.js" */
/** @import { Track } from "./sync/protocol.js" */

/**
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
