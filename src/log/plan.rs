//! Which entries of a batch go in, and with which numbers: the guard, as a pure calculation.
//!
//! Every implementation plans a batch here before it stores anything, so they cannot disagree on what is refused.
//! Storing the plan is theirs; only when that is durable does [`Heads::settle`] make the new numbers the known ones.

use super::{KeyedAnswer, LogError, NewEntry, Outcome, Seq, TopicHead, Version};
use crate::core::ids::{CommandKey, DeviceId};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Where one topic stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Seq of its last entry.
    pub last_seq: Seq,
    /// Its version.
    pub version: Version,
}

/// Where the log and all its topics stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heads {
    /// The log's last seq.
    pub seq: Seq,
    /// Each topic's place, by its wire form.
    pub topics: BTreeMap<Arc<str>, Place>,
}

/// What is to become of a batch.
#[derive(Debug)]
pub(super) struct Plan {
    /// One for each entry, in order.
    pub outcomes: Vec<Outcome>,
    /// The log's last seq afterwards.
    pub seq: Seq,
    /// The topics that move, with their places afterwards.
    pub moved: BTreeMap<Arc<str>, Place>,
}

impl Plan {
    /// Nothing is to be stored.
    pub fn is_idle(&self) -> bool {
        self.moved.is_empty()
    }

    /// The entries to store, each with its seq and version.
    pub fn accepted<'a>(&'a self, batch: &'a [NewEntry]) -> impl Iterator<Item = (&'a NewEntry, Seq, Version)> {
        batch.iter().zip(&self.outcomes).filter_map(|(entry, outcome)| match outcome {
            Outcome::Appended { seq, version } => Some((entry, *seq, *version)),
            Outcome::Refused { .. } => None,
        })
    }
}

impl Heads {
    /// Plans `batch` on top of these heads. `answered` says whether a key has an answer in the store.
    pub fn plan(
        &self,
        batch: &[NewEntry],
        mut answered: impl FnMut(&KeyedAnswer) -> Result<bool, LogError>,
    ) -> Result<Plan, LogError> {
        let mut plan = Plan { outcomes: Vec::with_capacity(batch.len()), seq: self.seq, moved: BTreeMap::new() };
        let mut keys: HashSet<(&DeviceId, &CommandKey)> = HashSet::new();
        let mut refused: HashSet<&str> = HashSet::new();
        for entry in batch {
            let place = plan.moved.get(&entry.topic).copied().unwrap_or_else(|| self.place(&entry.topic));
            let spent = match &entry.key {
                Some(key) => keys.contains(&(&key.device, &key.key)) || answered(key)?,
                None => false,
            };
            if spent || place.last_seq != entry.expected_last_seq || refused.contains(&*entry.topic) {
                refused.insert(&entry.topic);
                plan.outcomes.push(Outcome::Refused { last_seq: place.last_seq });
                continue;
            }
            plan.seq += 1;
            let place = Place { last_seq: plan.seq, version: place.version + 1 };
            plan.moved.insert(entry.topic.clone(), place);
            plan.outcomes.push(Outcome::Appended { seq: place.last_seq, version: place.version });
            keys.extend(entry.key.as_ref().map(|key| (&key.device, &key.key)));
        }
        Ok(plan)
    }

    /// The plan is durable: its numbers are the known ones now.
    pub fn settle(&mut self, plan: Plan) -> Vec<Outcome> {
        self.seq = plan.seq;
        self.topics.extend(plan.moved);
        plan.outcomes
    }

    /// The topics as [`super::Head`] shows them.
    pub fn list(&self) -> Vec<TopicHead> {
        let shown = |(topic, place): (&Arc<str>, &Place)| TopicHead {
            topic: topic.clone(),
            last_seq: place.last_seq,
            version: place.version,
        };
        self.topics.iter().map(shown).collect()
    }

    fn place(&self, topic: &str) -> Place {
        self.topics.get(topic).copied().unwrap_or_default()
    }
}

/// A new name for a log: 12 hex digits.
pub(super) fn new_epoch(path: &str) -> Result<Arc<str>, LogError> {
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes)
        .map_err(|error| LogError::Failed { path: path.to_owned(), detail: format!("no randomness: {error}") })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
}
