//! Which entries of the stars' log say nothing any more.
//!
//! The stars are the latest mark of each item. An entry none of whose marks is the latest of its item can go, and the
//! stars that are rebuilt from what is left are the same: taking an element out of a set that is not its maximum does not
//! change the maximum. An entry that holds one latest mark stays whole, so that what was logged is never rewritten.

use super::{Item, Mark, StarsEvent};
use std::collections::{HashMap, HashSet};

/// Looks at the entries of one profile's stars, oldest first, and tells which may go.
#[derive(Debug, Default)]
pub struct Survey {
    latest: HashMap<Item, (Mark, u64)>,
    seen: Vec<u64>,
}

impl Survey {
    /// Looks at the next entry.
    pub fn see(&mut self, seq: u64, event: &StarsEvent) {
        self.seen.push(seq);
        for marked in event.marks() {
            let mark = &marked.mark;
            if self.latest.get(&marked.item).is_none_or(|(known, _)| mark.beats(known)) {
                self.latest.insert(marked.item.clone(), (mark.clone(), seq));
            }
        }
    }

    /// The entries that may go, in order.
    #[must_use]
    pub fn superseded(&self) -> Vec<u64> {
        let needed: HashSet<u64> = self.latest.values().map(|(_, seq)| *seq).collect();
        self.seen.iter().copied().filter(|seq| !needed.contains(seq)).collect()
    }
}
