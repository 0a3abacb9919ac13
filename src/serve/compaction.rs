//! Making the log shorter, a little at a time.
//!
//! What is too old goes first: that needs no reading here. Then what is superseded: the entries are read by a connection of
//! their own, and what may go is asked of the core. The writer takes it out, a few hundred in one transaction, with
//! everybody's commands in between. Stopped half way, the rest goes the next time. None of this waits for a backup: a
//! household that makes none has its log looked after all the same ([`Due`]).

use super::start::DATABASE;
use crate::clock::Mono;
use crate::config::Config;
use crate::core::compaction::COMPACTED;
use crate::core::event::Event;
use crate::core::topic::{Topic, TopicKind};
use crate::hub::Hub;
use crate::limits::ENTRIES_PER_SNAPSHOT;
use crate::log::sqlite::SqliteLog;
use crate::log::{EventLog, LogError};
use crate::net::app::Compacted;
use std::path::PathBuf;

/// Entries that are read, and at most taken out, at once.
const AT_ONCE: usize = 256;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// Not in the rush of a start, milliseconds.
const SETTLED_MS: u64 = 900_000;

/// When the log is made shorter next: a while after a start, then each day, and whenever it has grown by as much as
/// snapshots are made for. An appliance may be off at night, or make no backups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    /// The log's last entry when it was looked after last.
    seq: u64,
    /// The next time without such growth.
    at: Mono,
}

impl Due {
    /// At a start, with this last entry.
    pub fn after_start(seq: u64) -> Self {
        Self { seq, at: Mono(SETTLED_MS) }
    }

    /// It has been looked after now.
    pub fn done(&mut self, seq: u64, now: Mono) {
        *self = Self { seq, at: now.plus(DAY_MS.unsigned_abs()) };
    }

    pub fn is_now(&self, seq: u64, now: Mono) -> bool {
        now >= self.at || seq.saturating_sub(self.seq) >= ENTRIES_PER_SNAPSHOT
    }
}

/// What is compacted, and how long superseded entries are kept.
#[derive(Clone, Debug)]
pub(super) struct Compactor {
    /// The store.
    pub store: PathBuf,
    /// Its writer.
    pub hub: Hub,
    /// Days that stars are kept at least.
    pub stars_days: u32,
    /// Days that anything else is kept at least.
    pub log_days: u32,
}

impl Compactor {
    pub fn new(config: &Config, hub: &Hub) -> Self {
        let (store, hub) = (config.state_dir.join(DATABASE), hub.clone());
        let (stars_days, log_days) = (config.stars.retention_days, config.log.retention_days);
        Self { store, hub, stars_days, log_days }
    }

    /// Compacts the log; calls `between` after each part.
    pub fn compact(&self, mut between: impl FnMut()) -> Result<Compacted, String> {
        let failed = |error: LogError| error.to_string();
        let covered = self.hub.store_snapshot().map_err(|refused| refused.to_string())?;
        let store = SqliteLog::open(&self.store).map_err(failed)?;
        let bytes_before = store.used_bytes().map_err(failed)?;
        let mut entries = self.prune(&mut between)?;
        for head in store.head().map_err(failed)?.topics {
            let kind = head.topic.parse::<Topic>().ok().map(|topic| topic.kind());
            let Some(kind) = kind.filter(|kind| COMPACTED.contains(kind)) else { continue };
            let before_ms = self.hub.clock().wall_ms().saturating_sub(i64::from(self.days(kind)) * DAY_MS);
            let mut at = 0;
            loop {
                let page = store.read_topic(&head.topic, at, AT_ONCE).map_err(failed)?;
                let Some(last) = page.last().filter(|_| at < covered) else { break };
                at = last.seq;
                // What is published is at least as new as the snapshot; what is beyond the snapshot is not looked at.
                let published = self.hub.published();
                let old = page.iter().filter(|entry| entry.seq <= covered && entry.ts_ms <= before_ms);
                let may_go = old.filter(|entry| {
                    serde_json::from_slice::<Event>(&entry.payload)
                        .is_ok_and(|event| !published.durable.rests_on(&event))
                });
                let seqs: Vec<u64> = may_go.map(|entry| entry.seq).collect();
                if !seqs.is_empty() {
                    entries += self.hub.forget(seqs).map_err(|refused| refused.to_string())?;
                }
                between();
            }
        }
        let bytes_after = store.used_bytes().map_err(failed)?;
        Ok(Compacted { entries, bytes_before, bytes_after })
    }

    /// Takes out what is too old to be asked for, a step at a time; how many entries went.
    fn prune(&self, between: &mut impl FnMut()) -> Result<u64, String> {
        let (mut gone, mut after) = (0, Some(0));
        while let Some(from) = after {
            let step = self.hub.prune(from).map_err(|refused| refused.to_string())?;
            (gone, after) = (gone + step.gone, step.next);
            between();
        }
        Ok(gone)
    }

    fn days(&self, kind: TopicKind) -> u32 {
        if kind == TopicKind::Stars { self.stars_days } else { self.log_days }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_looked_after_without_any_backup() {
        let mut due = Due::after_start(70);
        assert!(!due.is_now(70, Mono(0)) && !due.is_now(75, Mono(SETTLED_MS - 1)), "not in the rush of a start");
        assert!(due.is_now(70, Mono(SETTLED_MS)), "also in a quiet house");
        due.done(70, Mono(SETTLED_MS));
        let day = DAY_MS.unsigned_abs();
        assert!(!due.is_now(80, Mono(day)) && due.is_now(80, Mono(day + SETTLED_MS)));
        assert!(due.is_now(70 + ENTRIES_PER_SNAPSHOT, Mono(SETTLED_MS + 1)), "a busy house does not wait a day");
    }
}
