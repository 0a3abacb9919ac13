//! The tables of `library.db`, and opening it: a cache of what is on the disk, and the memory of ids.
//!
//! Losing this file costs a scan and the suffixes of identical copies, nothing else: ids come from the audio. So
//! a file that is broken, or of another schema, is set aside and made anew instead of stopping the house.

use super::StoreError;
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Number of this schema, kept in the file's `user_version`.
const SCHEMA: i64 = 1;
/// Longest wait for another connection of this process to finish its transaction.
const BUSY_WITHIN: Duration = Duration::from_secs(10);

const TABLES: &str = r#"
    CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
    CREATE TABLE folders (folder INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, art BLOB);
    CREATE TABLE texts (text_id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    CREATE TABLE tracks (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        folder INTEGER NOT NULL REFERENCES folders,
        name BLOB NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        -- 0: it is there; else when it went, seconds since the Unix epoch. Gone tracks keep their id.
        gone_at INTEGER NOT NULL DEFAULT 0,
        codec INTEGER NOT NULL,
        duration_ms INTEGER NOT NULL,
        title TEXT,
        artist INTEGER NOT NULL,
        album INTEGER NOT NULL,
        album_artist INTEGER NOT NULL,
        genre INTEGER NOT NULL,
        track_no INTEGER NOT NULL,
        disc_no INTEGER NOT NULL,
        year INTEGER NOT NULL,
        picture INTEGER NOT NULL
    );
    CREATE INDEX tracks_by_folder ON tracks (folder) WHERE gone_at = 0;
    -- Files that are named like audio and are none, so that they are not opened at each scan.
    CREATE TABLE refused (
        folder INTEGER NOT NULL,
        name BLOB NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (folder, name)
    ) WITHOUT ROWID;
    CREATE VIRTUAL TABLE words USING fts5 (
        title, artist, album, album_artist, file,
        content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
    );
"#;

/// Opens the file, makes it where it is missing, and sets it aside where it cannot be used.
///
/// # Errors
/// [`StoreError`] when the directory cannot be written or the disk fails.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    match open_as_it_is(path) {
        Err(StoreError::Sqlite(error)) if is_broken(&error) => {
            let aside = set_aside(path)?;
            log::warn!(
                "library: {} cannot be used ({error}); it was moved to {} and the music will be scanned anew",
                path.display(),
                aside.display()
            );
            open_as_it_is(path)
        }
        opened => opened,
    }
}

/// Opens the file, and makes it where it is missing.
///
/// # Errors
/// [`StoreError`] when the directory cannot be written, the disk fails, or the file cannot be used.
pub fn open_as_it_is(path: &Path) -> Result<Connection, StoreError> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).map_err(|error| StoreError::Place { path: dir.to_path_buf(), error })?;
    }
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_WITHIN)?;
    // A cache: after a power cut it may miss the last moments, which the next scan finds again.
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -512;")?;
    connection.set_prepared_statement_cache_capacity(32);
    let transaction = connection.transaction()?;
    let schema: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: Option<i64> =
        transaction.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |row| row.get(0)).optional()?;
    if tables.is_none() {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", SCHEMA)?;
        transaction.execute("INSERT INTO meta VALUES ('generation', lower(hex(randomblob(4)))), ('version', 0)", [])?;
    } else if schema != SCHEMA {
        return Err(StoreError::Sqlite(rusqlite::Error::InvalidQuery));
    }
    transaction.commit()?;
    Ok(connection)
}

/// Whether an error says that the file itself is bad, so that a new one helps.
#[must_use]
pub fn is_broken(error: &rusqlite::Error) -> bool {
    let by_code = matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
    // What `open_as_it_is` says of another schema, and SQLite of a table that is not as it should be.
    by_code || matches!(error, rusqlite::Error::InvalidQuery | rusqlite::Error::InvalidColumnType(..))
}

/// Moves a file that cannot be used out of the way.
///
/// # Errors
/// [`StoreError::Place`] when the disk does not let it.
pub fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let aside = path.with_extension("db.broken");
    let place = |error| StoreError::Place { path: path.to_path_buf(), error };
    std::fs::rename(path, &aside).map_err(place)?;
    for suffix in ["-wal", "-shm"] {
        let mut side = path.as_os_str().to_owned();
        side.push(suffix);
        match std::fs::remove_file(&side) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(place(error)),
            _ => {}
        }
    }
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_database_is_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/library.db");
        drop(open(&path).unwrap());
        drop(open(&path).unwrap());
        assert!(!path.with_extension("db.broken").exists());
        std::fs::write(&path, "certainly not a database, and long enough to be looked at".repeat(100)).unwrap();
        drop(open(&path).unwrap());
        assert!(path.with_extension("db.broken").exists());
    }

    #[test]
    fn another_schema_is_set_aside_too() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("library.db");
        open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        drop(open(&path).unwrap());
        assert!(path.with_extension("db.broken").exists());
    }
}
