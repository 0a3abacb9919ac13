//! What becomes of a command on a comparison: the event, with the pairs that come next.

use super::{Comparison, Mode, Pair, Round, Run};
use crate::core::command::ComparisonCommand;
use crate::core::event::ComparisonEvent;
use crate::core::ids::{PairId, ProfileId, TrackId};
use crate::core::queue::Queue;
use crate::core::rating::choice::{Pairing, Wanted, best_pair, pairing};
use crate::core::rating::insight::Evidence;
use crate::core::rating::verdict::{Outcome, Verdict};
use crate::core::rating::{Belief, Ratings};
use crate::core::rejection::Rejection;
use crate::core::tracks::KnownTracks;
use crate::limits;
use std::collections::HashSet;
use std::sync::Arc;

type Decision = Result<ComparisonEvent, Rejection>;

/// What a decision may look at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Whose comparison.
    pub profile: &'a ProfileId,
    /// What was compared before.
    pub comparison: &'a Comparison,
    /// The topic's version after this command: new pairs are named by it.
    pub version: u64,
    /// What the library has.
    pub tracks: &'a KnownTracks,
}

/// What becomes of `command`.
///
/// # Errors
/// [`Rejection`] with the reason; nothing has changed.
pub fn decide(view: View<'_>, command: &ComparisonCommand) -> Decision {
    match command {
        ComparisonCommand::Start { source, mode, tracks, seed } => {
            let pool = Arc::new(pool(view, tracks, *seed)?);
            let round = first_round(view, &pool, *mode);
            Ok(ComparisonEvent::Started { source: source.clone(), mode: *mode, pool, round })
        }
        ComparisonCommand::Verdict { pair, outcome } => verdict(view, pair, *outcome),
        ComparisonCommand::Skip { pair } => skip(view, pair),
        ComparisonCommand::Undo => undo(view),
        ComparisonCommand::Redo => redo(view),
        ComparisonCommand::Select(selected) => {
            let run = view.run()?;
            if !view.tracks.has(&selected.track_id) {
                return Err(Rejection::NoSuchTrack(selected.track_id.clone()));
            }
            match run.selected.as_ref() == Some(selected) {
                true => Err(Rejection::NoChange),
                false => Ok(ComparisonEvent::Selected(selected.clone())),
            }
        }
    }
}

/// The tracks of a new run: each once, those that are there, mixed so that neighbours of an album do not meet first.
fn pool(view: View<'_>, tracks: &[TrackId], seed: u64) -> Result<Vec<TrackId>, Rejection> {
    let mut seen = HashSet::new();
    let there = tracks.iter().filter(|track| view.tracks.has(track) && seen.insert(*track));
    let there: Vec<TrackId> = there.cloned().collect();
    match there.len() {
        0 | 1 => Err(Rejection::PoolTooSmall),
        many if many > limits::COMPARED_MAX => Err(Rejection::PoolTooLarge { max: limits::COMPARED_MAX }),
        // The first of a queue stays where it is when it is mixed; which one that is, is chance too.
        len => {
            let mut queue = there;
            queue.rotate_left((seed % len as u64) as usize);
            Ok(Queue::from(queue).shuffled(seed))
        }
    }
}

fn first_round(view: View<'_>, pool: &[TrackId], mode: Mode) -> Round {
    let before = view.comparison;
    let insight = before.insight().of_pool(Evidence { rated: &before.rated, verdicts: &before.verdicts, pool });
    let asked = HashSet::new();
    Chooser { view, pool, mode, ratings: insight.pool(), there: &view.there(pool), asked: &asked }.round(None)
}

fn verdict(view: View<'_>, id: &PairId, outcome: Outcome) -> Decision {
    let (run, pair) = view.on_the_table(id)?;
    if view.comparison.verdicts.len() >= limits::VERDICTS_MAX {
        return Err(Rejection::TooManyVerdicts { max: limits::VERDICTS_MAX });
    }
    let insight = view.comparison.insight();
    let (Some(a), Some(b)) = (insight.place(&pair.a), insight.place(&pair.b)) else {
        return Err(Rejection::StalePair(view.profile.clone()));
    };
    let mut ratings = insight.pool().clone();
    ratings.observe(a as usize, b as usize, outcome.score());
    let (there, mut asked) = (view.there(&run.pool), view.asked(run));
    asked.insert(pairing(a as usize, b as usize));
    let chooser = Chooser { view, pool: &run.pool, mode: run.mode, ratings: &ratings, there: &there, asked: &asked };
    // What was promised for this answer comes, unless a file has gone since.
    let promised = run.round.after(outcome).filter(|next| view.tracks.has(&next.a) && view.tracks.has(&next.b));
    let round = chooser.round(promised);
    Ok(ComparisonEvent::Verdict { pair: pair.clone(), outcome, round })
}

fn skip(view: View<'_>, id: &PairId) -> Decision {
    let (run, pair) = view.on_the_table(id)?;
    let (there, mut asked) = (view.there(&run.pool), view.asked(run));
    asked.extend(view.comparison.places(pair));
    let ratings = view.comparison.insight().pool();
    let round = Chooser { view, pool: &run.pool, mode: run.mode, ratings, there: &there, asked: &asked }.round(None);
    Ok(ComparisonEvent::Skipped { pair: pair.clone(), round })
}

/// The last answer is taken back: its pair is on the table again, under another name.
fn undo(view: View<'_>) -> Decision {
    let step = view.run()?.steps.last().ok_or(Rejection::NothingToUndo)?;
    let Some(pair) = &step.round.pair else { return Err(Rejection::NothingToUndo) };
    let named = |pair: &Option<Pair>, suffix| pair.clone().map(|pair| Pair { id: view.name(suffix), ..pair });
    let Round { if_a, if_b, if_tie, .. } = &step.round;
    let round = Round {
        pair: Some(Pair { id: view.name(""), ..pair.clone() }),
        if_a: named(if_a, "a"),
        if_b: named(if_b, "b"),
        if_tie: named(if_tie, "t"),
    };
    Ok(ComparisonEvent::Undone { pair: pair.clone(), outcome: step.outcome, round })
}

/// What was taken back last is answered again, as it was.
fn redo(view: View<'_>) -> Decision {
    let run = view.run()?;
    match (run.redo(), &run.round.pair) {
        (Some(Some(outcome)), Some(pair)) => verdict(view, &pair.id, outcome),
        (Some(None), Some(pair)) => skip(view, &pair.id),
        _ => Err(Rejection::NothingToRedo),
    }
}

impl<'a> View<'a> {
    fn run(self) -> Result<&'a Run, Rejection> {
        self.comparison.run.as_ref().ok_or(Rejection::NothingCompared)
    }

    /// The pair on the table, if it is the one that is meant.
    fn on_the_table(self, id: &PairId) -> Result<(&'a Run, &'a Pair), Rejection> {
        let run = self.run()?;
        let pair = run.round.pair.as_ref().filter(|pair| pair.id == *id);
        pair.map(|pair| (run, pair)).ok_or_else(|| Rejection::StalePair(self.profile.clone()))
    }

    /// A name for a new pair: no two events of a topic have the same version.
    fn name(self, suffix: &str) -> PairId {
        PairId::of_version(self.version, suffix)
    }

    /// Which tracks of a pool are there. While nothing is known of the library, all are.
    fn there(self, pool: &[TrackId]) -> Vec<bool> {
        match self.tracks.is_empty() {
            true => Vec::new(),
            false => pool.iter().map(|track| self.tracks.has(track)).collect(),
        }
    }

    /// Pairs that this run has asked, answered or skipped.
    fn asked(self, run: &Run) -> HashSet<Pairing> {
        let (insight, verdicts) = (self.comparison.insight(), &self.comparison.verdicts);
        let own = verdicts.len().saturating_sub(run.answered as usize);
        let place = |rated: u32| insight.place_of_rated(rated).map(|place| place as usize);
        let answered = verdicts[own..].iter();
        let answered = answered.filter_map(|Verdict(a, b, _)| Some(pairing(place(*a)?, place(*b)?)));
        answered.chain(run.skipped.iter().copied()).collect()
    }
}

/// Chooses pairs of a pool.
struct Chooser<'a> {
    view: View<'a>,
    pool: &'a [TrackId],
    mode: Mode,
    ratings: &'a Ratings,
    there: &'a [bool],
    asked: &'a HashSet<Pairing>,
}

impl Chooser<'_> {
    /// The pair that was promised, else the best one, and those after it.
    fn round(&self, promised: Option<&Pair>) -> Round {
        let place = |track: &TrackId| self.pool.iter().position(|one| one == track);
        let promised = promised.and_then(|pair| Some((pairing(place(&pair.a)?, place(&pair.b)?), pair.clone())));
        let best = || self.best(None, None).map(|pair| (pair, self.pair(pair, "")));
        let Some((places, pair)) = promised.or_else(best) else { return Round::default() };
        let (a, b) = match self.pool.get(places.0 as usize) == Some(&pair.a) {
            true => places,
            false => (places.1, places.0),
        };
        let next = |outcome, suffix| {
            self.best(Some(places), Some((a as usize, b as usize, outcome))).map(|pair| self.pair(pair, suffix))
        };
        let (if_a, if_b, if_tie) = (next(Outcome::A, "a"), next(Outcome::B, "b"), next(Outcome::Tie, "t"));
        Round { pair: Some(pair), if_a, if_b, if_tie }
    }

    /// The best pair but one, if that one were answered so.
    fn best(&self, but: Option<Pairing>, supposed: Option<(usize, usize, Outcome)>) -> Option<Pairing> {
        let top_ten = self.mode == Mode::Top10;
        let wanted = Wanted { asked: self.asked, but, there: self.there, top_ten };
        match (self.ratings, supposed) {
            (Ratings::Gaussian(belief), None) => best_pair(belief, &wanted),
            (Ratings::Gaussian(belief), Some((a, b, outcome))) if a.max(b) < belief.len() => {
                best_pair(&belief.suppose(a, b, outcome.score()), &wanted)
            }
            (Ratings::Gaussian(_), Some(_)) => None,
            (Ratings::Glicko(ratings), None) => best_pair(ratings, &wanted),
            (Ratings::Glicko(ratings), Some((a, b, outcome))) => {
                let mut ratings = ratings.clone();
                ratings.observe(a, b, outcome.score());
                best_pair(&ratings, &wanted)
            }
        }
    }

    /// A pair of places as a question. Which track is the first depends on both, so that it is no track's fate.
    fn pair(&self, (one, other): Pairing, suffix: &str) -> Pair {
        let (a, b) = if (one + other) % 2 == 0 { (one, other) } else { (other, one) };
        let track = |place: u32| self.pool[place as usize].clone();
        Pair { id: self.view.name(suffix), a: track(a), b: track(b) }
    }
}
