//! The single writer: where a wish becomes a fact, and a fact becomes visible.
//!
//! Everybody who wants something changed gives it to [`Hub::submit`]; everybody who wants to see joins the [`Ring`].
//! Between them is one thread ([`writer`]) and one order: decide, append durably, apply, publish, answer. Nothing is
//! published or answered before it is durable. The hub knows no sockets: it calls an answer function, and whoever made
//! the wish decides where the answer goes.

mod batch;
pub mod by_hand;
mod coalesce;
mod commit;
mod figures;
mod positions;
pub mod recovery;
mod retiming;
pub mod ring;
#[cfg(test)]
mod tests;
mod trouble;
pub mod turns;
mod upkeep;
mod writer;

use crate::clock::{self, Clock};
use crate::core::Settings;
use crate::core::command::Wish;
use crate::core::ids::{CommandKey, DeviceId};
use crate::core::presence::{ConnectionId, Signal};
use crate::core::rejection::Rejection;
use crate::core::topic::Topic;
use crate::limits;
use crate::log::{EventLog, Pruned, Put, Vault};
use crate::wire::snapshot::Published;
pub use figures::Figures;
use ring::Ring;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use trouble::Trouble;
use turns::{Turn, Turns};
use upkeep::Upkeep;

/// A log with its drawer of small values: what the writer stores in.
pub trait Store: EventLog + Vault {}

impl<T: EventLog + Vault> Store for T {}

/// A wish on its way to the writer.
pub struct Submission {
    /// What is asked, by whom, based on which version.
    pub wish: Wish,
    /// The idempotency key, with a hash of the command's name and arguments.
    pub key: Option<(CommandKey, u64)>,
    /// The socket it came by; it gets the ack in the event's place.
    pub connection: Option<ConnectionId>,
    /// Side writes of the same transaction.
    pub puts: Vec<Put>,
    /// Called once, by the writer's thread, after everything was published. Must not block.
    pub answer: Answer,
}

/// Where an answer goes.
pub type Answer = Box<dyn FnOnce(Result<Accepted, Refused>) + Send>;

/// A command that was accepted, now or when its key was first used.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Its entry's position; for a declaration that changed nothing, the head.
    pub seq: u64,
    /// Its topic's version after it.
    pub version: u64,
    /// The answer's data, encoded: the event's, unless [`crate::wire::answer`] has more to say.
    pub data: Arc<str>,
    /// Whether this answer stands for an event of now, which the socket's ack already told.
    pub is_event: bool,
    /// What is now, after the whole batch.
    pub published: Arc<Published>,
}

/// Why a wish was not accepted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refused {
    /// The core said no.
    #[error("{0}")]
    Rejected(Rejection, Arc<Published>),
    /// The key was used before, with another command.
    #[error("this key was used before with another command: make a new one for each command")]
    KeyReused,
    /// It could not be made durable.
    #[error("{0}")]
    Store(Arc<str>),
    /// Too much is waiting.
    #[error("too many commands are waiting: try again in a second")]
    Busy,
    /// The server stops.
    #[error("the server is stopping: try again when it is back")]
    Stopping,
}

/// A message without place in the log, on its way out.
struct Said {
    name: &'static str,
    topic: Topic,
    data: String,
    /// Which connection said it, and which version of the topic that had seen.
    by: Option<(ConnectionId, Option<u64>)>,
}

enum Job {
    Submit(Box<Submission>, Option<Turn>),
    Signal(Signal, Option<Turn>),
    Ephemeral(Said),
    Settings(Settings),
    Pulse(SyncSender<()>),
    Upkeep(Upkeep),
    Stop,
}

/// The handle to the writer. Clones reach the same one.
#[derive(Clone, Debug)]
pub struct Hub {
    jobs: SyncSender<Job>,
    ring: Arc<Ring>,
    clock: Arc<Clock>,
    figures: Arc<Figures>,
    trouble: Trouble,
    /// Whose turns its commands and signals take; without, nobody's.
    turns: Option<Turns>,
}

impl Hub {
    /// Starts the writer on a recovered state. What was playing before waits when this returns: nobody is shown it as
    /// playing by an instant of a clock that is gone. The thread ends after [`Hub::stop`].
    ///
    /// # Errors
    /// The operating system's, when it gives no thread.
    pub fn start(recovered: recovery::Recovered, clock: Arc<Clock>) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (hub, mut writer) = Self::with_writer(recovered, clock);
        writer.resume();
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || writer.run())?;
        Ok((hub, thread))
    }

    /// The same hub, for somebody who must take turns: whatever it is given by this handle may have to wait for one.
    #[must_use]
    pub fn in_turns(&self, turns: &Turns) -> Self {
        Self { turns: Some(turns.clone()), ..self.clone() }
    }

    fn with_writer(recovered: recovery::Recovered, clock: Arc<Clock>) -> (Self, writer::Writer) {
        let (jobs, queue): (_, Receiver<Job>) = sync_channel(limits::COMMANDS_WAITING_MAX);
        clock.not_before(recovered.last_ms);
        let (ring, writer) = writer::Writer::new(recovered, Arc::clone(&clock), queue);
        let (figures, trouble) = (Arc::clone(&writer.figures), writer.trouble.clone());
        (Self { jobs, ring, clock, figures, trouble, turns: None }, writer)
    }

    /// Gives a wish to the writer. The answer function is called exactly once, here if it cannot be taken.
    pub fn submit(&self, mut submission: Submission) {
        let (figures, begun, answer) = (Arc::clone(&self.figures), clock::instant(), submission.answer);
        submission.answer = Box::new(move |result| {
            figures.answered(&result, begun.elapsed());
            answer(result);
        });
        if let Err(error) = self.jobs.try_send(Job::Submit(Box::new(submission), self.turn())) {
            let (job, why) = match error {
                TrySendError::Full(job) => (job, Refused::Busy),
                TrySendError::Disconnected(job) => (job, Refused::Stopping),
            };
            if let Job::Submit(submission, _) = job {
                (submission.answer)(Err(why));
            }
        }
    }

    /// Gives a wish to the writer and waits for the answer.
    ///
    /// # Errors
    /// [`Refused`] with the reason.
    pub fn ask(&self, wish: Wish, key: Option<(CommandKey, u64)>, puts: Vec<Put>) -> Result<Accepted, Refused> {
        let (answer, answered) = sync_channel(1);
        let answer: Answer = Box::new(move |result| drop(answer.send(result)));
        self.submit(Submission { wish, key, connection: None, puts, answer });
        answered.recv().unwrap_or(Err(Refused::Stopping))
    }

    /// Reports what a connection saw. Waits for a place in the queue: a signal is never lost while the writer runs.
    pub fn signal(&self, signal: Signal) {
        // When the writer is gone there is nobody left to tell.
        drop(self.jobs.send(Job::Signal(signal, self.turn())));
    }

    fn turn(&self) -> Option<Turn> {
        self.turns.as_ref().map(Turns::take)
    }

    /// The household's settings changed. What is decided after this is decided by them.
    pub fn set(&self, settings: Settings) {
        drop(self.jobs.send(Job::Settings(settings)));
    }

    /// Publishes a message without place in the log; dropped if too much is waiting.
    pub fn ephemeral(&self, name: &'static str, topic: Topic, data: String) {
        drop(self.jobs.try_send(Job::Ephemeral(Said { name, topic, data, by: None })));
    }

    /// Publishes where a device is in its own track, for all its connections but `by`, which said it; not if its playback
    /// has gone on since the version that was `seen`.
    pub fn position_told(&self, by: ConnectionId, device: &DeviceId, seen: Option<u64>, data: String) {
        let (name, topic) = ("playback:position", Topic::Playback(device.clone()));
        drop(self.jobs.try_send(Job::Ephemeral(Said { name, topic, data, by: Some((by, seen)) })));
    }

    /// The ring, to join and to read.
    #[must_use]
    pub fn ring(&self) -> &Arc<Ring> {
        &self.ring
    }

    /// What the writer counts.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The clock that decisions are made by.
    #[must_use]
    pub fn clock(&self) -> &Arc<Clock> {
        &self.clock
    }

    /// What is now.
    #[must_use]
    pub fn published(&self) -> Arc<Published> {
        self.ring.published()
    }

    /// Whether the writer comes round within `span`: what a watchdog asks.
    #[must_use]
    pub fn is_moving(&self, span: Duration) -> bool {
        let (answer, answered) = sync_channel(1);
        self.jobs.try_send(Job::Pulse(answer)).is_ok() && answered.recv_timeout(span).is_ok()
    }

    /// Why the store refused the last write; `None` when it took it.
    #[must_use]
    pub fn trouble(&self) -> Option<Arc<str>> {
        self.trouble.now()
    }

    /// Stores the state as it is, and returns the seq it stands for: entries up to there may be forgotten.
    ///
    /// # Errors
    /// [`Refused::Store`] with the reason, or that the writer has stopped.
    pub fn store_snapshot(&self) -> Result<u64, Refused> {
        self.keep(Upkeep::Snapshot)
    }

    /// Takes entries out of the log, in one transaction; see [`EventLog::forget`]. The writer does nothing else meanwhile:
    /// a few hundred at a time.
    ///
    /// # Errors
    /// [`Refused::Store`] with the reason, or that the writer has stopped.
    pub fn forget(&self, seqs: Vec<u64>) -> Result<u64, Refused> {
        self.keep(|answer| Upkeep::Forget(seqs, answer))
    }

    /// Forgets a little of what is too old, behind the entry `after`, in one transaction; see [`EventLog::prune`]. Whoever
    /// wants all of it asks again from [`Pruned::next`] on, so that everybody's commands come in between.
    ///
    /// # Errors
    /// [`Refused::Store`] with the reason, or that the writer has stopped.
    pub fn prune(&self, after: u64) -> Result<Pruned, Refused> {
        self.keep(|answer| Upkeep::Prune(after, answer))
    }

    /// What a device's key was answered with before, for a command that nobody can make sense of any more: what it named may
    /// have gone since. `None`: it never was.
    ///
    /// # Errors
    /// [`Refused::KeyReused`] for another command than this `hash` is of; [`Refused::Store`]; that the writer has stopped.
    pub fn recall(&self, device: &DeviceId, key: &CommandKey, hash: u64) -> Result<Option<Accepted>, Refused> {
        self.keep(|answer| Upkeep::Recall(device.clone(), key.clone(), hash, answer))
    }

    fn keep<T>(&self, upkeep: impl FnOnce(SyncSender<Result<T, Refused>>) -> Upkeep) -> Result<T, Refused> {
        let (answer, answered) = sync_channel(1);
        // Waits for a place in the queue: there is no hurry.
        self.jobs.send(Job::Upkeep(upkeep(answer))).map_err(|_| Refused::Stopping)?;
        answered.recv().unwrap_or(Err(Refused::Stopping))
    }

    /// Asks the writer to finish what is waiting, store what is in memory only, close the ring and end.
    pub fn stop(&self) {
        drop(self.jobs.send(Job::Stop));
    }
}
