//! MP3 of files that are none, by ffmpeg where it is installed.
//!
//! The program reads the file itself and writes frames to a pipe; the pipe is full after a fraction of a second, so it
//! works no faster than it is heard. It is ended, by its own process id, when its reader goes.

use super::ring::Ring;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

/// Bit rate of what is made.
const BIT_RATE: &str = "192k";
/// How long the program may be silent: a disk that wakes up takes some seconds.
const SILENCE_MAX_MS: u32 = 10_000;
/// How often it is looked whether the stream has ended meanwhile.
const LOOK_EVERY_MS: u32 = 250;

/// The program, if one of the directories of `PATH` has it.
#[must_use]
pub fn find(path: Option<OsString>) -> Option<PathBuf> {
    let path = path?;
    let mut places = std::env::split_paths(&path).map(|dir| dir.join("ffmpeg"));
    places.find(|place| place.is_absolute() && rustix::fs::access(place, rustix::fs::Access::EXEC_OK).is_ok())
}

/// A run of the program: what it writes can be read.
#[derive(Debug)]
pub struct Run {
    child: Child,
    out: ChildStdout,
    /// The stream it is for: when that ends, waiting ends.
    ring: Arc<Ring>,
}

impl Run {
    /// Starts the program on `file`, at `position_ms`.
    ///
    /// # Errors
    /// The operating system's, when it starts nothing.
    pub fn start(program: &Path, file: &Path, position_ms: u64, ring: &Arc<Ring>) -> io::Result<Self> {
        let position = format!("{}.{:03}", position_ms / 1000, position_ms % 1000);
        let mut child = Command::new(program)
            .args(["-nostdin", "-v", "error", "-ss", &position, "-i"])
            .arg(file)
            // The sound alone: covers and titles would be another stream, and the headers of a file do not belong here.
            .args(["-map", "0:a:0", "-map_metadata", "-1", "-write_xing", "0", "-id3v2_version", "0"])
            .args(["-ar", "44100", "-ac", "2", "-b:a", BIT_RATE, "-f", "mp3", "-"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match child.stdout.take() {
            Some(out) => Ok(Self { child, out, ring: Arc::clone(ring) }),
            None => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    fn wait(&self) -> io::Result<()> {
        let span = Timespec { tv_sec: 0, tv_nsec: i64::from(LOOK_EVERY_MS) * 1_000_000 };
        for _ in 0..SILENCE_MAX_MS / LOOK_EVERY_MS {
            if self.ring.is_closed() {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            match poll(&mut [PollFd::new(&self.out, PollFlags::IN)], Some(&span)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(ErrorKind::TimedOut.into())
    }
}

impl Read for Run {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.wait()?;
        self.out.read(into)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It may have ended by itself; a process id is not given away before it is waited for.
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            log::debug!("ffmpeg could not be ended: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_program_is_looked_for_where_programs_are() {
        let dir = tempfile::tempdir().unwrap();
        let path = || std::env::join_paths(["/nowhere", dir.path().to_str().unwrap()]).ok();
        assert_eq!(find(path()), None);
        std::fs::write(dir.path().join("ffmpeg"), "#!/bin/sh\n").unwrap();
        assert_eq!(find(path()), None, "it cannot be run");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dir.path().join("ffmpeg"), mode).unwrap();
        assert_eq!(find(path()), Some(dir.path().join("ffmpeg")));
        assert_eq!(find(None), None);
    }

    #[test]
    fn a_run_ends_with_its_reader_and_with_its_stream() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("ffmpeg");
        std::fs::write(&program, "#!/bin/sh\nprintf 'sound'\nexec sleep 600\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let ring = Arc::new(Ring::default());
        let mut run = Run::start(&program, Path::new("/x"), 1_500, &ring).unwrap();
        let mut heard = [0; 5];
        run.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"sound");
        ring.close();
        assert_eq!(run.read(&mut heard).unwrap_err().kind(), ErrorKind::ConnectionAborted);
        let id = run.child.id();
        drop(run);
        assert!(!Path::new(&format!("/proc/{id}")).exists(), "nothing is left of it");
    }
}
