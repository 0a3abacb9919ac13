//! A WebSocket, from handshake to close, on its connection's own thread.
//!
//! tungstenite reads; it writes only its pongs and closes, through the same [`super::out::Out`] as everybody. What the
//! client says becomes signals and submissions; the answers come as acks in the stream, or out of turn by the answer
//! function, so this thread waits for nothing but the client, and for the writer where its device has more underway than one may.

use super::connection::Connection;
use super::inbound::{self, Misunderstood, Up};
use super::{Live, Opening};
use crate::clock;
use crate::clock::Mono;
use crate::core::ids::{CommandKey, RoomId, TrackId};
use crate::core::presence::Signal;
use crate::core::topic::Topic;
use crate::hub::{Accepted, Refused};
use crate::limits;
use crate::net::commands::{Beside, Said};
use crate::net::problem::Problem;
use crate::net::service::Taken;
use crate::net::{asking, refusal};
use crate::wire::{Seconds, command, envelope, frame::Frame, json};
use serde_json::{Value, json};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tungstenite::{Error, Message};

/// Serves a connection that asked to become a WebSocket with `key`, until it ends.
pub fn serve(beside: &Beside, taken: Taken, key: &str, opening: Opening) {
    let live = &beside.live;
    tune(taken.duplex.socket());
    let head = handshake(key);
    let connection = live.open(taken.duplex, opening, &head);
    Session { live, beside, connection: &connection, told_at: Cell::default() }.read(taken.already_read);
    live.close(&connection);
}

/// The answer to a handshake (RFC 6455, 4.2.2).
fn handshake(key: &str) -> Vec<u8> {
    let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
    let head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    format!("{head}Sec-WebSocket-Accept: {accept}\r\n\r\n").into_bytes()
}

/// Settings of a live socket: small buffers, and a peer that vanished is noticed.
pub(in crate::net) fn tune(socket: &TcpStream) {
    let socket = socket2::SockRef::from(socket);
    let keepalive = socket2::TcpKeepalive::new().with_time(limits::LIVE_USER_TIMEOUT);
    let set = socket
        .set_send_buffer_size(limits::LIVE_SEND_BUFFER_BYTES)
        .and_then(|()| socket.set_tcp_nodelay(true))
        .and_then(|()| socket.set_tcp_keepalive(&keepalive))
        .and_then(|()| socket.set_tcp_user_timeout(Some(limits::LIVE_USER_TIMEOUT)));
    if let Err(error) = set {
        ::log::debug!("a live socket kept its defaults: {error}");
    }
}

/// How much a message may be, and how little is kept for it.
#[must_use]
pub fn bounds() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(limits::WS_READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(limits::WS_MESSAGE_BYTES_MAX))
        .max_frame_size(Some(limits::WS_MESSAGE_BYTES_MAX))
}

/// The reading half of a WebSocket.
struct Session<'a> {
    live: &'a Arc<Live>,
    beside: &'a Beside,
    connection: &'a Arc<Connection>,
    /// When it told its running position last.
    told_at: Cell<Option<Mono>>,
}

/// tungstenite's view of the socket: it reads for itself, and writes through the common lock.
struct Wire<'a>(&'a Session<'a>);

impl Read for Wire<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.0.connection.out.read(buf)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, frames: &[u8]) -> std::io::Result<usize> {
        self.0.push(frames);
        Ok(frames.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Session<'_> {
    fn read(&self, already_read: Vec<u8>) {
        let mut socket = WebSocket::from_partially_read(Wire(self), already_read, Role::Server, Some(bounds()));
        loop {
            match socket.read() {
                Ok(message) => {
                    self.connection.heard(self.live.hub().clock().mono());
                    if let Message::Text(text) = message {
                        self.said(&text);
                    }
                }
                Err(Error::Capacity(error)) => {
                    let why = format!("a message holds {} bytes at most", limits::WS_MESSAGE_BYTES_MAX);
                    ::log::debug!("{}: {error}", self.connection.origin.device);
                    return self.end(1009, &why);
                }
                Err(Error::Utf8(_)) => return self.end(1007, "text must be UTF-8"),
                Err(Error::Protocol(error)) => return self.end(1002, &error.to_string()),
                Err(_) => return,
            }
        }
    }

    /// Closes, and throws away what still comes in for a moment (RFC 6455, 7.1.1): closing with bytes unread would reset
    /// the connection, and the client would not see why.
    fn end(&self, status: u16, why: &str) {
        self.push(Frame::ws_close(status, why).bytes());
        let out = &self.connection.out;
        out.finish();
        let (mut socket, mut waste, mut read) = (out.socket(), [0; 4096], 0);
        let until = clock::instant() + limits::LINGER;
        while read < limits::WS_LINGER_BYTES_MAX {
            let left = until.saturating_duration_since(clock::instant());
            if left.is_zero() || socket.set_read_timeout(Some(left)).is_err() {
                return;
            }
            match socket.read(&mut waste) {
                Ok(0) | Err(_) => return,
                Ok(count) => read += count,
            }
        }
    }

    fn said(&self, text: &str) {
        match inbound::understand(text) {
            Ok(Up::Time { t0 }) => self.time(t0),
            Ok(Up::Command { id, name, args, if_match_event }) => self.command(id, &name, &args, if_match_event),
            Ok(other) => self.report(other),
            Err(Misunderstood { id, detail }) => {
                self.push_text(&reject(id.as_deref(), &refusal::invalid(&detail)));
            }
        }
    }

    /// Answers a time probe: `t1` right after the read, `t2` right before the write, before any queue.
    fn time(&self, t0: f64) {
        let clock = self.live.hub().clock();
        let t1 = clock.precise_ms();
        // Behind pending bytes the answer would lie about its own age; the client asks again.
        if !self.connection.out.lags() {
            let t2 = clock.precise_ms();
            self.push_text(&format!("{{\"type\":\"time\",\"t0\":{t0},\"t1\":{t1:.3},\"t2\":{t2:.3}}}"));
        }
    }

    /// Reports what the device has, does, knows.
    fn report(&self, up: Up) {
        let device = self.connection.origin.device.clone();
        let signal = match up {
            Up::Join { room } => match self.room(room) {
                Some(room) => {
                    self.connection.listens.store(true, Ordering::Relaxed);
                    Signal::Join(device, room, self.connection.id)
                }
                None => return,
            },
            Up::Leave => {
                self.connection.listens.store(false, Ordering::Relaxed);
                Signal::Leave(device)
            }
            Up::Have { track_ids } => Signal::Have(device, self.known(track_ids)),
            Up::Dropped { track_ids } => Signal::Dropped(device, track_ids),
            Up::Progress { track_id, fraction } => Signal::Progress(device, track_id, fraction),
            Up::Clock(clock) => Signal::Clock(device, clock.report()),
            Up::Position { track_id, position_sec, event_count } => {
                return self.position(track_id, position_sec, event_count);
            }
            Up::Command { .. } | Up::Time { .. } => return,
        };
        self.connection.hub.signal(signal);
    }

    /// Where the device is in its own track: noted, and shown to its other tabs.
    fn position(&self, track: TrackId, position_sec: f64, seen: Option<u64>) {
        let (device, now) = (&self.connection.origin.device, self.live.hub().clock().mono());
        let Ok(position_ms) = command::ms("position", position_sec) else { return };
        if self.told_at.get().is_some_and(|at| now.since(at) < limits::POSITION_TOLD_EVERY_MS_MIN) {
            return; // the next one is as good
        }
        self.told_at.set(Some(now));
        let others = self.live.hub().published().presence.device(device).map_or(0, |now| now.connections.len()) > 1;
        if others {
            let tab = &self.connection.origin.tab;
            let data = json(&json!({"trackId": track, "positionSec": Seconds::from(position_ms), "tab": tab}));
            self.live.hub().position_told(self.connection.id, device, seen, data);
        }
        self.connection.hub.signal(Signal::Position(device.clone(), track, position_ms, seen));
    }

    /// The room to join, if there is one of that name; else the client is told.
    fn room(&self, room: Option<RoomId>) -> Option<RoomId> {
        let room = room.unwrap_or_else(|| self.connection.view.room.clone());
        if self.live.hub().published().durable.session(&room).is_some() {
            return Some(room);
        }
        let rejection = crate::core::rejection::Rejection::NoSuchRoom(room.to_string());
        self.push_text(&reject(None, &refusal::of_rejection(&rejection)));
        None
    }

    /// Tracks that the library has; others cannot be ready for anything.
    fn known(&self, tracks: Vec<TrackId>) -> Vec<TrackId> {
        let published = self.live.hub().published();
        tracks.into_iter().filter(|track| published.presence.tracks.has(track)).collect()
    }

    fn command(&self, id: CommandKey, name: &str, args: &Value, guard: Option<u64>) {
        if name == "ack-download" {
            return self.ack_download(&id, args, guard);
        }
        if name == "radio/tune" {
            return self.tune(&id, args);
        }
        let (origin, room) = (self.connection.origin.clone(), &self.connection.view.room);
        let (key, connection) = (Some(id.clone()), Some(&**self.connection));
        let said = Said { name, args, key, guard, origin, room, connection };
        if let Err(problem) = self.beside.submit(said, |command| self.answer(id.clone(), command.topic())) {
            let hash = asking::body_hash(name, args);
            match self.beside.again(&self.connection.origin.device, &id, hash, problem) {
                Ok(first) => self.push_text(&known(&id, &first)),
                Err(problem) => self.push_text(&reject(Some(id.as_str()), &problem)),
            }
        }
    }

    fn tune(&self, id: &CommandKey, args: &Value) {
        match self.beside.radio.tune(&self.connection.hub, &self.connection.origin.device, args) {
            Ok(now) => {
                let published = self.live.hub().published();
                let version = published.durable.head(&Topic::Radio).version;
                let result = format!("{{\"data\":{now}}}");
                self.push_text(&envelope::ack_again(id.as_str(), version, published.seq, &result));
            }
            Err(problem) => self.push_text(&reject(Some(id.as_str()), &problem)),
        }
    }

    fn ack_download(&self, id: &CommandKey, args: &Value, guard: Option<u64>) {
        let (device, room) = (&self.connection.origin.device, &self.connection.view.room);
        match asking::ack_download(&self.connection.hub, device, args, room, guard) {
            Ok(room) => {
                let published = self.live.hub().published();
                let version = published.event_count(&room);
                self.push_text(&envelope::ack_again(id.as_str(), version, published.seq, "{}"));
            }
            Err(problem) => self.push_text(&reject(Some(id.as_str()), &problem)),
        }
    }

    /// What becomes of the writer's answer: an event's ack comes in the stream; everything else is told here.
    fn answer(&self, id: CommandKey, topic: Topic) -> crate::hub::Answer {
        let (live, connection) = (Arc::clone(self.live), Arc::clone(self.connection));
        Box::new(move |result: Result<Accepted, Refused>| {
            let text = match result {
                Ok(accepted) if accepted.is_event => return,
                Ok(accepted) => known(&id, &accepted),
                Err(refused) => reject(Some(id.as_str()), &refusal::of_refused_on(&refused, &topic)),
            };
            live.push(&connection, Frame::ws_text(&text).bytes());
        })
    }

    fn push_text(&self, text: &str) {
        self.push(Frame::ws_text(text).bytes());
    }

    fn push(&self, bytes: &[u8]) {
        self.live.push(self.connection, bytes);
    }
}

/// The ack of what is no event of now.
fn known(id: &CommandKey, accepted: &Accepted) -> String {
    let result = format!("{{\"data\":{}}}", accepted.data);
    envelope::ack_again(id.as_str(), accepted.version, accepted.seq, &result)
}

/// A refusal as WebSockets get it: the problem's members, under the command's id.
#[must_use]
pub fn reject(id: Option<&str>, problem: &Problem) -> String {
    let body = String::from_utf8_lossy(&problem.to_json()).into_owned();
    let members = body.replacen("{\"type\":", "{\"problem\":", 1);
    let rest = members.strip_prefix('{').unwrap_or("\"status\":500}");
    format!("{{\"type\":\"reject\",\"id\":{},{rest}", json(&id))
}
