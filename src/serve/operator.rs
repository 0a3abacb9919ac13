//! What an operator may ask of the appliance: a backup, a look at everything that can be wrong, figures.

use super::compaction::Compactor;
use super::start::DATABASE;
use super::{backups, doctor};
use crate::clock::Mono;
use crate::config::Config;
use crate::core::event::Event;
use crate::device::health::{Finding, disk};
use crate::device::process;
use crate::figures::Page;
use crate::limits;
use crate::log::sqlite::SqliteLog;
use crate::log::{Entry, EventLog};
use crate::net::app::{App, Compacted, Operator};
use crate::net::registry::Counters;
use crate::wire;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The appliance as its operator sees it.
pub(super) struct Appliance {
    state_dir: PathBuf,
    door: Arc<Counters>,
    /// What the doctor found last, and when.
    looked: Mutex<Option<(Mono, Arc<[Finding]>)>>,
}

impl Appliance {
    pub fn new(config: &Config, door: Arc<Counters>) -> Self {
        Self { state_dir: config.state_dir.clone(), door, looked: Mutex::default() }
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

    fn recent_findings(&self, app: &App) -> Arc<[Finding]> {
        // Held while looking: whoever asks meanwhile waits for that look instead of beginning another.
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        match &*looked {
            Some((at, found)) if app.now().since(*at) < limits::HEALTH_FRESH_MS => Arc::clone(found),
            _ => {
                let found: Arc<[Finding]> = doctor::of_house(app).into();
                *looked = Some((app.now(), Arc::clone(&found)));
                found
            }
        }
    }

    fn memory_bytes(&self) -> Option<u64> {
        process::look().resident_bytes
    }

    fn store_bytes(&self) -> u64 {
        let size = |name: &str| std::fs::metadata(self.state_dir.join(name)).map_or(0, |file| file.len());
        size(DATABASE) + size(&format!("{DATABASE}-wal"))
    }

    fn write_figures(&self, page: &mut Page) {
        let door = &self.door;
        page.gauge("hearken_connections", "Connections that are open.", door.live());
        page.counter("hearken_connections_accepted_total", "Connections let in.", door.accepted());
        page.counter("hearken_connections_refused_total", "Connections turned away.", door.refused());
        let help = "Connections ended, without a complete request or idle, to let others in.";
        page.counter("hearken_connections_gave_way_total", help, door.gave_way());
        page.gauge("hearken_store_bytes", "What the store takes on the disk, with its journal.", self.store_bytes());
        if let Some(bytes) = disk::device_written_bytes(&self.state_dir) {
            let help = "Bytes written to the store's disk since the machine started, by every program.";
            page.counter("hearken_disk_written_bytes", help, bytes);
        }
        if let Some(latest) = backups::all(&self.state_dir).ok().and_then(|copies| copies.into_iter().next()) {
            let at = latest.written_ms as f64 / 1000.0;
            page.fraction("hearken_backup_time_seconds", "gauge", "When the latest backup was made, Unix time.", at);
        }
        of_process(page);
    }
}

/// The figures that every program tells, by the names Prometheus gives them.
fn of_process(page: &mut Page) {
    let process = process::look();
    let known = [
        ("process_resident_memory_bytes", "Memory that is really there.", process.resident_bytes),
        ("process_threads", "Threads.", process.threads),
        ("process_open_fds", "Descriptors that are open.", process.open_files),
        ("process_max_fds", "Descriptors that may be open.", process.open_files_max),
    ];
    for (name, help, value) in known {
        value.into_iter().for_each(|value| page.gauge(name, help, value));
    }
    page.fraction("process_cpu_seconds_total", "counter", "Processor time, in the kernel too.", process.cpu_seconds);
    let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    page.family("hearken_build_info", "gauge", "The version, as a label.", &[(&version, 1)]);
}

/// An entry as a person reads it.
fn shown(entry: &Entry) -> serde_json::Value {
    let event = serde_json::from_slice::<Event>(&entry.payload);
    let kind = event.as_ref().map_or("unreadable", wire::event::name);
    // Kept as `device/tab`; told as every event tells it.
    let origin = entry.origin.as_deref().map(|origin| {
        let (device, tab) = origin.split_once('/').unwrap_or((origin, ""));
        serde_json::json!({ "clientId": device, "tab": Some(tab).filter(|tab| !tab.is_empty()) })
    });
    serde_json::json!({
        "seq": entry.seq,
        "ts": wire::Seconds(entry.ts_ms),
        "topic": &*entry.topic,
        "version": entry.version,
        "type": kind,
        "origin": origin,
    })
}
