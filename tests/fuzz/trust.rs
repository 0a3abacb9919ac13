//! TLS: the bytes of a client that may be none, and the household's own certificate files.

use super::engine::pieces;
use hearken::device::tls::{Tls, TlsSource};
use hearken::net::seal::{SEALED_BYTES, Seal};
use rustls::ServerConfig;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

pub const WORDS: &[&str] = &[
    "-----BEGIN CERTIFICATE-----\n",
    "-----END CERTIFICATE-----\n",
    "-----BEGIN PRIVATE KEY-----\n",
    "\n",
    "====",
    "\u{0}",
];

/// Long before any certificate ends.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)
}

/// What hands are shaken with: made once, like in the house.
fn config() -> &'static Arc<ServerConfig> {
    static CONFIG: OnceLock<Arc<ServerConfig>> = OnceLock::new();
    CONFIG.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let tls = Tls::open(&TlsSource::Auto(dir.path().into()), now()).unwrap();
        let names = hearken::device::tls::Names::private(["pi.local".to_owned()], []);
        tls.fit(&names, now()).unwrap();
        tls.server_config()
    })
}

pub fn sealed_seeds() -> Vec<Vec<u8>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    let name = ServerName::try_from("pi.local").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut hello = Vec::new();
    client.write_tls(&mut hello).unwrap();
    vec![hello, vec![0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0], b"\x16\x03\x01GET / HTTP/1.1\r\n\r\n".to_vec()]
}

/// Whether hands were nearly shaken, and what was answered in how many bytes.
fn answered(sent: Vec<&[u8]>) -> bool {
    let mut seal = Seal::new(config()).unwrap();
    let (mut open, mut told) = ([0; 512], Vec::new());
    let mut is_well = true;
    for piece in sent.into_iter().flat_map(|piece| piece.chunks(SEALED_BYTES)) {
        is_well = seal.take_in(piece).is_ok();
        seal.send(&mut told).unwrap();
        if !is_well {
            break;
        }
        while let Ok(Some(1..)) = seal.read(&mut open) {}
    }
    assert!(told.len() < 64 * 1024, "much ado about nothing");
    is_well
}

pub fn sealed(bytes: &[u8]) {
    let (at_once, by_pieces) = (answered(vec![bytes]), answered(pieces(bytes, 50)));
    assert!(at_once == by_pieces, "in pieces it is another hello");
}

/// Certificate and key, one behind the other, as `certbot` writes them.
pub fn certificate_seeds() -> Vec<Vec<u8>> {
    let made = rcgen::generate_simple_self_signed(["pi.local".to_owned()]).unwrap();
    let (cert, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    vec![
        format!("{cert}{key}").into(),
        format!("{cert}{cert}{key}").into(),
        key.into(),
        cert.into(),
        b"\x30\x82\x01\x0a".into(),
    ]
}

pub fn certificate(bytes: &[u8]) {
    let dir = TempDir::new().unwrap();
    let at = String::from_utf8_lossy(bytes)
        .find("-----BEGIN PRIVATE")
        .filter(|at| bytes.is_char(*at))
        .unwrap_or(bytes.len() / 2);
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&cert, &bytes[..at]).unwrap();
    std::fs::write(&key, &bytes[at..]).unwrap();
    let source = TlsSource::Own { cert, key };
    match Tls::open(&source, now()) {
        Ok(tls) => drop(tls.server_config()),
        Err(error) => {
            let said = error.to_string();
            assert!(said.contains("tls_cert") || said.contains("tls_key"), "which file? {said}");
        }
    }
}

/// Whether bytes may be cut at a place that was found in their text.
trait Cut {
    fn is_char(&self, at: usize) -> bool;
}

impl Cut for [u8] {
    fn is_char(&self, at: usize) -> bool {
        self.get(at..).is_some_and(|rest| rest.starts_with(b"-----BEGIN PRIVATE"))
    }
}
