// The page put together: every part is made here, given what it needs, and connected to the others. Nothing is decided here.

import { batch, html, render } from "./vendor/vendor.js";
import { createActions } from "./actions.js";
import { tellOvertaken } from "./actions-mine.js";
import { isHidden, keep, kept, now, pause, sharedNow, takeInvitation, timers } from "./browser.js";
import { followPage } from "./follow-page.js";
import { lengthsDoor } from "./lengths-door.js";
import { letInspect } from "./inspect.js";
import { Ages } from "./lib/ages.js";
import { defaultDeviceName, thisDeviceWord } from "./lib/device-name.js";
import { whatChanged } from "./lib/describe.js";
import { titleOf } from "./lib/format.js";
import { randomId } from "./lib/random.js";
import { createModel } from "./model.js";
import { createShowing } from "./showing.js";
import { soloDoor } from "./solo-door.js";
import { Api } from "./sync/api.js";
import { Audition } from "./sync/audition.js";
import { memoryStore } from "./sync/cache.js";
import { Client, HOUSE } from "./sync/client.js";
import { ElementEngine } from "./sync/element-engine.js";
import { openDatabase } from "./sync/idb.js";
import { Library } from "./sync/library.js";
import { fitsMemory, Listening } from "./sync/listening.js";
import { Nudge } from "./sync/nudge.js";
import { Outbox } from "./sync/outbox.js";
import { findStanding } from "./sync/pairing.js";
import { pairingTurn } from "./sync/pairing-turn.js";
import { Plays } from "./sync/plays.js";
import { Starring } from "./sync/stars.js";
import { PlayingTab } from "./sync/tabs.js";
import { Tuning } from "./sync/tuning.js";
import { SharedValues } from "./sync/values.js";
import { App } from "./views/app/app.js";
import { fetchScreens, screensNeed } from "./views/app/screens.js";

/** @import { Actions, Bubble, Place } from "./model.js" */
/** @import { BufferEngine } from "./sync/buffer-engine.js" */
/** @import { Standing } from "./sync/pairing.js" */

const CACHE_BUDGET_BYTES = 1_500_000_000;
/** Of what the browser would let this page keep: other pages of this house and the page itself need some, too. */
const QUOTA_SHARE = 0.5;
const POSITION_EVERY_MS = 250;
const REPORT_EVERY_MS = 5000;
const BUBBLES_MAX = 3;
const DATABASE_WITHIN_MS = 3000;
const REST_AFTER_MS = 300;
const OTHER_TABS_ANSWER_MS = 500;

/** @type {Promise<void> | null} */
let restOfPage = null;
/** @type {Promise<void> | null} */ let laterActions = null;
/** @type {() => Promise<void>} */ let lookForRenewal = async () => {};
const tab = randomId(12);
const model = createModel();
/** @type {Promise<() => void> | null} */ let lookForNewShell = null;
// A browser that does not answer is one that keeps nothing.
const database = await Promise.race([openDatabase(), pause(DATABASE_WITHIN_MS).then(() => null)]).catch(() => null);
const values = new SharedValues(database, () => (model.outgoing.value = { ...model.outgoing.value, areKept: false }));
const api = new Api({ fetch: (...request) => fetch(...request), tab });
const library = new Library({
  api,
  pause,
  onTracks: (list, complete) => {
    batch(() => {
      model.library.value = { list, complete };
      model.tracks.value = library.known;
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
  onMessage: (message) => alone.part?.solo.hear(message),
  onStatus: (status, retryInMs) => {
    model.link.value = { status, retryAt: now() + retryInMs };
    if (status === "waiting") model.refreshing.value = false;
    if (status !== "live") alone.part?.solo.lost();
    if (status === "refused") model.phase.value = "pairing";
  },
  onLive: () => {
    fetchPrecise();
    outbox.flush();
    if (model.refreshing.value) tell("Refreshed", "Everything was fetched anew.", { kind: "refresh" });
    if (model.refreshing.value) model.refreshes.value += 1;
    model.refreshing.value = false;
    setTimeout(() => void alone.open().catch(() => {}).then(fetchRest), model.place.value === "solo" ? 0 : REST_AFTER_MS);
    setTimeout(followShell, REST_AFTER_MS);
    listening.live();
    tuning.live();
    alone.part?.solo.live();
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
  onTaken: () => {
    alone.part?.solo.stepBack();
    listening.stepBack();
  },
  onHolder: (holder) => (model.elsewhere.value = holder !== null && holder !== tab),
});
const nudge = new Nudge({ kept, keep });
/** The engine that starts exactly, once it is here. @type {Promise<BufferEngine> | null} */
let precise = null;
const durations = lengthsDoor({ api, database, timers, onFound: () => listening.follow() });
const { quota = Infinity } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
const listening = new Listening({
  client,
  store: database?.trackStore() ?? memoryStore(),
  budgetBytes: Math.min(CACHE_BUDGET_BYTES, quota * QUOTA_SHARE),
  fetch: (...request) => fetch(...request),
  fileUrl: (trackId) => api.fileUrl(trackId),
  trackOf: (trackId) => library.tracks.get(trackId),
  engines: [new ElementEngine(() => new Audio())],
  mayBuffer: (track) => !isHidden() && wantsBuffer() && fitsMemory(durations.of(track)),
  durations,
  nudgeMs: () => nudge.ms,
  isHidden,
  playingTab,
  now,
  usedAt: sharedNow,
  random: Math.random,
  pause,
  timers,
  onChange: () => showPlayback(),
  onNews: (title, trackId) => tell(title, nameOf(trackId)),
  onNoSound: () => tell("No sound comes out here", "The browser finds nothing to play on: connect a loudspeaker or look at the sound settings, then reload."),
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
const alone = soloDoor(async () => {
  const { createOwn } = await import("./solo.js");
  const trackOf = (/** @type {string} */ trackId) => library.tracks.get(trackId);
  const wallSec = () => sharedNow() / 1000;
  const part = createOwn({ model, api, client, listening, playingTab, outbox, tab, trackOf, isHidden, now, wallSec, leaveOthers, kept, keep, tell, nameOf });
  // What this device was playing when it was closed waits for a tap, unless another tab goes on with it.
  playingTab.ask();
  setTimeout(() => part.solo.opened(model.elsewhere.value), OTHER_TABS_ANSWER_MS);
  void part.actions.lookForOffer();
  return part;
});
const pairingNews = new BroadcastChannel("hearken-pairing");
const pairing = {
  api,
  inTurn: pairingTurn({ tab, change: values.change, now: sharedNow, pause }),
  onPaired: () => pairingNews.postMessage("paired"),
  deviceName: defaultDeviceName(navigator.userAgent),
  takeInvitation,
  rememberedToken: async () => (await database?.value("token")) ?? null,
  rememberToken: async (/** @type {string} */ token) => database?.setValue("token", token),
  setCookie: (/** @type {string} */ token) => void (document.cookie = `hearken=${token}; path=/; max-age=31536000; samesite=lax`),
  clientId: "",
};
const showPlayback = createShowing({ model, client, library, durations, listening, tuning, plays, alone, now });
const actionParts = { model, api, client, library, listening, audition, tuning, pairing, outbox, starring, own: alone.actions, nudge, precise: () => precise, timers, settle, now, onStanding, onChosen: enter, tell, nameOf };
const actions = /** @type {Actions} */ (createActions(actionParts));
screensNeed(fetchLaterActions);
model.place.value = kept("place") === "solo" ? "solo" : "room";
model.thisDevice.value = thisDeviceWord(navigator.userAgent, { touches: navigator.maxTouchPoints, screenPx: Math.min(screen.width, screen.height) });
letInspect({ model, client, library, listening, outbox, alone, now });

await Promise.all([listening.open().catch(() => {}), outbox.open()]);
render(html`<${App} model=${model} actions=${actions} deviceName=${pairing.deviceName} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
followPage({ model, api, client, listening, playingTab, alone });
setInterval(showPlayback, POSITION_EVERY_MS);
setInterval(() => {
  listening.retryDownloads();
  report();
}, REPORT_EVERY_MS);
pairingNews.onmessage = async () => {
  if (model.phase.value === "pairing" && (await api.isPaired().catch(() => false))) void onStanding({ paired: true, sentence: "" });
};
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

async function fetchLaterActions() {
  laterActions ??= import("./actions-later.js").then((later) => void Object.assign(actions, later.laterActions(actionParts)));
  return laterActions.catch((error) => {
    laterActions = null;
    throw error;
  });
}

/** What the first paint does not need: keys, the lock screen, the colour of what plays, pulling, the other screens; and whether the house was renewed. */
async function fetchRest() {
  restOfPage ??= Promise.all([
    import("./views/app/keyboard.js"),
    import("./views/media/media-session.js"),
    import("./views/cover/tint.js"),
    import("./views/pull/follow-pull.js"),
    import("./renewal.js"),
  ]).then(([{ followKeyboard }, { followMediaSession }, { followTint }, { followPull }, { createRenewal }]) => {
    followKeyboard(model, actions);
    followMediaSession(model, actions);
    followTint(model);
    followPull(model, actions);
    const onRenewed = (/** @type {() => void} */ run) => !navigator.serviceWorker?.controller && tellRenewed(run);
    lookForRenewal = createRenewal({ model, api, onRenewed, reload: () => location.reload() });
  });
  await restOfPage.catch(() => (restOfPage = null));
  await lookForRenewal().catch(() => {});
  await fetchScreens();
}

/** @param {() => void} run */
function tellRenewed(run) {
  model.renewal.value = run;
  tell("Hearken was renewed", model.running.value && model.audible.value ? "Reload when it suits you: the music stops meanwhile." : "Reload for the new page.", { kind: "version", stays: true, action: { label: "Reload", run } });
}

/** Not needed before the tap; the first paint does not wait for it. */
function fetchPrecise() {
  if (precise || !("AudioContext" in window)) return;
  precise = import("./sync/buffer-engine.js").then(async ({ BufferEngine }) => {
    const engine = new BufferEngine(() => new AudioContext({ latencyHint: "playback" }));
    await listening.add(engine);
    return engine;
  });
  precise.catch(() => (precise = null));
}

/** What only a secure context has: see shell.js. Looked at again after each connect, since the house may be another version now. */
async function followShell() {
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
  lookForNewShell ??= import("./shell.js").then(({ openShell }) => openShell(model, tellRenewed));
  await lookForNewShell.then((look) => look()).catch(() => (lookForNewShell = null));
}

/** This device listens alone from now on: its people tapped for it. */
function leaveOthers() {
  audition.stop();
  tuning.leave();
  if (client.joined) {
    const room = client.state.rooms.find(({ id }) => id === client.room)?.name ?? "The room";
    tell(`${model.thisDevice.value} plays for itself`, `${room} goes on without it.`);
    client.leave();
  }
  settle("solo");
}

/** @param {Place} place */
function settle(place) {
  model.place.value = place;
  keep("place", place);
  showPlayback();
}

/** Each device tells the room how well it is in step. */
function report() {
  if (!client.joined || !client.clock.known) return;
  const { clock } = client;
  const errorMs = Math.abs(listening.player.errorMs ?? 0) + clock.errorMs;
  client.send({ type: "clock", offsetMs: clock.offsetAt(now()), rttMs: clock.rttMs, errorMs });
}

/** @param {string} title @param {string} detail @param {Pick<Bubble, "kind" | "action" | "stays">} [how] */
function tell(title, detail, how = {}) {
  const id = randomId(8);
  const others = model.bubbles.value.filter(({ kind }) => kind === undefined || kind !== how.kind);
  model.bubbles.value = [...others, { id, title, detail, ...how }].slice(-BUBBLES_MAX);
}

/** @param {string | null} trackId */
function nameOf(trackId) {
  return trackId === null ? "nothing" : titleOf(library.tracks.get(trackId));
}

/** For a device whose WebAudio misbehaves, and for tests: `localStorage.engine = "element"`. */
function wantsBuffer() {
  return kept("engine") !== "element";
}
