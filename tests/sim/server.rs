//! The appliance: the real writer, ring and log, and connections that do what the sockets do.

use hearken::clock::Clock;
use hearken::core::Settings;
use hearken::core::command::{Command, HouseholdCommand, Origin, SessionCommand, Wish};
use hearken::core::compaction::COMPACTED;
use hearken::core::event::Event;
use hearken::core::ids::{CommandKey, DeviceId, ProfileId, RoomId, TabId, TrackId};
use hearken::core::presence::Signal;
use hearken::hub::by_hand::ByHand;
use hearken::hub::recovery::recover;
use hearken::hub::ring::{Cursor, Joined, Read, Since, Slot};
use hearken::hub::{Accepted, Hub, Refused, Submission};
use hearken::log::memory::MemoryLog;
use hearken::log::{Entry, EventLog, Snapshot};
use hearken::wire::envelope;
use hearken::wire::frame::Frame;
use hearken::wire::snapshot::You;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub type Texts = Vec<String>;

/// Lengths of the library's tracks; that of the last is not known.
pub const LENGTHS_MS: [Option<u32>; 8] =
    [Some(4_000), Some(9_000), Some(6_500), Some(2_000), Some(12_000), Some(5_000), Some(700), None];

pub struct Server {
    pub hub: Hub,
    pub store: MemoryLog,
    pub clock: Arc<Clock>,
    /// The story's time when this process started.
    pub started_at: u64,
    pub starts: u32,
    writer: ByHand,
    connections: BTreeMap<u64, Connection>,
    last_connection: u64,
    /// Answers on their way to connections.
    mail: Arc<Mutex<Vec<(u64, String)>>>,
}

struct Connection {
    device: DeviceId,
    tab: TabId,
    cursor: Cursor,
}

pub fn device(n: usize) -> DeviceId {
    DeviceId::new(&format!("PHONE{n}")).unwrap()
}

pub fn tab(n: usize) -> TabId {
    TabId::new(&format!("tab{n}")).unwrap()
}

pub fn track(n: usize) -> TrackId {
    TrackId::new(&format!("t{n}")).unwrap()
}

impl Server {
    pub fn start(store: MemoryLog, starts: u32, now: u64) -> Self {
        let settings = Settings { queue_max: 10, ..Settings::default() };
        let recovered = recover(Ok(Box::new(store.clone())), settings, format!("clock{starts}").into());
        let clock = Arc::new(Clock::by_hand(1_790_000_000_000 + now as i64));
        let (hub, writer) = ByHand::new(recovered, Arc::clone(&clock));
        let mut server = Self {
            hub,
            store,
            clock,
            started_at: now,
            starts,
            writer,
            connections: BTreeMap::new(),
            last_connection: 0,
            mail: Arc::default(),
        };
        server.scan(u64::MAX);
        server
    }

    /// The process ends, as it should or by the plug, and another one starts.
    pub fn restarted(self, is_planned: bool, now: u64) -> Self {
        if is_planned {
            self.hub.stop();
            let mut writer = self.writer;
            while writer.round() {}
            writer.finish();
        }
        Self::start(self.store, self.starts + 1, now)
    }

    /// The library now has the tracks whose bits are set.
    pub fn scan(&mut self, bits: u64) {
        let there = (0..LENGTHS_MS.len()).filter(|n| bits & (1 << n) != 0);
        let known = there.map(|n| (track(n), LENGTHS_MS[n])).collect();
        self.hub.signal(Signal::Library(Arc::new(known)));
        self.round();
    }

    /// Moves the process' clock to the story's time.
    pub fn at(&self, now: u64) {
        self.clock.pass((now - self.started_at).saturating_sub(self.clock.mono().0));
    }

    /// When the writer wakes by itself, in the story's time.
    pub fn wakes_at(&self) -> u64 {
        let sleep = u64::try_from(self.writer.sleep().as_millis()).unwrap();
        self.started_at + self.clock.mono().0 + sleep.max(1)
    }

    pub fn round(&mut self) {
        // As many as it takes: more may wait than one commit holds.
        (0..3).for_each(|_| assert!(self.writer.round()));
    }

    /// A socket opens. What it is greeted with comes back.
    pub fn connect(&mut self, n: usize, since: Option<Since>) -> (u64, Texts) {
        self.last_connection += 1;
        let id = self.last_connection;
        self.hub.signal(Signal::Connected(device(n), id));
        self.round();
        let joined = self.hub.ring().join(since.as_ref());
        let connection = Connection { device: device(n), tab: tab(n), cursor: joined.cursor };
        self.connections.insert(id, connection);
        (id, greeting(&joined, n, self.clock.wall_ms()))
    }

    /// The server notices that a socket is gone.
    pub fn disconnect(&mut self, id: u64) {
        if let Some(connection) = self.connections.remove(&id) {
            self.hub.signal(Signal::Disconnected(connection.device, id));
        }
    }

    /// A message of a client that is no command.
    pub fn report(&self, signal: Signal) {
        self.hub.signal(signal);
    }

    /// A command comes in by a socket.
    pub fn command(&self, connection: u64, n: usize, id: &str, name: &str, args: &Value, guard: Option<u64>) {
        let mail = Arc::clone(&self.mail);
        let key = CommandKey::new(id).unwrap();
        match super::wishes::understand(n, id, name, args) {
            Err(bad) => mail.lock().unwrap().push((connection, reject(id, 422, &bad, None))),
            Ok(command) => {
                let (id, ring) = (id.to_owned(), Arc::clone(self.hub.ring()));
                let answer = Box::new(move |result: Result<Accepted, Refused>| {
                    if let Ok(accepted) = &result {
                        assert!(ring.published().seq >= accepted.seq, "answered before it was shown");
                    }
                    if let Some(text) = answer(&id, &result) {
                        mail.lock().unwrap().push((connection, text));
                    }
                });
                let origin = Some(Origin { device: device(n), tab: Some(tab(n)) });
                let hash =
                    format!("{name}{args}").bytes().fold(5_u64, |sum, byte| sum.wrapping_mul(33) + u64::from(byte));
                let wish = Wish { command, origin, guard };
                let key = Some((key, hash));
                self.hub.submit(Submission { wish, key, connection: Some(connection), puts: Vec::new(), answer });
            }
        }
    }

    /// The server itself stops the music, if there is any.
    pub fn pause(&mut self) {
        let command = Command::Session(RoomId::house(), SessionCommand::Pause { position_ms: None });
        let wish = Wish { command, origin: None, guard: None };
        self.hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer: Box::new(drop) });
        self.round();
    }

    /// Lets a phone in; not while the disk is full.
    pub fn pair(&mut self, n: usize) -> bool {
        let (name, profile) = (format!("Phone {n}"), ProfileId::home().into());
        self.household(HouseholdCommand::Pair { device: device(n), name, profile })
    }

    /// Shows a phone out; not while the disk is full.
    pub fn revoke(&mut self, n: usize) -> bool {
        self.household(HouseholdCommand::Revoke { device: device(n) })
    }

    fn household(&mut self, command: HouseholdCommand) -> bool {
        let is_done = Arc::new(Mutex::new(false));
        let (done, command) = (Arc::clone(&is_done), Command::Household(command));
        let wish = Wish { command, origin: None, guard: None };
        let answer = Box::new(move |result: Result<Accepted, Refused>| *done.lock().unwrap() = result.is_ok());
        self.hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
        self.round();
        *is_done.lock().unwrap()
    }

    /// A snapshot is stored, and what it supersedes leaves the log. How many entries went.
    pub fn compact(&mut self) -> u64 {
        let published = self.hub.published();
        let state = serde_json::to_vec(&published.durable).unwrap();
        if self.store.put_snapshot(&Snapshot { seq: published.seq, state }).is_err() {
            return 0; // the disk is full
        }
        let superseded = |entry: &Entry| {
            let event: Event = serde_json::from_slice(&entry.payload).unwrap();
            COMPACTED.contains(&event.topic().kind()) && !published.durable.rests_on(&event)
        };
        let entries = self.store.read_after(0, usize::MAX).unwrap();
        let gone: Vec<u64> = entries.iter().filter(|entry| superseded(entry)).map(|entry| entry.seq).collect();
        self.store.forget(&gone).unwrap_or(0)
    }

    /// What each connection is to be sent now, in order.
    pub fn outgoing(&mut self) -> Vec<(u64, String)> {
        let mut texts: Vec<(u64, String)> = self.mail.lock().unwrap().drain(..).collect();
        let ring = self.hub.ring();
        for (id, connection) in &mut self.connections {
            loop {
                match ring.read(connection.cursor, 7) {
                    Read::Slots(slots, _) if slots.is_empty() => break,
                    Read::Slots(slots, next) => {
                        texts.extend(slots.iter().map(|slot| (*id, connection.shown(slot))));
                        connection.cursor = next;
                    }
                    Read::Lagged | Read::Closed => panic!("a reader that is never behind"),
                }
            }
        }
        texts
    }

    /// What `GET /snapshot` says.
    pub fn snapshot(&self) -> Value {
        serde_json::from_str(&self.hub.published().snapshot(&RoomId::house())).unwrap()
    }
}

impl Connection {
    /// A message as this socket gets it: its tab's own events as acks.
    fn shown(&self, slot: &Slot) -> String {
        let own = slot.logged.as_ref().and_then(|logged| logged.own.as_ref());
        let own = own.filter(|own| own.origin.device == self.device && own.origin.tab.as_ref() == Some(&self.tab));
        text(own.map_or(&slot.frame, |own| &own.ack))
    }
}

fn greeting(joined: &Joined, n: usize, ts_ms: i64) -> Texts {
    let you = You { client_id: device(n), profile: ProfileId::home(), tab: Some(tab(n)) };
    let mut texts = Vec::new();
    match &joined.missed {
        Some(missed) => {
            texts.extend(missed.iter().map(|slot| text(&slot.frame)));
            texts.push(joined.published.resumed(&you, ts_ms));
        }
        None => texts.push(joined.published.full(&RoomId::house(), &|_| true, &you, ts_ms)),
    }
    texts.extend(joined.ephemerals.iter().map(|slot| text(&slot.frame)));
    texts
}

/// The answer as the socket gets it out of turn; an event's ack comes in the stream.
fn answer(id: &str, result: &Result<Accepted, Refused>) -> Option<String> {
    match result {
        Ok(accepted) if accepted.is_event => None,
        Ok(known) => {
            let result = format!("{{\"data\":{}}}", known.data);
            Some(envelope::ack_again(id, known.version, known.seq, &result))
        }
        Err(Refused::Rejected(why, _)) => Some(reject(id, why.status(), &why.to_string(), why.expected_version())),
        Err(Refused::KeyReused) => Some(reject(id, 422, "key reused", None)),
        Err(other) => Some(reject(id, 503, &other.to_string(), None)),
    }
}

fn reject(id: &str, status: u16, detail: &str, expected: Option<u64>) -> String {
    json!({"type": "reject", "id": id, "status": status, "detail": detail, "expectedEventCount": expected}).to_string()
}

fn text(frame: &Frame) -> String {
    let head = match frame.bytes()[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    String::from_utf8(frame.bytes()[head..].to_vec()).unwrap()
}
