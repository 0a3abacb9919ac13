//! From what a device reports to marks: their times, and which of them are news.
//!
//! The time of a mark is `now - age`: phones' wall clocks differ by minutes, but each knows well how long ago something
//! was. It is never in the future. Where the server's own clock was wrong (a Pi boots in the past), the marks it gave
//! times to are given the right ones as soon as the clock is right: [`StarsCommand::Retime`].

use super::history::Edit;
use super::{Mark, Marked, StarReport, Stars, StarsCommand, StarsEvent};
use crate::clock::Now;
use crate::core::ids::{DeviceId, MutationId};
use crate::core::rejection::Rejection;
use crate::limits;
use std::collections::BTreeSet;

impl Stars {
    /// What becomes of `command` by `by`; `version` is the topic's after it.
    ///
    /// # Errors
    /// [`Rejection`] with the reason; nothing has changed. [`Rejection::NoChange`] if all of a batch is known already.
    pub fn decide(
        &self,
        command: &StarsCommand,
        by: Option<&DeviceId>,
        version: u64,
        now: Now,
    ) -> Result<StarsEvent, Rejection> {
        match (command, by) {
            (StarsCommand::Mark(reports), Some(by)) => self.mark(reports, by, now),
            (StarsCommand::Undo, Some(by)) => {
                let step = self.history.undo(by, &self.items).ok_or(Rejection::NothingToUndo)?;
                Ok(self.again(step.item.clone(), step.before, Edit::Undone(step.number), by, version, now))
            }
            (StarsCommand::Redo, Some(by)) => {
                let step = self.history.redo(by, &self.items).ok_or(Rejection::NothingToRedo)?;
                Ok(self.again(step.item.clone(), !step.before, Edit::Redone(step.number), by, version, now))
            }
            (StarsCommand::Retime(marks), None) => self.retime(marks),
            _ => Err(Rejection::ServerOnly),
        }
    }

    /// Whether `by` has sent this mutation before.
    #[must_use]
    pub fn knows(&self, by: &DeviceId, mutation: &MutationId) -> bool {
        self.known.iter().any(|(device, known)| device == by && known == mutation)
    }

    fn mark(&self, reports: &[StarReport], by: &DeviceId, now: Now) -> Result<StarsEvent, Rejection> {
        if reports.len() > limits::STARS_PER_BATCH_MAX {
            return Err(Rejection::BatchTooLong { max: limits::STARS_PER_BATCH_MAX });
        }
        let known = self.known.iter().filter(|(device, _)| device == by).map(|(_, mutation)| mutation);
        let mut known: BTreeSet<&MutationId> = known.collect();
        let mut count = self.counts.get(by).copied().unwrap_or_default();
        let news = reports.iter().filter(|report| known.insert(&report.mutation_id));
        let marks = news.map(|report| {
            count += 1;
            let at_ms = now.wall_ms.saturating_sub_unsigned(report.age_ms);
            let mark = Mark { is_starred: report.is_starred, at_ms, by: by.clone(), count };
            Marked { mutation_id: report.mutation_id.clone(), item: report.item.clone(), mark }
        });
        let marks: Vec<Marked> = marks.collect();
        if marks.is_empty() {
            return Err(Rejection::NoChange);
        }
        let new_items: BTreeSet<_> =
            marks.iter().map(|marked| &marked.item).filter(|item| self.get(item).is_none()).collect();
        if self.len() + new_items.len() > limits::STARRED_MAX {
            return Err(Rejection::TooManyStars { max: limits::STARRED_MAX });
        }
        Ok(StarsEvent::Marked { marks, edit: Edit::Done(by.clone()) })
    }

    /// Only what changes something: a mark that somebody has overtaken since needs no better time.
    fn retime(&self, marks: &[Marked]) -> Result<StarsEvent, Rejection> {
        let wins = |marked: &&Marked| self.get(&marked.item).is_none_or(|known| marked.mark.beats(known));
        let marks: Vec<Marked> = marks.iter().filter(wins).cloned().collect();
        if marks.is_empty() { Err(Rejection::NoChange) } else { Ok(StarsEvent::Retimed { marks }) }
    }

    /// One compensating mark, made now.
    fn again(
        &self,
        item: super::Item,
        is_starred: bool,
        edit: Edit,
        by: &DeviceId,
        version: u64,
        now: Now,
    ) -> StarsEvent {
        let count = self.counts.get(by).copied().unwrap_or_default() + 1;
        // Never at a time at which it would lose against what it takes back.
        let at_ms = self.get(&item).map_or(now.wall_ms, |known| known.at_ms.max(now.wall_ms));
        let mark = Mark { is_starred, at_ms, by: by.clone(), count };
        let marks = vec![Marked { mutation_id: MutationId::of_version(version), item, mark }];
        StarsEvent::Marked { marks, edit }
    }
}
