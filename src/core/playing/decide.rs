//! What may become of a device's playback.

use super::history::{Edit, Step};
use super::{Cause, Playback, PlaybackChange, PlaybackCommand, PlaybackEvent, PlaybackMode};
use crate::clock::Now;
use crate::core::ids::{DeviceId, ProfileId, TrackId};
use crate::core::queue::{Queue, QueueChange};
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
    /// Whose a device is; `None`: it is none of the household's.
    pub profile_of: &'a dyn Fn(&DeviceId) -> Option<ProfileId>,
    /// The device that asks, which may be a third one.
    pub by: Option<&'a DeviceId>,
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

    /// What another device has, at the position where it is now. What plays is a person's own: it goes from one device to another of
    /// the same profile, and only that profile's devices may move it. This machine's own command line speaks for all.
    fn other(&self, from: &DeviceId) -> Result<Playback, Rejection> {
        if from == self.device {
            return Err(Rejection::SameDevice);
        }
        let whose =
            |device: &DeviceId| (self.profile_of)(device).ok_or_else(|| Rejection::NoSuchDevice(device.to_string()));
        let (its, mine) = (whose(from)?, whose(self.device)?);
        let asks = self.by.filter(|by| **by != DeviceId::local()).map(whose).transpose()?;
        if its != mine || asks.is_some_and(|asks| asks != its) {
            return Err(Rejection::OtherProfile(from.to_string()));
        }
        let mut other = self.all.get(from).map(|other| Playback::clone(other)).unwrap_or_default();
        other.position_ms = (self.position_ms)(from).unwrap_or(other.position_ms);
        Ok(other)
    }

    fn event(&self, cause: Cause, change: PlaybackChange, edit: Option<Edit>) -> PlaybackEvent {
        PlaybackEvent { cause, change, at_ms: self.now.wall_ms, edit }
    }

    fn room_for(&self, tracks: usize) -> Result<(), Rejection> {
        if tracks > self.queue_max { Err(Rejection::QueueFull { max: self.queue_max }) } else { Ok(()) }
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
            let step = own.history.undo().ok_or(Rejection::NothingToUndo)?;
            Ok(view.event(Cause::Undone, back_to(&own, step), Some(Edit::Undone)))
        }
        PlaybackCommand::Redo => {
            let step = own.history.redo().ok_or(Rejection::NothingToRedo)?;
            Ok(view.event(Cause::Undone, back_to(&own, step), Some(Edit::Redone)))
        }
        PlaybackCommand::Claim { from } => {
            let other = view.other(from)?;
            if other.track.is_none() && other.queue.is_empty() {
                return Err(Rejection::NothingPlayed(from.to_string()));
            }
            let change = all_of(&other);
            view.room_for(other.queue.len())?;
            let edit = edit(&own, &change);
            Ok(view.event(Cause::Claimed(from.clone()), change, edit))
        }
        PlaybackCommand::Merge { from } if *from == DeviceId::local() => Err(Rejection::LocalStays),
        PlaybackCommand::Merge { from } => {
            let change = merged(&own, &view.other(from)?);
            view.room_for(change.queue.as_ref().map_or(0, |queue| Queue::default().changed(queue).len()))?;
            let edit = edit(&own, &change);
            Ok(view.event(Cause::Merged(from.clone()), change, edit))
        }
        PlaybackCommand::Yield { .. } | PlaybackCommand::Rest if !by_server => Err(Rejection::ServerOnly),
        PlaybackCommand::Yield { to } => paused(view, &own, Cause::Yielded(to.clone())),
        PlaybackCommand::Rest => paused(view, &own, Cause::Rested),
    }
}

fn put(view: View<'_>, own: &Playback, asked: &PlaybackChange) -> Result<PlaybackEvent, Rejection> {
    let mut change = asked.clone();
    let queue = edited(view, own, &mut change)?;
    let index = change.queue_index.unwrap_or(own.queue_index);
    let last = queue.len().saturating_sub(1);
    if index > last {
        return Err(Rejection::BadPlace { given: index, low: 0, high: last });
    }
    let plays = change.mode == Some(PlaybackMode::Playing);
    if plays && own.track.is_none() && change.track.is_none() {
        change.track = Some(queue.tracks().get(index).cloned().ok_or(Rejection::EmptyQueue)?);
    }
    let kept = without_the_same(own, change);
    if kept == PlaybackChange::default() {
        return Err(Rejection::NoChange);
    }
    let edit = edit(own, &kept);
    Ok(view.event(Cause::Put, placed(view, own, kept), edit))
}

/// The queue after `change`. A change that changes nothing is dropped; an index that was not given follows its track.
fn edited(view: View<'_>, own: &Playback, change: &mut PlaybackChange) -> Result<Queue, Rejection> {
    if let Some(QueueChange::Set { track_ids } | QueueChange::Insert { track_ids, .. }) = &change.queue {
        view.room_for(track_ids.len())?;
        let mut seen = HashSet::new();
        if let Some(twice) = track_ids.iter().find(|track| !seen.insert(*track)) {
            return Err(Rejection::NamedTwice(twice.clone()));
        }
    }
    let queue = change.queue.as_ref().map_or_else(|| own.queue.clone(), |change| own.queue.changed(change));
    // One from before the bound was lowered may still be mended and made shorter.
    if queue.len() > own.queue.len() {
        view.room_for(queue.len())?;
    }
    if queue == own.queue {
        change.queue = None;
    } else if change.queue_index.is_none() {
        let place = |track| queue.tracks().iter().position(|known| known == track);
        let stood_there = own.queue.tracks().get(own.queue_index).and_then(place);
        // A queue that was replaced begins at its beginning; out of any other, the next one moved up.
        let otherwise = if matches!(change.queue, Some(QueueChange::Set { .. })) { 0 } else { own.queue_index };
        change.queue_index = Some(stood_there.unwrap_or(otherwise).min(queue.len().saturating_sub(1)));
    }
    Ok(queue)
}

/// Only what changes. While a device plays, a position is always news: it was there just now.
fn without_the_same(own: &Playback, change: PlaybackChange) -> PlaybackChange {
    let mode = change.mode.filter(|mode| *mode != own.mode);
    let track = change.track.filter(|track| own.track.as_ref() != Some(track));
    let stands = own.mode == PlaybackMode::Paused && mode.is_none() && track.is_none();
    PlaybackChange {
        position_ms: change.position_ms.filter(|position_ms| !stands || *position_ms != own.position_ms),
        queue_index: change.queue_index.filter(|index| *index != own.queue_index),
        queue: change.queue,
        mode,
        track,
    }
}

/// Says where in the track it is, where the device did not: another track begins at its beginning, and one that falls
/// silent stands where it was.
fn placed(view: View<'_>, own: &Playback, change: PlaybackChange) -> PlaybackChange {
    let otherwise = match (&change.track, change.mode) {
        (Some(_), _) => Some(0),
        (None, Some(PlaybackMode::Paused)) => (view.position_ms)(view.device).or(Some(own.position_ms)),
        (None, _) => None,
    };
    PlaybackChange { position_ms: change.position_ms.or(otherwise), ..change }
}

/// Whether a change is an edit of the queue, that can be undone.
fn edit(own: &Playback, change: &PlaybackChange) -> Option<Edit> {
    change.queue.as_ref().filter(|change| own.queue.changed(change) != own.queue).map(|_| Edit::Done)
}

fn back_to(own: &Playback, step: &Step) -> PlaybackChange {
    let queue = own.queue.changed(&step.change);
    // The track goes on playing; where it stands in the other queue is its place.
    let place = own.track.as_ref().and_then(|track| queue.tracks().iter().position(|known| known == track));
    let queue_index = Some(place.unwrap_or(step.index).min(queue.len().saturating_sub(1)));
    PlaybackChange { queue: Some(step.change.clone()), queue_index, ..PlaybackChange::default() }
}

fn all_of(other: &Playback) -> PlaybackChange {
    PlaybackChange {
        mode: Some(other.mode),
        track: track_of(other).cloned(),
        position_ms: Some(other.position_ms),
        queue: Some(QueueChange::Set { track_ids: other.queue.tracks().to_vec() }),
        queue_index: Some(other.queue_index),
    }
}

/// The track, or the one that would be it if the device played.
fn track_of(playback: &Playback) -> Option<&TrackId> {
    playback.track.as_ref().or_else(|| playback.queue.tracks().get(playback.queue_index))
}

/// The newer of both gives track and position; the queues are joined without doubles, the newer one's first.
fn merged(own: &Playback, other: &Playback) -> PlaybackChange {
    let is_newer = |one: &Playback, other: &Playback| match (track_of(one), track_of(other)) {
        (Some(_), None) => true,
        (None, Some(_)) => false,
        _ => one.updated_ms >= other.updated_ms,
    };
    let (newer, older) = if is_newer(own, other) { (own, other) } else { (other, own) };
    let mut seen = HashSet::new();
    let tracks = newer.queue.tracks().iter().chain(older.queue.tracks());
    let track_ids: Vec<TrackId> = tracks.filter(|track| seen.insert(*track)).cloned().collect();
    // The merged device goes: whether anything plays is the word of the one that stays.
    let gives = if std::ptr::eq(newer, own) { PlaybackChange::default() } else { all_of(newer) };
    let (queue, queue_index) = (Some(QueueChange::Set { track_ids }), Some(newer.queue_index));
    PlaybackChange { mode: None, queue, queue_index, ..gives }
}

fn paused(view: View<'_>, own: &Playback, cause: Cause) -> Result<PlaybackEvent, Rejection> {
    if own.mode == PlaybackMode::Paused {
        return Err(Rejection::NoChange);
    }
    let position_ms = (view.position_ms)(view.device);
    let change = PlaybackChange { mode: Some(PlaybackMode::Paused), position_ms, ..PlaybackChange::default() };
    Ok(view.event(cause, change, None))
}
