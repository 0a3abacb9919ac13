//! Why the store refused the last write, until it takes one again: what the doctor is told. A disk may fail while all that
//! was stored reads well, and then only the writer knows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the writer, which says it, and the hub's handles, which show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<Arc<str>>>>);

impl Trouble {
    /// A write was refused. Whether the one before was not.
    pub fn begin(&self, why: &str) -> bool {
        self.held().replace(why.into()).is_none()
    }

    /// A write was taken.
    pub fn end(&self) {
        *self.held() = None;
    }

    /// Why nothing can be stored.
    pub fn now(&self) -> Option<Arc<str>> {
        self.held().clone()
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<str>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
