//! RFC 9457 problem documents, and the catalogue of what transports refuse.
//!
//! Every refusal says what to do. Reasons that come from the household's rules are the core's own; they become a
//! [`Problem`] through a [`Kind`] of theirs.

use super::headers::Headers;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A kind of problem: what all its occurrences have in common. There are as many as the program names: all static.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The HTTP status.
    pub status: u16,
    /// Its name in the `type` URI, `/problems/<slug>`.
    pub slug: &'static str,
    /// What it is, in few words.
    pub title: &'static str,
    /// What to do about it, when the occurrence has nothing better to say.
    pub advice: &'static str,
}

/// One occurrence of a problem.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Its kind.
    pub kind: &'static Kind,
    /// What happened here and what to do.
    pub detail: Cow<'static, str>,
    /// Extension members, already encoded.
    pub members: Vec<(&'static str, Box<RawValue>)>,
    /// Header fields that the status asks for (`Allow`, `Retry-After`…).
    pub headers: Headers,
}

macro_rules! catalogue {
    ($($name:ident $status:literal $slug:literal $title:literal $advice:literal;)*) => {
        $(#[doc = concat!($title, " (", stringify!($status), ").")]
        pub const $name: &Kind = &Kind { status: $status, slug: $slug, title: $title, advice: $advice };)*

        /// All kinds that transports use.
        pub const CATALOGUE: &[&Kind] = &[$($name),*];
    };
}

catalogue! {
    BAD_REQUEST 400 "bad-request" "Malformed request" "Send a well-formed HTTP/1.1 request with a JSON body.";
    UNAUTHORIZED 401 "unpaired" "Not paired" "Pair this device first: POST /pair with the code that the appliance shows.";
    FORBIDDEN 403 "forbidden" "Not allowed" "Ask for it in a way that this appliance allows.";
    FOREIGN_HOST 403 "foreign-host" "Unknown host name"
        "Use one of the appliance's own names or addresses, or add this one to allowed_hosts in config.toml.";
    FOREIGN_ORIGIN 403 "foreign-origin" "Another site's request"
        "Use the page that the appliance serves, or send the token as Authorization: Bearer without Origin.";
    NOT_FOUND 404 "not-found" "Nothing here" "Check the address; docs/protocol.md lists all of them.";
    METHOD_NOT_ALLOWED 405 "method-not-allowed" "Method not allowed here" "Use one of the methods in Allow.";
    TIMEOUT 408 "timeout" "Request took too long" "Send the whole request at once, then try again.";
    LENGTH_REQUIRED 411 "length-required" "Length required" "Send the body with Content-Length, not in chunks.";
    PRECONDITION 412 "precondition-failed" "Precondition failed" "It has changed: ask for it without the condition.";
    TOO_LARGE 413 "too-large" "Body too large" "Send it in smaller parts.";
    UNSUPPORTED_TYPE 415 "unsupported-type" "Unsupported media type" "Send the body as application/json.";
    RANGE 416 "range" "Range not satisfiable" "Ask for bytes that the file has; Content-Range tells its size.";
    EXPECTATION 417 "expectation" "Unknown expectation" "Send no Expect field but 100-continue.";
    MISDIRECTED 421 "misdirected" "Wrong server" "Open a new connection to the host that you mean.";
    INVALID 422 "invalid" "Invalid value" "Correct the value that is named and send it again.";
    GUARD_REQUIRED 428 "guard-required" "Guard required" "Send If-Match-Event with the eventCount that you have seen.";
    TOO_MANY 429 "too-many" "Too many tries" "Wait as long as Retry-After says.";
    HEAD_TOO_LARGE 431 "head-too-large" "Request head too large" "Send fewer or shorter header fields.";
    INTERNAL 500 "internal" "Internal error" "Try again; if it stays, look at the appliance's log.";
    NOT_IMPLEMENTED 501 "not-implemented" "Not implemented" "Use a method and a transfer coding of plain HTTP/1.1.";
    BUSY 503 "busy" "Busy" "Wait as long as Retry-After says, then try again.";
    VERSION 505 "version" "HTTP version not supported" "Speak HTTP/1.1.";
}

impl Kind {
    /// An occurrence with its own detail: what happened and what to do.
    #[must_use]
    pub fn because(&'static self, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem { detail: detail.into(), ..Problem::new(self) }
    }
}

impl Problem {
    /// An occurrence that says what its kind says.
    #[must_use]
    pub const fn new(kind: &'static Kind) -> Self {
        Self { kind, detail: Cow::Borrowed(kind.advice), members: Vec::new(), headers: Headers::new() }
    }

    /// Adds an extension member. Raw JSON (`&RawValue`) goes through unchanged.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::value::to_raw_value(value) {
            Ok(raw) => self.members.push((name, raw)),
            Err(error) => log::error!("the member {name} of a problem could not be written as JSON: {error}"),
        }
        self
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// Says when to come back, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("Retry-After", seconds.to_string())
    }

    /// The document, encoded.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_else(|error| {
            log::error!("a problem could not be written as JSON: {error}");
            format!("{{\"status\":{}}}", self.kind.status).into_bytes()
        })
    }
}

impl From<&'static Kind> for Problem {
    fn from(kind: &'static Kind) -> Self {
        Self::new(kind)
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(4 + self.members.len()))?;
        map.serialize_entry("type", &format_args!("/problems/{}", self.kind.slug))?;
        map.serialize_entry("title", self.kind.title)?;
        map.serialize_entry("status", &self.kind.status)?;
        map.serialize_entry("detail", &self.detail)?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_document_reads_in_order() {
        const STALE: &Kind = &Kind { status: 409, slug: "stale-version", title: "Stale", advice: "Look again." };
        let raw = RawValue::from_string("{\"b\":1, \"a\":2}".into()).unwrap();
        let problem = STALE.because("Now 7.").with("expectedEventCount", &7).with("snapshot", &raw);
        assert_eq!(
            String::from_utf8(problem.to_json()).unwrap(),
            "{\"type\":\"/problems/stale-version\",\"title\":\"Stale\",\"status\":409,\"detail\":\"Now 7.\",\
             \"expectedEventCount\":7,\"snapshot\":{\"b\":1, \"a\":2}}"
        );
    }

    #[test]
    fn every_kind_has_its_own_slug_and_tells_what_to_do() {
        let slugs: HashSet<_> = CATALOGUE.iter().map(|kind| kind.slug).collect();
        assert_eq!(slugs.len(), CATALOGUE.len());
        for kind in CATALOGUE {
            assert!((400..600).contains(&kind.status) && kind.advice.ends_with('.'), "{kind:?}");
        }
    }

    #[test]
    fn a_wait_is_named_in_the_header() {
        assert_eq!(Problem::new(TOO_MANY).retry_after(30).headers.get("retry-after"), Some("30"));
    }
}
