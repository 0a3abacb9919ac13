//! Which pair to ask next: the one whose answer tells most.
//!
//! A verdict on (i, j) whose outcome has probability p shrinks the Gaussian by about ½·ln(1 + p(1−p)·Var(θᵢ − θⱼ)) nats:
//! the expected gain in information of a logistic model, to second order (MacKay, Information-based objective functions
//! for active data selection, 1992; Houlsby and others, Bayesian active learning, 2011). So the next pair is
//! argmax p(1−p)·Var(θᵢ − θⱼ): two tracks that are close, and about which little is known. "Nearest ratings first" knows
//! only the first half of that, and is worse than chance while all ratings are still the same.
//!
//! "Top ten first" asks only among contenders: the tracks with the largest μ + σ, an upper confidence bound (Lai and
//! Robbins, 1985). A track that has lost leaves them, one that nobody has heard comes in.

use super::{Belief, win_probability};
use std::collections::HashSet;

/// Tracks that "top ten first" asks among: twice as many as are wanted.
const CONTENDERS: usize = 20;
/// Among so many tracks every pair is looked at; among more, every partner of the least known track.
const ALL_PAIRS_MAX: usize = crate::limits::RATED_JOINTLY_MAX;

/// Two tracks by their index in the pool, the smaller first.
pub type Pairing = (u32, u32);

/// What is asked of a choice.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Pairs that are not asked again.
    pub asked: &'a HashSet<Pairing>,
    /// One more such pair: the one on the table.
    pub but: Option<Pairing>,
    /// For each track, whether it can be asked about: its file is there.
    pub there: &'a [bool],
    /// Whether the best ten are wanted, rather than an order of all.
    pub top_ten: bool,
}

/// The pair whose answer tells most; of equals the first. `None`: every pair was asked.
#[must_use]
pub fn best_pair<B: Belief>(belief: &B, wanted: &Wanted<'_>) -> Option<Pairing> {
    let there = |track: &usize| wanted.there.get(*track).copied().unwrap_or(true);
    let tracks: Vec<usize> = (0..belief.len()).filter(there).collect();
    if wanted.top_ten {
        let ranked = by_promise(belief, tracks);
        let mut contenders = CONTENDERS;
        loop {
            let among = &ranked[..contenders.min(ranked.len())];
            let found = among_all(belief, wanted, among);
            if found.is_some() || contenders >= ranked.len() {
                return found;
            }
            contenders *= 2;
        }
    }
    match tracks.len() <= ALL_PAIRS_MAX {
        true => among_all(belief, wanted, &tracks),
        false => around_the_least_known(belief, wanted, &tracks),
    }
}

/// What an answer on a pair would tell.
fn worth<B: Belief>(belief: &B, one: usize, other: usize) -> f64 {
    let likely = win_probability(belief.mean(one) - belief.mean(other));
    likely * (1.0 - likely) * belief.spread(one, other)
}

fn among_all<B: Belief>(belief: &B, wanted: &Wanted<'_>, tracks: &[usize]) -> Option<Pairing> {
    let (mut best, mut found) = (0.0, None);
    for (place, &one) in tracks.iter().enumerate() {
        for &other in &tracks[..place] {
            // p(1−p) is ¼ at most: most pairs are out before anything dear is computed.
            if 0.25 * belief.spread(one, other) <= best {
                continue;
            }
            let worth = worth(belief, one, other);
            if worth > best && is_open(wanted, one, other) {
                (best, found) = (worth, Some(pairing(one, other)));
            }
        }
    }
    found
}

/// The least known track with the partner that tells most of it; if it was asked with all, the next one.
fn around_the_least_known<B: Belief>(belief: &B, wanted: &Wanted<'_>, tracks: &[usize]) -> Option<Pairing> {
    let mut tried = HashSet::new();
    while tried.len() < tracks.len() {
        let left = tracks.iter().copied().filter(|track| !tried.contains(track));
        let anchor =
            left.reduce(|most, next| if belief.variance(next) > belief.variance(most) { next } else { most })?;
        let (mut best, mut found) = (0.0, None);
        for &other in tracks.iter().filter(|other| **other != anchor) {
            let worth = worth(belief, anchor, other);
            if worth > best && is_open(wanted, anchor, other) {
                (best, found) = (worth, Some(pairing(anchor, other)));
            }
        }
        if found.is_some() {
            return found;
        }
        tried.insert(anchor);
    }
    None
}

/// The tracks by μ + σ, the largest first; equals stay in their order.
fn by_promise<B: Belief>(belief: &B, tracks: Vec<usize>) -> Vec<usize> {
    let promise = |track: usize| belief.mean(track) + libm::sqrt(belief.variance(track).max(0.0));
    let mut ranked: Vec<(f64, usize)> = tracks.into_iter().map(|track| (promise(track), track)).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    ranked.into_iter().map(|(_, track)| track).collect()
}

fn is_open(wanted: &Wanted<'_>, one: usize, other: usize) -> bool {
    let pair = pairing(one, other);
    wanted.but != Some(pair) && !wanted.asked.contains(&pair)
}

/// Two indices as a pair, the smaller first.
#[must_use]
pub fn pairing(one: usize, other: usize) -> Pairing {
    let index = |track: usize| u32::try_from(track).unwrap_or(u32::MAX);
    (index(one.min(other)), index(one.max(other)))
}

#[cfg(test)]
mod tests {
    use super::super::gaussian::Gaussian;
    use super::super::glicko::Glicko;
    use super::*;

    fn best<B: Belief>(belief: &B, asked: &[Pairing], top_ten: bool) -> Option<Pairing> {
        let asked = asked.iter().copied().collect();
        best_pair(belief, &Wanted { asked: &asked, but: None, there: &[], top_ten })
    }

    #[test]
    fn those_that_nobody_knows_are_asked_first() {
        let mut belief = Gaussian::new(5);
        assert_eq!(best(&belief, &[], false), Some((0, 1)));
        belief.observe(0, 1, 1.0);
        assert_eq!(best(&belief, &[(0, 1)], false), Some((2, 3)));
    }

    #[test]
    fn a_pair_is_asked_once_and_then_nothing_is_left() {
        let mut asked = HashSet::new();
        let mut belief = Gaussian::new(5);
        for _ in 0..10 {
            let wanted = Wanted { asked: &asked, but: None, there: &[], top_ten: false };
            let (one, other) = best_pair(&belief, &wanted).unwrap();
            belief.observe(one as usize, other as usize, 1.0);
            assert!(asked.insert((one, other)));
        }
        assert_eq!(best(&belief, &asked.iter().copied().collect::<Vec<_>>(), false), None);
    }

    #[test]
    fn what_is_not_there_or_on_the_table_is_not_asked() {
        let (belief, asked) = (Gaussian::new(3), HashSet::new());
        let there = [true, false, true];
        let wanted = Wanted { asked: &asked, but: None, there: &there, top_ten: false };
        assert_eq!(best_pair(&belief, &wanted), Some((0, 2)));
        assert_eq!(best_pair(&belief, &Wanted { but: Some((0, 2)), ..wanted }), None);
    }

    #[test]
    fn the_top_ten_are_sought_among_those_who_may_be_in_it() {
        let mut belief = Gaussian::new(60);
        for loser in 1..40 {
            belief.observe(0, loser, 1.0);
        }
        let asked: Vec<Pairing> = (1..40).map(|loser| (0, loser)).collect();
        let (one, other) = best(&belief, &asked, true).unwrap();
        assert!(one >= 40 && other >= 40, "the losers are no contenders: {one} {other}");
    }

    #[test]
    fn when_all_contenders_were_asked_more_come_in() {
        let belief = Gaussian::new(30);
        let asked: Vec<Pairing> = (0..20).flat_map(|one| (one + 1..20).map(move |other| (one, other))).collect();
        assert_eq!(best(&belief, &asked, true), Some((0, 20)));
    }

    #[test]
    fn many_tracks_are_asked_about_the_least_known() {
        let mut ratings = Glicko::new(ALL_PAIRS_MAX + 10);
        for track in 0..ALL_PAIRS_MAX {
            ratings.observe(track, track + 1, 1.0);
        }
        let (_, other) = best(&ratings, &[], false).unwrap();
        assert!(other as usize > ALL_PAIRS_MAX);
    }
}
