//! What the appliance shows to a browser that asks by https: its certificate, kept fitting without a restart.
//!
//! Nobody can buy a certificate for `hearken.local`. So the appliance is its own authority: made once, for private names
//! only, and trusted by whoever installs it (`/trust` tells how). With it a [`leaf`] is signed for the names and addresses
//! of the moment; when those change, or its end comes near, the next handshake sees another one. Or the household has
//! certificates of its own ([`files`]); then nothing is made here, and a renewed file is noticed.
//!
//! A Raspberry Pi boots in the past. Every date that is written here begins well before now, a clock that stands before
//! this program was written counts as unknown ([`dates`]), and [`Tls::fit`] is asked again and again.

mod authority;
mod dates;
mod files;
mod leaf;
mod names;
mod standing;
mod store;
mod validity;

pub use authority::Authority;
pub use dates::{RENEWED_BEFORE_DAYS, Span};
use files::Files;
use leaf::Leaf;
pub use names::Names;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
pub use standing::{Signer, Standing};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsSource {
    /// Made here; kept in this directory.
    Auto(PathBuf),
    /// The household's own.
    Own {
        /// The certificate with its chain, PEM.
        cert: PathBuf,
        /// Its private key, PEM.
        key: PathBuf,
    },
}

/// Why there is no https.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of the household's own cannot be read.
    #[error("{setting} = {}: {problem}", path.display())]
    Own {
        /// `tls_cert` or `tls_key`.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// What was made here cannot be kept, or not be read again.
    #[error("{}: {problem}", path.display())]
    Kept {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// A certificate cannot be made, or not be used.
    #[error("no certificate can be made: {0}")]
    Make(String),
}

/// The appliance's side of TLS. One per server.
#[derive(Debug)]
pub struct Tls {
    config: Arc<ServerConfig>,
    shown: Arc<Shown>,
    provider: Arc<CryptoProvider>,
    kind: Kind,
    /// Why the last renewal failed; told by [`Tls::standing`] until one is well.
    trouble: Mutex<Option<TlsError>>,
}

#[derive(Debug)]
enum Kind {
    Made(Box<Made>),
    Own(Mutex<Files>),
}

/// What is made here, and where it is kept.
#[derive(Debug)]
struct Made {
    authority: Authority,
    dir: PathBuf,
    leaf: Mutex<Option<Leaf>>,
}

/// The certificate that handshakes are answered with now.
#[derive(Debug, Default)]
struct Shown(RwLock<Option<Arc<CertifiedKey>>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Shown {
    fn is_something(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn show(&self, key: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(key));
    }
}

impl Tls {
    /// Reads what is kept, or makes the authority. Nothing made here is shown before the first [`Tls::fit`].
    ///
    /// # Errors
    /// [`TlsError`]; the house goes on without https, or says so and ends, as its owner decides.
    pub fn open(source: &TlsSource, now: SystemTime) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let shown = Arc::new(Shown::default());
        let kind = match source {
            TlsSource::Auto(dir) => {
                store::make_private(dir)?;
                let authority = Authority::open(dir, now)?;
                Kind::Made(Box::new(Made { authority, dir: dir.clone(), leaf: Mutex::new(Leaf::read(dir)) }))
            }
            TlsSource::Own { cert, key } => {
                let (files, certified) = Files::open(cert.clone(), key.clone(), &provider)?;
                shown.show(certified);
                Kind::Own(Mutex::new(files))
            }
        };
        let config = Arc::new(server_config(&provider, &shown)?);
        Ok(Self { config, shown, provider, kind, trouble: Mutex::default() })
    }

    /// What handshakes are made with.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// The authority that devices may trust; none if the certificate is the household's own.
    #[must_use]
    pub fn authority(&self) -> Option<&Authority> {
        match &self.kind {
            Kind::Made(made) => Some(&made.authority),
            Kind::Own(_) => None,
        }
    }

    /// Makes the shown certificate fit these names, this moment and what lies in the files. Cheap when it fits already.
    ///
    /// # Errors
    /// [`TlsError`]; what was shown before is shown on.
    pub fn fit(&self, names: &Names, now: SystemTime) -> Result<(), TlsError> {
        let renewed = match &self.kind {
            Kind::Own(files) => self.read_again(files),
            Kind::Made(made) => made.fit(names, now, &self.shown, &self.provider),
        };
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match &renewed {
            Ok(true) => *trouble = None,
            // What fits has been made. A file that is wrong, or not written, stays so until it is touched.
            Ok(false) => drop(trouble.take_if(|before| matches!(before, TlsError::Make(_)))),
            Err(error) => *trouble = Some(error.clone()),
        }
        renewed.map(drop)
    }

    /// Whether the household's own files had changed.
    fn read_again(&self, files: &Mutex<Files>) -> Result<bool, TlsError> {
        let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(certified) = files.read_again(&self.provider)? else { return Ok(false) };
        self.shown.show(certified);
        ::log::info!("https: the certificate was read again");
        Ok(true)
    }
}

impl Made {
    /// Whether another certificate is shown now.
    fn fit(&self, names: &Names, now: SystemTime, shown: &Shown, provider: &CryptoProvider) -> Result<bool, TlsError> {
        let mut leaf = self.leaf.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = leaf.as_ref().filter(|leaf| leaf.fits(&self.authority, names, now)) {
            if shown.is_something() {
                return Ok(false);
            }
            match kept.certified(provider) {
                Ok(certified) => {
                    shown.show(certified);
                    return Ok(true);
                }
                Err(error) => ::log::warn!("https: the kept certificate cannot be used ({error}): a new one is made"),
            }
        }
        let made = Leaf::sign(&self.authority, names, now)?;
        shown.show(made.certified(provider)?);
        ::log::info!("https: a certificate for {names}");
        // Shown even if it cannot be kept; the next start then makes another one.
        let kept = made.write(&self.dir);
        *leaf = Some(made);
        kept.map(|()| true)
    }
}

fn server_config(provider: &Arc<CryptoProvider>, shown: &Arc<Shown>) -> Result<ServerConfig, TlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Make(error.to_string()))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(shown) as Arc<_>);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests;
