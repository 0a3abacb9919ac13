//! Whose request it is, by the names it uses: the guard against DNS rebinding (Host) and against requests that
//! another site's page makes in somebody's browser (Origin). Pure functions of the request and the own names.
//!
//! Whether the sender is paired is another question, asked afterwards.

use super::message::{Peer, Request};
use super::problem::{self, Problem};
use std::collections::HashSet;
use std::net::IpAddr;

/// The names and addresses that the appliance answers to. A new one is made whenever they change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    names: HashSet<String>,
    addresses: HashSet<IpAddr>,
}

impl Allowed {
    /// The appliance's own names (`pi.local`, what stands in `allowed_hosts`) and addresses. Loopback is always its
    /// own. An address among the names counts as one.
    pub fn new<N: AsRef<str>>(names: impl IntoIterator<Item = N>, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let mut allowed = Self::default();
        allowed.addresses.extend(addresses.into_iter().map(|address| address.to_canonical()));
        for name in names {
            match host_of(name.as_ref()) {
                Some(Host::Address(address)) => allowed.addresses.insert(address),
                Some(Host::Name(name)) => allowed.names.insert(name),
                None => false,
            };
        }
        allowed
    }

    /// Whether an authority, `host` or `host:port`, is the appliance's own. The port does not matter: a router may
    /// forward another one, and no page can choose a name by it.
    #[must_use]
    pub fn is_own(&self, authority: &str) -> bool {
        split_port(authority).and_then(|(host, _)| host_of(host)).is_some_and(|host| self.has(&host))
    }

    fn has(&self, host: &Host) -> bool {
        match host {
            Host::Address(address) => address.is_loopback() || self.addresses.contains(address),
            Host::Name(name) => name == "localhost" || self.names.contains(name),
        }
    }
}

/// Whether a text is `host` or `host:port`, be it anybody's.
#[must_use]
pub fn is_authority(text: &str) -> bool {
    split_port(text).is_some_and(|(host, _)| address_of(host).is_some() || is_name(without_dot(host)))
}

/// A host as it is compared: case, final dot and the ways to write an address do not matter.
#[derive(Debug, PartialEq, Eq)]
enum Host {
    Address(IpAddr),
    Name(String),
}

fn host_of(text: &str) -> Option<Host> {
    if let Some(address) = address_of(text) {
        return Some(Host::Address(address));
    }
    let name = without_dot(text);
    is_name(name).then(|| Host::Name(name.to_ascii_lowercase()))
}

fn address_of(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(text).parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Splits `host[:port]`; an IPv6 address stands in brackets.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end_of_host = authority.find(']').map_or(0, |at| at + 1);
    match authority[end_of_host..].split_once(':') {
        None => Some((authority, None)),
        // RFC 3986 lets the digits be missing: the scheme's own port.
        Some((before, "")) => Some((&authority[..end_of_host + before.len()], None)),
        Some((before, port)) => {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            let port = port.parse().ok().filter(|_| digits)?;
            Some((&authority[..end_of_host + before.len()], Some(port)))
        }
    }
}

/// Refuses a request to a host that is not the appliance. The local socket has no names.
///
/// # Errors
/// 403.
pub fn check_host(allowed: &Allowed, request: &Request) -> Result<(), Problem> {
    let host = request.headers.get("host").unwrap_or_default();
    if request.peer == Peer::Local || allowed.is_own(host) {
        return Ok(());
    }
    Err(problem::FOREIGN_HOST.because(format!(
        "This appliance is not called {host:?}. Use one of its own names or addresses, or add this one to \
         allowed_hosts in config.toml."
    )))
}

/// Refuses what another site's page asks for: everything but reading, and WebSockets. A request without Origin is no
/// page's; it needs a Bearer token, the local socket, or to be `trusted` as a local client (`trust_loopback`).
///
/// # Errors
/// 403.
pub fn check_origin(allowed: &Allowed, request: &Request, trusted: bool) -> Result<(), Problem> {
    if request.method.is_read() && request.headers.get("upgrade").is_none() {
        return Ok(());
    }
    let excused = trusted || request.peer == Peer::Local || has_bearer(request);
    let mut origins = request.headers.get_all("origin");
    let fits = match (origins.next(), origins.next()) {
        (None, _) => excused,
        (Some(origin), None) => is_own_origin(allowed, origin, request),
        (Some(_), Some(_)) => false,
    };
    if fits { Ok(()) } else { Err(problem::FOREIGN_ORIGIN.into()) }
}

fn has_bearer(request: &Request) -> bool {
    let scheme = request.headers.get("authorization").and_then(|value| value.split_once(' ')).map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
}

/// An own origin: one of the own names, at the port that this request came to. Another port of the same machine is
/// another site.
fn is_own_origin(allowed: &Allowed, origin: &str, request: &Request) -> bool {
    let host = request.headers.get("host").unwrap_or_default();
    let (authority, default_port) = match (origin.split_once("://"), request.peer) {
        // Whoever can write into a page that came by http must not speak by https through it.
        (Some(("http", authority)), Peer::Tcp(_) | Peer::Local) => (authority, 80),
        // Without TLS here there may be a proxy in front that speaks it.
        (Some(("https", authority)), _) => (authority, 443),
        _ => return false,
    };
    let port = |authority| split_port(authority).map(|(_, port)| port.unwrap_or(default_port));
    allowed.is_own(authority) && port(authority) == port(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing::asking;

    fn allowed() -> Allowed {
        let addresses = ["192.168.1.20", "::ffff:10.0.0.2", "fd00::5"].map(|address| address.parse().unwrap());
        Allowed::new(["Pi.local", "music.example.org", "bad host"], addresses)
    }

    #[test]
    fn hosts() {
        for (host, own) in [
            ("pi.local", true),
            ("PI.local:8642", true),
            ("pi.local.", true),
            ("pi.local.:80", true),
            ("localhost", true),
            ("localhost:1", true),
            ("127.0.0.1:8642", true),
            ("[::1]", true),
            ("[::1]:8642", true),
            ("192.168.1.20:8642", true),
            ("10.0.0.2", true),
            ("[::ffff:10.0.0.2]:1", true),
            ("[fd00::5]:8642", true),
            ("[FD00:0::5]", true),
            ("music.example.org", true),
            ("", false),
            (":80", false),
            (".", false),
            ("evil.example", false),
            ("pi.local.evil.example", false),
            ("xpi.local", false),
            ("192.168.1.21", false),
            ("3232235796", false),
            ("0300.0250.1.20", false),
            ("pi.local:", true),
            ("pi.local:+80", false),
            ("pi.local:99999", false),
            ("pi.local:80:80", false),
            ("pi.local@evil.example", false),
            ("evil.example#pi.local", false),
            ("[::1", false),
            ("[::1]x", false),
            ("bad host", false),
        ] {
            assert_eq!(allowed().is_own(host), own, "{host}");
        }
    }

    #[test]
    fn a_foreign_host_is_refused_but_on_the_local_socket() {
        let mut request = asking("GET", "/", &[("Host", "evil.example")]);
        assert!(check_host(&allowed(), &request).is_ok());
        request.peer = Peer::Tcp("192.168.1.9:5".parse().unwrap());
        let refusal = check_host(&allowed(), &request).unwrap_err();
        assert_eq!(refusal.kind.status, 403);
        assert!(refusal.detail.contains("\"evil.example\""), "{}", refusal.detail);
        request.headers.remove("host");
        assert!(check_host(&allowed(), &request).is_err());
    }

    #[test]
    fn origins() {
        const HOST: (&str, &str) = ("Host", "pi.local:8642");
        let own = ("Origin", "http://pi.local:8642");
        let foreign = ("Origin", "http://evil.example");
        let upgrade = ("Upgrade", "websocket");
        let bearer = ("Authorization", "bearer abc");
        for (method, fields, fits) in [
            ("GET", &[HOST, foreign][..], true),
            ("HEAD", &[HOST, foreign], true),
            ("POST", &[HOST, own], true),
            ("POST", &[HOST, ("Origin", "http://192.168.1.20:8642")], true),
            ("POST", &[HOST, foreign], false),
            ("DELETE", &[HOST, foreign], false),
            ("OPTIONS", &[HOST, foreign], false),
            ("BREW", &[HOST, foreign], false),
            ("POST", &[HOST], false),
            ("POST", &[HOST, bearer], true),
            ("POST", &[HOST, ("Authorization", "Basic abc")], false),
            ("POST", &[HOST, bearer, foreign], false),
            ("POST", &[HOST, own, foreign], false),
            ("POST", &[HOST, ("Origin", "null")], false),
            ("POST", &[HOST, ("Origin", "")], false),
            ("POST", &[HOST, ("Origin", "http://pi.local:8080")], false),
            ("POST", &[HOST, ("Origin", "http://pi.local")], false),
            ("POST", &[HOST, ("Origin", "file://pi.local:8642")], false),
            ("POST", &[("Host", "pi.local"), ("Origin", "http://pi.local")], true),
            ("POST", &[("Host", "pi.local:80"), ("Origin", "http://pi.local")], true),
            ("POST", &[("Host", "music.example.org"), ("Origin", "https://music.example.org")], true),
            ("GET", &[HOST, upgrade, own], true),
            ("GET", &[HOST, upgrade, foreign], false),
            ("GET", &[HOST, upgrade], false),
            ("GET", &[HOST, upgrade, bearer], true),
        ] {
            let mut request = asking(method, "/", fields);
            request.peer = Peer::Tcp("192.168.1.9:5".parse().unwrap());
            assert_eq!(check_origin(&allowed(), &request, false).is_ok(), fits, "{method} {fields:?}");
        }
    }

    #[test]
    fn over_tls_only_pages_that_came_over_tls_may_write() {
        for (origin, fits) in [
            ("https://pi.local:8642", true),
            ("http://pi.local:8642", false),
            ("https://pi.local", false),
            ("https://evil.example:8642", false),
        ] {
            let mut request = asking("POST", "/", &[("Host", "pi.local:8642"), ("Origin", origin)]);
            request.peer = Peer::Tls("192.168.1.9:5".parse().unwrap());
            assert_eq!(check_origin(&allowed(), &request, false).is_ok(), fits, "{origin}");
        }
    }

    #[test]
    fn without_origin_the_local_socket_and_a_trusted_client_may_write() {
        let mut request = asking("POST", "/", &[]);
        assert!(check_origin(&allowed(), &request, false).is_ok());
        request.peer = Peer::Tcp("127.0.0.1:5".parse().unwrap());
        assert!(check_origin(&allowed(), &request, false).is_err());
        assert!(check_origin(&allowed(), &request, true).is_ok());
    }
}
