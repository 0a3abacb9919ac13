//! Undo and redo of a device's own queue.
//!
//! A device's queue has one editor, so the steps are a stack: the way back from the last edit always fits the queue as it
//! is. A step is that way back, which for most edits is as small as the edit was, whatever the queue's length.
//! [`limits::PLAYBACK_UNDO_MAX`] of them are kept.

use crate::core::queue::{Queue, QueueChange};
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The edits of a device's queue that can be undone or redone, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    undo: VecDeque<Step>,
    redo: VecDeque<Step>,
}

/// The way back from one edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What makes the queue as it was before.
    pub change: QueueChange,
    /// The place of the track in it.
    pub index: usize,
}

/// What an event did to the history: part of the event, so that a replay does the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Edit {
    /// The queue was edited.
    Done,
    /// The last edit was undone.
    Undone,
    /// The last undone edit was done again.
    Redone,
}

impl History {
    /// Whether there is nothing to undo or redo.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.undo.is_empty() && self.redo.is_empty()
    }

    /// The way back from the last edit.
    #[must_use]
    pub fn undo(&self) -> Option<&Step> {
        self.undo.back()
    }

    /// The way back from the last undo.
    #[must_use]
    pub fn redo(&self) -> Option<&Step> {
        self.redo.back()
    }

    /// Notes `change`, which an event made to `queue` with its track at `index`.
    pub(super) fn note(&mut self, edit: Edit, change: &QueueChange, queue: &Queue, index: usize) {
        let step = Step { change: way_back(change, queue), index };
        match edit {
            Edit::Done => {
                self.redo.clear();
                self.undo.push_back(step);
            }
            Edit::Undone => {
                self.undo.pop_back();
                self.redo.push_back(step);
            }
            Edit::Redone => {
                self.redo.pop_back();
                self.undo.push_back(step);
            }
        }
        let surplus = self.undo.len().saturating_sub(limits::PLAYBACK_UNDO_MAX);
        self.undo.drain(..surplus);
    }
}

/// What makes `before` of the queue that `change` made of it.
fn way_back(change: &QueueChange, before: &Queue) -> QueueChange {
    let place = |track| before.tracks().iter().position(|known| known == track);
    let back = match change {
        QueueChange::Insert { track_ids, .. } => match track_ids.as_slice() {
            [one] => Some(match place(one) {
                Some(to) => QueueChange::Move { track_id: one.clone(), to },
                None => QueueChange::Remove { track_id: one.clone() },
            }),
            _ => None,
        },
        QueueChange::Remove { track_id } => {
            place(track_id).map(|at| QueueChange::Insert { at, track_ids: vec![track_id.clone()] })
        }
        QueueChange::Move { track_id, .. } => {
            place(track_id).map(|to| QueueChange::Move { track_id: track_id.clone(), to })
        }
        QueueChange::Rotate { .. } | QueueChange::Set { .. } => None,
    };
    back.unwrap_or_else(|| QueueChange::Set { track_ids: before.tracks().to_vec() })
}
