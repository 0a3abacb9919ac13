//! Each track for itself: Glicko-2, for more tracks than one Gaussian can hold.
//!
//! After Glickman, "Example of the Glicko-2 system" (2013, <http://www.glicko.net/glicko/glicko2.pdf>), steps 2 to 8, in its
//! internal scale. Each verdict is a rating period of its own for the two tracks in it; tracks that are not compared do
//! not grow more uncertain, because a recording does not change. A tie is a score of ½.

use super::{Belief, POINTS, SPREAD};
use std::f64::consts::PI;

/// How fast the volatility may change: Glickman's τ, in the middle of the range that he advises.
const TAU: f64 = 0.5;
/// The volatility of a track that nobody has compared.
const VOLATILITY: f64 = 0.06;
/// Where the search for the volatility ends: Glickman's ε.
const CLOSE: f64 = 1e-6;
/// Steps that the search may take; it needs about ten.
const STEPS_MAX: usize = 100;

/// The ratings of a number of tracks.
#[derive(Clone, Debug, PartialEq)]
pub struct Glicko(Vec<Player>);

/// One track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Player {
    /// μ, logistic scale.
    pub mean: f64,
    /// φ, its standard deviation.
    pub deviation: f64,
    /// σ, how erratic it is.
    pub volatility: f64,
}

impl Default for Player {
    fn default() -> Self {
        Self { mean: 0.0, deviation: SPREAD, volatility: VOLATILITY }
    }
}

impl Glicko {
    /// `len` tracks that nobody has compared.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self(vec![Player::default(); len])
    }

    /// Appends tracks that nobody has compared, until there are `len`.
    pub fn grow(&mut self, len: usize) {
        self.0.resize(len.max(self.0.len()), Player::default());
    }

    /// Takes over a verdict: `score` is 1 where `one` won, 0 where `other` did, ½ for a tie.
    pub fn observe(&mut self, one: usize, other: usize, score: f64) {
        if one == other || one.max(other) >= self.0.len() {
            return;
        }
        let (first, second) = (self.0[one], self.0[other]);
        self.0[one] = first.after(&[(second, score)]);
        self.0[other] = second.after(&[(first, 1.0 - score)]);
    }
}

impl Belief for Glicko {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn mean(&self, track: usize) -> f64 {
        self.0[track].mean
    }

    fn variance(&self, track: usize) -> f64 {
        self.0[track].deviation * self.0[track].deviation
    }

    fn spread(&self, one: usize, other: usize) -> f64 {
        self.variance(one) + self.variance(other)
    }
}

impl Player {
    /// A track of these points, for people: `rating` about 1500, `deviation` up to 350.
    #[must_use]
    pub fn of_points(rating: f64, deviation: f64, volatility: f64) -> Self {
        Self { mean: (rating - super::MIDDLE) / POINTS, deviation: deviation / POINTS, volatility }
    }

    /// The track after a rating period with these opponents and scores.
    #[must_use]
    pub fn after(self, games: &[(Self, f64)]) -> Self {
        let (mut information, mut surprise) = (0.0, 0.0);
        for (opponent, score) in games {
            let weight = damping(opponent.deviation);
            let expected = super::win_probability(weight * (self.mean - opponent.mean));
            information += weight * weight * expected * (1.0 - expected);
            surprise += weight * (score - expected);
        }
        let variance = 1.0 / information;
        let volatility = self.new_volatility(variance, variance * surprise);
        let before = self.deviation * self.deviation + volatility * volatility;
        let deviation = 1.0 / libm::sqrt(1.0 / before + information);
        Self { mean: self.mean + deviation * deviation * surprise, deviation, volatility }
    }

    /// Step 5: the volatility by the Illinois variant of regula falsi, as Glickman gives it.
    fn new_volatility(self, variance: f64, delta: f64) -> f64 {
        let spread = self.deviation * self.deviation;
        let start = 2.0 * libm::log(self.volatility);
        let slope = |x: f64| {
            let grown = libm::exp(x);
            let sum = spread + variance + grown;
            grown * (delta * delta - sum) / (2.0 * sum * sum) - (x - start) / (TAU * TAU)
        };
        let mut low = start;
        let mut high = match delta * delta - spread - variance {
            more if more > 0.0 => libm::log(more),
            _ => (1..=STEPS_MAX).map(|k| start - TAU * k as f64).find(|x| slope(*x) >= 0.0).unwrap_or(start - TAU),
        };
        let (mut at_low, mut at_high) = (slope(low), slope(high));
        for _ in 0..STEPS_MAX {
            if (high - low).abs() <= CLOSE || at_high == at_low {
                break;
            }
            let middle = low + (low - high) * at_low / (at_high - at_low);
            let at_middle = slope(middle);
            if at_middle * at_high <= 0.0 {
                (low, at_low) = (high, at_high);
            } else {
                at_low /= 2.0;
            }
            (high, at_high) = (middle, at_middle);
        }
        libm::exp(low / 2.0)
    }
}

/// Glickman's g: the less an opponent is known, the less is said by a game against it.
fn damping(deviation: f64) -> f64 {
    1.0 / libm::sqrt(1.0 + 3.0 * deviation * deviation / (PI * PI))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Glickman's paper, with its numbers.
    #[test]
    fn the_papers_example_comes_out() {
        let opponent = |rating, deviation| Player::of_points(rating, deviation, VOLATILITY);
        let games = [(opponent(1400.0, 30.0), 1.0), (opponent(1550.0, 100.0), 0.0), (opponent(1700.0, 300.0), 0.0)];
        let after = Player::of_points(1500.0, 200.0, VOLATILITY).after(&games);
        assert!((super::super::MIDDLE + POINTS * after.mean - 1464.06).abs() < 0.01, "{after:?}");
        assert!((POINTS * after.deviation - 151.52).abs() < 0.01, "{after:?}");
        assert!((after.volatility - 0.059_99).abs() < 0.000_01, "{after:?}");
    }

    #[test]
    fn a_verdict_moves_two_and_no_other() {
        let mut ratings = Glicko::new(3);
        ratings.observe(0, 1, 1.0);
        assert!(ratings.mean(0) > 0.0 && (ratings.mean(0) + ratings.mean(1)).abs() < 1e-12);
        assert!(ratings.variance(0) < SPREAD * SPREAD);
        assert_eq!((ratings.mean(2), ratings.variance(2)), (0.0, SPREAD * SPREAD));
    }

    #[test]
    fn endless_surprises_leave_every_number_finite() {
        let mut ratings = Glicko::new(3);
        for turn in 0..2_000 {
            ratings.observe(turn % 3, (turn + 1) % 3, if turn < 1_000 { 1.0 } else { 0.0 });
        }
        for track in 0..3 {
            assert!(ratings.mean(track).is_finite() && ratings.variance(track) > 0.0);
        }
    }
}
