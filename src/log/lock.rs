//! One server for each state directory.
//!
//! The lock is the kernel's (`flock`), so it goes with its process, however that ends; the file's text only tells
//! the next one who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The file's name in the state directory.
const FILE: &str = "lock";
/// Longer than anything we write there.
const TEXT_BYTES_MAX: u64 = 512;

/// The state directory is this process'. It is given back when this value is dropped.
#[derive(Debug)]
pub struct StateLock {
    file: File,
    path: PathBuf,
}

/// Why the state directory is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("{dir} is in use by hearken, process {pid}{at}: stop that one first, or give another state_dir",
        at = address.as_ref().map(|address| format!(" at {address}")).unwrap_or_default())]
    Held {
        /// The state directory.
        dir: String,
        /// Its process, as it wrote it down.
        pid: String,
        /// The address it serves at, once it does.
        address: Option<String>,
    },
    /// The file could not be made or locked.
    #[error("{path} cannot be locked: {error}; check that the directory exists and who owns it")]
    Failed {
        /// The lock file.
        path: String,
        /// What the system said.
        error: io::Error,
    },
}

impl StateLock {
    /// Takes the state directory, without waiting. On a read-only disk too, where the next one is not told who has it.
    ///
    /// # Errors
    /// [`LockError::Held`] when another process has it.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let path = dir.join(FILE);
        let failed = |error| LockError::Failed { path: path.display().to_string(), error };
        let (mut file, is_writable) = open(dir, &path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(dir, &mut file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut lock = Self { file, path: path.clone() };
        if is_writable {
            lock.write("").map_err(failed)?;
        }
        Ok(lock)
    }

    /// Looks whether somebody has the state directory, and takes and makes nothing. A directory without a lock file is
    /// nobody's.
    ///
    /// # Errors
    /// [`LockError::Held`] when a process has it, [`LockError::Failed`] when that cannot be seen.
    pub fn look(dir: &Path) -> Result<(), LockError> {
        let path = dir.join(FILE);
        let failed = |error| LockError::Failed { path: path.display().to_string(), error };
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened.map_err(failed)?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(held(dir, &mut file)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Tells whoever comes next where this server is.
    ///
    /// # Errors
    /// What the disk said; the lock is held all the same.
    pub fn announce(&mut self, address: &str) -> io::Result<()> {
        self.write(address)
    }

    /// The lock file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&mut self, address: &str) -> io::Result<()> {
        self.file.rewind()?;
        self.file.set_len(0)?;
        writeln!(self.file, "{} {address}", std::process::id())
    }
}

/// Opens the lock file, and says whether it can be written. Where the disk is read-only a lock on the file as it is does
/// as well, or one on the directory: the kernel locks what is open, whatever it is.
fn open(dir: &Path, path: &Path) -> io::Result<(File, bool)> {
    match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path) {
        Ok(file) => Ok((file, true)),
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => {
            Ok((File::open(path).or_else(|_| File::open(dir))?, false))
        }
        Err(error) => Err(error),
    }
}

fn held(dir: &Path, file: &mut File) -> LockError {
    let mut text = String::new();
    // Who it is is a courtesy; that it is held is known.
    let _ = file.take(TEXT_BYTES_MAX).read_to_string(&mut text);
    let (pid, address) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    LockError::Held {
        dir: dir.display().to_string(),
        pid: if pid.is_empty() { "unknown".into() } else { pid.into() },
        address: (!address.is_empty()).then(|| address.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = StateLock::take(dir.path()).unwrap();
        first.announce("192.168.1.20:8642").unwrap();
        let error = StateLock::take(dir.path()).unwrap_err().to_string();
        let expected = format!("process {} at 192.168.1.20:8642", std::process::id());
        assert!(error.contains(&expected), "{error}");
        assert!(matches!(StateLock::look(dir.path()), Err(LockError::Held { .. })));
        drop(first);
        StateLock::look(dir.path()).unwrap();
        StateLock::take(dir.path()).unwrap();
    }

    #[test]
    fn a_directory_that_is_not_there_is_said() {
        let error = StateLock::take(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(matches!(error, LockError::Failed { .. }), "{error}");
    }
}
