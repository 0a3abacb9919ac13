//! For which names and addresses a certificate can be made here: those that are private to a household.
//!
//! The authority is bound to them (name constraints), so whoever steals its key from the card of a Raspberry Pi can
//! imitate this appliance, and no bank.

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints, SanType};
use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ends of names that nobody can own on the internet: RFC 6762, 6761, 8375, ICANN's `internal`, and what routers hand out.
const PRIVATE_ENDS: [&str; 6] = ["local", "localhost", "home.arpa", "internal", "lan", "home"];
/// Private networks and the length of their prefixes: RFC 1918, 6598, 3927, 1122.
const PRIVATE_V4: [([u8; 4], u8); 6] = [
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([100, 64, 0, 0], 10),
    ([169, 254, 0, 0], 16),
    ([127, 0, 0, 0], 8),
];
/// The same for IPv6: RFC 4193, 4291.
const PRIVATE_V6: [(Ipv6Addr, u8); 3] = [
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::LOCALHOST, 128),
];

/// The names and addresses of one certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    names: BTreeSet<String>,
    addresses: BTreeSet<IpAddr>,
}

impl Names {
    /// Those of `names` and `addresses` that are private, and loopback. An address among the names counts as one.
    #[must_use]
    pub fn private(names: impl IntoIterator<Item = String>, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let mut own = Self::default();
        own.names.insert("localhost".into());
        own.addresses.extend([IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()]);
        own.addresses.extend(addresses.into_iter().filter(is_private));
        for name in names {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            match name.parse::<IpAddr>() {
                Ok(address) => drop(is_private(&address).then(|| own.addresses.insert(address))),
                Err(_) => drop((is_host_name(&name) && has_private_end(&name)).then(|| own.names.insert(name))),
            }
        }
        own
    }

    /// As a certificate has them.
    pub(super) fn sans(&self) -> Vec<SanType> {
        let names = self.names.iter().filter_map(|name| name.as_str().try_into().ok()).map(SanType::DnsName);
        names.chain(self.addresses.iter().copied().map(SanType::IpAddress)).collect()
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.names.iter().cloned().chain(self.addresses.iter().map(IpAddr::to_string));
        f.write_str(&all.collect::<Vec<_>>().join(" "))
    }
}

/// What the authority may sign at all.
pub(super) fn constraints() -> NameConstraints {
    let names = PRIVATE_ENDS.iter().map(|end| GeneralSubtree::DnsName((*end).to_owned()));
    let v4 = PRIVATE_V4.iter().map(|(network, len)| CidrSubnet::from_v4_prefix(*network, *len));
    let v6 = PRIVATE_V6.iter().map(|(network, len)| CidrSubnet::from_v6_prefix(network.octets(), *len));
    let permitted_subtrees = names.chain(v4.chain(v6).map(GeneralSubtree::IpAddress)).collect();
    NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() }
}

fn has_private_end(name: &str) -> bool {
    PRIVATE_ENDS.iter().any(|end| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let sound = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        sound && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(own) => PRIVATE_V4.iter().any(|(network, len)| {
            let shift = 32 - u32::from(*len);
            u32::from(*own) >> shift == u32::from_be_bytes(*network) >> shift
        }),
        IpAddr::V6(own) => PRIVATE_V6.iter().any(|(network, len)| {
            let shift = 128 - u32::from(*len);
            u128::from(*own) >> shift == u128::from(*network) >> shift
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_names_and_addresses_are_taken() {
        let names = [
            "Hearken.local.",
            "pi.lan",
            "music.example.org",
            "10.1.2.3",
            "8.8.8.8",
            "the house.local",
            "notlocal",
            "lan",
        ];
        let addresses = ["192.168.1.20", "172.32.0.1", "fd00::7", "2001:db8::1", "100.127.255.255"];
        let own = Names::private(names.map(str::to_owned), addresses.map(|address| address.parse().unwrap()));
        let expected = "hearken.local lan localhost pi.lan 10.1.2.3 100.127.255.255 127.0.0.1 192.168.1.20 ::1 fd00::7";
        assert_eq!(own.to_string(), expected);
        assert_eq!(own.sans().len(), 10);
    }
}
