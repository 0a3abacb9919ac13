//! Forgetting what nobody will ask for again.
//!
//! Keys go when they are 30 days old. Entries go when they are 30 days old, belong to a topic that only its latest
//! state matters of, and a stored snapshot stands on them. Everything else (stars, verdicts, playlists) stays, until
//! [`super::EventLog::forget`] names it: what is superseded is the core's to say, here it only goes. The log's last entry stays
//! always: the end of the log is held against it at each start.

use super::errors::said;
use super::keys::place_of;
use super::open::{seq_of, sql_int};
use super::sqlite::SqliteLog;
use super::{LogError, Seq};
use crate::limits::KEY_KEPT;
use rusqlite::{Row, params};

/// Topics whose old entries may go once a snapshot covers them; see the contract of [`super::EventLog::prune`].
pub const PRUNED_TOPICS: [&str; 2] = ["session:", "playback:"];

/// How long entries of [`PRUNED_TOPICS`] are kept at least, milliseconds.
pub const ENTRIES_KEPT_MS: i64 = 30 * 24 * 3600 * 1000;

/// Rows that go in one transaction: the writer waits for it, so it must be short.
const ROWS_AT_ONCE: i64 = 500;

/// Keys older than this may go.
pub(super) fn keys_before(now_wall_ms: i64) -> i64 {
    now_wall_ms.saturating_sub(i64::try_from(KEY_KEPT.as_millis()).unwrap_or(i64::MAX))
}

/// Entries older than this may go.
pub(super) fn entries_before(now_wall_ms: i64) -> i64 {
    now_wall_ms.saturating_sub(ENTRIES_KEPT_MS)
}

/// Whether old entries of `topic` may go.
pub(super) fn may_go(topic: &str) -> bool {
    PRUNED_TOPICS.iter().any(|prefix| topic.starts_with(prefix))
}

/// See [`super::EventLog::prune`].
pub(super) fn prune(log: &mut SqliteLog, now_wall_ms: i64) -> Result<u64, LogError> {
    let covered = covered(log).map_err(said(&log.path))?;
    let mut gone = 0;
    let mut after = 0;
    loop {
        match next_chunk(log, after, covered, entries_before(now_wall_ms)) {
            Ok(Some((last, count))) => (after, gone) = (last, gone + count),
            Ok(None) => break,
            Err(error) if gone == 0 => return Err(error),
            Err(error) => {
                ::log::warn!("{gone} old entries are forgotten, then: {error}; the rest goes the next time");
                return Ok(gone);
            }
        }
    }
    match forget_keys(log, keys_before(now_wall_ms)) {
        Err(error) if gone == 0 => Err(error),
        Err(error) => {
            ::log::warn!("old keys are not forgotten yet: {error}");
            Ok(gone)
        }
        Ok(()) => Ok(gone),
    }
}

/// See [`super::EventLog::forget`].
pub(super) fn forget(log: &mut SqliteLog, seqs: &[Seq]) -> Result<u64, LogError> {
    let covered = covered(log).map_err(said(&log.path))?;
    let mut gone = 0;
    log.transact(|tx| {
        let mut delete = tx.prepare_cached("DELETE FROM entries WHERE seq = ?1")?;
        for seq in seqs.iter().filter(|seq| **seq <= covered) {
            gone += delete.execute([sql_int(*seq)])? as u64;
        }
        Ok(())
    })?;
    Ok(gone)
}

/// The last entry that may go: a snapshot covers it, and it is not the log's last.
fn covered(log: &SqliteLog) -> rusqlite::Result<Seq> {
    let newest: i64 = log.db.query_row("SELECT coalesce(max(seq), 0) FROM snapshots", [], |row| row.get(0))?;
    Ok(newest.cast_unsigned().min(log.heads.seq.saturating_sub(1)))
}

/// Forgets the first few entries after `after`; where it stopped and how many went, or `None` at the end.
fn next_chunk(log: &mut SqliteLog, after: Seq, covered: Seq, before: i64) -> Result<Option<(Seq, u64)>, LogError> {
    let seqs = old_entries(log, after, covered, before).map_err(said(&log.path))?;
    let Some(last) = seqs.last().copied() else { return Ok(None) };
    log.transact(|tx| {
        let mut delete = tx.prepare_cached("DELETE FROM entries WHERE seq = ?1")?;
        seqs.iter().try_for_each(|seq| delete.execute([seq]).map(drop))
    })?;
    Ok(Some((last.cast_unsigned(), seqs.len() as u64)))
}

fn old_entries(log: &SqliteLog, after: Seq, covered: Seq, before: i64) -> rusqlite::Result<Vec<i64>> {
    let mut select = log.db.prepare_cached(
        "SELECT e.seq FROM entries e JOIN topics t ON t.id = e.topic_id WHERE e.seq > ?1 AND e.seq <= ?2 \
         AND e.ts_ms < ?3 AND (t.name GLOB ?4 OR t.name GLOB ?5) ORDER BY e.seq LIMIT ?6",
    )?;
    let [first, second] = PRUNED_TOPICS.map(|prefix| format!("{prefix}*"));
    let given = params![sql_int(after), sql_int(covered), before, first, second, ROWS_AT_ONCE];
    select.query_map(given, |row| row.get(0))?.collect()
}

fn forget_keys(log: &mut SqliteLog, before: i64) -> Result<(), LogError> {
    loop {
        let old = old_keys(log, before).map_err(said(&log.path))?;
        if old.is_empty() {
            return Ok(());
        }
        log.transact(|tx| {
            let mut answer = tx.prepare_cached("DELETE FROM answers WHERE seq = ?1")?;
            let mut key = tx.prepare_cached("DELETE FROM keys WHERE place = ?1 AND seq = ?2")?;
            old.iter().try_for_each(|(place, seq)| {
                answer.execute([sql_int(*seq)])?;
                key.execute(params![place, sql_int(*seq)]).map(drop)
            })
        })?;
        log.keys.remove(&old);
    }
}

/// The first few keys that may go, with the entries they belong to.
fn old_keys(log: &SqliteLog, before: i64) -> rusqlite::Result<Vec<(i64, Seq)>> {
    let sql = "SELECT seq, device, key FROM answers WHERE at_ms < ?1 ORDER BY seq LIMIT ?2";
    let mut select = log.db.prepare_cached(sql)?;
    let place = |row: &Row<'_>| {
        let (device, key) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
        Ok((place_of(device, key), seq_of(row.get(0)?)))
    };
    select.query_map(params![before, ROWS_AT_ONCE], place)?.collect()
}
