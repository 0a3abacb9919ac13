//! What the music library holds, as one immutable value in memory.
//!
//! A catalogue is built from `library.db` at start and after each scan, then swapped as a whole: whoever holds one
//! sees one state of the library. Tracks stand in album order, so an album is a range and the first queue is the
//! table itself. What leaves the process (JSON) is made in `entries` and `browse`, what a search shows of it chosen in
//! `first`; how it is put together and sorted in `build`. Nothing here touches the disk.

mod browse;
mod build;
mod entries;
mod first;
mod shelf;
mod sorting;
mod texts;

pub use browse::{AlbumDetail, AlbumEntry, ArtistDetail, ArtistEntry, GenreEntry};
pub use build::{Builder, Lack, NewTrack, etag_of};
pub use entries::{IndexPage, TagsEntry, TrackEntry};
pub(super) use first::{Another, Part};

use crate::core::ids::TrackId;
use crate::library::codec::Codec;
use std::path::PathBuf;
use texts::{Span, Texts};

/// Stands for "none" where an index may be absent.
const NONE: u32 = u32::MAX;

/// An immutable state of the library.
#[derive(Debug, Default)]
pub struct Catalog {
    version: u64,
    etag: String,
    texts: Texts,
    /// Texts that tracks share; the first is none.
    words: Vec<Span>,
    folders: Vec<Folder>,
    /// In album order.
    tracks: Vec<Track>,
    /// Positions in `tracks`, by track id.
    by_id: Vec<u32>,
    /// In the order of their tracks.
    albums: Vec<Album>,
    /// By name.
    artists: Vec<Artist>,
    /// For each word the artist of that name, or [`NONE`].
    artist_of_word: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Folder {
    path: Span,
    art: Span,
}

#[derive(Debug)]
struct Track {
    id: TrackId,
    folder: u32,
    name: Span,
    title: Span,
    artist: u32,
    album_title: u32,
    album_artist: u32,
    genre: u32,
    album: u32,
    duration_ms: u32,
    size: u64,
    track_no: u16,
    disc_no: u16,
    year: u16,
    codec: Codec,
    picture: bool,
}

impl Track {
    /// How long it plays, milliseconds, if its file says so.
    fn length_ms(&self) -> Option<u32> {
        (self.duration_ms > 0).then_some(self.duration_ms)
    }
}

#[derive(Debug)]
struct Album {
    id: u64,
    title: Span,
    artist: Span,
    /// The artist's word; 0 where the tracks are by several, or by nobody.
    artist_word: u32,
    year: u16,
    first: u32,
    count: u32,
    duration_ms: u64,
    cover: u32,
}

#[derive(Debug)]
struct Artist {
    id: u64,
    name: Span,
    albums: u32,
    tracks: u32,
    cover: u32,
}

/// Where a track's bytes and picture are, for the rooms beside that open files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// The file, from `audio_dir`.
    pub path: PathBuf,
    /// What is in it.
    pub codec: Codec,
    /// Whether a picture is embedded.
    pub picture: bool,
    /// The picture in its folder, from `audio_dir`.
    pub art: Option<PathBuf>,
}

impl Catalog {
    /// Counts the changes of the library; it grows with each scan that found one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Names this state of the library, over restarts and new databases; without quotes.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// Number of tracks.
    #[must_use]
    pub fn count(&self) -> usize {
        self.tracks.len()
    }

    /// Whether there is no track.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Whether the track is in the library.
    #[must_use]
    pub fn contains(&self, id: &TrackId) -> bool {
        self.position(id).is_some()
    }

    /// How long the track plays, milliseconds; `None` where the file does not say or is not there.
    #[must_use]
    pub fn duration_ms(&self, id: &TrackId) -> Option<u32> {
        self.find(id).and_then(Track::length_ms)
    }

    /// Whether browsers play the track.
    #[must_use]
    pub fn playable(&self, id: &TrackId) -> bool {
        self.find(id).is_some_and(|track| track.codec.playable())
    }

    /// All tracks as a first queue wants them: by album artist, year, album, disc, number, file name.
    pub fn album_order(&self) -> impl ExactSizeIterator<Item = &TrackId> {
        self.tracks.iter().map(|track| &track.id)
    }

    /// Where the track's file and pictures are.
    #[must_use]
    pub fn whereabouts(&self, id: &TrackId) -> Option<Whereabouts> {
        let track = self.find(id)?;
        let folder = self.folders.get(track.folder as usize).copied().unwrap_or_default();
        let dir = crate::library::walk::path_of(self.texts.bytes(folder.path));
        let inside = |name: Span| dir.join(crate::library::walk::path_of(self.texts.bytes(name)));
        Some(Whereabouts {
            path: inside(track.name),
            codec: track.codec,
            picture: track.picture,
            art: (!folder.art.is_empty()).then(|| inside(folder.art)),
        })
    }

    /// The ids that are here and not in `other`, in album order.
    #[must_use]
    pub fn not_in(&self, other: &Self) -> Vec<TrackId> {
        self.album_order().filter(|id| !other.contains(id)).cloned().collect()
    }

    fn position(&self, id: &TrackId) -> Option<u32> {
        let found = self.by_id.binary_search_by(|&at| self.tracks[at as usize].id.cmp(id)).ok()?;
        Some(self.by_id[found])
    }

    fn find(&self, id: &TrackId) -> Option<&Track> {
        Some(&self.tracks[self.position(id)? as usize])
    }

    fn word(&self, number: u32) -> Span {
        self.words.get(number as usize).copied().unwrap_or_default()
    }

    fn has_cover(&self, track: &Track) -> bool {
        track.picture || self.folders.get(track.folder as usize).is_some_and(|folder| !folder.art.is_empty())
    }
}
