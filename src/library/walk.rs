//! Walking `audio_dir`: which folders there are, and which files in them look like audio or like folder art.
//!
//! Nothing is opened here. Hidden names are skipped. Each directory is entered once, however many links lead to
//! it; links are followed last, so that a file keeps its real path. A directory that cannot be listed is reported,
//! so that its tracks do not count as gone.

use super::codec::named_like_audio;
use super::cover::art_rank;
use super::inside::resolve_inside;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{DirEntry, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Folders below folders that are walked; more is a mistake on the disk.
const DEPTH_MAX: usize = 64;

/// What tells that a file was not touched since it was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Last change, nanoseconds since the Unix epoch.
    pub mtime_ns: i64,
    /// Number of the file in its file system.
    pub inode: u64,
}

impl Stamp {
    /// The stamp of a file, as its metadata has it.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let mtime_ns = metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec());
        Self { size: metadata.len(), mtime_ns, inode: metadata.ino() }
    }
}

/// One folder that has audio files in it.
#[derive(Debug, Default)]
pub struct Folder {
    /// Path from `audio_dir`, empty for `audio_dir` itself.
    pub path: PathBuf,
    /// Name and stamp of each file that is named like audio, by name.
    pub files: Vec<(Vec<u8>, Stamp)>,
    /// Name of the folder art.
    pub art: Option<Vec<u8>>,
}

impl Folder {
    fn file(&mut self, entry: &DirEntry) {
        let name = entry.file_name();
        let name = name.as_bytes();
        if let Some(rank) = art_rank(name) {
            let known = self.art.as_deref().map(|known| (art_rank(known), known));
            if known.is_none_or(|known| (Some(rank), name) < known) {
                self.art = Some(name.to_vec());
            }
        } else if named_like_audio(name)
            // A file that vanished since it was listed is no fault.
            && let Ok(metadata) = entry.metadata()
        {
            self.files.push((name.to_vec(), Stamp::of(&metadata)));
        }
    }
}

/// A walk under way; an iterator over the folders that have audio files.
#[derive(Debug)]
pub struct Walk<'a> {
    audio_dir: &'a Path,
    follow_links: bool,
    /// Folders still to be listed; the last is next.
    waiting: Vec<(PathBuf, usize)>,
    /// Links to folders, for when the real ones are done.
    links: Vec<(PathBuf, usize)>,
    entered: HashSet<(u64, u64)>,
    /// Folders that could not be listed, with the reason; everything below them is unknown.
    pub unlisted: Vec<(PathBuf, io::Error)>,
    /// Links that lead out of `audio_dir` and were not followed.
    pub refused_links: usize,
}

impl<'a> Walk<'a> {
    /// Starts at `audio_dir`.
    #[must_use]
    pub fn new(audio_dir: &'a Path, follow_links: bool) -> Self {
        Self {
            audio_dir,
            follow_links,
            waiting: vec![(PathBuf::new(), 0)],
            links: Vec::new(),
            entered: HashSet::new(),
            unlisted: Vec::new(),
            refused_links: 0,
        }
    }

    fn list(&mut self, path: PathBuf, depth: usize) -> io::Result<Folder> {
        let full = self.audio_dir.join(&path);
        let metadata = full.metadata()?;
        let mut folder = Folder { path, ..Folder::default() };
        if !self.entered.insert((metadata.dev(), metadata.ino())) {
            return Ok(folder);
        }
        let mut below = Vec::new();
        for entry in full.read_dir()? {
            let entry = entry?;
            let name = entry.file_name();
            if name.as_bytes().starts_with(b".") {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                below.push((folder.path.join(&name), depth + 1));
            } else if kind.is_symlink() {
                self.link(&entry, &mut folder, depth);
            } else if kind.is_file() {
                folder.file(&entry);
            }
        }
        folder.files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        below.sort_unstable_by(|a, b| b.0.cmp(&a.0));
        if depth < DEPTH_MAX {
            self.waiting.append(&mut below);
        }
        Ok(folder)
    }

    /// Takes a link to a folder for later, and a link to a file only if the file lies outside: inside, the walk
    /// finds it at its real place.
    fn link(&mut self, entry: &DirEntry, folder: &mut Folder, depth: usize) {
        let name = entry.file_name();
        let relative = folder.path.join(&name);
        // A link that leads nowhere is nobody's fault.
        let Ok(metadata) = entry.path().metadata() else { return };
        if !metadata.is_dir() && !named_like_audio(name.as_bytes()) {
            return;
        }
        let inside = resolve_inside(self.audio_dir, &relative, false).is_ok();
        if !inside && !self.follow_links {
            self.refused_links += 1;
        } else if metadata.is_dir() && depth < DEPTH_MAX {
            self.links.push((relative, depth + 1));
        } else if metadata.is_file() && !inside {
            folder.files.push((name.as_bytes().to_vec(), Stamp::of(&metadata)));
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Folder;

    fn next(&mut self) -> Option<Folder> {
        loop {
            let (path, depth) = self.waiting.pop().or_else(|| self.links.pop())?;
            match self.list(path.clone(), depth) {
                Ok(folder) if folder.files.is_empty() => {}
                Ok(folder) => return Some(folder),
                Err(error) => self.unlisted.push((path, error)),
            }
        }
    }
}

/// The path that `bytes` stand for; a name need not be UTF-8.
#[must_use]
pub fn path_of(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir, create_dir_all, write};
    use std::os::unix::fs::symlink;

    fn names(walk: &mut Walk<'_>) -> Vec<String> {
        let mut names = Vec::new();
        for folder in walk {
            for (name, _) in folder.files {
                names.push(folder.path.join(path_of(&name)).to_string_lossy().into_owned());
            }
        }
        names
    }

    #[test]
    fn loops_and_hidden_names_are_survived() {
        let dir = tempfile::tempdir().unwrap();
        let music = dir.path();
        create_dir_all(music.join("a/b")).unwrap();
        create_dir(music.join(".hidden")).unwrap();
        for name in ["a/b/2.mp3", "a/1.mp3", ".hidden/x.mp3", ".y.mp3", "a/readme.txt"] {
            write(music.join(name), "x").unwrap();
        }
        write(music.join(path_of(b"a/\xff\xfe.mp3")), "x").unwrap();
        symlink(music, music.join("a/b/loop")).unwrap();
        symlink("1.mp3", music.join("a/again.mp3")).unwrap();
        symlink("nowhere", music.join("a/dead.mp3")).unwrap();
        let mut walk = Walk::new(music, false);
        assert_eq!(names(&mut walk), ["a/1.mp3", "a/\u{fffd}\u{fffd}.mp3", "a/b/2.mp3"]);
        assert_eq!(walk.refused_links, 0);
        assert!(walk.unlisted.is_empty());
    }

    #[test]
    fn links_that_lead_out_are_followed_only_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let (music, other) = (dir.path().join("music"), dir.path().join("other"));
        create_dir(&music).unwrap();
        create_dir(&other).unwrap();
        write(other.join("1.mp3"), "x").unwrap();
        symlink(&other, music.join("more")).unwrap();
        symlink(other.join("1.mp3"), music.join("one.mp3")).unwrap();
        let mut walk = Walk::new(&music, false);
        assert!(names(&mut walk).is_empty());
        assert_eq!(walk.refused_links, 2);
        assert_eq!(names(&mut Walk::new(&music, true)), ["one.mp3", "more/1.mp3"]);
    }

    #[test]
    fn a_directory_that_is_not_there_is_reported() {
        let mut walk = Walk::new(Path::new("/nowhere/at/all"), false);
        assert!(names(&mut walk).is_empty());
        assert_eq!(walk.unlisted.len(), 1);
    }
}
