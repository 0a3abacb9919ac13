//! The household's own certificate: read at start, and again when its files change (a renewal by certbot, say).

use super::TlsError;
use super::dates::Span;
use super::validity::span_of;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The two files, which state of them was read, and when what was read holds.
#[derive(Debug)]
pub struct Files {
    cert: PathBuf,
    key: PathBuf,
    seen: [Option<State>; 2],
    span: Option<Span>,
}

/// When a file's contents changed, and when anything of it did (seconds, nanoseconds): whom it is for is a change, too.
type State = (SystemTime, i64, i64);

impl Files {
    /// Reads both.
    ///
    /// # Errors
    /// [`TlsError::Own`] names the setting and what to do.
    pub fn open(cert: PathBuf, key: PathBuf, provider: &CryptoProvider) -> Result<(Self, CertifiedKey), TlsError> {
        let mut files = Self { cert, key, seen: [None; 2], span: None };
        files.seen = files.changed();
        let certified = files.read(provider)?;
        files.span = certified.cert.first().and_then(|first| span_of(first));
        Ok((files, certified))
    }

    /// Reads both again if one has changed. Each change is looked at once: half a renewal is an error, and its other half
    /// the next change.
    ///
    /// # Errors
    /// As [`Files::open`].
    pub fn read_again(&mut self, provider: &CryptoProvider) -> Result<Option<CertifiedKey>, TlsError> {
        let now = self.changed();
        if now == self.seen {
            return Ok(None);
        }
        self.seen = now;
        let certified = self.read(provider)?;
        self.span = certified.cert.first().and_then(|first| span_of(first));
        Ok(Some(certified))
    }

    /// When the certificate that was read last holds; `None` if it does not say so.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    fn changed(&self) -> [Option<State>; 2] {
        [&self.cert, &self.key].map(|path| {
            let about = std::fs::metadata(path).ok()?;
            Some((about.modified().ok()?, about.ctime(), about.ctime_nsec()))
        })
    }

    fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let (cert, key) = (wrong("tls_cert", &self.cert), wrong("tls_key", &self.key));
        let text = std::fs::read(&self.cert).map_err(|error| cert(unreadable(&error)))?;
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(|error| cert(error.to_string()))?;
        if chain.is_empty() {
            return Err(cert("there is no certificate in it; it must be PEM, with its chain".into()));
        }
        let text = std::fs::read(&self.key).map_err(|error| key(unreadable(&error)))?;
        let secret = PrivateKeyDer::from_pem_slice(&text)
            .map_err(|_| key("there is no private key in it; it must be PEM, without a password".into()))?;
        certified(chain, secret, provider).map_err(key)
    }
}

/// Puts a certificate and its key together, if they belong together.
pub fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, String> {
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => "the key does not belong to the certificate".into(),
        other => format!("it cannot be used: {other}"),
    })
}

fn wrong(setting: &'static str, path: &Path) -> impl Fn(String) -> TlsError {
    move |problem| TlsError::Own { setting, path: path.into(), problem }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {error}; check the path in config.toml, and that hearken's user may read it")
}
