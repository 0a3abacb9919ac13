//! The board of the whole household: every track that any profile has compared, rated from what all of them think.

use super::Comparison;
use crate::core::ids::{ProfileId, TrackId};
use crate::core::rating::{Rating, household::combined};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A track on the household's board.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Which.
    pub track: &'a TrackId,
    /// What the household thinks of it.
    pub rating: Rating,
    /// How many verdicts name it, over all profiles.
    pub verdicts: u32,
    /// How many profiles have compared it.
    pub profiles: usize,
}

/// The board, the best first.
#[must_use]
pub fn board(comparisons: &BTreeMap<ProfileId, Arc<Comparison>>) -> Vec<Row<'_>> {
    let mut opinions: BTreeMap<&TrackId, (Vec<Rating>, u32)> = BTreeMap::new();
    for comparison in comparisons.values() {
        for (track, rating, verdicts) in comparison.leaderboard() {
            // A verdict that was taken back leaves its tracks on the board, and no opinion.
            if verdicts > 0 {
                let (ratings, count) = opinions.entry(track).or_default();
                ratings.push(rating);
                *count += verdicts;
            }
        }
    }
    let row = |(track, (ratings, verdicts)): (_, (Vec<Rating>, u32))| {
        let (rating, profiles) = (combined(&ratings), ratings.len());
        Row { track, rating, verdicts, profiles }
    };
    let mut rows: Vec<_> = opinions.into_iter().map(row).collect();
    rows.sort_by(|one, other| {
        other.rating.rating.total_cmp(&one.rating.rating).then_with(|| one.track.cmp(other.track))
    });
    rows
}
