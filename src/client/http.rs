//! Single requests over HTTP/1.1, by TCP or over the private socket.
//!
//! One connection a request, closed by both sides: the command line asks two or three questions and ends. Answers
//! may be gzipped, of known length, chunked (tiny_http on the socket), or end with the connection.

use super::socket::Socket;
use super::{ClientError, Problem, Target};
use serde_json::Value;
use std::io::{Read, Write};
use std::time::Duration;

/// Longest answer, bytes, packed or unpacked; an index of 100,000 tracks has 30 MB.
const ANSWER_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Silence of the appliance after which a question has failed.
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// Whom to ask, and as whom.
#[derive(Clone, Debug)]
pub struct Http<'a> {
    target: &'a Target,
    token: Option<&'a str>,
    silence: Duration,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

impl<'a> Http<'a> {
    /// Requests to `target`, with `token` if there is one.
    #[must_use]
    pub fn new(target: &'a Target, token: Option<&'a str>) -> Self {
        Self { target, token, silence: SILENCE_MAX }
    }

    /// The same, patient: a backup of a large store is silent for a while.
    #[must_use]
    pub fn patient(self, silence: Duration) -> Self {
        Self { silence, ..self }
    }

    /// `GET path`; the answer has a status below 400.
    ///
    /// # Errors
    /// [`ClientError`]; a status from 400 is [`ClientError::Refused`] or [`ClientError::NotPaired`].
    pub fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.ask("GET", path, None)
    }

    /// `POST path` with a JSON body.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn post(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        self.ask("POST", path, Some(body))
    }

    /// Any method.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, ClientError> {
        let mut socket = Socket::connect(self.target)?;
        let lost = |why: std::io::Error| ClientError::Lost { target: self.target.to_string(), why: why.to_string() };
        socket.wait(Some(self.silence)).map_err(lost)?;
        socket.write_all(&self.request(method, path, body)).map_err(lost)?;
        let mut bytes = Vec::new();
        read_answer(&mut socket, &mut bytes).map_err(lost)?;
        let answer = parse(&bytes).map_err(|why| self.strange(why))?;
        self.judge(answer)
    }

    fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<u8> {
        let host = match self.target {
            Target::Host { .. } => self.target.to_string(),
            Target::Socket(_) => "localhost".into(),
        };
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        head.push_str("Accept: application/json, */*\r\nAccept-Encoding: gzip\r\n");
        if let Some(token) = self.token {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        if !body.is_empty() {
            head.push_str("Content-Type: application/json\r\n");
        }
        if method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        format!("{head}\r\n{body}").into_bytes()
    }

    fn judge(&self, answer: Answer) -> Result<Answer, ClientError> {
        match answer.status {
            0..=399 => Ok(answer),
            401 => Err(ClientError::NotPaired(self.target.to_string())),
            status => Err(ClientError::Refused(Box::new(problem(status, &answer.body)))),
        }
    }

    fn strange(&self, why: String) -> ClientError {
        ClientError::Strange { target: self.target.to_string(), why }
    }
}

impl Answer {
    /// A header by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `Null` if it is none, which a caller sees as an object without the field it needs.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The problem document of an answer, or one made of its status.
pub(super) fn problem(status: u16, body: &[u8]) -> Problem {
    let bare =
        Problem { status, title: String::new(), detail: String::new(), expected_event_count: None, snapshot: None };
    serde_json::from_slice(body).unwrap_or(bare)
}

/// Reads until the connection ends, or until the whole answer of known length is here: a peer may keep it open.
fn read_answer(from: &mut impl Read, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let mut block = vec![0; 64 * 1024];
    let mut whole = None;
    while whole.is_none_or(|whole| bytes.len() < whole) {
        let read = match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes.extend_from_slice(&block[..read]);
        whole = whole.or_else(|| whole_length(bytes));
        if bytes.len() as u64 > ANSWER_BYTES_MAX {
            return Err(std::io::Error::other("the answer is too long"));
        }
    }
    Ok(())
}

/// Length of head and body together, once the head is here and tells.
fn whole_length(bytes: &[u8]) -> Option<usize> {
    let (status, headers, head) = parse_head(bytes).ok()?;
    if matches!(status, 204 | 304) {
        return Some(head);
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse::<usize>().ok()?;
    head.checked_add(length)
}

/// Status, headers, and where the body begins.
type Head = (u16, Vec<(String, String)>, usize);

fn parse_head(bytes: &[u8]) -> Result<Head, String> {
    let mut slots = [httparse::EMPTY_HEADER; crate::limits::HEADERS_MAX];
    let mut response = httparse::Response::new(&mut slots);
    let httparse::Status::Complete(length) = response.parse(bytes).map_err(|error| error.to_string())? else {
        return Err("the answer ended within its head".into());
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = response.headers.iter().map(|h| (h.name.to_ascii_lowercase(), text(h.value))).collect();
    Ok((response.code.unwrap_or_default(), headers, length))
}

fn parse(bytes: &[u8]) -> Result<Answer, String> {
    let (status, headers, head) = parse_head(bytes)?;
    let mut answer = Answer { status, headers, body: bytes[head..].to_vec() };
    if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        answer.body = unchunk(&answer.body).ok_or("its chunks are broken")?;
    } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        if answer.body.len() < length && !matches!(status, 204 | 304) {
            return Err(format!("the answer ended after {} of {length} bytes", answer.body.len()));
        }
        answer.body.truncate(length);
    }
    if answer.header("content-encoding") == Some("gzip") {
        let mut plain = Vec::new();
        let unpacked = flate2::read::GzDecoder::new(answer.body.as_slice()).take(ANSWER_BYTES_MAX);
        std::io::BufReader::new(unpacked).read_to_end(&mut plain).map_err(|error| error.to_string())?;
        answer.body = plain;
    }
    Ok(answer)
}

fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let httparse::Status::Complete((start, length)) = httparse::parse_chunk_size(bytes).ok()? else { return None };
        let length = usize::try_from(length).ok()?;
        if length == 0 {
            return Some(body);
        }
        let chunk = bytes.get(start..)?.get(..length)?;
        body.extend_from_slice(chunk);
        bytes = bytes.get(start + length..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Answer, String> {
        let mut bytes = Vec::new();
        read_answer(&mut &*text, &mut bytes).map_err(|error| error.to_string())?;
        parse(&bytes)
    }

    #[test]
    fn answers_of_every_framing_are_read() {
        let table: [&[u8]; 3] = [
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}of the next answer",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\"\r\n6\r\n:true}\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n{\"ok\":true}",
        ];
        for text in table {
            assert_eq!(read(text).unwrap().json()["ok"], true, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_gzipped_answer_is_unpacked() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"{\"ok\":1}").unwrap();
        let packed = packed.finish().unwrap();
        let mut text = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
        text = text.replace("Encoding: gzip", "Encoding: gzip\r\nX-Y: z");
        let bytes = [text.as_bytes(), &packed].concat();
        assert_eq!(read(&bytes).unwrap().json()["ok"], 1);
    }

    #[test]
    fn broken_answers_are_errors() {
        let table: [&[u8]; 5] = [
            b"",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Len",
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\"",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\"\r\n6\r\n:tr",
        ];
        for text in table {
            assert!(read(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_refusal_is_told_in_the_appliances_words() {
        let target: Target = "pi:1".parse().unwrap();
        let answer = |status, body: &str| Answer { status, headers: vec![], body: body.into() };
        let http = Http::new(&target, None);
        let told = |status, body| http.judge(answer(status, body)).unwrap_err().to_string();
        assert_eq!(
            told(404, r#"{"status":404,"title":"Gone","detail":"there is no room \"x\""}"#),
            "there is no room \"x\""
        );
        assert_eq!(told(500, "<html>"), "refused with status 500");
        assert!(told(401, "").starts_with("this machine is not paired with pi:1: run `hearken pair --host pi:1 CODE`"));
    }

    #[test]
    fn a_request_names_host_token_and_length() {
        let target: Target = "[fd00::1]:81".parse().unwrap();
        let bytes = Http::new(&target, Some("abc")).request("POST", "/scan", Some(&serde_json::json!({})));
        let text = String::from_utf8(bytes).unwrap();
        for part in
            ["POST /scan HTTP/1.1\r\nHost: [fd00::1]:81\r\n", "Bearer abc\r\n", "Content-Length: 2\r\n", "\r\n\r\n{}"]
        {
            assert!(text.contains(part), "{part:?} in {text}");
        }
    }
}
