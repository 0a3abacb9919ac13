//! A house without threads and without a disk: the state, the log of what happened, a clock by hand, and a client that
//! hears everything. What the hub does with the core, done in the plainest way.

use super::client::Client;
use super::playing::Tabs;
use hearken::clock::{Mono, Now};
use hearken::core::command::{Command, HouseholdCommand, SessionCommand, WhichProfile, Wish};
use hearken::core::event::{Event, Mode};
use hearken::core::ids::{ProfileId, RoomId, TrackId};
use hearken::core::presence::{Presence, Signal};
use hearken::core::rejection::Rejection;
use hearken::core::tracks::KnownTracks;
use hearken::core::{Applied, Durable, Settings, State, apply, decide, due, follow, observe, tick};
use hearken::wire::envelope::{self, Place};
use hearken::wire::event;
use hearken::wire::snapshot::Published;
use std::sync::Arc;

/// Tracks that queues are made of. Of each third one nobody knows the length.
pub const TRACKS: usize = 8;
pub const QUEUE_MAX: usize = 6;

/// An entry as it is stored: what is not in the JSON is lost.
pub struct Entry {
    pub seq: u64,
    pub version: u64,
    pub json: String,
}

pub struct World {
    pub state: State,
    pub now: Now,
    pub log: Vec<Entry>,
    pub client: Client,
    pub tabs: Tabs,
    clock_id: u32,
}

pub fn track(n: usize) -> TrackId {
    TrackId::new(&format!("t{}", n % (TRACKS + 1))).unwrap()
}

/// Lengths of 1 to 7 seconds, so that ends come often; one track has none at all.
fn duration_ms(n: usize) -> Option<u32> {
    match n {
        3 => Some(0),
        n if n % 3 == 2 => None,
        n => Some(1_000 * (n as u32 + 1)),
    }
}

/// The library that has each track whose bit is set.
pub fn library(bits: u16) -> Arc<KnownTracks> {
    let present = (0..TRACKS).filter(|n| bits & (1 << n) != 0);
    Arc::new(present.map(|n| (track(n), duration_ms(n))).collect())
}

impl World {
    pub fn new() -> Self {
        let settings = Settings { queue_max: QUEUE_MAX, stall_ms: 2_000 };
        let state = State { settings, ..State::default() };
        let now = Now { mono: Mono(0), wall_ms: 1_790_000_000_000 };
        let mut world =
            Self { state, now, log: Vec::new(), client: Client::default(), tabs: Tabs::default(), clock_id: 1 };
        world.signal(&Signal::Library(library(u16::MAX)));
        for who in 0..super::steps::DEVICES {
            let device = super::steps::device(who);
            let pair = HouseholdCommand::Pair {
                device,
                name: "a device".into(),
                profile: WhichProfile::Known(ProfileId::home()),
            };
            world.wish(&Wish { command: Command::Household(pair), origin: None, guard: None }).expect("a place for it");
        }
        world.client = world.snapshot();
        world
    }

    /// Decides a wish; what is accepted is logged, applied and told.
    pub fn wish(&mut self, wish: &Wish) -> Result<(), Rejection> {
        let event = decide(&self.state, wish, self.now)?;
        let topic = event.topic();
        let (seq, version) = (self.log.len() as u64 + 1, self.state.durable.head(&topic).version + 1);
        self.log.push(Entry { seq, version, json: serde_json::to_string(&event).unwrap() });
        apply(&mut self.state.durable, &Applied { seq, version, event: &event });
        follow(&mut self.state, &event, self.now);
        let data = event::data(&event, &self.state.durable, &self.state.presence);
        let origin = wish.origin.as_ref();
        let place = Place { topic: &topic, version, seq, ts_ms: self.now.wall_ms, origin };
        let message = envelope::event(event::name(&event), &data, &place);
        let message = serde_json::from_str(&message).expect("a message is JSON");
        self.client.message(&message);
        self.tabs.message(&message);
        Ok(())
    }

    pub fn signal(&mut self, signal: &Signal) {
        observe(&mut self.state, signal, self.now);
    }

    /// Counts out who is stalled, and does what is due.
    pub fn settle(&mut self) {
        tick(&mut self.state, self.now);
        for _ in 0..64 {
            let Some(wish) = due(&self.state, self.now) else { return };
            self.wish(&wish).expect("the server's own wishes are accepted");
        }
        panic!("the house does not settle: {:?}", due(&self.state, self.now));
    }

    /// The process ends and another one reads the log; nobody is connected.
    pub fn restart(&mut self, position_ms: u64) {
        let tracks = Arc::clone(&self.state.presence.tracks);
        self.state.durable = self.replayed();
        self.state.presence = Presence::default();
        self.now.mono = Mono(0);
        self.clock_id += 1;
        self.signal(&Signal::Library(tracks));
        for (device, playback) in self.state.durable.playbacks.iter() {
            if let Some(track) = &playback.track {
                self.state.presence.recall_position(device, track, position_ms);
            }
        }
        let stage = &self.house().stage;
        if matches!(stage.mode, Mode::Playing | Mode::Waiting) {
            let command = Command::Session(RoomId::house(), SessionCommand::Recover { position_ms });
            self.wish(&Wish { command, origin: None, guard: None }).expect("what was playing waits");
        }
        self.client = self.snapshot();
    }

    /// What the log says, read back from its JSON.
    pub fn replayed(&self) -> Durable {
        let mut durable = Durable::default();
        for Entry { seq, version, json } in &self.log {
            let event: Event = serde_json::from_str(json).expect("an entry reads back");
            apply(&mut durable, &Applied { seq: *seq, version: *version, event: &event });
        }
        durable
    }

    pub fn house(&self) -> &hearken::core::session::Session {
        self.state.durable.session(&RoomId::house()).unwrap()
    }

    /// What a client that asks now is shown.
    pub fn snapshot(&self) -> Client {
        let clock_id = format!("c{}", self.clock_id).into();
        let (durable, presence) = (self.state.durable.clone(), self.state.presence.clone());
        let published = Published::new("e".into(), self.log.len() as u64, clock_id, durable, presence, None);
        Client::snapshot(&serde_json::from_str(&published.snapshot(&RoomId::house())).expect("a snapshot is JSON"))
    }
}
