//! What was asked: a request as handlers see it, whichever door it came through.
//!
//! Reading one from bytes is [`super::head`]'s and [`super::body`]'s work (public port) or [`super::local`]'s
//! (local socket); who is asking is found out by the routes.

use super::headers::Headers;
use std::borrow::Cow;
use std::net::SocketAddr;

/// A request with its whole body.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// The path, percent-decoded once: begins with `/`, valid UTF-8, no control characters; or [`ASTERISK`].
    pub path: String,
    /// What stood after `?`.
    pub query: Query,
    /// The header fields.
    pub headers: Headers,
    /// The body; empty where none was sent (and while [`super::service::Service::admit`] looks at the head).
    pub body: Vec<u8>,
    /// Who is at the other end.
    pub peer: Peer,
    /// The HTTP version of the request line.
    pub version: Version,
}

/// The target of OPTIONS that means the server as a whole (RFC 9112, 3.2.4).
pub const ASTERISK: &str = "*";

/// The methods the house knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read.
    Get,
    /// Read the head only.
    Head,
    /// Do.
    Post,
    /// Put in place.
    Put,
    /// Change in part.
    Patch,
    /// Remove.
    Delete,
    /// Ask what may be done.
    Options,
    /// Any other token; nothing here answers it.
    Other,
}

/// The version in the request line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0: one answer, then close, unless keep-alive is asked for.
    Http10,
    /// HTTP/1.1.
    Http11,
}

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Somebody on the network, or on loopback.
    Tcp(SocketAddr),
    /// The same over TLS: what is said cannot be read on the way.
    Tls(SocketAddr),
    /// Somebody of this machine whom the file permissions of `local.sock` let in.
    Local,
}

impl Peer {
    /// The address, where there is one.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(address) | Self::Tls(address) => Some(*address),
            Self::Local => None,
        }
    }

    /// Whether the peer came over TCP from this machine (`127.0.0.0/8`, `::1`, or the former mapped into IPv6).
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.address().is_some_and(|address| address.ip().to_canonical().is_loopback())
    }
}

impl Method {
    /// The method of a token, which is case-sensitive.
    #[must_use]
    pub fn of(token: &str) -> Self {
        match token {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => Self::Other,
        }
    }

    /// The token as it stands in a request line or an `Allow` field.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other => "(other)",
        }
    }

    /// Whether the method only reads.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

/// The part of a target after `?`, looked into only when somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    raw: String,
}

impl Query {
    /// Wraps the text after `?`, without it.
    #[must_use]
    pub fn new(raw: impl Into<String>) -> Self {
        Self { raw: raw.into() }
    }

    /// The first value of `name`, decoded.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get_all(name).next()
    }

    /// All values of `name`, decoded, in order.
    pub fn get_all<'a>(&'a self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        self.pairs().filter(move |(n, _)| n == name).map(|(_, value)| value)
    }

    /// All pairs, decoded, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.raw.as_bytes())
    }

    /// The text as it was received. Never logged: it may hold a key.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

/// Splits the target of a request line (without scheme and authority) into its decoded path and its query.
///
/// `None` when the path does not begin with `/`, does not decode to UTF-8, or holds a control character.
#[must_use]
pub fn split_target(target: &str) -> Option<(String, Query)> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    let sound = decoded.starts_with('/') && !decoded.chars().any(char::is_control);
    sound.then(|| (decoded.into_owned(), Query::new(query)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_decoded_once() {
        for (target, path, query) in [
            ("/", "/", ""),
            ("/file/a%2Db", "/file/a-b", ""),
            ("/a%252e?x=1?y", "/a%2e", "x=1?y"),
            ("/%C3%A9?", "/é", ""),
            ("/a%zz", "/a%zz", ""),
        ] {
            let (got, rest) = split_target(target).unwrap();
            assert_eq!((got.as_str(), rest.raw()), (path, query), "{target}");
        }
        for bad in ["", "a", "*", "?", "/a%00b", "/%0d%0a", "/%ff", "http://x/"] {
            assert_eq!(split_target(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_query_is_read_by_name() {
        let query = Query::new("q=caf%C3%A9+au&x&q=2");
        assert_eq!(query.get("q").unwrap(), "café au");
        assert_eq!(query.get_all("q").count(), 2);
        assert_eq!(query.get("x").unwrap(), "");
        assert_eq!(query.get("y"), None);
    }

    #[test]
    fn loopback_is_seen_through_a_dual_stack_socket() {
        for (address, is) in
            [("127.0.0.1:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true), ("10.0.0.1:1", false)]
        {
            assert_eq!(Peer::Tcp(address.parse().unwrap()).is_loopback(), is, "{address}");
        }
        assert!(!Peer::Local.is_loopback());
    }
}
