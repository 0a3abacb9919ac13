//! Undo and redo of queue edits: "undo my last", for each device, while others go on editing.
//!
//! An edit is undone by a compensating edit, made for the queue as it is now: what was put in is taken out where it still
//! stands, what was taken out comes back to its place, what was moved moves back, and a queue that was replaced or mixed
//! gets its order back. The current track always keeps its place. Steps are kept for the room, [`limits::UNDO_STEPS_MAX`]
//! of them; they are part of the durable state, so undo works after a restart.

use super::Session;
use crate::core::ids::{DeviceId, TrackId};
use crate::core::queue::{Queue, QueueChange};
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};

/// The edits of a room that can be undone or redone, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(VecDeque<Step>);

/// One edit, and the way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    number: u64,
    by: DeviceId,
    forward: QueueChange,
    back: Back,
    #[serde(default)]
    is_undone: bool,
}

/// The way back from an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Back {
    /// Take these out.
    TakeOut(Vec<TrackId>),
    /// Put this back to its place.
    Reinsert(TrackId, usize),
    /// Move this back to its place.
    Return(TrackId, usize),
    /// Give the queue this order and these tracks back.
    Restore(Queue),
}

/// What an event did to the history: part of the event, so that a replay does the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Edit {
    /// A device edited the queue.
    Done(DeviceId),
    /// The step of this number was undone.
    Undone(u64),
    /// The step of this number was done again.
    Redone(u64),
}

impl Session {
    /// Notes what an edit did, on the queue before it.
    pub(super) fn note(&mut self, edit: &Edit, change: &QueueChange) {
        match edit {
            Edit::Done(by) => self.history.done(by, change, &self.queue),
            Edit::Undone(number) => self.history.mark(*number, true),
            Edit::Redone(number) => self.history.mark(*number, false),
        }
    }
}

impl History {
    /// The compensating edit for the last edit of `by` that is not undone and still has something to give back.
    #[must_use]
    pub fn undo(&self, by: &DeviceId, queue: &Queue) -> Option<(u64, QueueChange)> {
        let mine = self.0.iter().rev().filter(|step| step.by == *by && !step.is_undone);
        mine.filter_map(|step| Some((step.number, step.back(queue)?))).next()
    }

    /// The last undone edit of `by`, made for the queue as it is now. An edit made since ends the redoing.
    #[must_use]
    pub fn redo(&self, by: &DeviceId, queue: &Queue) -> Option<(u64, QueueChange)> {
        let mine: Vec<&Step> = self.0.iter().filter(|step| step.by == *by).collect();
        let undone = mine.iter().rev().take_while(|step| step.is_undone).last()?;
        Some((undone.number, undone.again(queue)?))
    }

    fn done(&mut self, by: &DeviceId, change: &QueueChange, before: &Queue) {
        // A new edit ends the redoing of one's own: what was undone stays undone.
        self.0.retain(|step| step.by != *by || !step.is_undone);
        let number = self.0.back().map_or(1, |last| last.number + 1);
        let back = Back::of(change, before);
        self.0.push_back(Step { number, by: by.clone(), forward: change.clone(), back, is_undone: false });
        if self.0.len() > limits::UNDO_STEPS_MAX {
            self.0.pop_front();
        }
    }

    fn mark(&mut self, number: u64, is_undone: bool) {
        if let Some(step) = self.0.iter_mut().find(|step| step.number == number) {
            step.is_undone = is_undone;
        }
    }
}

impl Back {
    fn of(change: &QueueChange, before: &Queue) -> Self {
        let place = |track: &TrackId| before.tracks().iter().position(|known| known == track);
        match change {
            QueueChange::Insert { track_ids, .. } if !track_ids.iter().any(|track| before.contains(track)) => {
                Self::TakeOut(track_ids.clone())
            }
            QueueChange::Remove { track_id } => Self::Reinsert(track_id.clone(), place(track_id).unwrap_or(0)),
            QueueChange::Move { track_id, .. } => Self::Return(track_id.clone(), place(track_id).unwrap_or(0)),
            QueueChange::Insert { .. } | QueueChange::Set { .. } | QueueChange::Rotate { .. } => {
                Self::Restore(before.clone())
            }
        }
    }
}

impl Step {
    /// The way back from `queue` as it is now; `None` if there is nothing left to give back.
    fn back(&self, queue: &Queue) -> Option<QueueChange> {
        let change = match &self.back {
            Back::TakeOut(tracks) => take_out(tracks, queue),
            Back::Reinsert(track, at) if !queue.contains(track) => {
                QueueChange::Insert { at: behind_current(*at, queue), track_ids: vec![track.clone()] }
            }
            Back::Return(track, to) if queue.contains(track) && queue.current() != Some(track) => {
                QueueChange::Move { track_id: track.clone(), to: behind_current(*to, queue) }
            }
            Back::Reinsert(..) | Back::Return(..) => return None,
            Back::Restore(before) => restore(before.tracks(), self.brought(), queue),
        };
        (queue.changed(&change) != *queue).then_some(change)
    }

    /// The edit once more, for `queue` as it is now; `None` if it would change nothing.
    fn again(&self, queue: &Queue) -> Option<QueueChange> {
        let current = queue.current();
        let change = match (&self.forward, &self.back) {
            (QueueChange::Insert { at, track_ids }, _) => {
                let track_ids = track_ids.iter().filter(|track| current != Some(track)).cloned().collect();
                QueueChange::Insert { at: behind_current(*at, queue), track_ids }
            }
            (QueueChange::Remove { track_id } | QueueChange::Move { track_id, .. }, _) if current == Some(track_id) => {
                return None;
            }
            (QueueChange::Set { track_ids }, Back::Restore(before)) => restore(track_ids, before.tracks(), queue),
            (other, _) => other.clone(),
        };
        (queue.changed(&change) != *queue).then_some(change)
    }

    /// The tracks that the edit itself may have brought in.
    fn brought(&self) -> &[TrackId] {
        match &self.forward {
            QueueChange::Insert { track_ids, .. } | QueueChange::Set { track_ids } => track_ids,
            _ => &[],
        }
    }
}

/// Takes out those that still stand there, but never the current track.
fn take_out(tracks: &[TrackId], queue: &Queue) -> QueueChange {
    let current = queue.current();
    let gone: HashSet<&TrackId> = tracks.iter().filter(|track| current != Some(track)).collect();
    match (gone.len(), gone.iter().next()) {
        (1, Some(track)) => QueueChange::Remove { track_id: (*track).clone() },
        _ => {
            let staying = queue.tracks().iter().filter(|track| !gone.contains(track));
            QueueChange::Set { track_ids: staying.cloned().collect() }
        }
    }
}

/// The order and the tracks of `wanted`, the current track first, and at the end what came since: neither wanted, nor
/// `brought` by the edit that this takes back.
fn restore(wanted: &[TrackId], brought: &[TrackId], queue: &Queue) -> QueueChange {
    let current = queue.current();
    let known: HashSet<&TrackId> = wanted.iter().chain(brought).collect();
    let back = wanted.iter().filter(|track| current != Some(track));
    let came_since = queue.tracks().iter().skip(1).filter(|track| !known.contains(track));
    QueueChange::Set { track_ids: current.into_iter().chain(back).chain(came_since).cloned().collect() }
}

fn behind_current(at: usize, queue: &Queue) -> usize {
    at.clamp(usize::from(!queue.is_empty()), queue.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<TrackId> {
        text.split_whitespace().map(|id| TrackId::new(id).unwrap()).collect()
    }

    fn one(id: &str) -> TrackId {
        TrackId::new(id).unwrap()
    }

    fn device(name: &str) -> DeviceId {
        DeviceId::new(name).unwrap()
    }

    /// A session that edits as it is told.
    struct Desk(Session);

    impl Desk {
        fn new(tracks: &str) -> Self {
            Self(Session { queue: Queue::from(ids(tracks)), ..Session::default() })
        }

        fn edit(&mut self, by: &str, change: QueueChange) {
            self.0.note(&Edit::Done(device(by)), &change);
            self.0.queue.apply(&change);
        }

        fn undo(&mut self, by: &str) -> Option<String> {
            let (number, change) = self.0.history.undo(&device(by), &self.0.queue)?;
            self.0.note(&Edit::Undone(number), &change);
            self.0.queue.apply(&change);
            Some(self.shown())
        }

        fn redo(&mut self, by: &str) -> Option<String> {
            let (number, change) = self.0.history.redo(&device(by), &self.0.queue)?;
            self.0.note(&Edit::Redone(number), &change);
            self.0.queue.apply(&change);
            Some(self.shown())
        }

        fn shown(&self) -> String {
            self.0.queue.tracks().iter().map(TrackId::as_str).collect::<Vec<_>>().join(" ")
        }
    }

    #[test]
    fn each_edit_has_its_way_back_and_forth() {
        let rows = [
            (QueueChange::Insert { at: 1, track_ids: ids("x y") }, "a x y b c d"),
            (QueueChange::Insert { at: 1, track_ids: ids("d") }, "a d b c"),
            (QueueChange::Remove { track_id: one("c") }, "a b d"),
            (QueueChange::Move { track_id: one("d"), to: 1 }, "a d b c"),
            (QueueChange::Set { track_ids: ids("a q r") }, "a q r"),
        ];
        for (change, after) in rows {
            let mut desk = Desk::new("a b c d");
            desk.edit("P", change.clone());
            assert_eq!(desk.shown(), after, "{change:?}");
            assert_eq!(desk.undo("P").as_deref(), Some("a b c d"), "undo {change:?}");
            assert_eq!(desk.undo("P"), None);
            assert!(desk.redo("P").is_some(), "redo {change:?}");
            assert_eq!(desk.redo("P"), None);
        }
    }

    #[test]
    fn everybody_undoes_their_own_last_edit() {
        let mut desk = Desk::new("a b c");
        desk.edit("P", QueueChange::Insert { at: 3, track_ids: ids("x") });
        desk.edit("Q", QueueChange::Remove { track_id: one("b") });
        assert_eq!(desk.undo("P").as_deref(), Some("a c"));
        assert_eq!(desk.undo("P"), None, "the other's edit is not mine");
        assert_eq!(desk.undo("Q").as_deref(), Some("a b c"));
    }

    #[test]
    fn the_current_track_stays_whatever_is_undone() {
        let mut desk = Desk::new("a b c");
        desk.edit("P", QueueChange::Insert { at: 1, track_ids: ids("x") });
        desk.0.queue.apply(&QueueChange::Rotate { by: 1 });
        assert_eq!(desk.shown(), "x b c a");
        assert_eq!(desk.undo("P"), None, "x plays");
        let mut desk = Desk::new("a b c d");
        desk.edit("P", QueueChange::Set { track_ids: ids("a d c b") });
        desk.0.queue.apply(&QueueChange::Rotate { by: 1 });
        assert_eq!(desk.undo("P").as_deref(), Some("d a b c"));
    }

    #[test]
    fn a_new_edit_ends_the_redoing() {
        let mut desk = Desk::new("a b c");
        desk.edit("P", QueueChange::Remove { track_id: one("b") });
        desk.undo("P");
        desk.edit("P", QueueChange::Remove { track_id: one("c") });
        assert_eq!(desk.redo("P"), None);
        assert_eq!(desk.undo("P").as_deref(), Some("a b c"));
    }

    #[test]
    fn several_steps_go_back_in_order_and_forth_in_order() {
        let mut desk = Desk::new("a b c d");
        desk.edit("P", QueueChange::Remove { track_id: one("b") });
        desk.edit("P", QueueChange::Remove { track_id: one("c") });
        assert_eq!(desk.undo("P").as_deref(), Some("a c d"));
        assert_eq!(desk.undo("P").as_deref(), Some("a b c d"));
        assert_eq!(desk.redo("P").as_deref(), Some("a c d"));
        assert_eq!(desk.redo("P").as_deref(), Some("a d"));
    }

    #[test]
    fn the_history_is_bounded() {
        let mut desk = Desk::new("a b c d");
        for _ in 0..limits::UNDO_STEPS_MAX * 3 {
            desk.edit("P", QueueChange::Move { track_id: one("d"), to: 1 });
        }
        assert_eq!(desk.0.history.0.len(), limits::UNDO_STEPS_MAX);
    }
}
