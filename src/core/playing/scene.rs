//! A household for tests of what devices play: short words for what they ask, and what a device shows.

use super::{PlaybackChange, PlaybackCommand as Ask, PlaybackMode};
use crate::clock::{Mono, Now};
use crate::core::command::{Command, HouseholdCommand, Origin, WhichProfile, Wish};
use crate::core::event::Event;
use crate::core::ids::{DeviceId, ProfileId, TrackId};
use crate::core::presence::Signal;
use crate::core::queue::QueueChange;
use crate::core::rejection::Rejection;
use crate::core::{Applied, Settings, State, apply, decide, due, follow, observe};
use std::sync::Arc;

/// A household with the devices A, B and C, which are all here; its log is only counted.
pub struct Scene {
    pub state: State,
    pub now: Now,
    seq: u64,
}

pub fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

pub fn track(name: &str) -> TrackId {
    TrackId::new(name).unwrap()
}

pub fn tracks(names: &str) -> Vec<TrackId> {
    names.split_whitespace().map(track).collect()
}

pub fn set(names: &str) -> PlaybackChange {
    PlaybackChange { queue: Some(QueueChange::Set { track_ids: tracks(names) }), ..PlaybackChange::default() }
}

pub fn plays(name: &str, position_ms: u64) -> PlaybackChange {
    let (mode, track) = (Some(PlaybackMode::Playing), Some(track(name)));
    PlaybackChange { mode, track, position_ms: Some(position_ms), ..PlaybackChange::default() }
}

pub fn edit(change: QueueChange) -> PlaybackChange {
    PlaybackChange { queue: Some(change), ..PlaybackChange::default() }
}

pub fn remove(name: &str) -> PlaybackChange {
    edit(QueueChange::Remove { track_id: track(name) })
}

pub fn insert(at: usize, names: &str) -> PlaybackChange {
    edit(QueueChange::Insert { at, track_ids: tracks(names) })
}

pub fn at(position_ms: u64) -> PlaybackChange {
    PlaybackChange { position_ms: Some(position_ms), ..PlaybackChange::default() }
}

pub fn mode(mode: PlaybackMode) -> PlaybackChange {
    PlaybackChange { mode: Some(mode), ..PlaybackChange::default() }
}

pub fn claim(from: &str) -> Ask {
    Ask::Claim { from: device(from) }
}

pub fn merge(from: &str) -> Ask {
    Ask::Merge { from: device(from) }
}

impl Scene {
    pub fn new() -> Self {
        let settings = Settings { queue_max: 6, ..Settings::default() };
        let now = Now { mono: Mono(100_000), wall_ms: 1_790_000_000_000 };
        let mut scene = Self { state: State { settings, ..State::default() }, now, seq: 0 };
        let known = tracks("a b c d").into_iter().map(|track| (track, Some(60_000)));
        scene.report(Signal::Library(Arc::new(known.collect())));
        for name in ["A", "B", "C"] {
            let pair = HouseholdCommand::Pair {
                device: device(name),
                name: name.into(),
                profile: WhichProfile::Known(ProfileId::home()),
            };
            scene.wish(Command::Household(pair), Some("A"), None).unwrap();
            scene.comes(name);
        }
        scene
    }

    /// A device is somebody else's from now on.
    pub fn give(&mut self, name: &str, to: &str) {
        self.wish(Command::Household(HouseholdCommand::CreateProfile { name: to.into() }), Some("A"), None).unwrap();
        let mut profiles = self.state.durable.household.profiles.iter();
        let profile = profiles.find(|(_, known)| known.as_str() == to).map(|(profile, _)| profile.clone());
        let change = HouseholdCommand::Change { device: device(name), name: None, profile };
        self.wish(Command::Household(change), Some(name), None).unwrap();
    }

    pub fn report(&mut self, signal: Signal) {
        observe(&mut self.state, &signal, self.now);
    }

    pub fn comes(&mut self, name: &str) {
        self.report(Signal::Connected(device(name), 1));
    }

    pub fn goes(&mut self, name: &str) {
        self.report(Signal::Disconnected(device(name), 1));
    }

    pub fn tells(&mut self, name: &str, of: &str, position_ms: u64) {
        self.report(Signal::Position(device(name), track(of), position_ms, None));
    }

    pub fn wish(&mut self, command: Command, by: Option<&str>, guard: Option<u64>) -> Result<Event, Rejection> {
        let origin = by.map(|name| Origin { device: device(name), tab: None });
        let event = decide(&self.state, &Wish { command, origin, guard }, self.now)?;
        let version = self.state.durable.head(&event.topic()).version + 1;
        self.seq += 1;
        apply(&mut self.state.durable, &Applied { seq: self.seq, version, event: &event });
        follow(&mut self.state, &event, self.now);
        Ok(event)
    }

    /// A device asks for something of its own.
    pub fn asks(&mut self, name: &str, ask: Ask) -> Result<PlaybackChange, Rejection> {
        match self.wish(Command::Playback(device(name), ask), Some(name), None)? {
            Event::Playback(_, event) => Ok(event.change),
            other => panic!("{other:?}"),
        }
    }

    pub fn puts(&mut self, name: &str, change: PlaybackChange) -> Result<PlaybackChange, Rejection> {
        self.asks(name, Ask::Put(change))
    }

    /// What the server asked of itself, as topics.
    pub fn settles(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        while let Some(wish) = due(&self.state, self.now) {
            done.push(wish.command.topic().to_string());
            assert!(done.len() < 9, "it does not settle: {wish:?}");
            self.wish(wish.command, None, None).unwrap();
        }
        done
    }

    pub fn pass(&mut self, ms: u64) {
        self.now.mono = self.now.mono.plus(ms);
        self.now.wall_ms += i64::try_from(ms).unwrap();
    }

    /// `playing a@1000 | a b [1]`: mode, track, position as of the last event, queue, index.
    pub fn shows(&self, name: &str) -> String {
        let Some(known) = self.state.durable.playback(&device(name)) else { return "nothing".into() };
        let mode = format!("{:?}", known.mode).to_lowercase();
        let track = known.track.as_ref().map_or("-", TrackId::as_str);
        let queue: Vec<&str> = known.queue.tracks().iter().map(TrackId::as_str).collect();
        format!("{mode} {track}@{} | {} [{}]", known.position_ms, queue.join(" "), known.queue_index)
    }
}
