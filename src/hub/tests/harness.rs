//! A hub on a log in memory, driven by hand, that remembers what it answered.

use crate::clock::Clock;
use crate::core::command::{Command, HouseholdCommand, Origin, SessionCommand, Wish};
use crate::core::event::{Event, SessionEvent, SessionEventKind};
use crate::core::ids::{CommandKey, DeviceId, ProfileId, RoomId, TabId, TrackId};
use crate::core::presence::{ClockReport, Signal};
use crate::core::queue::QueueChange;
use crate::core::topic::Topic;
use crate::core::{Settings, session::Session};
use crate::hub::by_hand::ByHand;
use crate::hub::recovery::recover;
use crate::hub::ring::{Joined, Read};
use crate::hub::{Accepted, Hub, Refused, Submission};
use crate::log::memory::MemoryLog;
use crate::log::{Entry, EventLog, FoundAnswer, Head, LogError, NewEntry, Outcome, Pruned, Put, Snapshot, Vault};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Something that happens in the store right before an append.
type Before = Box<dyn FnMut(&mut MemoryLog) + Send>;

/// A log that counts its appends, and lets another writer be faster.
#[derive(Clone)]
pub struct Watched {
    pub log: MemoryLog,
    pub appends: Arc<AtomicUsize>,
    pub before: Arc<Mutex<Option<Before>>>,
    /// Something that happens right before each transaction beside the log.
    pub before_put: Arc<Mutex<Option<Before>>>,
    puts: Arc<Mutex<Vec<usize>>>,
    put_fails: Arc<AtomicBool>,
}

impl Watched {
    pub fn new() -> Self {
        let (before, before_put, puts, put_fails) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
        Self { log: MemoryLog::named("e"), appends: Arc::default(), before, before_put, puts, put_fails }
    }

    pub fn appends(&self) -> usize {
        self.appends.load(Ordering::Relaxed)
    }

    /// How many values each transaction beside the log stored.
    pub fn puts(&self) -> Vec<usize> {
        self.puts.lock().unwrap().clone()
    }

    /// The next transaction beside the log fails.
    pub fn fail_next_put(&self) {
        self.put_fails.store(true, Ordering::Relaxed);
    }

    /// The next append finds that `other` was faster.
    pub fn overtake(&self, mut other: impl FnMut(&mut MemoryLog) + Send + 'static) {
        let mut once = true;
        let faster = move |log: &mut MemoryLog| {
            if std::mem::take(&mut once) {
                other(log);
            }
        };
        *self.before.lock().unwrap() = Some(Box::new(faster));
    }
}

impl EventLog for Watched {
    fn append(&mut self, batch: &[NewEntry]) -> Result<Vec<Outcome>, LogError> {
        self.appends.fetch_add(1, Ordering::Relaxed);
        if let Some(before) = self.before.lock().unwrap().as_mut() {
            before(&mut self.log);
        }
        self.log.append(batch)
    }

    fn read_after(&self, seq: u64, limit: usize) -> Result<Vec<Entry>, LogError> {
        self.log.read_after(seq, limit)
    }

    fn head(&self) -> Result<Head, LogError> {
        self.log.head()
    }

    fn snapshot(&self) -> Result<Option<Snapshot>, LogError> {
        self.log.snapshot()
    }

    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), LogError> {
        self.log.put_snapshot(snapshot)
    }

    fn answer_to(&self, device: &DeviceId, key: &CommandKey) -> Result<Option<FoundAnswer>, LogError> {
        self.log.answer_to(device, key)
    }

    fn prune(&mut self, now_wall_ms: i64, after: u64) -> Result<Pruned, LogError> {
        self.log.prune(now_wall_ms, after)
    }

    fn forget(&mut self, seqs: &[u64]) -> Result<u64, LogError> {
        self.log.forget(seqs)
    }
}

impl Vault for Watched {
    fn put(&mut self, puts: &[Put]) -> Result<(), LogError> {
        if self.put_fails.swap(false, Ordering::Relaxed) {
            return Err(full());
        }
        if let Some(before) = self.before_put.lock().unwrap().as_mut() {
            before(&mut self.log);
        }
        self.puts.lock().unwrap().push(puts.len());
        self.log.put(puts)
    }

    fn list(&self, bucket: &str) -> Result<Vec<(String, Vec<u8>)>, LogError> {
        self.log.list(bucket)
    }
}

/// What was answered, in order: a name that the asker chose, and the answer.
pub type Answers = Arc<Mutex<Vec<(String, Result<Accepted, Refused>)>>>;

/// A hub with its store, its clock and its answers.
pub struct House {
    pub hub: Hub,
    pub writer: ByHand,
    pub store: Watched,
    pub clock: Arc<Clock>,
    pub answers: Answers,
}

pub fn track(name: &str) -> TrackId {
    TrackId::new(name).unwrap()
}

pub fn tracks(names: &str) -> Vec<TrackId> {
    names.split_whitespace().map(track).collect()
}

pub fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

pub fn key(name: &str) -> CommandKey {
    CommandKey::new(name).unwrap()
}

/// A pairing: a command of the household, which needs no guard.
pub fn pair(name: &str) -> Command {
    Command::Household(HouseholdCommand::Pair {
        device: device(name),
        name: name.into(),
        profile: ProfileId::home().into(),
    })
}

pub fn house(command: SessionCommand) -> Command {
    Command::Session(RoomId::house(), command)
}

pub fn add(names: &str) -> Command {
    house(SessionCommand::QueueAdd { tracks: tracks(names), at: None })
}

pub const PLAY: SessionCommand = SessionCommand::Play { position_ms: None };

impl House {
    /// A house whose library has `a` to `h`, a minute each, and whose queue is empty.
    pub fn new() -> Self {
        Self::on(Watched::new())
    }

    pub fn on(store: Watched) -> Self {
        let recovered = recover(Ok(Box::new(store.clone())), Settings::default(), "c1".into());
        let clock = Arc::new(Clock::by_hand(1_790_000_000_000));
        let (hub, writer) = ByHand::new(recovered, Arc::clone(&clock));
        let mut house = Self { hub, writer, store, clock, answers: Arc::default() };
        house.library("a b c d e f g h");
        house
    }

    /// A house with this queue, in which these have all tracks and listen.
    pub fn with(queue: &str, listeners: &str) -> Self {
        let mut house = Self::new();
        house.ask(add(queue)).unwrap();
        listeners.split_whitespace().for_each(|name| house.listen(name, queue));
        house
    }

    pub fn library(&mut self, names: &str) {
        let known = tracks(names).into_iter().map(|track| (track, Some(60_000))).collect();
        self.signal(Signal::Library(Arc::new(known)));
    }

    pub fn listen(&mut self, name: &str, has: &str) {
        self.signal(Signal::Connected(device(name), 1));
        self.signal(Signal::Join(device(name), RoomId::house(), 1));
        self.signal(Signal::Have(device(name), tracks(has)));
    }

    pub fn clock_report(&mut self, name: &str) {
        self.signal(Signal::Clock(device(name), ClockReport { offset_ms: 0.0, rtt_ms: 1.0, error_ms: None }));
    }

    pub fn signal(&mut self, signal: Signal) {
        self.hub.signal(signal);
        self.round();
    }

    /// Submits without making a round. The answer is kept under `name`.
    pub fn submit(&self, name: &str, command: Command, guard: Option<u64>, with: Option<(&str, u64)>) {
        let answers = Arc::clone(&self.answers);
        let (label, ring) = (name.to_owned(), Arc::clone(self.hub.ring()));
        let answer = move |result: Result<Accepted, Refused>| {
            if let Ok(accepted) = &result {
                assert!(ring.published().seq >= accepted.seq, "answered before it was shown");
                assert!(accepted.published.seq >= accepted.seq, "shown with an older state");
            }
            answers.lock().unwrap().push((label, result));
        };
        let origin = Some(Origin { device: device("A"), tab: TabId::new("t1").ok() });
        let key = with.map(|(name, hash)| (key(name), hash));
        let wish = Wish { command, origin, guard };
        self.hub.submit(Submission { wish, key, connection: None, puts: Vec::new(), answer: Box::new(answer) });
    }

    /// Submits rightly guarded, makes a round, and says what became of it.
    pub fn ask(&mut self, command: Command) -> Result<Accepted, Refused> {
        let guard = self.guard_for(&command);
        self.submit("ask", command, guard, None);
        self.round();
        self.last()
    }

    pub fn guard_for(&self, command: &Command) -> Option<u64> {
        Some(self.hub.published().durable.head(&command.topic()).version)
    }

    pub fn last(&self) -> Result<Accepted, Refused> {
        self.answers.lock().unwrap().last().expect("an answer").1.clone()
    }

    /// All answers so far, each as `name: ok seq/version` or `name: reason`.
    pub fn told(&self) -> Vec<String> {
        self.answers.lock().unwrap().drain(..).map(|(name, result)| format!("{name}: {}", tell(&result))).collect()
    }

    pub fn round(&mut self) {
        assert!(self.writer.round());
    }

    pub fn pass(&mut self, ms: u64) {
        self.clock.pass(ms);
        self.round();
    }

    /// Time passes, and the writer wakes only when it would have woken.
    pub fn sleep(&mut self, ms: u64) {
        let mut left = ms;
        loop {
            let nap = u64::try_from(self.writer.sleep().as_millis()).unwrap();
            if nap > left {
                return self.clock.pass(left);
            }
            left -= nap;
            // A real clock moves on during a round, if by little.
            self.pass(nap.max(1));
        }
    }

    pub fn session(&self) -> Session {
        self.hub.published().durable.session(&RoomId::house()).unwrap().clone()
    }

    pub fn stage(&self) -> String {
        let session = self.session();
        let track = session.stage.track.as_ref().map_or("", TrackId::as_str).to_owned();
        format!("{:?} {track}@{}", session.stage.mode, session.stage.anchor_ms).to_lowercase()
    }

    /// The process is killed, and another one starts on the same store.
    pub fn killed(self) -> Self {
        Self::on(self.store)
    }

    /// The types of what stands in the ring behind `joined`, logged events with their seq.
    pub fn seen(&self, joined: &Joined) -> Vec<String> {
        let Read::Slots(slots, _) = self.hub.ring().read(joined.cursor, 1000) else { panic!("lagged") };
        let name = |slot: &Arc<crate::hub::ring::Slot>| match &slot.logged {
            Some(logged) => format!("{} {}/{}", slot.name, logged.seq, logged.version),
            None => slot.name.to_owned(),
        };
        slots.iter().map(name).filter(|name| !name.ends_with("presence")).collect()
    }

    /// The state as the log alone has it.
    pub fn digest_of_the_log(&self) -> String {
        let recovered = recover(Ok(Box::new(self.store.clone())), Settings::default(), "c9".into());
        recovered.state.durable.digest().unwrap()
    }

    pub fn digest(&self) -> String {
        self.hub.published().durable.digest().unwrap()
    }
}

pub fn tell(result: &Result<Accepted, Refused>) -> String {
    match result {
        Ok(accepted) => format!("ok {}/{}", accepted.seq, accepted.version),
        Err(Refused::Rejected(why, _)) => format!("{} {}", why.status(), why.slug()),
        Err(Refused::KeyReused) => "key reused".into(),
        Err(Refused::Store(why)) => format!("store: {why}"),
        Err(Refused::Busy) => "busy".into(),
        Err(Refused::Stopping) => "stopping".into(),
    }
}

/// Another node's entry on `topic`, whatever stands there.
pub fn foreign(log: &mut MemoryLog, event: &Event, key: Option<crate::log::KeyedAnswer>) {
    let topic: Arc<str> = event.topic().to_string().into();
    let heads = log.head().unwrap().topics;
    let expected_last_seq = heads.iter().find(|head| head.topic == topic).map_or(0, |head| head.last_seq);
    let payload = serde_json::to_vec(event).unwrap().into();
    let entry = NewEntry { topic, expected_last_seq, ts_ms: 5, origin: None, payload, key, puts: Vec::new() };
    let outcomes = log.append(&[entry]).unwrap();
    assert!(matches!(outcomes[0], Outcome::Appended { .. }));
}

/// Another node adds a track to the house's queue.
pub fn foreign_add(name: &str) -> Event {
    let queue = Some(QueueChange::Insert { at: 99, track_ids: tracks(name) });
    Event::Session(RoomId::house(), SessionEvent { kind: SessionEventKind::Queue, stage: None, queue, edit: None })
}

/// Another node's scan: something on a topic of its own.
pub fn foreign_scan() -> Event {
    Event::LibraryChanged { version: 7, count: 8, added: 1, removed: 0 }
}

pub fn full() -> LogError {
    LogError::Full { path: "/data".into() }
}

pub fn topic() -> Topic {
    Topic::Session(RoomId::house())
}
