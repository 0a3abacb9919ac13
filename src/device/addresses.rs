//! The addresses by which this machine is reached on the LAN.
//!
//! Two sources, both plain reads: the kernel's routing table says which networks are attached by which interface,
//! and a connected UDP socket (no packet is sent) says which of our addresses would speak to them. That needs no
//! netlink, no unsafe `getifaddrs` and no crate, and it leaves out addresses that nobody could reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, UdpSocket};

/// An address of the documentation network (RFC 5737): routed by the default route, and nobody's.
const SOMEWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
/// The same for IPv6 (RFC 3849).
const SOMEWHERE_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
const ROUTES: &str = "/proc/self/net/route";

/// Our IPv4 addresses on the LAN, the default route's first; then, if `ipv6`, the one that reaches the world.
///
/// Empty without a network.
#[must_use]
pub fn addresses(ipv6: bool) -> Vec<IpAddr> {
    let routes = std::fs::read_to_string(ROUTES).unwrap_or_default();
    let attached = networks(&routes).filter(|(interface, _)| is_lan(interface)).map(|(_, network)| network);
    let mut all = Vec::new();
    let v6 = ipv6.then_some(IpAddr::V6(SOMEWHERE_V6));
    for target in std::iter::once(SOMEWHERE).chain(attached).map(IpAddr::V4).chain(v6) {
        if let Some(own) = own_address_towards(target)
            && !all.contains(&own)
        {
            all.push(own);
        }
    }
    all
}

/// Whether `address` belongs to this machine: only then may a socket be bound to it.
#[must_use]
pub fn is_own(address: IpAddr, scope: u32) -> bool {
    let socket = match address {
        IpAddr::V4(_) => SocketAddr::new(address, 0),
        IpAddr::V6(v6) => SocketAddrV6::new(v6, 0, 0, scope).into(),
    };
    UdpSocket::bind(socket).is_ok()
}

/// Whether an interface of this name leads to the household: Ethernet or Wi-Fi, not a bridge, container or tunnel.
#[must_use]
pub fn is_lan(interface: &str) -> bool {
    const YES: [&str; 4] = ["eth", "en", "wl", "usb"];
    YES.iter().any(|prefix| interface.starts_with(prefix))
}

/// The name of this machine, without domain; what `avahi` publishes as `<name>.local`.
#[must_use]
pub fn machine_name() -> Option<String> {
    let read = |path| std::fs::read_to_string(path).ok();
    let name = read("/proc/sys/kernel/hostname").or_else(|| read("/etc/hostname"))?;
    let name = name.trim().split('.').next()?.to_ascii_lowercase();
    (!name.is_empty()).then_some(name)
}

fn own_address_towards(target: IpAddr) -> Option<IpAddr> {
    let any: IpAddr = if target.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    // Port 9 is "discard"; connecting a UDP socket only asks the routing table.
    socket.connect((target, 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_loopback() && !own.is_unspecified()).then_some(own)
}

/// Interface and first address of each directly attached network of `/proc/net/route`, without the default route.
fn networks(routes: &str) -> impl Iterator<Item = (&str, Ipv4Addr)> {
    routes.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let (interface, network, gateway) = (fields.next()?, fields.next()?, fields.next()?);
        let (network, gateway) = (address(network)?, address(gateway)?);
        (gateway.is_unspecified() && !network.is_unspecified())
            .then(|| (interface, Ipv4Addr::from(u32::from(network).wrapping_add(1))))
    })
}

/// The kernel prints addresses as it has them in memory: network order, read as a native number.
fn address(hex: &str) -> Option<Ipv4Addr> {
    u32::from_str_radix(hex, 16).ok().map(|number| Ipv4Addr::from(number.to_ne_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn the_routing_table_gives_attached_networks_only() {
        let table = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
                     wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
                     docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n\
                     wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n\
                     broken\n";
        let found: Vec<_> = networks(table).collect();
        let expected = [("docker0", Ipv4Addr::new(172, 17, 0, 1)), ("wlan0", Ipv4Addr::new(192, 168, 1, 1))];
        assert_eq!(found, expected);
    }

    #[test]
    fn only_the_households_interfaces_are_spoken_to() {
        for yes in ["eth0", "end0", "enp3s0", "enx001122334455", "wlan0", "wlp2s0", "usb0"] {
            assert!(is_lan(yes), "{yes}");
        }
        for no in ["lo", "docker0", "veth12ab", "br-0f1e", "virbr0", "tun0", "wg0", "tailscale0"] {
            assert!(!is_lan(no), "{no}");
        }
    }

    #[test]
    fn our_own_addresses_are_known_as_such() {
        assert!(is_own(Ipv4Addr::LOCALHOST.into(), 0));
        assert!(!is_own(SOMEWHERE.into(), 0));
        assert!(addresses(true).into_iter().all(|own| is_own(own, 0)));
    }
}
