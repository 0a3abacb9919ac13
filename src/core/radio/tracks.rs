//! How a station's list of tracks changed: as little as possible is remembered, because a station of a whole library
//! would otherwise write a megabyte after every scan.

use super::station::StationTrack;
use crate::core::ids::TrackId;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// From one list to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TracksChange {
    /// Another list.
    Set(Vec<StationTrack>),
    /// Some go, some come.
    Edit {
        /// Those that go.
        remove: Vec<TrackId>,
        /// Those that come, each with its place in the new list; places grow.
        insert: Vec<(u32, StationTrack)>,
    },
}

impl TracksChange {
    /// What makes `new` of `old`; `None` if they are the same. No list has a track twice.
    #[must_use]
    pub fn between(old: &[StationTrack], new: &[StationTrack]) -> Option<Self> {
        if old == new {
            return None;
        }
        let new_by_id: HashMap<&TrackId, u32> = new.iter().map(|track| (&track.id, track.duration_ms)).collect();
        let stays = |track: &&StationTrack| new_by_id.get(&track.id) == Some(&track.duration_ms);
        let kept: Vec<&StationTrack> = old.iter().filter(stays).collect();
        let known: HashSet<&TrackId> = kept.iter().map(|track| &track.id).collect();
        if !new.iter().filter(|track| known.contains(&track.id)).eq(kept.iter().copied()) {
            return Some(Self::Set(new.to_vec()));
        }
        let remove = old.iter().filter(|track| !known.contains(&track.id)).map(|track| track.id.clone());
        let places = (0u32..).zip(new).filter(|(_, track)| !known.contains(&track.id));
        let insert = places.map(|(place, track)| (place, track.clone()));
        Some(Self::Edit { remove: remove.collect(), insert: insert.collect() })
    }

    /// The list after the change. Total: a place beyond the end means the end.
    #[must_use]
    pub fn applied_to(&self, old: &[StationTrack]) -> Vec<StationTrack> {
        let (remove, insert) = match self {
            Self::Set(tracks) => return tracks.clone(),
            Self::Edit { remove, insert } => (remove, insert),
        };
        let gone: HashSet<&TrackId> = remove.iter().collect();
        let mut kept = old.iter().filter(|track| !gone.contains(&track.id));
        let mut list = Vec::with_capacity(old.len() + insert.len());
        for (place, track) in insert {
            let before = (*place as usize).saturating_sub(list.len());
            list.extend(kept.by_ref().take(before).cloned());
            list.push(track.clone());
        }
        list.extend(kept.cloned());
        list
    }
}
