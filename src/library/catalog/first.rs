//! The first albums and artists of tracks that are named one by one, each once: what a search shows.
//!
//! Whoever names the tracks is told when there are enough, and need not look for more.

use super::Catalog;
use super::browse::{AlbumEntry, ArtistEntry};
use crate::core::ids::TrackId;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Whether to name another track.
pub(in crate::library) type Another = ControlFlow<()>;

/// What an artist has to do with a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::library) enum Part {
    /// Plays it.
    Plays,
    /// Made the album that it is on.
    Owns,
}

/// Albums, in the order of their first track.
#[derive(Debug)]
pub(in crate::library) struct FirstAlbums<'a> {
    catalog: &'a Catalog,
    limit: usize,
    seen: HashSet<u32>,
    pub found: Vec<AlbumEntry<'a>>,
}

/// Artists, in the order of their first track.
#[derive(Debug)]
pub(in crate::library) struct FirstArtists<'a> {
    catalog: &'a Catalog,
    limit: usize,
    seen: HashSet<u64>,
    pub found: Vec<ArtistEntry<'a>>,
}

impl Catalog {
    /// Will hold up to `limit` albums.
    pub(in crate::library) fn first_albums(&self, limit: usize) -> FirstAlbums<'_> {
        FirstAlbums { catalog: self, limit, seen: HashSet::new(), found: Vec::new() }
    }

    /// Will hold up to `limit` artists.
    pub(in crate::library) fn first_artists(&self, limit: usize) -> FirstArtists<'_> {
        FirstArtists { catalog: self, limit, seen: HashSet::new(), found: Vec::new() }
    }
}

impl FirstAlbums<'_> {
    /// Takes the track's album in, unless it is in already.
    pub fn take(&mut self, id: &TrackId) -> Another {
        let number = self.catalog.find(id).map(|track| track.album);
        if let Some(album) = number.and_then(|number| self.catalog.albums.get(number as usize))
            && self.found.len() < self.limit
            && self.seen.insert(album.first)
        {
            self.found.push(self.catalog.album_entry(album));
        }
        until(self.found.len() >= self.limit)
    }
}

impl FirstArtists<'_> {
    /// Takes in who has this part in the track, unless they are in already.
    pub fn take(&mut self, id: &TrackId, part: Part) -> Another {
        let catalog = self.catalog;
        let artist = catalog.find(id).and_then(|track| {
            let word = if part == Part::Plays { track.artist } else { track.album_artist };
            catalog.artists.get(*catalog.artist_of_word.get(word as usize)? as usize)
        });
        if let Some(artist) = artist
            && self.found.len() < self.limit
            && self.seen.insert(artist.id)
        {
            self.found.push(catalog.artist_entry(artist));
        }
        until(self.is_full())
    }

    /// Whether there are enough.
    pub fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }
}

fn until(enough: bool) -> Another {
    if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
