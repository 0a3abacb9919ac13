//! Stores that are not what they should be: refused, and left byte for byte as they are.

use super::places::SqlitePlace;
use super::{Bench, entry, seqs};
use hearken::log::restore::restore_from;
use hearken::log::sqlite::SqliteLog;
use hearken::log::{EventLog, LogError, backup};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A store with some entries, closed in order.
fn filled() -> SqlitePlace {
    let place = SqlitePlace::new();
    fill(&mut place.open(), 200);
    place
}

fn fill(log: &mut SqliteLog, count: u64) {
    let from = log.head().unwrap().seq;
    for n in from..from + count {
        log.append(&[entry("radio", n, &"x".repeat(300))]).unwrap();
    }
}

/// The bytes of the store and its journal; an empty journal is none.
fn bytes(store: &Path) -> BTreeMap<&'static str, Option<Vec<u8>>> {
    let read = |suffix| fs::read(format!("{}{suffix}", store.display())).ok();
    BTreeMap::from([("", read("")), ("-wal", read("-wal").filter(|journal| !journal.is_empty()))])
}

/// Opening `store` fails as unreadable, however often it is tried, and changes nothing.
fn refused_untouched(store: &Path) -> String {
    let before = bytes(store);
    let mut said = String::new();
    for _ in 0..2 {
        let Err(error) = SqliteLog::open(store) else { panic!("{} was opened", store.display()) };
        assert!(matches!(error, LogError::Unreadable { .. }), "{error}");
        said = error.to_string();
    }
    assert!(bytes(store) == before, "the bytes changed");
    said
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    for content in [b"{\"events\": []}".as_slice(), &[0; 4096], b"SQLite format 3\0 and then nothing of the kind", b"x"]
    {
        let place = SqlitePlace::new();
        fs::write(place.store(), content).unwrap();
        refused_untouched(&place.store());
    }
}

#[test]
fn another_program_s_database_is_refused() {
    let place = SqlitePlace::new();
    let db = Connection::open(place.store()).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE songs (title); INSERT INTO songs VALUES ('x');").unwrap();
    // Its journal holds what its file does not yet: that must not move either.
    db.execute_batch("BEGIN; SELECT * FROM songs;").unwrap();
    let said = refused_untouched(&place.store());
    assert!(said.contains("another program's"), "{said}");
}

#[test]
fn a_truncated_store_is_refused() {
    for kept in [50, 1024, 1024 * 3, 1024 * 40 + 17] {
        let place = filled();
        let file = fs::OpenOptions::new().write(true).open(place.store()).unwrap();
        assert!(file.metadata().unwrap().len() > kept);
        file.set_len(kept).unwrap();
        refused_untouched(&place.store());
    }
}

#[test]
fn an_overwritten_store_is_refused() {
    let place = filled();
    let mut content = fs::read(place.store()).unwrap();
    content[1024..8192].fill(0xA5);
    fs::write(place.store(), content).unwrap();
    refused_untouched(&place.store());
}

#[test]
fn a_journal_without_its_database_is_kept() {
    let place = SqlitePlace::new();
    let mut log = place.open();
    fill(&mut log, 3);
    for content in [None, Some(b"")] {
        fs::remove_file(place.store()).unwrap();
        if let Some(content) = content {
            fs::write(place.store(), content).unwrap();
        }
        let said = refused_untouched(&place.store());
        assert!(said.contains("journal"), "{said}");
        fs::write(place.store(), b"").unwrap();
    }
}

#[test]
fn a_store_that_lost_its_end_is_refused() {
    for sql in [
        "DELETE FROM entries WHERE seq = 200",
        "DELETE FROM entries",
        "UPDATE topics SET last_seq = 150",
        "UPDATE topics SET version = 3",
        "DELETE FROM meta",
        "INSERT INTO snapshots VALUES (201, x'00')",
    ] {
        let place = filled();
        Connection::open(place.store()).unwrap().execute_batch(sql).unwrap();
        let before = fs::read(place.store()).unwrap();
        let Err(error) = SqliteLog::open(&place.store()) else { panic!("opened after {sql}") };
        assert!(matches!(error, LogError::Unreadable { .. }), "{sql}: {error}");
        assert!(fs::read(place.store()).unwrap() == before);
    }
}

#[test]
fn a_newer_store_is_refused() {
    let place = filled();
    Connection::open(place.store()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = bytes(&place.store());
    let Err(error) = SqliteLog::open(&place.store()) else { panic!("opened") };
    assert!(matches!(error, LogError::TooNew { found: 99, .. }), "{error}");
    assert!(bytes(&place.store()) == before);
}

#[test]
fn the_doctor_reads_everything() {
    let place = filled();
    assert_eq!(place.open().verify().unwrap(), [""; 0]);
    Connection::open(place.store()).unwrap().execute_batch("UPDATE entries SET version = 7 WHERE seq = 9").unwrap();
    let problems = place.open().verify().unwrap();
    assert!(problems[0].contains("entry 9"), "{problems:?}");
}

#[test]
fn the_latest_backup_takes_a_damaged_store_s_place() {
    let place = filled();
    let mut log = place.open();
    let copy = backup::backup(&place.store(), &place.backups(), 3).unwrap();
    fill(&mut log, 10);
    drop(log);
    fs::write(place.store(), b"damaged").unwrap();
    let aside = restore_from(&copy.path, &place.store()).unwrap().unwrap();
    assert_eq!(fs::read(&aside).unwrap(), b"damaged");
    assert!(aside.display().to_string().contains(".damaged-"), "{}", aside.display());
    let log = place.open();
    assert_eq!(seqs(&log), (1..=200).collect::<Vec<_>>());
    assert_eq!(log.verify().unwrap(), [""; 0]);
    // A second restore in the same second keeps both aside.
    drop(log);
    assert_ne!(restore_from(&copy.path, &place.store()).unwrap().unwrap(), aside);
}

#[test]
fn a_damaged_backup_takes_nobody_s_place() {
    let place = filled();
    let copy = backup::backup(&place.store(), &place.backups(), 3).unwrap();
    let content = fs::read(&copy.path).unwrap();
    for keep in [30, content.len() / 2] {
        fs::write(&copy.path, &content[..keep]).unwrap();
        let before = bytes(&place.store());
        let error = restore_from(&copy.path, &place.store()).unwrap_err();
        assert!(matches!(&error, LogError::Unreadable { path, .. } if path.contains("backups")), "{error}");
        assert!(bytes(&place.store()) == before);
    }
    assert_eq!(place.open().head().unwrap().seq, 200);
}

#[test]
fn three_backups_are_kept() {
    let place = filled();
    let _writer = place.open();
    for old in ["20200101-000000", "20200102-000000", "20200103-000000"] {
        fs::create_dir_all(place.backups()).unwrap();
        fs::write(place.backups().join(format!("hearken-{old}.db")), b"old").unwrap();
    }
    fs::write(place.backups().join("notes.txt"), b"mine").unwrap();
    let made = backup::backup(&place.store(), &place.backups(), 3).unwrap();
    let kept = backup::copies(&place.backups()).unwrap();
    assert_eq!(kept[0], made);
    assert_eq!(kept.iter().map(|copy| &*copy.taken).collect::<Vec<_>>()[1..], ["20200103-000000", "20200102-000000"]);
    assert!(place.backups().join("notes.txt").exists());
}

#[test]
fn a_backup_of_a_clock_that_lies_is_kept() {
    let place = filled();
    fs::create_dir_all(place.backups()).unwrap();
    for later in ["29990101-000000", "29990102-000000", "29990103-000000"] {
        fs::write(place.backups().join(format!("hearken-{later}.db")), b"later").unwrap();
    }
    let made = backup::backup(&place.store(), &place.backups(), 3).unwrap();
    let kept = backup::copies(&place.backups()).unwrap();
    assert_eq!(
        kept.iter().map(|copy| &*copy.taken).collect::<Vec<_>>(),
        ["29990103-000000", "29990102-000000", &made.taken]
    );
}
