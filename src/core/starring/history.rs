//! Undo and redo of stars: "undo my last", for each device.
//!
//! A step is one item that an edit turned from starred to not, or back. It can be undone as long as nobody else has
//! touched the item since. Steps are kept for the profile, [`limits::UNDO_STEPS_MAX`] of them, durably.

use super::{Item, Kind, Mark, Marked};
use crate::core::ids::{DeviceId, ItemId};
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

type Items = BTreeMap<Kind, BTreeMap<ItemId, Mark>>;

/// The edits of a profile that can be undone or redone, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(VecDeque<Step>);

/// One item that was turned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its number, rising.
    pub number: u64,
    /// Who did it.
    pub by: DeviceId,
    /// Which.
    pub item: Item,
    /// Whether it was starred before.
    pub before: bool,
    #[serde(default)]
    is_undone: bool,
}

/// What an event did to the history: part of the event, so that a replay does the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Edit {
    /// A device starred and unstarred.
    Done(DeviceId),
    /// The step of this number was undone.
    Undone(u64),
    /// The step of this number was done again.
    Redone(u64),
}

impl History {
    /// Nothing was done yet.
    pub const NONE: Self = Self(VecDeque::new());

    /// The last step of `by` that is not undone and that nobody else has touched since.
    #[must_use]
    pub(super) fn undo(&self, by: &DeviceId, items: &Items) -> Option<&Step> {
        self.0.iter().rev().find(|step| step.by == *by && !step.is_undone && step.stands(items, !step.before))
    }

    /// The first of the steps of `by` that were undone last, if nobody else has touched its item since.
    #[must_use]
    pub(super) fn redo(&self, by: &DeviceId, items: &Items) -> Option<&Step> {
        let mine = self.0.iter().rev().filter(|step| step.by == *by);
        let undone = mine.take_while(|step| step.is_undone).last()?;
        undone.stands(items, undone.before).then_some(undone)
    }

    /// Notes what an event did, on the items before it.
    pub(super) fn note(&mut self, edit: &Edit, marks: &[Marked], items: &Items) {
        match edit {
            Edit::Done(by) => self.done(by, marks, items),
            Edit::Undone(number) => self.mark(*number, true),
            Edit::Redone(number) => self.mark(*number, false),
        }
    }

    fn done(&mut self, by: &DeviceId, marks: &[Marked], items: &Items) {
        // A new edit ends the redoing of one's own: what was undone stays undone.
        self.0.retain(|step| step.by != *by || !step.is_undone);
        for Marked { item, mark, .. } in marks {
            let known = items.get(&item.kind).and_then(|marks| marks.get(&item.id));
            let before = known.is_some_and(|known| known.is_starred);
            let wins = known.is_none_or(|known| mark.beats(known));
            if wins && before != mark.is_starred {
                let number = self.0.back().map_or(1, |last| last.number + 1);
                self.0.push_back(Step { number, by: by.clone(), item: item.clone(), before, is_undone: false });
            }
        }
        let surplus = self.0.len().saturating_sub(limits::UNDO_STEPS_MAX);
        self.0.drain(..surplus);
    }

    fn mark(&mut self, number: u64, is_undone: bool) {
        if let Some(step) = self.0.iter_mut().find(|step| step.number == number) {
            step.is_undone = is_undone;
        }
    }
}

impl Step {
    /// Whether the item is as `by` left it.
    fn stands(&self, items: &Items, is_starred: bool) -> bool {
        let known = items.get(&self.item.kind).and_then(|marks| marks.get(&self.item.id));
        known.is_some_and(|known| known.by == self.by && known.is_starred == is_starred)
    }
}
