//! Edits of a room's queue: what they change, and what becomes of the current track.
//!
//! The current track keeps its place and plays on under every edit but two: when it is taken out, and when the queue
//! is replaced by one that begins with another.

use super::decide::View;
use super::history::Edit;
use crate::core::event::{BarrierKind, Mode, SessionEvent, SessionEventKind as Kind, Stage};
use crate::core::ids::TrackId;
use crate::core::queue::QueueChange;
use crate::core::rejection::Rejection;
use std::collections::HashSet;

type Decision = Result<SessionEvent, Rejection>;

pub(super) fn nudge(view: View<'_>, track: &TrackId) -> Decision {
    known(view, track)?;
    let queue = &view.session.queue;
    if queue.current() == Some(track) {
        return Err(Rejection::IsCurrent(track.clone()));
    }
    if queue.len() > 1 && queue.next_up() == Some(track) {
        return Err(Rejection::NoChange);
    }
    let change = match queue.contains(track) {
        true => QueueChange::Move { track_id: track.clone(), to: 1 },
        false => QueueChange::Insert { at: usize::from(!queue.is_empty()), track_ids: vec![track.clone()] },
    };
    edited(view, change)
}

pub(super) fn add(view: View<'_>, tracks: &[TrackId], at: Option<usize>) -> Decision {
    once_each(tracks)?;
    tracks.iter().try_for_each(|track| known(view, track))?;
    let queue = &view.session.queue;
    let incoming: Vec<TrackId> = tracks.iter().filter(|track| queue.current() != Some(track)).cloned().collect();
    match incoming.is_empty() {
        true if tracks.is_empty() => return Err(Rejection::NoChange),
        true => return Err(Rejection::IsCurrent(tracks[0].clone())),
        false => {}
    }
    // Those that stand in the queue are taken out first, so places count without them.
    let moving: HashSet<&TrackId> = incoming.iter().collect();
    let staying = queue.tracks().iter().filter(|track| !moving.contains(track)).count();
    let at = at.unwrap_or(staying);
    place(at, usize::from(!queue.is_empty()), staying)?;
    edited(view, QueueChange::Insert { at, track_ids: incoming })
}

/// New files of the library: those that stand in the queue stay where they are, and what does not fit is left out.
pub(super) fn follow(view: View<'_>, tracks: &[TrackId]) -> Decision {
    let queue = &view.session.queue;
    let standing: HashSet<&TrackId> = queue.tracks().iter().collect();
    let room = view.queue_max.saturating_sub(queue.len());
    let fresh = tracks.iter().filter(|track| !standing.contains(track) && view.has(track));
    let track_ids: Vec<TrackId> = fresh.take(room).cloned().collect();
    if track_ids.is_empty() {
        return Err(Rejection::NoChange);
    }
    edited(view, QueueChange::Insert { at: queue.len(), track_ids })
}

pub(super) fn remove(view: View<'_>, track: &TrackId) -> Decision {
    standing(view, track)?;
    edited(view, QueueChange::Remove { track_id: track.clone() })
}

pub(super) fn move_to(view: View<'_>, track: &TrackId, to: usize) -> Decision {
    standing(view, track)?;
    let queue = &view.session.queue;
    if queue.current() == Some(track) {
        return Err(Rejection::IsCurrent(track.clone()));
    }
    place(to, 1, queue.len() - 1)?;
    if queue.tracks().get(to) == Some(track) {
        return Err(Rejection::NoChange);
    }
    edited(view, QueueChange::Move { track_id: track.clone(), to })
}

pub(super) fn shuffle(view: View<'_>, seed: u64) -> Decision {
    let queue = &view.session.queue;
    match queue.len() {
        0 => Err(Rejection::EmptyQueue),
        1 | 2 => Err(Rejection::NoChange),
        _ => edited(view, QueueChange::Set { track_ids: queue.shuffled(seed) }),
    }
}

pub(super) fn set(view: View<'_>, tracks: &[TrackId]) -> Decision {
    once_each(tracks)?;
    // A track whose file is gone may stay in the queue, but not come into it.
    let queue = &view.session.queue;
    let before: HashSet<&TrackId> = queue.tracks().iter().collect();
    tracks.iter().filter(|track| !before.contains(track)).try_for_each(|track| known(view, track))?;
    if queue.tracks() == tracks {
        return Err(Rejection::NoChange);
    }
    edited(view, QueueChange::Set { track_ids: tracks.to_vec() })
}

pub(super) fn undo(view: View<'_>) -> Decision {
    let step = view.by.and_then(|by| view.session.history.undo(by, &view.session.queue));
    let (number, change) = step.ok_or(Rejection::NothingToUndo)?;
    Ok(SessionEvent { edit: Some(Edit::Undone(number)), ..edited(view, change)? })
}

pub(super) fn redo(view: View<'_>) -> Decision {
    let step = view.by.and_then(|by| view.session.history.redo(by, &view.session.queue));
    let (number, change) = step.ok_or(Rejection::NothingToRedo)?;
    Ok(SessionEvent { edit: Some(Edit::Redone(number)), ..edited(view, change)? })
}

/// The event of an edit: the change itself, and a new stage if the current track is another one now.
fn edited(view: View<'_>, change: QueueChange) -> Decision {
    let after = view.session.queue.changed(&change);
    if after.len() > view.queue_max && after.len() > view.session.queue.len() {
        return Err(Rejection::QueueFull { max: view.queue_max });
    }
    let moved_on = view.session.queue.current() != after.current();
    let stage = moved_on.then(|| stage_for(view.stage().mode, after.current())).flatten();
    let edit = view.by.cloned().map(Edit::Done);
    Ok(SessionEvent { kind: Kind::Queue, stage, queue: Some(change), edit })
}

/// What a room does when another track has become the current one. `None`: it is stopped, and stays so.
fn stage_for(mode: Mode, current: Option<&TrackId>) -> Option<Stage> {
    match (mode, current) {
        (Mode::Stopped, _) => None,
        (_, None) => Some(Stage::stopped()),
        (Mode::Paused, Some(track)) => Some(Stage::paused(track.clone(), 0)),
        (Mode::Playing | Mode::Waiting, Some(track)) => Some(Stage::waiting(BarrierKind::Track, track.clone(), 0)),
    }
}

fn known(view: View<'_>, track: &TrackId) -> Result<(), Rejection> {
    if view.has(track) { Ok(()) } else { Err(Rejection::NoSuchTrack(track.clone())) }
}

fn standing(view: View<'_>, track: &TrackId) -> Result<(), Rejection> {
    if view.session.queue.contains(track) { Ok(()) } else { Err(Rejection::NotInQueue(track.clone())) }
}

fn once_each(tracks: &[TrackId]) -> Result<(), Rejection> {
    let mut seen = HashSet::new();
    match tracks.iter().find(|track| !seen.insert(*track)) {
        Some(twice) => Err(Rejection::NamedTwice(twice.clone())),
        None => Ok(()),
    }
}

fn place(given: usize, low: usize, high: usize) -> Result<(), Rejection> {
    let high = high.max(low);
    if (low..=high).contains(&given) { Ok(()) } else { Err(Rejection::BadPlace { given, low, high }) }
}
