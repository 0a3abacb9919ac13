//! The LAN as a phone would meet it: addresses, names, who answers, and what usually stands between.

use super::Finding;
use crate::device::addresses;
use crate::device::mdns::{Found, browse};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

/// How long the LAN has to answer.
const BROWSE_FOR: Duration = Duration::from_millis(1_500);
/// How interfaces of private networks are called.
const TUNNELS: [&str; 6] = ["tun", "tap", "wg", "tailscale", "zt", "ppp"];

const NETWORK: &str = "network";

/// The appliance as it believes itself to be on the LAN.
#[derive(Clone, Debug)]
pub struct Place {
    /// The port that answers.
    pub port: u16,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// The name that was won, `hearken-2.local`.
    pub name: Option<String>,
    /// The name that was asked for, `hearken.local`.
    pub wish: String,
    /// Whether it advertises.
    pub advertises: bool,
    /// Where people come in by a proxy, if they do.
    pub public_url: Option<String>,
}

/// Looks at addresses, name, and who answers on the LAN.
#[must_use]
pub fn look(place: &Place) -> Vec<Finding> {
    let mut found = vec![addresses(&place.addresses, place.public_url.as_deref())];
    found.push(name(place));
    if place.advertises && !place.addresses.is_empty() {
        found.push(match browse(BROWSE_FOR) {
            Ok(answers) => heard(place, &answers),
            Err(error) => Finding::fail("mDNS", error.to_string(), "the QR and the address work all the same"),
        });
    }
    found
}

/// Looks at the addresses alone, also of an appliance that does not run.
#[must_use]
pub fn addresses(addresses: &[IpAddr], public_url: Option<&str>) -> Finding {
    match (addresses, public_url) {
        ([only], Some(url)) if only.is_loopback() => {
            Finding::ok(NETWORK, format!("by a proxy on this machine alone: {url}"))
        }
        _ => network(addresses, &interfaces()),
    }
}

/// Why a phone may not find what is here and well. Told when everything else was looked at.
#[must_use]
pub fn phone(url: &str) -> Finding {
    let tunnels: Vec<String> = interfaces().into_iter().filter(|name| is_tunnel(name)).collect();
    let own = match tunnels.as_slice() {
        [] => String::new(),
        names => format!(" This machine has a VPN ({}): a phone in it may come by another address.", names.join(", ")),
    };
    Finding::ok(
        "a phone",
        format!(
            "should reach {url} by the QR. If it does not: it must be in the same network (not the guests' one, not \
             mobile data); the router's \"client isolation\" must be off; a VPN or \"private DNS\" on the phone hides \
             .local names, so use the address.{own}"
        ),
    )
}

fn network(addresses: &[IpAddr], interfaces: &[String]) -> Finding {
    const CHECK: &str = NETWORK;
    let lan: Vec<&str> = interfaces.iter().filter(|name| addresses::is_lan(name)).map(String::as_str).collect();
    match (addresses, lan.as_slice()) {
        ([], []) => Finding::fail(
            CHECK,
            "no Ethernet and no Wi-Fi",
            "plug in the cable, or set up the Wi-Fi: sudo raspi-config",
        ),
        ([], lan) => {
            let advice =
                "check cable, Wi-Fi password and the router; hearken follows by itself once there is an address";
            Finding::fail(CHECK, format!("no address on {}", lan.join(", ")), advice)
        }
        ([IpAddr::V4(only)], _) if only.is_loopback() => Finding::warn(
            CHECK,
            "only this machine reaches hearken",
            "for others: listen = \"0.0.0.0:8642\" in config.toml",
        ),
        ([IpAddr::V4(first), ..], _) if first.is_link_local() => {
            let advice = "the router gave no address (DHCP): restart it, or set a fixed address";
            Finding::warn(CHECK, format!("only a makeshift address, {first}"), advice)
        }
        (all, lan) => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            let by = if lan.is_empty() { String::new() } else { format!(" by {}", lan.join(", ")) };
            Finding::ok(CHECK, format!("{}{by}", all.join(", ")))
        }
    }
}

fn name(place: &Place) -> Finding {
    const CHECK: &str = "name";
    let avahi = Path::new("/run/avahi-daemon").exists();
    let beside = if avahi { ", beside avahi" } else { "" };
    match &place.name {
        _ if !place.advertises => Finding::ok(CHECK, "not advertised: [mdns] enabled = false"),
        Some(won) if *won == place.wish => Finding::ok(CHECK, format!("{won}{beside}")),
        Some(won) => {
            Finding::ok(CHECK, format!("{won}{beside}; {} is another machine's, or this one's own", place.wish))
        }
        None if place.addresses.is_empty() => Finding::ok(CHECK, "none while there is no network"),
        None => {
            let advice =
                "wait five seconds and look again; then the log says why: journalctl -u hearken | grep -i mdns";
            Finding::warn(CHECK, "none won yet", advice)
        }
    }
}

fn heard(place: &Place, answers: &[Found]) -> Finding {
    const CHECK: &str = "mDNS";
    let is_self =
        |found: &&Found| found.port == place.port && found.addrs.iter().any(|addr| place.addresses.contains(addr));
    let others: Vec<&str> = answers.iter().filter(|found| !is_self(found)).map(|found| found.host.as_str()).collect();
    let others = if others.is_empty() { String::new() } else { format!("; also here: {}", others.join(", ")) };
    if answers.iter().any(|found| is_self(&found)) {
        return Finding::ok(CHECK, format!("hears itself{others}"));
    }
    let advice = "allow UDP port 5353 and multicast in the firewall; the QR and the address work all the same";
    Finding::warn(CHECK, format!("does not hear itself{others}"), advice)
}

fn interfaces() -> Vec<String> {
    let listed = std::fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
    let mut names: Vec<String> = listed.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn is_tunnel(name: &str) -> bool {
    TUNNELS.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    fn place() -> Place {
        let addresses = vec!["192.168.1.20".parse().unwrap()];
        Place {
            port: 8642,
            addresses,
            name: Some("hearken.local".into()),
            wish: "hearken.local".into(),
            advertises: true,
            public_url: None,
        }
    }

    #[test]
    fn addresses_are_judged() {
        let lan = ["eth0".to_owned(), "lo".to_owned()];
        let grade = |addresses: &[&str], interfaces: &[String]| {
            let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
            network(&addresses, interfaces).grade
        };
        assert_eq!(grade(&["192.168.1.20"], &lan), Grade::Ok);
        assert_eq!(grade(&["169.254.3.4"], &lan), Grade::Warn);
        assert_eq!(grade(&["127.0.0.1"], &lan), Grade::Warn);
        assert_eq!(grade(&[], &lan), Grade::Fail);
        let proxied = addresses(&["127.0.0.1".parse().unwrap()], Some("https://music.example.org"));
        assert!(proxied.grade == Grade::Ok && proxied.detail.ends_with("https://music.example.org"), "{proxied:?}");
        assert_eq!(grade(&[], &[]), Grade::Fail);
    }

    #[test]
    fn the_name_tells_of_a_conflict() {
        assert!(name(&place()).detail.starts_with("hearken.local"));
        let won = Place { name: Some("hearken-2.local".into()), ..place() };
        assert!(name(&won).detail.contains("hearken.local is another"), "{:?}", name(&won));
        assert_eq!(name(&Place { name: None, ..place() }).grade, Grade::Warn);
        assert_eq!(name(&Place { name: None, advertises: false, ..place() }).grade, Grade::Ok);
    }

    #[test]
    fn it_must_hear_itself() {
        let found = |host: &str, address: &str| Found {
            name: "hearken".into(),
            host: host.into(),
            addrs: vec![address.parse().unwrap()],
            port: 8642,
            id: "0a1b2c3d".into(),
        };
        let (own, other) = (found("hearken.local", "192.168.1.20"), found("attic.local", "192.168.1.21"));
        let both = heard(&place(), &[own, other.clone()]);
        assert_eq!((both.grade, both.detail.contains("attic.local")), (Grade::Ok, true));
        assert_eq!(heard(&place(), &[other]).grade, Grade::Warn);
    }

    #[test]
    fn a_phone_is_told_the_usual_reasons() {
        let told = phone("http://192.168.1.20:8642").detail;
        for word in ["client isolation", "private DNS", "VPN", "http://192.168.1.20:8642"] {
            assert!(told.contains(word), "{told}");
        }
        assert!(is_tunnel("wg0") && !is_tunnel("wlan0"));
    }
}
