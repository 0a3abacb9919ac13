//! The certificate for the names and addresses of the moment, signed by the appliance's own authority.

use super::authority::{Authority, serial};
use super::dates::Span;
use super::names::Names;
use super::store::Kept;
use super::{TlsError, files};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use std::path::Path;
use std::time::SystemTime;

/// Its file, key and certificate. Kept, because whoever chose to trust just this certificate would have to choose again.
const FILE: &str = "shown.pem";

/// A certificate with its key.
#[derive(Debug)]
pub struct Leaf(Kept);

impl Leaf {
    /// The one that is kept in `dir`. One that cannot be read is none: another is made.
    pub fn read(dir: &Path) -> Option<Self> {
        let kept = Kept::read(&dir.join(FILE));
        kept.inspect_err(|error| ::log::warn!("https: {error}")).ok().flatten().map(Self)
    }

    /// Signs a new one, with a key of its own.
    ///
    /// # Errors
    /// [`TlsError::Make`].
    pub fn sign(authority: &Authority, names: &Names, now: SystemTime) -> Result<Self, TlsError> {
        let failed = |error: rcgen::Error| TlsError::Make(error.to_string());
        let key = KeyPair::generate().map_err(failed)?;
        let span = Span::of_leaf(now, authority.span());
        let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "hearken");
        params.subject_alt_names = names.sans();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(serial()?);
        span.date(&mut params);
        let certificate = authority.sign(&params, &key).map_err(failed)?;
        Ok(Self(Kept::new(&certificate, key, span, whom(authority, names))))
    }

    /// Whether it is for these names, by this authority, and holds long enough.
    pub fn fits(&self, authority: &Authority, names: &Names, now: SystemTime) -> bool {
        self.0.whom == whom(authority, names) && self.0.span.is_good(now, authority.span())
    }

    /// When it holds.
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// Keeps it in `dir`.
    ///
    /// # Errors
    /// [`TlsError::Kept`].
    pub fn write(&self, dir: &Path) -> Result<(), TlsError> {
        self.0.write(&dir.join(FILE))
    }

    /// As handshakes need it.
    ///
    /// # Errors
    /// [`TlsError::Make`] when key and certificate do not belong together.
    pub fn certified(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.0.key.serialize_der()));
        files::certified(vec![self.0.certificate.clone()], key, provider).map_err(TlsError::Make)
    }
}

/// What is compared: another authority makes another certificate, whatever it is for.
fn whom(authority: &Authority, names: &Names) -> String {
    format!("{names}, signed by {}", authority.fingerprint())
}
