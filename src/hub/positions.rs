//! Where everybody is in their tracks, on its way to the disk: beside the log, in the vault.
//!
//! A position changes all the time and matters only if the power goes, so it is stored every 30 s, for rooms and devices in
//! one transaction, and only where it changed. What stops the music is an event, and needs no position beside it; only a
//! device whose last connection goes says nothing any more, so its position is stored at once.

use crate::clock::Now;
use crate::core::State;
use crate::core::event::Mode;
use crate::core::ids::{DeviceId, RoomId};
use crate::core::playing::PlaybackMode;
use crate::core::topic::Topic;
use crate::limits;
use crate::log::{LogError, Put, Vault};
use crate::wire::json;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A running position, as it is kept in the vault: it counts only while its topic is at `seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Saved {
    /// The topic's last entry when the position was read.
    seq: u64,
    /// Where the track was, milliseconds.
    position_ms: u64,
}

/// The vault's drawer of the rooms' positions.
const ROOMS: &str = "position";
/// The vault's drawer of the devices' positions.
const DEVICES: &str = "playing";

/// What has reached the disk.
#[derive(Debug, Default)]
pub(super) struct Positions(BTreeMap<Topic, Saved>);

impl Positions {
    /// What is to be stored of everybody who plays.
    pub fn of_all(&mut self, state: &State, now: Now) -> Vec<Put> {
        self.0.retain(|topic, _| plays(state, topic));
        let rooms = state.durable.sessions.keys().cloned().map(Topic::Session);
        let devices = state.durable.playbacks.keys().cloned().map(Topic::Playback);
        let topics: Vec<Topic> = rooms.chain(devices).collect();
        topics.iter().filter_map(|topic| self.put(state, topic, now)).collect()
    }

    /// What is to be stored of these devices, whose last connection has just gone.
    pub fn of_gone(&mut self, state: &State, devices: &[DeviceId], now: Now) -> Vec<Put> {
        let topics = devices.iter().cloned().map(Topic::Playback);
        topics.filter_map(|topic| self.put(state, &topic, now)).collect()
    }

    /// A put, if the topic plays and its position is not on the disk already.
    fn put(&mut self, state: &State, topic: &Topic, now: Now) -> Option<Put> {
        let position_ms = position_ms(state, topic, now)?;
        let saved = Saved { seq: state.durable.head(topic).last_seq, position_ms };
        if self.0.insert(topic.clone(), saved) == Some(saved) {
            return None;
        }
        let (bucket, key) = match topic {
            Topic::Session(room) => (ROOMS, room.as_str()),
            Topic::Playback(device) => (DEVICES, device.as_str()),
            _ => return None,
        };
        Some(Put { bucket, key: key.into(), value: Some(json(&saved).into_bytes().into()) })
    }
}

/// Whether anybody plays whose position changes.
pub(super) fn is_running(state: &State) -> bool {
    let a_room = || state.durable.sessions.values().any(|session| session.stage.mode == Mode::Playing);
    let is_here = |device: &DeviceId| state.presence.is_online(device);
    let mut devices = state.durable.playbacks.iter();
    devices.any(|(device, playback)| playback.mode == PlaybackMode::Playing && is_here(device)) || a_room()
}

fn plays(state: &State, topic: &Topic) -> bool {
    match topic {
        Topic::Session(room) => state.durable.session(room).is_some_and(|session| session.stage.mode == Mode::Playing),
        Topic::Playback(device) => {
            state.durable.playback(device).is_some_and(|playback| playback.mode == PlaybackMode::Playing)
        }
        _ => false,
    }
}

/// Where a topic that plays is now, if that is more than its last event says.
fn position_ms(state: &State, topic: &Topic, now: Now) -> Option<u64> {
    match topic {
        Topic::Session(room) => {
            let session = state.durable.session(room).filter(|session| session.stage.mode == Mode::Playing)?;
            // Nobody may have said `ended`: a position is not beyond the end all the same.
            let duration_ms = session.stage.track.as_ref().and_then(|track| state.presence.tracks.duration_ms(track));
            Some(session.position_ms(now.mono, duration_ms))
        }
        Topic::Playback(device) => state.position_ms(device, now.mono),
        _ => None,
    }
}

/// The rooms that a stop left playing or waiting, each where it was.
///
/// # Errors
/// The vault's.
pub(super) fn of_rooms(vault: &dyn Vault, state: &State) -> Result<BTreeMap<RoomId, u64>, LogError> {
    let mut positions = BTreeMap::new();
    for (room, session) in &state.durable.sessions {
        if matches!(session.stage.mode, Mode::Playing | Mode::Waiting) {
            positions.insert(room.clone(), session.stage.anchor_ms);
        }
    }
    for (key, position_ms) in current(vault, state, ROOMS, |key| Some(Topic::Session(RoomId::new(key).ok()?)))? {
        if let Topic::Session(room) = key
            && let Some(position) = positions.get_mut(&room)
        {
            *position = position_ms;
        }
    }
    Ok(positions)
}

/// Lets the devices that a stop left playing stand where they were.
///
/// # Errors
/// The vault's.
pub(super) fn recall_devices(vault: &dyn Vault, state: &mut State) -> Result<(), LogError> {
    let saved = current(vault, state, DEVICES, |key| Some(Topic::Playback(DeviceId::new(key).ok()?)))?;
    for (topic, position_ms) in saved {
        let Topic::Playback(device) = topic else { continue };
        let playback = state.durable.playback(&device).filter(|playback| playback.mode == PlaybackMode::Playing);
        if let Some(track) = playback.and_then(|playback| playback.track.clone()) {
            state.presence.recall_position(&device, &track, position_ms);
        }
    }
    Ok(())
}

/// The positions of a drawer whose topics have not changed since.
fn current(
    vault: &dyn Vault,
    state: &State,
    bucket: &'static str,
    topic: impl Fn(&str) -> Option<Topic>,
) -> Result<Vec<(Topic, u64)>, LogError> {
    let saved = vault.list(bucket)?.into_iter().filter_map(|(key, value)| {
        let (topic, saved) = (topic(&key)?, serde_json::from_slice::<Saved>(&value).ok()?);
        (state.durable.head(&topic).last_seq == saved.seq).then_some((topic, saved.position_ms))
    });
    Ok(saved.collect())
}

/// How often they are stored, milliseconds.
pub(super) fn every_ms() -> u64 {
    u64::try_from(limits::POSITION_SAVED_EVERY.as_millis()).unwrap_or(u64::MAX)
}
