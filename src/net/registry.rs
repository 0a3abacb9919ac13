//! Who is connected: bounds on how many, who gives way when they are reached, and how all of them end.
//!
//! A connection's thread is detached: one that waited to be joined would keep its stack. What joins them is the
//! count here, which a thread's [`Seat`] lowers when it ends, however it ends.

use super::bounds::Bounds;
use super::http1::Watch;
use crate::clock;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How far a connection is.
mod phase {
    /// Accepted; no head is complete yet.
    pub(super) const FRESH: u8 = 0;
    /// Being answered.
    pub(super) const BUSY: u8 = 1;
    /// Between two requests.
    pub(super) const IDLE: u8 = 2;
    /// It left HTTP; whoever took it over ends it.
    pub(super) const TAKEN: u8 = 3;
    /// It had to give way: its socket is shut down.
    pub(super) const OUT: u8 = 4;
}

/// What a door counts, for `/metrics`.
#[derive(Debug, Default)]
pub struct Counters {
    accepted: AtomicU64,
    live: AtomicU64,
    refused: AtomicU64,
    gave_way: AtomicU64,
}

impl Counters {
    /// Connections let in since the start.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted.load(SeqCst)
    }

    /// Connections there are now.
    #[must_use]
    pub fn live(&self) -> u64 {
        self.live.load(SeqCst)
    }

    /// Connections turned away because of a bound, or for want of descriptors or threads.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(SeqCst)
    }

    /// Connections that were ended, without a complete head or idle, to let others in.
    #[must_use]
    pub fn gave_way(&self) -> u64 {
        self.gave_way.load(SeqCst)
    }

    pub(super) fn count_refused(&self) {
        self.refused.fetch_add(1, SeqCst);
    }
}

/// One connection as the door sees it.
struct Slot {
    phase: AtomicU8,
    socket: Arc<TcpStream>,
    address: IpAddr,
}

impl Slot {
    /// Ends the connection if it is in `phase`. Its thread wakes from reading and finds itself out.
    fn end_if(&self, phase: u8) -> bool {
        let ended = self.phase.compare_exchange(phase, phase::OUT, SeqCst, SeqCst).is_ok();
        if ended {
            self.shut();
        }
        ended
    }

    fn shut(&self) {
        // A socket that is not connected any more is as shut as can be.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

#[derive(Default)]
struct Seats {
    next: u64,
    /// By number, so from the oldest on.
    slots: BTreeMap<u64, Arc<Slot>>,
    per_address: HashMap<IpAddr, usize>,
    /// Threads that have not ended, also of connections that gave way.
    threads: usize,
}

impl Seats {
    fn remove(&mut self, number: u64) {
        let Some(slot) = self.slots.remove(&number) else { return };
        if let Some(count) = self.per_address.get_mut(&slot.address) {
            *count -= 1;
            if *count == 0 {
                self.per_address.remove(&slot.address);
            }
        }
    }

    /// Ends the oldest connection without a complete head, or else the oldest idle one, of those from `address` or
    /// of all.
    fn give_way(&mut self, address: Option<IpAddr>) -> bool {
        let concerned = |slot: &Slot| address.is_none_or(|address| slot.address == address);
        let end = |phase| self.slots.iter().find(|(_, slot)| concerned(slot) && slot.end_if(phase));
        let ended = end(phase::FRESH).or_else(|| end(phase::IDLE)).map(|(number, _)| *number);
        ended.inspect(|number| self.remove(*number)).is_some()
    }
}

/// All connections of a door.
pub(super) struct Registry {
    seats: Mutex<Seats>,
    ended: Condvar,
    stopping: AtomicBool,
    connections_max: usize,
    per_address_max: usize,
    pub(super) counters: Arc<Counters>,
}

/// A connection's place; given back when it is dropped.
pub(super) struct Seat {
    registry: Arc<Registry>,
    number: u64,
    slot: Arc<Slot>,
}

impl Registry {
    pub(super) fn new(bounds: &Bounds) -> Arc<Self> {
        Arc::new(Self {
            seats: Mutex::default(),
            ended: Condvar::new(),
            stopping: AtomicBool::new(false),
            connections_max: bounds.connections_max,
            per_address_max: bounds.per_address_max,
            counters: Arc::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new connection, if need be that of one which has not asked for anything (or not lately).
    pub(super) fn enter(self: &Arc<Self>, socket: &Arc<TcpStream>, peer: SocketAddr) -> Option<Seat> {
        let address = peer.ip();
        let mut seats = self.lock();
        let crowded = seats.per_address.get(&address).is_some_and(|count| *count >= self.per_address_max);
        let full = seats.slots.len() >= self.connections_max;
        let fits = match (crowded, full) {
            (true, _) => self.make_room(&mut seats, Some(address)),
            (false, true) => self.make_room(&mut seats, None),
            (false, false) => true,
        };
        if !fits || self.is_stopping() {
            return None;
        }
        let number = seats.next;
        let slot = Arc::new(Slot { phase: AtomicU8::new(phase::FRESH), socket: Arc::clone(socket), address });
        seats.next += 1;
        seats.threads += 1;
        seats.slots.insert(number, Arc::clone(&slot));
        *seats.per_address.entry(address).or_default() += 1;
        self.counters.accepted.fetch_add(1, SeqCst);
        self.counters.live.fetch_add(1, SeqCst);
        Some(Seat { registry: Arc::clone(self), number, slot })
    }

    fn make_room(&self, seats: &mut Seats, address: Option<IpAddr>) -> bool {
        let made = seats.give_way(address);
        self.counters.gave_way.fetch_add(u64::from(made), SeqCst);
        made
    }

    /// Frees a descriptor, if some connection can give way.
    pub(super) fn give_way(&self) -> bool {
        self.make_room(&mut self.lock(), None)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(SeqCst)
    }

    /// From now on nobody enters, and every answer is its connection's last.
    pub(super) fn begin_stop(&self) {
        self.stopping.store(true, SeqCst);
    }

    /// Ends what idles, gives the rest `within` to end by itself, then ends that too. The count of those.
    pub(super) fn end_all(&self, within: Duration) -> usize {
        let due = clock::instant() + within;
        let mut seats = self.lock();
        for slot in seats.slots.values() {
            let _ = slot.end_if(phase::FRESH) || slot.end_if(phase::IDLE);
        }
        while seats.threads > 0 && clock::instant() < due {
            let left = due.saturating_duration_since(clock::instant());
            seats = self.ended.wait_timeout(seats, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let cut = seats.slots.len();
        seats.slots.values().for_each(|slot| slot.shut());
        // Shut sockets end their threads promptly; a handler that still computes is not waited for.
        let grace = Duration::from_millis(500);
        let waited = self.ended.wait_timeout_while(seats, grace, |seats| seats.threads > 0);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        cut
    }
}

impl Seat {
    /// The connection has left HTTP. Whether it may; else it had to give way, or the house stops.
    pub(super) fn taken(&self) -> bool {
        self.slot.phase.compare_exchange(phase::BUSY, phase::TAKEN, SeqCst, SeqCst).is_ok()
            && !self.registry.is_stopping()
    }
}

impl Watch for Seat {
    fn begins(&self) -> bool {
        let phase = &self.slot.phase;
        phase.compare_exchange(phase::IDLE, phase::BUSY, SeqCst, SeqCst).is_ok()
            || phase.compare_exchange(phase::FRESH, phase::BUSY, SeqCst, SeqCst).is_ok()
    }

    fn answered(&self) -> bool {
        // In this order: whoever stops the door either finds the connection idle, or is seen here.
        self.slot.phase.compare_exchange(phase::BUSY, phase::IDLE, SeqCst, SeqCst).is_ok() && !self.is_last()
    }

    fn is_last(&self) -> bool {
        self.registry.is_stopping()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.slot.phase.load(SeqCst) == phase::TAKEN {
            // Whoever took it may have given the socket to others; it is over for them too.
            self.slot.shut();
        }
        let mut seats = self.registry.lock();
        seats.remove(self.number);
        seats.threads -= 1;
        self.registry.counters.live.fetch_sub(1, SeqCst);
        self.registry.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    struct House {
        listener: TcpListener,
        registry: Arc<Registry>,
        clients: Vec<TcpStream>,
    }

    fn house(connections_max: usize, per_address_max: usize) -> House {
        let bounds = Bounds { connections_max, per_address_max, ..Bounds::default() };
        House {
            listener: TcpListener::bind("127.0.0.1:0").unwrap(),
            registry: Registry::new(&bounds),
            clients: Vec::new(),
        }
    }

    impl House {
        fn enter(&mut self) -> Option<Seat> {
            self.clients.push(TcpStream::connect(self.listener.local_addr().unwrap()).unwrap());
            let (socket, peer) = self.listener.accept().unwrap();
            self.registry.enter(&Arc::new(socket), peer)
        }
    }

    #[test]
    fn when_full_the_oldest_without_a_head_gives_way_then_the_oldest_idle_one() {
        let mut house = house(3, 100);
        let seats: Vec<_> = (0..3).map(|_| house.enter().unwrap()).collect();
        assert!(seats[0].begins() && seats[0].answered());
        assert!(seats[1].begins());
        let newer = house.enter().unwrap();
        assert!(!seats[2].begins(), "it was fresh and had to go");
        assert!(newer.begins());
        let newest = house.enter().unwrap();
        assert!(!seats[0].begins(), "it was idle and had to go");
        assert!(newest.begins());
        assert!(house.enter().is_none(), "all are busy");
        assert_eq!((house.registry.counters.gave_way(), house.registry.counters.live()), (2, 5));
    }

    #[test]
    fn one_address_gets_only_so_many_and_gets_them_back() {
        let mut house = house(100, 2);
        let seats = [house.enter().unwrap(), house.enter().unwrap()];
        assert!(seats[1].begins());
        let third = house.enter().unwrap();
        assert!(!seats[0].begins(), "it was silent and had to go");
        assert!(third.begins());
        assert!(house.enter().is_none(), "both are busy");
        drop(third);
        assert!(house.enter().is_some());
    }

    #[test]
    fn stopping_ends_the_idle_at_once_and_the_busy_at_the_bound() {
        let mut house = house(100, 100);
        let (idle, busy) = (house.enter().unwrap(), house.enter().unwrap());
        assert!(busy.begins() && !busy.is_last());
        house.registry.begin_stop();
        assert!(busy.is_last() && house.enter().is_none());
        let seen = std::thread::scope(|scope| {
            let ending = scope.spawn(|| house.registry.end_all(Duration::from_millis(20)));
            assert_eq!(std::io::Read::read(&mut &house.clients[0], &mut [0]).unwrap(), 0, "the idle one is shut");
            assert_eq!(std::io::Read::read(&mut &house.clients[1], &mut [0]).unwrap(), 0, "so is the busy one");
            drop((idle, busy));
            ending.join().unwrap()
        });
        assert!(seen <= 2);
    }
}
