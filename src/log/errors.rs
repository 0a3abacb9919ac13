//! What SQLite and the disk say, in the words of [`LogError`].
//!
//! SQLite folds many causes into "I/O error"; where the file system itself can tell (full, read-only) it is asked,
//! because an operator can act on those.

use super::LogError;
use rusqlite::ErrorCode;
use rustix::fs::StatVfsMountFlags;
use std::io;
use std::path::Path;

/// What to do about a disk that only says that it failed.
const ASK_KERNEL: &str = "dmesg tells why; a worn-out card or a loose cable does this";

/// A closure for `map_err` on what SQLite says about `path`.
pub(super) fn said(path: &Path) -> impl Fn(rusqlite::Error) -> LogError + '_ {
    move |error| from_sqlite(path, &error)
}

/// A closure for `map_err` on what the file system says about `path`.
pub(super) fn io_said(path: &Path) -> impl Fn(io::Error) -> LogError + '_ {
    move |error| from_io(path, &error)
}

/// The store at `path` holds what it should not.
pub(super) fn unreadable(path: &Path, detail: impl Into<String>) -> LogError {
    LogError::Unreadable { path: shown(path), detail: detail.into() }
}

/// Something else went wrong at `path`.
pub(super) fn failed(path: &Path, detail: impl Into<String>) -> LogError {
    LogError::Failed { path: shown(path), detail: detail.into() }
}

/// The path for people.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn from_sqlite(path: &Path, error: &rusqlite::Error) -> LogError {
    let detail = error.to_string();
    let rusqlite::Error::SqliteFailure(code, _) = error else {
        // A column of the wrong type, text that is not UTF-8, a row that should be there: not what we wrote.
        return unreadable(path, detail);
    };
    match code.code {
        ErrorCode::DiskFull => LogError::Full { path: shown(path) },
        ErrorCode::ReadOnly => LogError::ReadOnly { path: shown(path) },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => unreadable(path, detail),
        ErrorCode::SystemIoFailure if code.extended_code == rusqlite::ffi::SQLITE_IOERR_CORRUPTFS => {
            unreadable(path, detail)
        }
        ErrorCode::SystemIoFailure => {
            of_the_disk(path).unwrap_or_else(|| failed(path, format!("{detail}: {ASK_KERNEL}")))
        }
        ErrorCode::CannotOpen => of_the_disk(path).unwrap_or_else(|| failed(path, detail)),
        _ => failed(path, detail),
    }
}

fn from_io(path: &Path, error: &io::Error) -> LogError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LogError::Full { path: shown(path) },
        io::ErrorKind::ReadOnlyFilesystem => LogError::ReadOnly { path: shown(path) },
        _ => failed(path, error.to_string()),
    }
}

/// What the file system of `path` knows about a failure that SQLite could not name.
fn of_the_disk(path: &Path) -> Option<LogError> {
    let stat = [Some(path), path.parent()].into_iter().flatten().find_map(|at| rustix::fs::statvfs(at).ok())?;
    if stat.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Some(LogError::ReadOnly { path: shown(path) });
    }
    (stat.f_bavail == 0).then(|| LogError::Full { path: shown(path) })
}
