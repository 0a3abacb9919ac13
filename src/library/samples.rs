//! Small audio files made by hand, for the tests of this room.

mod sounds;

use super::{Library, LibrarySettings};
use crate::core::ids::TrackId;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub use sounds::{Sample, flac, mp3, mp4, opus, png, wav};

/// A library over a directory of its own.
pub struct House {
    dir: TempDir,
    pub library: Library,
}

impl House {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("music")).unwrap();
        let library = Library::open(settings(dir.path())).unwrap();
        Self { dir, library }
    }

    /// Closes the library and opens it again.
    pub fn restart(self) -> Self {
        let Self { dir, library } = self;
        drop(library);
        let library = Library::open(settings(dir.path())).unwrap();
        Self { dir, library }
    }

    pub fn music(&self) -> PathBuf {
        self.dir.path().join("music")
    }

    pub fn put(&self, name: impl AsRef<Path>, bytes: &[u8]) {
        let path = self.music().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.music().join(name)).unwrap();
    }

    pub fn rename(&self, from: &str, to: &str) {
        let to = self.music().join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::rename(self.music().join(from), to).unwrap();
    }

    /// The id of the track whose file has this name.
    pub fn id(&self, name: &str) -> TrackId {
        let catalog = self.library.catalog();
        let found = catalog.index(0, usize::MAX).iter().find(|track| track.file_name == name);
        found.unwrap_or_else(|| panic!("{name} is not in the catalogue")).track_id.clone()
    }

    /// The file names, in album order.
    pub fn names(&self) -> Vec<String> {
        self.library.catalog().index(0, usize::MAX).iter().map(|track| track.file_name).collect()
    }
}

fn settings(dir: &Path) -> LibrarySettings {
    LibrarySettings { audio_dir: dir.join("music"), db_path: dir.join("state/library.db"), follow_links: false }
}
