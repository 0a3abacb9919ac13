//! What is answered: status, header fields and a body that costs as little copying as its kind allows.
//!
//! `Content-Length`, `Date`, `Connection` and the security headers are added where the answer is written
//! ([`super::write`]); gzip where it is worth it ([`super::gzip`]).

use super::headers::Headers;
use super::permit::Permit;
use super::problem::{self, Problem};
use serde::Serialize;
use std::fs::File;
use std::sync::Arc;

/// An answer.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header fields, without those that the writer adds.
    pub headers: Headers,
    /// The body. A HEAD request gets its length only.
    pub body: Body,
}

/// The bytes of an answer.
#[derive(Debug)]
pub enum Body {
    /// None.
    Empty,
    /// Made for this answer.
    Bytes(Vec<u8>),
    /// Made once for many answers. `Arc<str>` turns into it without a copy.
    Shared(Arc<[u8]>),
    /// Part of the binary.
    Static(&'static [u8]),
    /// A stretch of a file, sent by the kernel.
    File {
        /// The open file.
        file: File,
        /// Where the stretch begins, bytes.
        offset: u64,
        /// How long it is, bytes.
        len: u64,
        /// For how long it may be sent.
        permit: Permit,
    },
}

impl Body {
    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::File { len, .. } => *len,
            _ => self.bytes().map_or(0, |bytes| bytes.len() as u64),
        }
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, if they are in memory.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Empty => Some(&[]),
            Self::Bytes(bytes) => Some(bytes),
            Self::Shared(bytes) => Some(bytes),
            Self::Static(bytes) => Some(bytes),
            Self::File { .. } => None,
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Static(text.as_bytes())
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Self::Static(bytes)
    }
}

impl From<Arc<[u8]>> for Body {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self::Shared(bytes)
    }
}

impl From<Arc<str>> for Body {
    fn from(text: Arc<str>) -> Self {
        Self::Shared(text.into())
    }
}

impl Response {
    /// An answer without body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self { status, headers: Headers::new(), body: Body::Empty }
    }

    /// An answer with a body of the given media type.
    #[must_use]
    pub fn typed(status: u16, media_type: impl AsRef<str>, body: impl Into<Body>) -> Self {
        Self { body: body.into(), ..Self::empty(status) }.header("Content-Type", media_type)
    }

    /// A JSON answer, written out from `value`.
    #[must_use]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => Self::json_bytes(status, bytes),
            Err(error) => {
                log::error!("an answer could not be written as JSON: {error}");
                Problem::new(problem::INTERNAL).into()
            }
        }
    }

    /// A JSON answer that is already encoded.
    #[must_use]
    pub fn json_bytes(status: u16, body: impl Into<Body>) -> Self {
        Self::typed(status, "application/json", body)
    }

    /// A plain text answer.
    #[must_use]
    pub fn text(status: u16, body: impl Into<Body>) -> Self {
        Self::typed(status, "text/plain; charset=utf-8", body)
    }

    /// A problem document.
    #[must_use]
    pub fn problem(problem: Problem) -> Self {
        let body = problem.to_json();
        let mut response = Self::typed(problem.kind.status, "application/problem+json", body);
        for (name, value) in problem.headers.iter() {
            response.headers.push(name, value);
        }
        response
    }

    /// The same answer with one more header field.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.push(name, value);
        self
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        Self::problem(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_know_their_length() {
        let file = tempfile::tempfile().unwrap();
        for (body, len) in [
            (Body::Empty, 0),
            (Body::from(vec![1, 2]), 2),
            (Body::from("abc"), 3),
            (Body::from(Arc::<str>::from("abcd")), 4),
            (Body::File { file, offset: 3, len: 5, permit: Permit::default() }, 5),
        ] {
            assert_eq!(body.len(), len, "{body:?}");
        }
    }

    #[test]
    fn json_carries_its_type() {
        let response = Response::json(200, &[1, 2]).header("ETag", "\"x\"");
        assert_eq!(response.headers.get("content-type"), Some("application/json"));
        assert_eq!(response.headers.get("etag"), Some("\"x\""));
        assert_eq!(response.body.bytes(), Some(&b"[1,2]"[..]));
    }
}
