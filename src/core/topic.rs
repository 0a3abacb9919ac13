//! What an event is about. Each topic has a version of its own, so that one person's change never makes an
//! unrelated command of another stale.

use super::ids::{BadId, DeviceId, ProfileId, RoomId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A subject of the log, in its wire form `kind` or `kind:id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The playback of a room; its version is the `eventCount` of a session.
    Session(RoomId),
    /// Devices, profiles and rooms.
    Household,
    /// What the scans found.
    Library,
    /// The radio stations.
    Radio,
    /// Which tracks a profile likes better.
    Comparison(ProfileId),
    /// The household's playlists.
    Playlists,
    /// What a profile starred.
    Stars(ProfileId),
    /// What a profile heard.
    Plays(ProfileId),
    /// What a device plays for itself.
    Playback(DeviceId),
}

/// A kind of topic: what a socket chooses to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TopicKind {
    /// The session of the socket's room.
    Session,
    /// Devices, profiles and rooms.
    Household,
    /// The library.
    Library,
    /// The radio stations.
    Radio,
    /// The comparisons of the socket's profile.
    Comparison,
    /// The playlists.
    Playlists,
    /// The stars of the socket's profile.
    Stars,
    /// The plays of the socket's profile.
    Plays,
    /// What the socket's own device plays for itself.
    Playback,
}

impl TopicKind {
    /// All kinds, in the order of docs/protocol.md.
    pub const ALL: [Self; 9] = [
        Self::Session,
        Self::Household,
        Self::Library,
        Self::Comparison,
        Self::Playlists,
        Self::Radio,
        Self::Stars,
        Self::Plays,
        Self::Playback,
    ];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Household => "household",
            Self::Library => "library",
            Self::Radio => "radio",
            Self::Comparison => "comparison",
            Self::Playlists => "playlists",
            Self::Stars => "stars",
            Self::Plays => "plays",
            Self::Playback => "playback",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Topic {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> TopicKind {
        match self {
            Self::Session(_) => TopicKind::Session,
            Self::Household => TopicKind::Household,
            Self::Library => TopicKind::Library,
            Self::Radio => TopicKind::Radio,
            Self::Comparison(_) => TopicKind::Comparison,
            Self::Playlists => TopicKind::Playlists,
            Self::Stars(_) => TopicKind::Stars,
            Self::Plays(_) => TopicKind::Plays,
            Self::Playback(_) => TopicKind::Playback,
        }
    }

    /// Whose or which it is, where there is more than one of its kind.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Session(room) => Some(room.as_str()),
            Self::Comparison(profile) | Self::Stars(profile) | Self::Plays(profile) => Some(profile.as_str()),
            Self::Playback(device) => Some(device.as_str()),
            Self::Household | Self::Library | Self::Radio | Self::Playlists => None,
        }
    }
}

/// A text that names no topic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTopic {
    /// No such kind of topic.
    #[error(
        "there is no topic {0:?}: topics are session:<room>, household, library, comparison:<profile>, playlists, radio, \
         stars:<profile>, plays:<profile>, playback:<device>"
    )]
    Unknown(String),
    /// The part behind the colon is no id.
    #[error(transparent)]
    Id(#[from] BadId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().name())?;
        self.id().map_or(Ok(()), |id| write!(f, ":{id}"))
    }
}

impl FromStr for Topic {
    type Err = BadTopic;

    fn from_str(text: &str) -> Result<Self, BadTopic> {
        match text.split_once(':') {
            None if text == "household" => Ok(Self::Household),
            None if text == "library" => Ok(Self::Library),
            None if text == "radio" => Ok(Self::Radio),
            None if text == "playlists" => Ok(Self::Playlists),
            Some(("session", room)) => Ok(Self::Session(RoomId::new(room)?)),
            Some(("comparison", profile)) => Ok(Self::Comparison(ProfileId::new(profile)?)),
            Some(("stars", profile)) => Ok(Self::Stars(ProfileId::new(profile)?)),
            Some(("plays", profile)) => Ok(Self::Plays(ProfileId::new(profile)?)),
            Some(("playback", device)) => Ok(Self::Playback(DeviceId::new(device)?)),
            _ => Err(BadTopic::Unknown(text.chars().take(40).collect())),
        }
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_reads_back_as_written() {
        let plain = ["session:house", "household", "library", "comparison:home", "playlists", "radio"];
        for text in plain.into_iter().chain(["stars:home", "plays:home", "playback:0A1B2C3D4E5F6071"]) {
            assert_eq!(text.parse::<Topic>().unwrap().to_string(), text);
        }
        for bad in ["", "session", "session:", "stars", "household:x", "session:a b"] {
            assert!(bad.parse::<Topic>().is_err(), "{bad:?}");
        }
    }
}
