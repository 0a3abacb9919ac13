//! What an operator may ask of the appliance: a backup, a look at everything that can be wrong, figures.

use super::compaction::Compactor;
use super::start::DATABASE;
use crate::config::Config;
use crate::core::event::Event;
use crate::hub::Hub;
use crate::library::Library;
use crate::log::sqlite::SqliteLog;
use crate::log::{Entry, EventLog, backup as copies};
use crate::net::app::{Compacted, Finding, Operator};
use crate::net::registry::Counters;
use crate::wire;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Backups that are kept.
const KEPT: usize = 3;
/// Free space below which the disk counts as nearly full, bytes.
const SPACE_MIN: u64 = 200 * 1024 * 1024;

/// The appliance as its operator sees it.
pub(super) struct Appliance {
    state_dir: PathBuf,
    audio_dir: PathBuf,
    hub: Hub,
    library: Library,
    door: Arc<Counters>,
    compactor: Compactor,
}

impl Appliance {
    pub fn new(config: &Config, hub: Hub, library: Library, door: Arc<Counters>) -> Self {
        let (state_dir, audio_dir) = (config.state_dir.clone(), config.audio_dir.clone());
        let compactor = Compactor::new(config, &hub);
        Self { state_dir, audio_dir, hub, library, door, compactor }
    }

    fn store(&self) -> Finding {
        let check = "store";
        match SqliteLog::open(&self.state_dir.join(DATABASE)).and_then(|store| store.verify()) {
            Ok(wrong) if wrong.is_empty() => Finding { check, ok: true, detail: "sound".into() },
            Ok(wrong) => {
                let detail =
                    format!("damaged: {}. Stop the service and run 'hearken doctor --restore'.", wrong.join("; "));
                Finding { check, ok: false, detail }
            }
            Err(error) => Finding { check, ok: false, detail: error.to_string() },
        }
    }

    fn space(&self) -> Finding {
        let check = "disk space";
        match rustix::fs::statvfs(&self.state_dir) {
            Ok(disk) => {
                let free = disk.f_bavail * disk.f_frsize;
                let detail = format!("{} MiB free in {}", free >> 20, self.state_dir.display());
                let ok = free >= SPACE_MIN;
                let detail = if ok { detail } else { format!("{detail}: free some, or commands will be refused") };
                Finding { check, ok, detail }
            }
            Err(error) => Finding { check, ok: false, detail: error.to_string() },
        }
    }

    fn music(&self) -> Finding {
        let (check, count) = ("music", self.library.catalog().count());
        let shown = self.audio_dir.display();
        match std::fs::read_dir(&self.audio_dir) {
            Ok(_) if count > 0 => Finding { check, ok: true, detail: format!("{count} tracks in {shown}") },
            Ok(_) => Finding { check, ok: false, detail: format!("no tracks yet: put music into {shown}") },
            Err(error) => {
                let detail = format!("{shown} cannot be read: {error}; check audio_dir in config.toml, and its owner");
                Finding { check, ok: false, detail }
            }
        }
    }

    fn backups(&self) -> Finding {
        let check = "backups";
        match copies::copies(&backups(&self.state_dir)) {
            Ok(found) => match found.first() {
                Some(latest) => {
                    let detail = format!("{} kept, the latest is {}", found.len(), latest.path.display());
                    Finding { check, ok: true, detail }
                }
                None => Finding { check, ok: true, detail: "none yet: one is made each night".into() },
            },
            Err(error) => Finding { check, ok: false, detail: error.to_string() },
        }
    }

    fn writer(&self) -> Finding {
        let ok = self.hub.is_moving(std::time::Duration::from_secs(5));
        let detail = if ok { "moving" } else { "stuck: restart the service and report this" };
        Finding { check: "writer", ok, detail: detail.into() }
    }
}

impl Operator for Appliance {
    fn backup(&self) -> Result<(String, u64), String> {
        backup(&self.state_dir)
    }

    fn doctor(&self) -> Vec<Finding> {
        vec![self.writer(), self.store(), self.space(), self.music(), self.backups()]
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

    fn compact(&self) -> Result<Compacted, String> {
        self.compactor.compact(|| {})
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

/// Makes a backup of the store in `state_dir`; returns its path and size in bytes.
pub(super) fn backup(state_dir: &Path) -> Result<(String, u64), String> {
    let made = copies::backup(&state_dir.join(DATABASE), &backups(state_dir), KEPT);
    made.map(|copy| (copy.path.display().to_string(), copy.bytes)).map_err(|error| error.to_string())
}

fn backups(state_dir: &Path) -> PathBuf {
    state_dir.join("backups")
}
