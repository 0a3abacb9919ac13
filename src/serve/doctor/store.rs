//! The store and its backups, judged.

use super::super::{backups as copies, start::DATABASE};
use crate::clock;
use crate::config::Config;
use crate::device::health::Finding;
use crate::log::LogError;
use crate::log::sqlite::SqliteLog;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

const STORE: &str = "store";
const BACKUPS: &str = "backups";
/// What to do about a store that is damaged.
const RESTORE: &str = "sudo systemctl stop hearken && sudo hearken doctor --restore && sudo systemctl start hearken; the damaged store is kept";
/// What to do about a store that cannot be written.
const MEND: &str = "mend the disk; commands are tried again by themselves, music and lists are there meanwhile";
/// A nightly backup older than this did not come.
const OLD_HOURS: i64 = 72;

/// Judges the store of the running house; `started` is whether it could be read then, `trouble` why the last write was refused.
pub(super) fn of_house(state_dir: &Path, started: bool, trouble: Option<Arc<str>>) -> Finding {
    if let Some(why) = trouble.filter(|_| started) {
        return Finding::fail(STORE, format!("what was stored reads well, but the last write failed: {why}"), MEND);
    }
    let judged = judged(SqliteLog::open(&state_dir.join(DATABASE)));
    if started || judged.advice.is_some() {
        return judged;
    }
    let advice = "sudo systemctl restart hearken: it reads well now";
    Finding::fail(STORE, "it could not be read when hearken started, so nothing can be changed", advice)
}

/// Judges a store that nobody has open, from a copy: looking must not touch it.
pub(super) fn offline(store: &Path) -> Finding {
    if !store.exists() {
        return Finding::ok(STORE, format!("none yet in {}", store.display()));
    }
    match Looked::copy_of(store) {
        Ok(copy) => {
            let own = |text: String| text.replace(&copy.store().display().to_string(), &store.display().to_string());
            let mut found = judged(SqliteLog::open(&copy.store()));
            found.detail = own(found.detail);
            found
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Finding::warn(STORE, format!("{} is not for this user to read", store.display()), "sudo hearken doctor")
        }
        Err(error) => {
            let advice = "the store is copied there to look at it: free some space";
            Finding::warn(STORE, format!("{}: {error}", std::env::temp_dir().display()), advice)
        }
    }
}

fn judged(opened: Result<SqliteLog, LogError>) -> Finding {
    let verified = opened.and_then(|store| {
        let wrong = store.verify()?;
        let (schema, head) = (store.schema()?, crate::log::EventLog::head(&store)?);
        Ok((wrong, format!("sound: {} entries, schema {schema}, epoch {}", head.seq, head.epoch)))
    });
    match verified {
        Ok((wrong, sound)) if wrong.is_empty() => Finding::ok(STORE, sound),
        Ok((wrong, _)) => Finding::fail(STORE, format!("damaged: {}", wrong.join("; ")), RESTORE),
        Err(error @ LogError::TooNew { .. }) => {
            Finding::fail(STORE, error.to_string(), "nothing is lost: it is left as it is")
        }
        Err(error @ LogError::Unreadable { .. }) => Finding::fail(STORE, error.to_string(), RESTORE),
        Err(error) => Finding::fail(STORE, error.to_string(), "mend this, then start hearken again"),
    }
}

/// Judges the backups: are there any, and is the latest a recent one.
pub(super) fn backups(config: &Config) -> Finding {
    match copies::all(&config.state_dir) {
        Ok(found) => {
            let since = clock::system_time().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
            let now_ms = i64::try_from(since).unwrap_or(i64::MAX);
            let latest = found.iter().map(|copy| copy.written_ms).max();
            let age_hours = latest.map(|written| (now_ms - written) / 3_600_000);
            aged(found.len(), age_hours, config.backup.nightly)
        }
        Err(error) => {
            Finding::warn(BACKUPS, error.to_string(), "sudo hearken doctor, or look at the directory's owner")
        }
    }
}

fn aged(count: usize, age_hours: Option<i64>, nightly: bool) -> Finding {
    let make = "hearken backup makes one; journalctl -u hearken | grep backup says why there is none";
    match age_hours {
        None if nightly => Finding::ok(BACKUPS, "none yet: one is made each night"),
        None => Finding::warn(BACKUPS, "none, and [backup] nightly is off", make),
        Some(hours) => {
            let age = if hours < 48 { format!("{} hours", hours.max(0)) } else { format!("{} days", hours / 24) };
            let seen = format!("{count}, the latest is {age} old");
            if hours > OLD_HOURS { Finding::warn(BACKUPS, seen, make) } else { Finding::ok(BACKUPS, seen) }
        }
    }
}

/// A copy of a store with its journal, in a directory of its own that goes with this value.
struct Looked(PathBuf);

impl Looked {
    fn copy_of(store: &Path) -> io::Result<Self> {
        let dir = std::env::temp_dir().join(format!("hearken-doctor-{}", std::process::id()));
        std::fs::DirBuilder::new().mode(0o700).create(&dir)?;
        let copy = Self(dir);
        std::fs::copy(store, copy.store())?;
        let journal = |store: &Path| PathBuf::from(format!("{}-wal", store.display()));
        if journal(store).exists() {
            std::fs::copy(journal(store), journal(&copy.store()))?;
        }
        Ok(copy)
    }

    fn store(&self) -> PathBuf {
        self.0.join(DATABASE)
    }
}

impl Drop for Looked {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            ::log::warn!("a copy stays, remove {} yourself: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::health::Grade;

    #[test]
    fn backups_are_judged_by_their_age() {
        assert_eq!(aged(3, Some(9), true).grade, Grade::Ok);
        assert_eq!(aged(3, Some(100), true).grade, Grade::Warn);
        assert_eq!((aged(0, None, true).grade, aged(0, None, false).grade), (Grade::Ok, Grade::Warn));
        assert!(aged(3, Some(100), true).detail.contains("4 days"));
    }

    #[test]
    fn looking_at_a_store_leaves_it_byte_for_byte_and_no_copy_behind() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join(DATABASE);
        assert_eq!(offline(&store).grade, Grade::Ok);
        drop(SqliteLog::open(&store).unwrap());
        let before = std::fs::read(&store).unwrap();
        assert!(offline(&store).detail.starts_with("sound: 0 entries"), "{:?}", offline(&store));
        assert_eq!(std::fs::read(&store).unwrap(), before);
        std::fs::write(&store, b"damaged").unwrap();
        let found = offline(&store);
        assert_eq!(found.grade, Grade::Fail);
        assert!(found.detail.contains(&store.display().to_string()), "{found:?}");
        assert!(!std::env::temp_dir().join(format!("hearken-doctor-{}", std::process::id())).exists());
    }
}
