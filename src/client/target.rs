//! Which appliance: a host and port, or the private socket of this machine.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;
use std::str::FromStr;

/// Where hearken listens unless told otherwise.
pub const DEFAULT_PORT: u16 = 8642;

/// Somebody to speak to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Over the network.
    Host {
        /// A name, or an address without brackets.
        name: String,
        /// The port.
        port: u16,
    },
    /// The private Unix socket; HTTP only.
    Socket(PathBuf),
}

/// A text that names no appliance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no host: use a name or an address, with or without port, such as hearken.local:8642; the command line speaks http, not https"
)]
pub struct BadTarget(pub String);

impl Target {
    /// The appliance at an address that mDNS told.
    #[must_use]
    pub fn at(address: IpAddr, port: u16) -> Self {
        Self::Host { name: address.to_string(), port }
    }
}

impl FromStr for Target {
    type Err = BadTarget;

    /// Takes `hearken.local`, `192.168.1.20:8642`, `[fd00::1]:8642`, `fd00::1`, and a pasted `http://…/` URL.
    fn from_str(text: &str) -> Result<Self, BadTarget> {
        let bad = || BadTarget(text.chars().take(80).collect());
        let rest = text.trim().strip_prefix("http://").unwrap_or(text.trim());
        let authority = rest.split(['/', '#', '?']).next().unwrap_or_default();
        let (name, port) = split(authority).ok_or_else(bad)?;
        let name = name.trim_end_matches('.');
        let port = port.map_or(Some(DEFAULT_PORT), |port| port.parse().ok()).filter(|port| *port != 0);
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if name.is_empty() || name.len() > 253 || !name.chars().all(fits) {
            return Err(bad());
        }
        Ok(Self::Host { name: name.to_ascii_lowercase(), port: port.ok_or_else(bad)? })
    }
}

/// Host and port; an IPv6 address may stand without brackets if it has no port.
fn split(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        address.parse::<Ipv6Addr>().ok()?;
        return match port {
            "" => Some((address, None)),
            port => Some((address, Some(port.strip_prefix(':')?))),
        };
    }
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Some((authority, None));
    }
    match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => None,
        Some((name, port)) => Some((name, Some(port))),
        None => Some((authority, None)),
    }
}

impl fmt::Display for Target {
    /// As it stands in a URL, and as the key of the token store.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host { name, port } if name.contains(':') => write!(f, "[{name}]:{port}"),
            Self::Host { name, port } => write!(f, "{name}:{port}"),
            Self::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_what_people_type_or_paste() {
        let table = [
            ("hearken.local", Some("hearken.local:8642")),
            ("Hearken.local.:80", Some("hearken.local:80")),
            ("192.168.1.20", Some("192.168.1.20:8642")),
            ("http://192.168.1.20:8642/#k=abc", Some("192.168.1.20:8642")),
            ("fd00::1", Some("[fd00::1]:8642")),
            ("[fd00::1]:81", Some("[fd00::1]:81")),
            ("", None),
            ("pi:0", None),
            ("pi:http", None),
            ("pi:99999", None),
            ("a b", None),
            ("[pi]:80", None),
            ("https://pi", None),
            ("user@pi", None),
        ];
        for (text, expected) in table {
            let target = text.parse::<Target>().ok().map(|target| target.to_string());
            assert_eq!(target.as_deref(), expected, "{text:?}");
        }
    }
}
