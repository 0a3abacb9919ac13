//! What somebody said about two tracks.

use serde::{Deserialize, Serialize};

/// Which of a pair was better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The first.
    A,
    /// The second.
    B,
    /// Neither.
    Tie,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::Tie];

    /// The score of the first: 1, 0 or ½.
    #[must_use]
    pub fn score(self) -> f64 {
        match self {
            Self::A => 1.0,
            Self::B => 0.0,
            Self::Tie => 0.5,
        }
    }
}

/// A verdict as it is kept: both tracks by their place in the list of rated tracks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict(
    /// The first track.
    pub u32,
    /// The second track.
    pub u32,
    /// Which was better.
    pub Outcome,
);
