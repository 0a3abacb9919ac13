//! A WebSocket client that remembers what it was told.

use super::PATIENCE;
use super::secure::{Secure, Trust};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Error, Message, WebSocket};

/// An open WebSocket.
pub struct Socket {
    inner: WebSocket<Wire>,
    /// Every message so far, in order.
    pub told: Vec<Value>,
    read: usize,
    closed: Option<Option<u16>>,
}

/// What a WebSocket travels on.
enum Wire {
    Plain(TcpStream),
    Secure(Box<Secure>),
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Secure(stream) => stream.read(into),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Secure(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Secure(stream) => stream.flush(),
        }
    }
}

impl Socket {
    /// Opens one over TLS.
    pub fn secure(trust: &Trust, address: SocketAddr, target: &str, token: &str) -> Self {
        let wire = Wire::Secure(Box::new(trust.shake(address, "127.0.0.1").unwrap()));
        Self::on(wire, &format!("wss://{address}{target}"), &[("Authorization", &format!("Bearer {token}"))]).unwrap()
    }

    /// Opens one.
    pub fn open(address: SocketAddr, target: &str, token: &str) -> Self {
        Self::try_open(address, target, &[("Authorization", &format!("Bearer {token}"))]).unwrap()
    }

    /// Opens one; the status if that is refused.
    pub fn try_open(address: SocketAddr, target: &str, fields: &[(&'static str, &str)]) -> Result<Self, u16> {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self::on(Wire::Plain(stream), &format!("ws://{address}{target}"), fields)
    }

    fn on(wire: Wire, url: &str, fields: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = url.into_client_request().unwrap();
        for (name, value) in fields {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tungstenite::client(request, wire) {
            Ok((inner, _)) => Ok(Self { inner, told: Vec::new(), read: 0, closed: None }),
            Err(tungstenite::HandshakeError::Failure(Error::Http(answer))) => Err(answer.status().as_u16()),
            Err(error) => panic!("the handshake failed: {error}"),
        }
    }

    /// The socket below.
    pub fn stream(&self) -> &TcpStream {
        match self.inner.get_ref() {
            Wire::Plain(stream) => stream,
            Wire::Secure(stream) => &stream.sock,
        }
    }

    /// Says something.
    pub fn say(&mut self, message: &Value) {
        self.send(Message::text(message.to_string())).unwrap();
    }

    /// Sends a message of any kind.
    pub fn send(&mut self, message: Message) -> Result<(), Error> {
        self.inner.send(message)
    }

    /// Asks for a command.
    pub fn command(&mut self, id: &str, name: &str, args: &Value, guard: Option<u64>) {
        let mut message = json!({ "type": "command", "id": id, "name": name, "args": args });
        if let Some(guard) = guard {
            message["ifMatchEvent"] = guard.into();
        }
        self.say(&message);
    }

    /// Asks for a command and waits for its ack or reject.
    pub fn asks(&mut self, id: &str, name: &str, args: &Value, guard: Option<u64>) -> Value {
        self.command(id, name, args, guard);
        self.wait_for("an answer", |message| {
            message["id"] == id && (message["type"] == "ack" || message["type"] == "reject")
        })
    }

    /// Asks for a command; its ack or reject, or `None` if the connection ends before.
    pub fn try_asks(&mut self, id: &str, name: &str, args: &Value, guard: u64) -> Option<Value> {
        let message = json!({ "type": "command", "id": id, "name": name, "args": args, "ifMatchEvent": guard });
        self.send(Message::text(message.to_string())).ok()?;
        let due = Instant::now() + PATIENCE;
        while self.closed.is_none() {
            while let Some(message) = self.told.get(self.read) {
                self.read += 1;
                if message["id"] == id {
                    return Some(message.clone());
                }
            }
            assert!(Instant::now() < due, "no answer to {id}");
            self.receive(due.saturating_duration_since(Instant::now()));
        }
        None
    }

    /// Goes back in what it was told, so that it is waited for again.
    pub fn rewind(&mut self, to: usize) {
        self.read = to;
    }

    /// Forgets what it was told.
    pub fn forget(&mut self) {
        self.told.clear();
        self.read = 0;
    }

    /// The next message that fits; those before it are passed over, and remembered.
    #[track_caller]
    pub fn wait_for(&mut self, what: &str, mut fits: impl FnMut(&Value) -> bool) -> Value {
        let due = Instant::now() + PATIENCE;
        loop {
            while let Some(message) = self.told.get(self.read) {
                self.read += 1;
                if fits(message) {
                    return message.clone();
                }
            }
            let in_time = Instant::now() < due && self.closed.is_none();
            assert!(in_time, "waited in vain for {what}; told {:#?}", self.told);
            self.receive(due.saturating_duration_since(Instant::now()));
        }
    }

    /// The next message of this type.
    #[track_caller]
    pub fn wait(&mut self, kind: &str) -> Value {
        self.wait_for(kind, |message| message["type"] == kind)
    }

    /// The status of the close that ends it; `None` if it just ends.
    #[track_caller]
    pub fn close_code(&mut self) -> Option<u16> {
        let due = Instant::now() + PATIENCE;
        while self.closed.is_none() {
            assert!(Instant::now() < due, "it was not closed");
            self.receive(due.saturating_duration_since(Instant::now()));
        }
        self.closed.unwrap()
    }

    /// The types of the logged messages from `from` on, acks included.
    pub fn story(&self, from: usize) -> Vec<String> {
        let logged = self.told[from..].iter().filter(|message| !message["seq"].is_null() && message["eph"] != true);
        logged.map(|message| message["type"].as_str().unwrap().to_owned()).collect()
    }

    fn receive(&mut self, within: Duration) {
        self.stream().set_read_timeout(Some(within.max(Duration::from_millis(1)))).unwrap();
        match self.inner.read() {
            Ok(Message::Text(text)) => self.told.push(serde_json::from_str(&text).unwrap()),
            Ok(Message::Close(frame)) => self.closed = Some(frame.map(|frame| u16::from(frame.code))),
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(Error::Io(_) | Error::ConnectionClosed | Error::AlreadyClosed) => self.closed = Some(None),
            Err(Error::Protocol(error)) if error.to_string().contains("reset without closing") => {
                self.closed = Some(None);
            }
            Err(error) => panic!("garbage on a WebSocket: {error}"),
        }
    }
}
