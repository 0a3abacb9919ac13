//! Everything that can have happened, on one screen.
//!
//! A session's event says which fields of the session have which values now; to apply it is to take them over. The
//! page follows the same rule, so there is only one way to be in step.

use super::comparing;
use super::ids::{DeviceId, PlaylistId, ProfileId, RoomId, TrackId};
use super::playing::PlaybackEvent;
use super::plays::PlaysEvent;
use super::queue::QueueChange;
use super::radio::RadioEvent;
use super::rating::verdict::Outcome;
use super::session::history::Edit;
use super::source::Source;
use super::starring::StarsEvent;
use super::topic::Topic;
use crate::clock::Mono;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A fact: what one accepted command changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// The playback of a room changed.
    Session(RoomId, SessionEvent),
    /// A device came, changed or went.
    Household(HouseholdEvent),
    /// A radio station came, changed or went.
    Radio(RadioEvent),
    /// The library changed.
    LibraryChanged {
        /// The catalogue's version.
        version: u64,
        /// Tracks in it.
        count: u64,
        /// Tracks that came.
        added: u64,
        /// Tracks that went.
        removed: u64,
    },
    /// A profile compared.
    Comparison(ProfileId, ComparisonEvent),
    /// A playlist came, changed or went.
    Playlists(PlaylistsEvent),
    /// A profile starred.
    Stars(ProfileId, StarsEvent),
    /// A profile heard.
    Plays(ProfileId, PlaysEvent),
    /// A device plays for itself.
    Playback(DeviceId, PlaybackEvent),
}

/// The changed fields of a session, and what they changed for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionEvent {
    /// What happened.
    pub kind: SessionEventKind,
    /// The play state and the barrier after it, if either changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// How the queue changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueChange>,
    /// What the change was, if somebody edited the queue: what undo needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
}

/// What happened to a session. The wire name of each stands in `wire::event`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SessionEventKind {
    /// Somebody pressed play.
    Played,
    /// What was playing before a restart waits for its listeners.
    Waiting,
    /// The barrier was released.
    Released,
    /// The sound stopped.
    Paused,
    /// The anchor moved.
    Sought,
    /// The queue turned by one.
    Advanced,
    /// The queue was edited.
    Queue,
}

/// Play state and barrier: they change together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// What the room does.
    pub mode: Mode,
    /// The current track, unless stopped.
    pub track: Option<TrackId>,
    /// Position at `start_at`, or where it stands while not playing; milliseconds.
    pub anchor_ms: u64,
    /// When the anchor is or was heard. Never stored: it means nothing after a restart.
    #[serde(skip)]
    pub start_at: Option<Mono>,
    /// Why the room waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barrier: Option<BarrierKind>,
}

/// What a room does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Nothing is loaded.
    #[default]
    Stopped,
    /// A barrier is open.
    Waiting,
    /// Sound since, or from, `start_at`.
    Playing,
    /// A track is loaded and silent.
    Paused,
}

/// Why a barrier was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BarrierKind {
    /// A new track starts.
    Track,
    /// The same track goes on.
    Resume,
}

/// What happened to the household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HouseholdEvent {
    /// A device was let in.
    Paired {
        /// Which.
        device: DeviceId,
        /// Its name.
        name: String,
        /// Its profile.
        profile: ProfileId,
        /// When, milliseconds since the Unix epoch.
        at_ms: i64,
        /// The name of its profile, if that was made with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_profile: Option<String>,
    },
    /// A device has these now.
    Changed {
        /// Which.
        device: DeviceId,
        /// Its name.
        name: String,
        /// Its profile.
        profile: ProfileId,
    },
    /// A device is out.
    Revoked {
        /// Which.
        device: DeviceId,
    },
    /// A profile is there.
    ProfileCreated {
        /// Which.
        profile: ProfileId,
        /// Its name.
        name: String,
    },
    /// A profile has this name now.
    ProfileRenamed {
        /// Which.
        profile: ProfileId,
        /// Its name.
        name: String,
    },
    /// A profile is gone, with what it starred, heard and compared.
    ProfileDeleted {
        /// Which.
        profile: ProfileId,
    },
    /// A room is there.
    RoomCreated {
        /// Which.
        room: RoomId,
        /// Its name.
        name: String,
    },
    /// A room has this name now.
    RoomRenamed {
        /// Which.
        room: RoomId,
        /// Its name.
        name: String,
    },
    /// A room is gone, with its queue.
    RoomDeleted {
        /// Which.
        room: RoomId,
    },
}

/// What happened to a comparison. Each says which pairs are on the table now: a replay chooses none itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ComparisonEvent {
    /// A run began.
    Started {
        /// Where its tracks come from.
        source: Source,
        /// What is wanted of them.
        mode: comparing::Mode,
        /// The tracks, mixed.
        pool: Arc<Vec<TrackId>>,
        /// The first pairs.
        round: comparing::Round,
    },
    /// A pair was answered.
    Verdict {
        /// Which.
        pair: comparing::Pair,
        /// How.
        outcome: Outcome,
        /// The pairs after it.
        round: comparing::Round,
    },
    /// A pair was passed over.
    Skipped {
        /// Which.
        pair: comparing::Pair,
        /// The pairs after it.
        round: comparing::Round,
    },
    /// The last answer was taken back.
    Undone {
        /// The pair that was answered.
        pair: comparing::Pair,
        /// How; `None`: it was skipped.
        outcome: Option<Outcome>,
        /// The pair again, under another name.
        round: comparing::Round,
    },
    /// Somebody listens to a track.
    Selected(comparing::Selected),
}

/// What happened to a playlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaylistsEvent {
    /// It is there now.
    Created {
        /// Which.
        id: PlaylistId,
        /// Its name.
        name: String,
        /// Its tracks.
        tracks: Vec<TrackId>,
        /// When, milliseconds since the Unix epoch.
        at_ms: i64,
    },
    /// It is another now.
    Changed {
        /// Which.
        id: PlaylistId,
        /// Its new name.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// How its tracks changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        change: Option<QueueChange>,
        /// When, milliseconds since the Unix epoch.
        at_ms: i64,
    },
    /// It is gone.
    Deleted {
        /// Which.
        id: PlaylistId,
    },
}

impl Event {
    /// The topic this event belongs to.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Self::Session(room, _) => Topic::Session(room.clone()),
            Self::Household(_) => Topic::Household,
            Self::Radio(_) => Topic::Radio,
            Self::LibraryChanged { .. } => Topic::Library,
            Self::Comparison(profile, _) => Topic::Comparison(profile.clone()),
            Self::Playlists(_) => Topic::Playlists,
            Self::Stars(profile, _) => Topic::Stars(profile.clone()),
            Self::Plays(profile, _) => Topic::Plays(profile.clone()),
            Self::Playback(device, _) => Topic::Playback(device.clone()),
        }
    }
}
