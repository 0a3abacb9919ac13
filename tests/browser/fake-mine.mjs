// The stand-in's half of what is a profile's own: profiles, stars by the latest time, plays. And albums and artists to star.

const KINDS = { track: "tracks", album: "albums", artist: "artists" };

export class Mine {
  profiles = new Map([["home", { id: "home", name: "Home" }]]);
  marks = new Map();
  known = new Set();
  plays = new Map();

  /** @param {any} house */
  constructor(house) {
    this.house = house;
  }

  /** @param {string} profile @returns {object} what `sync:full` says of it */
  full(profile) {
    return { stars: this.stars(profile), plays: { recent: this.recent(profile).map(({ track }) => track.trackId) }, profiles: [...this.profiles.values()] };
  }

  stars(profile) {
    const list = (kind) =>
      [...this.marks].filter(([key, { isStar }]) => isStar && key.startsWith(`${profile} ${kind} `)).map(([key, { ts, deviceId }]) => ({ id: key.split(" ")[2], ts, deviceId }));
    return Object.fromEntries(Object.entries(KINDS).map(([kind, name]) => [name, list(kind).sort((one, other) => other.ts - one.ts)]));
  }

  recent(profile) {
    const mine = [...this.plays].filter(([key]) => key.startsWith(`${profile} `));
    return mine.map(([key, play]) => ({ track: this.house.named(key.split(" ")[1]), ...play })).sort((one, other) => other.lastPlayed - one.lastPlayed);
  }

  /** @returns {{ topic: string, type: string, data: object, answer: object } | null} null: no such command */
  command(name, args, { clientId, profile }) {
    if (name === "stars") return this.mark(args, clientId, profile);
    if (name === "plays") return this.heard(args, profile);
    return null;
  }

  mark({ sentTs, events }, deviceId, profile) {
    const now = Date.now() / 1000;
    const told = [];
    const results = events.map(({ mutationId, ts, eventType, id }) => {
      if (this.known.has(mutationId)) return { mutationId, status: "duplicate" };
      this.known.add(mutationId);
      const key = `${profile} ${eventType.replace(/^(un)?star_/, "")} ${id}`;
      const mark = { isStar: eventType.startsWith("star_"), ts: now - Math.max(0, sentTs - ts), deviceId };
      const before = this.marks.get(key);
      const by = before && before.ts > mark.ts && before.deviceId !== deviceId ? { deviceId: before.deviceId, ts: before.ts } : undefined;
      if (!by) this.marks.set(key, mark);
      told.push({ mutationId, ts: mark.ts, eventType, id, deviceId, ...(by && { by }) });
      return by ? { mutationId, status: "superseded", by } : { mutationId, status: "accepted" };
    });
    return { topic: `stars:${profile}`, type: "stars:changed", data: { events: told }, answer: { results } };
  }

  heard({ trackId, ts = 0, sentTs = 0 }, profile) {
    const key = `${profile} ${trackId}`;
    const count = (this.plays.get(key)?.count ?? 0) + 1;
    const data = { trackId, count, lastPlayed: Date.now() / 1000 - Math.max(0, sentTs - ts) };
    this.plays.set(key, { count, lastPlayed: data.lastPlayed });
    return { topic: `plays:${profile}`, type: "plays:counted", data, answer: { ...data, counted: true } };
  }

  /** @returns {[number, object] | null} */
  http(method, path, body, device) {
    const [, first, id] = path.split("/");
    if (path === "/stars") return [200, this.stars(device.profile)];
    if (path === "/plays") {
      const recent = this.recent(device.profile);
      return [200, { counts: Object.fromEntries(recent.map(({ track, count }) => [track.trackId, count])), recent }];
    }
    if (first === "profiles") return this.profile(method, id, body);
    if (first === "albums") return [200, id ? { ...this.albums().find((each) => each.id === id), tracks: this.tracks("album", id) } : this.albums()];
    if (first === "artists") return [200, id ? { ...this.artists().find((each) => each.id === id), tracks: this.tracks("artist", id) } : this.artists()];
    if (first === "genres") return [200, []];
    return null;
  }

  profile(method, id, { name } = {}) {
    const devices = (profile) => [...this.house.devices.values()].filter((each) => each.profile === profile).length;
    if (method === "GET") return [200, { profiles: [...this.profiles.values()].map((each) => ({ ...each, devices: devices(each.id) })) }];
    if (method === "DELETE") return [204, (this.profiles.delete(id), {})];
    const profile = { id: id ?? `p${this.profiles.size}`, name };
    this.profiles.set(profile.id, profile);
    this.house.publish("household", id ? "household:profile-renamed" : "household:profile-created", { profile }, null);
    return [id ? 200 : 201, profile];
  }

  tracks(by, id) {
    return this.grouped(by).get(id) ?? [];
  }

  /** @param {"album" | "artist"} by */
  grouped(by) {
    this.groups ??= new Map();
    if (!this.groups.has(by)) {
      const groups = new Map();
      for (const track of this.house.tracks.values()) groups.set(track.tags[by], [...(groups.get(track.tags[by]) ?? []), track]);
      this.groups.set(by, groups);
    }
    return this.groups.get(by);
  }

  albums() {
    return [...this.grouped("album")].map(([title, [first, ...others]]) => ({ id: title, title, artist: first.tags.artist, trackCount: 1 + others.length, coverUrl: first.coverUrl }));
  }

  artists() {
    return [...this.grouped("artist")].map(([name, [first, ...others]]) => ({ id: name, name, trackCount: 1 + others.length, coverUrl: first.coverUrl }));
  }
}
