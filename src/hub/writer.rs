//! The one loop: drain, decide, append, apply, publish, answer, sleep to the next deadline.
//!
//! Commands that are waiting are stored together, up to [`limits::COMMANDS_PER_COMMIT_MAX`] in one transaction with one
//! sync; when the queue is empty nothing waits for company. A panic here would leave the house without a writer, so it
//! ends the process, and systemd starts it again from the log.

use super::batch::{Batch, Reply};
use super::coalesce::Coalesce;
use super::commit::Done;
use super::figures::Figures;
use super::positions::{self, Positions};
use super::recovery::Recovered;
use super::retiming::Retiming;
use super::ring::{Ring, Slot};
use super::trouble::Trouble;
use super::{Accepted, Job, Refused, Said, Store, Submission};
use crate::clock::{Clock, Mono, Now};
use crate::core::command::{Command, SessionCommand, Wish};
use crate::core::event::Mode;
use crate::core::ids::{CommandKey, DeviceId, RoomId};
use crate::core::radio::airing::Told;
use crate::core::topic::Topic;
use crate::core::{State, due, next_deadline};
use crate::limits;
use crate::log::{FoundAnswer, Put};
use crate::wire::{envelope, json, radio, snapshot::Published};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

/// Longest sleep: the writer looks at the clock at least this often.
const SLEEP_MAX: Duration = Duration::from_secs(30);

pub(super) struct Writer {
    pub(super) store: Result<Box<dyn Store>, Arc<str>>,
    pub(super) state: State,
    pub(super) head: u64,
    epoch: Arc<str>,
    clock_id: Arc<str>,
    ring: Arc<Ring>,
    pub(super) clock: Arc<Clock>,
    pub(super) jobs: Receiver<Job>,
    /// Rooms that a restart left adrift, with their last known positions, until they wait again.
    recovered: BTreeMap<RoomId, u64>,
    rooms: Coalesce<RoomId>,
    household: Coalesce<()>,
    on_air: Told,
    retiming: Retiming,
    pub(super) own_from: Mono,
    pub(super) snapshot_seq: u64,
    positions_at: Mono,
    positions: Positions,
    pub(super) figures: Arc<Figures>,
    pub(super) trouble: Trouble,
    /// When a store that refused is tried again; `None`: it takes writes.
    pub(super) trial_at: Option<Mono>,
}

impl Writer {
    pub(super) fn new(from: Recovered, clock: Arc<Clock>, jobs: Receiver<Job>) -> (Arc<Ring>, Self) {
        let Recovered { store, state, head, epoch, clock_id, tail, snapshot_seq, positions, .. } = from;
        let (durable, presence) = (state.durable.clone(), state.presence.clone());
        let first = Published::new(Arc::clone(&epoch), head, Arc::clone(&clock_id), durable, presence, None);
        let ring = Arc::new(Ring::new(Arc::new(first), tail));
        let (rooms, household, now) = (Coalesce::new(), Coalesce::new(), clock.mono());
        let retiming = Retiming::new(&clock);
        let writer = Self {
            store,
            state,
            head,
            epoch,
            clock_id,
            ring: Arc::clone(&ring),
            clock,
            jobs,
            recovered: positions,
            rooms,
            household,
            on_air: Told::default(),
            retiming,
            own_from: now,
            snapshot_seq,
            positions_at: now,
            positions: Positions::default(),
            figures: Arc::default(),
            trouble: Trouble::default(),
            trial_at: None,
        };
        (ring, writer)
    }

    pub fn run(mut self) {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            while self.next_round() {}
            self.finish();
        }));
        self.ring.close();
        if outcome.is_err() {
            ::log::error!("the writer panicked: the process ends, and starts again from the log");
            std::process::abort();
        }
    }

    /// The first round: what was playing when the server stopped waits for its listeners, and whoever reads on from before
    /// is told that nobody is here yet.
    pub fn resume(&mut self) {
        let (now, rooms) = (self.clock.now(), self.state.durable.sessions.keys().cloned().collect::<Vec<_>>());
        rooms.iter().for_each(|room| self.touch(room, now));
        let mut batch = self.begin();
        self.settle(&mut batch);
        self.complete(batch, Vec::new(), Vec::new());
    }

    fn next_round(&mut self) -> bool {
        let job = self.wait();
        self.round(job)
    }

    /// One round, for `job` and what waits behind it, or for what is due. False when the server stops.
    pub fn round(&mut self, mut job: Option<Job>) -> bool {
        self.retiming.look(&self.clock);
        let (mut batch, mut said, mut pulses, mut goes_on) = (self.begin(), Vec::new(), Vec::new(), true);
        let mut upkeep = Vec::new();
        for left in (0..limits::COMMANDS_PER_COMMIT_MAX).rev() {
            match job.take() {
                Some(Job::Submit(submission, turn)) => {
                    drop(turn);
                    self.take(&mut batch, *submission);
                }
                Some(Job::Signal(signal, turn)) => {
                    drop(turn);
                    batch.observe(signal);
                }
                Some(Job::Ephemeral(message)) => said.push(message),
                Some(Job::Settings(settings)) => {
                    (self.state.settings, batch.work.settings) = (settings, settings);
                }
                Some(Job::Pulse(answer)) => pulses.push(answer),
                Some(Job::Upkeep(wanted)) => upkeep.push(wanted),
                Some(Job::Stop) => goes_on = false,
                None => {}
            }
            self.settle(&mut batch);
            // What leaves the queue must be dealt with in this round: look only if there is a place for it.
            if goes_on && left > 0 {
                job = self.jobs.try_recv().ok();
            }
            if job.is_none() {
                break;
            }
        }
        self.complete(batch, said, pulses);
        upkeep.into_iter().for_each(|wanted| self.look_after(wanted));
        goes_on
    }

    /// What the server asks of itself, unless the store has just failed: then it waits a moment.
    pub(super) fn settle(&self, batch: &mut Batch) {
        if self.own_from > batch.now.mono || self.store.is_err() {
            return;
        }
        for (room, position_ms) in &self.recovered {
            if is_adrift(&batch.work, room) {
                let command = Command::Session(room.clone(), SessionCommand::Recover { position_ms: *position_ms });
                batch.own_wish(Wish { command, origin: None, guard: None });
            }
        }
        for wish in self.retiming.due(&self.clock, &batch.work.durable.household) {
            batch.own_wish(wish);
        }
        batch.settle();
    }

    pub(super) fn begin(&self) -> Batch {
        Batch::new(&self.state, self.head, self.clock.now())
    }

    /// Waits for a job. `None`: a deadline has come.
    fn wait(&self) -> Option<Job> {
        match self.jobs.recv_timeout(self.sleep(self.clock.now())) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Job::Stop),
        }
    }

    /// How long to sleep if nobody wants anything.
    pub fn sleep(&self, now: Now) -> Duration {
        let own = next_deadline(&self.state, now).map(|at| at.max(self.own_from));
        // What is due and was held back has no deadline ahead: it is tried again when the pause is over.
        let is_due = || due(&self.state, now).is_some() || !self.recovered.is_empty();
        let held_back = self.own_from > now.mono && is_due();
        let own = own.into_iter().chain(held_back.then_some(self.own_from)).min();
        let positions = positions::is_running(&self.state).then(|| self.positions_at.plus(positions::every_ms()));
        let shown = [self.rooms.next_due(), self.household.next_due()];
        let next = [own, positions, self.trial_at].into_iter().chain(shown).flatten().min();
        next.map_or(SLEEP_MAX, |at| Duration::from_millis(at.since(now.mono)).min(SLEEP_MAX))
    }

    /// A submission is answered from the store if its key is known there, else decided.
    pub(super) fn take(&self, batch: &mut Batch, submission: Submission) {
        let store = match &self.store {
            Ok(store) => store,
            Err(why) => return (submission.answer)(Err(Refused::Store(Arc::clone(why)))),
        };
        let keyed = submission.wish.origin.as_ref().zip(submission.key.as_ref());
        match keyed
            .map_or(Ok(None), |(origin, (key, hash))| answered_before(store.as_ref(), &origin.device, key, *hash))
        {
            Err(refused) => batch.reply_from_store(submission, Reply::Refused(refused)),
            Ok(Some(found)) => {
                let data = String::from_utf8_lossy(&found.result).as_ref().into();
                let reply = Reply::Known { seq: found.seq, version: found.version, data };
                batch.reply_from_store(submission, reply);
            }
            Ok(None) => batch.consider(submission),
        }
    }

    /// What a key was answered with before, if it was.
    pub(super) fn recall(&self, device: &DeviceId, key: &CommandKey, hash: u64) -> Result<Option<Accepted>, Refused> {
        let store = self.store.as_ref().map_err(|why| Refused::Store(Arc::clone(why)))?;
        let found = answered_before(store.as_ref(), device, key, hash)?;
        Ok(found.map(|found| {
            let data = String::from_utf8_lossy(&found.result).as_ref().into();
            Accepted { seq: found.seq, version: found.version, data, is_event: false, published: self.ring.published() }
        }))
    }

    /// Stores, applies, publishes, answers.
    fn complete(&mut self, mut batch: Batch, said: Vec<Said>, pulses: Vec<SyncSender<()>>) {
        let (now, comings, gone) = (batch.now, batch.comings, std::mem::take(&mut batch.gone));
        let Done { slots, accepted, answers } = self.commit(batch, 0);
        self.recovered.retain(|room, _| is_adrift(&self.state, room));
        self.retiming.note(&accepted, &self.clock);
        if self.own_from <= now.mono && self.store.is_ok() {
            self.retiming.settled();
        }
        if comings {
            let online = self.state.presence.online().count();
            self.household.touch(&(), online, now.mono);
        }
        self.show(slots, said, now);
        let published = self.ring.published();
        accepted.into_iter().for_each(|draft| draft.accept(&published));
        answers.into_iter().for_each(|(answer, reply)| answer(reply.with(&published)));
        for pulse in pulses {
            let _ = pulse.try_send(());
        }
        self.keep(&gone, now);
    }

    pub(super) fn touch(&mut self, room: &RoomId, now: Now) {
        let listeners = self.state.presence.room(room).listeners.len();
        self.rooms.touch(room, listeners, now.mono);
    }

    fn show(&mut self, mut slots: Vec<Slot>, said: Vec<Said>, now: Now) {
        let published = self.picture();
        for room in self.rooms.take_due(now.mono) {
            let text = published.presence(&room, now.wall_ms);
            slots.push(Slot::ephemeral("session:presence", Topic::Session(room), &text));
        }
        if !self.household.take_due(now.mono).is_empty() {
            let online: Vec<_> = published.presence.online().collect();
            let data = json(&serde_json::json!({ "online": online }));
            slots.push(ephemeral("household:presence", Topic::Household, &data, now));
        }
        for (id, playing) in self.on_air.news(&published.durable.radio, &published.presence.air, now) {
            if let Some(station) = published.durable.radio.stations.get(&id) {
                let data = radio::started(station, &playing, &published.presence.tracks, now);
                slots.push(ephemeral("radio:track_started", Topic::Radio, &data, now));
            }
        }
        let is_of_now = |said: &Said| match (&said.topic, said.by) {
            (Topic::Playback(device), Some((_, seen))) => published.durable.is_of_now(device, seen),
            _ => true,
        };
        slots.extend(said.into_iter().filter(is_of_now).map(|Said { name, topic, data, by }| {
            let said_by = by.map(|(by, _)| by);
            Slot { said_by, ..ephemeral(name, topic, &data, now) }
        }));
        self.ring.publish(published, slots);
    }

    fn picture(&self) -> Arc<Published> {
        let (epoch, clock_id) = (Arc::clone(&self.epoch), Arc::clone(&self.clock_id));
        let (durable, presence) = (self.state.durable.clone(), self.state.presence.clone());
        let before = self.ring.published();
        Arc::new(Published::new(epoch, self.head, clock_id, durable, presence, Some(&before)))
    }

    /// Positions every 30 s, and of those who have just gone; a snapshot every few thousand entries. A store that refuses is
    /// tried.
    fn keep(&mut self, gone: &[DeviceId], now: Now) {
        let due = now.mono.since(self.positions_at) >= positions::every_ms();
        if due && positions::is_running(&self.state) {
            self.save_positions(now);
        } else if !gone.is_empty() {
            let puts = self.positions.of_gone(&self.state, gone, now);
            self.put(&puts, now);
        }
        self.try_store(now);
        if self.head - self.snapshot_seq >= limits::ENTRIES_PER_SNAPSHOT {
            self.save_snapshot();
        }
    }

    fn save_positions(&mut self, now: Now) {
        self.positions_at = now.mono;
        let puts = self.positions.of_all(&self.state, now);
        self.put(&puts, now);
    }

    fn put(&mut self, puts: &[Put], now: Now) {
        if let Ok(store) = &mut self.store
            && !puts.is_empty()
            && let Err(error) = store.put(puts)
        {
            self.unwell(&error, now);
            // Nothing of them is known to be on the disk: they are tried again.
            self.positions = Positions::default();
        }
    }

    fn save_snapshot(&mut self) {
        if let Err(error) = self.store_snapshot() {
            ::log::warn!("the state was not stored, the next start replays more: {error}");
            // Tried again after some more entries, not after each.
            self.snapshot_seq = self.head.saturating_sub(limits::ENTRIES_PER_SNAPSHOT * 9 / 10);
        }
    }

    /// The server stops: store what is in memory only.
    pub fn finish(&mut self) {
        self.save_positions(self.clock.now());
        for job in self.jobs.try_iter() {
            if let Job::Submit(submission, _) = job {
                (submission.answer)(Err(Refused::Stopping));
            }
        }
    }
}

/// Whether a room is as a restart left it: it waits for nobody, or plays at no instant.
fn is_adrift(state: &State, room: &RoomId) -> bool {
    let waits_for_nobody = || state.presence.room(room).watch.is_none();
    state.durable.session(room).is_some_and(|session| match session.stage.mode {
        Mode::Playing => session.stage.start_at.is_none(),
        Mode::Waiting => waits_for_nobody(),
        Mode::Paused | Mode::Stopped => false,
    })
}

/// What a device's key was answered with before.
///
/// # Errors
/// [`Refused::KeyReused`] if that was another command than this `hash` is of; [`Refused::Store`].
fn answered_before(
    store: &dyn Store,
    device: &DeviceId,
    key: &CommandKey,
    hash: u64,
) -> Result<Option<FoundAnswer>, Refused> {
    match store.answer_to(device, key) {
        Err(error) => Err(Refused::Store(error.to_string().into())),
        Ok(Some(found)) if found.body_hash != hash => Err(Refused::KeyReused),
        Ok(found) => Ok(found),
    }
}

fn ephemeral(name: &'static str, topic: Topic, data: &str, now: Now) -> Slot {
    let text = envelope::ephemeral(name, &topic, data, now.wall_ms);
    Slot::ephemeral(name, topic, &text)
}
