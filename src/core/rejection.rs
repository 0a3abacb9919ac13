//! The reasons to say no: a closed list, each with its status, its name on the wire and a sentence that says what
//! to do.

use super::ids::{ProfileId, TrackId};

/// Why a command was not accepted. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The client did not say which version it saw.
    #[error("send the eventCount you saw: header If-Match-Event, or ifMatchEvent on the WebSocket")]
    GuardMissing {
        /// The version it should have seen.
        expected: u64,
    },
    /// Somebody was faster.
    #[error("somebody was faster: the event count is {expected}, not {given}; look at the new state and try again")]
    Stale {
        /// The version now.
        expected: u64,
        /// The version the command was based on.
        given: u64,
    },
    /// No such room.
    #[error("there is no room {0:?}")]
    NoSuchRoom(String),
    /// The queue is empty.
    #[error("the queue is empty: add tracks first")]
    EmptyQueue,
    /// Nothing plays.
    #[error("nothing is playing: press play first")]
    NotPlaying,
    /// No barrier is open.
    #[error("nobody is being waited for")]
    NotWaiting,
    /// No member of the barrier has the track.
    #[error("nobody has the track yet: wait for the first download")]
    NobodyReady,
    /// The library has no such track.
    #[error("the library has no track {0}: it may have been removed, look at /index")]
    NoSuchTrack(TrackId),
    /// The track is not in the queue.
    #[error("track {0} is not in the queue")]
    NotInQueue(TrackId),
    /// The track is the current one.
    #[error("track {0} is the current one: it plays already, and keeps its place")]
    IsCurrent(TrackId),
    /// A declaration about another track than the current one.
    #[error("track {0} is not the current one")]
    NotCurrent(TrackId),
    /// Everything is so already.
    #[error("nothing to change: it is so already")]
    NoChange,
    /// The queue would grow beyond its bound.
    #[error("the queue holds {max} tracks at most: take some out first")]
    QueueFull {
        /// The bound.
        max: usize,
    },
    /// A place outside the queue.
    #[error("place {given} is outside the list: it takes {low} to {high}")]
    BadPlace {
        /// What was asked for.
        given: usize,
        /// The first place that is allowed.
        low: usize,
        /// The last place that is allowed.
        high: usize,
    },
    /// A track was named twice in one command.
    #[error("track {0} is named twice: a list holds a track once")]
    NamedTwice(TrackId),
    /// A position after the end of the track.
    #[error("position {given_ms} ms is after the end: the track is {duration_ms} ms long")]
    AfterEnd {
        /// What was asked for.
        given_ms: u64,
        /// The track's length.
        duration_ms: u64,
    },
    /// No such device.
    #[error("no device {0} is paired")]
    NoSuchDevice(String),
    /// A name that is empty, too long, or has control characters.
    #[error("a name has 1 to {max} characters and no control characters")]
    BadName {
        /// The bound, in characters.
        max: usize,
    },
    /// Too many devices.
    #[error("{max} devices are paired: revoke one that is no longer used")]
    TooManyDevices {
        /// The bound.
        max: usize,
    },
    /// No such radio station.
    #[error("there is no station {0:?}: look at /radio")]
    NoSuchStation(String),
    /// Too many radio stations.
    #[error("there are {max} stations: delete one that nobody hears")]
    TooManyStations {
        /// The bound.
        max: usize,
    },
    /// A station without tracks.
    #[error("there is nothing to play: the source has no track whose length is known")]
    NothingToPlay,
    /// A station with too many tracks.
    #[error("a station plays {max} tracks at most: choose a narrower source")]
    TooManyTracks {
        /// The bound.
        max: usize,
    },
    /// The station's schedule is closed now.
    #[error("the station is off the air now: its schedule says when it is back")]
    OffAir,
    /// The device has made no edit that could be taken back.
    #[error("there is nothing of yours to take back")]
    NothingToUndo,
    /// The device has taken back nothing since its last edit.
    #[error("there is nothing to do again")]
    NothingToRedo,
    /// Too many rooms.
    #[error("there are {max} rooms: delete one first")]
    TooManyRooms {
        /// The bound.
        max: usize,
    },
    /// Somebody listens in the room.
    #[error("somebody listens in {0}: a room can go when it is empty")]
    RoomInUse(String),
    /// The room that is always there.
    #[error("the house stays: it can be renamed, not deleted")]
    HouseStays,
    /// A command that only the server itself gives.
    #[error("only the server itself does this")]
    ServerOnly,
    /// Another pair is on the table.
    #[error("another pair is on the table: somebody answered before; look at the pair beside this")]
    StalePair(ProfileId),
    /// No run was started.
    #[error("nothing is being compared: start with a source")]
    NothingCompared,
    /// A source with fewer than two tracks.
    #[error("a comparison needs two tracks at least: choose a larger source")]
    PoolTooSmall,
    /// A source with too many tracks.
    #[error("a comparison takes {max} tracks at most: choose an artist, a genre or a playlist")]
    PoolTooLarge {
        /// The bound.
        max: usize,
    },
    /// So many answers that no more are kept.
    #[error("{max} answers of this profile are kept already: use another profile")]
    TooManyVerdicts {
        /// The bound.
        max: usize,
    },
    /// No such playlist.
    #[error("there is no playlist {0:?}: look at /playlists")]
    NoSuchPlaylist(String),
    /// The track is not in the playlist.
    #[error("track {0} is not in the playlist")]
    NotInPlaylist(TrackId),
    /// The playlist would grow beyond its bound.
    #[error("a playlist holds {max} tracks at most: make another one")]
    PlaylistFull {
        /// The bound.
        max: usize,
    },
    /// Too many playlists.
    #[error("there are {max} playlists: delete one that is no longer used")]
    TooManyPlaylists {
        /// The bound.
        max: usize,
    },
    /// The profile would have more stars than are kept.
    #[error("{max} items are starred already: unstar some first")]
    TooManyStars {
        /// The bound.
        max: usize,
    },
    /// A batch that is too long.
    #[error("a batch holds {max} stars at most: send it in parts")]
    BatchTooLong {
        /// The bound.
        max: usize,
    },
    /// The device plays nothing, and never did.
    #[error("device {0} has nothing to hand over: it has not played yet")]
    NothingPlayed(String),
    /// A device and itself.
    #[error("these are one and the same device: name another one")]
    SameDevice,
    /// Another person's device.
    #[error(
        "device {0} is another profile's, and what it plays is theirs: devices of one profile hand over to each other"
    )]
    OtherProfile(String),
    /// The machine that hearken runs on is no browser that was paired twice.
    #[error(
        "this machine itself stays: merge a device that was paired, or go on with what this one has by playback/claim"
    )]
    LocalStays,
    /// No such profile.
    #[error("there is no profile {0:?}: look at /profiles, or make it first")]
    NoSuchProfile(String),
    /// Too many profiles.
    #[error("there are {max} profiles: delete one that is no longer used")]
    TooManyProfiles {
        /// The bound.
        max: usize,
    },
    /// A profile that devices belong to.
    #[error("devices belong to {0}: give them another profile first")]
    ProfileInUse(String),
    /// The profile that is always there.
    #[error("the home profile stays: it can be renamed, not deleted")]
    HomeStays,
}

impl Rejection {
    /// The HTTP status that says it best.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::GuardMissing { .. } => 428,
            Self::NoSuchRoom(_) | Self::NoSuchTrack(_) | Self::NotInQueue(_) | Self::NoSuchDevice(_) => 404,
            Self::NoSuchStation(_) => 404,
            Self::NoSuchPlaylist(_) | Self::NotInPlaylist(_) => 404,
            Self::PoolTooSmall | Self::PoolTooLarge { .. } | Self::PlaylistFull { .. } => 422,
            Self::StalePair(_) | Self::NothingCompared => 409,
            Self::TooManyVerdicts { .. } | Self::TooManyPlaylists { .. } => 409,
            Self::QueueFull { .. }
            | Self::BadPlace { .. }
            | Self::NamedTwice(_)
            | Self::AfterEnd { .. }
            | Self::NothingToPlay
            | Self::TooManyTracks { .. }
            | Self::BadName { .. } => 422,
            Self::NoSuchProfile(_) | Self::NothingPlayed(_) => 404,
            Self::BatchTooLong { .. } | Self::SameDevice | Self::LocalStays => 422,
            Self::TooManyStars { .. } | Self::TooManyProfiles { .. } | Self::ProfileInUse(_) | Self::HomeStays => 409,
            Self::ServerOnly | Self::OtherProfile(_) => 403,
            Self::Stale { .. }
            | Self::EmptyQueue
            | Self::NotPlaying
            | Self::NotWaiting
            | Self::NobodyReady
            | Self::IsCurrent(_)
            | Self::NotCurrent(_)
            | Self::NoChange
            | Self::OffAir
            | Self::TooManyStations { .. }
            | Self::NothingToUndo
            | Self::NothingToRedo
            | Self::TooManyRooms { .. }
            | Self::RoomInUse(_)
            | Self::HouseStays
            | Self::TooManyDevices { .. } => 409,
        }
    }

    /// Its stable name on the wire: the last part of the problem's `type`.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        match self {
            Self::GuardMissing { .. } => "guard-missing",
            Self::Stale { .. } => "stale",
            Self::NoSuchRoom(_) => "no-such-room",
            Self::EmptyQueue => "empty-queue",
            Self::NotPlaying => "not-playing",
            Self::NotWaiting => "not-waiting",
            Self::NobodyReady => "nobody-ready",
            Self::NoSuchTrack(_) => "no-such-track",
            Self::NotInQueue(_) => "not-in-queue",
            Self::IsCurrent(_) => "is-current",
            Self::NotCurrent(_) => "not-current",
            Self::NoChange => "no-change",
            Self::QueueFull { .. } => "queue-full",
            Self::BadPlace { .. } => "bad-place",
            Self::NamedTwice(_) => "named-twice",
            Self::AfterEnd { .. } => "after-end",
            Self::NoSuchDevice(_) => "no-such-device",
            Self::BadName { .. } => "bad-name",
            Self::TooManyDevices { .. } => "too-many-devices",
            Self::NoSuchStation(_) => "no-such-station",
            Self::TooManyStations { .. } => "too-many-stations",
            Self::NothingToPlay => "nothing-to-play",
            Self::TooManyTracks { .. } => "too-many-tracks",
            Self::OffAir => "off-air",
            Self::NothingToUndo => "nothing-to-undo",
            Self::NothingToRedo => "nothing-to-redo",
            Self::TooManyRooms { .. } => "too-many-rooms",
            Self::RoomInUse(_) => "room-in-use",
            Self::HouseStays => "house-stays",
            Self::ServerOnly => "server-only",
            Self::StalePair(_) => "stale-pair",
            Self::NothingCompared => "nothing-compared",
            Self::PoolTooSmall => "pool-too-small",
            Self::PoolTooLarge { .. } => "pool-too-large",
            Self::TooManyVerdicts { .. } => "too-many-verdicts",
            Self::NoSuchPlaylist(_) => "no-such-playlist",
            Self::NotInPlaylist(_) => "not-in-playlist",
            Self::PlaylistFull { .. } => "playlist-full",
            Self::TooManyPlaylists { .. } => "too-many-playlists",
            Self::TooManyStars { .. } => "too-many-stars",
            Self::BatchTooLong { .. } => "batch-too-long",
            Self::NothingPlayed(_) => "nothing-played",
            Self::SameDevice => "same-device",
            Self::OtherProfile(_) => "other-profile",
            Self::LocalStays => "local-stays",
            Self::NoSuchProfile(_) => "no-such-profile",
            Self::TooManyProfiles { .. } => "too-many-profiles",
            Self::ProfileInUse(_) => "profile-in-use",
            Self::HomeStays => "home-stays",
        }
    }

    /// The version to use next, where a guard was the reason.
    #[must_use]
    pub fn expected_version(&self) -> Option<u64> {
        match self {
            Self::GuardMissing { expected } | Self::Stale { expected, .. } => Some(*expected),
            _ => None,
        }
    }
}
