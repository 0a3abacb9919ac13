//! The identifiers that the house speaks of, each its own type.
//!
//! All are opaque strings with a bound on length and alphabet, checked once where they enter; inside, a value of
//! one of these types is known to be well formed. Cloning is a reference count, or, of a track's, sixteen bytes.

mod track;

pub use track::TrackId;

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::sync::Arc;

/// An identifier was too long, empty, or used a character that ids do not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to {max} of the characters A-Z a-z 0-9 - _, not {got:?}")]
pub struct BadId {
    /// What kind of id was asked for, in the words of the wire.
    pub kind: &'static str,
    /// The longest it may be, in characters.
    pub max: usize,
    /// What was given, cut to 40 characters.
    pub got: String,
}

fn check(kind: &'static str, max: usize, text: &str) -> Result<(), BadId> {
    let fits = !text.is_empty()
        && text.len() <= max
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits { Ok(()) } else { Err(BadId { kind, max, got: text.chars().take(40).collect() }) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and wraps `text`.
            ///
            /// # Errors
            /// [`BadId`] when it is empty, too long, or has a character outside `A-Z a-z 0-9 - _`.
            pub fn new(text: &str) -> Result<Self, BadId> {
                check($kind, $max, text)?;
                Ok(Self(text.into()))
            }

            /// The id as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// A group that listens together. [`RoomId::house`] always exists.
    RoomId, "room", 32
);
id!(
    /// One browser or one command line; 16 upper-case hex digits made at pairing. Public: never a secret.
    DeviceId, "clientId", 32
);
id!(
    /// One page load or process of a device: what "no echo" is about.
    TabId, "tab", 32
);
id!(
    /// Whose stars, ratings and plays these are.
    ProfileId, "profile", 32
);
id!(
    /// A radio station; hex digits made with it, so none is ever called like a path beside it.
    StationId, "stationId", 32
);
id!(
    /// A client-made idempotency key; its scope is (device, key).
    CommandKey, "id", 64
);

id!(
    /// One question of a comparison: a pair of tracks, asked once.
    PairId, "pairId", 32
);
id!(
    /// A playlist.
    PlaylistId, "playlistId", 32
);

id!(
    /// A client-made name for one star or unstar; its scope is the device. A batch that is sent again is known by it.
    MutationId, "mutationId", 64
);
id!(
    /// A track, an album or an artist, where all three can be meant; its kind stands beside it.
    ItemId, "id", 64
);

impl RoomId {
    /// The room that is always there.
    #[must_use]
    pub fn house() -> Self {
        Self("house".into())
    }
}

impl PairId {
    /// The name of a pair that was chosen with the event of this version; `suffix` is one letter at most.
    #[must_use]
    pub fn of_version(version: u64, suffix: &str) -> Self {
        Self(format!("{version}{suffix}").into())
    }
}

impl PlaylistId {
    /// The name of a playlist that was made with the event of this version.
    #[must_use]
    pub fn of_version(version: u64) -> Self {
        Self(format!("p{version}").into())
    }
}

impl MutationId {
    /// The name of a star that the server set with the event of this version, to take back another.
    #[must_use]
    pub fn of_version(version: u64) -> Self {
        Self(format!("v{version}").into())
    }
}

impl ProfileId {
    /// The name of a profile that was made with the event of this version.
    #[must_use]
    pub fn of_version(version: u64) -> Self {
        Self(format!("u{version}").into())
    }

    /// The profile of everybody who chose none.
    #[must_use]
    pub fn home() -> Self {
        Self("home".into())
    }
}

impl DeviceId {
    /// The trusted local device of `trust_loopback`.
    #[must_use]
    pub fn local() -> Self {
        Self("0000000000000000".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_their_alphabet_and_length_only() {
        assert!(TrackId::new("a1-B_").is_ok());
        for bad in ["", "../etc", "a b", "ü", "12345678901234567"] {
            assert!(TrackId::new(bad).is_err(), "{bad:?}");
        }
        let error = TrackId::new("").unwrap_err().to_string();
        assert_eq!(error, "trackId must be 1 to 16 of the characters A-Z a-z 0-9 - _, not \"\"");
    }

    #[test]
    fn an_id_from_json_is_checked_too() {
        assert!(serde_json::from_str::<RoomId>("\"kitchen\"").is_ok());
        assert!(serde_json::from_str::<RoomId>("\"kit chen\"").is_err());
    }
}
