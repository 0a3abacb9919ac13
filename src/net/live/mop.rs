//! The mop: finishes what sockets did not take at once.
//!
//! One thread waits on epoll for lagging sockets to become writable, sends them what is pending, and brings them up to
//! the ring's end. Sockets that keep up never come here.

use super::Live;
use super::connection::Connection;
use super::fanout::catch_up;
use rustix::event::epoll;
use rustix::fd::OwnedFd;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Sockets looked after in one wait.
const EVENTS: usize = 64;

/// The set of lagging sockets.
#[derive(Debug)]
pub(super) struct Mop {
    epoll: OwnedFd,
    lagging: Mutex<HashMap<u64, Arc<Connection>>>,
    stop: AtomicBool,
}

impl Mop {
    pub fn new() -> std::io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        Ok(Self { epoll, lagging: Mutex::new(HashMap::new()), stop: AtomicBool::new(false) })
    }

    /// Takes a socket that began to lag. Which it does once at a time: see `Out`.
    pub fn watch(&self, connection: &Arc<Connection>) {
        let (data, flags) = (epoll::EventData::new_u64(connection.id), flags());
        self.lock().insert(connection.id, Arc::clone(connection));
        let socket = connection.out.socket();
        // Known already from an earlier lag: armed again.
        let armed =
            epoll::add(&self.epoll, socket, data, flags).or_else(|_| epoll::modify(&self.epoll, socket, data, flags));
        if let Err(error) = armed {
            ::log::warn!("a slow client cannot be watched and is let go: {error}");
            connection.out.kill();
        }
    }

    /// Lets go of a socket that has ended.
    pub fn forget(&self, connection: &Connection) {
        self.lock().remove(&connection.id);
        // Not there unless it once lagged.
        let _ = epoll::delete(&self.epoll, connection.out.socket());
    }

    /// Ends the thread soon.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The thread: until stopped.
    pub fn run(&self, live: &Live) {
        let mut events: Vec<epoll::Event> = Vec::with_capacity(EVENTS);
        let second = rustix::event::Timespec { tv_sec: 1, tv_nsec: 0 };
        while !self.stop.load(Ordering::Relaxed) {
            events.clear();
            let waited = epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&second));
            if let Err(error) = waited
                && error != rustix::io::Errno::INTR
            {
                ::log::error!("slow clients cannot be waited for: {error}");
                return;
            }
            for event in &events {
                self.finish(live, event.data.u64());
            }
        }
    }

    /// Goes on with a socket that is writable again, or not: then it is watched once more.
    pub fn finish(&self, live: &Live, id: u64) {
        if let Some((connection, still_lags)) = self.relieve(live, id) {
            self.settle(live, &connection, still_lags);
        }
    }

    /// The first half of it: sends what the socket takes. Whether it lags still. It is put down before: once it lags no
    /// more, it may lag anew at any moment, and whoever finds that takes it here again.
    pub fn relieve(&self, live: &Live, id: u64) -> Option<(Arc<Connection>, bool)> {
        let connection = self.lock().remove(&id)?;
        let still_lags = connection.out.mop(|inner| catch_up(live, &connection, inner));
        Some((connection, still_lags))
    }

    /// The second half. Between the two others have their turn.
    pub fn settle(&self, live: &Live, connection: &Arc<Connection>, still_lags: bool) {
        if still_lags {
            self.watch(connection);
        } else {
            live.show_out(connection, &live.hub.published());
        }
    }

    /// The sockets that are looked after.
    #[cfg(test)]
    pub fn watched(&self) -> Vec<u64> {
        let mut ids: Vec<u64> = self.lock().keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.lagging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn flags() -> epoll::EventFlags {
    epoll::EventFlags::OUT | epoll::EventFlags::ONESHOT
}
