//! Stars that were made while the clock was wrong get the right time once it is right.
//!
//! A star's time decides which of two wins, so it must be when it was made, not what a machine believed that had just
//! booted in the past. Its age was known all the time, by the machine's uptime. When the wall clock jumps ahead, each star of
//! this run is looked at again: made so long ago, by the clock of now. Those that turn out to be later than they were
//! thought to be are given that time; those of before the clock went wrong come out as they were.

use super::batch::Draft;
use crate::clock::Clock;
use crate::core::command::{Command, Wish};
use crate::core::event::Event;
use crate::core::household::Household;
use crate::core::ids::ProfileId;
use crate::core::starring::{Item, Mark, Marked, StarsCommand, StarsEvent};
use crate::limits;
use std::collections::{BTreeMap, VecDeque};

/// The stars of this run, and what the clock did.
#[derive(Debug)]
pub(super) struct Retiming {
    /// The latest mark of each item, and how long the machine was up when it was made.
    made: BTreeMap<(ProfileId, Item), (Marked, i64)>,
    /// The items in the order in which they came, each once.
    order: VecDeque<(ProfileId, Item)>,
    offset_ms: i64,
    is_due: bool,
}

impl Retiming {
    /// Nothing was starred yet.
    pub fn new(clock: &Clock) -> Self {
        let (made, order) = (BTreeMap::new(), VecDeque::new());
        Self { made, order, offset_ms: clock.offset_ms(), is_due: false }
    }

    /// Looks whether somebody set the clock.
    pub fn look(&mut self, clock: &Clock) {
        let offset_ms = clock.offset_ms();
        if offset_ms - self.offset_ms > limits::CLOCK_STEP_MS {
            ::log::info!("the clock was set ahead by {} s", (offset_ms - self.offset_ms) / 1000);
            self.is_due = true;
        }
        self.offset_ms = offset_ms;
    }

    /// What is to be given other times now, a wish for each batch of a profile's, of those that are still there.
    pub fn due(&self, clock: &Clock, household: &Household) -> Vec<Wish> {
        if !self.is_due {
            return Vec::new();
        }
        let (wall_ms, uptime_ms) = (clock.wall_ms(), clock.uptime_ms());
        let mut late: BTreeMap<&ProfileId, Vec<Marked>> = BTreeMap::new();
        let is_there = |((profile, _), _): &(&(ProfileId, Item), _)| household.profiles.contains_key(profile);
        for ((profile, _), (marked, made_at)) in self.made.iter().filter(is_there) {
            let at_ms = wall_ms.saturating_sub(uptime_ms.saturating_sub(*made_at));
            if at_ms - marked.mark.at_ms > limits::CLOCK_STEP_MS {
                let mark = Mark { at_ms, ..marked.mark.clone() };
                late.entry(profile).or_default().push(Marked { mark, ..marked.clone() });
            }
        }
        let batches = late.into_iter().flat_map(|(profile, marks)| {
            let chunks: Vec<_> = marks.chunks(limits::STARS_PER_BATCH_MAX).map(<[Marked]>::to_vec).collect();
            chunks.into_iter().map(|marks| Command::Stars(profile.clone(), StarsCommand::Retime(marks)))
        });
        batches.map(|command| Wish { command, origin: None, guard: None }).collect()
    }

    /// These are durable now.
    pub fn note(&mut self, accepted: &[Draft], clock: &Clock) {
        for draft in accepted {
            if let Event::Stars(profile, StarsEvent::Marked { marks, .. }) = &draft.event {
                marks.iter().for_each(|marked| self.keep(profile, marked, draft.ts_ms, clock));
            }
        }
    }

    /// The store has taken what was due.
    pub fn settled(&mut self) {
        self.is_due = false;
    }

    fn keep(&mut self, profile: &ProfileId, marked: &Marked, now_ms: i64, clock: &Clock) {
        let age_ms = now_ms.saturating_sub(marked.mark.at_ms).max(0);
        let made_at = clock.uptime_ms().saturating_sub(age_ms);
        let place = (profile.clone(), marked.item.clone());
        match self.made.get(&place) {
            Some((_, known_at)) if *known_at > made_at => return,
            Some(_) => {}
            None => self.order.push_back(place.clone()),
        }
        self.made.insert(place, (marked.clone(), made_at));
        if self.order.len() > limits::STARS_RETIMED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.made.remove(&oldest);
        }
    }
}
