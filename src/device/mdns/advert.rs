//! The advert: registered, followed through name conflicts and address changes, withdrawn at stop.
//!
//! One thread (`mdns-advert`) owns it from the choice of the name to the goodbye; [`Advert::stop`] joins it.

use super::{SERVICE, WEB, lookup, naming};
use crate::clock;
use crate::device::addresses;
use mdns_sd::{DaemonEvent, DnsNameChange, IfKind, IfPredicate, RRType, Receiver, ServiceDaemon, ServiceInfo};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long the LAN has to say that our wished name is taken by this very machine. The first question asks for a
/// unicast answer, which on one machine the wrong socket may get; the second, a second later, is heard by all.
const ASK_FOR: Duration = Duration::from_millis(1_300);
/// How long the withdrawal may take.
const GOODBYE_WITHIN: Duration = Duration::from_secs(2);
/// The goodbye is sent twice, the second time 120 ms later; ending sooner would lose it.
const GOODBYE_REPEATED: Duration = Duration::from_millis(150);
/// With IPv6, peers keep a stale address unless the service is gone for longer than their one-second goodbye.
const GONE_FOR: Duration = Duration::from_millis(1_200);
/// The wire contract's version, for clients that speak a later one.
const API: &str = "1";

/// What is advertised.
#[derive(Clone, Debug)]
pub struct AdvertSettings {
    /// The appliance's name.
    pub name: String,
    /// The host label won at an earlier start, e.g. `hearken-2`.
    pub won: Option<String>,
    /// The stable id, 8 hex digits.
    pub id: String,
    /// The port that answers.
    pub port: u16,
    /// IPv6 addresses too.
    pub ipv6: bool,
}

/// What the LAN knows us by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdvertState {
    /// `hearken-2.local`
    pub host_name: String,
    /// `hearken (2)`
    pub instance: String,
}

impl AdvertState {
    /// The label to keep as the wish of the next start: `hearken-2`.
    #[must_use]
    pub fn label(&self) -> &str {
        naming::label_of(&self.host_name)
    }
}

/// A running advert. Dropping it without [`Advert::stop`] leaves stale records in others' caches for two minutes.
#[derive(Debug)]
pub struct Advert {
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// The advert could not be started.
#[derive(Debug, thiserror::Error)]
pub enum AdvertError {
    /// mDNS itself.
    #[error("cannot advertise by mDNS: {0}; the address still works, `[mdns] enabled = false` silences this")]
    Mdns(#[from] mdns_sd::Error),
    /// No thread.
    #[error("cannot start the mDNS thread: {0}")]
    Thread(#[from] io::Error),
}

impl Advert {
    /// Starts to advertise. `on_change` is called on the advert's thread, with the names when they are registered,
    /// after each rename, and after each change of our addresses (then with the same names: draw the QR again).
    ///
    /// # Errors
    /// [`AdvertError`] when there is no socket or no thread to be had.
    pub fn start<F>(settings: AdvertSettings, on_change: F) -> Result<Self, AdvertError>
    where
        F: Fn(&AdvertState) + Send + 'static,
    {
        let daemon = ServiceDaemon::new()?;
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(lan(settings.ipv6))?;
        let stopping = Arc::new(AtomicBool::new(false));
        let follower = Follower { daemon, settings, stopping: stopping.clone(), on_change };
        let thread = std::thread::Builder::new().name("mdns-advert".into()).spawn(move || follower.run())?;
        Ok(Self { stopping, thread })
    }

    /// Says goodbye and ends; two seconds at most, usually a quarter of one.
    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        if self.thread.join().is_err() {
            log::warn!("the mDNS thread had panicked; the LAN forgets us in two minutes");
        }
    }
}

/// Ethernet and Wi-Fi, not loopback, bridges or containers; announcing there leads phones astray.
fn lan(ipv6: bool) -> IfKind {
    IfKind::Predicate(IfPredicate::new(move |interface| {
        addresses::is_lan(&interface.name) && (ipv6 || interface.ip().is_ipv4())
    }))
}

/// What the thread owns.
struct Follower<F> {
    daemon: ServiceDaemon,
    settings: AdvertSettings,
    stopping: Arc<AtomicBool>,
    on_change: F,
}

impl<F: Fn(&AdvertState)> Follower<F> {
    /// The thread looks this often whether it shall stop.
    const TICK: Duration = Duration::from_millis(100);

    fn run(self) {
        let host = format!("{}.local.", self.choose_label());
        if let Err(error) = self.advertise(&host) {
            log::error!("not advertised by mDNS: {error}");
        }
        if let Ok(done) = self.daemon.shutdown() {
            let _ = done.recv_timeout(GOODBYE_WITHIN);
        }
    }

    /// Registers, follows, and says goodbye.
    fn advertise(&self, host: &str) -> mdns_sd::Result<()> {
        self.register(host)?;
        let events = self.daemon.monitor()?;
        let instance = naming::instance(&self.settings.name).to_owned();
        let mut state = AdvertState { host_name: host.trim_end_matches('.').to_owned(), instance };
        (self.on_change)(&state);
        self.follow(host, &events, &mut state)?;
        self.goodbye();
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

    fn register(&self, host: &str) -> mdns_sd::Result<()> {
        for kind in [SERVICE, WEB] {
            self.daemon.register(self.service(kind, host)?)?;
        }
        Ok(())
    }

    /// Addresses are left to the library, which follows them; without that the service would never be announced.
    fn service(&self, kind: &str, host: &str) -> mdns_sd::Result<ServiceInfo> {
        let AdvertSettings { name, id, port, ipv6, .. } = &self.settings;
        let instance = naming::instance(name);
        let txt = [
            ("v", env!("CARGO_PKG_VERSION")),
            ("api", API),
            ("id", id),
            ("path", "/"),
            ("name", instance),
            ("auth", "pair"),
        ];
        let mut info = ServiceInfo::new(kind, instance, host, "", *port, &txt[..])?.enable_addr_auto();
        info.set_interfaces(vec![lan(*ipv6)]);
        Ok(info)
    }

    fn follow(&self, host: &str, events: &Receiver<DaemonEvent>, state: &mut AdvertState) -> mdns_sd::Result<()> {
        while !self.stopping.load(Ordering::Acquire) {
            match events.recv_timeout(Self::TICK) {
                Ok(DaemonEvent::NameChange(change)) => {
                    if renamed(state, &change) {
                        log::info!("the LAN knows us as {} ({})", state.host_name, state.instance);
                        (self.on_change)(state);
                    }
                }
                Ok(DaemonEvent::IpAdd(address)) => {
                    log::info!("reachable by {address}");
                    if self.settings.ipv6 {
                        self.come_back(host, events)?;
                    }
                    (self.on_change)(state);
                }
                Ok(DaemonEvent::IpDel(_)) => (self.on_change)(state),
                Ok(DaemonEvent::Error(error)) => log::warn!("mDNS: {error}"),
                Ok(_) | Err(mdns_sd::RecvTimeoutError::Timeout) => {}
                Err(mdns_sd::RecvTimeoutError::Disconnected) => return Err(mdns_sd::Error::DaemonShutdown),
            }
        }
        Ok(())
    }

    /// Gone for a moment, then back with all addresses. What happens meanwhile is part of the same change.
    fn come_back(&self, host: &str, events: &Receiver<DaemonEvent>) -> mdns_sd::Result<()> {
        self.withdraw();
        let end = clock::instant() + GONE_FOR;
        while !self.stopping.load(Ordering::Acquire) && events.recv_deadline(end).is_ok() {}
        self.register(host)
    }

    fn goodbye(&self) {
        self.withdraw();
        clock::pause(GOODBYE_REPEATED);
    }

    fn withdraw(&self) {
        let end = clock::instant() + GOODBYE_WITHIN;
        for kind in [SERVICE, WEB] {
            let name = self.service(kind, "hearken.local.").map(|info| info.get_fullname().to_owned());
            if let Ok(done) = name.and_then(|name| self.daemon.unregister(&name)) {
                let _ = done.recv_deadline(end);
            }
        }
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
        _ => match new.split_once("._hearken.") {
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
        let follower = Follower { daemon, settings, stopping: Arc::default(), on_change: |_: &AdvertState| {} };
        let info = follower.service(SERVICE, "hearken.local.").unwrap();
        let bytes: usize = info.get_properties().iter().map(|p| p.key().len() + p.val_str().len() + 2).sum();
        assert!(bytes < 200, "{bytes}");
        let value = |key| info.get_property_val_str(key);
        assert_eq!((value("id"), value("path"), value("auth")), (Some("0a1b2c3d"), Some("/"), Some("pair")));
        let _ = follower.daemon.shutdown();
    }
}
