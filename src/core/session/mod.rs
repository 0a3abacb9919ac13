//! Co-listening of one room: what plays, where it is, what comes next.
//!
//! [`Session`] is durable and changes only by [`Session::apply`]: it takes over the fields an event carries, and
//! nothing else. What may happen is decided in [`decide`]; what time and listeners bring about by themselves stands in
//! [`due`]. The table mode × command of docs/protocol.md is tested row by row in `table.rs`.

pub mod decide;
pub mod due;
mod edit;
#[cfg(test)]
mod endings;
pub mod history;
#[cfg(test)]
pub(in crate::core) mod scene;
#[cfg(test)]
mod table;
#[cfg(test)]
mod waits;

use super::event::{BarrierKind, Mode, SessionEvent, Stage};
use super::ids::TrackId;
use super::queue::Queue;
use crate::clock::Mono;
use history::History;
use serde::{Deserialize, Serialize};

/// The durable playback state of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The tracks, current one first.
    pub queue: Queue,
    /// What the room does with the first of them.
    pub stage: Stage,
    /// The queue edits that can be undone.
    #[serde(default)]
    pub history: History,
}

impl Session {
    /// Takes over what happened.
    pub fn apply(&mut self, event: &SessionEvent) {
        if let Some(change) = &event.queue {
            if let Some(edit) = &event.edit {
                self.note(edit, change);
            }
            self.queue.apply(change);
        }
        if let Some(stage) = &event.stage {
            self.stage = stage.clone();
        }
    }

    /// Where the current track is at `now`, milliseconds; not beyond `duration_ms`.
    #[must_use]
    pub fn position_ms(&self, now: Mono, duration_ms: Option<u64>) -> u64 {
        self.stage.position_ms(now).min(duration_ms.unwrap_or(u64::MAX))
    }
}

impl Stage {
    /// Nothing is loaded.
    #[must_use]
    pub fn stopped() -> Self {
        Self::default()
    }

    /// A barrier waits for `track`, to start at `anchor_ms`.
    #[must_use]
    pub fn waiting(barrier: BarrierKind, track: TrackId, anchor_ms: u64) -> Self {
        Self { mode: Mode::Waiting, track: Some(track), anchor_ms, start_at: None, barrier: Some(barrier) }
    }

    /// `track` is loaded and silent at `anchor_ms`.
    #[must_use]
    pub fn paused(track: TrackId, anchor_ms: u64) -> Self {
        Self { mode: Mode::Paused, track: Some(track), anchor_ms, start_at: None, barrier: None }
    }

    /// `track` is heard at `anchor_ms` when the clock says `start_at`.
    #[must_use]
    pub fn playing(track: TrackId, anchor_ms: u64, start_at: Mono) -> Self {
        Self { mode: Mode::Playing, track: Some(track), anchor_ms, start_at: Some(start_at), barrier: None }
    }

    /// Where the track is at `now`, milliseconds.
    #[must_use]
    pub fn position_ms(&self, now: Mono) -> u64 {
        let elapsed = self.start_at.map_or(0, |start_at| now.since(start_at));
        self.anchor_ms.saturating_add(elapsed)
    }
}
