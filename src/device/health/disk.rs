//! Room on a disk: bytes and files.

use super::Finding;
use std::path::Path;

/// Free space below which a disk counts as nearly full, bytes: a backup, a day of events, and some air.
const SPACE_LOW: u64 = 200 << 20;
/// Free space below which commands will soon be refused, bytes.
const SPACE_GONE: u64 = 20 << 20;
/// Files that can still be made, below which it is time to look.
const FILES_LOW: u64 = 1000;

/// What `statvfs` says of a place.
#[derive(Clone, Copy, Debug)]
struct Room {
    free: u64,
    /// Files that can be made, of how many in all; none in all: the file system does not count them.
    files: (u64, u64),
    read_only: bool,
}

/// Looks at the disk of `path`; hearken writes there.
#[must_use]
pub fn written(path: &Path) -> Finding {
    const CHECK: &str = "disk space";
    match rustix::fs::statvfs(path) {
        Ok(disk) => judged(
            CHECK,
            path,
            Room {
                free: disk.f_bavail.saturating_mul(disk.f_frsize),
                files: (disk.f_favail, disk.f_files),
                read_only: disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY),
            },
        ),
        Err(error) => {
            Finding::fail(CHECK, format!("{}: {error}", path.display()), "check state_dir in config.toml, and its disk")
        }
    }
}

/// Bytes written to the disk of `path` since the machine started, by every program: what wears a card out. `None` where the
/// kernel does not tell (a file system in memory, or over several disks).
///
/// The seventh figure of the kernel's `Documentation/block/stat.rst`, in sectors of 512 bytes.
#[must_use]
pub fn device_written_bytes(path: &Path) -> Option<u64> {
    let device = rustix::fs::stat(path).ok()?.st_dev;
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let stat = std::fs::read_to_string(format!("/sys/dev/block/{major}:{minor}/stat")).ok()?;
    written_sectors(&stat).map(|sectors| sectors * 512)
}

fn written_sectors(stat: &str) -> Option<u64> {
    stat.split_whitespace().nth(6)?.parse().ok()
}

fn judged(check: &str, path: &Path, room: Room) -> Finding {
    let (shown, free) = (path.display(), room.free >> 20);
    let seen = format!("{free} MiB free in {shown}");
    if room.read_only {
        let remount = "see dmesg for why, then: sudo mount -o remount,rw / (a worn-out SD card does this)";
        return Finding::fail(check, format!("the disk of {shown} is read-only"), remount);
    }
    if room.free < SPACE_GONE {
        return Finding::fail(
            check,
            seen,
            "free some space, or commands will be refused: sudo apt clean, old logs, old backups",
        );
    }
    if room.files.1 > 0 && room.files.0 < FILES_LOW {
        let detail = format!("{seen}, but only {} more files can be made", room.files.0);
        return Finding::warn(
            check,
            detail,
            format!("delete files nobody needs on the disk of {shown}: df -i shows it"),
        );
    }
    if room.free < SPACE_LOW {
        return Finding::warn(check, seen, "free some space soon: the nightly backup needs it too");
    }
    Finding::ok(check, seen)
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    #[test]
    fn the_kernel_tells_what_was_written_or_nothing() {
        let stat = "    9081     2543   624086    11233    42019    70733  2163552   127381        0    51940   138614";
        assert_eq!(written_sectors(stat), Some(2_163_552));
        assert_eq!(written_sectors("1 2 3"), None);
        assert_eq!(device_written_bytes(Path::new("/proc")), None);
    }

    #[test]
    fn a_disk_is_judged_by_bytes_files_and_whether_it_can_be_written() {
        let well = Room { free: 1 << 30, files: (50_000, 100_000), read_only: false };
        for (room, grade) in [
            (well, Grade::Ok),
            (Room { free: 100 << 20, ..well }, Grade::Warn),
            (Room { free: 5 << 20, ..well }, Grade::Fail),
            (Room { files: (3, 100_000), ..well }, Grade::Warn),
            (Room { files: (0, 0), ..well }, Grade::Ok),
            (Room { read_only: true, ..well }, Grade::Fail),
        ] {
            let found = judged("disk space", Path::new("/var/lib/hearken"), room);
            assert_eq!(found.grade, grade, "{room:?}: {found:?}");
            assert_eq!(found.advice.is_some(), grade != Grade::Ok);
        }
    }

    #[test]
    fn a_place_that_is_not_there_is_said() {
        assert_eq!(written(Path::new("/nowhere/at/all")).grade, Grade::Fail);
        assert!(written(&std::env::temp_dir()).detail.contains("MiB free"));
    }
}
