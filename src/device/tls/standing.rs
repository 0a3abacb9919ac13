//! How https stands: until when what is shown holds, and whether its renewal works. What that means for people is judged
//! by the doctor (`health/certificate.rs`).

use super::authority::Authority;
use super::dates::Span;
use super::{Kind, Tls, TlsError};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

/// How the certificate stands that is shown now.
#[derive(Clone, Debug)]
pub struct Standing {
    /// When it holds; `None` if it cannot be told.
    pub shown: Option<Span>,
    /// Who signed it; `None` if the certificate is the household's own.
    pub signed_by: Option<Signer>,
    /// Why the last renewal failed, or was not kept; `None` if all is well.
    pub trouble: Option<TlsError>,
}

/// The household's own authority.
#[derive(Clone, Debug)]
pub struct Signer {
    /// Its SHA-256, as devices show it.
    pub fingerprint: String,
    /// When it holds.
    pub span: Span,
    /// Where it is kept.
    pub file: PathBuf,
}

impl Tls {
    /// How the shown certificate stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (shown, signed_by) = match &self.kind {
            Kind::Own(files) => (files.lock().unwrap_or_else(PoisonError::into_inner).span(), None),
            Kind::Made(made) => {
                let leaf = made.leaf.lock().unwrap_or_else(PoisonError::into_inner);
                (leaf.as_ref().map(super::leaf::Leaf::span), Some(signer(&made.authority, &made.dir)))
            }
        };
        Standing { shown, signed_by, trouble }
    }
}

fn signer(authority: &Authority, dir: &Path) -> Signer {
    Signer { fingerprint: authority.fingerprint(), span: authority.span(), file: Authority::file(dir) }
}
