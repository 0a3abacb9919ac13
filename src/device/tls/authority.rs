//! The household's own authority: made once, kept, and trusted by the devices that install it.

use super::TlsError;
use super::dates::Span;
use super::names::constraints;
use super::store::Kept;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, SerialNumber};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Its file, key and certificate.
const FILE: &str = "authority.pem";

/// The authority with its key.
#[derive(Debug)]
pub struct Authority(Kept);

impl Authority {
    /// Reads it from `dir`, or makes it there. One that has ended is replaced; devices must then trust the new one.
    ///
    /// # Errors
    /// [`TlsError`]: one that is there and cannot be read is not replaced, because devices trust it.
    pub fn open(dir: &Path, now: SystemTime) -> Result<Self, TlsError> {
        let path = Self::file(dir);
        match Kept::read(&path)? {
            Some(kept) if !kept.span.is_over(now) => return Ok(Self(kept).told()),
            Some(_) => ::log::warn!("https: the authority's ten years are over: devices must trust the new one"),
            None => {}
        }
        let made = make(now)?;
        made.write(&path)?;
        ::log::info!("https: this appliance has an authority of its own now; /trust tells how devices trust it");
        Ok(Self(made).told())
    }

    /// Where it is kept in `dir`.
    pub(super) fn file(dir: &Path) -> PathBuf {
        dir.join(FILE)
    }

    /// Tells its fingerprint where only the appliance's own people look: what a page shows may have been changed on its way.
    fn told(self) -> Self {
        ::log::info!("https: the authority's SHA-256 fingerprint is {}", self.fingerprint());
        self
    }

    /// The certificate, DER: what devices install.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.certificate
    }

    /// Its SHA-256 as devices show it: pairs of hex digits with colons.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let pairs: Vec<String> = Sha256::digest(self.der()).iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    pub(super) fn span(&self) -> Span {
        self.0.span
    }

    /// Signs.
    pub(super) fn sign(&self, params: &CertificateParams, key: &KeyPair) -> Result<rcgen::Certificate, rcgen::Error> {
        let own = params_of(&self.0.key, self.0.span)?;
        params.signed_by(key, &Issuer::from_params(&own, &self.0.key))
    }
}

fn make(now: SystemTime) -> Result<Kept, TlsError> {
    let failed = |error: rcgen::Error| TlsError::Make(error.to_string());
    let key = KeyPair::generate().map_err(failed)?;
    let span = Span::of_authority(now);
    let mut params = params_of(&key, span).map_err(failed)?;
    params.serial_number = Some(serial()?);
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok(Kept::new(&certificate, key, span, "everything that this appliance signs".into()))
}

/// The same for the same key: so the authority can sign without its certificate being taken apart.
fn params_of(key: &KeyPair, span: Span) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    // Named by its key: two appliances, or one that began anew, must not look like one.
    let mark: String = Sha256::digest(key.public_key_raw()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("Hearken at home {mark}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(constraints());
    span.date(&mut params);
    Ok(params)
}

/// A number that no other certificate has: browsers refuse two of one issuer that are numbered alike.
pub(super) fn serial() -> Result<SerialNumber, TlsError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| TlsError::Make(format!("the kernel gives no chance: {error}")))?;
    // Positive, and of one length.
    bytes[0] = bytes[0] & 0x3f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}
