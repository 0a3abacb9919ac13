//! Why the store refused the last write, until it takes one again: what the doctor is told. A disk may fail while all that
//! was stored reads well, and then only the writer knows.
//!
//! A disk is also mended while nobody wants anything stored. So a store that refused is tried every few seconds, with a
//! write of its own: whoever freed some space is told that it was enough, without having to press a key first. One that takes
//! long to refuse is left alone for longer: while it hangs, the writer does.

use super::writer::Writer;
use crate::clock::Now;
use crate::limits;
use crate::log::{LogError, Put};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The vault's drawer of what is written to see whether it can be; its one value stays there.
const DRAWER: &str = "trial";

/// Shared by the writer, which says it, and the hub's handles, which show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<Arc<str>>>>);

impl Trouble {
    /// A write was refused. Whether that is news: the one before was not, or for another reason.
    pub fn begin(&self, why: &str) -> bool {
        self.held().replace(why.into()).is_none_or(|before| *before != *why)
    }

    /// A write was taken. Whether the one before was not.
    pub fn end(&self) -> bool {
        self.held().take().is_some()
    }

    /// Why nothing can be stored.
    pub fn now(&self) -> Option<Arc<str>> {
        self.held().clone()
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<str>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// The store took a write.
    pub(super) fn well(&mut self) {
        self.trial_at = None;
        if self.trouble.end() {
            ::log::info!("the store takes writes again");
        }
    }

    /// The store refused a write of the round that began at `now`, whoever wanted it: said once for each reason.
    pub(super) fn unwell(&mut self, why: &LogError, now: Now) {
        let then = self.clock.mono();
        let rest = then.since(now.mono).saturating_mul(limits::STORE_TRIAL_RESTS);
        self.trial_at = Some(then.plus(rest.max(limits::STORE_TRIAL_MS)));
        if self.trouble.begin(&why.to_string()) {
            ::log::error!("{why}. Commands are refused until it is mended; what was acknowledged is safe.");
        }
    }

    /// Tries a store that refused, if it is time to: by a write that takes more than most commands.
    pub(super) fn try_store(&mut self, now: Now) {
        let Ok(store) = &mut self.store else { return };
        if self.trial_at.is_none_or(|at| at > now.mono) {
            return;
        }
        let value = Some(vec![0_u8; limits::STORE_TRIAL_BYTES].into());
        match store.put(&[Put { bucket: DRAWER, key: DRAWER.into(), value }]) {
            Ok(()) => self.well(),
            Err(error) => self.unwell(&error, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_news_once_and_another_is_news_again() {
        let trouble = Trouble::default();
        assert!(!trouble.end(), "it was well");
        let said = ["full", "full", "restart hearken", "full"].map(|why| trouble.begin(why));
        assert_eq!(said, [true, false, true, true]);
        assert_eq!(trouble.now().as_deref(), Some("full"));
        assert_eq!((trouble.end(), trouble.end(), trouble.now()), (true, false, None));
        assert!(trouble.begin("full"), "once for each time");
    }
}
