//! What a scan asks the store: which files are known, which did it not see, who had this payload before.

use super::{Store, StoreError};
use crate::library::ids::ContentId;
use crate::library::walk::Stamp;
use rusqlite::{OptionalExtension, Row, params};
use std::collections::HashMap;

/// A file of a folder, as the last scan left it.
#[derive(Debug)]
pub struct KnownFile {
    /// Its name, as bytes.
    pub name: Vec<u8>,
    /// Its stamp then.
    pub stamp: Stamp,
    /// The row of its track, or why it is none.
    pub known_as: Result<i64, String>,
}

/// A track that was in the catalogue, as a scan finds it again or not.
#[derive(Clone, Debug)]
pub struct KnownTrack {
    /// Its row.
    pub row: i64,
    /// Its id.
    pub id: String,
    /// Its folder's row.
    pub folder: i64,
    /// Its file's name.
    pub name: Vec<u8>,
    /// Its file's stamp.
    pub stamp: Stamp,
    /// Whether it is out of the catalogue.
    pub gone: bool,
}

/// A set of rows: one bit each, 64 of them together. Numbers of rows are dense, unless one is damaged: room is made only
/// where there are some.
#[derive(Debug, Default)]
pub struct RowSet(HashMap<i64, u64>);

impl RowSet {
    /// Puts `row` in.
    pub fn insert(&mut self, row: i64) {
        *self.0.entry(row.div_euclid(64)).or_default() |= Self::bit(row);
    }

    /// Whether `row` was put in.
    #[must_use]
    pub fn contains(&self, row: i64) -> bool {
        self.0.get(&row.div_euclid(64)).is_some_and(|bits| bits & Self::bit(row) != 0)
    }

    fn bit(row: i64) -> u64 {
        1 << row.rem_euclid(64)
    }
}

const TRACK_COLUMNS: &str = "row, id, folder, name, size, mtime_ns, inode, gone_at";

impl Store {
    /// Tracks in the catalogue.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn count(&self) -> Result<usize, StoreError> {
        let count: i64 =
            self.connection.query_row("SELECT count(*) FROM tracks WHERE gone_at = 0", [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// The row of the folder `path`, made if it is new, and whether its art is another than before.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn folder(&mut self, path: &[u8], art: Option<&[u8]>) -> Result<(i64, bool), StoreError> {
        let mut find = self.connection.prepare_cached("SELECT folder, art FROM folders WHERE path = ?1")?;
        let known: Option<(i64, Option<Vec<u8>>)> =
            find.query_row([path], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((folder, old)) = known {
            let other = old.as_deref() != art;
            if other {
                let sql = "UPDATE folders SET art = ?2 WHERE folder = ?1";
                self.connection.prepare_cached(sql)?.execute(params![folder, art])?;
            }
            return Ok((folder, other));
        }
        let sql = "INSERT INTO folders (path, art) VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute(params![path, art])?;
        Ok((self.connection.last_insert_rowid(), false))
    }

    /// Tracks and refused files of a folder, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn files_of(&self, folder: i64) -> Result<Vec<KnownFile>, StoreError> {
        let sql = "SELECT name, size, mtime_ns, inode, row, NULL FROM tracks WHERE folder = ?1 AND gone_at = 0
                   UNION ALL SELECT name, size, mtime_ns, inode, NULL, reason FROM refused WHERE folder = ?1
                   ORDER BY 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let files = statement.query_map([folder], |row| {
            let known_as = match row.get::<_, Option<i64>>(4)? {
                Some(track) => Ok(track),
                None => Err(row.get(5)?),
            };
            Ok(KnownFile { name: row.get(0)?, stamp: stamp(row, 1)?, known_as })
        })?;
        Ok(files.collect::<Result<_, _>>()?)
    }

    /// Tracks of the catalogue that are not in `seen`, each with the path of its folder.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn not_seen(&self, seen: &RowSet) -> Result<Vec<(KnownTrack, Vec<u8>)>, StoreError> {
        let sql = format!(
            "SELECT {TRACK_COLUMNS}, path FROM tracks JOIN folders USING (folder) WHERE gone_at = 0 ORDER BY row"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut missing = Vec::new();
        while let Some(row) = rows.next()? {
            if !seen.contains(row.get(0)?) {
                missing.push((track(row)?, row.get(8)?));
            }
        }
        Ok(missing)
    }

    /// One track.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or there is none.
    pub fn track(&self, row: i64) -> Result<KnownTrack, StoreError> {
        let sql = format!("SELECT {TRACK_COLUMNS} FROM tracks WHERE row = ?1");
        Ok(self.connection.prepare_cached(&sql)?.query_row([row], track)?)
    }

    /// All tracks that ever had this payload, the first copy first.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn copies(&self, content: &ContentId) -> Result<Vec<KnownTrack>, StoreError> {
        // Copies are `<content>` and `<content>-<n>`; `.` is the character behind `-`.
        let sql =
            format!("SELECT {TRACK_COLUMNS} FROM tracks WHERE id >= ?1 AND id < ?1 || '.' ORDER BY length(id), id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let tracks = statement.query_map([content.as_str()], track)?;
        let tracks: Vec<KnownTrack> = tracks.collect::<Result<_, _>>()?;
        Ok(tracks.into_iter().filter(|track| content.covers(&track.id)).collect())
    }
}

fn track(row: &Row<'_>) -> rusqlite::Result<KnownTrack> {
    Ok(KnownTrack {
        row: row.get(0)?,
        id: row.get(1)?,
        folder: row.get(2)?,
        name: row.get(3)?,
        stamp: stamp(row, 4)?,
        gone: row.get::<_, i64>(7)? != 0,
    })
}

fn stamp(row: &Row<'_>, first: usize) -> rusqlite::Result<Stamp> {
    Ok(Stamp {
        size: row.get::<_, i64>(first)?.cast_unsigned(),
        mtime_ns: row.get(first + 1)?,
        inode: row.get::<_, i64>(first + 2)?.cast_unsigned(),
    })
}
