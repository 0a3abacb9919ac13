//! The disk says no: full, read-only, broken.
//!
//! A full and a read-only disk are small file systems in memory, which only root may mount; without that the tests
//! say so and pass.

use super::{appended, entry, seqs};
use hearken::log::lock::{LockError, StateLock};
use hearken::log::sqlite::SqliteLog;
use hearken::log::{EventLog, LogError, NewEntry, Vault, backup};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A mounted file system of 2 MB; unmounted when dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let disk = Self(tempfile::tempdir().unwrap());
        if disk.mount_with("size=2m", "tmpfs") {
            return Some(disk);
        }
        println!("skipped: mounting a small disk needs root");
        None
    }

    fn mount_with(&self, options: &str, source: &str) -> bool {
        let args = ["-t", "tmpfs", "-o", options, source];
        Command::new("mount").args(args).arg(self.0.path()).output().is_ok_and(|done| done.status.success())
    }

    fn store(&self) -> PathBuf {
        self.0.path().join("hearken.db")
    }

    /// Takes all the space that is left.
    fn fill(&self) {
        use std::io::Write;
        let mut file = fs::File::create(self.0.path().join("filler")).unwrap();
        while file.write_all(&[1; 1024]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn big(expected: u64) -> NewEntry {
    NewEntry { payload: vec![7; 20_000].into(), ..entry("radio", expected, "") }
}

#[test]
fn a_full_disk_refuses_and_goes_on_when_there_is_space() {
    let Some(disk) = SmallDisk::mount() else { return };
    let mut log = SqliteLog::open(&disk.store()).unwrap();
    assert_eq!(log.append(&[big(0)]).unwrap(), [appended(1, 1)]);
    disk.fill();
    let mut seq = 1;
    // The journal may have some room of its own left.
    let error = loop {
        match log.append(&[big(seq)]) {
            Ok(_) => seq += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, LogError::Full { .. }), "{error}");
    for _ in 0..3 {
        assert!(matches!(log.append(&[big(seq), big(seq + 1)]), Err(LogError::Full { .. })));
        let refused = backup::backup(&disk.store(), &disk.0.path().join("b"), 3).unwrap_err();
        assert!(matches!(refused, LogError::Full { .. } | LogError::NoRoom { .. }), "{refused}");
    }
    assert_eq!((log.head().unwrap().seq, seqs(&log).len() as u64), (seq, seq), "reads go on, nothing was added");
    disk.free();
    assert_eq!(log.append(&[big(seq)]).unwrap(), [appended(seq + 1, seq + 1)]);
    drop(log);
    let log = SqliteLog::open(&disk.store()).unwrap();
    assert_eq!(seqs(&log), (1..=seq + 1).collect::<Vec<_>>());
    assert_eq!(log.verify().unwrap(), [""; 0]);
}

#[test]
fn a_read_only_disk_is_read_and_tried_again() {
    let Some(disk) = SmallDisk::mount() else { return };
    SqliteLog::open(&disk.store()).unwrap().append(&[entry("radio", 0, "a")]).unwrap();
    assert!(disk.mount_with("remount,ro,size=2m", "tmpfs"));
    let mut log = SqliteLog::open(&disk.store()).unwrap();
    assert_eq!(seqs(&log), [1]);
    assert!(matches!(log.append(&[entry("radio", 1, "b")]), Err(LogError::ReadOnly { .. })));
    assert!(matches!(log.put(&[super::put("a", None)]), Err(LogError::ReadOnly { .. })));
    let lock = StateLock::take(disk.0.path()).unwrap();
    assert!(matches!(StateLock::take(disk.0.path()), Err(LockError::Held { .. })), "it is locked all the same");
    drop(lock);
    assert!(disk.mount_with("remount,rw,size=2m", "tmpfs"));
    assert_eq!(log.append(&[entry("radio", 1, "b")]).unwrap(), [appended(2, 2)]);
}

#[test]
fn a_new_store_on_a_read_only_disk_is_refused() {
    let Some(disk) = SmallDisk::mount() else { return };
    assert!(disk.mount_with("remount,ro,size=2m", "tmpfs"));
    let Err(error) = SqliteLog::open(&disk.store()) else { panic!("opened") };
    assert!(matches!(error, LogError::ReadOnly { .. }), "{error}");
}

const STORE: &str = "HEARKEN_TEST_BREAKS_AT";

#[test]
fn a_broken_write_is_refused_and_settled() {
    let dir = tempfile::tempdir().unwrap();
    // In a process of its own: what breaks there is the length a file may have, for the whole process.
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "log_suite::disk::breaks_and_goes_on", "--nocapture", "--test-threads=1"])
        .env(STORE, dir.path().join("hearken.db"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("went on"), "{said}{}", String::from_utf8_lossy(&child.stderr));
    let log = SqliteLog::open(&dir.path().join("hearken.db")).unwrap();
    assert_eq!(seqs(&log), [1, 2, 3]);
    assert_eq!(log.verify().unwrap(), [""; 0]);
    let db = rusqlite::Connection::open(log.path()).unwrap();
    let settled: i64 = db.query_row("SELECT value FROM meta WHERE key = 'settled'", [], |row| row.get(0)).unwrap();
    assert_eq!(settled, 2, "once after each failure");
}

/// Not a test of its own: what the child runs.
#[test]
fn breaks_and_goes_on() {
    let Some(store) = std::env::var_os(STORE) else { return };
    let store = Path::new(&store);
    // A write beyond the limit would end the process; with a handler, it fails as a broken disk's does.
    let seen = std::sync::Arc::default();
    signal_hook::flag::register(25, seen).unwrap();
    let mut log = SqliteLog::open(store).unwrap();
    log.append(&[entry("radio", 0, "a")]).unwrap();
    let journal = fs::metadata(store.with_extension("db-wal")).unwrap().len();
    let whole = getrlimit(Resource::Fsize);
    // One more page fits and the rest does not; then none; then all.
    for room in [1500, 0] {
        setrlimit(Resource::Fsize, Rlimit { current: Some(journal + room), ..whole }).unwrap();
        let error = log.append(&[big(1)]).unwrap_err();
        assert!(matches!(error, LogError::Failed { .. }), "{error}");
        assert_eq!(seqs(&log), [1]);
    }
    setrlimit(Resource::Fsize, whole).unwrap();
    assert_eq!(log.append(&[big(1), big(2)]).unwrap(), [appended(2, 2), appended(3, 3)]);
    println!("went on");
}
