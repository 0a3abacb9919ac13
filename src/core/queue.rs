//! The ordering of tracks in a room, and the few ways it can change.
//!
//! The first entry is the current track. The queue is a circle: a finished track goes to its end. A track stands in
//! it at most once. What may be changed is decided in [`super::session`]; here it is only carried out, and carrying
//! out a change on any queue is total: it never fails, so that a log always replays.

use super::ids::TrackId;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

/// The tracks of a room, current one first. Clones share their memory until one of them changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Queue(Arc<Vec<TrackId>>);

/// How a queue changed: small for the usual cases, whatever the queue's length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum QueueChange {
    /// The circle turned: 1 = the first went to the end, -1 = the last came to the front. More than one step where
    /// tracks were passed over whose file is gone.
    Rotate {
        /// Steps; positive is forward.
        by: i32,
    },
    /// Tracks were put in at a place, after they were taken out where they stood.
    Insert {
        /// The place of the first of them.
        at: usize,
        /// The tracks.
        track_ids: Vec<TrackId>,
    },
    /// A track was taken out.
    Remove {
        /// Which.
        track_id: TrackId,
    },
    /// A track was moved.
    Move {
        /// Which.
        track_id: TrackId,
        /// Its new place, counted after it was taken out.
        to: usize,
    },
    /// The queue was replaced.
    Set {
        /// All of it.
        track_ids: Vec<TrackId>,
    },
}

impl Queue {
    /// The tracks in play order.
    #[must_use]
    pub fn tracks(&self) -> &[TrackId] {
        &self.0
    }

    /// How many tracks stand in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no track stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The track that plays, or would.
    #[must_use]
    pub fn current(&self) -> Option<&TrackId> {
        self.0.first()
    }

    /// The track after the current one; with one track it is that track again.
    #[must_use]
    pub fn next_up(&self) -> Option<&TrackId> {
        self.0.get(1).or_else(|| self.0.first())
    }

    /// Whether `track` stands in it.
    #[must_use]
    pub fn contains(&self, track: &TrackId) -> bool {
        self.0.contains(track)
    }

    /// Whether both are the same value in memory: a cheap "has not changed".
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The queue after `change`.
    #[must_use]
    pub fn changed(&self, change: &QueueChange) -> Self {
        let mut next = self.clone();
        next.apply(change);
        next
    }

    /// Carries out `change`. Total: places beyond the end mean the end, absent tracks are ignored.
    pub fn apply(&mut self, change: &QueueChange) {
        let tracks = Arc::make_mut(&mut self.0);
        match change {
            QueueChange::Rotate { by } => {
                let steps = (by.unsigned_abs() as usize).checked_rem(tracks.len()).unwrap_or(0);
                if *by >= 0 {
                    tracks.rotate_left(steps);
                } else {
                    tracks.rotate_right(steps);
                }
            }
            QueueChange::Insert { at, track_ids } => {
                let incoming: HashSet<&TrackId> = track_ids.iter().collect();
                tracks.retain(|track| !incoming.contains(track));
                let at = (*at).min(tracks.len());
                tracks.splice(at..at, track_ids.iter().cloned());
            }
            QueueChange::Remove { track_id } => tracks.retain(|track| track != track_id),
            QueueChange::Move { track_id, to } => {
                if let Some(from) = tracks.iter().position(|track| track == track_id) {
                    let track = tracks.remove(from);
                    tracks.insert((*to).min(tracks.len()), track);
                }
            }
            QueueChange::Set { track_ids } => tracks.clone_from(track_ids),
        }
    }

    /// All tracks but the first in an order that depends on `seed` only (Fisher–Yates over SplitMix64).
    #[must_use]
    pub fn shuffled(&self, seed: u64) -> Vec<TrackId> {
        let mut tracks = self.0.as_ref().clone();
        let mut state = seed;
        let Some((_, rest)) = tracks.split_first_mut() else { return tracks };
        for last in (1..rest.len()).rev() {
            // Modulo bias over 64 bits is far below anything a household could hear.
            let pick = (split_mix(&mut state) % (last as u64 + 1)) as usize;
            rest.swap(last, pick);
        }
        tracks
    }
}

impl From<Vec<TrackId>> for Queue {
    fn from(tracks: Vec<TrackId>) -> Self {
        Self(Arc::new(tracks))
    }
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
pub(super) fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
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

    #[test]
    fn each_change_does_what_it_says() {
        let rows = [
            (QueueChange::Rotate { by: 1 }, "b c d a"),
            (QueueChange::Rotate { by: -1 }, "d a b c"),
            (QueueChange::Rotate { by: 6 }, "c d a b"),
            (QueueChange::Insert { at: 1, track_ids: ids("x y") }, "a x y b c d"),
            (QueueChange::Insert { at: 1, track_ids: ids("d x") }, "a d x b c"),
            (QueueChange::Insert { at: 99, track_ids: ids("b") }, "a c d b"),
            (QueueChange::Remove { track_id: one("c") }, "a b d"),
            (QueueChange::Remove { track_id: one("z") }, "a b c d"),
            (QueueChange::Move { track_id: one("d"), to: 1 }, "a d b c"),
            (QueueChange::Move { track_id: one("b"), to: 99 }, "a c d b"),
            (QueueChange::Set { track_ids: ids("q") }, "q"),
        ];
        for (change, expected) in rows {
            let queue = Queue::from(ids("a b c d")).changed(&change);
            assert_eq!(queue.tracks(), ids(expected), "{change:?}");
        }
    }

    #[test]
    fn an_empty_and_a_single_queue_turn_without_harm() {
        for tracks in ["", "a"] {
            let queue = Queue::from(ids(tracks)).changed(&QueueChange::Rotate { by: 1 });
            assert_eq!(queue.tracks(), ids(tracks));
        }
        assert_eq!(Queue::from(ids("a")).next_up(), Some(&one("a")));
    }

    #[test]
    fn a_shuffle_keeps_the_current_track_and_loses_none() {
        let queue = Queue::from((0..200).map(|n| one(&format!("t{n}"))).collect::<Vec<_>>());
        let mixed = queue.shuffled(7);
        assert_eq!(mixed[0], one("t0"));
        assert_ne!(mixed, queue.tracks());
        assert_eq!(mixed, queue.shuffled(7));
        let mut sorted = mixed.clone();
        sorted.sort();
        let mut all = queue.tracks().to_vec();
        all.sort();
        assert_eq!(sorted, all);
    }
}
