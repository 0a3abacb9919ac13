//! How keys are kept: each with its certificate in one file, for the owner alone, replaced whole or not at all.
//!
//! A file is PEM with a line of words above each block, as PEM allows: readers skip them, people read them, and what the
//! file is good for stands there, so that nothing here has to take a certificate apart.

use super::TlsError;
use super::dates::Span;
use rcgen::KeyPair;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A certificate with its key, and when it holds.
#[derive(Debug)]
pub struct Kept {
    /// The certificate, DER.
    pub certificate: CertificateDer<'static>,
    /// The same as text.
    pub pem: String,
    /// Its private key.
    pub key: KeyPair,
    /// When it holds.
    pub span: Span,
    /// For whom, in words.
    pub whom: String,
}

impl Kept {
    /// What was just made.
    pub fn new(certificate: &rcgen::Certificate, key: KeyPair, span: Span, whom: String) -> Self {
        Self { certificate: certificate.der().clone(), pem: certificate.pem(), key, span, whom }
    }

    /// The file's text.
    fn text(&self) -> String {
        let Self { pem, key, span, whom, .. } = self;
        format!("for {whom}\nfrom {}\nuntil {}\n{pem}{}", span.from, span.until, key.serialize_pem())
    }

    /// Reads what was written by [`Kept::write`]; nothing if there is no such file.
    ///
    /// # Errors
    /// [`TlsError::Kept`] when it is there and cannot be read.
    pub fn read(path: &Path) -> Result<Option<Self>, TlsError> {
        match std::fs::read_to_string(path) {
            Ok(text) => parse(&text).map(Some).ok_or_else(|| kept(path, "is damaged")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(kept(path, &format!("cannot be read: {error}"))),
        }
    }

    /// Writes it in place of what was there.
    ///
    /// # Errors
    /// [`TlsError::Kept`].
    pub fn write(&self, path: &Path) -> Result<(), TlsError> {
        replace(path, self.text().as_bytes()).map_err(|error| kept(path, &format!("cannot be written: {error}")))
    }
}

fn parse(text: &str) -> Option<Kept> {
    let named = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let number = |name: &str| named(name).and_then(|number| number.parse().ok());
    let span = Span { from: number("from")?, until: number("until")? };
    let begin = text.find("-----BEGIN CERTIFICATE-----")?;
    let end = text.find("-----BEGIN PRIVATE KEY-----").filter(|end| begin < *end)?;
    let certificate = CertificateDer::from_pem_slice(text.as_bytes()).ok()?;
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).ok()?;
    let key = KeyPair::try_from(key.secret_der()).ok()?;
    Some(Kept { certificate, pem: text[begin..end].to_owned(), key, span, whom: named("for")?.to_owned() })
}

fn kept(path: &Path, problem: &str) -> TlsError {
    let problem = format!("{problem}. Correct that, or move it away: the next start makes a new one");
    TlsError::Kept { path: path.into(), problem }
}

/// Makes a directory that only its owner can look into.
///
/// # Errors
/// [`TlsError::Kept`].
pub fn make_private(dir: &Path) -> Result<(), TlsError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|error| kept(dir, &format!("cannot be made: {error}")))
}

/// Writes beside the file and moves it there, so that a power cut leaves the old or the new one.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = PathBuf::from(format!("{}.new", path.display()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    // One that an interrupted start left behind keeps its mode.
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
