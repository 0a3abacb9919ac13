//! What a scan found, for the operator and for the tests.

/// Files with a reason that are listed; more are only counted.
const LISTED_MAX: usize = 200;

/// Of those, so many stand in the log.
const LOGGED_MAX: usize = 10;

/// The outcome of one scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanReport {
    /// Tracks that were not in the catalogue before.
    pub added: usize,
    /// Tracks whose tags, picture or file changed, the audio did not.
    pub changed: usize,
    /// Tracks whose file has another place or name now.
    pub moved: usize,
    /// Tracks that are no more in the catalogue.
    pub removed: usize,
    /// Tracks whose file was not touched.
    pub unchanged: usize,
    /// Files that changed while they were read; the next scan takes them.
    pub unsettled: usize,
    /// Links that lead out of the music directory and were not followed.
    pub refused_links: usize,
    /// Files and folders that could not be used, with the reason; at most 200.
    pub unreadable: Vec<(String, String)>,
    /// Number of all those, listed or not.
    pub unreadable_count: usize,
    /// Tracks that are missing and were kept, because too many are missing at once.
    pub mass_missing: Option<usize>,
}

impl ScanReport {
    /// Whether the catalogue is another one now.
    #[must_use]
    pub fn changes_catalog(&self) -> bool {
        self.added + self.changed + self.moved + self.removed > 0
    }

    /// Tells the operator what happened, and what to do about it. What was told of the `last` scan already is not
    /// told again. `known` is the number of tracks now.
    pub fn log(&self, known: usize, last: Option<&Self>) {
        if self.changes_catalog() || last.is_none() {
            log::info!(
                "library: {known} tracks ({} added, {} changed, {} moved, {} removed)",
                self.added,
                self.changed,
                self.moved,
                self.removed
            );
        }
        if let Some(missing) = self.mass_missing
            && last.and_then(|last| last.mass_missing) != Some(missing)
        {
            log::warn!(
                "library: {missing} of {known} tracks are missing at once and were kept; is the disk mounted? \
                 If they were meant to go: hearken scan --forget-missing"
            );
        }
        if self.unreadable_count > 0 && last.is_none_or(|last| last.unreadable != self.unreadable) {
            log::warn!("library: {} files or folders cannot be used:", self.unreadable_count);
            for (file, reason) in self.unreadable.iter().take(LOGGED_MAX) {
                log::warn!("library: {file}: {reason}");
            }
        }
        if self.refused_links > 0 && last.is_none_or(|last| last.refused_links != self.refused_links) {
            log::warn!(
                "library: {} links lead out of the music directory and are not followed; \
                 follow_links = true allows them",
                self.refused_links
            );
        }
    }

    /// Counts a file that could not be used, and lists it if there is room.
    pub fn cannot_use(&mut self, file: impl Into<String>, reason: impl Into<String>) {
        self.unreadable_count += 1;
        if self.unreadable.len() < LISTED_MAX {
            self.unreadable.push((file.into(), reason.into()));
        }
    }
}
