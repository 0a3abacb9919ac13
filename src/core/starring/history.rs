//! Undo and redo of stars: "undo my last", for each device.
//!
//! A step is one item that a device turned from starred to not, or back; a batch is as many steps as it turned items,
//! because what a phone was told over an hour offline arrives as one. A step can be undone as long as nobody else has
//! touched the item since. Steps are kept durably, [`limits::STAR_UNDO_MAX`] of each device.

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
        self.of(by).rev().find(|step| !step.is_undone && step.stands(items, !step.before))
    }

    /// The step of `by` that was undone last, among those that nobody else has touched since. Undoing goes back from step
    /// to step, so that is the first one.
    #[must_use]
    pub(super) fn redo(&self, by: &DeviceId, items: &Items) -> Option<&Step> {
        self.of(by).find(|step| step.is_undone && step.stands(items, step.before))
    }

    /// Notes what an event is, before its marks are taken over.
    pub(super) fn begin(&mut self, edit: &Edit) {
        match edit {
            // A new edit ends the redoing of one's own: what was undone stays undone.
            Edit::Done(by) => self.0.retain(|step| step.by != *by || !step.is_undone),
            Edit::Undone(number) => self.mark(*number, true),
            Edit::Redone(number) => self.mark(*number, false),
        }
    }

    /// Notes one mark of an edit, right before it is taken over; `items` are those before it.
    pub(super) fn note(&mut self, Marked { item, mark, .. }: &Marked, items: &Items) {
        let known = items.get(&item.kind).and_then(|marks| marks.get(&item.id));
        let before = known.is_some_and(|known| known.is_starred);
        if before == mark.is_starred || known.is_some_and(|known| !mark.beats(known)) {
            return;
        }
        let number = self.0.back().map_or(1, |last| last.number + 1);
        self.0.push_back(Step { number, by: mark.by.clone(), item: item.clone(), before, is_undone: false });
        if self.of(&mark.by).count() > limits::STAR_UNDO_MAX
            && let Some(oldest) = self.0.iter().position(|step| step.by == mark.by)
        {
            self.0.remove(oldest);
        }
    }

    fn of<'a>(&'a self, by: &DeviceId) -> impl DoubleEndedIterator<Item = &'a Step> {
        self.0.iter().filter(move |step| step.by == *by)
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
