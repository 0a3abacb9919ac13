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
        let Some(connection) = self.lock().get(&id).cloned() else { return };
        if connection.out.mop(|inner| catch_up(live, &connection, inner)) {
            self.watch(&connection);
        } else {
            self.lock().remove(&id);
            live.show_out(&connection, &live.hub.published());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.lagging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn flags() -> epoll::EventFlags {
    epoll::EventFlags::OUT | epoll::EventFlags::ONESHOT
}
