//! The log on SQLite: one file, one writer, one sync for each batch.
//!
//! Write-ahead journal with `synchronous=FULL`: when a commit returns, its pages are in the journal and the journal
//! is on the disk. The journal file is kept and used again, so a sync does not have to grow a file. How a batch is
//! stored stands in `append.rs`, how a store is opened in `open.rs`, the tables in `schema.rs`.

use super::append::Doubt;
use super::errors::{said, shown};
use super::keys::Keys;
use super::open::{self, Opened, seq_of, sql_int};
use super::plan::Heads;
use super::{
    Entry, EventLog, FoundAnswer, Head, LogError, NewEntry, Outcome, Pruned, Put, Seq, Snapshot, Vault, prune,
};
use crate::core::ids::{CommandKey, DeviceId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The embedded store. Whoever opens it for writing holds the state directory's
/// [`StateLock`](super::lock::StateLock): what the log knows of its heads is only right for a single writer.
pub struct SqliteLog {
    pub(super) db: Connection,
    pub(super) path: PathBuf,
    pub(super) epoch: Arc<str>,
    /// Where the store stands, so that a guard costs no read.
    pub(super) heads: Heads,
    /// Where the newest answers are.
    pub(super) keys: Keys,
    pub(super) read_only: bool,
    pub(super) doubt: Doubt,
}

impl SqliteLog {
    /// Opens the store at `path`; makes it if there is none, upgrades it if it is older. A store on a read-only
    /// disk opens for reading, and is tried again for writing at each append.
    ///
    /// # Errors
    /// [`LogError::Unreadable`] or [`LogError::TooNew`] when it is not a store this binary can work with; the file
    /// is then as it was. Else what the disk said.
    pub fn open(path: &Path) -> Result<Self, LogError> {
        let Opened { db, epoch, heads, keys, read_only } = open::open(path)?;
        if read_only {
            ::log::warn!("{} is read-only: nothing can be changed until it is writable again", path.display());
        }
        Ok(Self { db, path: path.to_owned(), epoch, heads, keys, read_only, doubt: Doubt::None })
    }

    /// Up to `limit` entries of one topic with a seq greater than `seq`, in order.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    pub fn read_topic(&self, topic: &str, seq: Seq, limit: usize) -> Result<Vec<Entry>, LogError> {
        let sql = "SELECT e.seq, ?1, e.version, e.ts_ms, e.origin, e.payload FROM entries e WHERE e.seq > ?2 \
                   AND e.topic_id = (SELECT id FROM topics WHERE name = ?1) ORDER BY e.seq LIMIT ?3";
        let said = said(&self.path);
        let mut statement = self.db.prepare_cached(sql).map_err(&said)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![topic, sql_int(seq), limit], |row| self.entry(row)).map_err(&said)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&said)
    }

    /// Bytes of the store that hold something; what was forgotten is free to be used again, the file keeps its size.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    pub fn used_bytes(&self) -> Result<u64, LogError> {
        let number = |sql: &str| self.db.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(said(&self.path));
        let pages = number("PRAGMA page_count")? - number("PRAGMA freelist_count")?;
        Ok((pages * number("PRAGMA page_size")?).cast_unsigned())
    }

    /// Where the store is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl EventLog for SqliteLog {
    fn append(&mut self, batch: &[NewEntry]) -> Result<Vec<Outcome>, LogError> {
        self.append_batch(batch)
    }

    fn read_after(&self, seq: Seq, limit: usize) -> Result<Vec<Entry>, LogError> {
        let sql = "SELECT e.seq, t.name, e.version, e.ts_ms, e.origin, e.payload FROM entries e \
                   LEFT JOIN topics t ON t.id = e.topic_id WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2";
        let said = said(&self.path);
        let mut statement = self.db.prepare_cached(sql).map_err(&said)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![sql_int(seq), limit]).map_err(&said)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(&said)? {
            entries.push(self.entry(row).map_err(&said)?);
        }
        Ok(entries)
    }

    fn head(&self) -> Result<Head, LogError> {
        Ok(Head { epoch: self.epoch.clone(), seq: self.heads.seq, topics: self.heads.list() })
    }

    fn snapshot(&self) -> Result<Option<Snapshot>, LogError> {
        let sql = "SELECT seq, state FROM snapshots ORDER BY seq DESC LIMIT 1";
        let snapshot = |row: &Row<'_>| Ok(Snapshot { seq: seq_of(row.get(0)?), state: row.get(1)? });
        self.db.query_row(sql, [], snapshot).optional().map_err(said(&self.path))
    }

    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), LogError> {
        if snapshot.seq > self.heads.seq {
            let detail = format!("a state after entry {} was given, but the last is {}", snapshot.seq, self.heads.seq);
            return Err(LogError::Failed { path: shown(&self.path), detail });
        }
        let seq = sql_int(snapshot.seq);
        self.transact(|tx| {
            tx.execute("DELETE FROM snapshots WHERE seq <= ?1", [seq])?;
            tx.execute("INSERT INTO snapshots (seq, state) VALUES (?1, ?2)", params![seq, snapshot.state])?;
            Ok(())
        })
    }

    fn answer_to(&self, device: &DeviceId, key: &CommandKey) -> Result<Option<FoundAnswer>, LogError> {
        self.keys.answer(&self.db, &self.path, device, key)
    }

    fn prune(&mut self, now_wall_ms: i64, after: Seq) -> Result<Pruned, LogError> {
        prune::prune(self, now_wall_ms, after)
    }

    fn forget(&mut self, seqs: &[Seq]) -> Result<u64, LogError> {
        prune::forget(self, seqs)
    }
}

impl Vault for SqliteLog {
    fn put(&mut self, puts: &[Put]) -> Result<(), LogError> {
        self.transact(|tx| puts.iter().try_for_each(|put| store_put(tx, put)))
    }

    fn list(&self, bucket: &str) -> Result<Vec<(String, Vec<u8>)>, LogError> {
        let said = said(&self.path);
        let sql = "SELECT key, value FROM vault WHERE bucket = ?1 ORDER BY key";
        let mut statement = self.db.prepare_cached(sql).map_err(&said)?;
        let rows = statement.query_map([bucket], |row| Ok((row.get(0)?, row.get(1)?))).map_err(&said)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&said)
    }
}

impl SqliteLog {
    fn entry(&self, row: &Row<'_>) -> rusqlite::Result<Entry> {
        let topic = row.get_ref(1)?.as_str()?;
        let topic = self.heads.topics.get_key_value(topic).map_or_else(|| topic.into(), |(name, _)| name.clone());
        Ok(Entry {
            seq: seq_of(row.get(0)?),
            topic,
            version: seq_of(row.get(2)?),
            ts_ms: row.get(3)?,
            origin: row.get(4)?,
            payload: row.get_ref(5)?.as_blob()?.into(),
        })
    }
}

/// Stores or deletes one value of the vault.
pub(super) fn store_put(tx: &Connection, put: &Put) -> rusqlite::Result<()> {
    match &put.value {
        Some(value) => tx
            .prepare_cached("INSERT OR REPLACE INTO vault (bucket, key, value) VALUES (?1, ?2, ?3)")?
            .execute(params![put.bucket, &*put.key, &**value])?,
        None => tx
            .prepare_cached("DELETE FROM vault WHERE bucket = ?1 AND key = ?2")?
            .execute(params![put.bucket, &*put.key])?,
    };
    Ok(())
}
