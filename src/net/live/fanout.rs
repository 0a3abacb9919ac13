//! One thread writes the ring's messages to all sockets.
//!
//! It reads a batch, composes it once for each view that is open, and gives each socket that stands at the batch's
//! beginning the same bytes in one non-blocking send; where something in it is private to a device, that device's sockets
//! have a composition of theirs, and the tab that caused something gets one for itself. Events that come meanwhile are the
//! next batch, so the busier the house, the fewer sends per event. Sockets that stand elsewhere (they have just come, or
//! lagged) are caught up one by one. Twice a second it looks at everybody's pulse.

use super::Live;
use super::connection::{Connection, Pulse};
use super::leaving::{Standing, standing};
use super::out::{Composed, Inner};
use super::view::{View, Writing};
use crate::clock::Mono;
use crate::core::event::Mode;
use crate::core::ids::DeviceId;
use crate::core::presence::ConnectionId;
use crate::core::topic::{Topic, TopicKind};
use crate::hub::ring::{Cursor, Read, Slot};
use crate::limits;
use crate::wire::envelope;
use crate::wire::frame::Frame;
use crate::wire::snapshot::Published;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Messages composed together.
const BATCH_MAX: usize = 256;
/// How often pulses are looked at.
const PULSE_EVERY: Duration = Duration::from_millis(500);

/// The threads that write to live sockets; they end with the ring.
pub struct Threads {
    fanout: JoinHandle<()>,
    mop: JoinHandle<()>,
}

impl Threads {
    /// Starts them.
    ///
    /// # Errors
    /// The operating system's, when it gives no thread.
    pub fn start(live: &Arc<Live>) -> std::io::Result<Self> {
        let (one, other) = (Arc::clone(live), Arc::clone(live));
        // Taken here: whatever is said before the thread runs is its first batch.
        let cursor = live.hub.ring().join(None).cursor;
        let fanout = std::thread::Builder::new().name("fanout".into()).spawn(move || run(&one, cursor))?;
        let mop = std::thread::Builder::new().name("mop".into()).spawn(move || other.mop.run(&other))?;
        Ok(Self { fanout, mop })
    }

    /// Waits for them. The ring must be closed.
    pub fn join(self, live: &Live) {
        let join = |name: &str, thread: JoinHandle<()>| {
            if thread.join().is_err() {
                ::log::error!("the {name} thread panicked; please report this");
            }
        };
        join("fanout", self.fanout);
        // Only now: until the fan-out has said goodbye to all, sockets begin to lag.
        live.mop.stop();
        join("mop", self.mop);
    }
}

/// A batch composed for each view that is open.
struct Batch {
    slots: Vec<Arc<Slot>>,
    from: Cursor,
    to: Cursor,
    published: Arc<Published>,
    /// The last place in the log that is in it.
    seq: Option<u64>,
    /// Whether something in it is somebody's doing, who is told otherwise than all others.
    is_somebodys: bool,
    /// The connections that said something in it, in order.
    said_by: Vec<ConnectionId>,
    /// Whether something happened to the household: sockets may have to go.
    is_households: bool,
    /// The devices that something in it is private to, in order.
    private_to: Vec<DeviceId>,
    /// For each view, and for each device beside that something is private to.
    composed: Vec<(View, Option<DeviceId>, Arc<Vec<u8>>)>,
}

fn run(live: &Live, mut cursor: Cursor) {
    let ring = live.hub.ring();
    let mut pulse_at = live.hub.clock().mono();
    loop {
        ring.wait(cursor, PULSE_EVERY);
        if !live.hand_out(&mut cursor) {
            return live.farewell();
        }
        let now = live.hub.clock().mono();
        if now >= pulse_at {
            live.look_at_pulses(now);
            pulse_at = now.plus(500);
        }
    }
}

impl Batch {
    fn new(slots: Vec<Arc<Slot>>, from: Cursor, to: Cursor, published: Arc<Published>) -> Self {
        let is_somebodys = slots.iter().any(|slot| slot.logged.as_ref().is_some_and(|logged| logged.own.is_some()));
        let is_households = slots.iter().any(|slot| slot.topic == Topic::Household && slot.logged.is_some());
        let said_by = ordered(slots.iter().filter_map(|slot| slot.said_by));
        let private_to = ordered(slots.iter().filter_map(|slot| slot.private_to().cloned()));
        let (seq, composed) = (last_seq(&slots), Vec::new());
        Self { slots, from, to, published, seq, is_somebodys, said_by, is_households, private_to, composed }
    }

    /// The bytes that all sockets with this view get, or all of those that are `device`'s.
    fn for_view(&mut self, view: &View, device: Option<&DeviceId>) -> Arc<Vec<u8>> {
        let known = self.composed.iter().find(|(known, of, _)| of.as_ref() == device && known == view);
        if let Some((_, _, bytes)) = known {
            return Arc::clone(bytes);
        }
        let mut bytes = Vec::new();
        match device {
            Some(device) => view.compose_for(device, &mut bytes, &self.slots, &self.published),
            None => view.compose_all(&mut bytes, &self.slots, &self.published),
        }
        let bytes = Arc::new(bytes);
        self.composed.push((view.clone(), device.cloned(), Arc::clone(&bytes)));
        bytes
    }

    fn for_connection(&mut self, connection: &Connection) -> Composed {
        let has_private = connection.view.topics.has(TopicKind::Playback)
            && self.private_to.binary_search(&connection.origin.device).is_ok();
        // Asked for each socket: what a whole batch has to be looked through for is known of it from the start.
        let said = (has_private || self.is_somebodys) && self.said_by.binary_search(&connection.id).is_ok();
        if said || (self.is_somebodys && self.slots.iter().any(|slot| connection.caused(slot).is_some())) {
            return Composed::Own(connection.compose(&self.slots, &self.published));
        }
        Composed::Shared(self.for_view(&connection.view, has_private.then_some(&connection.origin.device)))
    }
}

impl Live {
    /// Gives everybody the next batch, if there is one; false when the ring is closed.
    pub(super) fn hand_out(&self, cursor: &mut Cursor) -> bool {
        let ring = self.hub.ring();
        match ring.read(*cursor, BATCH_MAX) {
            Read::Slots(slots, next) if !slots.is_empty() => {
                let shown_at = ring.shown_at(*cursor);
                self.figures.messages.add(slots.len() as u64);
                let mut batch = Batch::new(slots, *cursor, next, ring.published());
                self.all().iter().for_each(|connection| self.deliver(&mut batch, connection));
                self.figures.batches.raise();
                shown_at.into_iter().for_each(|at| self.figures.fanout.record(at.elapsed()));
                *cursor = next;
            }
            Read::Slots(..) => {}
            // Only if this thread was starved for a whole window: everybody is caught up one by one, and now, for there may
            // be no next batch for long.
            Read::Lagged => {
                *cursor = ring.join(None).cursor;
                self.all().iter().for_each(|connection| self.bring_up(connection));
            }
            Read::Closed => return false,
        }
        true
    }

    fn deliver(&self, batch: &mut Batch, connection: &Arc<Connection>) {
        if batch.is_households && self.show_out(connection, &batch.published) {
            return;
        }
        self.advance(connection, |inner| {
            if inner.cursor != batch.from {
                return Composed::Own(catch_up(self, connection, inner));
            }
            inner.cursor = batch.to;
            inner.seq = batch.seq.unwrap_or(inner.seq);
            batch.for_connection(connection)
        });
    }

    fn bring_up(&self, connection: &Arc<Connection>) {
        self.advance(connection, |inner| Composed::Own(catch_up(self, connection, inner)));
    }

    /// Sends a socket what is composed for it, unless it lags: then it is the mop's, as it is if it lags from now on.
    fn advance(&self, connection: &Arc<Connection>, compose: impl FnOnce(&mut Inner) -> Composed) {
        if connection.out.advance(compose) {
            self.figures.lagged.raise();
            self.mop.watch(connection);
        }
    }

    pub(super) fn look_at_pulses(&self, now: Mono) {
        let published = self.hub.published();
        for connection in self.all() {
            if self.show_out(&connection, &published) {
                continue;
            }
            let waits = published.durable.session(&connection.view.room).map(|session| session.stage.mode);
            let listens = connection.listens.load(std::sync::atomic::Ordering::Relaxed);
            let urgent = listens && waits == Some(Mode::Waiting);
            let (period, answers) = match connection.view.writing {
                Writing::WebSocket => (limits::PING_EVERY, true),
                Writing::EventStream => (limits::SSE_HEARTBEAT_EVERY, false),
            };
            match connection.pulse(now, urgent, period, answers) {
                Pulse::Quiet => {}
                Pulse::Gone => connection.out.kill(),
                Pulse::Ask => self.ask(&connection, now),
            }
        }
    }

    /// Asks for a sign of life, and tells how far the story is; a socket that lags is asked when it lags no more.
    fn ask(&self, connection: &Arc<Connection>, now: Mono) {
        let (epoch, mut asked) = (Arc::clone(&self.hub.published().epoch), false);
        self.advance(connection, |inner| {
            // Before it can answer.
            connection.asked(now);
            asked = true;
            let mut bytes = catch_up(self, connection, inner);
            connection.view.write_heartbeat(&mut bytes, &epoch, inner.seq);
            Composed::Own(bytes)
        });
        if !asked {
            connection.could_not_be_asked(now);
        }
    }

    /// The server stops: everybody is told, and told when to come back.
    pub(super) fn farewell(&self) {
        for (nth, connection) in self.all().into_iter().enumerate() {
            if connection.view.writing == Writing::WebSocket {
                // Spread over a second, so that a thousand clients do not come back at once.
                let text = envelope::refresh("stopping", 500 + (nth as u64 * 37) % 1000);
                let mut bytes = Frame::ws_text(&text).bytes().to_vec();
                bytes.extend_from_slice(Frame::ws_close(1012, "stopping").bytes());
                let _ = connection.out.push(&bytes);
            }
            // What was sent is still delivered; what the peer says now is no longer heard.
            connection.out.hang_up();
        }
    }
}

/// Everything from the socket's place to the ring's end, written down for it; its place is moved along. Nothing for one that must go: see [`super::leaving`].
pub(super) fn catch_up(live: &Live, connection: &Connection, inner: &mut Inner) -> Vec<u8> {
    let ring = live.hub.ring();
    let read = ring.read(inner.cursor, usize::MAX);
    if standing(connection, &ring.published()) != Standing::Stays {
        return Vec::new();
    }
    match read {
        Read::Slots(slots, next) => {
            inner.cursor = next;
            inner.seq = last_seq(&slots).unwrap_or(inner.seq);
            if slots.is_empty() { Vec::new() } else { connection.compose(&slots, &ring.published()) }
        }
        Read::Lagged => {
            live.figures.fell_off.raise();
            let epoch = ring.published().epoch.to_string();
            let joined = ring.join(Some(&crate::hub::ring::Since { epoch, seq: inner.seq }));
            (inner.cursor, inner.seq) = (joined.cursor, joined.published.seq);
            let mut bytes = Vec::new();
            match &joined.missed {
                Some(missed) => bytes = connection.compose(missed, &joined.published),
                None => {
                    let ts_ms = live.hub.clock().wall_ms();
                    connection.view.write_full(&mut bytes, &joined.published, &connection.you, ts_ms);
                }
            }
            connection.view.compose_all(&mut bytes, &joined.ephemerals, &joined.published);
            bytes
        }
        Read::Closed => Vec::new(),
    }
}

/// Everything from the socket's place to the entry `seq`, written down for a socket that is told no more after it.
pub(super) fn last_words(live: &Live, connection: &Connection, inner: &mut Inner, seq: u64) -> Vec<u8> {
    let ring = live.hub.ring();
    let Read::Slots(mut slots, _) = ring.read(inner.cursor, usize::MAX) else { return Vec::new() };
    slots.retain(|slot| slot.logged.as_ref().is_some_and(|logged| logged.seq <= seq));
    connection.compose(&slots, &ring.published())
}

/// Each once.
fn ordered<T: Ord>(of: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = of.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn last_seq(slots: &[Arc<Slot>]) -> Option<u64> {
    slots.iter().rev().find_map(|slot| slot.logged.as_ref().map(|logged| logged.seq))
}
