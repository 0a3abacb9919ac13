//! What can have happened to stations: the changed values themselves.

use super::command::Plan;
use super::station::StationTrack;
use super::tracks::TracksChange;
use crate::core::ids::{StationId, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something happened to a station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RadioEvent {
    /// Which.
    pub station: StationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// What.
    pub change: RadioChange,
}

/// What happened to a station. `epoch_ms` is the wall clock at which its cycle 0 began, or would have begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RadioChange {
    /// It is there; its cycle 0 begins at the time of the event.
    Created {
        /// What people decided.
        plan: Plan,
        /// What it plays.
        tracks: Arc<Vec<StationTrack>>,
    },
    /// It is another now.
    Changed {
        /// What people decided.
        plan: Plan,
        /// How its tracks changed, if they did.
        #[serde(skip_serializing_if = "Option::is_none")]
        tracks: Option<TracksChange>,
        /// Tracks that it does without.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        dropped: BTreeMap<TrackId, DropReason>,
        /// Its epoch now: what played goes on where it was.
        epoch_ms: i64,
    },
    /// It is no more.
    Deleted,
    /// Somebody had enough of a track; the next one begins at the time of the event.
    Skipped {
        /// The track that was skipped.
        track: TrackId,
        /// Its epoch now.
        epoch_ms: i64,
    },
    /// Files cannot be played.
    Dropped {
        /// Which tracks.
        tracks: Vec<TrackId>,
        /// Why.
        reason: DropReason,
        /// Its epoch now.
        epoch_ms: i64,
    },
}

/// Why a station does without a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropReason {
    /// The file is gone, cannot be read, or holds no sound.
    Unreadable,
    /// The stream is MP3, and nothing here can make MP3 of it.
    NeedsFfmpeg,
}
