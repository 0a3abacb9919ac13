//! Opening a store: look before touching, then make it ours.
//!
//! A store that cannot be read must stay byte for byte as it is, for whoever repairs it. SQLite on its own would
//! delete a journal whose database is gone, and write the journal back when it closes; so the header is read first
//! without SQLite, and the journal is only allowed to move once everything was found in order.

use super::LogError;
use super::errors::{io_said, said, unreadable};
use super::keys::Keys;
use super::plan::{Heads, Place};
use super::schema::{self, beside};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, FileControl, MAIN_DB, OpenFlags, OptionalExtension};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How every SQLite database begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Length of SQLite's file header.
const HEADER_BYTES: u64 = 100;
/// How long to wait for a reader or the doctor to let go.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// The journal is written back to the database when it has this many pages: 4 MB, the size it then keeps. The
/// longer it waits, the fewer pages are written twice.
const CHECKPOINT_PAGES: i64 = 4000;
/// A journal that grew beyond this (a long backup was reading) is cut back, bytes.
const JOURNAL_KEPT_BYTES: i64 = 16 * 1024 * 1024;
/// SQLite's page cache, KiB (negative means KiB to SQLite). The writer touches few pages.
const CACHE_KIB: i64 = -1024;

/// An open store that was found in order.
pub(super) struct Opened {
    pub db: Connection,
    pub epoch: Arc<str>,
    pub heads: Heads,
    pub keys: Keys,
    pub read_only: bool,
}

/// Opens the store at `path`, makes it if there is none, upgrades it if it is older.
pub(super) fn open(path: &Path) -> Result<Opened, LogError> {
    look(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(said(path))?;
    hands_off(&db).map_err(said(path))?;
    schema::bring_up_to_date(&mut db, path)?;
    let epoch = read_epoch(&db, path)?;
    let heads = read_heads(&db, path)?;
    check_tail(&db, path, &heads)?;
    let keys = Keys::read(&db, path)?;
    let read_only = db.is_readonly(MAIN_DB).map_err(said(path))?;
    if !read_only {
        go_to_work(&db).map_err(said(path))?;
    }
    Ok(Opened { db, epoch, heads, keys, read_only })
}

/// Looks at the bytes of the store, without SQLite.
fn look(path: &Path) -> Result<(), LogError> {
    let (length, header) = match File::open(path) {
        Ok(file) => {
            let length = file.metadata().map_err(io_said(path))?.len();
            let mut header = Vec::new();
            file.take(HEADER_BYTES).read_to_end(&mut header).map_err(io_said(path))?;
            (length, header)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => (0, Vec::new()),
        Err(error) => return Err(io_said(path)(error)),
    };
    if length == 0 {
        let journal = beside(path, "-wal");
        return match std::fs::metadata(&journal) {
            Ok(wal) if wal.len() > 0 => Err(unreadable(
                path,
                format!("it is empty or gone, but its journal {} is there: put the file back", journal.display()),
            )),
            _ => Ok(()),
        };
    }
    if length < HEADER_BYTES || !header.starts_with(MAGIC) {
        return Err(unreadable(path, "it does not begin like a database"));
    }
    Ok(())
}

/// Settings that keep SQLite from changing anything before we have looked.
fn hands_off(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_WAIT)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // The journal file is kept when the store is closed: its blocks need not be allocated again, which is what
    // makes a sync cheap.
    db.file_control(Some(MAIN_DB), FileControl::PersistWal(&mut 1))?;
    // Before the first write, the one that makes the tables.
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.pragma_update(None, "trusted_schema", false)
}

/// The store is in order: settings for the long run.
fn go_to_work(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    db.pragma_update(None, "journal_size_limit", JOURNAL_KEPT_BYTES)?;
    db.pragma_update(None, "cache_size", CACHE_KIB)?;
    db.pragma_update(None, "temp_store", "memory")?;
    db.set_prepared_statement_cache_capacity(32);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(())
}

fn read_epoch(db: &Connection, path: &Path) -> Result<Arc<str>, LogError> {
    let epoch: Option<String> = db
        .query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0))
        .optional()
        .map_err(said(path))?;
    let well_formed = |text: &String| (8..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let epoch = epoch.filter(well_formed).ok_or_else(|| unreadable(path, "the log's name is missing"))?;
    Ok(epoch.into())
}

/// Where the stored log stands, from its table of topics.
pub(super) fn read_heads(db: &Connection, path: &Path) -> Result<Heads, LogError> {
    let mut heads = Heads::default();
    let mut statement = db.prepare_cached("SELECT name, last_seq, version FROM topics").map_err(said(path))?;
    let rows = statement
        .query_map([], |row| {
            let place = Place { last_seq: seq_of(row.get(1)?), version: seq_of(row.get(2)?) };
            Ok((row.get::<_, Arc<str>>(0)?, place))
        })
        .map_err(said(path))?;
    for row in rows {
        let (topic, place) = row.map_err(said(path))?;
        heads.seq = heads.seq.max(place.last_seq);
        heads.topics.insert(topic, place);
    }
    Ok(heads)
}

/// Holds the end of the log against its table of topics: a store that lost its end, or a part, shows here. The
/// whole is read by `hearken doctor`.
fn check_tail(db: &Connection, path: &Path, heads: &Heads) -> Result<(), LogError> {
    let last = "SELECT e.seq, e.version, t.name FROM entries e LEFT JOIN topics t ON t.id = e.topic_id \
                ORDER BY e.seq DESC LIMIT 1";
    let last: Option<(i64, i64, Option<String>)> =
        db.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional().map_err(said(path))?;
    let (seq, version, topic) = last.unwrap_or((0, 0, None));
    if seq_of(seq) != heads.seq {
        return Err(unreadable(path, format!("its last entry is {seq}, its topics speak of {}", heads.seq)));
    }
    let place = topic.as_deref().and_then(|topic| heads.topics.get(topic)).copied().unwrap_or_default();
    if place.last_seq != heads.seq || place.version < seq_of(version) {
        return Err(unreadable(path, format!("entry {seq} does not fit its topic")));
    }
    let beyond = "SELECT EXISTS (SELECT 1 FROM snapshots WHERE seq > ?1)";
    if db.query_row(beyond, [sql_int(heads.seq)], |row| row.get(0)).map_err(said(path))? {
        return Err(unreadable(path, "a stored state is newer than the log's end"));
    }
    Ok(())
}

/// A seq, version or hash as SQLite keeps it: 64 bits with a sign.
pub(super) fn sql_int(number: u64) -> i64 {
    number.cast_signed()
}

/// The way back of [`sql_int`].
pub(super) fn seq_of(number: i64) -> u64 {
    number.cast_unsigned()
}
