//! What `library.db` remembers: files, ids and tags. Statements stand here and in the files beside, nowhere else.
//!
//! A scan writes through a [`Store`], in transactions of a few hundred files; the catalogue is loaded, and the
//! full-text index is asked, through a connection of their own. What a change means is decided in `scan`.

pub mod load;
pub mod rows;
pub mod schema;

use crate::clock;
use crate::library::codec::Codec;
use crate::library::tags::Tags;
use crate::library::walk::{Stamp, path_of};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// `library.db` could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Its place on the disk cannot be used.
    #[error("{path}: {error}; check that the state directory exists, is writable and has space", path = path.display())]
    Place {
        /// The file or directory.
        path: PathBuf,
        /// What the disk says.
        error: std::io::Error,
    },
    /// SQLite refused.
    #[error("library.db: {0}; check the space on the disk; deleting library.db is safe, the music is scanned anew")]
    Sqlite(#[from] rusqlite::Error),
}

/// What is known of a track beside its id and its place.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Container and codec.
    pub codec: Codec,
    /// Playing time, milliseconds.
    pub duration_ms: Option<u32>,
    /// The text tags.
    pub tags: Tags,
    /// Whether a picture is embedded.
    pub picture: bool,
}

/// Where a file lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder's row.
    pub folder: i64,
    /// The folder's path from `audio_dir`.
    pub dir: Arc<Path>,
    /// The file's name, as bytes.
    pub name: Box<[u8]>,
}

impl Place {
    /// Path from `audio_dir`.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.join(path_of(&self.name))
    }

    /// Path from `audio_dir`, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        self.path().to_string_lossy().into_owned()
    }
}

/// The store as a scan writes it. Dropping it undoes what was not committed.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the file and begins a transaction.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn begin(path: &Path) -> Result<Self, StoreError> {
        let connection = schema::open_as_it_is(path)?;
        connection.execute_batch("PRAGMA cache_size = -2048; BEGIN IMMEDIATE")?;
        Ok(Self { connection })
    }

    /// Makes everything up to now visible and begins the next transaction.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails; nothing of this transaction was stored then.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
        Ok(())
    }

    /// Makes everything up to now visible and closes the store.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails; nothing of this transaction was stored then.
    pub fn end(self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT; PRAGMA optimize")?;
        Ok(())
    }

    /// Counts the catalogue's version up.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn next_version(&mut self) -> Result<(), StoreError> {
        self.connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'version'", [])?;
        Ok(())
    }

    /// Adds a track and gives its row.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or the id is taken.
    pub fn insert(&mut self, id: &str, place: &Place, stamp: &Stamp, facts: &Facts) -> Result<i64, StoreError> {
        let sql = "INSERT INTO tracks (id, folder, name, size, mtime_ns, inode, codec, duration_ms, artist, album,
                   album_artist, genre, track_no, disc_no, year, picture)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)";
        let values =
            params![id, place.folder, place.name, stamp.size.cast_signed(), stamp.mtime_ns, stamp.inode.cast_signed()];
        self.connection.prepare_cached(sql)?.execute(values)?;
        let row = self.connection.last_insert_rowid();
        self.describe(row, facts)?;
        self.index_words(row, place)?;
        Ok(row)
    }

    /// Puts a known track where it was found, with what was found in it. It is there again if it was gone.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn update(&mut self, row: i64, place: &Place, stamp: &Stamp, facts: &Facts) -> Result<(), StoreError> {
        self.describe(row, facts)?;
        self.place(row, place, stamp)
    }

    /// Puts a known track where it was found, unread.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn place(&mut self, row: i64, place: &Place, stamp: &Stamp) -> Result<(), StoreError> {
        let sql = "UPDATE tracks SET folder = ?2, name = ?3, size = ?4, mtime_ns = ?5, inode = ?6, gone_at = 0
                   WHERE row = ?1";
        let values =
            params![row, place.folder, place.name, stamp.size.cast_signed(), stamp.mtime_ns, stamp.inode.cast_signed()];
        self.connection.prepare_cached(sql)?.execute(values)?;
        self.index_words(row, place)
    }

    /// Takes a track out of the catalogue; its id stays remembered.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn mark_gone(&mut self, row: i64) -> Result<(), StoreError> {
        let now = clock::system_time().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs().max(1));
        let sql = "UPDATE tracks SET gone_at = ?2 WHERE row = ?1";
        self.connection.prepare_cached(sql)?.execute(params![row, now.cast_signed()])?;
        self.connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([row])?;
        Ok(())
    }

    /// Remembers that a file is no track, until its stamp changes.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn refuse(&mut self, place: &Place, stamp: &Stamp, reason: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO refused VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![
            place.folder,
            place.name,
            stamp.size.cast_signed(),
            stamp.mtime_ns,
            stamp.inode.cast_signed(),
            reason
        ];
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Forgets that a file was refused.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn forget_refusal(&mut self, folder: i64, name: &[u8]) -> Result<(), StoreError> {
        let sql = "DELETE FROM refused WHERE folder = ?1 AND name = ?2";
        self.connection.prepare_cached(sql)?.execute(params![folder, name])?;
        Ok(())
    }

    fn describe(&self, row: i64, facts: &Facts) -> Result<(), StoreError> {
        let tags = &facts.tags;
        let texts = [&tags.artist, &tags.album, &tags.album_artist, &tags.genre];
        let mut numbers = [0; 4];
        for (number, text) in numbers.iter_mut().zip(texts) {
            *number = self.text_id(text.as_deref())?;
        }
        let sql = "UPDATE tracks SET codec = ?2, duration_ms = ?3, title = ?4, artist = ?5, album = ?6,
                   album_artist = ?7, genre = ?8, track_no = ?9, disc_no = ?10, year = ?11, picture = ?12
                   WHERE row = ?1";
        self.connection.prepare_cached(sql)?.execute(params![
            row,
            facts.codec as u8,
            facts.duration_ms.unwrap_or(0),
            tags.title,
            numbers[0],
            numbers[1],
            numbers[2],
            numbers[3],
            tags.track_no,
            tags.disc_no,
            tags.year,
            facts.picture,
        ])?;
        Ok(())
    }

    /// Texts that many tracks share are stored once; 0 is none.
    fn text_id(&self, text: Option<&str>) -> Result<i64, StoreError> {
        let Some(text) = text else { return Ok(0) };
        let mut find = self.connection.prepare_cached("SELECT text_id FROM texts WHERE text = ?1")?;
        if let Some(found) = find.query_row([text], |row| row.get(0)).optional()? {
            return Ok(found);
        }
        self.connection.prepare_cached("INSERT INTO texts (text) VALUES (?1)")?.execute([text])?;
        Ok(self.connection.last_insert_rowid())
    }

    fn index_words(&self, row: i64, place: &Place) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO words (rowid, title, artist, album, album_artist, file)
                   SELECT row, title, (SELECT text FROM texts WHERE text_id = artist),
                   (SELECT text FROM texts WHERE text_id = album),
                   (SELECT text FROM texts WHERE text_id = album_artist), ?2
                   FROM tracks WHERE row = ?1";
        self.connection.prepare_cached(sql)?.execute(params![row, place.shown()])?;
        Ok(())
    }
}
