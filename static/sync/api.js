// The page's HTTP requests. Everything the household shares travels over the WebSocket; here is what is fetched once:
// pairing, lists, search, and the household's own paperwork.

/** @import { Album, Artist, Device, Health, NamedTrack, PlaybackChange, Playlist, Plays, Problem, Profile, Ratings, Room, Station, Track, Whereabouts } from "./protocol.js" */

/** @typedef {typeof globalThis.fetch} Fetch */

/** A refusal as the server words it. */
export class Refusal extends Error {
  /** @param {Problem} problem @param {number} retryAfterSec */
  constructor(problem, retryAfterSec) {
    super(problem.detail || problem.title);
    this.problem = problem;
    this.retryAfterSec = retryAfterSec;
  }
}

/** What becomes of a request that did not work: a sentence. @param {(title: string, detail: string) => void} tell */
export function didNotWork(tell) {
  return (/** @type {unknown} */ error) => {
    if (error instanceof Refusal) tell(error.problem.title, error.problem.detail);
    else tell("That did not work", "The house does not answer.");
  };
}

export class Api {
  /** @type {Fetch} */ #fetch;
  /** @type {string} */ #tab;

  /** @param {{ fetch: Fetch, tab: string }} parts */
  constructor({ fetch, tab }) {
    this.#fetch = fetch;
    this.#tab = tab;
  }

  /** @param {{ code?: string, token?: string, clientName?: string }} request */
  pair(request) {
    return this.#ask("POST", "/pair", request);
  }

  /** @returns {Promise<boolean>} does the server know this device? */
  async isPaired() {
    return (await this.standing()) !== "unknown";
  }

  /** @param {string} [room] @returns {Promise<"known" | "unknown" | "no-room">} does the server know this device, and the room? */
  async standing(room = "house") {
    const { status } = await this.#fetch(`/snapshot?room=${encodeURIComponent(room)}`, { cache: "no-store" });
    return status === 401 ? "unknown" : status === 404 ? "no-room" : "known";
  }

  /** @param {number} offset @param {number} limit @returns {Promise<Track[]>} */
  index(offset, limit) {
    return this.#ask("GET", `/index?offset=${offset}&limit=${limit}`);
  }

  /** @param {string} text @returns {Promise<{ tracks: Track[], albums: any[], artists: any[] }>} */
  search(text) {
    return this.#ask("GET", `/search?q=${encodeURIComponent(text)}&limit=100`);
  }

  /** @returns {Promise<{ url: string, localUrl: string, code: string, expiresInSec: number }>} */
  invite() {
    return this.#ask("POST", "/invite", {});
  }

  /** A new pairing code, and an invitation with it; the old ones are worthless. @returns {Promise<{ url: string, localUrl: string, code: string, expiresInSec: number }>} */
  renewCode() {
    return this.#ask("POST", "/invite/code", {});
  }

  /** @returns {Promise<{ ok: boolean, version: string }>} */
  health() {
    return this.#ask("GET", "/healthz");
  }

  /** What the doctor finds, and figures. @returns {Promise<Health>} */
  findings() {
    return this.#ask("GET", "/health");
  }

  /** @param {string} clientId @param {{ name?: string, profile?: string }} change @returns {Promise<Device>} */
  changeDevice(clientId, change) {
    return this.#ask("PATCH", `/clients/${clientId}`, change);
  }

  /** @param {string} clientId */
  revokeDevice(clientId) {
    return this.#ask("DELETE", `/clients/${clientId}`);
  }

  /** @returns {Promise<{ profiles: Profile[] }>} */
  profiles() {
    return this.#ask("GET", "/profiles");
  }

  /** @param {string} name @returns {Promise<Profile>} */
  createProfile(name) {
    return this.#ask("POST", "/profiles", { name });
  }

  /** @param {string} profileId @param {string} name @returns {Promise<Profile>} */
  renameProfile(profileId, name) {
    return this.#ask("PATCH", `/profiles/${profileId}`, { name });
  }

  /** @param {string} profileId */
  deleteProfile(profileId) {
    return this.#ask("DELETE", `/profiles/${profileId}`);
  }

  /** @param {number} limit of the recent ones @returns {Promise<Plays>} */
  plays(limit) {
    return this.#ask("GET", `/plays?limit=${limit}`);
  }

  /** @returns {Promise<{ rooms: Room[] }>} */
  rooms() {
    return this.#ask("GET", "/rooms");
  }

  /** @param {string} name @returns {Promise<Room>} */
  createRoom(name) {
    return this.#ask("POST", "/rooms", { name });
  }

  /** @param {string} roomId @param {string} name @returns {Promise<Room>} */
  renameRoom(roomId, name) {
    return this.#ask("PATCH", `/rooms/${roomId}`, { name });
  }

  /** @param {string} roomId */
  deleteRoom(roomId) {
    return this.#ask("DELETE", `/rooms/${roomId}`);
  }

  /** @param {number} limit @param {boolean} household all profiles' answers together @returns {Promise<Ratings>} */
  ratings(limit, household) {
    return this.#ask("GET", `/ratings?limit=${limit}${household ? "&household=1" : ""}`);
  }

  /** @returns {Promise<Album[]>} */
  albums() {
    return this.#ask("GET", "/albums");
  }

  /** @param {string} albumId @returns {Promise<Album>} with its tracks */
  album(albumId) {
    return this.#ask("GET", `/albums/${albumId}`);
  }

  /** @returns {Promise<Artist[]>} */
  artists() {
    return this.#ask("GET", "/artists");
  }

  /** @param {string} artistId @returns {Promise<Artist>} with albums and tracks */
  artist(artistId) {
    return this.#ask("GET", `/artists/${artistId}`);
  }

  /** @returns {Promise<{ name: string }[]>} */
  genres() {
    return this.#ask("GET", "/genres");
  }

  /** @param {string} playlistId @returns {Promise<Playlist & { tracks: NamedTrack[] }>} */
  playlist(playlistId) {
    return this.#ask("GET", `/playlists/${playlistId}`);
  }

  /**
   * @param {string} m3u8 the file's text
   * @param {string} file what it is called, for want of another name
   * @returns {Promise<{ playlist: Playlist, trackIds: string[], missing: string[], missingCount: number }>}
   */
  importPlaylist(m3u8, file) {
    return this.#ask("POST", `/playlists/import?file=${encodeURIComponent(file)}`, undefined, { body: m3u8 });
  }

  /** @returns {Promise<{ stations: Station[] }>} */
  radio() {
    return this.#ask("GET", "/radio");
  }

  /** What each device of the household does. @returns {Promise<{ devices: Whereabouts[] }>} */
  devices() {
    return this.#ask("GET", "/devices");
  }

  /** The last word of a page that goes: it is sent though nobody waits for the answer. @param {PlaybackChange} change @param {string} key */
  lastWord(change, key) {
    void this.#ask("PUT", "/playback", change, { keepalive: true, headers: { "Idempotency-Key": key } }).catch(() => {});
  }

  /** @param {boolean} [forget] what is missing may go, however much it is */
  rescan(forget = false) {
    return this.#ask("POST", "/scan", forget ? { force: true } : {});
  }

  /** @param {string} trackId */
  fileUrl(trackId) {
    return `/file/${trackId}`;
  }

  /** @param {string} method @param {string} path @param {object} [body] @param {RequestInit} [how] @returns {Promise<any>} */
  async #ask(method, path, body, how) {
    const headers = { "X-Hearken-Tab": this.#tab, ...(body && { "Content-Type": "application/json" }), ...how?.headers };
    const response = await this.#fetch(path, { method, body: body && JSON.stringify(body), ...how, headers });
    const answer = await response.json().catch(() => null);
    if (response.ok) return answer;
    const problem = answer ?? { status: response.status, title: response.statusText, detail: "" };
    throw new Refusal(problem, Number(response.headers.get("Retry-After") ?? 0));
  }
}
