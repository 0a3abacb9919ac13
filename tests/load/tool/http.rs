//! The bit of HTTP/1.1 that every load begins with.

use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Sockets from one loopback address; beyond, the next address of 127/8 is used, as a server that bounds them would want.
const PER_ADDRESS: usize = 2_000;

/// Connects, as the `nth` of many.
pub fn connect(to: SocketAddr, nth: usize) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    let host = u8::try_from(1 + nth / PER_ADDRESS).map_err(|_| io::Error::other("too many sockets"))?;
    socket.bind(&SockAddr::from(SocketAddr::from((Ipv4Addr::new(127, 0, 0, host), 0))))?;
    socket.connect(&SockAddr::from(to))?;
    let socket = TcpStream::from(socket);
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(socket)
}

/// A request without a body.
pub fn get(to: SocketAddr, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {to}\r\n{headers}\r\n").into_bytes()
}

/// Reads a head. Returns it, and what was read beyond it.
pub fn head(socket: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        if let Some(end) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        match socket.read(&mut part)? {
            0 => return Err(io::Error::other("the server closed before its head was whole")),
            count => bytes.extend_from_slice(&part[..count]),
        }
    }
}

/// What a head says of its body's length.
pub fn length(head: &str) -> Option<usize> {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-length:"))?;
    line.split_once(':')?.1.trim().parse().ok()
}

/// Opens a WebSocket. Returns it, and what the server said at once.
pub fn websocket(to: SocketAddr, nth: usize, path: &str, headers: &str) -> io::Result<(TcpStream, Vec<u8>)> {
    let mut socket = connect(to, nth)?;
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    socket.write_all(&get(to, path, &format!("{upgrade}{headers}")))?;
    let (head, rest) = head(&mut socket)?;
    if head.split(' ').nth(1) == Some("101") { Ok((socket, rest)) } else { Err(io::Error::other(head)) }
}
