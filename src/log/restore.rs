//! Bringing a copy back in the place of a damaged store.
//!
//! Nothing is thrown away: what stood there is kept aside under a name that says so. What comes back gets a new
//! epoch, so every client takes the full state, and continues its versions far above the copy's, so that a guard
//! made with the lost store never fits by chance.

use super::backup::{now_ms, put_in_place, set_mode, stamp, sync_dir_of};
use super::errors::{io_said, said, shown, unreadable};
use super::plan::new_epoch;
use super::schema::beside;
use super::sqlite::SqliteLog;
use super::{LogError, Version};
use rusqlite::params;
use std::io;
use std::path::{Path, PathBuf};

/// How far a restored store's versions are above its backup's.
pub const VERSIONS_SKIPPED: Version = 1_000_000;

/// Puts the copy at `copy` in the place of the store at `target`, and returns where the old store was put aside, if
/// there was one. Nothing may have the store open: hold the [`StateLock`](super::lock::StateLock).
///
/// # Errors
/// [`LogError::Unreadable`] when the copy itself is damaged; else what the disk said. The store is then where it
/// was, or already put aside under its new name.
pub fn restore_from(copy: &Path, target: &Path) -> Result<Option<PathBuf>, LogError> {
    let part = beside(target, ".restoring");
    remove_if_there(&part)?;
    remove_if_there(&beside(&part, "-wal"))?;
    std::fs::copy(copy, &part).map_err(io_said(copy))?;
    // Token hashes are in it, as in every store: for its owner alone.
    set_mode(&part, 0o600)?;
    mark(&part, copy)?;
    let aside = put_aside(target)?;
    remove_if_there(&beside(&part, "-wal"))?;
    remove_if_there(&beside(&part, "-shm"))?;
    put_in_place(&part, target)?;
    Ok(aside)
}

/// Checks the copy in whole, then gives it its new name and versions.
fn mark(part: &Path, copy: &Path) -> Result<(), LogError> {
    let mut log = SqliteLog::open(part).map_err(|error| blame(copy, error))?;
    if let Some(problem) = log.verify()?.first() {
        return Err(unreadable(copy, problem));
    }
    let epoch = new_epoch(&shown(copy))?;
    log.transact(|tx| {
        tx.execute("UPDATE meta SET value = ?1 WHERE key = 'epoch'", params![&*epoch])?;
        tx.execute("UPDATE topics SET version = version + ?1", params![VERSIONS_SKIPPED.cast_signed()])?;
        Ok(())
    })?;
    // One file again, so that one rename brings all of it.
    log.db.pragma_update(None, "journal_mode", "delete").map_err(said(part))
}

/// A copy that cannot be read is named by its own path, not by that of the file it was brought to.
fn blame(copy: &Path, error: LogError) -> LogError {
    match error {
        LogError::Unreadable { detail, .. } => unreadable(copy, detail),
        LogError::TooNew { found, known, .. } => LogError::TooNew { path: shown(copy), found, known },
        other => other,
    }
}

/// Renames the store and what belongs to it. The database goes first: if we are stopped in between, what is left
/// is a journal without its database, which is refused at the next start, never a database without its journal.
fn put_aside(target: &Path) -> Result<Option<PathBuf>, LogError> {
    let aside = free_name(target);
    let mut moved = false;
    for suffix in ["", "-wal", "-shm", "-journal"] {
        match std::fs::rename(beside(target, suffix), beside(&aside, suffix)) {
            Ok(()) => moved = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_said(target)(error)),
        }
    }
    sync_dir_of(target)?;
    Ok(moved.then_some(aside))
}

fn free_name(target: &Path) -> PathBuf {
    let first = beside(target, &format!(".damaged-{}", stamp(now_ms())));
    let mut name = first.clone();
    let mut next = 2;
    while name.exists() {
        name = beside(&first, &format!("-{next}"));
        next += 1;
    }
    name
}

fn remove_if_there(path: &Path) -> Result<(), LogError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_said(path)(error)),
        _ => Ok(()),
    }
}
