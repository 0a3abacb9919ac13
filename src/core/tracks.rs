//! What the core must know of the library: which tracks there are, and how long they sound.
//!
//! The library itself is another room; it hands over this much after each scan.

use super::ids::TrackId;
use std::collections::HashMap;

/// The tracks of the library with their lengths. Replaced as a whole after a scan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownTracks(HashMap<TrackId, Option<u32>>);

impl KnownTracks {
    /// Whether the library has this track.
    #[must_use]
    pub fn has(&self, track: &TrackId) -> bool {
        self.0.contains_key(track)
    }

    /// The track's length in milliseconds, if the file says it.
    #[must_use]
    pub fn duration_ms(&self, track: &TrackId) -> Option<u64> {
        self.0.get(track).copied().flatten().map(u64::from)
    }

    /// How many tracks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(TrackId, Option<u32>)> for KnownTracks {
    fn from_iter<I: IntoIterator<Item = (TrackId, Option<u32>)>>(tracks: I) -> Self {
        Self(tracks.into_iter().collect())
    }
}
