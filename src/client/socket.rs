//! A connected byte stream to a target, TCP or Unix, and how a name becomes one.

use super::error::plain;
use super::{ClientError, Target};
use crate::device::mdns;
use socket2::SockRef;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long one address has to take the connection; on a LAN it takes milliseconds or never.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// How long the LAN has to answer for a `.local` name.
const RESOLVE_WITHIN: Duration = Duration::from_secs(2);

/// The stream.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    /// Connects, trying each address of a name in turn.
    pub(super) fn connect(target: &Target) -> Result<Self, ClientError> {
        match target {
            Target::Socket(path) => connect_unix(path),
            Target::Host { name, port } => connect_tcp(target, name, *port),
        }
    }

    /// How long a read may wait; `None`: for ever. Zero would mean for ever to the system, so it becomes a moment.
    pub(super) fn wait(&self, span: Option<Duration>) -> io::Result<()> {
        let span = span.map(|span| span.max(Duration::from_millis(1)));
        match self {
            Self::Tcp(stream) => stream.set_read_timeout(span),
            Self::Unix(stream) => stream.set_read_timeout(span),
        }
    }
}

fn connect_unix(path: &Path) -> Result<Socket, ClientError> {
    match UnixStream::connect(path) {
        Ok(stream) => Ok(Socket::Unix(stream)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(ClientError::SocketForbidden(path.into())),
        Err(error) => Err(ClientError::Unreachable { target: path.display().to_string(), why: plain(&error) }),
    }
}

fn connect_tcp(target: &Target, name: &str, port: u16) -> Result<Socket, ClientError> {
    let unreachable = |why: String| ClientError::Unreachable { target: target.to_string(), why };
    let mut why = String::new();
    for address in addresses(name, port).map_err(unreachable)? {
        match TcpStream::connect_timeout(&address, CONNECT_WITHIN).and_then(tuned) {
            Ok(stream) => return Ok(Socket::Tcp(stream)),
            Err(error) if name == address.ip().to_string() => why = plain(&error),
            Err(error) => why = format!("{address}: {}", plain(&error)),
        }
    }
    Err(unreachable(why))
}

/// Small messages go out at once, writes to a dead peer end, and so does a connection whose peer lost its power.
fn tuned(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(crate::limits::WRITE_STALL))?;
    SockRef::from(&stream).set_tcp_user_timeout(Some(crate::limits::LIVE_USER_TIMEOUT))?;
    Ok(stream)
}

/// `.local` names are asked for on the LAN first: without nss-mdns the system does not know them, and asks unicast
/// DNS for seconds.
fn addresses(name: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(vec![(address, port).into()]);
    }
    if name.ends_with(".local") {
        match mdns::resolve(name, RESOLVE_WITHIN) {
            Ok(found) if !found.is_empty() => return Ok(found.into_iter().map(|ip| (ip, port).into()).collect()),
            Ok(_) => {}
            Err(error) => log::debug!("{error}"),
        }
    }
    let found: Vec<SocketAddr> = (name, port).to_socket_addrs().map_err(|_| unknown(name))?.collect();
    if found.is_empty() { Err(unknown(name)) } else { Ok(found) }
}

fn unknown(name: &str) -> String {
    format!("nobody answers to the name {name}; is the appliance on, and on this network? (`hearken discover`)")
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(into),
            Self::Unix(stream) => stream.read(into),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Unix(stream) => stream.flush(),
        }
    }
}
