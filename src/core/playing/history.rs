//! Undo and redo of a device's own queue.
//!
//! A device's queue has one editor, so a step is simply the queue before it. Clones of a queue share their tracks, and
//! [`limits::PLAYBACK_UNDO_MAX`] steps are kept.

use crate::core::queue::Queue;
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The edits of a device's queue that can be undone or redone, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    undo: VecDeque<Before>,
    redo: VecDeque<Before>,
}

/// A queue as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The queue.
    pub queue: Queue,
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

    /// The queue before the last edit.
    #[must_use]
    pub fn undo(&self) -> Option<&Before> {
        self.undo.back()
    }

    /// The queue before the last undo.
    #[must_use]
    pub fn redo(&self) -> Option<&Before> {
        self.redo.back()
    }

    /// Notes what an event did to the queue that stood before it.
    pub(super) fn note(&mut self, edit: &Edit, queue: &Queue, index: usize) {
        let before = Before { queue: queue.clone(), index };
        match edit {
            Edit::Done => {
                self.redo.clear();
                self.undo.push_back(before);
            }
            Edit::Undone => {
                self.undo.pop_back();
                self.redo.push_back(before);
            }
            Edit::Redone => {
                self.redo.pop_back();
                self.undo.push_back(before);
            }
        }
        let surplus = self.undo.len().saturating_sub(limits::PLAYBACK_UNDO_MAX);
        self.undo.drain(..surplus);
    }
}
