//! The bounded window of recent events, in memory, encoded once; and the one value that says what is now.
//!
//! # Joining
//!
//! A socket that joins must miss nothing and see nothing twice. So the state and the place in the stream are taken in
//! one step, under one lock: [`Ring::join`] returns either the full state as of entry `n` with a cursor right behind
//! `n`, or exactly the entries after the `n` that the socket names. The entry at the boundary is in the state, or in the
//! stream, never in both; the writer publishes state and entries under the same lock.
//!
//! # Lagging
//!
//! A reader owns its [`Cursor`]; the ring does not know its readers and never waits for one. The live window holds the
//! last [`limits::RING_EPHEMERALS_MAX`] messages of all kinds. A reader that falls off it is told [`Read::Lagged`]: it
//! drops what it had in mind and joins again, which gives it the missed entries if the replay window still holds them,
//! and the full state if not. Lagging is not an error, and never costs a part of the story.
//!
//! Logged events stand in the replay window too, up to [`limits::RING_EVENTS_MAX`] of them and
//! [`limits::RING_BYTES_MAX`] bytes. Ephemeral messages are not replayed; the latest of each name and topic is kept,
//! unless it is private to a device.
//!
//! # Threads
//!
//! Everything here stands behind one mutex, and each public function takes it once, for all it does; there is no atomic
//! and no second lock. What two threads can do to each other is therefore an order of whole calls, with nothing in
//! between, and `net/live/interleaving.rs` tries such orders from seeds, with the fan-out and everybody else who touches a
//! socket. The one thing an order of calls does not show is sleeping: whoever waits looks, under the same mutex, whether
//! there is anything before it sleeps, and whoever changes what it looks at wakes everybody afterwards. So no news is
//! slept through, and a model checker for memory orders (loom) would find nothing to reorder.

use crate::clock;
use crate::core::command::Origin;
use crate::core::ids::DeviceId;
use crate::core::presence::ConnectionId;
use crate::core::topic::Topic;
use crate::limits;
use crate::wire::frame::Frame;
use crate::wire::snapshot::Published;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One message on its way out.
#[derive(Debug)]
pub struct Slot {
    /// What it is about.
    pub topic: Topic,
    /// Its `type`.
    pub name: &'static str,
    /// The message for WebSockets.
    pub frame: Frame,
    /// Its place in the log; `None` for an ephemeral one.
    pub logged: Option<Logged>,
    /// The connection that said it, and need not be told; only of an ephemeral one.
    pub said_by: Option<ConnectionId>,
}

/// What a logged event has beyond an ephemeral message.
#[derive(Debug)]
pub struct Logged {
    /// Position in the whole log.
    pub seq: u64,
    /// The topic's version after it.
    pub version: u64,
    /// Wall clock, milliseconds since the Unix epoch.
    pub ts_ms: i64,
    /// The event's data, encoded, for event streams.
    pub data: Arc<str>,
    /// Whether the queue changed: event streams get the whole of it.
    pub queue_changed: bool,
    /// Who caused it gets this instead.
    pub own: Option<Own>,
}

/// What the tab that caused an event gets instead of it, in the event's place.
#[derive(Debug)]
pub struct Own {
    /// The tab.
    pub origin: Origin,
    /// The connection that the command came by, if it came by a socket.
    pub connection: Option<ConnectionId>,
    /// Its ack.
    pub ack: Frame,
}

/// A place in the stream: the position of the next message to read. Only this process understands it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(u64);

/// The last message a client applied: `since`, or `Last-Event-ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The log it was reading.
    pub epoch: String,
    /// The last entry it has.
    pub seq: u64,
}

/// What a joining socket gets.
#[derive(Debug)]
pub struct Joined {
    /// The state as of the cursor.
    pub published: Arc<Published>,
    /// Exactly the entries after the client's `since`; `None`: it needs the full state.
    pub missed: Option<Vec<Arc<Slot>>>,
    /// The latest ephemeral message of each name and topic, but for those that are private to a device.
    pub ephemerals: Vec<Arc<Slot>>,
    /// Where to go on.
    pub cursor: Cursor,
}

/// What a reader finds at its cursor.
#[derive(Debug)]
pub enum Read {
    /// Messages, and the cursor behind them. Empty if there are none yet.
    Slots(Vec<Arc<Slot>>, Cursor),
    /// The cursor has fallen off the window: join again.
    Lagged,
    /// The server stops; nothing more will come.
    Closed,
}

/// The ring. One per server; shared by the writer, the fan-out and everybody who joins.
#[derive(Debug)]
pub struct Ring {
    inner: Mutex<Inner>,
    moved: Condvar,
}

#[derive(Debug)]
struct Inner {
    published: Arc<Published>,
    /// Messages of all kinds; the first has position `live_first`.
    live: VecDeque<Shown>,
    live_first: u64,
    /// Logged events, without holes.
    replay: VecDeque<Arc<Slot>>,
    replay_bytes: usize,
    latest: BTreeMap<(&'static str, Topic), Arc<Slot>>,
    closed: bool,
}

/// A message in the live window, and since when it is there.
#[derive(Debug)]
struct Shown {
    slot: Arc<Slot>,
    at: Instant,
}

impl Ring {
    /// A ring that shows `published`, with the log's tail to replay from.
    #[must_use]
    pub fn new(published: Arc<Published>, tail: impl IntoIterator<Item = Slot>) -> Self {
        let mut inner = Inner {
            published,
            live: VecDeque::new(),
            live_first: 0,
            replay: VecDeque::new(),
            replay_bytes: 0,
            latest: BTreeMap::new(),
            closed: false,
        };
        tail.into_iter().for_each(|slot| inner.keep_for_replay(Arc::new(slot)));
        Self { inner: Mutex::new(inner), moved: Condvar::new() }
    }

    /// Shows a new state together with the messages that led to it, in one step.
    pub fn publish(&self, published: Arc<Published>, slots: Vec<Slot>) {
        let at = clock::instant();
        let mut inner = self.lock();
        inner.published = published;
        for slot in slots {
            inner.push(Arc::new(slot), at);
        }
        drop(inner);
        self.moved.notify_all();
    }

    /// What is now.
    #[must_use]
    pub fn published(&self) -> Arc<Published> {
        Arc::clone(&self.lock().published)
    }

    /// Takes state and cursor in one step. See the module's words on joining.
    #[must_use]
    pub fn join(&self, since: Option<&Since>) -> Joined {
        let inner = self.lock();
        Joined {
            published: Arc::clone(&inner.published),
            missed: since.and_then(|since| inner.after(since)),
            ephemerals: inner.latest.values().cloned().collect(),
            cursor: inner.end(),
        }
    }

    /// What stands at `cursor`, at most `max` messages. Does not wait.
    #[must_use]
    pub fn read(&self, cursor: Cursor, max: usize) -> Read {
        let inner = self.lock();
        let Some(skip) = cursor.0.checked_sub(inner.live_first) else { return Read::Lagged };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let slots: Vec<_> = inner.live.iter().skip(skip).take(max).map(|shown| Arc::clone(&shown.slot)).collect();
        if slots.is_empty() && inner.closed {
            return Read::Closed;
        }
        let next = Cursor(cursor.0 + slots.len() as u64);
        Read::Slots(slots, next)
    }

    /// When what stands at `cursor` was published; `None` if nothing does, or not any more.
    #[must_use]
    pub fn shown_at(&self, cursor: Cursor) -> Option<Instant> {
        let inner = self.lock();
        let nth = usize::try_from(cursor.0.checked_sub(inner.live_first)?).ok()?;
        inner.live.get(nth).map(|shown| shown.at)
    }

    /// Waits until something stands at `cursor`, the ring closes, or `span` is over. Returns whether it was worth it.
    pub fn wait(&self, cursor: Cursor, span: Duration) -> bool {
        let news = |inner: &mut Inner| cursor >= inner.end() && !inner.closed;
        let waited = self.moved.wait_timeout_while(self.lock(), span, news);
        let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(guard);
        !timeout.timed_out()
    }

    /// Nothing more will come: readers get what is there, then [`Read::Closed`].
    pub fn close(&self) {
        self.lock().closed = true;
        self.moved.notify_all();
    }

    /// Events and bytes that could be replayed now.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.replay.len(), inner.replay_bytes)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing under this lock can panic half way through a change.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn push(&mut self, slot: Arc<Slot>, at: Instant) {
        if slot.logged.is_some() {
            self.keep_for_replay(Arc::clone(&slot));
        } else if slot.private_to().is_none() {
            // What is private to a device is a running position, and the next one comes within a second.
            self.latest.insert((slot.name, slot.topic.clone()), Arc::clone(&slot));
        }
        self.live.push_back(Shown { slot, at });
        if self.live.len() > limits::RING_EPHEMERALS_MAX {
            self.live.pop_front();
            self.live_first += 1;
        }
    }

    fn keep_for_replay(&mut self, slot: Arc<Slot>) {
        self.replay_bytes += slot.bytes();
        self.replay.push_back(slot);
        while self.replay.len() > limits::RING_EVENTS_MAX || self.replay_bytes > limits::RING_BYTES_MAX {
            let Some(oldest) = self.replay.pop_front() else { break };
            self.replay_bytes -= oldest.bytes();
        }
    }

    /// The entries after `since`, if it is of this log and nothing between has been forgotten.
    fn after(&self, since: &Since) -> Option<Vec<Arc<Slot>>> {
        let head = self.published.seq;
        if since.epoch != *self.published.epoch || since.seq > head {
            return None;
        }
        let wanted = usize::try_from(head - since.seq).ok()?;
        let skip = self.replay.len().checked_sub(wanted)?;
        let missed: Vec<_> = self.replay.iter().skip(skip).cloned().collect();
        // An entry that could not be read leaves a hole, and a hole means full state.
        let begins = missed.first().and_then(|slot| slot.logged.as_ref()).map(|logged| logged.seq);
        begins.is_none_or(|seq| seq == since.seq + 1).then_some(missed)
    }

    fn end(&self) -> Cursor {
        Cursor(self.live_first + self.live.len() as u64)
    }
}

impl Slot {
    /// An ephemeral message.
    #[must_use]
    pub fn ephemeral(name: &'static str, topic: Topic, text: &str) -> Self {
        Self { topic, name, frame: Frame::ws_text(text), logged: None, said_by: None }
    }

    /// The one device whose sockets may see it, if it is not for everybody with the same view.
    #[must_use]
    pub fn private_to(&self) -> Option<&DeviceId> {
        if let Topic::Playback(device) = &self.topic { Some(device) } else { None }
    }

    fn bytes(&self) -> usize {
        self.frame.len() + self.logged.as_ref().map_or(0, |logged| logged.data.len())
    }
}

impl std::str::FromStr for Since {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (epoch, seq) = text.split_once(':').unwrap_or(("", text));
        Ok(Self { epoch: epoch.to_owned(), seq: seq.parse()? })
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
