//! Everything anyone may ask for, on one screen.
//!
//! A command is a wish: well formed, but not yet allowed. `decide` makes an event of it or says why not. What time
//! does is a command too, with no origin: see [`super::due`].

use super::comparing::{Mode, Selected};
use super::ids::{DeviceId, PairId, PlaylistId, ProfileId, RoomId, TabId, TrackId};
use super::playing::PlaybackCommand;
use super::plays::PlaysCommand;
use super::radio::RadioCommand;
use super::rating::verdict::Outcome;
use super::source::Source;
use super::starring::StarsCommand;
use super::topic::Topic;
use std::sync::Arc;

/// A command with who asks, and which version they had in view.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// What is asked.
    pub command: Command,
    /// Who asks; `None` is the server itself, which needs no guard.
    pub origin: Option<Origin>,
    /// The topic's version that the command was based on (`If-Match-Event`).
    pub guard: Option<u64>,
}

/// Which tab of which device caused something: what "no echo" is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The authenticated device.
    pub device: DeviceId,
    /// The page load or process, if it named itself.
    pub tab: Option<TabId>,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.device, self.tab.as_ref().map_or("", TabId::as_str))
    }
}

/// Everything that can be asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Something about the playback of a room.
    Session(RoomId, SessionCommand),
    /// Something about devices.
    Household(HouseholdCommand),
    /// Something about the radio stations.
    Radio(RadioCommand),
    /// A scan changed the library: its new version and number of tracks, how many came and went.
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
    /// Something about what a profile likes better.
    Comparison(ProfileId, ComparisonCommand),
    /// Something about playlists.
    Playlists(PlaylistsCommand),
    /// Something about what a profile starred.
    Stars(ProfileId, StarsCommand),
    /// Something about what a profile heard.
    Plays(ProfileId, PlaysCommand),
    /// Something about what a device plays for itself.
    Playback(DeviceId, PlaybackCommand),
}

/// Commands on a session. Positions are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionCommand {
    /// Open a barrier for the current track, here or at a position.
    Play {
        /// Where to start; `None`: where it is.
        position_ms: Option<u64>,
    },
    /// Stop the sound, here or at a position.
    Pause {
        /// Where it was stopped; `None`: where the clock says.
        position_ms: Option<u64>,
    },
    /// Move the anchor.
    Seek {
        /// Where to.
        position_ms: u64,
    },
    /// The current track goes to the end, the next one starts.
    Next,
    /// The last track comes to the front and starts.
    Prev,
    /// Play this track next.
    Nudge {
        /// The track; put into the queue if it is not there.
        track: TrackId,
    },
    /// Put tracks into the queue; those that stand there already are moved.
    QueueAdd {
        /// The tracks, in order.
        tracks: Vec<TrackId>,
        /// Place counted from the current track (1 = next-up); `None`: the end.
        at: Option<usize>,
    },
    /// Take a track out of the queue.
    QueueRemove {
        /// The track.
        track: TrackId,
    },
    /// Move a track within the queue.
    QueueMove {
        /// The track.
        track: TrackId,
        /// Place counted from the current track, after it was taken out.
        to: usize,
    },
    /// Mix all tracks but the current one.
    QueueShuffle {
        /// Chance, as a value.
        seed: u64,
    },
    /// Replace the queue.
    QueueSet {
        /// The tracks, the first one is the current.
        tracks: Vec<TrackId>,
    },
    /// Take back one's own last edit of the queue.
    Undo,
    /// Do it again.
    Redo,
    /// Release the barrier for those who are ready.
    StartAnyway,
    /// A listener's player reached the end of a track.
    Ended {
        /// The track that ended.
        track: TrackId,
    },
    /// Server: every member has the track.
    Release,
    /// Server: every listener has the next track and the current one is about to end.
    AdvanceGapless,
    /// Server: every listener's player said `ended` before the computed end.
    AdvanceEnded,
    /// Server: nobody listens any more.
    PauseEmpty {
        /// Where the last listener left it.
        position_ms: u64,
    },
    /// Server: it was playing when the server stopped; wait for the listeners to come back.
    Recover {
        /// The last known position.
        position_ms: u64,
    },
    /// Server: new files go to the end of the queue; those that stand in it stay where they are.
    Follow {
        /// The new tracks, in album order.
        tracks: Arc<[TrackId]>,
    },
}

/// Commands on the household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HouseholdCommand {
    /// A device was let in. Its secret stays outside the core.
    Pair {
        /// The new device.
        device: DeviceId,
        /// What people call it.
        name: String,
        /// Whose it is.
        profile: WhichProfile,
    },
    /// A device gets another name or profile.
    Change {
        /// Which device.
        device: DeviceId,
        /// Its new name.
        name: Option<String>,
        /// Its new profile.
        profile: Option<ProfileId>,
    },
    /// A device is no longer let in.
    Revoke {
        /// Which device.
        device: DeviceId,
    },
    /// There is to be another profile.
    CreateProfile {
        /// What people call it.
        name: String,
    },
    /// A profile gets another name.
    RenameProfile {
        /// Which.
        profile: ProfileId,
        /// Its new name.
        name: String,
    },
    /// A profile goes, with its stars, plays and comparisons; no device may have it.
    DeleteProfile {
        /// Which.
        profile: ProfileId,
    },
    /// There is to be another room.
    CreateRoom {
        /// Its id, made by the server.
        room: RoomId,
        /// What people call it.
        name: String,
    },
    /// A room gets another name.
    RenameRoom {
        /// Which room.
        room: RoomId,
        /// Its new name.
        name: String,
    },
    /// A room goes; nobody may listen in it.
    DeleteRoom {
        /// Which room.
        room: RoomId,
    },
}

/// Whose a new device is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichProfile {
    /// This one's.
    Known(ProfileId),
    /// That of the profile of this name, which is made if there is none.
    Named(String),
}

impl From<ProfileId> for WhichProfile {
    fn from(profile: ProfileId) -> Self {
        Self::Known(profile)
    }
}

/// Commands on a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComparisonCommand {
    /// Compare these tracks.
    Start {
        /// Where they come from.
        source: Source,
        /// What is wanted of them.
        mode: Mode,
        /// The tracks that the source stands for now.
        tracks: Vec<TrackId>,
        /// Chance, as a value: it mixes them.
        seed: u64,
    },
    /// Which of the pair on the table is better.
    Verdict {
        /// The pair that was seen.
        pair: PairId,
        /// The answer.
        outcome: Outcome,
    },
    /// Ask another pair.
    Skip {
        /// The pair that was seen.
        pair: PairId,
    },
    /// Take back the last answer.
    Undo,
    /// Answer again what was taken back last.
    Redo,
    /// Somebody listens to a track.
    Select(Selected),
}

/// Commands on playlists. A track stands in a playlist at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaylistsCommand {
    /// A new playlist.
    Create {
        /// What people call it.
        name: String,
        /// What is in it.
        tracks: Vec<TrackId>,
    },
    /// Another name, other tracks.
    Change {
        /// Which.
        id: PlaylistId,
        /// Its new name.
        name: Option<String>,
        /// All of its tracks.
        tracks: Option<Vec<TrackId>>,
    },
    /// Put tracks in; those that stand there already are moved.
    Add {
        /// Which playlist.
        id: PlaylistId,
        /// The tracks, in order.
        tracks: Vec<TrackId>,
        /// The place of the first of them; `None`: the end.
        at: Option<usize>,
    },
    /// Take a track out.
    Remove {
        /// Which playlist.
        id: PlaylistId,
        /// The track.
        track: TrackId,
    },
    /// Move a track.
    Move {
        /// Which playlist.
        id: PlaylistId,
        /// The track.
        track: TrackId,
        /// Its new place, counted after it was taken out.
        to: usize,
    },
    /// The playlist goes; its tracks stay in the library.
    Delete {
        /// Which.
        id: PlaylistId,
    },
}

impl SessionCommand {
    /// Whether only the server itself may give it.
    #[must_use]
    pub fn is_servers_own(&self) -> bool {
        matches!(
            self,
            Self::Release
                | Self::AdvanceGapless
                | Self::AdvanceEnded
                | Self::PauseEmpty { .. }
                | Self::Recover { .. }
                | Self::Follow { .. }
        )
    }
}

impl Command {
    /// The one topic that this command may change.
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

    /// Whether it only declares what is so: to refuse it as "no change" would be pedantic.
    #[must_use]
    pub fn is_declaration(&self) -> bool {
        match self {
            Self::Session(_, verb) => matches!(verb, SessionCommand::Ended { .. }),
            Self::Stars(_, verb) => matches!(verb, StarsCommand::Mark(_)),
            Self::Playback(_, verb) => matches!(verb, PlaybackCommand::Put(_)),
            Self::Plays(..) => true,
            _ => false,
        }
    }

    /// Whether a client must say which version it saw. Declarations (`ended`) are idempotent and need not.
    #[must_use]
    pub fn needs_guard(&self) -> bool {
        matches!(self, Self::Session(_, verb) if !matches!(verb, SessionCommand::Ended { .. }))
    }
}
