//! What devices play for themselves: what may be asked, and what holds after each step.

use super::steps::{DEVICES, any_ms, any_track, any_tracks, device};
use super::world::{QUEUE_MAX, World};
use hearken::core::ids::DeviceId;
use hearken::core::playing::{PlaybackChange, PlaybackCommand as Ask, PlaybackMode};
use hearken::core::presence::Signal;
use hearken::core::queue::QueueChange;
use hearken::core::topic::Topic;
use hearken::wire::playback;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub fn any_ask() -> impl Strategy<Value = Ask> {
    let other = || (0..DEVICES).prop_map(device);
    prop_oneof![
        10 => any_change().prop_map(Ask::Put),
        2 => Just(Ask::Undo),
        1 => Just(Ask::Redo),
        3 => other().prop_map(|from| Ask::Claim { from }),
        1 => other().prop_map(|from| Ask::Merge { from }),
        1 => prop_oneof![Just(Ask::Rest), other().prop_map(|to| Ask::Yield { to })],
    ]
}

fn any_change() -> impl Strategy<Value = PlaybackChange> {
    let mode = prop_oneof![2 => Just(PlaybackMode::Playing), 1 => Just(PlaybackMode::Paused)];
    let (track, queue) = (prop::option::of(any_track()), prop::option::of(any_edit()));
    let (position, index) = (prop::option::of(any_ms()), prop::option::weighted(0.3, 0_usize..8));
    (prop::option::of(mode), track, position, queue, index).prop_map(
        |(mode, track, position_ms, queue, queue_index)| PlaybackChange {
            mode,
            track,
            position_ms,
            queue,
            queue_index,
        },
    )
}

fn any_edit() -> impl Strategy<Value = QueueChange> {
    prop_oneof![
        2 => any_tracks().prop_map(|track_ids| QueueChange::Set { track_ids }),
        2 => (0_usize..9, any_tracks()).prop_map(|(at, track_ids)| QueueChange::Insert { at, track_ids }),
        2 => (0_usize..9, any_track()).prop_map(|(at, track)| QueueChange::Insert { at, track_ids: vec![track] }),
        2 => any_track().prop_map(|track_id| QueueChange::Remove { track_id }),
        2 => (any_track(), 0_usize..9).prop_map(|(track_id, to)| QueueChange::Move { track_id, to }),
    ]
}

pub fn any_position() -> impl Strategy<Value = Signal> {
    (0..DEVICES, any_track(), any_ms()).prop_map(|(who, track, ms)| Signal::Position(device(who), track, ms, None))
}

/// The tabs of the devices, each of which knows only what its device's events said.
#[derive(Default)]
pub struct Tabs(BTreeMap<String, Value>);

impl Tabs {
    /// Takes over a message, if it is a playback's.
    pub fn message(&mut self, message: &Value) {
        if let Some(gone) = message["data"]["clientId"].as_str().filter(|_| message["type"] == "household:revoked") {
            self.0.remove(gone);
        }
        let Some(id) = message["topic"].as_str().and_then(|topic| topic.strip_prefix("playback:")) else { return };
        let tab = self.0.entry(id.to_owned()).or_insert_with(nothing);
        let data = message["data"].as_object().expect("data is an object");
        for field in ["mode", "trackId", "positionSec", "queueIndex"] {
            if let Some(value) = data.get(field) {
                tab[field] = value.clone();
            }
        }
        if let Some(change) = data.get("queueChange") {
            super::client::change(tab["queue"].as_array_mut().expect("a queue"), change);
        }
    }

    fn agrees(&self, world: &World) {
        for who in 0..DEVICES {
            let id = device(who);
            let full = playback::full(&id, &world.state.durable, None);
            let full: Value = serde_json::from_str(&full).expect("JSON");
            let known = self.0.get(id.as_str()).cloned().unwrap_or_else(nothing);
            for (field, value) in known.as_object().expect("an object") {
                assert_eq!(value, &full[field], "{id}: {field} of {full}");
            }
        }
    }
}

fn nothing() -> Value {
    json!({"mode": "paused", "trackId": null, "positionSec": 0.0, "queue": [], "queueIndex": 0})
}

/// What holds after each step and what the server does about it.
pub fn everything_holds(world: &World) {
    world.tabs.agrees(world);
    let all = &world.state.durable.playbacks;
    for (id, playback) in all.iter() {
        let queue = playback.queue.tracks();
        let once: BTreeSet<_> = queue.iter().collect();
        assert_eq!(once.len(), queue.len(), "a track stands in a queue once: {queue:?}");
        assert!(queue.len() <= QUEUE_MAX, "{queue:?}");
        assert!(playback.queue_index < queue.len().max(1), "{playback:?}");
        let plays = playback.mode == PlaybackMode::Playing;
        assert!(!plays || playback.track.is_some(), "whoever plays plays something: {playback:?}");
        let Some(taken) = &playback.taken else { continue };
        if taken.goes {
            assert!(!world.state.durable.household.devices.contains_key(&taken.from), "{id} is {} now", taken.from);
        } else if all.get(&taken.from).is_some_and(|other| other.mode == PlaybackMode::Playing) {
            assert!(last_seq(world, &taken.from) > taken.seq, "{} plays on what {id} took", taken.from);
        }
    }
}

fn last_seq(world: &World, device: &DeviceId) -> u64 {
    world.state.durable.head(&Topic::Playback(device.clone())).last_seq
}
