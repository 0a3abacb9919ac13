//! Deciding which track a file is: the one it was, one that moved, one that came back, or a new one.
//!
//! A track is *loose* while its file was not found in its place, or was found changed there and not yet read.
//! Loose tracks wait to be claimed by a file with their payload. Those that nobody claimed at the end are gone,
//! unless so many are missing that the guard in `scan` keeps them.

use super::compare::{Candidate, Difference};
use super::reading::Reading;
use super::report::ScanReport;
use crate::library::ids::{COPIES_MAX, ContentId};
use crate::library::store::rows::KnownTrack;
use crate::library::store::{Facts, Store, StoreError};
use crate::library::walk::Stamp;
use std::collections::{HashMap, HashSet};

/// Why a track is loose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Its file is not there.
    Vanished,
    /// Its file changed and was not read yet.
    Changed,
    /// Its file holds something else now.
    Replaced,
}

/// A file that changed and holds other audio than before; settled when all changed files are read.
#[derive(Debug)]
struct Held {
    candidate: Candidate,
    content: ContentId,
    facts: Box<Facts>,
}

/// The tracks that are loose, and what becomes of them.
#[derive(Debug, Default)]
pub struct Settling {
    loose: HashMap<i64, (KnownTrack, Why)>,
    held: Vec<Held>,
}

impl Settling {
    /// Takes the vanished tracks, and those whose file changed, as loose. Files that only moved, as their stamp
    /// says, are settled at once and taken out of `difference`: they need not be read.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn begin(store: &mut Store, difference: &mut Difference, report: &mut ScanReport) -> Result<Self, StoreError> {
        let mut settling = Self::default();
        for (row, track) in difference.vanished.drain() {
            settling.loose.insert(row, (track, Why::Vanished));
        }
        for row in difference.changed.iter().filter_map(|candidate| candidate.own_row) {
            settling.loose.insert(row, (store.track(row)?, Why::Changed));
        }
        let by_stamp: HashMap<Stamp, i64> =
            settling.loose.iter().map(|(&row, (track, _))| (track.stamp, row)).collect();
        for files in [&mut difference.changed, &mut difference.fresh] {
            let mut unread = Vec::with_capacity(files.len());
            for file in files.drain(..) {
                match by_stamp.get(&file.stamp) {
                    Some(row) if settling.loose.remove(row).is_some() => {
                        store.place(*row, &file.place, &file.stamp)?;
                        report.moved += 1;
                        settling.replaced(file.own_row);
                    }
                    _ => unread.push(file),
                }
            }
            *files = unread;
        }
        Ok(settling)
    }

    /// Settles a file that was read and is known in its place.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn changed(
        &mut self,
        store: &mut Store,
        candidate: &Candidate,
        reading: Reading,
        report: &mut ScanReport,
    ) -> Result<(), StoreError> {
        // It may have been claimed by another place meanwhile.
        let own = candidate.own_row.filter(|row| self.loose.contains_key(row));
        match reading {
            Reading::Track(content, facts) => match own {
                Some(row) if content.covers(&self.loose[&row].0.id) => {
                    store.update(row, &candidate.place, &candidate.stamp, &facts)?;
                    self.loose.remove(&row);
                    report.changed += 1;
                    Ok(())
                }
                own => {
                    self.replaced(own);
                    self.held.push(Held { candidate: candidate.clone(), content, facts });
                    Ok(())
                }
            },
            Reading::Refused(_) => {
                self.replaced(own);
                not_read(store, candidate, reading, report)
            }
            Reading::Failed(_) | Reading::Unsettled => {
                // What is known of it stays until it can be read.
                own.and_then(|row| self.loose.remove(&row));
                not_read(store, candidate, reading, report)
            }
        }
    }

    /// Settles the files that changed into something else, once all changed ones are read.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn held(&mut self, store: &mut Store, report: &mut ScanReport) -> Result<(), StoreError> {
        for held in std::mem::take(&mut self.held) {
            self.find_track(store, &held.candidate, &held.content, &held.facts, report)?;
        }
        Ok(())
    }

    /// Settles a file that was read and is new in its place.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn fresh(
        &mut self,
        store: &mut Store,
        candidate: &Candidate,
        reading: Reading,
        report: &mut ScanReport,
    ) -> Result<(), StoreError> {
        match reading {
            Reading::Track(content, facts) => self.find_track(store, candidate, &content, &facts, report),
            reading => not_read(store, candidate, reading, report),
        }
    }

    /// Tracks whose file is missing and that nobody claimed.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.loose.values().filter(|(_, why)| *why == Why::Vanished).count()
    }

    /// Ends it: what nobody claimed is gone; what is only missing is kept if `keep_missing`.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn finish(self, store: &mut Store, keep_missing: bool, report: &mut ScanReport) -> Result<(), StoreError> {
        for (row, (_, why)) in self.loose {
            if why == Why::Replaced || (why == Why::Vanished && !keep_missing) {
                store.mark_gone(row)?;
                report.removed += 1;
            }
        }
        Ok(())
    }

    /// Gives the file an id that its payload had before, or a new one.
    fn find_track(
        &mut self,
        store: &mut Store,
        candidate: &Candidate,
        content: &ContentId,
        facts: &Facts,
        report: &mut ScanReport,
    ) -> Result<(), StoreError> {
        let copies = store.copies(content)?;
        let free = copies.iter().filter(|copy| copy.gone || self.is_free(copy.row));
        let place = &candidate.place;
        // The one that lay here before, or under this name elsewhere, is the likeliest of several.
        let likelihood = |copy: &&KnownTrack| (*copy.name == *place.name, copy.folder == place.folder, !copy.gone);
        // The first of equals: `max_by_key` would take the last.
        if let Some(copy) = free.rev().max_by_key(likelihood) {
            match self.loose.remove(&copy.row) {
                Some(_) => report.moved += 1,
                None => report.added += 1,
            }
            store.update(copy.row, place, &candidate.stamp, facts)?;
        } else {
            let taken: HashSet<&str> = copies.iter().map(|copy| copy.id.as_str()).collect();
            let mut ids = (1..=COPIES_MAX).map(|copy| content.copy(copy));
            let Some(id) = ids.find(|id| !taken.contains(id.as_str())) else {
                report.cannot_use(place.shown(), "there are too many copies of this file; delete some");
                return Ok(());
            };
            store.insert(&id, place, &candidate.stamp, facts)?;
            report.added += 1;
        }
        store.forget_refusal(place.folder, &place.name)
    }

    /// What was in this place so far has to look for another one.
    fn replaced(&mut self, row: Option<i64>) {
        if let Some((_, why)) = row.and_then(|row| self.loose.get_mut(&row)) {
            *why = Why::Replaced;
        }
    }

    fn is_free(&self, row: i64) -> bool {
        self.loose.get(&row).is_some_and(|(_, why)| *why != Why::Changed)
    }
}

fn not_read(
    store: &mut Store,
    candidate: &Candidate,
    reading: Reading,
    report: &mut ScanReport,
) -> Result<(), StoreError> {
    match reading {
        Reading::Refused(reason) => {
            store.refuse(&candidate.place, &candidate.stamp, &reason)?;
            report.cannot_use(candidate.place.shown(), reason);
        }
        Reading::Failed(reason) => report.cannot_use(candidate.place.shown(), reason),
        Reading::Unsettled => report.unsettled += 1,
        Reading::Track(..) => {}
    }
    Ok(())
}
