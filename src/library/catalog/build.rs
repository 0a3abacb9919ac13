//! Putting a catalogue together from rows in any order.

use super::sorting;
use super::{Catalog, Folder, NONE, Track};
use crate::core::ids::TrackId;
use crate::library::codec::Codec;

/// A track as the store has it. Numbers of folders and texts are those given to the [`Builder`] before.
#[derive(Debug)]
pub struct NewTrack<'a> {
    /// Its id.
    pub id: TrackId,
    /// Number of its folder.
    pub folder: u32,
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
    pub artist: u32,
    /// Number of the album's text.
    pub album: u32,
    /// Number of the album artist's text.
    pub album_artist: u32,
    /// Number of the genre's text.
    pub genre: u32,
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
}

impl Builder {
    /// Begins a catalogue of about `count` tracks. `generation` names the database it comes from.
    #[must_use]
    pub fn new(version: u64, generation: &str, count: usize) -> Self {
        let etag = etag_of(generation, version);
        let mut catalog = Catalog { version, etag, ..Catalog::default() };
        // The count comes from the disk and may be damaged: without room made for it, the table grows by and by.
        drop(catalog.tracks.try_reserve_exact(count));
        Self { catalog }
    }

    /// Adds a text that tracks share.
    pub fn text(&mut self, number: u32, text: &[u8]) {
        let span = self.catalog.texts.push(text);
        put(&mut self.catalog.words, number, span);
    }

    /// Adds a folder with the name of its picture.
    pub fn folder(&mut self, number: u32, path: &[u8], art: Option<&[u8]>) {
        let folder = Folder {
            path: self.catalog.texts.push(path),
            art: art.map(|name| self.catalog.texts.push(name)).unwrap_or_default(),
        };
        put(&mut self.catalog.folders, number, folder);
    }

    /// Adds a track.
    pub fn track(&mut self, new: NewTrack<'_>) {
        let texts = &mut self.catalog.texts;
        let (name, title) = (texts.push(new.name), texts.push(new.title));
        self.catalog.tracks.push(Track {
            id: new.id,
            folder: new.folder,
            name,
            title,
            artist: new.artist,
            album_title: new.album,
            album_artist: new.album_artist,
            genre: new.genre,
            album: NONE,
            duration_ms: new.duration_ms,
            size: new.size,
            track_no: new.track_no,
            disc_no: new.disc_no,
            year: new.year,
            codec: new.codec,
            picture: new.picture,
        });
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

/// Numbers in the store are dense: a list with holes is smaller than a map.
fn put<T: Clone + Default>(list: &mut Vec<T>, number: u32, value: T) {
    let number = number as usize;
    if list.len() <= number {
        list.resize(number + 1, T::default());
    }
    list[number] = value;
}

/// The last part of a path, without its folders.
pub(super) fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}
