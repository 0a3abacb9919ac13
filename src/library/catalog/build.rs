//! Putting a catalogue together from rows in any order.

use super::sorting;
use super::texts::Span;
use super::{Catalog, Folder, NONE, Track};
use crate::core::ids::TrackId;
use crate::library::codec::Codec;

/// A track as the store has it. Numbers of folders and texts are the store's, as given to the [`Builder`] before.
#[derive(Debug)]
pub struct NewTrack<'a> {
    /// Its id.
    pub id: TrackId,
    /// Number of its folder.
    pub folder: i64,
    /// Name of its file.
    pub name: &'a [u8],
    /// Bytes in its file.
    pub size: u64,
    /// Container and codec.
    pub codec: Codec,
    /// Playing time, milliseconds; 0: not known.
    pub duration_ms: u32,
    /// Title; empty: none.
    pub title: &'a [u8],
    /// Number of the artist's text; 0: none, as below.
    pub artist: i64,
    /// Number of the album's text.
    pub album: i64,
    /// Number of the album artist's text.
    pub album_artist: i64,
    /// Number of the genre's text.
    pub genre: i64,
    /// Number on the disc; 0: not known, as below.
    pub track_no: u16,
    /// Number of the disc.
    pub disc_no: u16,
    /// Year of release.
    pub year: u16,
    /// Whether a picture is embedded.
    pub picture: bool,
}

/// Collects texts, folders and tracks, in this order.
#[derive(Debug)]
pub struct Builder {
    catalog: Catalog,
    words: Numbers,
    folders: Numbers,
}

/// What of a track its row says, and the tables beside do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Nothing.
    Nothing,
    /// The text of a tag: it goes without.
    Text,
    /// Its folder: it has no place, and was not taken in.
    Folder,
}

/// The store's numbers of what stands in a table, in its order. They come from the disk: a list that had room up to each of
/// them would have gigabytes of it for one that is damaged, or was given after such a one.
#[derive(Debug, Default)]
struct Numbers(Vec<i64>);

impl Numbers {
    /// The place in the table.
    fn place(&self, number: i64) -> Option<u32> {
        self.0.binary_search(&number).ok().and_then(|place| u32::try_from(place).ok())
    }
}

impl Builder {
    /// Begins a catalogue of about `count` tracks. `generation` names the database it comes from.
    #[must_use]
    pub fn new(version: u64, generation: &str, count: usize) -> Self {
        let etag = etag_of(generation, version);
        let mut catalog = Catalog { version, etag, ..Catalog::default() };
        // The count comes from the disk and may be wrong: without room made for it, the table grows by and by.
        drop(catalog.tracks.try_reserve_exact(count));
        catalog.words.push(Span::default());
        Self { catalog, words: Numbers::default(), folders: Numbers::default() }
    }

    /// Adds a text that tracks share. Numbers grow.
    pub fn text(&mut self, number: i64, text: &[u8]) {
        let span = self.catalog.texts.push(text);
        self.catalog.words.push(span);
        self.words.0.push(number);
    }

    /// Adds a folder with the name of its picture. Numbers grow.
    pub fn folder(&mut self, number: i64, path: &[u8], art: Option<&[u8]>) {
        let folder = Folder {
            path: self.catalog.texts.push(path),
            art: art.map(|name| self.catalog.texts.push(name)).unwrap_or_default(),
        };
        self.catalog.folders.push(folder);
        self.folders.0.push(number);
    }

    /// Adds a track, and says what it lacks.
    pub fn track(&mut self, new: NewTrack<'_>) -> Lack {
        let Some(folder) = self.folders.place(new.folder) else { return Lack::Folder };
        // In front of all words stands none.
        let word = |number| if number == 0 { Some(0) } else { Some(self.words.place(number)? + 1) };
        let words = [new.artist, new.album, new.album_artist, new.genre].map(word);
        let lack = if words.iter().all(Option::is_some) { Lack::Nothing } else { Lack::Text };
        let [artist, album_title, album_artist, genre] = words.map(Option::unwrap_or_default);
        let texts = &mut self.catalog.texts;
        let (name, title) = (texts.push(new.name), texts.push(new.title));
        self.catalog.tracks.push(Track {
            id: new.id,
            folder,
            name,
            title,
            artist,
            album_title,
            album_artist,
            genre,
            album: NONE,
            duration_ms: new.duration_ms,
            size: new.size,
            track_no: new.track_no,
            disc_no: new.disc_no,
            year: new.year,
            codec: new.codec,
            picture: new.picture,
        });
        lack
    }

    /// Groups and sorts everything.
    #[must_use]
    pub fn finish(self) -> Catalog {
        let mut catalog = self.catalog;
        sorting::group_albums(&mut catalog);
        sorting::sort_tracks(&mut catalog);
        sorting::measure_albums(&mut catalog);
        sorting::group_artists(&mut catalog);
        catalog.by_id = sorting::order_by_id(&catalog);
        catalog.texts.finish();
        catalog
    }
}

/// The etag of a catalogue.
#[must_use]
pub fn etag_of(generation: &str, version: u64) -> String {
    format!("{generation}-{version}")
}

/// The last part of a path, without its folders.
pub(super) fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}
