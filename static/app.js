// The page put together: every part is made here, given what it needs, and connected to the others. Nothing is decided here.

import { batch, html, render } from "./vendor/vendor.js";
import { createActions } from "./actions.js";
import { defaultDeviceName } from "./lib/device-name.js";
import { whatChanged } from "./lib/describe.js";
import { titleOf } from "./lib/format.js";
import { randomId } from "./lib/random.js";
import { createModel } from "./model.js";
import { Api } from "./sync/api.js";
import { Audition } from "./sync/audition.js";
import { BufferEngine } from "./sync/buffer-engine.js";
import { memoryStore } from "./sync/cache.js";
import { Client, HOUSE } from "./sync/client.js";
import { ElementEngine } from "./sync/element-engine.js";
import { openDatabase } from "./sync/idb.js";
import { Library } from "./sync/library.js";
import { Listening } from "./sync/listening.js";
import { findStanding } from "./sync/pairing.js";
import { positionAt } from "./sync/state.js";
import { PlayingTab } from "./sync/tabs.js";
import { Tuning } from "./sync/tuning.js";
import { App } from "./views/app/app.js";
import { followKeyboard } from "./views/app/keyboard.js";
import { fetchScreens } from "./views/app/screens.js";
import { followMediaSession } from "./views/media/media-session.js";

/** @import { Bubble } from "./model.js" */
/** @import { Standing } from "./sync/pairing.js" */

const CACHE_BUDGET_BYTES = 1_500_000_000;
const BUFFER_MAX_SEC = 12 * 60;
const POSITION_EVERY_MS = 250;
const REPORT_EVERY_MS = 5000;
const BUBBLE_MS = 6000;
const BUBBLES_MAX = 3;
const SCREENS_AFTER_MS = 300;

const tab = randomId(12);
const model = createModel();
/** @type {Promise<() => void> | null} */ let lookForNewShell = null;
const database = await openDatabase().catch(() => null);
/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const now = () => performance.now();
const isHidden = () => document.visibilityState === "hidden";
const timers = {
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clearTimeout: (/** @type {any} */ timer) => clearTimeout(timer),
  setInterval: (/** @type {() => void} */ run, /** @type {number} */ ms) => setInterval(run, ms),
  clearInterval: (/** @type {any} */ timer) => clearInterval(timer),
};

const api = new Api({ fetch: (...request) => fetch(...request), tab });
const library = new Library({
  api,
  pause,
  onTracks: (list, complete) => {
    batch(() => {
      model.library.value = { list, complete };
      model.tracks.value = new Map(library.tracks);
    });
    listening.follow();
  },
});
const client = new Client({
  openSocket: (since, room) => {
    const query = new URLSearchParams({ tab, room, ...(since && { since }) });
    return new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/sync?${query}`);
  },
  ask: (room) => api.standing(room),
  onRoom: (room) => {
    keep("room", room);
    model.bubbles.value = model.bubbles.value.filter(({ kind }) => kind !== "edit");
  },
  isHidden,
  now,
  random: Math.random,
  makeId: () => randomId(20),
  timers,
  onState: (state) => {
    model.state.value = state;
    const { pair } = state.comparison;
    tuning.follow();
    audition.keepTo(pair ? [pair.a.trackId, pair.b.trackId] : []);
    void library.follow(state.library.version);
    listening.follow();
  },
  onStatus: (status, retryInMs) => {
    model.link.value = { status, retryAt: now() + retryInMs };
    if (status === "refused") model.phase.value = "pairing";
  },
  onLive: () => {
    setTimeout(fetchScreens, SCREENS_AFTER_MS);
    setTimeout(followShell, SCREENS_AFTER_MS);
    listening.live();
    tuning.live();
  },
  onClock: () => {
    report();
    listening.player.reconcile();
  },
  onRefused: (problem, seen) => {
    if (problem.problem?.includes("nothing-to-")) return tell(problem.title, "", { kind: "edit" });
    if (problem.status !== 409 || problem.expectedEventCount === undefined) return tell(problem.title, problem.detail);
    tell("Out of date, refreshed", whatChanged(seen, client.state.session, nameOf) || problem.detail);
  },
}, kept("room") ?? HOUSE);
const playingTab = new PlayingTab({
  tab,
  changeLease: database ? (change) => database.changeValue("lease", change) : privateLease(),
  channel: new BroadcastChannel("hearken"),
  now: () => performance.timeOrigin + now(),
  timers,
  onTaken: () => listening.stepBack(),
  onHolder: (holder) => (model.elsewhere.value = holder !== null && holder !== tab),
});
const listening = new Listening({
  client,
  store: database?.trackStore() ?? memoryStore(),
  budgetBytes: CACHE_BUDGET_BYTES,
  fetch: (...request) => fetch(...request),
  fileUrl: (trackId) => api.fileUrl(trackId),
  trackOf: (trackId) => library.tracks.get(trackId),
  engines: [
    new ElementEngine(() => new Audio()),
    ...("AudioContext" in window ? [new BufferEngine(() => new AudioContext({ latencyHint: "playback" }))] : []),
  ],
  mayBuffer: (track) => !isHidden() && wantsBuffer() && track?.duration !== undefined && track.duration <= BUFFER_MAX_SEC,
  isHidden,
  playingTab,
  now,
  usedAt: () => performance.timeOrigin + now(),
  random: Math.random,
  pause,
  timers,
  onChange: () => showPlayback(),
  onNews: (title, trackId) => tell(title, nameOf(trackId)),
});
const audition = new Audition({ client, listening, now, onChange: (trackId) => void (model.audition.value = trackId) });
const tuning = new Tuning({ client, listening, now, onChange: (stationId) => void (model.tuned.value = stationId) });
const pairing = {
  api,
  deviceName: defaultDeviceName(navigator.userAgent),
  takeInvitation,
  rememberedToken: async () => (await database?.value("token")) ?? null,
  rememberToken: async (/** @type {string} */ token) => database?.setValue("token", token),
  setCookie: (/** @type {string} */ token) => void (document.cookie = `hearken=${token}; path=/; max-age=31536000; samesite=lax`),
};
const actions = createActions({ model, api, client, library, listening, audition, tuning, pairing, now, onStanding, tell, nameOf });

await listening.open().catch(() => {});
render(html`<${App} model=${model} actions=${actions} deviceName=${pairing.deviceName} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
followKeyboard(model, actions);
followMediaSession(model, actions);
followPage();
setInterval(showPlayback, POSITION_EVERY_MS);
setInterval(() => {
  listening.retryDownloads();
  report();
}, REPORT_EVERY_MS);
onStanding(await findStanding(pairing).catch(() => ({ paired: true, sentence: "" })));

/** @param {Standing} standing */
function onStanding({ paired, sentence }) {
  batch(() => {
    model.phase.value = paired ? "ready" : "pairing";
    model.pairing.value = { busy: false, sentence };
  });
  if (!paired) return;
  client.wake();
  playingTab.ask();
}

/** The browser's own news: shown, hidden, on the network again, left. */
function followPage() {
  const mayConnect = () => model.phase.value === "ready";
  document.addEventListener("visibilitychange", () => {
    if (isHidden()) client.rest();
    else if (mayConnect()) client.wake();
    listening.follow();
  });
  addEventListener("online", () => mayConnect() && client.wake());
  addEventListener("pageshow", () => mayConnect() && client.wake());
  addEventListener("hashchange", () => location.hash.startsWith("#k=") && location.reload());
  addEventListener("pagehide", () => {
    void playingTab.release();
    client.stop();
  });
}

/** What only a secure context has: see shell.js. Looked at again after each connect, since the house may be another version now. */
async function followShell() {
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
  lookForNewShell ??= import("./shell.js").then(({ openShell }) => openShell(model, (run) => {
    tell("There is a new version of this page", "", { kind: "version", stays: true, action: { label: "Reload", run } });
  }));
  await lookForNewShell.then((look) => look()).catch(() => (lookForNewShell = null));
}

/** What is heard and how far the download is, four times a second and whenever it changes. */
function showPlayback() {
  const session = client.state.session;
  const trackId = model.currentId.value;
  const track = model.current.value;
  const serverNow = client.clock.toServer(now());
  tuning.follow();
  batch(() => {
    model.serverMs.value = client.clock.known ? serverNow : 0;
    model.joined.value = client.joined;
    const holding = listening.holding(trackId);
    const before = model.holding.peek();
    if (holding.state !== before.state || holding.fraction !== before.fraction) model.holding.value = holding;
    model.unsupported.value = listening.isUnsupported(trackId);
    model.errorMs.value = listening.player.errorMs;
    model.durationSec.value = track?.duration ?? listening.player.durationOf(trackId);
    if (session) model.positionSec.value = client.clock.known ? positionAt(session.playState, serverNow) : session.playState.anchorPositionSec;
  });
}

/** Each device tells the room how well it is in step. */
function report() {
  if (!client.joined || !client.clock.known) return;
  const { clock } = client;
  const errorMs = Math.abs(listening.player.errorMs ?? 0) + clock.errorMs;
  client.send({ type: "clock", offsetMs: clock.offsetAt(now()), rttMs: clock.rttMs, errorMs });
}

/** @param {string} title @param {string} detail @param {Pick<Bubble, "kind" | "action"> & { stays?: boolean }} [how] */
function tell(title, detail, { stays = false, ...how } = {}) {
  const id = randomId(8);
  const others = model.bubbles.value.filter(({ kind }) => kind === undefined || kind !== how.kind);
  model.bubbles.value = [...others, { id, title, detail, ...how }].slice(-BUBBLES_MAX);
  if (!stays) setTimeout(() => actions.dismiss(id), BUBBLE_MS);
}

/** @param {string | null} trackId */
function nameOf(trackId) {
  return trackId === null ? "nothing" : titleOf(library.tracks.get(trackId));
}

/** The token of a scanned link; it leaves the address at once, so that nobody shares it by accident. */
function takeInvitation() {
  if (!location.hash.startsWith("#k=")) return null;
  const token = decodeURIComponent(location.hash.slice(3));
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** For a device whose WebAudio misbehaves, and for tests: `localStorage.engine = "element"`. */
function wantsBuffer() {
  return kept("engine") !== "element";
}

/** What this device remembers about itself, where the browser lets it. @param {string} name */
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A private window forgets; so be it.
  }
}

/** Without a database there is nothing that tabs could share: each is on its own. */
function privateLease() {
  /** @type {any} */ let lease;
  return async (/** @type {(lease: any) => { value: any, result: any }} */ change) => {
    const changed = change(lease);
    lease = changed.value;
    return changed.result;
  };
}

// For tests and the curious, read only: what this page knows, and what it plays at this instant of the server's clock.
Object.defineProperty(window, "hearken", {
  value: Object.freeze({
    state: () => structuredClone({ ...client.state, link: client.status, joined: client.joined, engine: listening.player.engineName }),
    measure: () => {
      const heard = listening.player.measure();
      return {
        trackId: heard?.trackId ?? null,
        positionSec: heard?.positionSec ?? null,
        serverTimeMs: heard?.serverTimeMs ?? client.clock.toServer(now()),
        playing: heard !== null,
        offsetMs: client.clock.known ? client.clock.offsetAt(now()) : null,
        errorMs: listening.player.errorMs,
      };
    },
  }),
});
