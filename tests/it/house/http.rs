//! The smallest HTTP/1.1 client that a story needs: what is sent is exactly what the test says.

use super::PATIENCE;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    method: String,
    target: String,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its header fields, names in lower case.
    pub fields: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// A connection, and what was received and not read yet.
pub struct Line<S> {
    socket: S,
    host: String,
    received: Vec<u8>,
}

/// A stream with a limit on how long one waits for it.
pub trait Patient: Read + Write {
    /// Sets it.
    fn be_patient(&self);
}

impl Patient for TcpStream {
    fn be_patient(&self) {
        self.set_read_timeout(Some(PATIENCE)).unwrap();
        self.set_write_timeout(Some(PATIENCE)).unwrap();
    }
}

impl Patient for UnixStream {
    fn be_patient(&self) {
        self.set_read_timeout(Some(PATIENCE)).unwrap();
    }
}

impl Ask {
    /// A request of any method.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.into(), target: target.into(), fields: Vec::new(), body: Vec::new() }
    }

    /// GET.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// HEAD.
    pub fn head(target: &str) -> Self {
        Self::new("HEAD", target)
    }

    /// POST.
    pub fn post(target: &str) -> Self {
        Self::new("POST", target)
    }

    /// With a header field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// With a token.
    pub fn bearer(self, token: &str) -> Self {
        self.field("Authorization", &format!("Bearer {token}"))
    }

    /// With a body of JSON.
    pub fn json(self, body: &Value) -> Self {
        self.field("Content-Type", "application/json").body(body.to_string())
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The request as it is sent to `host`; a Host of one's own comes instead.
    pub fn bytes(&self, host: &str) -> Vec<u8> {
        let has = |name: &str| self.fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        if !has("host") {
            head.push_str(&format!("Host: {host}\r\n"));
        }
        if !has("content-length") && (!self.body.is_empty() || self.method == "POST") {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        for (name, value) in &self.fields {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }
}

impl Answer {
    /// A header field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text()))
    }

    /// The body of a good answer.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// A clear refusal with this status: a problem document whose detail says what to do.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.field("content-type"), Some("application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], status, "{problem}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| text.len() > 4), "{member} in {problem}");
        }
        problem
    }
}

impl Line<TcpStream> {
    /// A connection to `address`.
    pub fn to(address: SocketAddr) -> Self {
        Self::on(TcpStream::connect(address).unwrap(), &address.to_string())
    }
}

impl<S: Patient> Line<S> {
    /// A connection that is open.
    pub fn on(socket: S, host: &str) -> Self {
        socket.be_patient();
        Self { socket, host: host.into(), received: Vec::new() }
    }

    /// The socket below.
    pub fn socket(&self) -> &S {
        &self.socket
    }

    /// Sends bytes.
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_say(bytes).unwrap();
    }

    /// Sends bytes, as far as the other end takes them.
    pub fn try_say(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.socket.write_all(bytes.as_ref())
    }

    /// One request and its answer; the connection stays.
    pub fn ask(&mut self, ask: &Ask) -> Answer {
        self.say(ask.bytes(&self.host));
        self.answer(ask.method == "HEAD").unwrap_or_else(|| panic!("no answer to {} {}", ask.method, ask.target))
    }

    /// The next answer; `None` if the connection ends before its last byte.
    pub fn answer(&mut self, is_head_only: bool) -> Option<Answer> {
        let (status, fields) = self.answer_head()?;
        let mut answer = Answer { status, fields, body: Vec::new() };
        let length = answer.field("content-length").map(|length| length.parse::<usize>().unwrap());
        if is_head_only || matches!(status, 100..=199 | 204 | 304) {
            return Some(answer);
        }
        while length.is_none_or(|length| self.received.len() < length) {
            if !self.receive() {
                if length.is_some() {
                    return None;
                }
                break;
            }
        }
        let length = length.unwrap_or(self.received.len());
        answer.body = self.received.drain(..length).collect();
        Some(answer)
    }

    /// All that still comes until the connection ends.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.receive() {}
        std::mem::take(&mut self.received)
    }

    /// The head of an answer that has no end.
    pub fn answer_head(&mut self) -> Option<(u16, Vec<(String, String)>)> {
        let end = loop {
            if let Some(at) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.receive() {
                return None;
            }
        };
        let head: Vec<u8> = self.received.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let line = lines.next().unwrap();
        assert!(line.starts_with("HTTP/1.1 "), "not HTTP: {line:?}");
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let field =
            |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        Some((status, lines.filter_map(field).collect()))
    }

    /// Takes a line of text from what is received.
    pub fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.received.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=at).collect();
                return Some(String::from_utf8(line).unwrap().trim_end_matches(['\r', '\n']).to_owned());
            }
            if !self.receive() {
                return None;
            }
        }
    }

    /// Whether the other end has closed, waiting for it.
    pub fn ends(&mut self) -> bool {
        while self.receive() {}
        true
    }

    /// Receives more; false at the end. A reset is an end too.
    fn receive(&mut self) -> bool {
        let mut piece = [0; 16 * 1024];
        match self.socket.read(&mut piece) {
            Ok(0) => false,
            Ok(count) => {
                self.received.extend_from_slice(&piece[..count]);
                true
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("waited in vain for the server"),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => self.receive(),
            Err(_) => false,
        }
    }
}
