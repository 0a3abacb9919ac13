//! The catalogue as those see it who show tracks or look for them: names, and the tracks of a source.

use super::{Catalog, Track};
use crate::core::ids::TrackId;
use crate::core::source::Source;
use crate::core::tracks::{Description, Shelf};
use crate::library::source::resolve;

impl Shelf for Catalog {
    fn count(&self) -> usize {
        Self::count(self)
    }

    fn length(&self, track: &TrackId) -> Option<Option<u32>> {
        self.find(track).map(Track::length_ms)
    }

    fn describe(&self, track: &TrackId) -> Option<Description> {
        let entry = self.track(track)?;
        let tags = entry.tags.unwrap_or_default();
        let of_file = || file_stem(&entry.file_name).to_owned();
        Some(Description {
            title: tags.title.map_or_else(of_file, Into::into),
            artist: tags.artist.map(Into::into),
            album: tags.album.map(Into::into),
            cover_url: entry.cover_url,
        })
    }

    fn tracks_of(&self, source: &Source) -> Result<Vec<TrackId>, String> {
        let tracks = resolve(source, self).map_err(|error| error.to_string())?;
        Ok(tracks.into_iter().filter(|id| self.playable(id)).collect())
    }
}

/// The name of a file without its folders and its ending.
fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::PlaylistId;
    use crate::core::source::SourceId;
    use crate::library::samples::{House, Sample, mp3};

    fn id(text: &str) -> SourceId {
        SourceId::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn tracks_are_found_and_named() {
        let house = House::new();
        let sample =
            |number, title, artist, genre| Sample { number, title, artist, genre, album: "One", ..Sample::default() };
        house.put("one/1.mp3", &mp3(&sample(1, "Håll", "Ada", "Folk")));
        house.put("one/2.mp3", &mp3(&sample(2, "", "Bo", "folk")));
        house.put("one/3.mp3", &mp3(&sample(3, "Tre", "Bo", "Rock")));
        house.library.scan(false).unwrap();
        let catalog = house.library.catalog();
        let titles = |source: &Source| {
            let tracks = catalog.tracks_of(source).ok()?;
            Some(tracks.iter().map(|id| catalog.describe(id).unwrap().title).collect::<Vec<_>>().join(" "))
        };
        let album = catalog.albums(0, 1).next().unwrap().id;
        let artist = catalog.artists(0, 9).find(|artist| artist.name == "Bo").unwrap().id;
        for (source, expected) in [
            (Source::All, Some("Håll 2 Tre")),
            (Source::Album(id(&album)), Some("Håll 2 Tre")),
            (Source::Artist(id(&artist)), Some("2 Tre")),
            (Source::Genre(id("FOLK")), Some("Håll 2")),
            (Source::Genre(id("Jazz")), None),
            (Source::Album(id("nothing")), None),
            (Source::Playlist(PlaylistId::new("p1").unwrap()), None),
        ] {
            assert_eq!(titles(&source).as_deref(), expected, "{source:?}");
        }
        let first = catalog.album_order().next().unwrap();
        let told = catalog.describe(first).unwrap();
        assert_eq!((told.artist.as_deref(), told.album.as_deref()), (Some("Ada"), Some("One")));
        assert_eq!(catalog.describe(&TrackId::new("gone").unwrap()), None);
    }
}
