//! How good each track is to somebody, from which of two they liked better.
//!
//! Up to [`limits::RATED_JOINTLY_MAX`] tracks are rated together ([`gaussian`]): one Gaussian over all of them, which
//! knows that who beats the winner of a pair probably beats its loser too. More are rated each for itself ([`glicko`]).
//! [`choice`] says which pair to ask next; [`insight`] keeps both views of a profile in step with its verdicts.
//!
//! Everything here is derived from the log and outside its digest. Floats come from IEEE operations and the `libm`
//! crate only, in the same order on every machine; what depends on them (the next pair) is written into the event.
//!
//! Inside, a rating is on the logistic scale: a track that is better by 1 wins with probability 1/(1 + e⁻¹). For
//! people it is on the scale of Elo and Glicko, where a difference of 400 is odds of ten to one.

pub mod choice;
pub mod gaussian;
pub mod glicko;
pub mod household;
pub mod insight;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod simulation;
pub mod verdict;

use crate::limits;
use gaussian::Gaussian;
use glicko::Glicko;

/// Points of the people's scale in one of the logistic: 400 / ln 10 (Glickman, Example of the Glicko-2 system, 2013).
pub const POINTS: f64 = 173.717_792_761_165_7;
/// Where a track begins on the people's scale.
pub const MIDDLE: f64 = 1500.0;
/// How uncertain a track is that nobody has compared: Glicko's 350 points, on the logistic scale.
pub const SPREAD: f64 = 350.0 / POINTS;

/// How good one track is, for people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rating {
    /// About 1500; 400 more are odds of ten to one.
    pub rating: f64,
    /// One standard deviation of it, in the same points.
    pub uncertainty: f64,
}

impl Rating {
    /// A track that nobody has compared.
    pub const UNKNOWN: Self = Self { rating: MIDDLE, uncertainty: SPREAD * POINTS };
}

/// What is believed of a number of tracks, by index. Both ways of rating answer this.
pub trait Belief {
    /// How many tracks.
    fn len(&self) -> usize;
    /// The mean of a track, logistic scale.
    fn mean(&self, track: usize) -> f64;
    /// Its variance.
    fn variance(&self, track: usize) -> f64;
    /// The variance of the difference of two.
    fn spread(&self, one: usize, other: usize) -> f64;
    /// Whether there are no tracks.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The ratings of a number of tracks, in the way that their number asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Ratings {
    /// Together.
    Gaussian(Gaussian),
    /// Each for itself.
    Glicko(Glicko),
}

impl Ratings {
    /// The ratings of `len` tracks before any verdict.
    #[must_use]
    pub fn new(len: usize) -> Self {
        match len <= limits::RATED_JOINTLY_MAX {
            true => Self::Gaussian(Gaussian::new(len)),
            false => Self::Glicko(Glicko::new(len)),
        }
    }

    /// Takes over a verdict: `score` is 1 where `one` won, 0 where `other` did, ½ for a tie.
    pub fn observe(&mut self, one: usize, other: usize, score: f64) {
        match self {
            Self::Gaussian(joint) => joint.observe(one, other, score),
            Self::Glicko(single) => single.observe(one, other, score),
        }
    }

    /// The rating of a track, for people; one that is not there is not known.
    #[must_use]
    pub fn rating(&self, track: usize) -> Rating {
        if track >= self.len() {
            return Rating::UNKNOWN;
        }
        let (mean, variance) = match self {
            Self::Gaussian(joint) => (joint.mean(track), joint.variance(track)),
            Self::Glicko(single) => (single.mean(track), single.variance(track)),
        };
        Rating { rating: MIDDLE + POINTS * mean, uncertainty: POINTS * libm::sqrt(variance.max(0.0)) }
    }

    /// How many tracks.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Gaussian(joint) => joint.len(),
            Self::Glicko(single) => single.len(),
        }
    }

    /// Whether there are no tracks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Tracks that are rated for the first time. `false` if so many want another way of rating: begin anew then.
    #[must_use]
    pub fn grow(&mut self, len: usize) -> bool {
        match self {
            Self::Gaussian(joint) if len <= limits::RATED_JOINTLY_MAX => joint.grow(len),
            Self::Gaussian(_) => return false,
            Self::Glicko(single) => single.grow(len),
        }
        true
    }

    /// The name of the way of rating, on the wire.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::Gaussian(_) => "gaussian",
            Self::Glicko(_) => "glicko2",
        }
    }
}

/// The probability that the better one by `difference` wins: Bradley and Terry, Rank analysis of incomplete block
/// designs (Biometrika 39, 1952), with strengths as exponentials.
#[must_use]
pub fn win_probability(difference: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-difference))
}
