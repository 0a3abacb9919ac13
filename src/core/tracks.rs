//! What the core must know of the library: which tracks there are, and how long they sound.
//!
//! The library itself is another room; after each scan it hands over its [`Shelf`] as it is then, which is asked for this
//! much, so that nothing stands in memory twice. Whoever shows a track asks it what the track is called, too: decisions
//! never look at that. A list of tracks will do where there is no library.

use super::ids::TrackId;
use super::source::Source;
use std::fmt;
use std::sync::Arc;

/// The tracks of the library with their lengths. Replaced as a whole after a scan.
#[derive(Clone, Default)]
pub struct KnownTracks {
    /// By id. Empty where there is a shelf.
    listed: Arc<[(TrackId, Option<u32>)]>,
    shelf: Option<Arc<dyn Shelf>>,
}

/// What a track is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Its title, or its file's name where nobody wrote one.
    pub title: String,
    /// Who plays.
    pub artist: Option<String>,
    /// The album it is on.
    pub album: Option<String>,
    /// Where its cover is.
    pub cover_url: Option<String>,
}

/// The library as of one scan, also for those who show tracks or look for them. Answers from memory, at once, and
/// always the same.
pub trait Shelf: Send + Sync {
    /// How many tracks there are.
    fn count(&self) -> usize;

    /// The track's length in milliseconds, if the file says it; `None` if there is no such track.
    fn length(&self, track: &TrackId) -> Option<Option<u32>>;

    /// What a track is called.
    fn describe(&self, track: &TrackId) -> Option<Description>;

    /// The tracks of the whole library, an album, an artist or a genre, in album order; those that browsers play.
    ///
    /// # Errors
    /// A sentence: there is no such thing, or the source is none of the library's.
    fn tracks_of(&self, source: &Source) -> Result<Vec<TrackId>, String>;
}

impl KnownTracks {
    /// The tracks of a library.
    #[must_use]
    pub fn of(shelf: Arc<dyn Shelf>) -> Self {
        Self { listed: Arc::default(), shelf: Some(shelf) }
    }

    /// Whether the library has this track.
    #[must_use]
    pub fn has(&self, track: &TrackId) -> bool {
        self.find(track).is_some()
    }

    /// The track's length in milliseconds, if the file says it.
    #[must_use]
    pub fn duration_ms(&self, track: &TrackId) -> Option<u64> {
        self.find(track).flatten().map(u64::from)
    }

    fn find(&self, track: &TrackId) -> Option<Option<u32>> {
        if let Some(shelf) = &self.shelf {
            return shelf.length(track);
        }
        let found = self.listed.binary_search_by(|(known, _)| known.cmp(track)).ok()?;
        self.listed.get(found).map(|(_, length)| *length)
    }

    /// The library behind them, once it is known.
    #[must_use]
    pub fn shelf(&self) -> Option<&dyn Shelf> {
        self.shelf.as_deref()
    }

    /// How many tracks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shelf.as_ref().map_or(self.listed.len(), |shelf| shelf.count())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl FromIterator<(TrackId, Option<u32>)> for KnownTracks {
    fn from_iter<I: IntoIterator<Item = (TrackId, Option<u32>)>>(tracks: I) -> Self {
        let mut listed: Vec<_> = tracks.into_iter().collect();
        // The last word on a track stands: sorted stably, the others before it go.
        listed.sort_by(|(one, _), (other, _)| one.cmp(other));
        listed.dedup_by(|later, kept| {
            later.0 == kept.0 && {
                kept.1 = later.1;
                true
            }
        });
        Self { listed: listed.into(), shelf: None }
    }
}

/// The same list, or the same library.
impl PartialEq for KnownTracks {
    fn eq(&self, other: &Self) -> bool {
        let shelf = |known: &Self| known.shelf.as_ref().map(Arc::as_ptr).map(<*const dyn Shelf>::cast::<()>);
        self.listed == other.listed && shelf(self) == shelf(other)
    }
}

impl fmt::Debug for KnownTracks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shelf {
            Some(shelf) => write!(f, "KnownTracks(a library of {})", shelf.count()),
            None => f.debug_tuple("KnownTracks").field(&self.listed).finish(),
        }
    }
}
