//! What the advert's thread does: chooses names nobody else has, registers, follows conflicts and addresses, says
//! goodbye.
//!
//! A name is won by asking for it. If another appliance has it, the library finds the next one (`hearken-2`), but goes
//! on answering direct questions for our service by the name we asked for (mdns-sd 0.21.7), which would put our address
//! under the other's name in everybody's cache. So once a conflict has settled we register anew, under what we won.

use super::{AdvertSettings, AdvertState, SERVICE, WEB, lookup, naming};
use crate::clock;
use crate::device::addresses;
use mdns_sd::{DaemonEvent, DnsNameChange, IfKind, IfPredicate, RRType, Receiver, RecvTimeoutError};
use mdns_sd::{ServiceDaemon, ServiceInfo};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the LAN has to say that our wished name is taken by this very machine. The first question asks for a
/// unicast answer, which on one machine the wrong socket may get; the second, a second later, is heard by all.
const ASK_FOR: Duration = Duration::from_millis(1_300);
/// How long the withdrawal may take.
const GOODBYE_WITHIN: Duration = Duration::from_secs(2);
/// The goodbye is sent twice, the second time 120 ms later; ending sooner would lose it.
const GOODBYE_REPEATED: Duration = Duration::from_millis(150);
/// With IPv6, peers keep a stale address unless the service is gone for longer than their one-second goodbye.
const GONE_FOR: Duration = Duration::from_millis(1_200);
/// After a conflict, host and services get their new names one after the other, each by three probes of 250 ms.
const SETTLED_AFTER: Duration = Duration::from_millis(1_500);
/// The thread looks this often whether it shall stop.
const TICK: Duration = Duration::from_millis(100);
/// What the names of our service for the command line have, and those of the one for browsers have not.
const KIND: &str = "._hearken.";
/// The wire contract's version, for clients that speak a later one.
const API: &str = "1";

/// Lets `daemon` speak to Ethernet and Wi-Fi, not to loopback, bridges or containers: announcing there leads phones
/// astray.
pub(super) fn keep_to_the_lan(daemon: &ServiceDaemon, ipv6: bool) -> mdns_sd::Result<()> {
    daemon.disable_interface(IfKind::All)?;
    daemon.enable_interface(lan(ipv6))
}

fn lan(ipv6: bool) -> IfKind {
    IfKind::Predicate(IfPredicate::new(move |interface| {
        addresses::is_lan(&interface.name) && (ipv6 || interface.ip().is_ipv4())
    }))
}

/// What the thread owns.
pub(super) struct Follower<F> {
    daemon: ServiceDaemon,
    settings: AdvertSettings,
    stopping: Arc<AtomicBool>,
    on_change: F,
    /// The names that are registered.
    registered: AdvertState,
    /// The names that we have: other ones after a conflict.
    won: AdvertState,
    /// When a conflict will be over, if there is one.
    settles: Option<Instant>,
    /// Our service was announced.
    announced: bool,
    /// The names that were told.
    told: Option<AdvertState>,
}

impl<F: Fn(&AdvertState)> Follower<F> {
    pub(super) fn new(daemon: ServiceDaemon, settings: AdvertSettings, stopping: Arc<AtomicBool>, told: F) -> Self {
        let none = AdvertState { host_name: String::new(), instance: String::new() };
        let (registered, won, settles, announced) = (none.clone(), none, None, false);
        Self { daemon, settings, stopping, on_change: told, registered, won, settles, announced, told: None }
    }

    pub(super) fn run(mut self) {
        let label = self.choose_label();
        let instance = naming::instance_wish(&self.settings.name, &label);
        self.registered = AdvertState { host_name: format!("{label}.local"), instance };
        self.won = self.registered.clone();
        if let Err(error) = self.advertise() {
            log::error!("not advertised by mDNS: {error}");
        }
        if let Ok(done) = self.daemon.shutdown() {
            let _ = done.recv_timeout(GOODBYE_WITHIN);
        }
    }

    /// Registers, follows, and says goodbye.
    fn advertise(&mut self) -> mdns_sd::Result<()> {
        let events = self.daemon.monitor()?;
        self.register()?;
        self.follow(&events)?;
        self.withdraw();
        clock::pause(GOODBYE_REPEATED);
        Ok(())
    }

    /// The wished label, unless this machine answers to it already.
    fn choose_label(&self) -> String {
        let wish = naming::wish(&self.settings.name, self.settings.won.as_deref());
        let taken = addresses::machine_name().as_deref() == Some(&wish) || is_ours_already(&wish);
        if !taken {
            return wish;
        }
        let own = naming::by_id(&self.settings.id);
        log::info!("{wish}.local is this machine's own name; advertised as {own}.local beside it");
        own
    }

    fn register(&self) -> mdns_sd::Result<()> {
        for kind in [SERVICE, WEB] {
            self.daemon.register(self.service(kind)?)?;
        }
        Ok(())
    }

    /// Addresses are left to the library, which follows them; without that the service would never be announced.
    fn service(&self, kind: &str) -> mdns_sd::Result<ServiceInfo> {
        let (AdvertSettings { name, id, port, ipv6, .. }, names) = (&self.settings, &self.registered);
        let txt = [
            ("v", env!("CARGO_PKG_VERSION")),
            ("api", API),
            ("id", id),
            ("path", "/"),
            ("name", naming::instance(name)),
            ("auth", "pair"),
        ];
        let host = format!("{}.", names.host_name);
        let mut info = ServiceInfo::new(kind, &names.instance, &host, "", *port, &txt[..])?.enable_addr_auto();
        info.set_interfaces(vec![lan(*ipv6)]);
        Ok(info)
    }

    fn follow(&mut self, events: &Receiver<DaemonEvent>) -> mdns_sd::Result<()> {
        while !self.is_stopping() {
            match events.recv_timeout(TICK) {
                Ok(event) => self.hear(event, events)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(mdns_sd::Error::DaemonShutdown),
            }
            self.settle()?;
        }
        Ok(())
    }

    fn hear(&mut self, event: DaemonEvent, events: &Receiver<DaemonEvent>) -> mdns_sd::Result<()> {
        match event {
            DaemonEvent::Announce(service, _) => self.announced |= service.contains(KIND),
            DaemonEvent::NameChange(change) => {
                let settles = renamed(&mut self.won, &change).then(|| clock::instant() + SETTLED_AFTER);
                self.settles = settles.or(self.settles);
            }
            DaemonEvent::IpAdd(address) => {
                log::debug!("mDNS: reachable by {address}");
                if self.settings.ipv6 {
                    self.come_back(events)?;
                }
                self.told.iter().for_each(&self.on_change);
            }
            DaemonEvent::IpDel(_) => self.told.iter().for_each(&self.on_change),
            DaemonEvent::Error(error) => log::warn!("mDNS: {error}"),
            _ => {}
        }
        Ok(())
    }

    /// Takes over names that a conflict left us, once it is over. Tells of a name only when it is ours: probed for,
    /// settled, and said to everybody.
    fn settle(&mut self) -> mdns_sd::Result<()> {
        if self.settles.is_some_and(|at| clock::instant() >= at) {
            self.settles = None;
            if self.registered != self.won {
                self.announced = false;
                self.take_over()?;
            }
        }
        if self.announced && self.settles.is_none() && self.told.as_ref() != Some(&self.won) {
            (self.on_change)(&self.won);
            self.told = Some(self.won.clone());
        }
        Ok(())
    }

    /// Registers anew under the names that a conflict left us.
    fn take_over(&mut self) -> mdns_sd::Result<()> {
        let (AdvertState { host_name: wish, instance }, won) = (&self.registered, &self.won.host_name);
        log::info!("another appliance has {wish} ({instance}): we are {won}");
        self.withdraw();
        self.registered = self.won.clone();
        self.register()
    }

    /// Gone for a moment, then back with all addresses. What happens meanwhile is part of the same change.
    fn come_back(&self, events: &Receiver<DaemonEvent>) -> mdns_sd::Result<()> {
        self.withdraw();
        let end = clock::instant() + GONE_FOR;
        while !self.is_stopping() && events.recv_deadline(end).is_ok() {}
        self.register()
    }

    fn withdraw(&self) {
        let end = clock::instant() + GOODBYE_WITHIN;
        for kind in [SERVICE, WEB] {
            let name = self.service(kind).map(|info| info.get_fullname().to_owned());
            if let Ok(done) = name.and_then(|name| self.daemon.unregister(&name)) {
                let _ = done.recv_deadline(end);
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }
}

/// Whether the LAN answers to this label with addresses of this machine only.
fn is_ours_already(label: &str) -> bool {
    match lookup::resolve_scoped(&format!("{label}.local"), ASK_FOR) {
        Ok(answers) => {
            !answers.is_empty() && answers.iter().all(|(address, scope)| addresses::is_own(*address, *scope))
        }
        Err(error) => {
            log::debug!("{error}");
            false
        }
    }
}

/// Takes a rename over into `state`; whether it changed. Every interface and service tells of it once.
fn renamed(state: &mut AdvertState, change: &DnsNameChange) -> bool {
    let new = change.new_name.trim_end_matches('.');
    let (old, new) = match change.rr_type {
        RRType::A | RRType::AAAA => (&mut state.host_name, new),
        _ => match new.split_once(KIND) {
            Some((instance, _)) => (&mut state.instance, instance),
            None => return false,
        },
    };
    let changed = old != new;
    new.clone_into(old);
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(new_name: &str, rr_type: RRType) -> DnsNameChange {
        DnsNameChange { original: String::new(), new_name: new_name.into(), rr_type, intf_name: "eth0".into() }
    }

    #[test]
    fn renames_are_taken_over_once() {
        let mut state = AdvertState { host_name: "hearken.local".into(), instance: "hearken".into() };
        let table = [
            (change("hearken-2.local.", RRType::A), true),
            (change("hearken-2.local.", RRType::AAAA), false),
            (change("hearken (2)._hearken._tcp.local.", RRType::SRV), true),
            (change("hearken (2)._hearken._tcp.local.", RRType::TXT), false),
            (change("hearken (2)._http._tcp.local.", RRType::SRV), false),
        ];
        for (row, (change, expected)) in table.into_iter().enumerate() {
            assert_eq!(renamed(&mut state, &change), expected, "row {row}");
        }
        assert_eq!((state.label(), state.instance.as_str()), ("hearken-2", "hearken (2)"));
    }

    #[test]
    fn the_txt_record_is_small_and_names_what_a_client_needs() {
        let settings =
            AdvertSettings { name: "é".repeat(64), won: None, id: "0a1b2c3d".into(), port: 8642, ipv6: false };
        let daemon = ServiceDaemon::new().unwrap();
        let mut follower = Follower::new(daemon, settings, Arc::default(), |_: &AdvertState| {});
        follower.registered = AdvertState { host_name: "hearken.local".into(), instance: "hearken".into() };
        let info = follower.service(SERVICE).unwrap();
        let bytes: usize = info.get_properties().iter().map(|p| p.key().len() + p.val_str().len() + 2).sum();
        assert!(bytes < 200, "{bytes}");
        let value = |key| info.get_property_val_str(key);
        assert_eq!((value("id"), value("path"), value("auth")), (Some("0a1b2c3d"), Some("/"), Some("pair")));
        let _ = follower.daemon.shutdown();
    }
}
