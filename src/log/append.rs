//! Storing: one transaction, one sync, and what to do when that sync fails.
//!
//! A commit that failed is a commit in doubt. SQLite has forgotten it, but its pages may stand in the journal file,
//! complete, and would count after a power cut: an entry we refused would be there. So after a failed commit the
//! store is *settled* before it is used again: what it holds is compared with what we know, and one harmless
//! durable write takes the place of those pages in the journal. Until that works, every write is refused.

use super::errors::{said, shown, unreadable};
use super::keys::place_of;
use super::open::{read_heads, sql_int};
use super::plan::Plan;
use super::sqlite::{SqliteLog, store_put};
use super::{KeyedAnswer, LogError, NewEntry, Outcome};
use rusqlite::{Connection, TransactionBehavior, params};
use rustix::fs::Access;

/// Whether the last commit is known to be stored or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Everything is known.
    None,
    /// A commit failed, and the store was not settled since.
    CommitFailed,
}

impl SqliteLog {
    /// See [`super::EventLog::append`].
    pub(super) fn append_batch(&mut self, batch: &[NewEntry]) -> Result<Vec<Outcome>, LogError> {
        // Before the plan: a store that is opened again is read again.
        self.make_writable()?;
        let spent = |key: &KeyedAnswer| self.keys.answer(&self.db, &self.path, &key.device, &key.key);
        let plan = self.heads.plan(batch, |key| Ok(spent(key)?.is_some()))?;
        if !plan.is_idle() {
            self.store(&plan, batch)?;
        }
        Ok(self.heads.settle(plan))
    }

    /// Stores a plan; when it is durable, its keys are known.
    fn store(&mut self, plan: &Plan, batch: &[NewEntry]) -> Result<(), LogError> {
        let place = |key: &KeyedAnswer| place_of(key.device.as_str(), key.key.as_str());
        let stored = plan.accepted(batch).filter_map(|(entry, seq, _)| Some((place(entry.key.as_ref()?), seq)));
        let stored: Vec<_> = stored.collect();
        if !self.keys.is_full(stored.len()) {
            self.transact(|tx| store(tx, plan, batch))?;
            self.keys.add(stored);
            return Ok(());
        }
        let keys = std::mem::take(&mut self.keys);
        let done = self.transact(|tx| store(tx, plan, batch).and_then(|()| keys.write(tx, &stored, plan.seq)));
        if done.is_err() {
            self.keys = keys; // none of them was written down
        }
        done
    }

    /// Does `work` in one durable transaction, or not at all.
    pub(super) fn transact(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<(), LogError> {
        self.make_writable()?;
        self.settle()?;
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(said(&self.path))?;
        // Dropping the transaction on the way out rolls it back.
        work(&tx).map_err(said(&self.path))?;
        let Err(error) = tx.commit() else { return Ok(()) };
        self.doubt = Doubt::CommitFailed;
        let error = said(&self.path)(error);
        ::log::debug!("a commit failed: {error}"); // whoever asked for it says so, once
        // At once, while it is likely to be the only thing lost; what failed now may work at the next append.
        if let Err(again) = self.settle() {
            ::log::debug!("the store is not settled: {again}");
        }
        Err(error)
    }

    /// Makes sure, after a commit in doubt, that the store holds what we know and nothing else.
    fn settle(&mut self) -> Result<(), LogError> {
        if self.doubt == Doubt::None {
            return Ok(());
        }
        if !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK").map_err(said(&self.path))?;
        }
        let stored = read_heads(&self.db, &self.path)?;
        if stored != self.heads {
            let detail = format!("it holds entry {}, we know of {}: restart hearken", stored.seq, self.heads.seq);
            return Err(unreadable(&self.path, detail));
        }
        let count = "INSERT INTO meta (key, value) VALUES ('settled', 1) \
                     ON CONFLICT (key) DO UPDATE SET value = value + 1";
        self.db.execute(count, []).map_err(said(&self.path))?;
        self.doubt = Doubt::None;
        ::log::debug!("the store is settled");
        Ok(())
    }

    /// A store that was opened on a read-only disk is opened again once the disk is writable.
    fn make_writable(&mut self) -> Result<(), LogError> {
        if self.read_only && rustix::fs::access(&self.path, Access::WRITE_OK).is_ok() {
            // The old connection must be gone first: those of one process share what they know of the journal. If
            // the store does not open now, reads fail too until an append finds it again.
            self.db = Connection::open_in_memory().map_err(said(&self.path))?;
            *self = Self::open(&self.path)?;
        }
        if self.read_only {
            return Err(LogError::ReadOnly { path: shown(&self.path) });
        }
        Ok(())
    }
}

fn store(tx: &Connection, plan: &Plan, batch: &[NewEntry]) -> rusqlite::Result<()> {
    let mut topic = tx.prepare_cached(
        "INSERT INTO topics (name, last_seq, version) VALUES (?1, ?2, ?3) \
         ON CONFLICT (name) DO UPDATE SET last_seq = excluded.last_seq, version = excluded.version",
    )?;
    for (name, place) in &plan.moved {
        topic.execute(params![&**name, sql_int(place.last_seq), sql_int(place.version)])?;
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO entries (seq, topic_id, version, ts_ms, origin, payload) \
         VALUES (?1, (SELECT id FROM topics WHERE name = ?2), ?3, ?4, ?5, ?6)",
    )?;
    for (entry, seq, version) in plan.accepted(batch) {
        let (seq, version) = (sql_int(seq), sql_int(version));
        insert.execute(params![seq, &*entry.topic, version, entry.ts_ms, entry.origin.as_deref(), &*entry.payload])?;
        if let Some(key) = &entry.key {
            store_answer(tx, key, seq, version, entry.ts_ms)?;
        }
        entry.puts.iter().try_for_each(|put| store_put(tx, put))?;
    }
    Ok(())
}

fn store_answer(tx: &Connection, key: &KeyedAnswer, seq: i64, version: i64, at_ms: i64) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO answers (seq, device, key, body_hash, version, at_ms, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let (device, command) = (key.device.as_str(), key.key.as_str());
    insert.execute(params![seq, device, command, sql_int(key.body_hash), version, at_ms, &*key.result])?;
    Ok(())
}
