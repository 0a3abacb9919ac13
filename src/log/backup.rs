//! Copies of the store that are good to start from.
//!
//! A copy is made by a read connection of its own while the writer goes on, is compact, and appears under its name
//! only when it is complete, was read again in whole, and is on the disk; then the oldest goes. When the nightly one is
//! due stands in `nightly.rs`, how one comes back in `restore.rs`.

use super::LogError;
use super::errors::{failed, io_said, said, shown, unreadable};
use super::schema::beside;
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Left free on the disk beside a copy, bytes: the log goes on while it is made.
const AIR_BYTES: u64 = 8 * 1024 * 1024;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Who may read a copy: its owner, and the group that may use the private socket.
const MODE: u32 = 0o640;

/// One copy, as it stands in the backup directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made, UTC, as its name has it: `YYYYMMDD-HHMMSS`.
    pub taken: String,
    /// Its size.
    pub bytes: u64,
    /// When its file was written, milliseconds since the Unix epoch.
    pub written_ms: i64,
}

/// Copies the store at `store` into `dir` and keeps `keep` copies there: this one and the newest of the others.
///
/// # Errors
/// What the disk said; earlier copies are then all still there.
pub fn backup(store: &Path, dir: &Path, keep: usize) -> Result<Copy, LogError> {
    std::fs::create_dir_all(dir).map_err(io_said(dir))?;
    has_room(store, dir)?;
    let db = read_only(store)?;
    let taken = stamp(now_ms());
    let path = dir.join(format!("hearken-{taken}.db"));
    copy_into(&db, store, &path)?;
    let made = as_copy(path, taken)?;
    // A clock that was wrong may make the newest copy look like the oldest: this one stays whatever its name says.
    for old in copies(dir)?.into_iter().filter(|copy| copy.path != made.path).skip(keep.saturating_sub(1)) {
        if let Err(error) = std::fs::remove_file(&old.path) {
            ::log::warn!("an old backup stays, remove {} yourself: {error}", old.path.display());
        }
    }
    Ok(made)
}

fn as_copy(path: PathBuf, taken: String) -> Result<Copy, LogError> {
    let file = std::fs::metadata(&path).map_err(io_said(&path))?;
    let written = file.modified().map_err(io_said(&path))?;
    Ok(Copy { path, taken, bytes: file.len(), written_ms: epoch_ms(written) })
}

fn read_only(store: &Path) -> Result<Connection, LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(store, flags).map_err(said(store))
}

/// A copy is at most as large as the store with its journal. Checked before, because a disk that is full for a moment
/// refuses commands for that moment.
fn has_room(store: &Path, dir: &Path) -> Result<(), LogError> {
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    let needed = length(store) + length(&beside(store, "-wal")) + AIR_BYTES;
    let disk = rustix::fs::statvfs(dir).map_err(|error| io_said(dir)(error.into()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free >= needed {
        return Ok(());
    }
    let mib = |bytes: u64| bytes.div_ceil(1 << 20);
    Err(LogError::NoRoom { path: shown(dir), needed_mib: mib(needed), free_mib: free >> 20 })
}

/// The copies in `dir`, newest first.
///
/// # Errors
/// What the disk said. A directory that is not there has none.
pub fn copies(dir: &Path) -> Result<Vec<Copy>, LogError> {
    let listing = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        listing => listing.map_err(io_said(dir))?,
    };
    let mut found = Vec::new();
    for item in listing {
        let item = item.map_err(io_said(dir))?;
        let name = item.file_name();
        let taken = name.to_str().and_then(|name| name.strip_prefix("hearken-")?.strip_suffix(".db"));
        if let Some(taken) = taken {
            found.push(as_copy(item.path(), taken.to_owned())?);
        }
    }
    found.sort_by(|a, b| b.taken.cmp(&a.taken));
    Ok(found)
}

/// Writes what `db` holds to `target`, which appears complete or not at all.
pub(super) fn copy_into(db: &Connection, store: &Path, target: &Path) -> Result<(), LogError> {
    let part = beside(target, ".part");
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io_said(&part)(error)),
        _ => {}
    }
    let name = part.to_str().ok_or_else(|| failed(&part, "the path must be UTF-8 to copy a store to it"))?;
    let made = db.execute("VACUUM INTO ?1", [name]).map_err(said(store)).and_then(|_| whole(&part));
    let made = made.and_then(|()| set_mode(&part, MODE)).and_then(|()| put_in_place(&part, target));
    if made.is_err() {
        // Half a copy only takes space, perhaps the very space that was missing.
        let _ = std::fs::remove_file(&part);
    }
    made
}

/// Reads a copy again before anything relies on it.
fn whole(part: &Path) -> Result<(), LogError> {
    let said = said(part);
    let found: String = read_only(part)?.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(&said)?;
    if found == "ok" { Ok(()) } else { Err(unreadable(part, format!("the copy is damaged: {found}"))) }
}

/// Says who may read a file of ours.
pub(super) fn set_mode(path: &Path, mode: u32) -> Result<(), LogError> {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).map_err(io_said(path))
}

/// Syncs `part`, then gives it the name `target`, durably.
pub(super) fn put_in_place(part: &Path, target: &Path) -> Result<(), LogError> {
    File::open(part).and_then(|file| file.sync_all()).map_err(io_said(part))?;
    std::fs::rename(part, target).map_err(io_said(target))?;
    sync_dir_of(target)
}

/// Makes names in the directory of `path` durable.
pub(super) fn sync_dir_of(path: &Path) -> Result<(), LogError> {
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io_said(dir))
}

/// The wall clock in milliseconds since the Unix epoch, for names of files.
pub(super) fn now_ms() -> i64 {
    epoch_ms(crate::clock::system_time())
}

fn epoch_ms(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A time as it stands in file names: `YYYYMMDD-HHMMSS`, UTC.
pub(super) fn stamp(wall_ms: i64) -> String {
    let (year, month, day) = civil(wall_ms.div_euclid(DAY_MS));
    let second = wall_ms.rem_euclid(DAY_MS) / 1000;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
}

/// Year, month and day of a number of days since 1 January 1970 (Howard Hinnant's `civil_from_days`).
///
/// Years begin in March here, so that the leap day is a year's last and the months' lengths follow one formula.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_the_calendar_s() {
        for (wall_ms, expected) in [
            (0, "19700101-000000"),
            (951_782_399_000, "20000228-235959"),
            (951_782_400_000, "20000229-000000"),
            (1_709_251_200_000, "20240301-000000"),
            (4_107_542_400_000, "21000301-000000"),
            (-1000, "19691231-235959"),
        ] {
            assert_eq!(stamp(wall_ms), expected);
        }
    }
}
