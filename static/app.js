// The page put together: every part is made here, given what it needs, and connected to the others. Nothing is decided here.

import { batch, html, render } from "./vendor/vendor.js";
import { createActions } from "./actions.js";
import { tellOvertaken } from "./actions-mine.js";
import { Ages } from "./lib/ages.js";
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
import { Outbox } from "./sync/outbox.js";
import { findStanding } from "./sync/pairing.js";
import { Plays } from "./sync/plays.js";
import { Starring } from "./sync/stars.js";
import { positionAt } from "./sync/state.js";
import { PlayingTab } from "./sync/tabs.js";
import { Tuning } from "./sync/tuning.js";
import { SharedValues } from "./sync/values.js";
import { App } from "./views/app/app.js";
import { fetchScreens } from "./views/app/screens.js";

/** @import { Bubble } from "./model.js" */
/** @import { Standing } from "./sync/pairing.js" */

const CACHE_BUDGET_BYTES = 1_500_000_000;
const BUFFER_MAX_SEC = 12 * 60;
const POSITION_EVERY_MS = 250;
const REPORT_EVERY_MS = 5000;
const BUBBLE_MS = 6000;
const BUBBLES_MAX = 3;
const REST_AFTER_MS = 300;

/** @type {Promise<void> | null} */
let keysAndLockScreen = null;
const tab = randomId(12);
const model = createModel();
/** @type {Promise<() => void> | null} */ let lookForNewShell = null;
const database = await openDatabase().catch(() => null);
/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const now = () => performance.now();
/** A clock that all tabs share and that does not jump. */
const sharedNow = () => performance.timeOrigin + now();
const isHidden = () => document.visibilityState === "hidden";
const timers = {
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clearTimeout: (/** @type {any} */ timer) => clearTimeout(timer),
  setInterval: (/** @type {() => void} */ run, /** @type {number} */ ms) => setInterval(run, ms),
  clearInterval: (/** @type {any} */ timer) => clearInterval(timer),
};

const values = new SharedValues(database, () => (model.outgoing.value = { ...model.outgoing.value, areKept: false }));
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
    outbox.flush();
    setTimeout(fetchRest, REST_AFTER_MS);
    setTimeout(followShell, REST_AFTER_MS);
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
  changeLease: (change) => values.change("lease", change),
  channel: new BroadcastChannel("hearken"),
  now: sharedNow,
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
  usedAt: sharedNow,
  random: Math.random,
  pause,
  timers,
  onChange: () => showPlayback(),
  onNews: (title, trackId) => tell(title, nameOf(trackId)),
});
const ages = new Ages({ load: tab, steady: now });
const outbox = new Outbox({
  tab,
  change: values.change,
  channel: new BroadcastChannel("hearken-outbox"),
  send: ({ name, args, id, ifMatch }) => client.ask(name, args, { id, ifMatch, quiet: true, once: true }),
  isLive: () => client.status === "live",
  profile: () => client.state.you?.profile ?? null,
  makeId: () => randomId(20),
  ages,
  now: sharedNow,
  random: Math.random,
  timers,
  onChange: (list, stuck) => (model.outgoing.value = { list, stuck, areKept: values.areKept }),
  onRefused: (problem, record) => tell(record ? `Not done: ${record.said}` : problem.title, problem.detail || problem.title),
});
const starring = new Starring({
  outbox,
  ages,
  onAccepted: (events) => client.starsAccepted(events),
  onOvertaken: (overtaken) => tellOvertaken({ model, starring }, overtaken),
});
const plays = new Plays({ outbox, nameOf });
const audition = new Audition({ client, listening, now, onChange: (trackId) => void (model.audition.value = trackId) });
const tuning = new Tuning({ client, listening, now, onChange: (stationId) => void (model.tuned.value = stationId) });
const pairing = {
  api,
  deviceName: defaultDeviceName(navigator.userAgent),
  takeInvitation,
  rememberedToken: async () => (await database?.value("token")) ?? null,
  rememberToken: async (/** @type {string} */ token) => database?.setValue("token", token),
  setCookie: (/** @type {string} */ token) => void (document.cookie = `hearken=${token}; path=/; max-age=31536000; samesite=lax`),
  clientId: "",
};
const actions = createActions({ model, api, client, library, listening, audition, tuning, pairing, outbox, starring, now, onStanding, onChosen: enter, tell, nameOf });

await Promise.all([listening.open().catch(() => {}), outbox.open()]);
render(html`<${App} model=${model} actions=${actions} deviceName=${pairing.deviceName} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
followPage();
setInterval(showPlayback, POSITION_EVERY_MS);
setInterval(() => {
  listening.retryDownloads();
  report();
}, REPORT_EVERY_MS);
onStanding(await findStanding(pairing).catch(() => ({ paired: true, sentence: "" })));

/** @param {Standing} standing */
async function onStanding({ paired, sentence }) {
  const isNew = paired && pairing.clientId !== "";
  const { profiles } = isNew ? await api.profiles().catch(() => ({ profiles: [] })) : { profiles: [] };
  batch(() => {
    model.choices.value = profiles;
    model.phase.value = !paired ? "pairing" : profiles.length > 0 ? "whose" : "ready";
    model.pairing.value = { busy: false, sentence };
  });
  if (model.phase.value === "ready") enter();
}

/** The page of a device that is known, and whose it is. */
function enter() {
  batch(() => {
    model.phase.value = "ready";
    model.pairing.value = { busy: false, sentence: "" };
  });
  client.wake();
  playingTab.ask();
}

/** What the first paint does not need: keys, the lock screen, the other screens. */
async function fetchRest() {
  keysAndLockScreen ??= Promise.all([import("./views/app/keyboard.js"), import("./views/media/media-session.js")]).then(
    ([{ followKeyboard }, { followMediaSession }]) => {
      followKeyboard(model, actions);
      followMediaSession(model, actions);
    },
  );
  await keysAndLockScreen.catch(() => (keysAndLockScreen = null));
  await fetchScreens();
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
  followPlays();
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

/** What is heard counts, unless it is only tried out to compare; and what is on this device can be played without the house. */
function followPlays() {
  const heard = model.audition.value === null ? listening.player.measure() : null;
  const durationSec = heard && (library.tracks.get(heard.trackId)?.duration ?? listening.player.durationOf(heard.trackId));
  plays.follow(heard, durationSec);
  model.kept.value = listening.kept;
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

// For tests and the curious, read only: what this page knows, and what it plays at this instant of the server's clock.
Object.defineProperty(window, "hearken", {
  value: Object.freeze({
    state: () => structuredClone({ ...client.state, link: client.status, joined: client.joined, waiting: outbox.waiting.length, engine: listening.player.engineName }),
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
