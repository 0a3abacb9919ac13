//! What an operator may ask of the appliance: a backup, a look at everything that can be wrong, figures.

use super::compaction::Compactor;
use super::start::DATABASE;
use super::{backups, doctor};
use crate::config::Config;
use crate::core::event::Event;
use crate::device::health::Finding;
use crate::log::sqlite::SqliteLog;
use crate::log::{Entry, EventLog};
use crate::net::app::{App, Compacted, Operator};
use crate::net::registry::Counters;
use crate::wire;
use std::path::PathBuf;
use std::sync::Arc;

/// The appliance as its operator sees it.
pub(super) struct Appliance {
    state_dir: PathBuf,
    door: Arc<Counters>,
}

impl Appliance {
    pub fn new(config: &Config, door: Arc<Counters>) -> Self {
        Self { state_dir: config.state_dir.clone(), door }
    }
}

impl Operator for Appliance {
    fn backup(&self, app: &App) -> Result<(String, u64), String> {
        backups::make(&app.config()).map_err(|error| error.to_string())
    }

    fn doctor(&self, app: &App) -> Vec<Finding> {
        doctor::of_house(app)
    }

    fn log(&self, limit: usize) -> Result<serde_json::Value, String> {
        let store = SqliteLog::open(&self.state_dir.join(DATABASE)).map_err(|error| error.to_string())?;
        let head = store.head().map_err(|error| error.to_string())?.seq;
        let entries = store.read_after(head.saturating_sub(limit as u64), limit).map_err(|error| error.to_string())?;
        Ok(entries.iter().map(shown).collect())
    }

    fn entries(&self, topic: &str, since: u64, limit: usize) -> Result<Vec<Entry>, String> {
        let store = SqliteLog::open(&self.state_dir.join(DATABASE)).map_err(|error| error.to_string())?;
        store.read_topic(topic, since, limit).map_err(|error| error.to_string())
    }

    fn compact(&self, app: &App) -> Result<Compacted, String> {
        Compactor::new(&app.config(), app.hub()).compact(|| {})
    }

    fn metrics(&self) -> String {
        let figures = [
            ("hearken_connections", "gauge", "Connections that are open.", self.door.live()),
            ("hearken_connections_accepted_total", "counter", "Connections let in.", self.door.accepted()),
            ("hearken_connections_refused_total", "counter", "Connections turned away.", self.door.refused()),
        ];
        let lines = figures
            .map(|(name, kind, help, value)| format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"));
        lines.concat()
    }
}

/// An entry as a person reads it.
fn shown(entry: &Entry) -> serde_json::Value {
    let event = serde_json::from_slice::<Event>(&entry.payload);
    let kind = event.as_ref().map_or("unreadable", wire::event::name);
    serde_json::json!({
        "seq": entry.seq,
        "ts": wire::Seconds(entry.ts_ms),
        "topic": &*entry.topic,
        "version": entry.version,
        "type": kind,
        "origin": entry.origin.as_deref(),
    })
}
