//! What may be asked of stations.

use super::event::DropReason;
use super::schedule::Schedule;
use super::station::{RadioMode, StationTrack};
use crate::core::ids::{ProfileId, StationId, TrackId};
use crate::core::source::Source;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What people decide about a station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What people call it.
    pub name: String,
    /// Where its tracks come from.
    pub source: Source,
    /// Whose taste that is, where a source depends on it.
    pub profile: ProfileId,
    /// In which order they play.
    pub mode: RadioMode,
    /// When it is on the air; always, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
}

/// Commands on stations. Sources are resolved before they come here: the core knows no library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RadioCommand {
    /// Make a station; it begins now.
    Create {
        /// Its id, made by whoever asks the core.
        station: StationId,
        /// What it is to be.
        plan: Plan,
        /// The tracks of its source.
        tracks: Arc<[StationTrack]>,
    },
    /// Change a station; what is not named stays.
    Change {
        /// Which.
        station: StationId,
        /// What is to be different.
        edit: StationEdit,
    },
    /// A station is no more.
    Delete {
        /// Which.
        station: StationId,
    },
    /// Play the next track now.
    Skip {
        /// Which station.
        station: StationId,
        /// Only if this is what plays: of two people who skip the same track, one does.
        track: Option<TrackId>,
    },
    /// The stream's key was made anew; the key itself stays outside the core.
    Rekey {
        /// Which station.
        station: StationId,
    },
    /// Server: the library changed, and the source has these tracks now.
    Retrack {
        /// Which station.
        station: StationId,
        /// The tracks of its source.
        tracks: Arc<[StationTrack]>,
        /// What the house's clocks show, minutes ahead of UTC.
        utc_offset_min: i32,
        /// Tracks that were left out for want of ffmpeg come back.
        forgives: bool,
    },
    /// Server: files cannot be played, so the station does without them.
    Drop {
        /// Which station.
        station: StationId,
        /// Which tracks.
        tracks: Vec<TrackId>,
        /// Why.
        reason: DropReason,
    },
}

/// What is to be different about a station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StationEdit {
    /// Its name.
    pub name: Option<String>,
    /// Its source.
    pub source: Option<Selection>,
    /// The order.
    pub mode: Option<RadioMode>,
    /// Its schedule; `Some(None)`: always on the air.
    pub schedule: Option<Option<Schedule>>,
}

/// A source with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The source.
    pub source: Source,
    /// Whose taste that is.
    pub profile: ProfileId,
    /// Its tracks.
    pub tracks: Arc<[StationTrack]>,
}

impl RadioCommand {
    /// Whether only the server itself may give it.
    #[must_use]
    pub fn is_servers_own(&self) -> bool {
        matches!(self, Self::Retrack { .. } | Self::Drop { .. })
    }

    /// The station it is about.
    #[must_use]
    pub fn station(&self) -> &StationId {
        match self {
            Self::Create { station, .. }
            | Self::Change { station, .. }
            | Self::Delete { station }
            | Self::Skip { station, .. }
            | Self::Rekey { station }
            | Self::Retrack { station, .. }
            | Self::Drop { station, .. } => station,
        }
    }
}
