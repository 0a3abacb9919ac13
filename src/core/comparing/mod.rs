//! Which of two tracks is better: the pairs that a profile is asked, and everything it ever answered.
//!
//! A *run* asks about a pool of tracks, one pair on the table at a time. While a pair is on the table, the next one is
//! known for each answer, so that every page shows it at once. [`decide`] chooses pairs by what the answers so far say
//! ([`super::rating`]) and writes its choice into the event; to apply an event is to take its pairs over. So a replay
//! needs no floating point, and the ratings are a view that may be dropped at any time: [`Comparison::insight`] makes it
//! when somebody asks, and an applied verdict moves it on if it is there.

pub mod decide;
pub mod household;
mod stored;
#[cfg(test)]
mod tests;

use super::event::ComparisonEvent;
use super::ids::{PairId, TrackId};
use super::rating::Rating;
use super::rating::insight::{Evidence, Insight};
use super::rating::verdict::{Outcome, Verdict};
use super::source::Source;
use crate::limits;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock, OnceLock};

/// Everything that a profile has compared, and is comparing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "stored::Stored")]
pub struct Comparison {
    /// Tracks that verdicts name, by first appearance.
    rated: Arc<Vec<TrackId>>,
    /// All verdicts, oldest first: each is evidence for ever, unless it was taken back.
    verdicts: Arc<Vec<Verdict>>,
    /// What is being compared.
    run: Option<Run>,
    /// The ratings, derived; not stored, not part of the digest.
    #[serde(skip)]
    insight: OnceLock<Arc<Insight>>,
}

/// Tracks that are being compared, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Where the tracks came from.
    pub source: Source,
    /// What is wanted of them.
    pub mode: Mode,
    /// The tracks, mixed.
    pub pool: Arc<Vec<TrackId>>,
    /// The pair on the table, and those after it.
    pub round: Round,
    /// Verdicts of this run.
    pub answered: u32,
    /// Pairs that were passed over, by their places in the pool; the oldest are forgotten.
    pub skipped: Vec<(u32, u32)>,
    /// What can be taken back, oldest first.
    pub steps: Vec<Step>,
    /// What was taken back and can be done again, the last taken back last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone: Vec<Undone>,
    /// The track somebody listens to, as long as the pair is on the table.
    pub selected: Option<Selected>,
}

/// What is wanted of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// An order of all tracks.
    #[default]
    All,
    /// The best ten first.
    Top10,
}

/// A question: which of these two?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Its name: made anew each time the same two are on the table.
    pub id: PairId,
    /// One track.
    pub a: TrackId,
    /// The other.
    pub b: TrackId,
}

/// The pair on the table, and the one after it for each answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    /// `None`: every pair of the pool was asked.
    pub pair: Option<Pair>,
    /// If the first is better.
    pub if_a: Option<Pair>,
    /// If the second is better.
    pub if_b: Option<Pair>,
    /// If neither is.
    pub if_tie: Option<Pair>,
}

/// An answer that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What was asked, and what was known of the next.
    pub round: Round,
    /// What was answered; `None`: it was skipped.
    pub outcome: Option<Outcome>,
}

/// An answer that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Undone {
    /// The two that were compared.
    pub tracks: (TrackId, TrackId),
    /// What was answered; `None`: they were skipped.
    pub outcome: Option<Outcome>,
}

/// A track that somebody listens to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selected {
    /// Which.
    pub track_id: TrackId,
    /// Whether it sounds.
    pub is_playing: bool,
}

/// How far a run is. An estimate: nobody knows before the end how often two tracks are close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Verdicts of this run.
    pub answered: u32,
    /// After about so many the order is settled.
    pub expected: u32,
    /// Tracks that are compared.
    pub pool: u32,
    /// Pairs that were passed over.
    pub skipped: u32,
    /// Whether every pair was asked.
    pub done: bool,
}

/// The comparison of a profile that has never compared.
pub static NOTHING: LazyLock<Comparison> = LazyLock::new(Comparison::default);

impl Round {
    /// The pair after this one.
    #[must_use]
    pub fn after(&self, outcome: Outcome) -> Option<&Pair> {
        match outcome {
            Outcome::A => self.if_a.as_ref(),
            Outcome::B => self.if_b.as_ref(),
            Outcome::Tie => self.if_tie.as_ref(),
        }
    }
}

impl Pair {
    /// Whether `track` is one of the two.
    #[must_use]
    pub fn has(&self, track: &TrackId) -> bool {
        self.a == *track || self.b == *track
    }

    fn tracks(&self) -> (TrackId, TrackId) {
        (self.a.clone(), self.b.clone())
    }
}

impl Comparison {
    /// What is being compared, if anything was started.
    #[must_use]
    pub fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// Tracks that verdicts name, by first appearance.
    #[must_use]
    pub fn rated(&self) -> &[TrackId] {
        &self.rated
    }

    /// All verdicts, oldest first.
    #[must_use]
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// The ratings. The first time after a start they are made from all verdicts; then they are moved along.
    #[must_use]
    pub fn insight(&self) -> &Arc<Insight> {
        self.insight.get_or_init(|| Arc::new(Insight::new(self.evidence())))
    }

    /// The ratings of some tracks, with the number of verdicts on each, if the ratings are there: in a replay they are
    /// not, because nobody has asked for them yet.
    #[must_use]
    pub fn ratings_of(&self, tracks: &[&TrackId]) -> Option<Vec<(Rating, u32)>> {
        let insight = self.insight.get()?;
        let rating = |track: &&TrackId| match self.rated.iter().position(|rated| rated == *track) {
            Some(place) => (insight.rating(place), insight.count(place)),
            None => (Rating::UNKNOWN, 0),
        };
        Some(tracks.iter().map(rating).collect())
    }

    /// All tracks that were ever compared, the best first, with the number of verdicts on each.
    #[must_use]
    pub fn leaderboard(&self) -> Vec<(&TrackId, Rating, u32)> {
        let insight = self.insight();
        let rows = self.rated.iter().enumerate();
        let mut rows: Vec<_> =
            rows.map(|(place, track)| (track, insight.rating(place), insight.count(place))).collect();
        rows.sort_by(|one, other| other.1.rating.total_cmp(&one.1.rating).then_with(|| one.0.cmp(other.0)));
        rows
    }

    /// How far the run is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.run.as_ref().map(Run::progress).unwrap_or_default()
    }

    /// Takes over what happened. Total: whatever is not as expected is left as it is.
    pub fn apply(&mut self, event: &ComparisonEvent) {
        match event {
            ComparisonEvent::Started { source, mode, pool, round } => {
                self.run = Some(Run::new(source.clone(), *mode, pool, round.clone()));
                // The board stays; only what is believed of the pool begins anew.
                if let Some(insight) = self.insight.take() {
                    self.insight = OnceLock::from(Arc::new(insight.of_pool(self.evidence())));
                }
            }
            ComparisonEvent::Verdict { pair, outcome, round } => self.verdict(pair, *outcome, round),
            ComparisonEvent::Skipped { pair, round } => {
                let places = self.places(pair);
                if let Some(run) = &mut self.run {
                    run.skip(places);
                    run.step(None, round);
                }
            }
            ComparisonEvent::Undone { round, .. } => self.undo(round),
            ComparisonEvent::Selected(selected) => {
                if let Some(run) = &mut self.run {
                    run.selected = Some(selected.clone());
                }
            }
        }
    }

    fn verdict(&mut self, pair: &Pair, outcome: Outcome, round: &Round) {
        let (a, b) = (self.rate(&pair.a), self.rate(&pair.b));
        Arc::make_mut(&mut self.verdicts).push(Verdict(a, b, outcome));
        self.move_insight();
        if let Some(run) = &mut self.run {
            run.answered += 1;
            run.step(Some(outcome), round);
        }
    }

    fn undo(&mut self, round: &Round) {
        let Some(run) = &mut self.run else { return };
        let Some(step) = run.steps.pop() else { return };
        let tracks = step.round.pair.as_ref().map(Pair::tracks);
        run.undone.extend(tracks.map(|tracks| Undone { tracks, outcome: step.outcome }));
        run.round = round.clone();
        run.selected = None;
        if step.outcome.is_none() {
            run.skipped.pop();
            return;
        }
        run.answered = run.answered.saturating_sub(1);
        Arc::make_mut(&mut self.verdicts).pop();
        let named = self.verdicts.iter().map(|Verdict(a, b, _)| *a.max(b) as usize + 1).max().unwrap_or(0);
        Arc::make_mut(&mut self.rated).truncate(named);
        self.move_insight();
    }

    /// The place of a track among the rated; it gets one.
    fn rate(&mut self, track: &TrackId) -> u32 {
        let known = self.rated.iter().position(|rated| rated == track);
        let place = known.unwrap_or_else(|| {
            Arc::make_mut(&mut self.rated).push(track.clone());
            self.rated.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// The ratings follow, if somebody has asked for them before.
    fn move_insight(&mut self) {
        let moved = self.insight.take().and_then(|insight| {
            let insight = Arc::try_unwrap(insight).unwrap_or_else(|shared| (*shared).clone());
            insight.moved_to(self.evidence())
        });
        if let Some(moved) = moved {
            self.insight = OnceLock::from(Arc::new(moved));
        }
    }

    fn evidence(&self) -> Evidence<'_> {
        let pool = self.run.as_ref().map_or(&[][..], |run| &run.pool);
        Evidence { rated: &self.rated, verdicts: &self.verdicts, pool }
    }

    /// A pair by its places in the pool.
    fn places(&self, pair: &Pair) -> Option<(u32, u32)> {
        let pool = &self.run.as_ref()?.pool;
        let place = |track: &TrackId| pool.iter().position(|one| one == track);
        let (one, other) = (place(&pair.a)?, place(&pair.b)?);
        Some(super::rating::choice::pairing(one, other))
    }
}

impl Run {
    fn new(source: Source, mode: Mode, pool: &Arc<Vec<TrackId>>, round: Round) -> Self {
        let pool = Arc::clone(pool);
        Self { source, mode, pool, round, answered: 0, skipped: vec![], steps: vec![], undone: vec![], selected: None }
    }

    fn skip(&mut self, places: Option<(u32, u32)>) {
        self.skipped.extend(places);
        let surplus = self.skipped.len().saturating_sub(limits::COMPARISON_SKIPPED_MAX);
        self.skipped.drain(..surplus);
    }

    /// The pair on the table was answered; this is on it now.
    fn step(&mut self, outcome: Option<Outcome>, round: &Round) {
        // The same answer again is the redoing of it; another one ends all redoing.
        if self.redo() == Some(outcome) {
            self.undone.pop();
        } else {
            self.undone.clear();
        }
        let before = std::mem::replace(&mut self.round, round.clone());
        self.steps.push(Step { round: before, outcome });
        let surplus = self.steps.len().saturating_sub(limits::COMPARISON_UNDO_MAX);
        self.steps.drain(..surplus);
        self.selected = None;
    }

    /// Whether there is an answer to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.steps.is_empty()
    }

    /// The answer to the pair on the table that was taken back last, if it is the same two that are asked.
    #[must_use]
    pub fn redo(&self) -> Option<Option<Outcome>> {
        let (undone, pair) = (self.undone.last()?, self.round.pair.as_ref()?);
        (undone.tracks == pair.tracks()).then_some(undone.outcome)
    }

    /// About as many answers as insertion by bisection needs to sort the pool, Σ⌈log₂ k⌉ (Knuth, The Art of Computer
    /// Programming, volume 3, 5.3.1); for the best ten, those to sort ten and one for each other track.
    fn progress(&self) -> Progress {
        let pool = u32::try_from(self.pool.len()).unwrap_or(u32::MAX);
        let sorted = if self.mode == Mode::Top10 { pool.min(10) } else { pool };
        let bisections: u32 = (2..=sorted).map(|k| u32::BITS - (k - 1).leading_zeros()).sum();
        Progress {
            answered: self.answered,
            expected: bisections + (pool - sorted),
            pool,
            skipped: u32::try_from(self.skipped.len()).unwrap_or(u32::MAX),
            done: self.round.pair.is_none(),
        }
    }
}

/// What is remembered is compared; what is derived from it is not.
impl PartialEq for Comparison {
    fn eq(&self, other: &Self) -> bool {
        (&self.rated, &self.verdicts, &self.run) == (&other.rated, &other.verdicts, &other.run)
    }
}
