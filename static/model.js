// What the views look at: signals, filled by app.js, never by a view. One page has one model.

import { computed, signal } from "./vendor/vendor.js";
import { HOUSE } from "./sync/client.js";
import { withWaiting } from "./sync/stars.js";
import { EMPTY_STATE, NOTHING_PLAYED } from "./sync/state.js";

/** @import { LinkStatus } from "./sync/connection.js" */
/** @import { Given } from "./sync/comparing.js" */
/** @import { OwnActions } from "./solo.js" */
/** @import { Output } from "./sync/nudge.js" */
/** @import { Known } from "./sync/library.js" */
/** @import { Repeat } from "./sync/own-queue.js" */
/** @import { Album, Artist, Health, Hours, NamedTrack, Playback, Playlist, Plays, Profile, Ratings, Source, StarKind, Track, Whereabouts } from "./sync/protocol.js" */
/** @import { Holding } from "./sync/readiness.js" */
/** @import { Waiting } from "./sync/waiting.js" */

/** @typedef {"now" | "queue" | "library" | "compare" | "radio" | "house"} Screen */
/**
 * `kind`: a later bubble of the same kind takes its place; `stays`: until it is dismissed.
 * @typedef {{ id: string, title: string, detail: string, kind?: string, stays?: boolean, action?: { label: string, run: () => void } }} Bubble
 */
/**
 * Somebody else was faster, or later: theirs stands, unless people want theirs. It stays until one is chosen.
 * @typedef {{ id: string, title: string, detail: string, theirs: { label: string, run: () => void }, mine: { label: string, run: () => void } }} Conflict
 */
/** What waits to be sent. `stuck`: tried without success. `areKept`: it outlives the page. @typedef {{ list: Waiting[], stuck: boolean, areKept: boolean }} Outgoing */
/** @typedef {{ id: string, label: string }} SourceChoice */
/** @typedef {{ albums: SourceChoice[], artists: SourceChoice[], genres: SourceChoice[] }} Sources */
/** @typedef {{ stationId?: string, name: string, source: Source, mode: "shuffle" | "queue", schedule?: Hours[] }} StationPlan */
/** @typedef {{ url: string, localUrl: string | null, code: string, drawn: number }} Invite */
/** What came of a playlist file: its name, how many tracks were found, and the entries that were not. @typedef {{ name: string, found: number, missing: string[], missingCount: number }} Imported */
/** What a screen fetches for itself, and may have to ask for again. @typedef {"shelf" | "shelved" | "playlist" | "ratings" | "plays" | "devices" | "radio"} Part */
/** Where one listens, or wants something played: this device alone, or the room it is in. @typedef {"solo" | "room"} Place */
/** `sounding`: it is this tab that is heard. @typedef {Playback & { sounding: boolean, waitsForHouse: boolean, repeat: Repeat }} Own */

/** @type {string[]} */ const NOTHING_QUEUED = [];

export function createModel() {
  const state = signal(EMPTY_STATE);
  const tracks = signal(/** @type {Known} */ (new Map()));
  const search = signal({ text: "", busy: false, tracks: /** @type {Track[] | null} */ (null) });
  const tuned = signal(/** @type {string | null} */ (null));
  const outgoing = signal(/** @type {Outgoing} */ ({ list: [], stuck: false, areKept: true }));
  const stars = computed(() => withWaiting(state.value.stars, outgoing.value.list));
  const session = computed(() => state.value.session);
  // A part of what the house tells that stays the same while other parts change is the same value: nobody draws it again.
  const queue = computed(() => session.value?.queue ?? NOTHING_QUEUED);
  const ownQueue = computed(() => own.value.queue);
  const place = signal(/** @type {Place} */ ("room"));
  const own = signal(/** @type {Own} */ ({ ...NOTHING_PLAYED, sounding: false, waitsForHouse: false, repeat: "off" }));
  const joined = signal(false);
  const currentId = computed(() => (place.value === "solo" ? own.value.trackId : (session.value?.playState.trackId ?? session.value?.queue[0] ?? null)));
  const running = computed(() => {
    const mode = place.value === "solo" ? own.value.mode : session.value?.playState.mode;
    return mode === "playing" || mode === "waiting";
  });
  return {
    /** Which page this is: still finding out, to be paired, to be somebody's, or the app itself. */
    phase: signal(/** @type {"loading" | "pairing" | "whose" | "ready"} */ ("loading")),
    pairing: signal({ busy: false, sentence: "" }),
    screen: signal(/** @type {Screen} */ ("now")),
    link: signal({ status: /** @type {LinkStatus} */ ("connecting"), retryAt: 0 }),
    state,
    session,
    /** Of the room, in play order. */
    queue,
    /** What our own profile heard last. */
    recent: computed(() => state.value.plays.recent),
    currentId,
    /** What Now, Queue and the keys are about. */
    place,
    /** What this device plays for itself. */
    own,
    /** "This phone", as its people would say. */
    thisDevice: signal("This device"),
    running,
    /** There is something to play. */
    playable: computed(() => (place.value === "solo" ? own.value.trackId !== null || own.value.queue.length > 0 : queue.value.length > 0)),
    /** This page is heard, or will be when it plays. */
    audible: computed(() => tuned.value !== null || (place.value === "solo" ? own.value.trackId !== null : joined.value)),
    /** The household's devices with what they play; read while somebody looks. */
    devices: signal(/** @type {Whereabouts[]} */ ([])),
    showsDevices: signal(false),
    /** How the appliance is, from when somebody looked. */
    health: signal({ told: /** @type {Health | null} */ (null), busy: false }),
    showsHealth: signal(false),
    /** Another device of mine with something to go on with, until one says no. */
    elsewhereOffer: signal(/** @type {Whereabouts | null} */ (null)),
    current: computed(() => tracks.value.get(currentId.value ?? "")),
    /** What the room is called, unless it is the house. */
    roomName: computed(() => {
      const room = session.value?.room ?? HOUSE;
      return room === HOUSE ? null : (state.value.rooms.find(({ id }) => id === room)?.name ?? "Another room");
    }),
    me: computed(() => state.value.you?.clientId ?? null),
    /** This tab was tapped and listens; `elsewhere`: another tab of this device does. */
    joined,
    joining: signal(false),
    elsewhere: signal(false),
    /** Chosen to control only: the join page is not shown again. */
    remote: signal(false),
    holding: signal(/** @type {Holding} */ ({ state: "queued", fraction: 0 })),
    unsupported: signal(false),
    errorMs: signal(/** @type {number | null} */ (null)),
    positionSec: signal(0),
    durationSec: signal(/** @type {number | null} */ (null)),
    /** Known by name; whether the library has it still is another question. */
    tracks,
    /** What stands in the queue that Library adds to. */
    queued: computed(() => new Set(place.value === "solo" ? ownQueue.value : queue.value)),
    library: signal({ list: /** @type {Track[]} */ ([]), complete: false }),
    search,
    /** What was searched for and is there; null: nobody searches. */
    found: computed(() => search.value.tracks?.filter(({ trackId }) => tracks.value.has(trackId)) ?? null),
    invite: signal(/** @type {Invite | null} */ (null)),
    /** An answer of ours that is on its way, and the pair that is shown meanwhile. */
    given: signal(/** @type {Given | null} */ (null)),
    ratings: signal(/** @type {Ratings | null} */ (null)),
    /** The track of a pair that is heard on this device at the moment. */
    audition: signal(/** @type {string | null} */ (null)),
    /** What a comparison or a station can be made of. */
    sources: signal(/** @type {Sources} */ ({ albums: [], artists: [], genres: [] })),
    /** The station that this device hears instead of its room. */
    tuned,
    station: computed(() => state.value.radio.find(({ stationId }) => stationId === tuned.value)),
    /** The server's clock, a few times a second; 0 while it is not known. */
    serverMs: signal(0),
    /** The playlist that is open, with its tracks. */
    opened: signal(/** @type {(Playlist & { tracks: NamedTrack[] }) | null} */ (null)),
    /** A playlist file was read: what came of it, until one has seen it. */
    imported: signal(/** @type {Imported | null} */ (null)),
    version: signal(""),
    /** The house is another version than this page: what loads the new one. */
    renewal: signal(/** @type {(() => void) | null} */ (null)),
    /** Everything is being fetched anew; and how often it was, for what screens fetch themselves. */
    refreshing: signal(false),
    refreshes: signal(0),
    /** How far a finger has pulled a list down, in pixels. */
    pulled: signal(0),
    /** What did not come through when a screen asked for it. */
    missed: signal(/** @type {Set<Part>} */ (new Set())),
    showsInvite: signal(false),
    showsKeys: signal(false),
    bubbles: signal(/** @type {Bubble[]} */ ([])),
    conflicts: signal(/** @type {Conflict[]} */ ([])),
    outgoing,
    showsOutgoing: signal(false),
    stars,
    /** The same, to ask whether one thing is starred. */
    starred: computed(() => {
      const ids = (/** @type {{ id: string }[]} */ list) => new Set(list.map(({ id }) => id));
      return { track: ids(stars.value.tracks), album: ids(stars.value.albums), artist: ids(stars.value.artists) };
    }),
    plays: signal(/** @type {Plays | null} */ (null)),
    /** How much earlier this device's sound is sent out, and by which output; set by ear. */
    nudge: signal({ output: /** @type {Output} */ ("speaker"), ms: 0 }),
    showsEar: signal(false),
    /** The metronome runs on this device. */
    ticking: signal(false),
    /** Tracks that are on this device. */
    kept: signal(/** @type {Set<string>} */ (new Set())),
    profiles: computed(() => state.value.profiles),
    profile: computed(() => state.value.profiles.find(({ id }) => id === state.value.you?.profile)),
    /** Profiles to choose from right after pairing, before anything else is known. */
    choices: signal(/** @type {Profile[]} */ ([])),
    /** Albums and artists of the whole library, and the one that is open. */
    shelf: signal(/** @type {{ albums: Album[], artists: Artist[] } | null} */ (null)),
    shelved: signal(/** @type {{ kind: "album" | "artist", id: string, tracks: Track[] } | null} */ (null)),
  };
}

/** @typedef {ReturnType<typeof createModel>} Model */

/**
 * What is a profile's own, and what waits to be sent.
 * @typedef {object} MineActions
 * @property {(kind: StarKind, id: string, isStarred: boolean, title: string) => void} star
 * @property {(key: string) => void} discard
 * @property {() => void} sendNow
 */

/**
 * What a view may ask for. All of it returns at once; the answer is seen in the model.
 * @typedef {MineActions & FirstActions & LaterActions} Actions
 */
/**
 * What comes with the screens behind the first one.
 * @typedef {object} LaterActions
 * @property {(shown: boolean) => void} showEar
 * @property {() => void} tick within a tap: starts the metronome, or stops it
 * @property {(output: Output) => void} chooseOutput
 * @property {(ms: number) => void} nudgeTo
 * @property {() => void} loadPlays
 * @property {() => void} loadShelf
 * @property {(kind: "album" | "artist", id: string) => void} openShelved
 * @property {(profileId: string) => void} chooseProfile right after pairing
 * @property {(name: string) => void} chooseNewProfile right after pairing
 * @property {(clientId: string, profileId: string) => void} giveDevice
 * @property {(name: string) => void} createProfile
 * @property {(profileId: string, name: string) => void} renameProfile
 * @property {(profileId: string) => void} deleteProfile
 * @property {(text: string) => void} search
 * @property {(source: Source, mode: "all" | "top10") => void} startComparing
 * @property {(winner: "a" | "b" | "tie") => void} verdict
 * @property {() => void} skipPair
 * @property {() => void} undoVerdict
 * @property {() => void} redoVerdict
 * @property {(trackId: string) => void} hear within a tap
 * @property {() => void} stopHearing
 * @property {(household?: boolean) => void} loadRatings
 * @property {() => void} loadSources
 * @property {(playlistId: string) => void} openPlaylist
 * @property {(file: File) => void} importPlaylist M3U or JSON
 * @property {(name: string, trackIds: string[]) => void} createPlaylist
 * @property {(playlistId: string, name: string) => void} renamePlaylist
 * @property {(playlistId: string) => void} deletePlaylist
 * @property {(playlistId: string, trackId: string) => void} addToPlaylist
 * @property {(playlistId: string, trackId: string) => void} removeFromPlaylist
 * @property {(playlistId: string, trackId: string, to: number) => void} moveInPlaylist
 * @property {() => void} loadRadio
 * @property {(station: StationPlan) => Promise<boolean>} saveStation did the house take it?
 * @property {(stationId: string) => void} renewStationKey
 * @property {(stationId: string) => void} deleteStation
 * @property {(stationId: string) => void} skipOnAir
 * @property {(stationId: string) => void} tuneIn within a tap
 * @property {() => void} leaveRadio
 * @property {(room: string) => void} enterRoom
 * @property {(name: string) => void} createRoom
 * @property {(room: string, name: string) => void} renameRoom
 * @property {(room: string) => void} deleteRoom
 * @property {() => void} loadHouse
 * @property {() => Promise<void>} loadHealth
 * @property {() => void} loadInvite
 * @property {() => void} renewCode
 * @property {(shown: boolean) => void} showInvite
 * @property {(clientId: string, name: string) => void} rename
 * @property {(clientId: string) => void} revoke
 * @property {() => void} rescan
 * @property {() => void} forgetMissing the music that is gone was meant to go
 */
/**
 * @typedef {object} FirstActions
 * @property {(code: string, name: string) => void} pair
 * @property {() => void} join within a tap
 * @property {() => void} leave
 * @property {() => void} justControl
 * @property {(screen: Screen) => void} show
 * @property {(shown: boolean) => void} showDevices
 * @property {(shown: boolean) => void} showHealth
 * @property {() => void} playOrPause
 * @property {(positionSec: number) => void} seek
 * @property {() => void} next
 * @property {() => void} previous
 * @property {() => void} startWithout
 * @property {(trackId: string) => void} playNext
 * @property {(trackIds: string[]) => void} add
 * @property {(trackId: string) => void} remove
 * @property {(trackId: string, to: number) => void} move
 * @property {() => void} shuffle
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {(trackIds: string[]) => void} playAll in place of the queue
 * @property {(place: Place, trackIds: string[], at?: number) => void} playAt within a tap
 * @property {(place: Place, trackIds: string[]) => void} playNextAt
 * @property {(place: Place, trackIds: string[]) => void} addAt
 * @property {OwnActions} own what this device plays for itself
 * @property {() => void} listenAlone
 * @property {(room: string) => void} listenIn within a tap
 * @property {(shown: boolean) => void} showKeys
 * @property {() => void} refresh
 * @property {(id: string) => void} dismiss
 */
