//! The two views of a profile's verdicts: the board of all tracks it ever compared, and the pool that is being compared.
//!
//! Both are a pure function of the verdicts, in their order: taking in one more gives, bit for bit, what building anew
//! from all of them gives. A verdict costs two rank-1 updates. To take one back, an earlier view is kept every
//! [`MARK_EVERY`] verdicts and the few after it are taken in again.

use super::verdict::Verdict;
use super::{Rating, Ratings};
use crate::core::ids::TrackId;
use std::collections::HashMap;
use std::sync::Arc;

/// Verdicts between two kept views.
const MARK_EVERY: usize = 32;
/// Views that are kept: enough to take back [`crate::limits::COMPARISON_UNDO_MAX`] verdicts.
const MARKS_MAX: usize = 3;

/// What the verdicts are about: everything an [`Insight`] is a function of.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Tracks that verdicts name, by first appearance.
    pub rated: &'a [TrackId],
    /// All verdicts, oldest first.
    pub verdicts: &'a [Verdict],
    /// The tracks being compared now.
    pub pool: &'a [TrackId],
}

/// Both views, with some earlier ones.
#[derive(Clone, Debug)]
pub struct Insight {
    /// Where each track of the pool stands in it.
    places: Arc<HashMap<TrackId, u32>>,
    now: Arc<Views>,
    marks: Vec<Arc<Views>>,
}

/// Both views after a number of verdicts.
#[derive(Clone, Debug, PartialEq)]
struct Views {
    board: Ratings,
    pool: Ratings,
    /// For each rated track its place in the pool.
    in_pool: Vec<Option<u32>>,
    /// How many verdicts name each rated track.
    counts: Vec<u32>,
    taken: usize,
}

impl Insight {
    /// The views of all of `evidence`.
    #[must_use]
    pub fn new(evidence: Evidence<'_>) -> Self {
        let board = Ratings::new(evidence.rated.len());
        // A small board begins empty, so that its tracks come in as they came in; a large one has another way of rating.
        let board = if matches!(board, Ratings::Gaussian(_)) { Ratings::new(0) } else { board };
        let pool = Ratings::new(evidence.pool.len());
        let (in_pool, counts) = (Vec::new(), Vec::new());
        let empty = Views { board, pool, in_pool, counts, taken: 0 };
        let mut insight = Self { places: Arc::new(places(evidence.pool)), now: Arc::new(empty), marks: Vec::new() };
        insight.take_in(evidence);
        insight
    }

    /// The views after `evidence`, which is what they show now with a few verdicts more or less at the end, of the same
    /// pool. `None`: they must be built anew.
    #[must_use]
    pub fn moved_to(mut self, evidence: Evidence<'_>) -> Option<Self> {
        if self.now.taken > evidence.verdicts.len() {
            self.marks.retain(|mark| mark.taken <= evidence.verdicts.len());
            self.now = Arc::clone(self.marks.last()?);
        }
        let same_way = Ratings::new(0).method() == self.now.board.method();
        let is_small = evidence.rated.len() <= crate::limits::RATED_JOINTLY_MAX;
        (same_way == is_small).then(|| {
            self.take_in(evidence);
            self
        })
    }

    /// The views of the same verdicts, of which another pool is compared now: the board stays.
    #[must_use]
    pub fn of_pool(&self, evidence: Evidence<'_>) -> Self {
        let places = places(evidence.pool);
        let in_pool: Vec<Option<u32>> = evidence.rated.iter().map(|track| places.get(track).copied()).collect();
        let place = |track: u32| in_pool.get(track as usize).copied().flatten();
        let mut pool = Ratings::new(evidence.pool.len());
        for Verdict(one, other, outcome) in evidence.verdicts {
            if let (Some(one), Some(other)) = (place(*one), place(*other)) {
                pool.observe(one as usize, other as usize, outcome.score());
            }
        }
        let Views { board, counts, taken, .. } = (*self.now).clone();
        let now = Views { board, pool, in_pool, counts, taken };
        Self { places: Arc::new(places), now: Arc::new(now), marks: Vec::new() }
    }

    /// The rating of a track on the board, by its place among the rated.
    #[must_use]
    pub fn rating(&self, rated: usize) -> Rating {
        self.now.board.rating(rated)
    }

    /// How many verdicts name a rated track.
    #[must_use]
    pub fn count(&self, rated: usize) -> u32 {
        self.now.counts.get(rated).copied().unwrap_or_default()
    }

    /// The board's way of rating.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.now.board.method()
    }

    /// What is believed of the pool.
    #[must_use]
    pub fn pool(&self) -> &Ratings {
        &self.now.pool
    }

    /// Where a track stands in the pool.
    #[must_use]
    pub fn place(&self, track: &TrackId) -> Option<u32> {
        self.places.get(track).copied()
    }

    /// Where a rated track stands in the pool.
    #[must_use]
    pub fn place_of_rated(&self, rated: u32) -> Option<u32> {
        self.now.in_pool.get(rated as usize).copied().flatten()
    }

    fn take_in(&mut self, evidence: Evidence<'_>) {
        while let Some(verdict) = evidence.verdicts.get(self.now.taken) {
            // Marks are far apart, so that building anew does not copy a covariance for every verdict.
            let left = evidence.verdicts.len() - self.now.taken;
            let is_marked = self.marks.last().is_some_and(|mark| mark.taken == self.now.taken);
            if self.now.taken.is_multiple_of(MARK_EVERY) && left <= MARKS_MAX * MARK_EVERY && !is_marked {
                self.marks.push(Arc::clone(&self.now));
                let surplus = self.marks.len().saturating_sub(MARKS_MAX);
                self.marks.drain(..surplus);
            }
            let places = Arc::clone(&self.places);
            Arc::make_mut(&mut self.now).take(*verdict, evidence.rated, &places);
        }
    }
}

impl Views {
    fn take(&mut self, Verdict(one, other, outcome): Verdict, rated: &[TrackId], places: &HashMap<TrackId, u32>) {
        self.taken += 1;
        let known = (one.max(other) as usize + 1).max(self.in_pool.len());
        let fresh = rated.get(self.in_pool.len()..known).unwrap_or_default();
        self.in_pool.extend(fresh.iter().map(|track| places.get(track).copied()));
        self.counts.resize(known, 0);
        // Whether the board is too small for this was settled when it was made.
        let _ = self.board.grow(known);
        for track in [one, other] {
            self.counts[track as usize] += 1;
        }
        self.board.observe(one as usize, other as usize, outcome.score());
        let place = |track: u32| self.in_pool.get(track as usize).copied().flatten();
        if let (Some(one), Some(other)) = (place(one), place(other)) {
            self.pool.observe(one as usize, other as usize, outcome.score());
        }
    }
}

impl PartialEq for Insight {
    fn eq(&self, other: &Self) -> bool {
        self.places == other.places && self.now == other.now
    }
}

/// Where each track stands.
fn places(pool: &[TrackId]) -> HashMap<TrackId, u32> {
    let index = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    pool.iter().enumerate().map(|(place, track)| (track.clone(), index(place))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::verdict::Outcome;
    use super::*;

    fn tracks(count: usize) -> Vec<TrackId> {
        (0..count).map(|n| TrackId::new(&format!("t{n}")).unwrap()).collect()
    }

    /// A verdict on each pair of neighbours, round and round.
    fn verdicts(count: usize, tracks: u32) -> Vec<Verdict> {
        let outcome = |turn: usize| Outcome::ALL[turn % 3];
        (0..count).map(|turn| (turn, turn as u32 % (tracks - 1))).map(|(n, a)| Verdict(a, a + 1, outcome(n))).collect()
    }

    /// The list of rated tracks is as long as the verdicts need it.
    fn evidence<'a>(all: &'a [TrackId], verdicts: &'a [Verdict], pool: &'a [TrackId]) -> Evidence<'a> {
        let rated = verdicts.iter().map(|Verdict(a, b, _)| *a.max(b) as usize + 1).max().unwrap_or(0);
        Evidence { rated: &all[..rated], verdicts, pool }
    }

    #[test]
    fn step_by_step_back_and_forth_is_bit_for_bit_the_same_as_anew() {
        let (all, given) = (tracks(12), verdicts(150, 12));
        let pool = [&all[2..9], &tracks(40)[30..]].concat();
        let mut insight = Insight::new(evidence(&all, &[], &pool));
        for taken in (1..=150).chain((90..150).rev()).chain(91..=120) {
            let evidence = evidence(&all, &given[..taken], &pool);
            insight = insight.moved_to(evidence).unwrap_or_else(|| panic!("no mark before {taken}"));
            if taken % 7 == 0 {
                assert_eq!(insight, Insight::new(evidence), "after {taken}");
            }
        }
    }

    #[test]
    fn another_way_of_rating_is_begun_anew() {
        let many = crate::limits::RATED_JOINTLY_MAX;
        let (all, given) = (tracks(many + 1), verdicts(many, many as u32 + 1));
        let before = Insight::new(evidence(&all, &given[..many - 1], &[]));
        assert_eq!(before.method(), "gaussian");
        assert_eq!(before.moved_to(evidence(&all, &given, &[])), None);
        let after = Insight::new(evidence(&all, &given, &[]));
        assert_eq!((after.method(), after.count(1)), ("glicko2", 2));
        assert_eq!(after.moved_to(evidence(&all, &given[..many - 1], &[])), None);
    }

    #[test]
    fn the_pool_hears_only_of_its_own() {
        let (all, given) = (tracks(6), verdicts(5, 6));
        let insight = Insight::new(evidence(&all, &given, &all[3..5]));
        assert_eq!((insight.place(&all[4]), insight.place(&all[0]), insight.pool().len()), (Some(1), None, 2));
        assert_eq!((insight.place_of_rated(3), insight.place_of_rated(5)), (Some(0), None));
        assert!(insight.rating(0).uncertainty < 350.0 && insight.count(1) == 2);
        let other = evidence(&all, &given, &all[1..4]);
        assert_eq!(insight.of_pool(other), Insight::new(other));
    }
}
