//! One Gaussian over all tracks: the Bradley–Terry posterior, a verdict at a time.
//!
//! Strengths θ have the prior N(0, σ₀²·I); `i` beats `j` with probability σ(θᵢ − θⱼ). The exact posterior is no Gaussian;
//! after each verdict it is replaced by the Gaussian with the same mean and covariance (assumed density filtering:
//! Opper, A Bayesian approach to on-line learning, 1998; for paired comparisons Herbrich, Minka and Graepel, TrueSkill,
//! 2006, there with another link).
//!
//! A verdict speaks of one number only, d = θᵢ − θⱼ ~ N(m, s²) with s² = Σᵢᵢ + Σⱼⱼ − 2Σᵢⱼ. Its posterior moments m′, s′²
//! are one-dimensional integrals. All other strengths follow by regression on d, with v = Σ(eᵢ − eⱼ):
//!
//! ```text
//! μ ← μ + v·(m′ − m)/s²          Σ ← Σ − v·vᵀ·(s² − s′²)/s⁴
//! ```
//!
//! which is a rank-1 update: n²/2 multiplications. A tie counts as half a win for each: its likelihood is √(p(1−p)).

use super::{Belief, SPREAD};

/// Half the width of the integral, in standard deviations of the prior, and its step. The trapezoid on a smooth,
/// decaying function converges exponentially (Trefethen and Weideman, SIAM Review 56, 2014): here to 10⁻¹⁰.
const REACH: i32 = 32;
const STEP: f64 = 0.25;

/// Means and covariance of a number of tracks.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaussian {
    mean: Vec<f64>,
    /// The lower triangle, row by row: row `i` has `i + 1` entries, so a further track is appended.
    covariance: Vec<f64>,
}

/// What a verdict would change: the belief after it, without making it.
#[derive(Clone, Debug)]
pub struct Supposed<'a> {
    base: &'a Gaussian,
    /// Σ(eᵢ − eⱼ).
    direction: Vec<f64>,
    /// (m′ − m)/s².
    shift: f64,
    /// (s² − s′²)/s⁴.
    shrink: f64,
}

impl Gaussian {
    /// The prior of `len` tracks.
    #[must_use]
    pub fn new(len: usize) -> Self {
        let mut prior = Self { mean: Vec::new(), covariance: Vec::new() };
        prior.grow(len);
        prior
    }

    /// Appends tracks that nobody has compared yet, until there are `len`.
    pub fn grow(&mut self, len: usize) {
        for row in self.mean.len()..len {
            self.mean.push(0.0);
            self.covariance.extend(std::iter::repeat_n(0.0, row));
            self.covariance.push(SPREAD * SPREAD);
        }
    }

    /// Takes over a verdict: `score` is 1 where `one` won, 0 where `other` did, ½ for a tie.
    pub fn observe(&mut self, one: usize, other: usize, score: f64) {
        if one == other || one.max(other) >= self.mean.len() {
            return;
        }
        let Supposed { direction, shift, shrink, .. } = self.suppose(one, other, score);
        for (mean, along) in self.mean.iter_mut().zip(&direction) {
            *mean += shift * along;
        }
        let mut rest = self.covariance.as_mut_slice();
        for (row, along) in direction.iter().enumerate() {
            let (entries, behind) = std::mem::take(&mut rest).split_at_mut(row + 1);
            let factor = shrink * along;
            for (entry, across) in entries.iter_mut().zip(&direction) {
                *entry -= factor * across;
            }
            rest = behind;
        }
    }

    /// The belief after a verdict.
    #[must_use]
    pub fn suppose(&self, one: usize, other: usize, score: f64) -> Supposed<'_> {
        let direction = (0..self.mean.len()).map(|track| self.entry(track, one) - self.entry(track, other)).collect();
        let (mean, variance) = (self.mean[one] - self.mean[other], self.spread(one, other));
        let (new_mean, new_variance) = moments(mean, variance, score);
        let shift = (new_mean - mean) / variance;
        let shrink = (variance - new_variance) / (variance * variance);
        Supposed { base: self, direction, shift, shrink }
    }

    fn entry(&self, one: usize, other: usize) -> f64 {
        let (row, column) = (one.max(other), one.min(other));
        self.covariance[row * (row + 1) / 2 + column]
    }
}

impl Belief for Gaussian {
    fn len(&self) -> usize {
        self.mean.len()
    }

    fn mean(&self, track: usize) -> f64 {
        self.mean[track]
    }

    fn variance(&self, track: usize) -> f64 {
        self.entry(track, track)
    }

    fn spread(&self, one: usize, other: usize) -> f64 {
        // Rounding must not make a variance of it that is none.
        (self.variance(one) + self.variance(other) - 2.0 * self.entry(one, other)).max(1e-9)
    }
}

impl Belief for Supposed<'_> {
    fn len(&self) -> usize {
        self.base.len()
    }

    fn mean(&self, track: usize) -> f64 {
        self.base.mean[track] + self.shift * self.direction[track]
    }

    fn variance(&self, track: usize) -> f64 {
        self.base.variance(track) - self.shrink * self.direction[track] * self.direction[track]
    }

    fn spread(&self, one: usize, other: usize) -> f64 {
        let along = self.direction[one] - self.direction[other];
        (self.base.spread(one, other) - self.shrink * along * along).max(1e-9)
    }
}

/// Mean and variance of d ~ N(`mean`, `variance`) after a verdict on it.
fn moments(mean: f64, variance: f64, score: f64) -> (f64, f64) {
    let deviation = libm::sqrt(variance);
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    for step in -REACH..=REACH {
        let z = f64::from(step) * STEP;
        let weight = libm::exp(-0.5 * z * z + log_likelihood(mean + deviation * z, score));
        total += weight;
        first += weight * z;
        second += weight * z * z;
    }
    let (first, second) = (first / total, second / total);
    (mean + deviation * first, variance * (second - first * first))
}

/// ln of σ(d)^score · σ(−d)^(1−score).
fn log_likelihood(difference: f64, score: f64) -> f64 {
    -score * softplus(-difference) - (1.0 - score) * softplus(difference)
}

/// ln(1 + eˣ), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_known_before_the_first_verdict() {
        let prior = Gaussian::new(3);
        assert_eq!((prior.mean(1), prior.variance(1)), (0.0, SPREAD * SPREAD));
        assert!((prior.spread(0, 2) - 2.0 * SPREAD * SPREAD).abs() < 1e-12);
    }

    #[test]
    fn a_winner_rises_as_far_as_its_loser_falls() {
        let mut belief = Gaussian::new(3);
        belief.observe(0, 1, 1.0);
        assert!(belief.mean(0) > 0.5 && (belief.mean(0) + belief.mean(1)).abs() < 1e-12);
        assert_eq!(belief.mean(2), 0.0, "nothing was said of the third");
        assert!(belief.variance(0) < SPREAD * SPREAD && belief.spread(0, 1) < 2.0 * SPREAD * SPREAD);
    }

    #[test]
    fn who_beats_the_winner_beats_the_loser_too() {
        let mut belief = Gaussian::new(3);
        belief.observe(0, 1, 1.0);
        let before = belief.mean(1);
        belief.observe(2, 0, 1.0);
        assert!(belief.mean(2) > belief.mean(0) && belief.mean(1) < before, "the loser's loser falls along");
    }

    #[test]
    fn a_tie_brings_two_together_and_both_sides_are_alike() {
        let mut belief = Gaussian::new(2);
        belief.observe(0, 1, 0.5);
        assert!(belief.mean(0).abs() < 1e-12 && belief.spread(0, 1) < 2.0 * SPREAD * SPREAD);
        let (mut won, mut lost) = (Gaussian::new(2), Gaussian::new(2));
        won.observe(0, 1, 1.0);
        lost.observe(1, 0, 0.0);
        assert!((won.mean(0) - lost.mean(0)).abs() < 1e-12);
    }

    #[test]
    fn what_is_supposed_is_what_comes() {
        let mut belief = Gaussian::new(4);
        belief.observe(0, 1, 1.0);
        let before = belief.clone();
        let supposed = before.suppose(1, 2, 0.5);
        belief.observe(1, 2, 0.5);
        for track in 0..4 {
            assert!((supposed.mean(track) - belief.mean(track)).abs() < 1e-12);
            assert!((supposed.variance(track) - belief.variance(track)).abs() < 1e-12);
            assert!((supposed.spread(track, 3 - track) - belief.spread(track, 3 - track)).abs() < 1e-9);
        }
    }

    #[test]
    fn endless_surprises_leave_every_number_finite() {
        let mut belief = Gaussian::new(3);
        for turn in 0..2_000 {
            belief.observe(turn % 3, (turn + 1) % 3, if turn < 1_000 { 1.0 } else { 0.0 });
            belief.observe(0, 0, 1.0);
            belief.observe(0, 9, 1.0);
        }
        for track in 0..3 {
            assert!(belief.mean(track).is_finite() && belief.variance(track) > 0.0);
        }
    }
}
