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
use super::{LogError, Pruned, Seq};
use crate::limits::KEY_KEPT;
use rusqlite::{Row, params};

/// Topics whose old entries may go once a snapshot covers them; see the contract of [`super::EventLog::prune`].
pub const PRUNED_TOPICS: [&str; 2] = ["session:", "playback:"];

/// How long entries of [`PRUNED_TOPICS`] are kept at least, milliseconds.
pub const ENTRIES_KEPT_MS: i64 = 30 * 24 * 3600 * 1000;

/// Rows that one step looks at: the writer waits for it, so it must be short, also where few of them may go.
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
pub(super) fn prune(log: &mut SqliteLog, now_wall_ms: i64, after: Seq) -> Result<Pruned, LogError> {
    let covered = covered(log).map_err(said(&log.path))?;
    let looked_at = some_entries(log, after, covered, entries_before(now_wall_ms)).map_err(said(&log.path))?;
    let Some((last, _)) = looked_at.last().copied() else { return prune_keys(log, keys_before(now_wall_ms), covered) };
    let old: Vec<i64> = looked_at.iter().filter_map(|(seq, is_old)| is_old.then_some(*seq)).collect();
    if !old.is_empty() {
        delete(log, &old)?;
    }
    Ok(Pruned { gone: old.len() as u64, next: Some(last.cast_unsigned()) })
}

/// The step behind the last entry. Answers stand in the order they were given: the first that is young ends it.
fn prune_keys(log: &mut SqliteLog, before: i64, covered: Seq) -> Result<Pruned, LogError> {
    let old = old_keys(log, before).map_err(said(&log.path))?;
    if old.is_empty() {
        return Ok(Pruned { gone: 0, next: None });
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
    Ok(Pruned { gone: 0, next: Some(covered) })
}

/// The first few keys that may go, by their places, with the entries they belong to.
fn old_keys(log: &SqliteLog, before: i64) -> rusqlite::Result<Vec<(i64, Seq)>> {
    let mut select = log.db.prepare_cached(
        "SELECT seq, device, key FROM (SELECT seq, device, key, at_ms FROM answers ORDER BY seq LIMIT ?2) \
         WHERE at_ms < ?1",
    )?;
    let place = |row: &Row<'_>| {
        let (device, key) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
        Ok((place_of(device, key), seq_of(row.get(0)?)))
    };
    select.query_map(params![before, ROWS_AT_ONCE], place)?.collect()
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

/// The first few entries behind `after`, up to `covered`, and whether each may go.
fn some_entries(log: &SqliteLog, after: Seq, covered: Seq, before: i64) -> rusqlite::Result<Vec<(i64, bool)>> {
    let mut select = log.db.prepare_cached(
        "SELECT e.seq, e.ts_ms < ?3 AND (t.name GLOB ?4 OR t.name GLOB ?5) FROM entries e \
         JOIN topics t ON t.id = e.topic_id WHERE e.seq > ?1 AND e.seq <= ?2 ORDER BY e.seq LIMIT ?6",
    )?;
    let [first, second] = PRUNED_TOPICS.map(|prefix| format!("{prefix}*"));
    let given = params![sql_int(after), sql_int(covered), before, first, second, ROWS_AT_ONCE];
    select.query_map(given, |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn delete(log: &mut SqliteLog, seqs: &[i64]) -> Result<(), LogError> {
    log.transact(|tx| {
        let mut delete = tx.prepare_cached("DELETE FROM entries WHERE seq = ?1")?;
        seqs.iter().try_for_each(|seq| delete.execute([seq]).map(drop))
    })
}
