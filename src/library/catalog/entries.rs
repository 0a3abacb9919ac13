//! A track as it stands on the wire: the items of `GET /index`.

use super::{Catalog, NONE, Track};
use crate::core::ids::TrackId;
use crate::library::ids::name_id_text;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// One track. Absent fields are left out.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackEntry<'a> {
    /// The id.
    pub track_id: &'a TrackId,
    /// Path from the music directory, for people; never a way to the file.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// Content type of the whole file.
    pub mime: &'static str,
    /// Whether browsers play it.
    pub playable: bool,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    /// What is written in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<TagsEntry<'a>>,
    /// The album it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album_id: Option<String>,
    /// Where its cover is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
}

/// The tags of a track. Absent ones are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TagsEntry<'a> {
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Cow<'a, str>>,
    /// Who plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist: Option<Cow<'a, str>>,
    /// Album.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album: Option<Cow<'a, str>>,
    /// Whose album it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album_artist: Option<Cow<'a, str>>,
    /// Number on the disc, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track_no: Option<u16>,
    /// Number of the disc, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc_no: Option<u16>,
    /// Year of release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// Genre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<Cow<'a, str>>,
}

/// A part of the index that is written as a JSON array, track by track, without being held in memory.
#[derive(Clone, Copy, Debug)]
pub struct IndexPage<'a> {
    catalog: &'a Catalog,
    tracks: &'a [Track],
}

impl<'a> IndexPage<'a> {
    /// The tracks of the page, one after the other.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = TrackEntry<'a>> + use<'a> {
        let catalog = self.catalog;
        self.tracks.iter().map(move |track| catalog.entry(track))
    }
}

impl Serialize for IndexPage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Catalog {
    /// Up to `limit` tracks from the `offset`-th on, in album order; beyond the end there are none.
    #[must_use]
    pub fn index(&self, offset: usize, limit: usize) -> IndexPage<'_> {
        let start = offset.min(self.tracks.len());
        let end = start.saturating_add(limit).min(self.tracks.len());
        IndexPage { catalog: self, tracks: &self.tracks[start..end] }
    }

    /// One track.
    #[must_use]
    pub fn track(&self, id: &TrackId) -> Option<TrackEntry<'_>> {
        self.find(id).map(|track| self.entry(track))
    }

    pub(super) fn range(&self, first: u32, count: u32) -> IndexPage<'_> {
        self.index(first as usize, count as usize)
    }

    pub(super) fn entry<'a>(&'a self, track: &'a Track) -> TrackEntry<'a> {
        let tags = self.tags(track);
        TrackEntry {
            track_id: &track.id,
            file_name: self.file_name(track),
            size: track.size,
            mime: track.codec.mime(),
            playable: track.codec.playable(),
            duration: (track.duration_ms > 0).then(|| f64::from(track.duration_ms) / 1000.0),
            tags: (tags != TagsEntry::default()).then_some(tags),
            album_id: self.albums.get(track.album as usize).map(|album| name_id_text(album.id)),
            cover_url: self.has_cover(track).then(|| cover_url(&track.id)),
        }
    }

    /// The cover of the track at a position that may be [`NONE`].
    pub(super) fn cover_at(&self, position: u32) -> Option<String> {
        debug_assert!(position == NONE || (position as usize) < self.tracks.len());
        self.tracks.get(position as usize).map(|track| cover_url(&track.id))
    }

    fn tags(&self, track: &Track) -> TagsEntry<'_> {
        let word = |number| self.texts.some(self.word(number));
        let number = |number: u16| (number > 0).then_some(number);
        TagsEntry {
            title: self.texts.some(track.title),
            artist: word(track.artist),
            album: word(track.album_title),
            album_artist: word(track.album_artist),
            track_no: number(track.track_no),
            disc_no: number(track.disc_no),
            year: number(track.year),
            genre: word(track.genre),
        }
    }

    fn file_name(&self, track: &Track) -> String {
        let folder = self.folders.get(track.folder as usize).copied().unwrap_or_default();
        let name = self.texts.text(track.name);
        if folder.path.is_empty() { name.into_owned() } else { format!("{}/{name}", self.texts.text(folder.path)) }
    }
}

fn cover_url(id: &TrackId) -> String {
    format!("/cover/{id}")
}
