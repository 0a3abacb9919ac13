//! From a store to a state: the last snapshot, and every entry after it.
//!
//! What was playing when the server stopped must not go on by itself: its listeners are not back, and its instants mean
//! nothing on a new clock. The writer's first act is therefore a resume barrier for each such room, at the last position
//! that reached the disk.
//!
//! A store that cannot be read stops nobody from listening: the house starts on an empty state, answers every command
//! with the reason, and writes nothing over it.

use super::Store;
use super::ring::{Logged, Slot};
use crate::core::event::{Event, Mode};
use crate::core::ids::{ProfileId, RoomId};
use crate::core::presence::Presence;
use crate::core::tracks::KnownTracks;
use crate::core::{Applied, Durable, Settings, State, TopicHead, apply};
use crate::limits;
use crate::log::{Entry, LogError};
use crate::wire::{envelope, event, frame::Frame};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything the writer starts from.
pub struct Recovered {
    /// The store, or why it cannot be read.
    pub store: Result<Box<dyn Store>, Arc<str>>,
    /// The state as of the head.
    pub state: State,
    /// The last entry's seq.
    pub head: u64,
    /// When the last entry was made, milliseconds since the Unix epoch: times in the log never go backwards.
    pub last_ms: i64,
    /// The log's name.
    pub epoch: Arc<str>,
    /// The name of this process' monotonic clock.
    pub clock_id: Arc<str>,
    /// The log's tail, encoded, for the replay window.
    pub tail: Vec<Slot>,
    /// The seq of the newest stored snapshot; 0 if there is none.
    pub snapshot_seq: u64,
    /// Positions that reached the disk, of sessions that have not changed since.
    pub positions: BTreeMap<RoomId, u64>,
}

/// A running position, as it is kept in the vault: it counts only while the session is at `seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedPosition {
    /// The session's last entry when the position was read.
    pub seq: u64,
    /// Where the track was, milliseconds.
    pub position_ms: u64,
}

/// The vault's drawer of running positions.
pub(super) const POSITIONS: &str = "position";

/// Entries read from the log at once.
const PAGE: usize = 1000;

/// Reads `store` up to its head. If that fails, the result is a house that can be looked at, but not changed.
#[must_use]
pub fn recover(store: Result<Box<dyn Store>, LogError>, settings: Settings, clock_id: Arc<str>) -> Recovered {
    recover_with(store, settings, clock_id, Arc::default())
}

/// The same, with what the library has: what was missed then calls tracks by their names.
#[must_use]
pub fn recover_with(
    store: Result<Box<dyn Store>, LogError>,
    settings: Settings,
    clock_id: Arc<str>,
    tracks: Arc<KnownTracks>,
) -> Recovered {
    let presence = Presence::of_library(tracks);
    let read = store.and_then(|store| Ok((replay(store.as_ref(), &presence)?, store)));
    match read {
        Ok((replayed, store)) => Recovered {
            store: Ok(store),
            state: State { durable: replayed.durable, presence, settings },
            head: replayed.head,
            last_ms: replayed.last_ms,
            epoch: replayed.epoch,
            clock_id,
            tail: replayed.tail,
            snapshot_seq: replayed.snapshot_seq,
            positions: replayed.positions,
        },
        Err(error) => unreadable(&error, settings, clock_id),
    }
}

struct Replayed {
    durable: Durable,
    head: u64,
    last_ms: i64,
    epoch: Arc<str>,
    tail: Vec<Slot>,
    snapshot_seq: u64,
    positions: BTreeMap<RoomId, u64>,
}

fn replay(store: &dyn Store, presence: &Presence) -> Result<Replayed, LogError> {
    let head = store.head()?;
    let (mut durable, snapshot_seq) = match store.snapshot()? {
        Some(snapshot) => (decode_state(&snapshot.state)?, snapshot.seq),
        None => (Durable::default(), 0),
    };
    let mut tail = Vec::new();
    let mut at = snapshot_seq;
    loop {
        let page = store.read_after(at, PAGE)?;
        let Some(last) = page.last() else { break };
        at = last.seq;
        for entry in &page {
            tail.push(replay_entry(&mut durable, presence, entry)?);
        }
        let surplus = tail.len().saturating_sub(limits::RING_EVENTS_MAX);
        tail.drain(..surplus);
    }
    if at != head.seq {
        return Err(damaged(&format!("its entries end at {at}, its head is {}", head.seq)));
    }
    // The log's own count is the one that guards: a restored store stands higher than its entries say.
    for place in &head.topics {
        if let Ok(topic) = place.topic.parse() {
            durable.heads.insert(topic, TopicHead { version: place.version, last_seq: place.last_seq });
        }
    }
    list_profiles(&mut durable);
    // From now on ratings follow each verdict; to make them from all of them is not the writer's work.
    durable.comparisons.values().for_each(|comparison| drop(Arc::clone(comparison.insight())));
    let positions = saved_positions(store, &durable)?;
    let last_ms = store.read_after(head.seq.saturating_sub(1), 1)?.first().map_or(i64::MIN, |last| last.ts_ms);
    Ok(Replayed { durable, head: head.seq, last_ms, epoch: head.epoch, tail, snapshot_seq, positions })
}

/// Applies one entry and encodes it for those who missed it.
fn replay_entry(durable: &mut Durable, presence: &Presence, entry: &Entry) -> Result<Slot, LogError> {
    let event = decode_event(entry)?;
    apply(durable, &Applied { seq: entry.seq, version: entry.version, event: &event });
    Ok(slot(durable, presence, entry, &event))
}

/// What an entry says.
pub(super) fn decode_event(entry: &Entry) -> Result<Event, LogError> {
    serde_json::from_slice(&entry.payload)
        .map_err(|error| damaged(&format!("entry {} cannot be understood: {error}", entry.seq)))
}

/// An entry that was just applied, encoded for those who missed it. Who caused it is not told: no tab of now did.
pub(super) fn slot(durable: &Durable, presence: &Presence, entry: &Entry, event: &Event) -> Slot {
    let topic = event.topic();
    let data: Arc<str> = event::data(event, durable, presence).into();
    let (seq, version, ts_ms) = (entry.seq, entry.version, entry.ts_ms);
    let place = envelope::Place { topic: &topic, version, seq, ts_ms, origin: None };
    let frame = Frame::ws_text(&envelope::event(event::name(event), &data, &place));
    let queue_changed = matches!(event, Event::Session(_, session) if session.queue.is_some());
    let logged = Logged { seq, version, ts_ms, data, queue_changed, own: None };
    Slot { name: event::name(event), topic, frame, logged: Some(logged) }
}

fn saved_positions(store: &dyn Store, durable: &Durable) -> Result<BTreeMap<RoomId, u64>, LogError> {
    let mut positions = BTreeMap::new();
    for (room, session) in &durable.sessions {
        if matches!(session.stage.mode, Mode::Playing | Mode::Waiting) {
            positions.insert(room.clone(), session.stage.anchor_ms);
        }
    }
    for (key, value) in store.list(POSITIONS)? {
        let Ok(room) = RoomId::new(&key) else { continue };
        let Ok(saved) = serde_json::from_slice::<SavedPosition>(&value) else { continue };
        let is_current = durable.head(&crate::core::topic::Topic::Session(room.clone())).last_seq == saved.seq;
        if let Some(position_ms) = positions.get_mut(&room).filter(|_| is_current) {
            *position_ms = saved.position_ms;
        }
    }
    Ok(positions)
}

fn decode_state(bytes: &[u8]) -> Result<Durable, LogError> {
    serde_json::from_slice(bytes).map_err(|error| damaged(&format!("its snapshot cannot be understood: {error}")))
}

/// A log from before profiles had names may speak of some that are not listed.
fn list_profiles(durable: &mut Durable) {
    let devices = durable.household.devices.values().map(|device| &device.profile);
    let spoken_of: BTreeSet<ProfileId> = devices.chain(durable.comparisons.keys()).cloned().collect();
    let is_listed = |profile: &ProfileId| durable.household.profiles.contains_key(profile);
    if !spoken_of.iter().all(is_listed) {
        let household = Arc::make_mut(&mut durable.household);
        spoken_of.iter().for_each(|profile| household.list(profile, None));
    }
}

fn damaged(detail: &str) -> LogError {
    LogError::Unreadable { path: "hearken.db".into(), detail: detail.to_owned() }
}

fn unreadable(error: &LogError, settings: Settings, clock_id: Arc<str>) -> Recovered {
    ::log::error!(
        "SCREAM: {error}. Music plays on, but nothing can be changed or remembered, and nothing is overwritten. \
         Run 'hearken doctor': it explains, and can restore the latest backup."
    );
    Recovered {
        store: Err(format!("{error}; run 'hearken doctor' on the appliance").into()),
        state: State { settings, ..State::default() },
        head: 0,
        last_ms: i64::MIN,
        epoch: "unreadable".into(),
        clock_id,
        tail: Vec::new(),
        snapshot_seq: 0,
        positions: BTreeMap::new(),
    }
}
