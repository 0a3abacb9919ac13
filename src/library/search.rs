//! Full-text search: words of titles, artists, albums and file names, diacritics folded, the last word a prefix.
//!
//! SQLite's FTS5 finds and ranks tracks; albums and artists are those of tracks that match by album or by artist.
//! Whatever a person types is a list of words: nothing in it reaches FTS5 as syntax.

use super::catalog::{AlbumEntry, Another, ArtistEntry, Catalog, Part, TrackEntry};
use super::store::StoreError;
use crate::core::ids::TrackId;
use rusqlite::{Connection, params};
use serde::Serialize;

/// Words of a query that count.
const WORDS_MAX: usize = 12;
/// Characters of a query that are read.
const QUERY_CHARS_MAX: usize = 200;
/// Matching tracks that are looked through for albums and artists.
const LOOKED_THROUGH: usize = 1000;
/// A query this short matches half the library: ranking that would be slow and mean nothing.
const RANKED_CHARS_MIN: usize = 3;

/// The answer of `GET /search`: the best first.
#[derive(Debug, Default, Serialize)]
pub struct Found<'a> {
    /// Tracks that match in any field.
    pub tracks: Vec<TrackEntry<'a>>,
    /// Albums that match by title and artist.
    pub albums: Vec<AlbumEntry<'a>>,
    /// Artists that match by name.
    pub artists: Vec<ArtistEntry<'a>>,
}

/// Looks for `query`; up to `limit` of each kind.
///
/// # Errors
/// [`StoreError`] when the disk fails; never because of what is in `query`.
pub fn search<'a>(
    connection: &Connection,
    catalog: &'a Catalog,
    query: &str,
    limit: usize,
) -> Result<Found<'a>, StoreError> {
    let Some(query) = Query::parse(query) else { return Ok(Found::default()) };
    let (mut tracks, mut is_any) = (Vec::new(), false);
    query.each(connection, "", limit, |id| {
        is_any = true;
        tracks.extend(catalog.track(id));
        Another::Continue(())
    })?;
    // What matches by album or artist matches; where nothing does, nobody needs to look for it.
    if !is_any {
        return Ok(Found::default());
    }
    let mut albums = catalog.first_albums(limit);
    query.each(connection, "{album album_artist artist} : ", LOOKED_THROUGH, |id| albums.take(id))?;
    let mut artists = catalog.first_artists(limit);
    query.each(connection, "artist : ", LOOKED_THROUGH, |id| artists.take(id, Part::Plays))?;
    if !artists.is_full() {
        query.each(connection, "album_artist : ", LOOKED_THROUGH, |id| artists.take(id, Part::Owns))?;
    }
    Ok(Found { tracks, albums: albums.found, artists: artists.found })
}

/// A query in the words of FTS5.
#[derive(Debug, PartialEq, Eq)]
struct Query {
    expression: String,
    ranked: bool,
}

impl Query {
    /// `None` when there is no word in it.
    fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().take(QUERY_CHARS_MAX).collect();
        let words: Vec<String> = text
            .split(|c: char| c.is_whitespace() || c.is_control() || c == '"')
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .take(WORDS_MAX)
            .map(|word| format!("\"{word}\""))
            .collect();
        let longest = words.iter().map(|word| word.chars().count() - 2).max()?;
        Some(Self { expression: words.join(" AND ") + "*", ranked: longest >= RANKED_CHARS_MIN })
    }

    /// Names up to `limit` tracks that match in `columns`, an FTS5 column filter, empty for all; the best first, and no
    /// more than `take` asks for: each of them is looked up in a table.
    fn each(
        &self,
        connection: &Connection,
        columns: &str,
        limit: usize,
        mut take: impl FnMut(&TrackId) -> Another,
    ) -> Result<(), StoreError> {
        // A word in the title says more than one in the file name.
        let order = if self.ranked { "ORDER BY bm25(words, 10, 6, 5, 5, 1)" } else { "" };
        let sql = format!(
            "SELECT id FROM (SELECT rowid AS row FROM words WHERE words MATCH ?1 {order} LIMIT ?2) JOIN tracks USING (row)"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let expression = format!("{columns}({})", self.expression);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![expression, limit])?;
        while let Some(row) = rows.next()? {
            let id = row.get_ref(0)?.as_str().ok().and_then(|id| TrackId::new(id).ok());
            if id.is_some_and(|id| take(&id).is_break()) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::lock;
    use crate::library::samples::{House, Sample, mp3};

    #[test]
    fn words_become_quoted_and_the_last_a_prefix() {
        let query = Query::parse("AC/DC  thunder").unwrap();
        assert_eq!(query.expression, "\"AC/DC\" AND \"thunder\"*");
        assert!(query.ranked);
        assert!(!Query::parse("a b").unwrap().ranked);
        for nothing in ["", "  ", "\"\"", "* - ^", "\0"] {
            assert_eq!(Query::parse(nothing), None, "{nothing:?}");
        }
    }

    /// The same without leaving anything out: all that match are looked through, and what is too much is cut off.
    fn plainly<'a>(connection: &Connection, catalog: &'a Catalog, query: &str, limit: usize) -> Found<'a> {
        let Some(query) = Query::parse(query) else { return Found::default() };
        let matching = |columns, limit| {
            let mut ids = Vec::new();
            let take = |id: &TrackId| {
                ids.push(id.clone());
                Another::Continue(())
            };
            query.each(connection, columns, limit, take).unwrap();
            ids
        };
        let (mut albums, mut artists) = (catalog.first_albums(usize::MAX), catalog.first_artists(usize::MAX));
        for id in matching("{album album_artist artist} : ", LOOKED_THROUGH) {
            assert!(albums.take(&id).is_continue());
        }
        for (columns, part) in [("artist : ", Part::Plays), ("album_artist : ", Part::Owns)] {
            for id in matching(columns, LOOKED_THROUGH) {
                assert!(artists.take(&id, part).is_continue());
            }
        }
        albums.found.truncate(limit);
        artists.found.truncate(limit);
        let tracks = matching("", limit).iter().filter_map(|id| catalog.track(id)).collect();
        Found { tracks, albums: albums.found, artists: artists.found }
    }

    #[test]
    fn what_is_left_out_is_not_missed() {
        const WORDS: [&str; 6] = ["moon", "moss", "silver", "stone", "über", "sun"];
        let (house, word) = (House::new(), |n: u32| WORDS[n as usize % WORDS.len()]);
        for n in 0..48 {
            let [title, artist, album] =
                [(n, n / 7), (n / 3, n / 5), (n / 8, n / 4)].map(|(a, b)| format!("{} {}", word(a), word(b)));
            let album_artist = if n % 3 == 0 { word(n / 9) } else { "" };
            let sample =
                Sample { number: n, title: &title, artist: &artist, album: &album, album_artist, ..Sample::default() };
            house.put(format!("{n}.mp3"), &mp3(&sample));
        }
        house.library.scan(false).unwrap();
        let (catalog, connection) = (house.library.catalog(), lock(&house.library.inner.reader));
        let pairs = WORDS.iter().flat_map(|one| WORDS.map(|other| format!("{one} {}", &other[..2])));
        let queries: Vec<String> =
            pairs.chain(WORDS.map(str::to_owned)).chain(["m", "nothing"].map(str::to_owned)).collect();
        let mut most = [0; 3];
        for (query, limit) in queries.iter().flat_map(|query| [0, 1, 2, 5, 50].map(|limit| (query, limit))) {
            let found = search(&connection, &catalog, query, limit).unwrap();
            let counts = [found.tracks.len(), found.albums.len(), found.artists.len()];
            most = std::array::from_fn(|kind| most[kind].max(counts[kind]));
            let plain = plainly(&connection, &catalog, query, limit);
            let (found, plain) = (serde_json::to_string(&found).unwrap(), serde_json::to_string(&plain).unwrap());
            assert_eq!(found, plain, "{query:?}, {limit} of each");
        }
        assert!(most.iter().all(|&most| most > 5), "{most:?}: there was something to leave out");
    }
}
