//! The advert, as the rest of the house sees it: what is advertised, under which names, and how it ends.
//!
//! One thread (`mdns-advert`) owns it from the choice of the name to the goodbye; what it does stands in `follower.rs`.
//! [`Advert::stop`] joins it.

use super::follower::{self, Follower};
use super::naming;
use mdns_sd::ServiceDaemon;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// How often our own addresses are looked at, seconds: with the probing that follows, a network that comes late has us
/// within five.
const ADDRESSES_EVERY_S: u32 = 2;

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
    /// Starts to advertise. `on_change` is called on the advert's thread, with the names once they are won and announced,
    /// after each rename, and after each change of our addresses (then with the same names: draw the QR again).
    ///
    /// # Errors
    /// [`AdvertError`] when there is no socket or no thread to be had.
    pub fn start<F>(settings: AdvertSettings, on_change: F) -> Result<Self, AdvertError>
    where
        F: Fn(&AdvertState) + Send + 'static,
    {
        let daemon = ServiceDaemon::new()?;
        follower::keep_to_the_lan(&daemon, settings.ipv6)?;
        daemon.set_ip_check_interval(ADDRESSES_EVERY_S)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let follower = Follower::new(daemon, settings, Arc::clone(&stopping), on_change);
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
