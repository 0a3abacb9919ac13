//! How each peer is spoken to: what a receiver asks for, and how something is said to all of them.
//!
//! A *view* is a choice of what to see. Peers that know channels have one for each view, and a broadcast to all views is
//! said once in each; hearken has one event, and writes it down once for each view that is open.

use super::args::Args;
use super::crowd::MARKER;
use super::frames::{BINARY, TEXT, frame};
use super::http;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Bytes of a broadcast's message as a receiver gets it.
pub const MESSAGE_BYTES: usize = 200;
/// What differs in the four views of a hearken: all of them have the device's playback.
const TOPICS: [&str; 4] = ["playback", "playback,session", "playback,library", "playback,household"];

/// Who is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Peer {
    Hearken,
    Nchan,
    Nats,
    /// A server of ours on node or FastAPI: `/receive/{view}` and `/publish/{view}`.
    Plain,
}

/// The way in to one of them.
pub struct Door {
    peer: Peer,
    to: SocketAddr,
    token: String,
    views: usize,
}

impl Door {
    /// As the arguments say: `peer`, `addr`, `token` (hearken's), `views`.
    pub fn read(args: &Args) -> Result<Self, Box<dyn Error>> {
        let peer = match args.text("peer") {
            "hearken" => Peer::Hearken,
            "nchan" => Peer::Nchan,
            "nats" => Peer::Nats,
            "node" | "fastapi" => Peer::Plain,
            other => return Err(format!("there is no peer {other:?}").into()),
        };
        let views = args.or("views", 1)?.clamp(1, TOPICS.len());
        Ok(Self { peer, to: args.address()?, token: args.text("token").to_owned(), views })
    }

    /// Opens the `nth` receiver. Returns it, and what it heard already.
    pub fn receiver(&self, nth: usize) -> io::Result<(TcpStream, Vec<u8>)> {
        let view = nth % self.views;
        match self.peer {
            Peer::Hearken => self.hearken(nth, &format!("r{nth}"), TOPICS[view]),
            Peer::Nchan => http::websocket(self.to, nth, &format!("/receive/{view}"), ""),
            Peer::Plain => http::websocket(self.to, nth, &format!("/receive/{view}"), ""),
            Peer::Nats => self.nats(nth, &format!("SUB view{view} 1\r\n")),
        }
    }

    /// Publishers that are needed for this many broadcasts a second. A tab of a hearken may tell where it is four times
    /// a second; what is more is passed over.
    pub fn publishers(&self, per_second: f64) -> usize {
        match self.peer {
            Peer::Hearken => (per_second / 3.5).ceil() as usize + 1,
            Peer::Nchan | Peer::Plain => self.views,
            Peer::Nats => 1,
        }
    }

    /// Opens the `nth` publisher, which is none of the receivers.
    pub fn publisher(&self, nth: usize) -> io::Result<(TcpStream, Vec<u8>)> {
        match self.peer {
            // With this name the message that comes of it is about as long as everybody else's.
            Peer::Hearken => self.hearken(5_000 + nth, &format!("publisher-{nth:0>22}"), "radio"),
            Peer::Nchan | Peer::Plain => http::websocket(self.to, 0, &format!("/publish/{nth}"), ""),
            Peer::Nats => self.nats(0, ""),
        }
    }

    /// What is said for broadcast `number`, and by which publisher of `publishers`.
    pub fn said(&self, number: usize, publishers: usize) -> Vec<(usize, Vec<u8>)> {
        match self.peer {
            Peer::Hearken => vec![(number % publishers, frame(TEXT, position(number).as_bytes()))],
            Peer::Nchan | Peer::Plain => (0..self.views).map(|view| (view, frame(TEXT, &message(number)))).collect(),
            Peer::Nats => {
                let mut bytes = Vec::new();
                for view in 0..self.views {
                    bytes.extend_from_slice(format!("PUB view{view} {MESSAGE_BYTES}\r\n").as_bytes());
                    bytes.extend_from_slice(&message(number));
                    bytes.extend_from_slice(b"\r\n");
                }
                vec![(0, frame(BINARY, &bytes))]
            }
        }
    }

    fn hearken(&self, nth: usize, tab: &str, topics: &str) -> io::Result<(TcpStream, Vec<u8>)> {
        let path = format!("/ws/sync?tab={tab}&topics={topics}");
        http::websocket(self.to, nth, &path, &format!("Authorization: Bearer {}\r\n", self.token))
    }

    /// Opens, and waits until the server has understood.
    fn nats(&self, nth: usize, subscription: &str) -> io::Result<(TcpStream, Vec<u8>)> {
        let (mut socket, mut heard) = http::websocket(self.to, nth, "/", "")?;
        let hello = format!("CONNECT {{\"verbose\":false,\"pedantic\":false}}\r\n{subscription}PING\r\n");
        socket.write_all(&frame(BINARY, hello.as_bytes()))?;
        let mut part = [0; 4096];
        while memchr::memmem::find(&heard, b"PONG\r\n").is_none() {
            match socket.read(&mut part)? {
                0 => return Err(io::Error::other(String::from_utf8_lossy(&heard).into_owned())),
                count => heard.extend_from_slice(&part[..count]),
            }
        }
        Ok((socket, Vec::new()))
    }
}

/// Where the device says it is: the number, as a place in a track.
fn position(number: usize) -> String {
    let track = "k3aaaaaaaaaaaaaa";
    format!("{{\"type\":\"position\",\"trackId\":\"{track}\",\"positionSec\":{number}}}")
}

/// The same number in a message that means nothing.
fn message(number: usize) -> Vec<u8> {
    let mut bytes = b"{".to_vec();
    bytes.extend_from_slice(MARKER);
    bytes.extend_from_slice(format!("{number},\"pad\":\"").as_bytes());
    bytes.resize(MESSAGE_BYTES - 2, b'x');
    bytes.extend_from_slice(b"\"}");
    bytes
}
