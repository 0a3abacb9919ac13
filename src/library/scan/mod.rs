//! One scan: compare, read what changed, settle which track each file is, remember it.
//!
//! The steps stand in the files beside; here is their order, the progress, and the guard: when more than a tenth
//! of the music is missing at once, a disk is gone rather than the music, and everything is kept. What the house
//! sees of a scan (a new catalogue, events) is made in `library`.

mod compare;
pub mod gate;
mod reading;
mod report;
mod settle;

pub use report::ScanReport;

use super::event::Progress;
use super::store::{Store, StoreError};
use crate::clock;
use compare::{Candidate, Difference};
use gate::Gate;
use reading::Reading;
use settle::Settling;
use std::path::Path;
use std::time::{Duration, Instant};

/// Files in one transaction: few enough to lose at a power cut, many enough to write the disk seldom.
const FILES_PER_COMMIT: usize = 500;
/// Shortest time between two reports of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);
/// A new library is shown for the first time after this many files, and then each time it has grown fourfold.
const FIRST_SHOWN: usize = 500;
/// This many tracks may always be missing: somebody deleted an album.
const MISSING_ALWAYS: usize = 9;
/// Beyond that, one in so many.
const MISSING_ONE_IN: usize = 10;

/// A scan could not be finished. The catalogue stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The library is being closed.
    #[error("the scan was stopped; it goes on at the next start")]
    Stopped,
    /// The scanning thread ended in a panic.
    #[error("the scan failed within itself; see the log above, and report it")]
    Panicked,
    /// There is no thread for it.
    #[error("the scan could not start a thread: {0}")]
    Thread(std::io::Error),
}

/// What a scan works on, and whom it tells.
pub struct Task<'a> {
    /// Where the music is.
    pub audio_dir: &'a Path,
    /// `library.db`.
    pub db_path: &'a Path,
    /// Whether links out of `audio_dir` are followed.
    pub follow_links: bool,
    /// Tracks that are missing are taken out, however many.
    pub force: bool,
    /// Where the scan gives way.
    pub gate: &'a Gate,
    /// Told how far it is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Told when the store has a part of a new library that is worth showing.
    pub show: &'a (dyn Fn() + Sync),
}

/// Runs a scan on this thread, which becomes idle in priority for good.
///
/// # Errors
/// [`ScanError`] when the store fails or the gate was closed.
pub fn run(task: &Task<'_>) -> Result<ScanReport, ScanError> {
    reading::become_idle();
    let mut report = ScanReport::default();
    let mut store = Store::begin(task.db_path)?;
    let known = store.count()?;
    let mut difference = compare::compare(&mut store, task.audio_dir, task.follow_links, task.gate, &mut report)?;
    let mut run = Run {
        task,
        settling: Settling::default(),
        progress: Progress { done: 0, total: 0 },
        told: None,
        // Only a new library is shown in parts.
        show_at: if known == 0 { FIRST_SHOWN } else { usize::MAX },
    };
    run.read(&mut store, &mut difference, &mut report)?;
    if task.gate.is_closed() {
        store.end()?;
        return Err(ScanError::Stopped);
    }
    let missing = run.settling.missing();
    let keep = !task.force && too_many(missing, known, difference.files);
    report.mass_missing = keep.then_some(missing);
    run.settling.finish(&mut store, keep, &mut report)?;
    if report.changes_catalog() || difference.art_changed {
        store.next_version()?;
    }
    store.end()?;
    Ok(report)
}

/// Whether so much is missing that the disk is to blame.
fn too_many(missing: usize, known: usize, files: usize) -> bool {
    let nothing_left = files == 0 && missing > 0;
    nothing_left || missing > MISSING_ALWAYS && missing * MISSING_ONE_IN > known
}

struct Run<'a> {
    task: &'a Task<'a>,
    settling: Settling,
    progress: Progress,
    told: Option<Instant>,
    show_at: usize,
}

impl Run<'_> {
    fn read(
        &mut self,
        store: &mut Store,
        difference: &mut Difference,
        report: &mut ScanReport,
    ) -> Result<(), StoreError> {
        self.settling = Settling::begin(store, difference, report)?;
        self.progress.total = difference.changed.len() + difference.fresh.len();
        if self.progress.total == 0 {
            return Ok(());
        }
        self.tell();
        self.read_files(store, &difference.changed, report, Settling::changed)?;
        if self.task.gate.is_closed() {
            return Ok(());
        }
        self.settling.held(store, report)?;
        self.read_files(store, &difference.fresh, report, Settling::fresh)?;
        self.told = None;
        self.tell();
        Ok(())
    }

    fn read_files(
        &mut self,
        store: &mut Store,
        files: &[Candidate],
        report: &mut ScanReport,
        settle: fn(&mut Settling, &mut Store, &Candidate, Reading, &mut ScanReport) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let task = self.task;
        reading::read_all(task.audio_dir, task.follow_links, task.gate, files, |file, reading| {
            settle(&mut self.settling, store, file, reading, report)?;
            self.progress.done += 1;
            self.tell();
            if self.progress.done.is_multiple_of(FILES_PER_COMMIT) {
                self.commit(store)?;
            }
            Ok(())
        })
    }

    fn commit(&mut self, store: &mut Store) -> Result<(), StoreError> {
        let show = self.progress.done >= self.show_at && self.progress.done < self.progress.total;
        if show {
            self.show_at = self.progress.done * 4;
            store.next_version()?;
        }
        store.commit()?;
        if show {
            (self.task.show)();
        }
        Ok(())
    }

    fn tell(&mut self) {
        if self.told.is_none_or(|told| told.elapsed() >= PROGRESS_EVERY) {
            self.told = Some(clock::instant());
            (self.task.progress)(self.progress);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_music_may_go_and_ten_tracks_may_not() {
        assert!(!too_many(0, 0, 0));
        assert!(!too_many(9, 20, 11), "an album");
        assert!(too_many(10, 99, 89));
        assert!(!too_many(10, 100, 90));
        assert!(too_many(101, 1000, 899));
        assert!(too_many(3, 3, 0), "nothing is left");
    }
}
