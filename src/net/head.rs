//! From bytes to a request head, strictly: a pure function, so that tables and fuzzing can drive it.
//!
//! Two parsers that read the same bytes differently are how requests are smuggled. Whatever RFC 9112 calls
//! doubtful is therefore refused here, and the connection ends: bare line feeds, folded lines, space before a
//! colon, more than one length, a length beside a transfer coding, chunks that are not the last and only coding, a missing,
//! second or improper Host. The whole table stands in `tests/it/http_conformance`.

use super::headers::Headers;
use super::message::{ASTERISK, Method, Peer, Query, Request, Version, split_target};
use super::origin;
use super::problem::{self, Kind, Problem};
use crate::limits::{HEAD_BYTES_MAX, HEADERS_MAX};
use std::mem::MaybeUninit;

/// A request head and what it says about the bytes behind it.
#[derive(Debug)]
pub struct Head {
    /// What to do.
    pub method: Method,
    /// The decoded path; [`ASTERISK`] for OPTIONS of the server as a whole.
    pub path: String,
    /// The query.
    pub query: Query,
    /// The header fields; a target in absolute form has replaced Host.
    pub headers: Headers,
    /// The version of the request line.
    pub version: Version,
    /// Length of the body, bytes.
    pub length: u64,
    /// Whether the client wants the connection to stay.
    pub keep_alive: bool,
    /// Whether the client waits for `100 Continue` before it sends the body.
    pub expects_continue: bool,
}

/// Why a head is refused. All of them end the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// It is not a well-formed request.
    #[error("{0}")]
    Malformed(&'static str),
    /// It is longer than [`HEAD_BYTES_MAX`], or has more than [`HEADERS_MAX`] fields.
    #[error("the request head is longer than this server reads")]
    TooLarge,
    /// Its length does not even fit a number.
    #[error("the body is longer than this server reads")]
    BodyTooLarge,
    /// The body comes in chunks.
    #[error("the body comes in chunks; send it with Content-Length")]
    Chunked,
    /// The body comes in a transfer coding that nothing here reads.
    #[error("the transfer coding of the body is not known here; send it with Content-Length")]
    TransferCoding,
    /// `Expect` asks for something else than `100-continue`.
    #[error("the only expectation known here is 100-continue")]
    Expectation,
    /// Another protocol version.
    #[error("only HTTP/1.0 and HTTP/1.1 are spoken here")]
    Version,
}

impl HeadError {
    fn kind(self) -> &'static Kind {
        match self {
            Self::Malformed(_) => problem::BAD_REQUEST,
            Self::TooLarge => problem::HEAD_TOO_LARGE,
            Self::BodyTooLarge => problem::TOO_LARGE,
            Self::Chunked => problem::LENGTH_REQUIRED,
            Self::TransferCoding => problem::NOT_IMPLEMENTED,
            Self::Expectation => problem::EXPECTATION,
            Self::Version => problem::VERSION,
        }
    }
}

impl From<HeadError> for Problem {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::Malformed(what) => error.kind().because(format!("{what}. {}", error.kind().advice)),
            _ => error.kind().into(),
        }
    }
}

impl Head {
    /// The request that this head begins, its body still empty.
    #[must_use]
    pub fn into_request(self, peer: Peer) -> Request {
        let Self { method, path, query, headers, version, .. } = self;
        Request { method, path, query, headers, body: Vec::new(), peer, version }
    }
}

/// Reads the head that `bytes` begins with, and its length. `None` while it is incomplete.
///
/// # Errors
/// [`HeadError`] as soon as it is certain that the head will not be accepted.
pub fn parse_head(bytes: &[u8]) -> Result<Option<(Head, usize)>, HeadError> {
    let mut fields = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    let mut parsed = httparse::Request::new(&mut []);
    let status = parsed.parse_with_uninit_headers(bytes, &mut fields).map_err(|error| refused(error, bytes))?;
    let end = match status {
        httparse::Status::Complete(end) if end <= HEAD_BYTES_MAX => end,
        httparse::Status::Partial if bytes.len() < HEAD_BYTES_MAX => bytes.len(),
        _ => return Err(HeadError::TooLarge),
    };
    check_line_ends(&bytes[..end])?;
    if status.is_partial() {
        return Ok(None);
    }
    head_of(&parsed).map(|head| Some((head, end)))
}

fn refused(error: httparse::Error, bytes: &[u8]) -> HeadError {
    match error {
        httparse::Error::TooManyHeaders => HeadError::TooLarge,
        httparse::Error::Version if names_a_version(bytes) => HeadError::Version,
        httparse::Error::Version => HeadError::Malformed("The request line is improper"),
        httparse::Error::HeaderName => HeadError::Malformed("A header field has no proper name"),
        httparse::Error::HeaderValue => HeadError::Malformed("A header field has an improper value"),
        httparse::Error::NewLine => HeadError::Malformed("A line does not end with CR LF"),
        httparse::Error::Token | httparse::Error::Status => HeadError::Malformed("The request line is improper"),
    }
}

/// Whether a request line that stumbled over its version has one at all, in the place for it.
fn names_a_version(bytes: &[u8]) -> bool {
    let line = bytes.trim_ascii_start().split(|&byte| byte == b'\r' || byte == b'\n').next().unwrap_or_default();
    let mut words = line.split(|&byte| byte == b' ').skip(2);
    words.next().is_some_and(|word| word.starts_with(b"HTTP/")) && words.next().is_none()
}

/// httparse takes a bare LF as a line's end; other parsers do not.
fn check_line_ends(head: &[u8]) -> Result<(), HeadError> {
    // Without a way out half through, which lets the processor look at many bytes in one step.
    let follows = head.iter().zip(head.get(1..).unwrap_or_default());
    let bare = follows
        .fold(head.first() == Some(&b'\n'), |bare, (&before, &byte)| bare | ((byte == b'\n') & (before != b'\r')));
    if bare {
        return Err(HeadError::Malformed("A line does not end with CR LF"));
    }
    Ok(())
}

fn head_of(parsed: &httparse::Request<'_, '_>) -> Result<Head, HeadError> {
    let version = if parsed.version == Some(0) { Version::Http10 } else { Version::Http11 };
    let bytes = parsed.headers.iter().map(|field| field.name.len() + field.value.len()).sum();
    let mut headers = Headers::with_capacity(parsed.headers.len(), bytes);
    for field in parsed.headers.iter() {
        match std::str::from_utf8(field.value) {
            Ok(value) => headers.push(field.name, value),
            Err(_) => headers.push(field.name, String::from_utf8_lossy(field.value)),
        }
    }
    check_host(&headers, version)?;
    let method = Method::of(parsed.method.unwrap_or_default());
    let (path, query) = target_of(method, parsed.path.unwrap_or_default(), &mut headers)?;
    let length = length_of(&headers, version)?;
    let keep_alive = keeps_alive(&headers, version);
    let expects_continue = expects_continue(&headers, version)?;
    Ok(Head { method, path, query, headers, version, length, keep_alive, expects_continue })
}

fn check_host(headers: &Headers, version: Version) -> Result<(), HeadError> {
    let mut hosts = headers.get_all("host");
    match (hosts.next(), hosts.next()) {
        (_, Some(_)) => Err(HeadError::Malformed("There is more than one Host field")),
        (None, None) if version == Version::Http11 => Err(HeadError::Malformed("The Host field is missing")),
        // Empty is what a client says whose target has no authority.
        (None | Some(""), None) => Ok(()),
        (Some(host), None) if origin::is_authority(host) => Ok(()),
        (Some(_), None) => Err(HeadError::Malformed("The Host field is no name with or without a port")),
    }
}

/// Path and query of a target in origin form, or in absolute form, whose authority then counts as Host; the asterisk of
/// OPTIONS is its own path.
fn target_of(method: Method, target: &str, headers: &mut Headers) -> Result<(String, Query), HeadError> {
    if !target.is_ascii() || target.contains('#') {
        return Err(HeadError::Malformed("The address has a character that must be percent-encoded"));
    }
    if method == Method::Options && target == ASTERISK {
        return Ok((ASTERISK.to_owned(), Query::default()));
    }
    let absolute = if target.starts_with('/') { None } else { target.split_once("://") };
    let split = match absolute {
        Some((scheme, rest)) if ["http", "https"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) => {
            let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            if !origin::is_authority(authority) {
                return Err(HeadError::Malformed("The address names no proper host"));
            }
            headers.set("Host", authority);
            split_target(&if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
        }
        _ => split_target(target),
    };
    split.ok_or(HeadError::Malformed("The address is no proper path"))
}

fn length_of(headers: &Headers, version: Version) -> Result<u64, HeadError> {
    let mut lengths = headers.get_all("content-length");
    let length = lengths.next();
    if lengths.next().is_some() {
        return Err(HeadError::Malformed("There is more than one Content-Length"));
    }
    match (headers.get("transfer-encoding"), length) {
        (Some(_), Some(_)) => Err(HeadError::Malformed("There are both Content-Length and Transfer-Encoding")),
        (Some(_), None) => Err(refused_coding(headers, version)),
        (None, None) => Ok(0),
        (None, Some(digits)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().map_err(|_| HeadError::BodyTooLarge)
        }
        (None, Some(_)) => Err(HeadError::Malformed("The Content-Length is no number")),
    }
}

/// Why a transfer coding is refused. Only one that ends with chunks, once, says where its body ends (RFC 9112, 6.1 and 6.3):
/// that is merely not read here; anything else is doubtful.
fn refused_coding(headers: &Headers, version: Version) -> HeadError {
    if version == Version::Http10 {
        return HeadError::Malformed("HTTP/1.0 has no Transfer-Encoding");
    }
    let codings = headers.get_all("transfer-encoding").flat_map(|value| value.split(','));
    let mut codings: Vec<_> = codings.map(|coding| coding.trim_matches([' ', '\t'])).collect();
    let last = codings.pop().unwrap_or_default();
    let is_chunked = |coding: &str| coding.eq_ignore_ascii_case("chunked");
    if !is_chunked(last) || codings.iter().any(|coding| coding.is_empty() || is_chunked(coding)) {
        return HeadError::Malformed("The Transfer-Encoding does not end with chunked, once");
    }
    if codings.is_empty() { HeadError::Chunked } else { HeadError::TransferCoding }
}

fn keeps_alive(headers: &Headers, version: Version) -> bool {
    let close = headers.has_token("connection", "close");
    !close && (version == Version::Http11 || headers.has_token("connection", "keep-alive"))
}

fn expects_continue(headers: &Headers, version: Version) -> Result<bool, HeadError> {
    if version == Version::Http10 {
        return Ok(false);
    }
    let mut expected = headers.get_all("expect").peekable();
    let any = expected.peek().is_some();
    let known = expected.all(|value| value.eq_ignore_ascii_case("100-continue"));
    if known { Ok(any) } else { Err(HeadError::Expectation) }
}

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;
