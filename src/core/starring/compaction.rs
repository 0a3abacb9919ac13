//! Which entries of the stars' log say nothing any more.
//!
//! The stars are the latest mark of each item. An entry none of whose marks is the latest of its item can go, and the
//! stars that are rebuilt from what is left are the same: taking an element out of a set that is not its maximum does not
//! change the maximum. An entry that holds one latest mark stays whole, so that what was logged is never rewritten.
//!
//! Marks only ever get later, so what is superseded stays superseded: a decision made a while ago still holds. Of a
//! profile that is gone nothing is needed.

use super::{Stars, StarsEvent};

impl Stars {
    /// Whether these stars rest on `event`; if not, its entry may go. They must include it.
    #[must_use]
    pub fn rest_on(&self, event: &StarsEvent) -> bool {
        event.marks().iter().any(|marked| self.get(&marked.item) == Some(&marked.mark))
    }
}
