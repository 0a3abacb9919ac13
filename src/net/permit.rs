//! For how long an answer may go on: asked again and again while a long body is under way.

use std::fmt;
use std::sync::Arc;

/// Whether a body may still be sent; without a condition always.
#[derive(Clone, Default)]
pub struct Permit(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Permit {
    /// As long as `holds` says so. It is asked for every few hundred kilobytes, so it must be quick.
    #[must_use]
    pub fn while_so(holds: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(holds)))
    }

    /// Whether to go on.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.0.as_ref().is_none_or(|holds| holds())
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Permit(while …)" } else { "Permit(always)" })
    }
}
