//! For tests of the transports: a raw client, and a service made of a closure.

pub(super) mod script;

use super::headers::Headers;
use super::http1::Watch;
use super::link::Link;
use super::message::{Method, Peer, Request, Version, split_target};
use super::response::Response;
use super::service::{Outcome, Service};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A condition that does not come within this time never will.
const PATIENCE: Duration = Duration::from_secs(30);

/// A service that is a function.
pub(super) struct Answers<F>(pub F);

impl<F: Fn(&Request) -> Outcome + Send + Sync + 'static> Service for Answers<F> {
    fn call(&self, request: &Request) -> Outcome {
        (self.0)(request)
    }
}

/// Answers every request with its method, path and body.
pub(super) fn echo(request: &Request) -> Outcome {
    let body = String::from_utf8_lossy(&request.body);
    Response::text(200, format!("{} {} {body}", request.method.name(), request.path)).into()
}

/// Waits until `condition` holds.
pub(super) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

/// A client that sees bytes.
pub(super) struct Client<S = TcpStream> {
    pub stream: S,
    got: Vec<u8>,
}

/// An answer as it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Got {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Got {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self::on(stream)
    }
}

impl<S: Read + Write> Client<S> {
    pub fn on(stream: S) -> Self {
        Self { stream, got: Vec::new() }
    }

    /// Sends bytes; that the other side has closed shows in what is read.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    pub fn get(&mut self, path: &str) -> Got {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
        self.answer()
    }

    /// The next answer, to a request that was not HEAD.
    pub fn answer(&mut self) -> Got {
        let (status, head) = self.head();
        let mut got = Got { status, head, body: Vec::new() };
        let length = got.header("content-length").map_or(0, |length| length.parse().unwrap());
        while self.got.len() < length {
            assert!(self.receive() > 0, "the answer ends early: {got:?}");
        }
        got.body = self.got.drain(..length).collect();
        got
    }

    /// The next head alone.
    pub fn head(&mut self) -> (u16, String) {
        let end = loop {
            if let Some(at) = self.got.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.receive() > 0, "no head: {:?}", String::from_utf8_lossy(&self.got));
        };
        let head = String::from_utf8(self.got.drain(..end).collect()).unwrap();
        (head[9..12].parse().unwrap(), head)
    }

    /// Whether the other side has closed without another byte.
    pub fn is_closed(&mut self) -> bool {
        self.got.is_empty() && self.receive() == 0
    }

    /// Everything until the other side closes.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.receive() > 0 {}
        std::mem::take(&mut self.got)
    }

    fn receive(&mut self) -> usize {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(count) => {
                self.got.extend_from_slice(&piece[..count]);
                count
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("nothing came: {error}"),
        }
    }
}

/// A request without body, as a service gets it from the local socket.
pub(super) fn asking(method: &str, target: &str, fields: &[(&'static str, &'static str)]) -> Request {
    let (path, query) = split_target(target).unwrap();
    let mut headers = Headers::new();
    fields.iter().for_each(|(name, value)| headers.push(*name, *value));
    let (method, peer, version) = (Method::of(method), Peer::Local, Version::Http11);
    Request { method, path, query, headers, body: Vec::new(), peer, version }
}
