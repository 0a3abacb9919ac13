//! The same house over TLS, for a device that trusts its authority.

use super::http::{Ask, Line, Patient};
use super::{House, PATIENCE};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

/// A connection whose hands are shaken.
pub type Secure = StreamOwned<ClientConnection, TcpStream>;

/// A device's trust in one authority.
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

impl Patient for Secure {
    fn be_patient(&self) {
        self.sock.be_patient();
    }
}

impl Trust {
    /// In the authority that the house shows to everybody.
    pub fn of(house: &House) -> Self {
        let answer = house.ask(Ask::get("/ca.crt"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.field("content-type"), Some("application/x-x509-ca-cert"));
        Self::in_(&CertificateDer::from(answer.body))
    }

    /// In this certificate.
    pub fn in_(authority: &CertificateDer<'_>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Self(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
    }

    /// Shakes hands with `address`, which must prove to be `name`.
    pub fn shake(&self, address: SocketAddr, name: &str) -> io::Result<Secure> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut tls = ClientConnection::new(Arc::clone(&self.0), name).map_err(io::Error::other)?;
        let mut socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        while tls.is_handshaking() {
            tls.complete_io(&mut socket)?;
        }
        Ok(StreamOwned::new(tls, socket))
    }

    /// A connection for requests.
    pub fn knock(&self, address: SocketAddr) -> Line<Secure> {
        Line::on(self.shake(address, "127.0.0.1").unwrap(), &address.to_string())
    }

    /// The certificate that is shown for `name`, if this device takes it.
    pub fn shown(&self, address: SocketAddr, name: &str) -> Option<CertificateDer<'static>> {
        let secure = self.shake(address, name).ok()?;
        Some(secure.conn.peer_certificates()?.first()?.clone().into_owned())
    }
}
