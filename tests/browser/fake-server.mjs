// A stand-in for hearken that speaks docs/protocol.md well enough to look at the page: one room, made-up music, no memory.
//
//   node fake-server.mjs [port] [tracks]      code 123456, invitation #k=invite

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { FakePlayback } from "./fake-playback.mjs";
import { Mine } from "./fake-mine.mjs";
import { coverPng, toneWav } from "./music.mjs";

const STATIC = fileURLToPath(new URL("../../static/", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'";
const TITLES = ["Harbour Lights", "Paper Boats", "Slow Morning", "The Long Way Home", "Copper and Rain", "Nightbus", "Kitchen Waltz", "A Field in October"];
const ARTISTS = ["Mira Vale", "The Low Tide", "Jonas & the Birches", "Odile"];
/** Beyond that there are as many albums and artists as people with so much music have, and not all of it is in the queue. */
const MANY = 5000;
const ALBUMS = ["Small Weather", "Lanterns", "Seven Rooms", "Undertow"];

/** @param {{ port?: number, count?: number, seconds?: number, files?: string }} options files: the page's folder, if not this one */
export async function startFake({ port = 0, count = 24, seconds = 120, files = STATIC } = {}) {
  const house = new House(count, seconds, `${resolve(files)}/`);
  const server = createServer((request, response) => house.http(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const device = house.deviceOf(request);
    if (!device) return void socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (ws) => house.connect(ws, device, new URL(request.url, "http://x")));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = () => (sockets.clients.forEach((ws) => ws.terminate()), server.closeAllConnections(), server.close());
  return { house, port: server.address().port, stop };
}

class House {
  epoch = "fake";
  version = "0.1.0-fake";
  clockId = "clock1";
  seq = 1;
  library = { version: 1, count: 0 };
  devices = new Map();
  tokens = new Map();
  connections = new Set();
  names = 3;
  slow = 0;
  playback = new FakePlayback({ publish: (outcome, origin) => this.publishPlayback(outcome, origin) });
  mine = new Mine(this);

  constructor(count, seconds, files) {
    this.files = files;
    this.tracks = new Map();
    this.seconds = seconds;
    for (let i = 0; i < count; i += 1) {
      const trackId = `track${i}`;
      this.tracks.set(trackId, {
        trackId, fileName: `music/${TITLES[i % TITLES.length]}.wav`, size: 44 + Math.round(seconds * 22050) * 2, mime: "audio/wav",
        playable: i !== 7, duration: seconds,
        tags: { title: TITLES[i % TITLES.length] + (i < TITLES.length ? "" : ` ${Math.floor(i / TITLES.length) + 1}`), ...(count > MANY ? { artist: `${ARTISTS[i % 4]} ${Math.floor(i / 40)}`, album: `${ALBUMS[(i >> 1) % 4]} ${Math.floor(i / 40)}` } : { artist: ARTISTS[i % 4], album: ALBUMS[(i >> 1) % 4] }) },
        ...(i % 5 !== 4 && { coverUrl: `/cover/${trackId}` }),
      });
    }
    this.library.count = count;
    this.session = { eventCount: 1, queue: [...this.tracks.keys()].slice(0, MANY), playState: this.stopped(), barrier: null };
  }

  now = () => performance.now();
  stopped = () => ({ mode: "stopped", trackId: null, anchorPositionSec: 0, startAt: null });

  deviceOf(request) {
    const token = /hearken=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    return this.devices.get(this.tokens.get(token));
  }

  snapshot() {
    const { eventCount, queue, playState, barrier } = this.session;
    const mine = { ...playState, trackId: playState.trackId ?? queue[0] ?? null };
    return { epoch: this.epoch, seq: this.seq, eventCount, clockId: this.clockId, room: "house", queue, queueIndex: 0, playState: mine, barrier: barrier && this.barrierView(), clients: this.clients() };
  }

  clients() {
    const current = this.session.queue[0];
    return this.listeners().map(({ device, have, fraction, rttMs, errorMs }) => ({
      clientId: device.clientId, name: device.name, ready: have.has(current), fraction: have.has(current) ? 1 : fraction, rttMs, errorMs,
    }));
  }

  listeners = () => [...this.connections].filter((each) => each.joined);
  online = () => [...new Set([...this.connections].map(({ device }) => device.clientId))];
  deviceViews = () => [...this.devices.values()].map((device) => ({ ...device, online: this.online().includes(device.clientId) }));

  barrierView() {
    const { type, trackId } = this.session.barrier;
    const members = this.listeners();
    return { type, trackId, members: members.map((each) => each.device.clientId), ready: members.filter((each) => each.have.has(trackId)).map((each) => each.device.clientId) };
  }

  // HTTP

  async http(request, response) {
    const url = new URL(request.url, "http://x");
    const path = decodeURIComponent(url.pathname);
    const answer = (status, body, headers = {}) => (response.writeHead(status, { "Content-Type": "application/json", ...headers }), response.end(JSON.stringify(body)));
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = text ? JSON.parse(text) : {};
    if (path === "/pair") return this.pair(body, answer);
    if (path === "/healthz") return answer(200, { ok: true, version: this.version, epoch: this.epoch, seq: this.seq });
    const file = path === "/" ? "index.html" : path.slice(1);
    const full = normalize(join(this.files, file));
    if (full.startsWith(this.files) && TYPES[extname(full)] && existsSync(full)) {
      response.writeHead(200, { "Content-Type": TYPES[extname(full)], "Content-Security-Policy": CSP, "Cache-Control": "no-cache" });
      return void createReadStream(full).pipe(response);
    }
    const device = this.deviceOf(request);
    if (!device) return answer(401, { type: "about:blank", title: "Not paired", status: 401, detail: "Pair this device first." });
    if (path === "/devices") return answer(200, { devices: [...this.devices.keys()].map((id) => this.whereabouts(id)) });
    if (path === "/playback" && request.method === "GET") return answer(200, { deviceId: device.clientId, ...this.playback.of(device.clientId) });
    if (path === "/playback" || path.startsWith("/playback/")) {
      const outcome = this.playbackCommand(device.clientId, path.slice(1), body, request.headers["if-match-event"] && Number(request.headers["if-match-event"]));
      if (outcome.status !== 200) return answer(outcome.status, { status: outcome.status, ...outcome.problem, expectedEventCount: outcome.eventCount });
      this.publishPlayback(outcome, { clientId: device.clientId, tab: request.headers["x-hearken-tab"] });
      return answer(200, { eventCount: outcome.eventCount, playback: outcome.data });
    }
    if (path === "/snapshot") return answer(200, this.snapshot());
    if (path === "/index") {
      const offset = Number(url.searchParams.get("offset") ?? 0);
      return answer(200, [...this.tracks.values()].slice(offset, offset + Number(url.searchParams.get("limit") ?? 1e9)));
    }
    if (path === "/search") {
      const q = url.searchParams.get("q").toLowerCase();
      return answer(200, { tracks: [...this.tracks.values()].filter(({ tags }) => `${tags.title} ${tags.artist} ${tags.album}`.toLowerCase().includes(q)).slice(0, Number(url.searchParams.get("limit") ?? 100)), albums: [], artists: [] });
    }
    if (path === "/invite") return answer(200, { url: "http://192.168.1.20:8642/#k=invite", localUrl: "http://hearken.local:8642/", code: "123456", expiresInSec: 300 });
    if (path === "/qr.svg") return (response.writeHead(200, { "Content-Type": "image/svg+xml" }), response.end(fakeQr()));
    if (path.startsWith("/cover/")) return (response.writeHead(200, { "Content-Type": "image/png" }), response.end(coverPng(Number(path.slice(12)))));
    if (path.startsWith("/clients/") && request.method === "PATCH") {
      const target = this.devices.get(path.slice(9));
      Object.assign(target, body);
      if (body.profile) this.refreshed(target);
      this.publish("household", "household:renamed", { device: { ...target, online: true } }, { ...device, tab: request.headers["x-hearken-tab"] });
      return answer(200, { ...target, online: true });
    }
    const own = this.mine.http(request.method, path, body, device);
    if (own) return answer(...own);
    if (path.startsWith("/file/")) return this.file(path.slice(6), request, response);
    return answer(404, { type: "about:blank", title: "Not found", status: 404, detail: path });
  }

  named(trackId) {
    const { tags, coverUrl, duration } = this.tracks.get(trackId);
    return { trackId, ...tags, coverUrl, duration };
  }

  /** It has another profile: it comes back for that one's state. */
  refreshed(device) {
    for (const each of [...this.connections].filter((connection) => connection.device === device)) {
      this.say(each, { type: "server:refresh", eph: true, reason: "profile", retryAfterMs: 0 });
      each.ws.close(1012);
    }
  }

  pair({ code, token, clientName }, answer) {
    if (code !== "123456" && token !== "invite") return answer(403, { type: "about:blank", title: "Wrong code", status: 403, detail: "Look at the code again." });
    const clientId = (0xa0000000 + this.devices.size).toString(16).toUpperCase().padStart(16, "0");
    const secret = `token-${clientId}`;
    const device = { clientId, name: clientName || `Device ${this.devices.size + 1}`, profile: "home", pairedAt: Date.now() / 1000 };
    this.devices.set(clientId, device);
    this.tokens.set(secret, clientId);
    this.publish("household", "household:paired", { device: { ...device, online: false } }, null);
    answer(200, { clientId, token: secret, epoch: this.epoch, eventCount: this.session.eventCount, snapshot: this.snapshot() }, { "Set-Cookie": `hearken=${secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000` });
  }

  file(trackId, request, response) {
    const number = Number(trackId.slice(5));
    const bytes = toneWav(this.seconds, 220 * 2 ** ((number % 24) / 12));
    const asked = /bytes=(\d+)-/.exec(request.headers.range ?? "");
    const from = Number(asked?.[1] ?? 0);
    response.writeHead(asked ? 206 : 200, {
      "Content-Type": "audio/wav", "Content-Length": bytes.length - from, ETag: `"${trackId}"`, "Accept-Ranges": "bytes",
      ...(asked && { "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (!this.slow) return void response.end(bytes.subarray(from));
    let at = from;
    const timer = setInterval(() => {
      if (at >= bytes.length || response.destroyed) return (clearInterval(timer), response.end());
      response.write(bytes.subarray(at, (at += this.slow)));
    }, 50);
  }

  // WebSocket

  connect(ws, device, url) {
    const connection = { ws, device, tab: url.searchParams.get("tab"), joined: false, have: new Set(), fraction: 0, rttMs: null, errorMs: null };
    this.connections.add(connection);
    ws.on("message", (text) => this.hear(connection, JSON.parse(text)));
    ws.on("close", () => {
      this.connections.delete(connection);
      this.presence();
      this.tryRelease();
    });
    this.say(connection, {
      type: "sync:full", epoch: this.epoch, seq: this.seq, clockId: this.clockId, ts: Date.now() / 1000,
      you: { clientId: device.clientId, profile: device.profile, tab: connection.tab }, versions: { "session:house": this.session.eventCount },
      data: { session: this.snapshot(), devices: this.deviceViews(), rooms: [{ id: "house", name: "House" }], library: this.library, playback: this.playback.of(device.clientId), ...this.mine.full(device.profile) },
    });
    this.presence();
  }

  say = ({ ws }, message) => ws.send(JSON.stringify(message));

  hear(connection, message) {
    const t1 = this.now();
    switch (message.type) {
      case "time": return this.say(connection, { type: "time", t0: message.t0, t1, t2: this.now() });
      case "join": connection.joined = true; break;
      case "leave": connection.joined = false; break;
      case "have": message.trackIds.forEach((each) => connection.have.add(each)); break;
      case "dropped": message.trackIds.forEach((each) => connection.have.delete(each)); break;
      case "progress": connection.fraction = message.fraction; break;
      case "clock": Object.assign(connection, { rttMs: message.rttMs, errorMs: message.errorMs }); break;
      case "position":
        this.playback.told(connection.device.clientId, message);
        return this.toDevice(connection.device.clientId, { type: "playback:position", eph: true, topic: `playback:${connection.device.clientId}`, ts: 1, data: { trackId: message.trackId, positionSec: message.positionSec, tab: connection.tab } }, connection);
      case "command": return message.name.startsWith("playback") ? this.playbackAsked(connection, message) : this.command(connection, message);
      default: return this.say(connection, { type: "reject", status: 422, title: "Unknown type", detail: message.type });
    }
    this.presence();
    this.tryRelease();
  }

  presence() {
    this.toAll({ type: "session:presence", eph: true, topic: "session:house", ts: 1, data: { clients: this.clients(), barrier: this.session.barrier && this.barrierView() } });
    this.toAll({ type: "household:presence", eph: true, topic: "household", ts: 1, data: { online: this.online() } });
  }

  toAll(message, except) {
    for (const each of this.connections) if (each !== except) this.say(each, message);
  }

  publish(topic, type, data, origin) {
    this.seq += 1;
    this.toAll({ type, data, ts: Date.now() / 1000, seq: this.seq, topic, eventCount: 1, origin });
  }

  command(connection, { id, name, args, ifMatchEvent }) {
    const refuse = (status, title, detail) => this.say(connection, { type: "reject", id, status, title, detail, expectedEventCount: this.session.eventCount, snapshot: this.snapshot() });
    const own = this.mine.command(name, args, connection.device);
    if (own) return this.answerOwn(connection, id, own);
    const guarded = name !== "ended" && name !== "ack-download";
    if (guarded && ifMatchEvent !== this.session.eventCount) return refuse(409, "stale", "Somebody was faster.");
    const outcome = this.decide(name, args);
    if (typeof outcome === "string") return refuse(409, outcome, outcome);
    this.session.eventCount += 1;
    this.seq += 1;
    const { type, data } = outcome;
    const place = { seq: this.seq, topic: "session:house", eventCount: this.session.eventCount };
    this.toAll({ type, data, ts: Date.now() / 1000, ...place, origin: { clientId: connection.device.clientId, tab: connection.tab } }, connection);
    this.say(connection, { type: "ack", id, ...place, result: { data } });
    this.presence();
    this.tryRelease();
  }

  whereabouts(clientId) {
    const { mode, trackId, positionSec, queue } = this.playback.of(clientId);
    const { title, artist } = this.tracks.get(trackId)?.tags ?? {};
    const { name, profile } = this.devices.get(clientId);
    const online = this.online().includes(clientId);
    return { clientId, name, profile, online, active: mode === "playing", ...(trackId && { playback: { mode, trackId, positionSec, title, artist, queueLength: queue.length } }) };
  }

  playbackCommand(clientId, name, args, guard) {
    switch (name) {
      case "playback": return this.playback.put(clientId, args, guard);
      case "playback/undo": case "playback/redo": return this.playback.undo(clientId);
      case "playback/claim": return this.playback.take(clientId, args.from);
      case "playback/transfer": return this.playback.take(args.to, clientId);
      default: return { status: 404, eventCount: 0, problem: { title: "Unknown", detail: name } };
    }
  }

  playbackAsked(connection, { id, name, args, ifMatchEvent }) {
    const outcome = this.playbackCommand(connection.device.clientId, name, args, ifMatchEvent);
    if (outcome.status !== 200) return this.say(connection, { type: "reject", id, status: outcome.status, ...outcome.problem, expectedEventCount: outcome.eventCount });
    this.publishPlayback(outcome, { clientId: connection.device.clientId, tab: connection.tab }, connection);
    this.say(connection, { type: "ack", id, seq: this.seq, topic: outcome.topic, eventCount: outcome.eventCount, result: { data: { eventCount: outcome.eventCount, playback: outcome.data } } });
  }

  publishPlayback({ type, topic, data, eventCount }, origin, asking) {
    if (!type) return;
    this.seq += 1;
    const connection = asking ?? [...this.connections].find((each) => each.tab === origin?.tab);
    this.toDevice(topic.slice("playback:".length), { type, data, ts: Date.now() / 1000, seq: this.seq, topic, eventCount, origin }, connection);
  }

  toDevice(clientId, message, except) {
    for (const each of this.connections) if (each !== except && each.device.clientId === clientId) this.say(each, message);
  }

  /** To the profile's other tabs, and to the one that asked. */
  answerOwn(connection, id, { topic, type, data, answer }) {
    this.seq += 1;
    const place = { seq: this.seq, topic, eventCount: this.seq };
    for (const each of this.connections) {
      if (each !== connection && each.device.profile === connection.device.profile) this.say(each, { type, data, ts: Date.now() / 1000, ...place, origin: null });
    }
    this.say(connection, { type: "ack", id, ...place, result: { data: answer } });
  }

  position() {
    const { mode, anchorPositionSec, startAt } = this.session.playState;
    return mode === "playing" ? anchorPositionSec + Math.max(0, this.now() - startAt) / 1000 : anchorPositionSec;
  }

  setQueue(change) {
    const { queue } = this.session;
    const without = (ids) => queue.filter((each) => !ids.includes(each));
    if (change.op === "rotate") this.session.queue = change.by === 1 ? [...queue.slice(1), queue[0]] : [queue.at(-1), ...queue.slice(0, -1)];
    if (change.op === "insert") this.session.queue = without(change.trackIds).toSpliced(change.at, 0, ...change.trackIds);
    if (change.op === "remove") this.session.queue = without([change.trackId]);
    if (change.op === "move") this.session.queue = without([change.trackId]).toSpliced(change.to, 0, change.trackId);
    if (change.op === "set") this.session.queue = change.trackIds;
    return { queueChange: change, queueLength: this.session.queue.length, queueIndex: 0 };
  }

  wait(type, anchorPositionSec) {
    const trackId = this.session.queue[0];
    this.session.playState = { mode: "waiting", trackId, anchorPositionSec, startAt: null };
    this.session.barrier = { type, trackId };
    return { playState: this.session.playState, barrier: this.barrierView() };
  }

  decide(name, args) {
    const { session } = this;
    const mode = session.playState.mode;
    const changed = (type, data) => ({ type, data });
    const advance = (by) => ({ ...this.setQueue({ op: "rotate", by }), ...this.wait("track", 0) });
    switch (name) {
      case "play": return changed("session:played", this.wait(mode === "stopped" ? "track" : "resume", args.positionSec ?? this.position()));
      case "pause":
        if (mode === "stopped" || mode === "paused") return "not-playing";
        session.playState = { mode: "paused", trackId: session.queue[0], anchorPositionSec: args.positionSec ?? this.position(), startAt: null };
        session.barrier = null;
        return changed("session:paused", { playState: session.playState, barrier: null });
      case "seek":
        if (mode === "stopped") return "not-playing";
        session.playState = { ...session.playState, anchorPositionSec: args.positionSec, startAt: mode === "playing" ? this.now() + 300 : null };
        return changed("session:sought", { playState: session.playState, barrier: session.barrier && this.barrierView() });
      case "next": return changed("session:advanced", advance(1));
      case "prev": return changed("session:advanced", advance(-1));
      case "ended": return args.trackId === session.queue[0] && mode === "playing" ? changed("session:advanced", advance(1)) : "not-current";
      case "nudge": return args.trackId === session.queue[0] ? "is-current" : changed("session:queue", this.setQueue({ op: "insert", at: 1, trackIds: [args.trackId] }));
      case "queue/add": return changed("session:queue", this.setQueue({ op: "insert", at: args.at ?? session.queue.length, trackIds: args.trackIds }));
      case "queue/remove": return changed("session:queue", this.setQueue({ op: "remove", trackId: args.trackId }));
      case "queue/move": return changed("session:queue", this.setQueue({ op: "move", trackId: args.trackId, to: args.to }));
      case "queue/shuffle": return changed("session:queue", this.setQueue({ op: "set", trackIds: [session.queue[0], ...session.queue.slice(1).reverse()] }));
      case "start-anyway": return mode === "waiting" ? changed("barrier.release", this.released()) : "not-waiting";
      default: return "unknown";
    }
  }

  released() {
    const { trackId, anchorPositionSec } = this.session.playState;
    this.session.playState = { mode: "playing", trackId, anchorPositionSec, startAt: this.now() + 300 };
    this.session.barrier = null;
    return { trackId, anchorPositionSec, startAt: this.session.playState.startAt, playState: this.session.playState, barrier: null };
  }

  tryRelease() {
    if (!this.session.barrier) return;
    const { members, ready } = this.barrierView();
    if (members.length === 0 || ready.length < members.length) return;
    const data = this.released();
    this.session.eventCount += 1;
    this.seq += 1;
    this.toAll({ type: "barrier.release", data, ts: 1, seq: this.seq, topic: "session:house", eventCount: this.session.eventCount, origin: null });
  }
}

function fakeQr() {
  let cells = "";
  for (let y = 0; y < 25; y += 1) for (let x = 0; x < 25; x += 1) if ((x * 7 + y * 13 + x * y) % 3 === 0) cells += `M${x} ${y}h1v1h-1z`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 29 29"><rect x="-2" y="-2" width="29" height="29" fill="#fff"/><path d="${cells}"/></svg>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await startFake({ port: Number(process.argv[2] ?? 8700), count: Number(process.argv[3] ?? 24) });
  console.log(`http://127.0.0.1:${port}  code 123456, invitation #k=invite`);
}
