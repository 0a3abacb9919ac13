//! Bringing a backup back, and making one, while no server runs.
//!
//! Whoever does this is often root; what is made then gets the owner of the state directory, or the service could not
//! use it.

use super::super::{backups, start::DATABASE};
use crate::config::Config;
use crate::log::LogError;
use crate::log::backup::Copy;
use crate::log::lock::{LockError, StateLock};
use crate::log::restore::restore_from;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

/// Why nothing was brought back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The server runs, or the directory is somebody else's.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The backup, the store or the disk.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There is no backup.
    #[error("there is no backup in {}; name one: hearken doctor --restore FILE", .0.display())]
    None(PathBuf),
    /// What was made could not be given to the service.
    #[error("{path} cannot be given to the owner of the state directory: {error}; do it with sudo chown")]
    Owner {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The backup that the store is now made of.
    pub from: PathBuf,
    /// Where the old store was put, if there was one.
    pub aside: Option<PathBuf>,
}

/// The newest backup.
///
/// # Errors
/// [`RestoreError::None`], or what the disk said.
pub fn latest(config: &Config) -> Result<Copy, RestoreError> {
    let found = backups::all(&config.state_dir)?.into_iter().max_by_key(|copy| copy.written_ms);
    found.ok_or_else(|| RestoreError::None(backups::dir(&config.state_dir)))
}

/// Puts the backup `from` in the place of the store. Clients then take everything anew.
///
/// # Errors
/// [`RestoreError`]; the store is then where it was, or already put aside under its new name.
pub fn restore(config: &Config, from: &Path) -> Result<Restored, RestoreError> {
    let _lock = StateLock::take(&config.state_dir)?;
    let store = config.state_dir.join(DATABASE);
    let aside = restore_from(from, &store)?;
    give(&config.state_dir, &[&store, &config.state_dir.join("lock")])?;
    Ok(Restored { from: from.to_owned(), aside })
}

/// Makes a backup while no server runs; returns its path and size in bytes.
///
/// # Errors
/// [`RestoreError`]; nothing has changed then.
pub fn backup(config: &Config) -> Result<(PathBuf, u64), RestoreError> {
    let _lock = StateLock::take(&config.state_dir)?;
    let (path, bytes) = backups::make(config)?;
    let (path, dir) = (PathBuf::from(path), backups::dir(&config.state_dir));
    let beside = ["-wal", "-shm"].map(|suffix| config.state_dir.join(format!("{DATABASE}{suffix}")));
    let [wal, shm] = &beside;
    give(&config.state_dir, &[&dir, &path, wal, shm, &config.state_dir.join("lock")])?;
    Ok((path, bytes))
}

/// Gives files to the owner of the state directory, if that is somebody else; those that are not there are passed over.
fn give(state_dir: &Path, made: &[&Path]) -> Result<(), RestoreError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| RestoreError::Owner { path, error }
    };
    let owner = std::fs::metadata(state_dir).map_err(failed(state_dir))?;
    for path in made {
        match std::fs::metadata(path) {
            Ok(about) if about.uid() != owner.uid() => {
                chown(path, Some(owner.uid()), Some(owner.gid())).map_err(failed(path))?;
            }
            _ => {}
        }
    }
    Ok(())
}
