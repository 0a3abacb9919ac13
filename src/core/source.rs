//! Where tracks come from: what a comparison, and later a station, is made of.
//!
//! The core only remembers the name of a source. Which tracks it stands for is asked of the library and the ratings
//! before a command is made.

use super::ids::PlaylistId;
use crate::limits;
use serde::{Deserialize, Serialize};

/// A set of tracks by name; on the wire `{"type", "id"?}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "lowercase")]
pub enum Source {
    /// The whole library.
    All,
    /// What the profile starred.
    Starred,
    /// What the profile rates highest.
    Top,
    /// What the profile heard last.
    Recent,
    /// An album, by its id in `/albums`.
    Album(SourceId),
    /// An artist, by its id in `/artists`.
    Artist(SourceId),
    /// A genre, by its name in `/genres`.
    Genre(SourceId),
    /// A playlist.
    Playlist(PlaylistId),
}

/// The id of an album or artist, or the name of a genre: 1 to 200 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

impl SourceId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SourceId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let chars = text.chars().count();
        match (1..=limits::SOURCE_ID_CHARS_MAX).contains(&chars) {
            true => Ok(Self(text)),
            false => Err(format!("the id of a source has 1 to {} characters", limits::SOURCE_ID_CHARS_MAX)),
        }
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_reads_back_as_the_contract_writes_it() {
        for text in [r#"{"type":"all"}"#, r#"{"type":"genre","id":"Hip Hop"}"#, r#"{"type":"playlist","id":"p1"}"#] {
            let source: Source = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&source).unwrap(), text);
        }
        for bad in [r#"{"type":"album"}"#, r#"{"type":"genre","id":""}"#, r#"{"type":"mood"}"#, r#"{"id":"x"}"#] {
            assert!(serde_json::from_str::<Source>(bad).is_err(), "{bad}");
        }
    }
}
