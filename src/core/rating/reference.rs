//! The ratings against references that are computed in another way: the exact posterior by a sum over a grid in as
//! many dimensions as there are tracks, and Glicko-2 as another crate has it.

use super::gaussian::Gaussian;
use super::glicko::{Glicko, Player};
use super::verdict::Outcome;
use super::{Belief, POINTS, SPREAD};

/// Points of the grid along each axis, and how far it reaches, in standard deviations of the prior.
const GRID: i32 = 40;
const REACH: f64 = 4.0;

type Verdicts<'a> = &'a [(usize, usize, Outcome)];

/// Means and standard deviations of the exact posterior of three tracks.
fn integral(verdicts: Verdicts<'_>) -> [(f64, f64); 3] {
    let point = |step: i32| f64::from(step) / f64::from(GRID) * REACH * SPREAD;
    let axis = || (-GRID..=GRID).map(point);
    let (mut total, mut first, mut second) = (0.0, [0.0; 3], [0.0; 3]);
    for a in axis() {
        for b in axis() {
            for c in axis() {
                let at = [a, b, c];
                let prior: f64 = at.iter().map(|x| -x * x / (2.0 * SPREAD * SPREAD)).sum();
                let likelihood: f64 = verdicts.iter().map(|(i, j, said)| likelihood(at[*i] - at[*j], *said).ln()).sum();
                let weight = (prior + likelihood).exp();
                total += weight;
                for (track, x) in at.iter().enumerate() {
                    first[track] += weight * x;
                    second[track] += weight * x * x;
                }
            }
        }
    }
    [0, 1, 2].map(|track| {
        let mean = first[track] / total;
        (mean, (second[track] / total - mean * mean).sqrt())
    })
}

fn likelihood(difference: f64, said: Outcome) -> f64 {
    let wins = 1.0 / (1.0 + (-difference).exp());
    match said {
        Outcome::A => wins,
        Outcome::B => 1.0 - wins,
        Outcome::Tie => (wins * (1.0 - wins)).sqrt(),
    }
}

fn filtered(verdicts: Verdicts<'_>) -> Gaussian {
    let mut belief = Gaussian::new(3);
    verdicts.iter().for_each(|(i, j, said)| belief.observe(*i, *j, said.score()));
    belief
}

/// The largest difference from the exact posterior, in standard deviations of the prior.
fn farthest(verdicts: Verdicts<'_>) -> f64 {
    let (belief, exact) = (filtered(verdicts), integral(verdicts));
    let off = exact.iter().enumerate().map(|(track, (mean, deviation))| {
        (belief.mean(track) - mean).abs().max((belief.variance(track).sqrt() - deviation).abs())
    });
    off.fold(0.0, f64::max) / SPREAD
}

#[test]
fn one_verdict_gives_the_exact_moments() {
    for said in Outcome::ALL {
        assert!(farthest(&[(0, 1, said)]) < 1e-3, "{said:?}: {}", farthest(&[(0, 1, said)]));
    }
}

#[test]
fn several_verdicts_stay_close_to_the_exact_posterior() {
    use Outcome::{A, B, Tie};
    for (verdicts, within) in [
        (vec![(0, 1, A), (1, 2, A)], 0.03),
        (vec![(0, 1, A), (1, 2, A), (0, 2, A)], 0.03),
        (vec![(0, 1, A), (1, 2, A), (2, 0, A)], 0.06),
        (vec![(0, 1, Tie), (1, 2, B), (0, 2, Tie), (0, 1, A)], 0.05),
        (vec![(0, 1, A), (0, 1, A), (0, 1, B), (1, 2, A), (0, 2, A), (1, 2, Tie)], 0.06),
    ] {
        let off = farthest(&verdicts);
        assert!(off < within, "{verdicts:?}: {off} of the prior's deviation");
    }
}

#[test]
fn glicko_is_what_another_crate_makes_of_the_same_verdicts() {
    use skillratings::Outcomes;
    use skillratings::glicko2::{Glicko2Config, Glicko2Rating, glicko2};
    let mut theirs = [Glicko2Rating::new(); 4];
    let mut ours = Glicko::new(4);
    let config = Glicko2Config::new();
    for turn in 0..60 {
        let (one, other) = (turn % 4, (turn * 7 + 1 + turn / 4) % 4);
        if one == other {
            continue;
        }
        let (outcome, said) = match turn % 5 {
            0 | 1 => (Outcome::A, Outcomes::WIN),
            2 | 3 => (Outcome::B, Outcomes::LOSS),
            _ => (Outcome::Tie, Outcomes::DRAW),
        };
        ours.observe(one, other, outcome.score());
        (theirs[one], theirs[other]) = glicko2(&theirs[one], &theirs[other], &said, &config);
    }
    for (track, their) in theirs.iter().enumerate() {
        assert!((1500.0 + POINTS * ours.mean(track) - their.rating).abs() < 0.05, "{track}: {their:?}");
        assert!((POINTS * ours.variance(track).sqrt() - their.deviation).abs() < 0.05, "{track}: {their:?}");
    }
    assert_eq!(Player::default().volatility, Glicko2Rating::new().volatility);
}
