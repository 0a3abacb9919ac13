//! The one way to a file of the library: nothing outside `audio_dir` is ever opened, whatever a link says.
//!
//! Paths come from the catalogue, never from a client. A symlink that leaves `audio_dir` is followed only where
//! the operator allowed it (`follow_links`).

use rustix::fs::OFlags;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Opens the regular file `relative` below `audio_dir` for reading and says where it really lies.
///
/// # Errors
/// `PermissionDenied` when it resolves outside `audio_dir` and `follow_links` is off, `InvalidInput` when it is
/// no regular file; else what the disk says.
pub fn open_inside(audio_dir: &Path, relative: &Path, follow_links: bool) -> io::Result<(File, PathBuf)> {
    let real = resolve_inside(audio_dir, relative, follow_links)?;
    // Resolved already, so a link here was put in its place just now; and a pipe must not make the open wait.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(&real)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not a regular file"));
    }
    Ok((file, real))
}

/// Where `relative` below `audio_dir` really lies.
///
/// # Errors
/// `PermissionDenied` when that is outside and `follow_links` is off; else what the disk says.
pub fn resolve_inside(audio_dir: &Path, relative: &Path, follow_links: bool) -> io::Result<PathBuf> {
    let real = audio_dir.join(relative).canonicalize()?;
    if follow_links || real.starts_with(audio_dir.canonicalize()?) {
        return Ok(real);
    }
    let message = "a link leads out of the music directory; set follow_links = true to allow it";
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_outside_is_opened_unless_links_are_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (music, other) = (dir.path().join("music"), dir.path().join("secret"));
        std::fs::create_dir(&music).unwrap();
        std::fs::write(&other, "secret").unwrap();
        std::fs::write(music.join("a"), "a").unwrap();
        symlink(&other, music.join("out")).unwrap();
        symlink("a", music.join("in")).unwrap();
        let open = |name: &str, follow| open_inside(&music, Path::new(name), follow).map_err(|error| error.kind());
        assert!(open("a", false).is_ok());
        assert!(open("in", false).is_ok());
        assert_eq!(open("out", false).unwrap_err(), io::ErrorKind::PermissionDenied);
        assert_eq!(open("../secret", false).unwrap_err(), io::ErrorKind::PermissionDenied);
        assert!(open("out", true).is_ok());
        assert_eq!(open("", false).unwrap_err(), io::ErrorKind::InvalidInput);
        assert_eq!(open("none", false).unwrap_err(), io::ErrorKind::NotFound);
    }
}
