//! Asking the LAN: which appliances are there, and where is this `.local` name.
//!
//! Needs neither avahi nor nss-mdns. Each question runs its own short-lived daemon and ends it.

use crate::clock;
use mdns_sd::{HostnameResolutionEvent, ResolvedService, ServiceDaemon, ServiceEvent};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::SERVICE;

/// After the first answer to a host's name, how long others (a second interface, IPv6) are waited for.
const SETTLE: Duration = Duration::from_millis(60);

/// An appliance that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name, as people gave it.
    pub name: String,
    /// Its host name, `hearken.local`.
    pub host: String,
    /// Where it listens; IPv4 first.
    pub addrs: Vec<IpAddr>,
    /// Its port.
    pub port: u16,
    /// Its stable id.
    pub id: String,
}

/// The LAN could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("cannot ask the LAN by mDNS: {0}")]
pub struct Unasked(#[from] mdns_sd::Error);

/// All appliances that answer within `span`, by name.
///
/// # Errors
/// [`Unasked`] when no socket can be had.
pub fn browse(span: Duration) -> Result<Vec<Found>, Unasked> {
    let daemon = Asking::start()?;
    let answers = daemon.0.browse(SERVICE)?;
    let mut found = BTreeMap::new();
    let end = clock::instant() + span;
    while let Ok(event) = answers.recv_deadline(end) {
        match event {
            ServiceEvent::ServiceResolved(service) => {
                found.insert(service.get_fullname().to_owned(), as_found(&service));
            }
            ServiceEvent::ServiceRemoved(_, fullname) => {
                found.remove(&fullname);
            }
            _ => {}
        }
    }
    Ok(found.into_values().filter(|found| !found.addrs.is_empty()).collect())
}

/// The addresses of `host` (`hearken.local`), IPv4 first; empty when nobody answers within `span`.
///
/// # Errors
/// [`Unasked`] when no socket can be had, or the name is not one of `.local`.
pub fn resolve(host: &str, span: Duration) -> Result<Vec<IpAddr>, Unasked> {
    Ok(resolve_scoped(host, span)?.into_iter().map(|(address, _)| address).filter(|a| is_reachable(*a)).collect())
}

/// Like [`resolve`], with the interface index of link-local addresses, and without leaving any out.
pub(super) fn resolve_scoped(host: &str, span: Duration) -> Result<Vec<(IpAddr, u32)>, Unasked> {
    let daemon = Asking::start()?;
    let host = format!("{}.", host.trim_end_matches('.'));
    let wait_ms = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let answers = daemon.0.resolve_hostname(&host, Some(wait_ms))?;
    let mut end: Instant = clock::instant() + span;
    let mut found = Vec::new();
    while let Ok(event) = answers.recv_deadline(end) {
        if let HostnameResolutionEvent::AddressesFound(_, addresses) = event {
            found.extend(addresses.iter().map(scoped));
            end = end.min(clock::instant() + SETTLE);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// A daemon that is shut down however the question ends.
struct Asking(ServiceDaemon);

impl Asking {
    fn start() -> Result<Self, Unasked> {
        Ok(Self(ServiceDaemon::new()?))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        // Waited for a moment, so that its socket is closed before the next question.
        if let Ok(done) = self.0.shutdown() {
            let _ = done.recv_timeout(Duration::from_millis(200));
        }
    }
}

fn as_found(service: &ResolvedService) -> Found {
    let text = |key: &str| service.get_property_val_str(key).unwrap_or_default().to_owned();
    let instance = service.get_fullname().trim_end_matches(SERVICE).trim_end_matches('.');
    let name = Some(text("name")).filter(|name| !name.is_empty()).unwrap_or_else(|| instance.to_owned());
    let mut addrs: Vec<IpAddr> = service.get_addresses().iter().map(|ip| ip.to_ip_addr()).collect();
    addrs.retain(|address| is_reachable(*address));
    addrs.sort_unstable();
    let host = service.get_hostname().trim_end_matches('.').to_owned();
    Found { name, host, addrs, port: service.get_port(), id: text("id") }
}

/// Link-local IPv6 addresses mean nothing without an interface, which a URL cannot name.
fn is_reachable(address: IpAddr) -> bool {
    !matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
}

fn scoped(ip: &mdns_sd::ScopedIp) -> (IpAddr, u32) {
    match ip {
        mdns_sd::ScopedIp::V6(v6) => (ip.to_ip_addr(), v6.scope_id().index),
        _ => (ip.to_ip_addr(), 0),
    }
}
