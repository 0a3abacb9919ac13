//! What the library tells the house.

use crate::core::ids::TrackId;
use serde::Serialize;

/// How far a scan is. Sent at its start, at its end, and at most five times a second between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Files that were read.
    pub done: usize,
    /// Files that are to be read; unchanged ones are not among them.
    pub total: usize,
}

/// Something happened in the library. Sent from the scanning thread: whoever listens must not wait in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryEvent {
    /// A scan goes on.
    Progress(Progress),
    /// There is a new catalogue, already in place.
    Changed {
        /// The catalogue's version.
        version: u64,
        /// Tracks in it.
        count: usize,
        /// Tracks that were not there before, in album order.
        added: Vec<TrackId>,
        /// Tracks that are no more.
        removed: Vec<TrackId>,
    },
    /// So many tracks are missing that a disk is more likely gone than the music: everything is kept. None any more: they
    /// are back, or were taken out.
    MassMissing {
        /// Tracks whose file was not found.
        missing: usize,
        /// Tracks in the catalogue.
        known: usize,
    },
}
