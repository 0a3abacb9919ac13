//! Files beneath a directory, and never outside it: not by `..`, not by an absolute path, not by a link.
//!
//! The kernel judges (`openat2` with `RESOLVE_BENEATH`), in the same step in which it opens. Where a sandbox has no
//! `openat2`, the resolved path is compared instead.

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// A directory whose files may be opened.
#[derive(Debug)]
pub struct Beneath {
    root: OwnedFd,
    path: PathBuf,
}

impl Beneath {
    /// Opens the directory.
    ///
    /// # Errors
    /// When it is not there or is no directory.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self { root: rustix::fs::openat(CWD, &path, flags, Mode::empty())?, path })
    }

    /// Opens a file by its path from the directory on. Links may stay within the directory.
    ///
    /// # Errors
    /// `PermissionDenied` for a path that leads outside; else what the system says.
    pub fn file(&self, relative: &Path) -> io::Result<File> {
        // NONBLOCK: opening a pipe would wait for its writer.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.root, relative, flags, Mode::empty(), resolve) {
            Ok(file) => Ok(file.into()),
            Err(Errno::XDEV) => Err(outside()),
            Err(Errno::NOSYS) => self.file_compared(relative, flags),
            Err(error) => Err(error.into()),
        }
    }

    fn file_compared(&self, relative: &Path, flags: OFlags) -> io::Result<File> {
        let resolved = self.path.join(relative).canonicalize()?;
        if !resolved.starts_with(&self.path) {
            return Err(outside());
        }
        Ok(rustix::fs::open(resolved, flags | OFlags::NOFOLLOW, Mode::empty())?.into())
    }
}

fn outside() -> io::Error {
    io::Error::new(ErrorKind::PermissionDenied, "the path leads outside of its directory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_outside_is_opened_either_way() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("inner");
        std::fs::create_dir_all(inner.join("sub")).unwrap();
        std::fs::write(dir.path().join("secret"), "no").unwrap();
        std::fs::write(inner.join("sub/file"), "yes").unwrap();
        symlink("../secret", inner.join("out")).unwrap();
        symlink(dir.path().join("secret"), inner.join("absolute")).unwrap();
        symlink("sub/file", inner.join("within")).unwrap();
        let beneath = Beneath::open(&inner).unwrap();
        let compared = |path: &Path| beneath.file_compared(path, OFlags::RDONLY);
        for (path, opens) in [
            ("sub/file", true),
            ("sub/../sub/file", true),
            ("within", true),
            ("../secret", false),
            ("sub/../../secret", false),
            ("out", false),
            ("absolute", false),
            ("/etc/passwd", false),
            ("missing", false),
        ] {
            for opened in [beneath.file(Path::new(path)), compared(Path::new(path))] {
                assert_eq!(opened.is_ok(), opens, "{path}: {opened:?}");
                let mut text = String::new();
                assert!(opened.is_err() || opened.unwrap().read_to_string(&mut text).is_ok_and(|_| text == "yes"));
            }
        }
    }
}
