//! From an answer to the bytes of its head.
//!
//! The head says what the answer's kind leaves to the transport: length, date, whether the connection stays, and
//! the security fields. How head and body leave is [`super::link`]'s.

use super::conditional::http_date;
use super::headers::Headers;
use super::secure::secure_lines;
use crate::clock;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a head says about the bytes behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// So many bytes follow (or would, had it not been HEAD).
    Length(u64),
    /// Everything until the connection ends: SSE, endless streams.
    UntilClose,
    /// This status has no body: 1xx, 204, 304.
    None,
}

/// What a head says about the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staying {
    /// It stays, as HTTP/1.1 takes for granted.
    Stays,
    /// It stays, and a client of HTTP/1.0 has to be told.
    StaysTold,
    /// It ends after this answer.
    Ends,
    /// The answer's own fields speak of it (`Connection: Upgrade`).
    Unsaid,
}

/// The framing of an answer with this status and a body of `len` bytes.
#[must_use]
pub const fn framing(status: u16, len: u64) -> Framing {
    match status {
        100..=199 | 204 | 304 => Framing::None,
        _ => Framing::Length(len),
    }
}

/// The `Date` field, made once a second at most.
#[derive(Debug, Default)]
pub struct DateLine {
    second: u64,
    text: String,
}

impl DateLine {
    fn at(&mut self, now: SystemTime) -> &str {
        let second = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        if self.text.is_empty() || self.second != second {
            self.second = second;
            self.text = http_date(now).unwrap_or_default();
        }
        &self.text
    }
}

/// Appends the head of an answer to `out`.
pub fn render_head(
    out: &mut Vec<u8>,
    status: u16,
    headers: &Headers,
    framing: Framing,
    staying: Staying,
    date: &mut DateLine,
) {
    // Writing to a Vec cannot fail; `write!` only has no other form.
    let _ = write!(out, "HTTP/1.1 {status} {}\r\nDate: {}\r\n", reason(status), date.at(clock::system_time()));
    if let Framing::Length(len) = framing {
        let _ = write!(out, "Content-Length: {len}\r\n");
    }
    out.extend_from_slice(match staying {
        Staying::Stays | Staying::Unsaid => b"",
        Staying::StaysTold => b"Connection: keep-alive\r\n",
        Staying::Ends => b"Connection: close\r\n",
    });
    for (name, value) in headers.iter() {
        for part in [name, ": ", value, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    out.extend_from_slice(secure_lines(headers.get("content-type")).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// The head of an answer that goes on until the connection ends, or of an upgrade: for code that took the
/// connection over ([`super::service::Taken`]).
#[must_use]
pub fn taken_head(status: u16, headers: &Headers) -> Vec<u8> {
    let mut out = Vec::new();
    let (framing, staying) = match status {
        101 => (Framing::None, Staying::Unsaid),
        _ => (Framing::UntilClose, Staying::Ends),
    };
    render_head(&mut out, status, headers, framing, staying, &mut DateLine::default());
    out
}

/// The reason phrase of a status, which nobody reads and everybody expects.
fn reason(status: u16) -> &'static str {
    let known = tungstenite::http::StatusCode::from_u16(status).ok();
    known.and_then(|code| code.canonical_reason()).unwrap_or("Unknown")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn rendered(status: u16, len: u64, staying: Staying) -> String {
        let mut headers = Headers::new();
        headers.push("ETag", "\"x\"");
        let mut out = Vec::new();
        render_head(&mut out, status, &headers, framing(status, len), staying, &mut DateLine::default());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_head_says_all_that_a_client_must_know() {
        let head = rendered(200, 5, Staying::Stays);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\nDate: "), "{head}");
        assert!(head.contains("\r\nContent-Length: 5\r\nETag: \"x\"\r\nX-Content-Type-Options: "), "{head}");
        assert!(head.ends_with("\r\n\r\n") && !head.contains("Connection"), "{head}");
        assert!(rendered(404, 0, Staying::Ends).contains("\r\nContent-Length: 0\r\nConnection: close\r\n"));
        assert!(rendered(200, 1, Staying::StaysTold).contains("\r\nConnection: keep-alive\r\n"));
    }

    #[test]
    fn answers_without_body_have_no_length() {
        for status in [101, 204, 304] {
            assert!(!rendered(status, 7, Staying::Stays).contains("Content-Length"), "{status}");
        }
        let stream = String::from_utf8(taken_head(200, &Headers::new())).unwrap();
        assert!(!stream.contains("Content-Length") && stream.contains("Connection: close"), "{stream}");
    }

    #[test]
    fn the_date_follows_the_clock() {
        let mut date = DateLine::default();
        assert_eq!(date.at(UNIX_EPOCH), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(date.at(UNIX_EPOCH + Duration::from_millis(900)), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(date.at(UNIX_EPOCH + Duration::from_secs(61)), "Thu, 01 Jan 1970 00:01:01 GMT");
    }
}
