//! Full-text search: words of titles, artists, albums and file names, diacritics folded, the last word a prefix.
//!
//! SQLite's FTS5 finds and ranks tracks; albums and artists are those of tracks that match by album or by artist.
//! Whatever a person types is a list of words: nothing in it reaches FTS5 as syntax.

use super::catalog::{AlbumEntry, ArtistEntry, Catalog, TrackEntry};
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
    let tracks = query.matching(connection, "", limit)?;
    let by_album = query.matching(connection, "{album album_artist artist} : ", LOOKED_THROUGH)?;
    let playing = query.matching(connection, "artist : ", LOOKED_THROUGH)?;
    let owning = query.matching(connection, "album_artist : ", LOOKED_THROUGH)?;
    Ok(Found {
        tracks: tracks.iter().filter_map(|id| catalog.track(id)).collect(),
        albums: catalog.albums_of(&by_album, limit),
        artists: catalog.artists_of(&playing, &owning, limit),
    })
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

    /// Tracks that match in `columns`, an FTS5 column filter, empty for all.
    fn matching(&self, connection: &Connection, columns: &str, limit: usize) -> Result<Vec<TrackId>, StoreError> {
        // A word in the title says more than one in the file name.
        let order = if self.ranked { "ORDER BY bm25(words, 10, 6, 5, 5, 1)" } else { "" };
        let sql = format!(
            "SELECT id FROM (SELECT rowid AS row FROM words WHERE words MATCH ?1 {order} LIMIT ?2) JOIN tracks USING (row)"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let expression = format!("{columns}({})", self.expression);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![expression, limit])?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            ids.extend(row.get_ref(0)?.as_str().ok().and_then(|id| TrackId::new(id).ok()));
        }
        Ok(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
