//! The store's tables, and the way from an older schema to this one.
//!
//! Everything SQL that makes or changes a table stands in [`STEPS`]; step n leads from schema n to schema n + 1. A
//! step that has been released is never edited, a new one is added. `user_version` counts the steps done, and
//! `application_id` says that the file is a hearken's at all.

use super::LogError;
use super::backup;
use super::errors::{said, shown, unreadable};
use super::plan::new_epoch;
use rusqlite::{Connection, TransactionBehavior, params};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// "hear" in ASCII, in the file's header: `file` and we can tell whose database this is.
pub const APPLICATION_ID: i64 = 0x6865_6172;

/// Page size of a new store, bytes. A command dirties four pages whatever their size, and all go to the journal:
/// 1,000 commands one by one write 8 MB to the device with pages of 1 KiB, 20 MB with 4 KiB; in batches of 16, 1.8
/// and 2.9 MB.
pub const PAGE_BYTES: u32 = 1024;

/// The steps from nothing to today's schema.
///
/// `answers` is kept by seq and not by key: rows are then appended and age from one end. An index by key beside it would
/// be touched where each key belongs: 0.4 MB for 1,000 commands of one tab, 1.1 MB for those of eight. So keys go to a
/// table of their own, many at once; see `keys.rs`.
pub const STEPS: &[&str] = &[
    "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) WITHOUT ROWID, STRICT;
    CREATE TABLE topics (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_seq INTEGER NOT NULL, version INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE entries (
        seq INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, version INTEGER NOT NULL, ts_ms INTEGER NOT NULL,
        origin TEXT, payload BLOB NOT NULL
    ) STRICT;
    CREATE TABLE answers (
        seq INTEGER PRIMARY KEY, device TEXT NOT NULL, key TEXT NOT NULL, body_hash INTEGER NOT NULL,
        version INTEGER NOT NULL, at_ms INTEGER NOT NULL, result BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX answers_by_key ON answers (device, key);
    CREATE TABLE vault (
        bucket TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (bucket, key)
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, state BLOB NOT NULL) STRICT;
",
    "
    CREATE TABLE keys (place INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (place, seq)) WITHOUT ROWID, STRICT;
    INSERT INTO meta (key, value) VALUES ('keys_upto', 0);
    DROP INDEX answers_by_key;
",
];

/// Makes the tables in an empty file, or brings an older schema up to date. A file that is not ours, or newer than
/// this binary, is refused and not touched. Before an upgrade, a copy is put beside the store.
///
/// # Errors
/// [`LogError::Unreadable`] for a foreign file, [`LogError::TooNew`] for a newer one; else what the disk said. The
/// file is then as it was.
pub fn bring_up_to_date(db: &mut Connection, path: &Path) -> Result<(), LogError> {
    upgrade(db, path, STEPS)
}

fn upgrade(db: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), LogError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let found = found_schema(db, path)?;
    if found > known {
        return Err(LogError::TooNew { path: shown(path), found, known });
    }
    let done = usize::try_from(found).map_err(|_| unreadable(path, format!("its schema is numbered {found}")))?;
    if found > 0 && found < known {
        keep_copy(db, path, found)?;
    }
    for (step, sql) in (1_i64..).zip(steps).skip(done) {
        take_step(db, path, step, sql)?;
    }
    Ok(())
}

/// The schema the file has; 0 if the file is empty.
fn found_schema(db: &Connection, path: &Path) -> Result<i64, LogError> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(said(path));
    let owner = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    let empty = number("SELECT count(*) FROM sqlite_schema")? == 0;
    match owner {
        APPLICATION_ID => Ok(found),
        0 if found == 0 && empty => Ok(0),
        _ => Err(unreadable(path, "it is another program's database, not a hearken's")),
    }
}

fn take_step(db: &mut Connection, path: &Path, step: i64, sql: &str) -> Result<(), LogError> {
    if step == 1 {
        db.pragma_update(None, "page_size", PAGE_BYTES).map_err(said(path))?;
        // Now, while there is no page yet: the header then says WAL from the first byte on.
        db.pragma_update(None, "journal_mode", "wal").map_err(said(path))?;
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(said(path))?;
    tx.execute_batch(sql).map_err(said(path))?;
    if step == 1 {
        let epoch = new_epoch(&shown(path))?;
        tx.execute("INSERT INTO meta (key, value) VALUES ('epoch', ?1)", params![&*epoch]).map_err(said(path))?;
        tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(said(path))?;
    }
    tx.pragma_update(None, "user_version", step).map_err(said(path))?;
    tx.commit().map_err(said(path))
}

/// Puts a copy of the store, as it is before the upgrade, beside it.
fn keep_copy(db: &Connection, path: &Path, found: i64) -> Result<(), LogError> {
    let copy = beside(path, &format!(".schema-{found}"));
    backup::copy_into(db, path, &copy)?;
    ::log::info!("the store is brought from schema {found} to a newer one; a copy as it was is {}", copy.display());
    Ok(())
}

/// `path` with `suffix` after its file name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: [&str; 3] = [STEPS[0], "CREATE TABLE more (x INTEGER) STRICT;", "INSERT INTO more VALUES (7);"];

    fn opened(dir: &Path, steps: &[&str]) -> Result<Connection, LogError> {
        let path = dir.join("hearken.db");
        let mut db = Connection::open(&path).unwrap();
        upgrade(&mut db, &path, steps).map(|()| db)
    }

    fn number(db: &Connection, sql: &str) -> i64 {
        db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_store_is_upgraded_and_a_copy_kept() {
        let dir = tempfile::tempdir().unwrap();
        let epoch = "SELECT count(*) FROM meta WHERE key = 'epoch'";
        assert_eq!(number(&opened(dir.path(), &THREE[..1]).unwrap(), "PRAGMA user_version"), 1);
        let db = opened(dir.path(), &THREE).unwrap();
        assert_eq!(number(&db, "PRAGMA user_version"), 3);
        assert_eq!(number(&db, "SELECT x FROM more"), 7);
        assert_eq!(number(&db, epoch), 1);
        let copy = Connection::open(dir.path().join("hearken.db.schema-1")).unwrap();
        assert_eq!(number(&copy, "PRAGMA user_version"), 1);
        assert_eq!(number(&copy, epoch), 1);
    }

    #[test]
    fn a_step_that_fails_leaves_the_schema_before_it() {
        let dir = tempfile::tempdir().unwrap();
        opened(dir.path(), &THREE[..1]).unwrap();
        opened(dir.path(), &[STEPS[0], "CREATE TABLE half (x) ; NONSENSE"]).unwrap_err();
        let db = opened(dir.path(), &THREE[..1]).unwrap();
        assert_eq!(number(&db, "PRAGMA user_version"), 1);
        assert_eq!(number(&db, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
    }

    const STORE: &str = "HEARKEN_TEST_UPGRADES";

    #[test]
    fn a_power_cut_in_the_middle_leaves_the_old_one_whole() {
        use std::process::{Command, Stdio};
        let dir = tempfile::tempdir().unwrap();
        opened(dir.path(), &THREE[..1]).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "log::schema::tests::upgrades_without_end", "--nocapture"])
            .env(STORE, dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // What does not fit in memory any more is in the journal: the step is well under way.
        let journal = dir.path().join("hearken.db-wal");
        let due = crate::clock::instant() + std::time::Duration::from_secs(30);
        while std::fs::metadata(&journal).map_or(0, |file| file.len()) < 1 << 20 {
            assert!(crate::clock::instant() < due, "nothing was written");
            assert_eq!(child.try_wait().unwrap(), None);
            crate::clock::pause(std::time::Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for copy in ["hearken.db", "hearken.db.schema-1"] {
            let db = Connection::open(dir.path().join(copy)).unwrap();
            assert_eq!(number(&db, "PRAGMA user_version"), 1, "{copy}");
            assert_eq!(number(&db, "SELECT count(*) FROM sqlite_schema WHERE name = 'more'"), 0, "{copy}");
            assert_eq!(number(&db, "SELECT count(*) FROM pragma_quick_check WHERE quick_check = 'ok'"), 1, "{copy}");
        }
        // At the next start it is done, from the beginning.
        assert_eq!(number(&opened(dir.path(), &THREE).unwrap(), "SELECT x FROM more"), 7);
    }

    /// Not a test of its own: what the child runs.
    #[test]
    fn upgrades_without_end() {
        let Some(dir) = std::env::var_os(STORE) else { return };
        let long = "CREATE TABLE more (x INTEGER) STRICT; WITH RECURSIVE n (x) AS \
                    (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000000) INSERT INTO more SELECT x FROM n;";
        opened(Path::new(&dir), &[STEPS[0], long]).unwrap();
    }

    #[test]
    fn a_newer_store_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        opened(dir.path(), &THREE).unwrap();
        let error = opened(dir.path(), &THREE[..2]).unwrap_err();
        assert!(matches!(error, LogError::TooNew { found: 3, known: 2, .. }), "{error}");
    }
}
