//! A comparison as a snapshot has it, and whether it can be one.

use super::{Comparison, Run};
use crate::core::ids::TrackId;
use crate::core::rating::verdict::Verdict;
use serde::Deserialize;
use std::sync::{Arc, OnceLock};

/// What is stored of a [`Comparison`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stored {
    rated: Arc<Vec<TrackId>>,
    verdicts: Arc<Vec<Verdict>>,
    run: Option<Run>,
}

impl TryFrom<Stored> for Comparison {
    type Error = String;

    /// There are as many ratings as the verdicts speak of: a number that is damaged would make gigabytes of them.
    fn try_from(Stored { rated, verdicts, run }: Stored) -> Result<Self, String> {
        let named = verdicts.iter().map(|Verdict(a, b, _)| *a.max(b));
        match named.max().filter(|last| *last as usize >= rated.len()) {
            Some(last) => Err(format!("a verdict names track {last}, and {} were rated", rated.len())),
            None => Ok(Self { rated, verdicts, run, insight: OnceLock::new() }),
        }
    }
}
