//! Comparing the disk with what is known: which files have to be read, which tracks were not found.

use super::gate::Gate;
use super::report::ScanReport;
use crate::library::store::rows::{KnownFile, KnownTrack, RowSet};
use crate::library::store::{Place, Store, StoreError};
use crate::library::walk::{Folder, Stamp, Walk, path_of};
use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that has to be read.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Where it lies.
    pub place: Place,
    /// Its stamp as the walk saw it.
    pub stamp: Stamp,
    /// The track that this file was so far.
    pub own_row: Option<i64>,
}

/// The difference between the disk and the store.
#[derive(Debug, Default)]
pub struct Difference {
    /// Known files that are not as they were.
    pub changed: Vec<Candidate>,
    /// Files that were not there.
    pub fresh: Vec<Candidate>,
    /// Tracks without their file, by row.
    pub vanished: HashMap<i64, KnownTrack>,
    /// Files named like audio that there are.
    pub files: usize,
    /// Whether a folder's art is another than before.
    pub art_changed: bool,
    seen: RowSet,
}

/// Walks the disk and compares, without opening a file.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn compare(
    store: &mut Store,
    audio_dir: &Path,
    follow_links: bool,
    gate: &Gate,
    report: &mut ScanReport,
) -> Result<Difference, StoreError> {
    let mut difference = Difference::default();
    let mut walk = Walk::new(audio_dir, follow_links);
    for folder in walk.by_ref() {
        if gate.is_closed() {
            break;
        }
        difference.folder(store, folder, report)?;
    }
    let unlisted: Vec<PathBuf> = walk.unlisted.iter().map(|(path, _)| path.clone()).collect();
    report.refused_links = walk.refused_links;
    for (path, error) in walk.unlisted {
        // Joined, because the path of `audio_dir` itself is empty.
        report.cannot_use(audio_dir.join(path).to_string_lossy(), format!("the folder cannot be listed: {error}"));
    }
    // The root that cannot be listed is a disk that is gone: the guard against mass loss speaks then.
    let unknown = |path: &Path| unlisted.iter().any(|lost| !lost.as_os_str().is_empty() && path.starts_with(lost));
    for (track, path) in store.not_seen(&difference.seen)? {
        if !unknown(path_of(&path)) {
            difference.vanished.insert(track.row, track);
        }
    }
    Ok(difference)
}

impl Difference {
    fn folder(&mut self, store: &mut Store, folder: Folder, report: &mut ScanReport) -> Result<(), StoreError> {
        let (row, art_changed) = store.folder(folder.path.as_os_str().as_bytes(), folder.art.as_deref())?;
        self.art_changed |= art_changed;
        self.files += folder.files.len();
        let known = store.files_of(row)?;
        let path: Arc<Path> = folder.path.into();
        let mut known = known.into_iter().peekable();
        for (name, stamp) in folder.files {
            // Both sides are sorted by name. What stands before was not found.
            while known.next_if(|file| file.name < name).is_some() {}
            let file = known.next_if(|file| file.name == name);
            self.file(row, &path, name, stamp, file, report);
        }
        Ok(())
    }

    fn file(
        &mut self,
        folder: i64,
        path: &Arc<Path>,
        name: Vec<u8>,
        stamp: Stamp,
        known: Option<KnownFile>,
        report: &mut ScanReport,
    ) {
        let untouched = known.as_ref().is_some_and(|file| file.stamp == stamp);
        let own_row = match known.map(|file| file.known_as) {
            Some(Ok(row)) => {
                self.seen.insert(row);
                if untouched {
                    report.unchanged += 1;
                    return;
                }
                Some(row)
            }
            Some(Err(reason)) if untouched => {
                report.cannot_use(path.join(path_of(&name)).to_string_lossy(), reason);
                return;
            }
            _ => None,
        };
        let place = Place { folder, dir: Arc::clone(path), name: name.into() };
        let candidate = Candidate { place, stamp, own_row };
        if own_row.is_some() { &mut self.changed } else { &mut self.fresh }.push(candidate);
    }
}
