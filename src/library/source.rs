//! Which tracks a source stands for: asked before a comparison or a station is made of it.

use super::Catalog;
use crate::core::ids::TrackId;
use crate::core::source::Source;

/// Why a source stands for no tracks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The library has no such album, artist or genre.
    #[error("the library has no {kind} {id:?}: it may have gone with a scan, look at /{kind}s")]
    NoSuch {
        /// `album`, `artist` or `genre`.
        kind: &'static str,
        /// What was named.
        id: String,
    },
    /// Nobody knows yet what is starred, heard, ranked or listed.
    #[error("this appliance cannot use {0} as a source yet: choose all, an album, an artist or a genre")]
    NotYet(&'static str),
}

/// The tracks of `source`, in album order.
///
/// # Errors
/// [`SourceError`] with a sentence that says what to choose instead.
pub fn resolve(source: &Source, catalog: &Catalog) -> Result<Vec<TrackId>, SourceError> {
    let no_such = |kind, id: &str| SourceError::NoSuch { kind, id: id.to_owned() };
    match source {
        Source::All => Ok(catalog.album_order().cloned().collect()),
        Source::Album(id) => {
            let album = catalog.album(id.as_str()).ok_or_else(|| no_such("album", id.as_str()))?;
            Ok(album.tracks.iter().map(|track| track.track_id.clone()).collect())
        }
        Source::Artist(id) => {
            let artist = catalog.artist(id.as_str()).ok_or_else(|| no_such("artist", id.as_str()))?;
            Ok(artist.tracks.into_iter().map(|track| track.track_id.clone()).collect())
        }
        Source::Genre(name) => {
            let wanted = name.as_str().to_lowercase();
            let all = catalog.index(0, usize::MAX);
            let genre =
                |track: &super::catalog::TrackEntry<'_>| Some(track.tags.as_ref()?.genre.as_ref()?.to_lowercase());
            let tracks = all.iter().filter(|track| genre(track).as_ref() == Some(&wanted));
            let tracks: Vec<TrackId> = tracks.map(|track| track.track_id.clone()).collect();
            if tracks.is_empty() { Err(no_such("genre", name.as_str())) } else { Ok(tracks) }
        }
        Source::Starred => Err(SourceError::NotYet("starred tracks")),
        Source::Top => Err(SourceError::NotYet("the ratings")),
        Source::Recent => Err(SourceError::NotYet("what was played last")),
        Source::Playlist(_) => Err(SourceError::NotYet("a playlist")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::samples::{House, Sample, mp3};

    fn source(text: &str) -> Source {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_source_is_a_part_of_the_library_in_album_order() {
        let house = House::new();
        let rows = [(1, "Ann", "First", "Jazz"), (2, "Ann", "First", "jazz"), (3, "Bob", "Other", "Folk")];
        for (number, artist, album, genre) in rows {
            let title = number.to_string();
            let sample = Sample { number, title: &title, track: &title, artist, album, genre, ..Sample::default() };
            house.put(format!("{album}/{number}.mp3"), &mp3(&sample));
        }
        house.library.scan(false).unwrap();
        let catalog = house.library.catalog();
        let album = catalog.albums(0, 1).next().unwrap().id;
        let bob = catalog.artists(1, 1).next().unwrap().id;
        for (text, count) in [
            (r#"{"type":"all"}"#.to_owned(), Ok(3)),
            (format!(r#"{{"type":"album","id":"{album}"}}"#), Ok(2)),
            (format!(r#"{{"type":"artist","id":"{bob}"}}"#), Ok(1)),
            (r#"{"type":"genre","id":"JAZZ"}"#.to_owned(), Ok(2)),
            (r#"{"type":"genre","id":"Polka"}"#.to_owned(), Err("no genre \"Polka\"")),
            (r#"{"type":"album","id":"x"}"#.to_owned(), Err("no album \"x\"")),
            (r#"{"type":"starred"}"#.to_owned(), Err("starred tracks as a source yet")),
        ] {
            match (resolve(&source(&text), &catalog), count) {
                (Ok(tracks), Ok(count)) => assert_eq!(tracks.len(), count, "{text}"),
                (Err(error), Err(says)) => assert!(error.to_string().contains(says), "{text}: {error}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }
}
