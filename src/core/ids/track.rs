//! The id of a track, kept in place.
//!
//! A large house holds it by the hundred thousand: in the catalogue, in the known tracks, in queues, pools and plays. A
//! text behind a reference count costs each of them 64 bytes and an allocation; sixteen characters are sixteen bytes.

use super::{BadId, check};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The longest id of a track, in characters.
const CHARS_MAX: usize = 16;

/// A track of the library; comes from the audio itself, so it survives renames and retagging.
///
/// Filled up with zeros, which no id has: so the bytes compare as the texts do.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId([u8; CHARS_MAX]);

impl TrackId {
    /// Checks and wraps `text`.
    ///
    /// # Errors
    /// [`BadId`] when it is empty, too long, or has a character outside `A-Z a-z 0-9 - _`.
    pub fn new(text: &str) -> Result<Self, BadId> {
        check("trackId", CHARS_MAX, text)?;
        let mut bytes = [0; CHARS_MAX];
        bytes.iter_mut().zip(text.bytes()).for_each(|(byte, of_text)| *byte = of_text);
        Ok(Self(bytes))
    }

    /// The id as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(CHARS_MAX);
        // It was text when it was checked.
        std::str::from_utf8(&self.0[..end]).unwrap_or_default()
    }
}

impl fmt::Display for TrackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TrackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for TrackId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::new(text)
    }
}

impl Serialize for TrackId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TrackId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Text)
    }
}

/// Takes the text where it stands: the queue of a large house is read without an allocation for each track.
struct Text;

impl Visitor<'_> for Text {
    type Value = TrackId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<TrackId, E> {
        TrackId::new(text).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_text_it_was_made_of() {
        for text in ["a", "0123456789ab", "0123456789ab-2zz", "A-_z"] {
            let id = TrackId::new(text).unwrap();
            assert_eq!((id.as_str(), format!("{id} {id:?}")), (text, format!("{text} {text}")));
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<TrackId>(&json).unwrap(), id);
        }
        assert!(serde_json::from_str::<TrackId>("\"a\\u0000b\"").is_err());
        assert!(serde_json::from_str::<TrackId>("7").unwrap_err().to_string().contains("expected a string"));
    }

    #[test]
    fn ids_stand_in_the_order_of_their_texts() {
        let mut texts = ["b", "a", "ab", "a-", "a_", "aB", "Z", "0", "0123456789abcdef", "0123456789abcde"];
        let mut ids = texts.map(|text| TrackId::new(text).unwrap());
        texts.sort_unstable();
        ids.sort_unstable();
        assert_eq!(ids.each_ref().map(TrackId::as_str), texts);
    }
}
