//! Where the suite's stores stand.

use super::Bench;
use hearken::log::memory::MemoryLog;
use hearken::log::restore::restore_from;
use hearken::log::sqlite::SqliteLog;
use hearken::log::{EventLog, backup};
use std::path::PathBuf;
use tempfile::TempDir;

/// A directory with a SQLite store.
pub struct SqlitePlace(TempDir);

impl SqlitePlace {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn store(&self) -> PathBuf {
        self.0.path().join("hearken.db")
    }

    pub fn backups(&self) -> PathBuf {
        self.0.path().join("backups")
    }
}

impl Bench for SqlitePlace {
    type Log = SqliteLog;

    fn open(&self) -> SqliteLog {
        SqliteLog::open(&self.store()).unwrap()
    }

    fn restore(&self) {
        let copy = backup::backup(&self.store(), &self.backups(), 3).unwrap();
        restore_from(&copy.path, &self.store()).unwrap();
    }
}

/// A store in memory.
pub struct MemoryPlace(MemoryLog);

impl MemoryPlace {
    pub fn new() -> Self {
        Self(MemoryLog::new().unwrap())
    }
}

impl Bench for MemoryPlace {
    type Log = MemoryLog;

    fn open(&self) -> MemoryLog {
        self.0.clone()
    }

    fn restore(&self) {
        let epoch = MemoryLog::new().unwrap().head().unwrap().epoch;
        self.0.restore_as(&epoch);
    }
}
