//! Single requests over HTTP/1.1, by TCP or over the private socket.
//!
//! One connection a request, closed by both sides: the command line asks two or three questions and ends.

use super::answer::{Answer, parse, read_answer};
use super::error::plain;
use super::socket::Socket;
use super::{ClientError, Problem, Target};
use serde_json::Value;
use std::io::Write;
use std::time::Duration;

/// Silence of the appliance after which a question has failed.
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// Whom to ask, and as whom.
#[derive(Clone, Debug)]
pub struct Http<'a> {
    target: &'a Target,
    token: Option<&'a str>,
    silence: Duration,
    as_guest: bool,
}

impl<'a> Http<'a> {
    /// Requests to `target`, with `token` if there is one.
    #[must_use]
    pub fn new(target: &'a Target, token: Option<&'a str>) -> Self {
        Self { target, token, silence: SILENCE_MAX, as_guest: false }
    }

    /// The same, as the appliance's own page would ask that nobody has paired yet: with its Origin.
    #[must_use]
    pub fn as_guest(self) -> Self {
        Self { as_guest: true, ..self }
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

    /// `POST path` with a file, as it is.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn post_file(&self, path: &str, media_type: &str, file: &[u8]) -> Result<Answer, ClientError> {
        self.send("POST", path, media_type, file)
    }

    /// Any method.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, ClientError> {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, path, "application/json", body.as_bytes())
    }

    fn send(&self, method: &str, path: &str, media_type: &str, body: &[u8]) -> Result<Answer, ClientError> {
        let mut socket = Socket::connect(self.target)?;
        let lost = |why: std::io::Error| ClientError::Lost { target: self.target.to_string(), why: plain(&why) };
        socket.wait(Some(self.silence)).map_err(lost)?;
        socket.write_all(&self.request(method, path, media_type, body)).map_err(lost)?;
        let mut bytes = Vec::new();
        read_answer(&mut socket, &mut bytes).map_err(lost)?;
        let answer = parse(&bytes).map_err(|why| self.strange(why))?;
        self.judge(answer)
    }

    fn request(&self, method: &str, path: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
        let host = match self.target {
            Target::Host { .. } => self.target.to_string(),
            Target::Socket(_) => "localhost".into(),
        };
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        head.push_str("Accept: application/json, */*\r\nAccept-Encoding: gzip\r\n");
        if self.as_guest {
            head.push_str(&format!("Origin: http://{host}\r\n"));
        }
        if let Some(token) = self.token {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if !body.is_empty() {
            head.push_str(&format!("Content-Type: {media_type}\r\n"));
        }
        if method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    fn judge(&self, answer: Answer) -> Result<Answer, ClientError> {
        match answer.status {
            0..=399 => Ok(answer),
            401 => Err(ClientError::NotPaired(self.target.to_string())),
            // Without a token and without a page's Origin the appliance does not even ask who it is.
            403 if self.is_nobody() => Err(ClientError::NotPaired(self.target.to_string())),
            status => Err(ClientError::Refused(Box::new(problem(status, &answer.body)))),
        }
    }

    fn is_nobody(&self) -> bool {
        self.token.is_none() && !self.as_guest && matches!(self.target, Target::Host { .. })
    }

    fn strange(&self, why: String) -> ClientError {
        ClientError::Strange { target: self.target.to_string(), why }
    }
}

/// The problem document of an answer, or one made of its status.
pub(super) fn problem(status: u16, body: &[u8]) -> Problem {
    let bare =
        Problem { status, title: String::new(), detail: String::new(), expected_event_count: None, snapshot: None };
    serde_json::from_slice(body).unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(told(403, "{}").starts_with("this machine is not paired with pi:1"));
        let guest = http.clone().as_guest().judge(answer(403, r#"{"status":403,"detail":"wrong code"}"#));
        assert_eq!(guest.unwrap_err().to_string(), "wrong code");
        assert!(told(401, "").starts_with("this machine is not paired with pi:1: run `hearken pair --host pi:1 CODE`"));
    }

    #[test]
    fn a_request_names_host_token_and_length() {
        let target: Target = "[fd00::1]:81".parse().unwrap();
        let bytes = Http::new(&target, Some("abc")).request("POST", "/scan", "application/json", b"{}");
        let text = String::from_utf8(bytes).unwrap();
        for part in
            ["POST /scan HTTP/1.1\r\nHost: [fd00::1]:81\r\n", "Bearer abc\r\n", "Content-Length: 2\r\n", "\r\n\r\n{}"]
        {
            assert!(text.contains(part), "{part:?} in {text}");
        }
    }
}
