//! What must be looked at now and then: the watchdog, the network, the scan's manners, the nightly backup.

use super::backups;
use super::compaction::{Compactor, Due};
use super::follow::Follower;
use super::radio::Stations;
use super::whereabouts::Whereabouts;
use crate::clock::Mono;
use crate::core::event::Mode;
use crate::device::systemd::Notifier;
use crate::hub::Hub;
use crate::limits::WRITER_WITHIN;
use crate::log::LogError;
use crate::net::app::App;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often everything is looked at.
const EVERY: Duration = Duration::from_millis(1000);
/// How often the network is looked at, in rounds of [`EVERY`].
const NETWORK_ROUNDS: u64 = 5;
/// How often it is looked whether the log says of the library what is so, in rounds of [`EVERY`].
const LIBRARY_ROUNDS: u64 = 2;
/// How often stations are told without news what their source has, in rounds of [`EVERY`]: ratings and playlists change
/// all the time, and summer time comes on the hour.
const STATION_ROUNDS: u64 = 600;
/// How often it is asked whether a backup is due, in rounds of [`EVERY`]; one that failed is tried again after an hour.
const BACKUP_ROUNDS: u64 = 60;

/// The thread; it ends when this is dropped.
pub(super) struct Supervisor {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Supervisor {
    pub fn start(
        app: &Arc<App>,
        hub: &Hub,
        whereabouts: &Whereabouts,
        follower: Arc<Follower>,
        systemd: Arc<Notifier>,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = sync_channel(1);
        let (app, hub, whereabouts) = (Arc::clone(app), hub.clone(), whereabouts.clone());
        let thread = std::thread::Builder::new().name("supervisor".into()).spawn(move || {
            let mut rounds = Rounds::new(&app, &hub, &whereabouts, &follower, &systemd);
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
    whereabouts: &'a Whereabouts,
    follower: &'a Arc<Follower>,
    systemd: &'a Notifier,
    count: u64,
    is_busy: bool,
    backup_not_before: Mono,
    log_due: Due,
    alive_every: u64,
    stations: Stations,
}

impl<'a> Rounds<'a> {
    fn new(
        app: &'a App,
        hub: &'a Hub,
        whereabouts: &'a Whereabouts,
        follower: &'a Arc<Follower>,
        systemd: &'a Notifier,
    ) -> Self {
        let alive_every = systemd.watchdog_every().map_or(0, |span| span.as_secs().max(1));
        let stations = Stations::follow(&app.library);
        let (backup_not_before, log_due) = (Mono::default(), Due::after_start(hub.published().seq));
        Self {
            app,
            hub,
            whereabouts,
            follower,
            systemd,
            count: 0,
            is_busy: false,
            backup_not_before,
            log_due,
            alive_every,
            stations,
        }
    }

    fn go(&mut self) {
        self.count += 1;
        if self.alive_every > 0 && self.count.is_multiple_of(self.alive_every) {
            self.watch();
        }
        self.give_way();
        if self.count.is_multiple_of(NETWORK_ROUNDS) {
            self.whereabouts.look();
        }
        if self.count.is_multiple_of(LIBRARY_ROUNDS) && !self.app.auth.is_blind() {
            self.follower.look();
        }
        self.stations.look(self.hub, &self.app.radio, self.count.is_multiple_of(STATION_ROUNDS));
        if self.count.is_multiple_of(BACKUP_ROUNDS) {
            self.back_up();
        }
        if self.log_due.is_now(self.hub.published().seq, self.hub.clock().mono()) {
            self.compact();
        }
    }

    /// Tells systemd that we live, if the writer comes round and the port answers.
    fn watch(&self) {
        if self.alive_every == 0 {
            return;
        }
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

    fn back_up(&mut self) {
        let (config, now) = (self.app.config(), self.hub.clock().mono());
        if now < self.backup_not_before || !backups::is_due(&config, self.hub.clock()) {
            return;
        }
        self.backup_not_before = now.plus(3_600_000);
        // Of a large store on a slow card it takes longer than the watchdog waits.
        let made = alongside("backup", EVERY, || backups::make(&config), || self.watch());
        let no_thread = |error: std::io::Error| LogError::Failed { path: "backups".into(), detail: error.to_string() };
        match made.map_err(no_thread).flatten() {
            Ok((path, bytes)) => ::log::info!("nightly backup: {path}, {} kB", bytes.div_ceil(1000)),
            Err(error @ LogError::NoRoom { .. }) => ::log::warn!("no backup tonight: {error}"),
            Err(error) => ::log::error!("the nightly backup failed: {error}; the earlier ones are kept"),
        }
        self.compact();
    }

    fn compact(&mut self) {
        self.log_due.done(self.hub.published().seq, self.hub.clock().mono());
        match Compactor::new(&self.app.config(), self.hub).compact(|| self.systemd.alive()) {
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

/// Does `work` on a thread of this name and `between` on this one, each time that `every` is over, until the work is done.
///
/// # Errors
/// The operating system's, when it gives no thread; nothing was done then.
fn alongside<T: Send>(
    name: &str,
    every: Duration,
    work: impl FnOnce() -> T + Send,
    mut between: impl FnMut(),
) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let (done, is_done) = sync_channel::<()>(0);
        let working = std::thread::Builder::new().name(name.into()).spawn_scoped(scope, move || {
            let _until_here = done;
            work()
        })?;
        while matches!(is_done.recv_timeout(every), Err(RecvTimeoutError::Timeout)) {
            between();
        }
        Ok(working.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watchdog_hears_of_us_while_something_takes_long() {
        let (beat, beats) = sync_channel(8);
        let work = move || (0..3).map_while(|_| beats.recv_timeout(Duration::from_secs(20)).ok()).count();
        let tell = || beat.try_send(()).unwrap_or_default();
        assert_eq!(alongside("test", Duration::from_millis(1), work, tell).unwrap(), 3);
    }
}
