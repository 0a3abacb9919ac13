//! The composition root: starts the rooms in order, waits for a signal, stops them in reverse.
//!
//! ```text
//! lock ▸ log ▸ hub (writer) ▸ live (fan-out, mop) ▸ library ▸ door ▸ local socket ▸ library watch ▸ mDNS ▸ supervisor
//! ```
//!
//! Stopping: the goodbye on the LAN, the radio streams, then the writer finishes what is waiting and closes the ring, the fan-out tells every
//! socket when to come back, the door lets running answers end, and the lock goes last.

mod announce;
mod backups;
mod compaction;
pub mod doctor;
mod follow;
mod operator;
mod radio;
mod reload;
mod start;
mod supervise;
mod whereabouts;

use crate::config::load::{ConfigError, Sources};
use crate::device::mdns::Advert;
use crate::device::systemd::Notifier;
use crate::hub::Hub;
use crate::library::Watch;
use crate::limits;
use crate::log::lock::{LockError, StateLock};
use crate::net::app::App;
use crate::net::door::{Door, DoorError};
use crate::net::live::fanout::Threads;
use crate::net::local::{Local, LocalError};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;
use supervise::Supervisor;
use whereabouts::Whereabouts;

/// How `serve` was asked to run, beside the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServeOptions {
    /// One line of JSON when it answers, instead of words and a QR.
    pub json: bool,
}

/// Why the house could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The settings make no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The state directory cannot be made.
    #[error("the state directory {path} cannot be made: {source}; give another one with --state-dir")]
    StateDir {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process serves from this state directory.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The library's own store cannot be opened.
    #[error("the library cannot be opened: {0}")]
    Library(#[from] crate::library::StoreError),
    /// The port cannot be had.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The household's own certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] crate::device::tls::TlsError),
    /// The private socket cannot be had.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// The directory of the page cannot be read.
    #[error("the directory of the page cannot be read: {0}")]
    Assets(std::io::Error),
    /// No pairing code can be made.
    #[error(transparent)]
    NoChance(#[from] crate::device::secrets::NoChance),
    /// No thread, no signal handler, no epoll.
    #[error("the system refused: {0}")]
    System(#[from] std::io::Error),
}

/// A house that is open.
struct House {
    lock: StateLock,
    hub: Hub,
    writer: JoinHandle<()>,
    app: Arc<App>,
    threads: Threads,
    door: Door,
    local: Option<Local>,
    watch: Option<Watch>,
    advert: Option<Advert>,
    supervisor: Option<Supervisor>,
    whereabouts: Whereabouts,
    /// Where the settings come from, to read them again.
    sources: Sources,
    /// The stable id, as mDNS tells it.
    id: Option<String>,
    /// Whether new files go into the house's queue.
    follows: Arc<AtomicBool>,
}

/// Serves until SIGTERM or SIGINT; SIGHUP reads the settings again.
///
/// # Errors
/// [`ServeError`] when the house cannot be opened; once it is, it stays.
pub fn run(sources: Sources, options: ServeOptions) -> Result<(), ServeError> {
    // Handlers first: a signal that comes early must still end it cleanly.
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let systemd = Arc::new(Notifier::from_env());
    let mut house = start::open(sources, options, &systemd)?;
    announce::ready(&house.app, options);
    systemd.ready();
    for signal in signals.forever() {
        if signal != SIGHUP {
            break;
        }
        house.reload(&systemd);
    }
    systemd.stopping();
    ::log::info!("stopping");
    last_resort();
    house.close();
    Ok(())
}

/// Whatever hangs, the process ends in time: what was acknowledged is durable already.
fn last_resort() {
    let waiting = std::thread::Builder::new().name("last-resort".into()).spawn(|| {
        crate::clock::pause(limits::STOP_WITHIN);
        ::log::error!("something did not stop in {} s: ending all the same", limits::STOP_WITHIN.as_secs());
        std::process::exit(1);
    });
    if let Err(error) = waiting {
        ::log::debug!("no last resort: {error}");
    }
}

impl House {
    fn close(mut self) {
        drop(self.supervisor.take());
        if let Some(advert) = self.advert.take() {
            advert.stop();
        }
        drop(self.watch.take());
        self.app.radio.close();
        self.hub.stop();
        if self.writer.join().is_err() {
            ::log::error!("the writer panicked while stopping; please report this");
        }
        self.threads.join(&self.app.live);
        let cut = self.door.stop(limits::STOP_WITHIN / 2);
        if cut > 0 {
            ::log::info!("{cut} connections were cut off");
        }
        drop(self.local.take());
        drop(self.lock);
    }
}
