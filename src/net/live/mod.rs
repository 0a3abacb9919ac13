//! Live sync: every open socket that watches the house, and the two threads that write to all of them.
//!
//! ```text
//! writer ──publish──▶ Ring ──read──▶ fan-out thread ──one non-blocking send per socket and batch──▶ sockets
//!                                         │ what does not fit
//!                                         ▼
//!                                     mop thread (epoll: writable again)
//! ```
//!
//! A socket has one thread that reads it ([`ws`], [`sse`]) and nobody that waits to write to it. Waking a thread per socket
//! and event costs ten times the sends themselves. What is to be sent is composed once per [`view::View`], so a thousand
//! phones that see the same get the same bytes.
//!
//! Rules that hold here: every byte to a socket goes through its [`out::Out`], under one lock, pending bytes first, so no
//! frame is ever interleaved. A socket that does not take what it is given lags: the fan-out passes it over, the mop
//! finishes it. A socket that fell off the ring gets what it missed, or the full state, never a part. Whoever finds a socket
//! dead only marks it and shuts it down; its reading thread removes it, and nobody else does.

pub mod connection;
pub mod fanout;
mod figures;
pub mod inbound;
#[cfg(test)]
mod interleaving;
pub(in crate::net) mod leaving;
mod mop;
pub mod out;
pub mod sse;
#[cfg(test)]
mod tests;
pub mod view;
pub mod ws;

use crate::core::ids::DeviceId;
use crate::core::presence::{ConnectionId, Signal};
use crate::figures::Page;
use crate::hub::Hub;
use crate::hub::ring::{Joined, Since};
use crate::hub::turns::{Turns, WeakTurns};
use crate::net::duplex::Duplex;
use crate::wire::snapshot::You;
use connection::Connection;
use figures::Figures;
use leaving::is_resumable;
use mop::Mop;
use out::Out;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use view::View;

/// All live sockets. One per server.
#[derive(Debug)]
pub struct Live {
    hub: Hub,
    mop: Mop,
    connections: Mutex<HashMap<ConnectionId, Arc<Connection>>>,
    /// The turns of the devices that have sockets.
    turns: Mutex<HashMap<DeviceId, WeakTurns>>,
    last_id: AtomicU64,
    figures: Figures,
}

/// What a socket asks for when it opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Who it is.
    pub you: You,
    /// What it sees.
    pub view: View,
    /// What it saw last.
    pub since: Option<Since>,
}

impl Live {
    /// No sockets yet.
    ///
    /// # Errors
    /// The operating system's, when it gives no epoll descriptor.
    pub fn new(hub: Hub) -> std::io::Result<Arc<Self>> {
        let connections = Mutex::new(HashMap::new());
        Ok(Arc::new(Self {
            hub,
            mop: Mop::new()?,
            connections,
            turns: Mutex::default(),
            last_id: AtomicU64::new(0),
            figures: Figures::default(),
        }))
    }

    /// The hub behind it.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// How many sockets are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Writes its figures down.
    pub fn write_figures(&self, page: &mut Page) {
        let all = self.all();
        let lagging = all.iter().filter(|connection| connection.out.lags()).count();
        page.gauge("hearken_live_sockets", "WebSockets and event streams that are open.", all.len() as u64);
        page.gauge("hearken_live_lagging", "Sockets whose network has not taken everything yet.", lagging as u64);
        self.figures.write(page);
    }

    /// Milliseconds from publishing to the last socket, for the share `q` (0 to 1) of all batches.
    #[must_use]
    pub fn fanout_ms(&self, q: f64) -> Option<f64> {
        self.figures.fanout.quantile_ms(q)
    }

    /// Lets a socket in: state and cursor in one step, then it is one of those the fan-out writes to. `head` (the
    /// protocol's own greeting) is sent first.
    #[must_use]
    pub fn open(&self, duplex: Duplex, opening: Opening, head: &[u8]) -> Arc<Connection> {
        let connection = self.greeted(duplex, opening, head);
        self.seat(&connection);
        connection
    }

    /// A socket with its greeting, which nobody writes to yet.
    fn greeted(&self, duplex: Duplex, opening: Opening, head: &[u8]) -> Arc<Connection> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let Opening { mut you, mut view, since } = opening;
        // Said before anything that the device says by this socket. Its own greeting may be older than that: that it is
        // here, it is told by the next `household:presence`, as all others are.
        self.hub.signal(Signal::Connected(you.client_id.clone(), id));
        let mut joined = self.hub.ring().join(since.as_ref());
        view.profile = joined.published.profile_of(&you.client_id);
        you.profile = view.profile.clone();
        joined.missed = joined.missed.filter(|_| {
            since.is_some_and(|since| is_resumable(&since, &you.client_id, view.writing, &joined.published))
        });
        let mut greeting = head.to_vec();
        // One that was shown out since it was asked who it is goes in a moment, and is told nothing.
        if joined.published.lets_in(&you.client_id) {
            greet(&mut greeting, &joined, &view, &you, self.hub.clock().wall_ms());
        }
        // It lags from the first, so that nobody writes to it before its greeting.
        let out = Out::greeting(duplex, joined.cursor, joined.published.seq, greeting);
        let hub = self.hub.in_turns(&self.turns_of(&you.client_id));
        Arc::new(Connection::new(id, you, view, out, hub))
    }

    /// The turns that all sockets of a device share.
    fn turns_of(&self, device: &DeviceId) -> Turns {
        let mut all = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = all.get(device).and_then(WeakTurns::upgrade) {
            return turns;
        }
        all.retain(|_, turns| turns.upgrade().is_some());
        let turns = Turns::default();
        all.insert(device.clone(), turns.downgrade());
        turns
    }

    /// From now on it is one of those the fan-out writes to.
    fn seat(&self, connection: &Arc<Connection>) {
        self.lock().insert(connection.id, Arc::clone(connection));
        if connection.out.mop(|inner| fanout::catch_up(self, connection, inner)) {
            self.mop.watch(connection);
        }
        // Whoever looked for sockets that must go, while this one opened, did not see it.
        self.show_out(connection, &self.hub.published());
    }

    /// Takes a socket out; called by the thread that read it, when it has ended.
    pub fn close(&self, connection: &Connection) {
        self.mop.forget(connection);
        self.lock().remove(&connection.id);
        self.hub.signal(Signal::Disconnected(connection.origin.device.clone(), connection.id));
    }

    /// Gives a socket bytes out of turn: an answer to what it said. What does not fit is the mop's.
    pub fn push(&self, connection: &Arc<Connection>, bytes: &[u8]) {
        if connection.out.push(bytes) {
            self.mop.watch(connection);
        }
    }

    fn all(&self) -> Vec<Arc<Connection>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a joining socket is told first: exactly what it missed, or everything.
fn greet(to: &mut Vec<u8>, joined: &Joined, view: &View, you: &You, ts_ms: i64) {
    match &joined.missed {
        Some(missed) => {
            view.compose_for(&you.client_id, to, missed, &joined.published);
            view.write_resumed(to, &joined.published, you, ts_ms);
        }
        None => view.write_full(to, &joined.published, you, ts_ms),
    }
    view.compose_all(to, &joined.ephemerals, &joined.published);
}
