//! What may become of a device's playback.

use super::history::{Before, Edit};
use super::{Cause, Playback, PlaybackChange, PlaybackCommand, PlaybackEvent, PlaybackMode};
use crate::clock::Now;
use crate::core::ids::{DeviceId, TrackId};
use crate::core::queue::QueueChange;
use crate::core::rejection::Rejection;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// What a decision about a device's playback may look at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The device.
    pub device: &'a DeviceId,
    /// What all devices play.
    pub all: &'a BTreeMap<DeviceId, Arc<Playback>>,
    /// Where a device is in its track now, by what it told last; `None` if that is what its last event says.
    pub position_ms: &'a dyn Fn(&DeviceId) -> Option<u64>,
    /// Tracks a queue may hold.
    pub queue_max: usize,
    /// The time.
    pub now: Now,
}

impl View<'_> {
    fn own(&self) -> Playback {
        self.all.get(self.device).map(|own| Playback::clone(own)).unwrap_or_default()
    }

    /// What another device has, at the position where it is now.
    fn other(&self, from: &DeviceId) -> Result<Playback, Rejection> {
        if from == self.device {
            return Err(Rejection::SameDevice);
        }
        let other = self.all.get(from).ok_or_else(|| Rejection::NothingPlayed(from.to_string()))?;
        let mut other = Playback::clone(other);
        other.position_ms = (self.position_ms)(from).unwrap_or(other.position_ms);
        Ok(other)
    }

    fn event(&self, cause: Cause, change: PlaybackChange, edit: Option<Edit>) -> PlaybackEvent {
        PlaybackEvent { cause, change, at_ms: self.now.wall_ms, edit }
    }
}

/// What becomes of `command`; `by_server`: whether nobody asked for it.
///
/// # Errors
/// [`Rejection`] with the reason; nothing has changed.
pub fn decide(view: View<'_>, command: &PlaybackCommand, by_server: bool) -> Result<PlaybackEvent, Rejection> {
    let own = view.own();
    match command {
        PlaybackCommand::Put(change) => put(view, &own, change),
        PlaybackCommand::Undo => {
            let before = own.history.undo().ok_or(Rejection::NothingToUndo)?;
            Ok(view.event(Cause::Undone, back_to(&own, before), Some(Edit::Undone)))
        }
        PlaybackCommand::Redo => {
            let before = own.history.redo().ok_or(Rejection::NothingToRedo)?;
            Ok(view.event(Cause::Undone, back_to(&own, before), Some(Edit::Redone)))
        }
        PlaybackCommand::Claim { from } => {
            let other = view.other(from)?;
            Ok(view.event(Cause::Claimed(from.clone()), all_of(&other), Some(Edit::Done)))
        }
        PlaybackCommand::Merge { from } => {
            let other = view.other(from)?;
            Ok(view.event(Cause::Merged(from.clone()), merged(&own, &other), Some(Edit::Done)))
        }
        PlaybackCommand::Yield { .. } | PlaybackCommand::Rest if !by_server => Err(Rejection::ServerOnly),
        PlaybackCommand::Yield { to } => paused(view, &own, Cause::Yielded(to.clone())),
        PlaybackCommand::Rest => paused(view, &own, Cause::Rested),
    }
}

fn put(view: View<'_>, own: &Playback, change: &PlaybackChange) -> Result<PlaybackEvent, Rejection> {
    if let Some(QueueChange::Set { track_ids } | QueueChange::Insert { track_ids, .. }) = &change.queue {
        let mut seen = HashSet::new();
        if let Some(twice) = track_ids.iter().find(|track| !seen.insert(*track)) {
            return Err(Rejection::NamedTwice(twice.clone()));
        }
    }
    let queue = change.queue.as_ref().map_or_else(|| own.queue.clone(), |change| own.queue.changed(change));
    if queue.len() > view.queue_max {
        return Err(Rejection::QueueFull { max: view.queue_max });
    }
    let last = queue.len().saturating_sub(1);
    if let Some(index) = change.queue_index.filter(|index| *index > last) {
        return Err(Rejection::BadPlace { given: index, low: 0, high: last });
    }
    let mut change = change.clone();
    // A queue that shrank leaves no index behind its end.
    if change.queue_index.is_none() && own.queue_index > last {
        change.queue_index = Some(last);
    }
    let is_edit = change.queue.is_some() && queue != own.queue;
    if !is_edit {
        change.queue = None;
    }
    let nothing = PlaybackChange::default();
    let kept = without_the_same(own, change);
    if kept == nothing {
        Err(Rejection::NoChange)
    } else {
        Ok(view.event(Cause::Put, kept, is_edit.then_some(Edit::Done)))
    }
}

/// Only what changes. A position is always news: it was measured just now.
fn without_the_same(own: &Playback, change: PlaybackChange) -> PlaybackChange {
    PlaybackChange {
        mode: change.mode.filter(|mode| *mode != own.mode),
        track: change.track.filter(|track| own.track.as_ref() != Some(track)),
        queue_index: change.queue_index.filter(|index| *index != own.queue_index),
        ..change
    }
}

fn back_to(own: &Playback, before: &Before) -> PlaybackChange {
    let track_ids = before.queue.tracks().to_vec();
    // The track goes on playing; where it stands in the other queue is its place.
    let place = own.track.as_ref().and_then(|track| track_ids.iter().position(|known| known == track));
    let queue_index = Some(place.unwrap_or(before.index));
    PlaybackChange { queue: Some(QueueChange::Set { track_ids }), queue_index, ..PlaybackChange::default() }
}

fn all_of(other: &Playback) -> PlaybackChange {
    PlaybackChange {
        mode: Some(other.mode),
        track: other.track.clone(),
        position_ms: Some(other.position_ms),
        queue: Some(QueueChange::Set { track_ids: other.queue.tracks().to_vec() }),
        queue_index: Some(other.queue_index),
    }
}

/// The newer of both gives track and position; the queues are joined without doubles, the newer one's first.
fn merged(own: &Playback, other: &Playback) -> PlaybackChange {
    let (newer, older) = if own.updated_ms >= other.updated_ms { (own, other) } else { (other, own) };
    let mut seen = HashSet::new();
    let tracks = newer.queue.tracks().iter().chain(older.queue.tracks());
    let track_ids: Vec<TrackId> = tracks.filter(|track| seen.insert(*track)).cloned().collect();
    // The merged device goes: it is the device that stays that plays, or does not.
    let queue = Some(QueueChange::Set { track_ids });
    PlaybackChange { mode: Some(own.mode), queue, ..all_of(newer) }
}

fn paused(view: View<'_>, own: &Playback, cause: Cause) -> Result<PlaybackEvent, Rejection> {
    if own.mode == PlaybackMode::Paused {
        return Err(Rejection::NoChange);
    }
    let position_ms = (view.position_ms)(view.device);
    let change = PlaybackChange { mode: Some(PlaybackMode::Paused), position_ms, ..PlaybackChange::default() };
    Ok(view.event(cause, change, None))
}
