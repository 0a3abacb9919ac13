//! Making the log shorter, a little at a time.
//!
//! The entries are read by a connection of their own; what may go is asked of the core; the writer takes it out, a few
//! hundred in one transaction, with everybody's commands in between. Stopped half way, the rest goes the next time.

use super::start::DATABASE;
use crate::config::Config;
use crate::core::compaction::COMPACTED;
use crate::core::event::Event;
use crate::core::topic::{Topic, TopicKind};
use crate::hub::Hub;
use crate::log::sqlite::SqliteLog;
use crate::log::{EventLog, LogError};
use crate::net::app::Compacted;
use std::path::PathBuf;

/// Entries that are read, and at most taken out, at once.
const AT_ONCE: usize = 256;

const DAY_MS: i64 = 24 * 3600 * 1000;

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
        let mut entries = 0;
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

    fn days(&self, kind: TopicKind) -> u32 {
        if kind == TopicKind::Stars { self.stars_days } else { self.log_days }
    }
}
