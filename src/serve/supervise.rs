//! What must be looked at now and then: the watchdog, the network, the scan's manners, the nightly backup.

use super::compaction::Compactor;
use super::operator::backup;
use super::radio::Stations;
use crate::clock;
use crate::core::event::Mode;
use crate::device::systemd::Notifier;
use crate::hub::Hub;
use crate::limits;
use crate::log::backup::next_run;
use crate::net::app::App;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often everything is looked at.
const EVERY: Duration = Duration::from_millis(1000);
/// How often the network is looked at, in rounds of [`EVERY`].
const NETWORK_ROUNDS: u64 = 5;
/// How often stations are told without news what their source has, in rounds of [`EVERY`]: ratings and playlists change
/// all the time, and summer time comes on the hour.
const STATION_ROUNDS: u64 = 600;
/// A writer that does not come round within this is stuck.
const WRITER_WITHIN: Duration = Duration::from_secs(5);

/// The thread; it ends when this is dropped.
pub(super) struct Supervisor {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Supervisor {
    pub fn start(app: &Arc<App>, hub: &Hub, systemd: Arc<Notifier>) -> std::io::Result<Self> {
        let (stop, stopped) = sync_channel(1);
        let (app, hub) = (Arc::clone(app), hub.clone());
        let thread = std::thread::Builder::new().name("supervisor".into()).spawn(move || {
            let mut rounds = Rounds::new(&app, &hub, &systemd);
            while matches!(stopped.recv_timeout(EVERY), Err(RecvTimeoutError::Timeout)) {
                rounds.go();
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            ::log::error!("the supervisor panicked; please report this");
        }
    }
}

struct Rounds<'a> {
    app: &'a App,
    hub: &'a Hub,
    systemd: &'a Notifier,
    count: u64,
    is_busy: bool,
    backup_at: i64,
    /// The log's last entry when it was compacted last in this run.
    compacted_at: u64,
    alive_every: u64,
    stations: Stations,
}

impl<'a> Rounds<'a> {
    fn new(app: &'a App, hub: &'a Hub, systemd: &'a Notifier) -> Self {
        let alive_every = systemd.watchdog_every().map_or(0, |span| span.as_secs().max(1));
        let backup_at = next_run(hub.clock().wall_ms());
        let stations = Stations::follow(&app.library);
        let compacted_at = hub.published().seq;
        Self { app, hub, systemd, count: 0, is_busy: false, backup_at, compacted_at, alive_every, stations }
    }

    fn go(&mut self) {
        self.count += 1;
        if self.alive_every > 0 && self.count.is_multiple_of(self.alive_every) {
            self.watch();
        }
        self.give_way();
        if self.count.is_multiple_of(NETWORK_ROUNDS) {
            self.look_at_network();
        }
        self.stations.look(self.hub, &self.app.radio, self.count.is_multiple_of(STATION_ROUNDS));
        self.back_up();
        if self.hub.published().seq.saturating_sub(self.compacted_at) >= limits::ENTRIES_PER_SNAPSHOT {
            self.compact();
        }
    }

    /// Tells systemd that we live, if the writer comes round and the port answers.
    fn watch(&self) {
        if self.hub.is_moving(WRITER_WITHIN) {
            self.systemd.alive();
        } else {
            ::log::error!("the writer does not move: systemd will start the service again");
        }
    }

    /// A scan pauses while people wait at a barrier: the disk is theirs.
    fn give_way(&mut self) {
        let published = self.hub.published();
        let waits = published.durable.sessions.iter().any(|(room, session)| {
            session.stage.mode == Mode::Waiting && !published.presence.room(room).listeners.is_empty()
        });
        if waits != self.is_busy {
            self.is_busy = waits;
            self.app.library.set_busy(waits);
        }
    }

    /// Addresses come and go; what the QR shows, which Host is ours and what the certificate is for follow. It follows
    /// time as well: its end comes near, or a clock that was wrong is set.
    fn look_at_network(&self) {
        let before = self.app.place();
        let bound = SocketAddr::new(self.app.config.listen.ip(), before.port);
        let now = super::start::place(&self.app.config, bound, before.name.clone());
        if now != before {
            ::log::info!("the network changed: {:?}", now.addresses);
            self.app.set_place(now);
        } else {
            self.app.fit_certificate();
        }
    }

    fn back_up(&mut self) {
        let now = clock::system_time().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        if now < self.backup_at {
            return;
        }
        self.backup_at = next_run(now);
        match backup(&self.app.config.state_dir) {
            Ok((path, bytes)) => ::log::info!("nightly backup: {path}, {bytes} bytes"),
            Err(why) => ::log::error!("the nightly backup failed: {why}"),
        }
        self.compact();
    }

    /// Each night, and as often as snapshots are made: an appliance may be off at night.
    fn compact(&mut self) {
        self.compacted_at = self.hub.published().seq;
        match Compactor::new(&self.app.config, self.hub).compact(|| self.systemd.alive()) {
            Ok(done) if done.entries == 0 => ::log::debug!("the log holds nothing superseded that is old enough"),
            Ok(done) => ::log::info!(
                "the log was compacted: {} entries went, {} of {} bytes are in use",
                done.entries,
                done.bytes_after,
                done.bytes_before
            ),
            Err(why) => ::log::warn!("the log was not compacted: {why}"),
        }
    }
}
