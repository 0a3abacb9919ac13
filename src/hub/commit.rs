//! What becomes of a round: stored as it was decided, not stored at all, or overtaken by another node.
//!
//! An answer may say only what is durable. So where the drafts of a round come to nothing, everything that was decided
//! on top of them does too: refused with the store's reason, or decided again on what another node did.

use super::Refused;
use super::batch::{Batch, Draft, Pending, Reply};
use super::recovery::{decode_event, slot};
use super::ring::Slot;
use super::writer::Writer;
use super::{Answer, Submission};
use crate::clock::{self, Now};
use crate::core::event::Event;
use crate::core::presence::{Presence, Signal};
use crate::core::{Applied, apply, follow, observe};
use crate::limits;
use crate::log::{Entry, LogError, Outcome};
use std::collections::BTreeMap;
use std::sync::Arc;

/// After a round that came to nothing, the server's own wishes wait at least this long; people's are tried at once.
const OWN_PAUSE_MS: u64 = 1_000;
/// How often a refused entry is decided again after another node was faster.
const RETRIES_MAX: usize = 8;

/// What a round came to: what to show, and then whom to answer.
#[derive(Default)]
pub(super) struct Done {
    /// What happened, in the order of the log.
    pub slots: Vec<Slot>,
    /// Wishes that are durable now.
    pub accepted: Vec<Draft>,
    /// All other answers.
    pub answers: Vec<(Answer, Reply)>,
}

enum Failure {
    Store(LogError),
    Overtaken(Vec<Outcome>),
}

impl Writer {
    /// Stores a round and makes it the state.
    pub(super) fn commit(&mut self, batch: Batch, tries: usize) -> Done {
        let Batch { work, now, signals, drafts, answers, rooms, .. } = batch;
        let done = match self.append(&drafts) {
            Ok(()) => {
                self.figures.entries.add(drafts.len() as u64);
                self.head = drafts.last().map_or(self.head, |draft| draft.seq);
                self.state = work;
                Done { slots: drafts.iter().map(Draft::slot).collect(), ..Done::default() }.with(drafts, answers)
            }
            Err(Failure::Store(error)) => {
                self.failed(&error, now);
                self.observe_all(&signals, now);
                Done::default().refused(drafts, answers, &error.to_string().into())
            }
            Err(Failure::Overtaken(outcomes)) => {
                self.observe_all(&signals, now);
                self.decide_again(drafts, answers, outcomes, now, tries)
            }
        };
        rooms.iter().for_each(|room| self.touch(room, now));
        done
    }

    fn append(&mut self, drafts: &[Draft]) -> Result<(), Failure> {
        if drafts.is_empty() {
            return Ok(());
        }
        let entries: Vec<_> = drafts.iter().map(Draft::entry).collect();
        let Ok(store) = &mut self.store else { return Ok(()) };
        let begun = clock::instant();
        let outcomes = store.append(&entries).map_err(Failure::Store)?;
        self.figures.commits.record(begun.elapsed());
        self.well();
        let as_decided = outcomes.iter().zip(drafts).all(|(outcome, draft)| {
            matches!(outcome, Outcome::Appended { seq, version } if *seq == draft.seq && *version == draft.version)
        });
        if as_decided { Ok(()) } else { Err(Failure::Overtaken(outcomes)) }
    }

    /// Nothing was stored. What connections reported is true all the same.
    fn failed(&mut self, error: &LogError, now: Now) {
        self.unwell(error, now);
        self.pause_own(now);
    }

    /// What the server wished for in the batch that began at `now` came to nothing: it waits as long as that took, so that half
    /// of the writer's time stays free. Counted from here and not from any beginning, a round's or its last batch's: a
    /// pause that is over before it begins is none, and what is due then, having no deadline ahead, is tried at once or not
    /// before something else happens.
    fn pause_own(&mut self, now: Now) {
        let then = self.clock.mono();
        self.own_from = then.plus(then.since(now.mono).max(OWN_PAUSE_MS));
    }

    fn observe_all(&mut self, signals: &[Signal], now: Now) {
        signals.iter().for_each(|signal| drop(observe(&mut self.state, signal, now)));
    }

    /// Another node was faster: take over what it did, and decide the refused wishes again, with all that rested on them.
    fn decide_again(
        &mut self,
        drafts: Vec<Draft>,
        answers: Vec<Pending>,
        outcomes: Vec<Outcome>,
        now: Now,
        tries: usize,
    ) -> Done {
        let (mut ours, mut refused) = (BTreeMap::new(), Vec::new());
        for (mut draft, outcome) in drafts.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Appended { seq, version } => {
                    (draft.seq, draft.version) = (seq, version);
                    ours.insert(seq, draft);
                }
                Outcome::Refused { .. } => refused.push(draft),
            }
        }
        let slots = self.catch_up(&ours, now);
        let head = self.head;
        let (shown, unread): (Vec<_>, Vec<_>) = ours.into_values().partition(|draft| draft.seq <= head);
        let (again, stands): (Vec<_>, Vec<_>) = answers.into_iter().partition(|pending| pending.rests_on_drafts);
        let done = Done { slots, ..Done::default() }.with(shown, stands);
        // Stored, but it could not be read back: whoever tries again with the same key finds the answer.
        let done = done.refused(unread, Vec::new(), &"stored, but not read back: try again".into());
        if tries >= RETRIES_MAX {
            self.pause_own(now);
            return done.refused(refused, again, &"other nodes were faster each time: try again".into());
        }
        let mut batch = self.begin();
        let drafted = refused.into_iter().filter_map(Draft::into_submission);
        let wishes: Vec<Submission> = drafted.chain(again.into_iter().map(|pending| pending.submission)).collect();
        wishes.into_iter().for_each(|submission| self.take(&mut batch, submission));
        self.settle(&mut batch);
        done.then(self.commit(batch, tries + 1))
    }

    /// Takes over what the log has beyond the head, our own entries as they were decided.
    fn catch_up(&mut self, ours: &BTreeMap<u64, Draft>, now: Now) -> Vec<Slot> {
        let Ok(store) = &self.store else { return Vec::new() };
        let entries = match store.read_after(self.head, limits::RING_EVENTS_MAX) {
            Ok(entries) => entries,
            Err(error) => {
                ::log::error!("could not read what another node wrote: {error}");
                return Vec::new();
            }
        };
        let mut slots = Vec::with_capacity(entries.len());
        for entry in entries {
            match ours.get(&entry.seq) {
                // Its instant was never stored: only the draft knows it.
                Some(draft) => {
                    self.take_over(&entry, &draft.event, now);
                    slots.push(draft.slot());
                }
                None => match decode_event(&entry) {
                    Ok(event) => {
                        self.take_over(&entry, &event, now);
                        let presence = Presence::of_library(Arc::clone(&self.state.presence.tracks));
                        slots.push(slot(&self.state.durable, &presence, &entry, &event));
                    }
                    Err(error) => ::log::error!("{error}"),
                },
            }
            self.head = entry.seq;
        }
        slots
    }

    fn take_over(&mut self, entry: &Entry, event: &Event, now: Now) {
        apply(&mut self.state.durable, &Applied { seq: entry.seq, version: entry.version, event });
        follow(&mut self.state, event, now);
        if let Event::Session(room, _) = event {
            self.touch(room, now);
        }
    }
}

impl Done {
    /// These are durable, and these answers stand.
    fn with(mut self, accepted: Vec<Draft>, answers: Vec<Pending>) -> Self {
        self.accepted.extend(accepted);
        self.answers.extend(answers.into_iter().map(|pending| (pending.submission.answer, pending.reply)));
        self
    }

    /// These were not stored, for this reason; so neither was anything that rested on them.
    fn refused(mut self, drafts: Vec<Draft>, answers: Vec<Pending>, why: &Arc<str>) -> Self {
        let refusal = || Reply::Refused(Refused::Store(Arc::clone(why)));
        let drafted = drafts.into_iter().filter_map(|draft| draft.answer);
        self.answers.extend(drafted.map(|answer| (answer, refusal())));
        self.answers.extend(answers.into_iter().map(|Pending { submission, reply, rests_on_drafts }| {
            (submission.answer, if rests_on_drafts { refusal() } else { reply })
        }));
        self
    }

    /// And this came after it.
    fn then(mut self, later: Self) -> Self {
        self.slots.extend(later.slots);
        self.accepted.extend(later.accepted);
        self.answers.extend(later.answers);
        self
    }
}
