//! One round of the writer: wishes decided one after the other on a working copy, to be stored together.
//!
//! The working copy is the state as it would be if everything so far were durable. If the store refuses, it is thrown
//! away, and nothing has happened.

use super::ring::{Logged, Own, Slot};
use super::{Accepted, Answer, Refused, Submission};
use crate::clock::Now;
use crate::core::command::{Command, Origin, Wish};
use crate::core::event::{Event, Mode, SessionEvent};
use crate::core::ids::{CommandKey, DeviceId, RoomId};
use crate::core::plays::unchanging;
use crate::core::presence::{ConnectionId, Signal};
use crate::core::rejection::Rejection;
use crate::core::topic::Topic;
use crate::core::{Applied, State, apply, decide, due, follow, observe, tick};
use crate::log::{KeyedAnswer, NewEntry, Put};
use crate::wire::snapshot::Published;
use crate::wire::{answer, envelope, event, frame::Frame};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Wishes of its own that the server may carry out in one round: each room settles after a few.
const OWN_WISHES_MAX: usize = 256;

/// A round under way.
pub(super) struct Batch {
    /// The state as it would be.
    pub work: State,
    /// Time, read once for the whole round.
    pub now: Now,
    /// What was reported; taken over even if nothing can be stored.
    pub signals: Vec<Signal>,
    /// Decided, not yet durable.
    pub drafts: Vec<Draft>,
    /// Answers that need no storing.
    pub answers: Vec<Pending>,
    /// Rooms whose listeners changed, or what they are to be ready for.
    pub rooms: BTreeSet<RoomId>,
    /// Whether somebody came or went.
    pub comings: bool,
    /// Devices whose last connection went.
    pub gone: Vec<DeviceId>,
    head: u64,
}

/// A wish that became no draft, with the answer that waits for the round's end.
pub(super) struct Pending {
    /// The wish, to be decided again if what it was decided on came to nothing.
    pub submission: Submission,
    /// The answer, as things are.
    pub reply: Reply,
    /// Whether drafts stood before it: if they are not stored, the answer says what never was.
    pub rests_on_drafts: bool,
}

/// An answer that waits for the round's end, when the state to show with it is known.
pub(super) enum Reply {
    /// The core said no.
    Rejected(Rejection),
    /// It cannot be done, whatever the state.
    Refused(Refused),
    /// It was done before, or needed no doing.
    Known {
        /// Its entry.
        seq: u64,
        /// Its topic's version after it.
        version: u64,
        /// The answer's data.
        data: Arc<str>,
    },
}

/// A decided wish.
pub(super) struct Draft {
    /// The wish, to be decided again if another node was faster.
    pub wish: Wish,
    pub event: Event,
    /// The event's data, for everybody.
    pub data: Arc<str>,
    /// The answer's data, for whoever made the wish: see [`answer`].
    pub result: Arc<str>,
    pub key: Option<(CommandKey, u64)>,
    pub connection: Option<ConnectionId>,
    pub puts: Vec<Put>,
    pub answer: Option<Answer>,
    pub topic: Topic,
    pub expected_last_seq: u64,
    pub seq: u64,
    pub version: u64,
    pub ts_ms: i64,
}

impl Batch {
    /// A round on a copy of `state`; `head` is the log's last seq. Stalled members are counted out first.
    pub fn new(state: &State, head: u64, now: Now) -> Self {
        let mut work = state.clone();
        let rooms = tick(&mut work, now).into_iter().collect();
        let (signals, drafts, answers) = (Vec::new(), Vec::new(), Vec::new());
        Self { work, now, signals, drafts, answers, rooms, comings: false, gone: Vec::new(), head }
    }

    /// Takes over what a connection reported.
    pub fn observe(&mut self, signal: Signal) {
        self.comings |= matches!(signal, Signal::Connected(..) | Signal::Disconnected(..));
        self.rooms.extend(observe(&mut self.work, &signal, self.now));
        if let Signal::Disconnected(device, _) = &signal
            && !self.work.presence.is_online(device)
        {
            self.gone.push(device.clone());
        }
        self.signals.push(signal);
    }

    /// Decides a wish.
    pub fn consider(&mut self, submission: Submission) {
        if let Some(reply) = self.under_way(submission.wish.origin.as_ref(), submission.key.as_ref()) {
            return self.reply(submission, reply);
        }
        match decide(&self.work, &submission.wish, self.now) {
            Ok(event) => {
                let Submission { wish, key, connection, puts, answer } = submission;
                self.draft(wish, event, key, connection, puts, Some(answer));
            }
            Err(Rejection::NoChange) if submission.wish.command.is_declaration() => {
                let kept = submission.key.is_some().then(|| unchanging(&self.work, &submission.wish)).flatten();
                if let Some(event) = kept {
                    let Submission { wish, key, connection, puts, answer } = submission;
                    return self.draft(wish, event, key, connection, puts, Some(answer));
                }
                let reply = self.declare(&submission.wish);
                self.reply(submission, reply);
            }
            Err(rejection) => self.reply(submission, Reply::Rejected(rejection)),
        }
    }

    /// Keeps an answer for the round's end.
    pub fn reply(&mut self, submission: Submission, reply: Reply) {
        let rests_on_drafts = !self.drafts.is_empty();
        self.answers.push(Pending { submission, reply, rests_on_drafts });
    }

    /// Keeps an answer that the store gave: it stands, whatever becomes of the round.
    pub fn reply_from_store(&mut self, submission: Submission, reply: Reply) {
        self.answers.push(Pending { submission, reply, rests_on_drafts: false });
    }

    /// Carries out what the server asks of itself, until nothing is due.
    pub fn settle(&mut self) {
        for _ in 0..OWN_WISHES_MAX {
            let Some(wish) = due(&self.work, self.now) else { return };
            if !self.own_wish(wish) {
                return; // it would be due for ever
            }
        }
        ::log::error!("a room does not settle: {:?}; please report this", due(&self.work, self.now));
    }

    /// Decides a wish of the server's own. Returns whether it was accepted.
    pub fn own_wish(&mut self, wish: Wish) -> bool {
        match decide(&self.work, &wish, self.now) {
            Ok(event) => {
                self.draft(wish, event, None, None, Vec::new(), None);
                return true;
            }
            Err(Rejection::NoChange) => {}
            Err(why) => ::log::error!("the server's own {:?} was rejected: {why}; please report this", wish.command),
        }
        false
    }

    fn draft(
        &mut self,
        wish: Wish,
        event: Event,
        key: Option<(CommandKey, u64)>,
        connection: Option<ConnectionId>,
        puts: Vec<Put>,
        answer: Option<Answer>,
    ) {
        let topic = event.topic();
        let before = self.work.durable.head(&topic);
        let (seq, version) = (self.head + 1, before.version + 1);
        self.head = seq;
        apply(&mut self.work.durable, &Applied { seq, version, event: &event });
        follow(&mut self.work, &event, self.now);
        if let Event::Session(room, SessionEvent { stage: Some(_), .. }) = &event {
            self.rooms.insert(room.clone()); // who is ready, and for what, is another picture now
        }
        let data: Arc<str> = event::data(&event, &self.work.durable, &self.work.presence).into();
        let told = answer::data(&wish, Some(&event), &self.work.durable);
        let result = told.map_or_else(|| Arc::clone(&data), Into::into);
        let (expected_last_seq, ts_ms) = (before.last_seq, self.now.wall_ms);
        self.drafts.push(Draft {
            wish,
            event,
            data,
            result,
            key,
            connection,
            puts,
            answer,
            topic,
            expected_last_seq,
            seq,
            version,
            ts_ms,
        });
    }

    /// A declaration that changes nothing durable: somebody's player ended early, or somebody else's counted.
    fn declare(&mut self, wish: &Wish) -> Reply {
        if let (Some(origin), Command::Session(room, _)) = (&wish.origin, &wish.command)
            && self.work.durable.session(room).is_some_and(|session| session.stage.mode == Mode::Playing)
        {
            self.observe(Signal::EndedEarly(origin.device.clone(), room.clone()));
        }
        let version = self.work.durable.head(&wish.command.topic()).version;
        let told = answer::data(wish, None, &self.work.durable);
        Reply::Known { seq: self.head, version, data: told.map_or_else(|| "{}".into(), Into::into) }
    }

    /// The same key, used twice within one round.
    fn under_way(&self, origin: Option<&Origin>, key: Option<&(CommandKey, u64)>) -> Option<Reply> {
        let (device, (key, hash)) = (&origin?.device, key?);
        let same = |draft: &&Draft| draft.is_keyed(device, key);
        let draft = self.drafts.iter().find(same)?;
        if draft.key.as_ref().is_some_and(|(_, first)| first != hash) {
            return Some(Reply::Refused(Refused::KeyReused));
        }
        Some(Reply::Known { seq: draft.seq, version: draft.version, data: Arc::clone(&draft.result) })
    }
}

impl Draft {
    /// The entry to store.
    pub fn entry(&self) -> NewEntry {
        let payload = serde_json::to_vec(&self.event).unwrap_or_else(|error| {
            ::log::error!("an event could not be encoded, please report this: {error}");
            Vec::new()
        });
        let keyed = self.wish.origin.as_ref().zip(self.key.as_ref());
        let key = keyed.map(|(origin, (key, body_hash))| KeyedAnswer {
            device: origin.device.clone(),
            key: key.clone(),
            body_hash: *body_hash,
            result: self.result.as_bytes().into(),
        });
        NewEntry {
            topic: self.topic.to_string().into(),
            expected_last_seq: self.expected_last_seq,
            ts_ms: self.ts_ms,
            origin: self.wish.origin.as_ref().map(|origin| origin.to_string().into()),
            payload: payload.into(),
            key,
            puts: self.puts.clone(),
        }
    }

    /// The message to publish.
    pub fn slot(&self) -> Slot {
        let (seq, version, ts_ms, origin) = (self.seq, self.version, self.ts_ms, self.wish.origin.as_ref());
        let place = envelope::Place { topic: &self.topic, version, seq, ts_ms, origin };
        let name = event::name(&self.event);
        let id = self.key.as_ref().map(|(key, _)| key.as_str());
        let own = origin.map(|origin| Own {
            origin: origin.clone(),
            connection: self.connection,
            ack: Frame::ws_text(&envelope::ack(id, &self.result, &place)),
        });
        let queue_changed = matches!(&self.event, Event::Session(_, session) if session.queue.is_some());
        let logged = Logged { seq, version, ts_ms, data: Arc::clone(&self.data), queue_changed, own };
        let frame = Frame::ws_text(&envelope::event(name, &self.data, &place));
        Slot { topic: self.topic.clone(), name, frame, logged: Some(logged), said_by: None }
    }

    /// Answers whoever made the wish.
    pub fn accept(self, published: &Arc<Published>) {
        let Some(answer) = self.answer else { return };
        let published = Arc::clone(published);
        answer(Ok(Accepted { seq: self.seq, version: self.version, data: self.result, is_event: true, published }));
    }

    /// The wish again, if anybody waits for its answer.
    pub fn into_submission(self) -> Option<Submission> {
        let Self { wish, key, connection, puts, answer, .. } = self;
        answer.map(|answer| Submission { wish, key, connection, puts, answer })
    }

    fn is_keyed(&self, device: &DeviceId, key: &CommandKey) -> bool {
        let same_device = self.wish.origin.as_ref().is_some_and(|origin| origin.device == *device);
        same_device && self.key.as_ref().is_some_and(|(known, _)| known == key)
    }
}

impl Reply {
    /// The answer, together with the state after the round.
    pub fn with(self, published: &Arc<Published>) -> Result<Accepted, Refused> {
        match self {
            Self::Rejected(rejection) => Err(Refused::Rejected(rejection, Arc::clone(published))),
            Self::Refused(refused) => Err(refused),
            Self::Known { seq, version, data } => {
                Ok(Accepted { seq, version, data, is_event: false, published: Arc::clone(published) })
            }
        }
    }
}
