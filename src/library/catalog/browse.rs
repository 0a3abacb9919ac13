//! Albums, artists and genres as they stand on the wire.

use super::entries::{IndexPage, TrackEntry};
use super::{Album, Artist, Catalog, NONE};
use crate::library::ids::{name_id_from, name_id_text};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// An item of `GET /albums`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlbumEntry<'a> {
    /// Stable over rescans and retagging of other fields.
    pub id: String,
    /// Title, or the folder's name where nobody wrote one.
    pub title: Cow<'a, str>,
    /// The album's artist, or "Various Artists", or "Unknown Artist".
    pub artist: Cow<'a, str>,
    /// The artist's id, where the artist is one of `/artists`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist_id: Option<String>,
    /// Earliest year among its tracks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// Number of tracks.
    pub track_count: u32,
    /// Seconds, over the tracks whose length is known.
    pub duration: f64,
    /// Where its cover is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
}

/// The answer of `GET /albums/{id}`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlbumDetail<'a> {
    /// The album.
    #[serde(flatten)]
    pub album: AlbumEntry<'a>,
    /// Its tracks, by disc and number.
    pub tracks: IndexPage<'a>,
}

/// An item of `GET /artists`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtistEntry<'a> {
    /// Stable over rescans.
    pub id: String,
    /// The name.
    pub name: Cow<'a, str>,
    /// Albums with at least one track of theirs.
    pub album_count: u32,
    /// Tracks they play on or whose album is theirs.
    pub track_count: u32,
    /// The cover of the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
}

/// The answer of `GET /artists/{id}`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtistDetail<'a> {
    /// The artist.
    #[serde(flatten)]
    pub artist: ArtistEntry<'a>,
    /// The albums with their tracks.
    pub albums: Vec<AlbumEntry<'a>>,
    /// Their tracks, in album order.
    pub tracks: Vec<TrackEntry<'a>>,
}

/// An item of `GET /genres`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GenreEntry<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// Number of tracks.
    pub track_count: u32,
}

impl Catalog {
    /// Number of albums.
    #[must_use]
    pub fn album_count(&self) -> usize {
        self.albums.len()
    }

    /// Number of artists.
    #[must_use]
    pub fn artist_count(&self) -> usize {
        self.artists.len()
    }

    /// Up to `limit` albums from the `offset`-th on, by artist, year and title.
    pub fn albums(&self, offset: usize, limit: usize) -> impl Iterator<Item = AlbumEntry<'_>> {
        self.albums.iter().skip(offset).take(limit).map(|album| self.album_entry(album))
    }

    /// One album with its tracks.
    #[must_use]
    pub fn album(&self, id: &str) -> Option<AlbumDetail<'_>> {
        let id = name_id_from(id)?;
        let album = self.albums.iter().find(|album| album.id == id)?;
        Some(AlbumDetail { album: self.album_entry(album), tracks: self.range(album.first, album.count) })
    }

    /// Up to `limit` artists from the `offset`-th on, by name.
    pub fn artists(&self, offset: usize, limit: usize) -> impl Iterator<Item = ArtistEntry<'_>> {
        self.artists.iter().skip(offset).take(limit).map(|artist| self.artist_entry(artist))
    }

    /// One artist with albums and tracks.
    #[must_use]
    pub fn artist(&self, id: &str) -> Option<ArtistDetail<'_>> {
        let id = name_id_from(id)?;
        let position = self.artists.iter().position(|artist| artist.id == id)?;
        let is_theirs = |word: u32| self.artist_of_word.get(word as usize).is_some_and(|&at| at as usize == position);
        let theirs = || self.tracks.iter().filter(|track| is_theirs(track.artist) || is_theirs(track.album_artist));
        let mut albums: Vec<u32> = theirs().map(|track| track.album).filter(|&album| album != NONE).collect();
        albums.dedup();
        Some(ArtistDetail {
            artist: self.artist_entry(&self.artists[position]),
            albums: albums.iter().map(|&album| self.album_entry(&self.albums[album as usize])).collect(),
            tracks: theirs().map(|track| self.entry(track)).collect(),
        })
    }

    /// All genres, by name; the same in another case is the same.
    #[must_use]
    pub fn genres(&self) -> Vec<GenreEntry<'_>> {
        let mut by_word: HashMap<u32, u32> = HashMap::new();
        for track in self.tracks.iter().filter(|track| track.genre != 0) {
            *by_word.entry(track.genre).or_default() += 1;
        }
        let mut words: Vec<(u32, u32)> = by_word.into_iter().collect();
        // The spelling that most tracks have is shown.
        words.sort_unstable_by_key(|&(word, count)| (std::cmp::Reverse(count), word));
        let mut genres: BTreeMap<String, GenreEntry<'_>> = BTreeMap::new();
        for (word, count) in words {
            let name = self.texts.text(self.word(word));
            let genre = genres.entry(name.to_lowercase()).or_insert(GenreEntry { name, track_count: 0 });
            genre.track_count += count;
        }
        genres.into_values().collect()
    }

    pub(super) fn album_entry(&self, album: &Album) -> AlbumEntry<'_> {
        let owner = self.artist_of_word.get(album.artist_word as usize).copied().unwrap_or(NONE);
        AlbumEntry {
            id: name_id_text(album.id),
            title: self.texts.text(album.title),
            artist: self.texts.text(album.artist),
            artist_id: self.artists.get(owner as usize).map(|artist| name_id_text(artist.id)),
            year: (album.year > 0).then_some(album.year),
            track_count: album.count,
            duration: std::time::Duration::from_millis(album.duration_ms).as_secs_f64(),
            cover_url: self.cover_at(album.cover),
        }
    }

    pub(super) fn artist_entry(&self, artist: &Artist) -> ArtistEntry<'_> {
        ArtistEntry {
            id: name_id_text(artist.id),
            name: self.texts.text(artist.name),
            album_count: artist.albums,
            track_count: artist.tracks,
            cover_url: self.cover_at(artist.cover),
        }
    }
}
