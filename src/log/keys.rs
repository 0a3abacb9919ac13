//! Finding an answer by its key, without wearing the disk for it.
//!
//! An index on the disk costs a page or more for each command, because the keys of several devices and tabs lie apart:
//! that is more than the command itself. So the newest keys are known in memory only, and every
//! [`limits::KEYS_WAITING_MAX`] of them go into the table `keys` together, where those of one tab lie side by side. A start
//! reads the newest again from `answers`, where each key stands in its entry's own transaction.
//!
//! What is known of a key is a number, its place; two keys may have the same. The row in `answers` says whether it is the key.

use super::errors::said;
use super::open::{seq_of, sql_int};
use super::{FoundAnswer, LogError, Seq};
use crate::core::ids::{CommandKey, DeviceId};
use crate::limits;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// Digits at a key's end that count as its number; more are not worth it.
const DIGITS_MAX: usize = 9;

/// The newest keys, each with the seq of its answer.
#[derive(Debug, Default)]
pub(super) struct Keys {
    waiting: BTreeSet<(i64, Seq)>,
}

impl Keys {
    /// Reads the keys that are in no table yet.
    pub fn read(db: &Connection, path: &Path) -> Result<Self, LogError> {
        let sql = "SELECT seq, device, key FROM answers WHERE seq > (SELECT value FROM meta WHERE key = 'keys_upto')";
        let place = |row: &Row<'_>| {
            let (device, key) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
            Ok((place_of(device, key), seq_of(row.get(0)?)))
        };
        let mut statement = db.prepare(sql).map_err(said(path))?;
        let rows = statement.query_map([], place).map_err(said(path))?;
        Ok(Self { waiting: rows.collect::<rusqlite::Result<_>>().map_err(said(path))? })
    }

    /// Whether with `more` of them it is time to write them down.
    pub fn is_full(&self, more: usize) -> bool {
        self.waiting.len() + more > limits::KEYS_WAITING_MAX
    }

    /// These are durable now.
    pub fn add(&mut self, stored: Vec<(i64, Seq)>) {
        self.waiting.extend(stored);
    }

    /// These were forgotten.
    pub fn remove(&mut self, forgotten: &[(i64, Seq)]) {
        for key in forgotten {
            self.waiting.remove(key);
        }
    }

    /// Writes down what waits, and `more`, all up to `seq`. When that is durable, nothing waits.
    pub fn write(&self, tx: &Connection, more: &[(i64, Seq)], seq: Seq) -> rusqlite::Result<()> {
        let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO keys (place, seq) VALUES (?1, ?2)")?;
        for (place, seq) in self.waiting.iter().chain(more) {
            insert.execute(params![place, sql_int(*seq)])?;
        }
        tx.execute("UPDATE meta SET value = ?1 WHERE key = 'keys_upto'", [sql_int(seq)])?;
        Ok(())
    }

    /// The answer stored for a key.
    pub fn answer(
        &self,
        db: &Connection,
        path: &Path,
        device: &DeviceId,
        key: &CommandKey,
    ) -> Result<Option<FoundAnswer>, LogError> {
        let place = place_of(device.as_str(), key.as_str());
        for (_, seq) in self.waiting.range((place, 0)..=(place, Seq::MAX)) {
            if let Some(found) = stored(db, *seq, device, key).map_err(said(path))? {
                return Ok(Some(found));
            }
        }
        let mut places = db.prepare_cached("SELECT seq FROM keys WHERE place = ?1").map_err(said(path))?;
        let mut rows = places.query([place]).map_err(said(path))?;
        while let Some(row) = rows.next().map_err(said(path))? {
            let seq = seq_of(row.get(0).map_err(said(path))?);
            if let Some(found) = stored(db, seq, device, key).map_err(said(path))? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// A key's place: those of one tab, which count on, lie side by side. Stored, so it never changes.
pub(super) fn place_of(device: &str, key: &str) -> i64 {
    let digits = key.bytes().rev().take_while(u8::is_ascii_digit).take(DIGITS_MAX).count();
    let (name, number) = key.split_at(key.len() - digits);
    let digest = Sha256::new().chain_update(device).chain_update("/").chain_update(name).finalize();
    let tab = digest.iter().take(4).fold(0_u64, |tab, byte| tab << 8 | u64::from(*byte));
    sql_int(tab << 32 | number.parse().unwrap_or(0))
}

/// The answer of this entry, if it is this key's.
fn stored(db: &Connection, seq: Seq, device: &DeviceId, key: &CommandKey) -> rusqlite::Result<Option<FoundAnswer>> {
    let sql = "SELECT body_hash, seq, version, result FROM answers WHERE seq = ?1 AND device = ?2 AND key = ?3";
    let answer = |row: &Row<'_>| {
        Ok(FoundAnswer {
            body_hash: seq_of(row.get(0)?),
            seq: seq_of(row.get(1)?),
            version: seq_of(row.get(2)?),
            result: row.get_ref(3)?.as_blob()?.into(),
        })
    };
    let mut statement = db.prepare_cached(sql)?;
    statement.query_row(params![sql_int(seq), device.as_str(), key.as_str()], answer).optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::sqlite::SqliteLog;
    use crate::log::{EventLog, KeyedAnswer, NewEntry};

    fn keyed(seq: Seq, key: &str) -> NewEntry {
        let (device, key) = (DeviceId::local(), CommandKey::new(key).unwrap());
        let key = KeyedAnswer { device, key, body_hash: seq, result: b"{}".as_slice().into() };
        let (topic, payload) = ("radio".into(), b"{}".as_slice().into());
        NewEntry {
            topic,
            expected_last_seq: seq - 1,
            ts_ms: 0,
            origin: None,
            payload,
            key: Some(key),
            puts: Vec::new(),
        }
    }

    fn fill(log: &mut SqliteLog, from: Seq, to: Seq) {
        let batch: Vec<_> = (from..=to).map(|seq| keyed(seq, &format!("tab-{seq}"))).collect();
        batch.chunks(64).for_each(|batch| drop(log.append(batch).unwrap()));
    }

    fn seq(log: &SqliteLog, key: &str) -> Option<Seq> {
        log.answer_to(&DeviceId::local(), &CommandKey::new(key).unwrap()).unwrap().map(|answer| answer.seq)
    }

    fn written(log: &SqliteLog) -> usize {
        log.db.query_row("SELECT count(*) FROM keys", [], |row| row.get::<_, i64>(0)).unwrap() as usize
    }

    #[test]
    fn keys_are_found_whether_they_wait_or_are_written_down_also_after_a_start() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hearken.db");
        let mut log = SqliteLog::open(&path).unwrap();
        let bound = limits::KEYS_WAITING_MAX as Seq;
        fill(&mut log, 1, bound);
        assert_eq!(written(&log), 0);
        fill(&mut log, bound + 1, bound + 70);
        assert!(
            (limits::KEYS_WAITING_MAX..limits::KEYS_WAITING_MAX + 70).contains(&written(&log)),
            "{}",
            written(&log)
        );
        for _ in 0..2 {
            for known in [1, bound, bound + 1, bound + 70] {
                assert_eq!(seq(&log, &format!("tab-{known}")), Some(known));
            }
            assert_eq!(seq(&log, &format!("tab-{}", bound + 71)), None);
            assert_eq!(log.verify().unwrap(), [""; 0]);
            drop(log);
            log = SqliteLog::open(&path).unwrap();
        }
    }

    #[test]
    fn the_keys_of_an_older_store_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hearken.db");
        let mut log = SqliteLog::open(&path).unwrap();
        fill(&mut log, 1, 3);
        let before = "DROP TABLE keys; DELETE FROM meta WHERE key = 'keys_upto'; PRAGMA user_version = 1;
                      CREATE UNIQUE INDEX answers_by_key ON answers (device, key);";
        log.db.execute_batch(before).unwrap();
        drop(log);
        let mut log = SqliteLog::open(&path).unwrap();
        fill(&mut log, 4, 5);
        assert_eq!([1, 3, 5, 6].map(|n| seq(&log, &format!("tab-{n}"))), [Some(1), Some(3), Some(5), None]);
        assert_eq!(log.verify().unwrap(), [""; 0]);
    }

    #[test]
    fn keys_with_the_same_place_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = SqliteLog::open(&dir.path().join("hearken.db")).unwrap();
        assert_eq!(place_of("A", "tab-7"), place_of("A", "tab-007"));
        log.append(&[keyed(1, "tab-7"), keyed(2, "tab-007")]).unwrap();
        assert_eq!((seq(&log, "tab-7"), seq(&log, "tab-007"), seq(&log, "tab-07")), (Some(1), Some(2), None));
    }

    #[test]
    fn the_keys_of_a_tab_lie_side_by_side() {
        assert_eq!(place_of("A", "tab-8"), place_of("A", "tab-7") + 1);
        assert_ne!(place_of("A", "tab-8"), place_of("B", "tab-8"));
        assert_ne!(place_of("A", "k"), place_of("A", "l"));
        let long = "9".repeat(64);
        assert_ne!(place_of("A", &long), place_of("A", &long[1..]));
    }
}
