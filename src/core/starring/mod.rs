//! Stars: the tracks, albums and artists that a profile likes.
//!
//! A star is set on a phone that may be offline, and arrives whenever it arrives. So a star is a *mark*: an item, starred
//! or not, with the time it was made, the device that made it and that device's own count. For each item the latest mark
//! wins, by (time, device, count); whatever the order in which marks arrive, and however often, the stars are the same.
//! That makes them a last-writer-wins map (Shapiro and others: A comprehensive study of convergent and commutative
//! replicated data types, 2011, section 3.2.2).
//!
//! A mark that comes too late is logged all the same, and whoever made it is told who was later. The log may be compacted:
//! a mark that is not its item's latest says nothing any more (see [`compaction`]).
//!
//! What the time of a mark is stands in [`decide`]; how one's own stars are taken back in [`history`].

pub mod compaction;
pub mod decide;
pub mod history;
#[cfg(test)]
mod tests;

use super::ids::{DeviceId, ItemId, MutationId};
use crate::limits;
use history::{Edit, History};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// What can be starred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A track, by its `trackId`.
    Track,
    /// An album, by its id in `/albums`.
    Album,
    /// An artist, by its id in `/artists`.
    Artist,
}

/// One thing that can be starred. It need not be in the library: its file may come back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: ItemId,
}

/// The latest that is known of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// Whether it is starred.
    pub is_starred: bool,
    /// When, by the server's clock, milliseconds since the Unix epoch; never later than its arrival.
    pub at_ms: i64,
    /// Who.
    pub by: DeviceId,
    /// How many marks that device had made, with this one.
    pub count: u64,
}

/// A mark on its way: what an event holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Marked {
    /// The client's name for it.
    pub mutation_id: MutationId,
    /// What it is about.
    pub item: Item,
    /// What it says.
    pub mark: Mark,
}

/// Commands on the stars of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StarsCommand {
    /// These were starred and unstarred, now or a while ago.
    Mark(Vec<StarReport>),
    /// Take back the device's last star or unstar.
    Undo,
    /// Do it again.
    Redo,
    /// Server: the clock was wrong when these were made; now it is right.
    Retime(Vec<Marked>),
}

/// A star or unstar as a device reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarReport {
    /// The client's name for it.
    pub mutation_id: MutationId,
    /// What it is about.
    pub item: Item,
    /// Whether it was starred, or unstarred.
    pub is_starred: bool,
    /// How long ago, milliseconds, by the device's own clock: the one thing that it knows for sure.
    pub age_ms: u64,
}

/// What happened to the stars of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StarsEvent {
    /// These arrived; each wins or not, as [`Stars::apply`] says.
    Marked {
        /// In the order in which they were made.
        marks: Vec<Marked>,
        /// What it was for undo.
        edit: Edit,
    },
    /// These were made when the clock was behind, and have the right time now: a later one. Nobody did anything.
    Retimed {
        /// The same marks, with their new times.
        marks: Vec<Marked>,
    },
}

impl StarsEvent {
    /// The marks it brings.
    #[must_use]
    pub fn marks(&self) -> &[Marked] {
        let (Self::Marked { marks, .. } | Self::Retimed { marks }) = self;
        marks
    }
}

/// The stars of a profile, with what is needed to merge more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stars {
    items: BTreeMap<Kind, BTreeMap<ItemId, Mark>>,
    counts: BTreeMap<DeviceId, u64>,
    known: VecDeque<(DeviceId, MutationId)>,
    history: History,
}

/// No stars: what a profile has that never starred anything.
pub static NOTHING: Stars =
    Stars { items: BTreeMap::new(), counts: BTreeMap::new(), known: VecDeque::new(), history: History::NONE };

impl Mark {
    /// Whether this one wins over `other`: the later one does; of two at the same time, that of the device with the
    /// greater id; of two by one device, the one it made last.
    #[must_use]
    pub fn beats(&self, other: &Self) -> bool {
        (self.at_ms, &self.by, self.count) > (other.at_ms, &other.by, other.count)
    }
}

impl Stars {
    /// What is known of an item.
    #[must_use]
    pub fn get(&self, item: &Item) -> Option<&Mark> {
        self.items.get(&item.kind)?.get(&item.id)
    }

    /// Whether an item is starred.
    #[must_use]
    pub fn is_starred(&self, item: &Item) -> bool {
        self.get(item).is_some_and(|mark| mark.is_starred)
    }

    /// The starred items of a kind, the one starred last first.
    #[must_use]
    pub fn starred(&self, kind: Kind) -> Vec<(&ItemId, &Mark)> {
        let marks = self.items.get(&kind).into_iter().flatten();
        let mut starred: Vec<_> = marks.filter(|(_, mark)| mark.is_starred).collect();
        starred.sort_by_key(|(id, mark)| (std::cmp::Reverse(mark.at_ms), *id));
        starred
    }

    /// Everything that is known: starred and unstarred items, by kind and id.
    pub fn marks(&self) -> impl Iterator<Item = (Item, &Mark)> {
        let of = |(kind, marks): (&Kind, _)| (*kind, marks);
        self.items.iter().map(of).flat_map(|(kind, marks): (Kind, &BTreeMap<ItemId, Mark>)| {
            marks.iter().map(move |(id, mark)| (Item { kind, id: id.clone() }, mark))
        })
    }

    /// How many items are known, of all kinds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing was ever starred.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Takes over what happened.
    pub fn apply(&mut self, event: &StarsEvent) {
        if let StarsEvent::Marked { edit, .. } = event {
            self.history.begin(edit);
        }
        for marked in event.marks() {
            if let StarsEvent::Marked { edit: Edit::Done(_), .. } = event {
                self.history.note(marked, &self.items);
                self.know(marked);
            }
            let count = self.counts.entry(marked.mark.by.clone()).or_default();
            *count = marked.mark.count.max(*count);
            self.merge(marked);
        }
    }

    /// Remembers what a device sent. What the server made of an undo has a name of the server's: nobody sends it again.
    fn know(&mut self, marked: &Marked) {
        self.known.push_back((marked.mark.by.clone(), marked.mutation_id.clone()));
        if self.known.len() > limits::STAR_MUTATIONS_KEPT {
            self.known.pop_front();
        }
    }

    /// The one rule: of two marks of an item, the later one stays.
    fn merge(&mut self, Marked { item, mark, .. }: &Marked) {
        let marks = self.items.entry(item.kind).or_default();
        if marks.get(&item.id).is_none_or(|known| mark.beats(known)) {
            marks.insert(item.id.clone(), mark.clone());
        }
    }
}
