//! One WebSocket: said up, heard down, and the versions that were seen, so that the next command can be guarded.
//!
//! A command's answer comes in its place in the stream. What is heard before it is kept and given out by
//! [`Client::next_message`] in order, so nothing is lost to whoever watches and commands over one connection.

use super::handshake::{path, shake_hands};
use super::http::problem;
use super::message::{Ack, Cursor, Message};
use super::socket::Socket;
use super::{ClientError, Problem, Target, intent};
use crate::clock;
use crate::device::secrets;
use crate::limits::{PING_EVERY, PONG_WITHIN};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::time::{Duration, Instant};
use tungstenite::protocol::WebSocket;

/// How long handshake, first state and each answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What to see, and from where on.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Topics to hear of; empty: all.
    pub topics: Vec<String>,
    /// The room; empty: `house`.
    pub room: String,
    /// The last message applied before a break.
    pub since: Option<Cursor>,
}

/// A connection in step.
#[derive(Debug)]
pub struct Client {
    socket: WebSocket<Socket>,
    target: String,
    room: String,
    waiting: VecDeque<Message>,
    versions: BTreeMap<String, u64>,
    epoch: String,
    seq: u64,
    full: Option<Value>,
    current_track: Option<String>,
    heard: Instant,
}

impl Client {
    /// Connects and waits for the state, or for word that the missed events follow.
    ///
    /// # Errors
    /// [`ClientError`]: nobody there, not paired, or not an appliance.
    pub fn connect(target: &Target, token: Option<&str>, options: &Options) -> Result<Self, ClientError> {
        let socket = Socket::connect(target)?;
        let lost = |error: io::Error| ClientError::Lost { target: target.to_string(), why: error.to_string() };
        socket.wait(Some(ANSWER_WITHIN)).map_err(lost)?;
        let room = if options.room.is_empty() { "house" } else { &options.room };
        let socket = shake_hands(target, token, &path(options, room), socket)?;
        let mut client = Self {
            socket,
            target: target.to_string(),
            room: room.to_owned(),
            waiting: VecDeque::new(),
            versions: BTreeMap::new(),
            epoch: String::new(),
            seq: options.since.as_ref().map_or(0, |since| since.seq),
            full: None,
            current_track: None,
            heard: clock::instant(),
        };
        client.wait_for_state()?;
        Ok(client)
    }

    /// The state that this connection began with, unless it began with the missed events.
    #[must_use]
    pub fn full(&self) -> Option<&Value> {
        self.full.as_ref()
    }

    /// The room that this connection is about.
    #[must_use]
    pub fn room(&self) -> &str {
        &self.room
    }

    /// What to connect with next time.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor { epoch: self.epoch.clone(), seq: self.seq }
    }

    /// The last version seen of a topic.
    #[must_use]
    pub fn version(&self, topic: &str) -> Option<u64> {
        self.versions.get(topic).copied()
    }

    /// The next message within `wait`; those heard while waiting for an answer come first. `None`: none came.
    ///
    /// # Errors
    /// [`ClientError::Lost`], also when the appliance has been silent for longer than its pings allow.
    pub fn next_message(&mut self, wait: Duration) -> Result<Option<Message>, ClientError> {
        match self.waiting.pop_front() {
            Some(message) => Ok(Some(message)),
            None => self.hear(clock::instant() + wait),
        }
    }

    /// A command of the room, guarded by the version last seen. Found stale, it is tried once more if it still
    /// means the same: see `client/intent.rs`.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the appliance's reason.
    pub fn intend(&mut self, name: &str, args: &Value) -> Result<Ack, ClientError> {
        let topic = format!("session:{}", self.room);
        let seen = self.current_track.clone();
        let refused = match self.command(name, args, self.version(&topic)) {
            Err(ClientError::Refused(problem)) => problem,
            done => return done,
        };
        let fresh = refused.expected_event_count.filter(|_| matches!(refused.status, 409 | 428));
        if fresh.is_none() || !intent::still_meant(name, args, seen.as_deref(), refused.snapshot.as_ref()) {
            return Err(ClientError::Refused(refused));
        }
        self.command(name, args, fresh)
    }

    /// A command with the guard given; waits for its answer.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the appliance's reason.
    pub fn command(&mut self, name: &str, args: &Value, guard: Option<u64>) -> Result<Ack, ClientError> {
        let id = secrets::one_time_token().map_err(|error| self.strange(&error.to_string()))?;
        let mut command = json!({"type": "command", "id": id, "name": name, "args": args});
        if let Some(guard) = guard {
            command["ifMatchEvent"] = guard.into();
        }
        self.say(&command)?;
        let answer = self.wait_for(|message| message.id() == Some(&id))?;
        if answer.kind() == "reject" {
            let problem: Problem = serde_json::from_value(answer.0).unwrap_or_else(|_| problem(500, b""));
            return Err(ClientError::Refused(Box::new(problem)));
        }
        let event_count = answer.event_count().unwrap_or_default();
        self.versions.insert(format!("session:{}", self.room), event_count);
        let seq = answer.seq().unwrap_or_default();
        Ok(Ack { event_count, seq, result: answer.0["result"].clone() })
    }

    /// The appliance's monotonic clock now, in its milliseconds: half the round trip of one probe is the error.
    ///
    /// # Errors
    /// [`ClientError::Lost`] when no answer comes.
    pub fn server_ms(&mut self) -> Result<f64, ClientError> {
        let asked = clock::instant();
        self.say(&json!({"type": "time", "t0": 0.0}))?;
        let answer = self.wait_for(|message| message.kind() == "time")?;
        let round_trip = asked.elapsed().as_secs_f64() * 1000.0;
        let told = answer.0["t2"].as_f64().ok_or_else(|| self.strange("a time without t2"))?;
        Ok(told + round_trip / 2.0)
    }

    /// Says anything of the protocol: `join`, `have`, `progress` …
    ///
    /// # Errors
    /// [`ClientError::Lost`].
    pub fn say(&mut self, message: &Value) -> Result<(), ClientError> {
        self.socket.send(tungstenite::Message::text(message.to_string())).map_err(|error| self.lost(&error))
    }

    /// Says goodbye. Dropping does too, less politely.
    pub fn close(mut self) {
        let _ = self.socket.close(None);
        let _ = self.socket.flush();
    }

    fn wait_for_state(&mut self) -> Result<(), ClientError> {
        // The missed events come before the word that they are complete; they stay for whoever asks.
        let state = self.wait_for(|message| matches!(message.kind(), "sync:full" | "sync:resumed"))?;
        if state.kind() == "sync:resumed" {
            self.waiting.push_back(state);
        } else {
            self.full = Some(state.0);
        }
        Ok(())
    }

    /// Hears until `wanted` comes; all else waits its turn.
    fn wait_for(&mut self, wanted: impl Fn(&Message) -> bool) -> Result<Message, ClientError> {
        let end = clock::instant() + ANSWER_WITHIN;
        while let Some(message) = self.hear(end)? {
            if wanted(&message) {
                return Ok(message);
            }
            self.waiting.push_back(message);
        }
        Err(self.lost(&format!("no answer within {} s", ANSWER_WITHIN.as_secs())))
    }

    /// One message from the socket.
    fn hear(&mut self, end: Instant) -> Result<Option<Message>, ClientError> {
        loop {
            let left = end.saturating_duration_since(clock::instant());
            self.socket.get_ref().wait(Some(left)).map_err(|error| self.lost(&error))?;
            match self.socket.read() {
                Ok(tungstenite::Message::Text(text)) => return self.understand(text.as_str()).map(Some),
                Ok(tungstenite::Message::Close(frame)) => {
                    let why = frame.map_or_else(String::new, |frame| frame.reason.to_string());
                    return Err(self.lost(&if why.is_empty() { "closed by the appliance" } else { &why }));
                }
                Ok(_) => self.heard = clock::instant(),
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => {
                    if self.heard.elapsed() > PING_EVERY + PONG_WITHIN {
                        return Err(self.lost(&"silent for too long"));
                    }
                    return Ok(None);
                }
                Err(error) => return Err(self.lost(&error)),
            }
        }
    }

    /// Takes over what the message tells of versions, place and the current track.
    fn understand(&mut self, text: &str) -> Result<Message, ClientError> {
        self.heard = clock::instant();
        let message = Message(serde_json::from_str(text).map_err(|error| self.strange(&error.to_string()))?);
        if let (Some(topic), Some(version)) = (message.topic(), message.event_count()) {
            self.versions.insert(topic.to_owned(), version);
        }
        if let Some(versions) = message.0["versions"].as_object() {
            self.versions = versions.iter().filter_map(|(topic, n)| Some((topic.clone(), n.as_u64()?))).collect();
        }
        if let Some(epoch) = message.0["epoch"].as_str() {
            epoch.clone_into(&mut self.epoch);
        }
        self.seq =
            message.seq().map_or(self.seq, |seq| if message.kind() == "sync:full" { seq } else { seq.max(self.seq) });
        let places = [&message.0["data"]["session"]["playState"], &message.0["data"]["playState"]];
        let acked = &message.0["result"]["data"]["playState"];
        if let Some(state) = places.into_iter().chain([acked]).find(|state| state.is_object()) {
            self.current_track = state["trackId"].as_str().map(Into::into);
        }
        Ok(message)
    }

    fn lost(&self, why: &impl ToString) -> ClientError {
        ClientError::Lost { target: self.target.clone(), why: why.to_string() }
    }

    fn strange(&self, why: &str) -> ClientError {
        ClientError::Strange { target: self.target.clone(), why: why.into() }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests;
