//! Times, kept whole, and their percentiles.

use serde::Serialize;
use std::time::Duration;

/// A distribution of times, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Times {
    /// How many.
    pub count: usize,
    /// Half are below this.
    pub p50_ms: f64,
    /// Nine in ten are below this.
    pub p90_ms: f64,
    /// Ninety-nine in a hundred are below this.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// The distribution of `times`.
#[must_use]
pub fn times(mut times: Vec<Duration>) -> Times {
    times.sort_unstable();
    Times {
        count: times.len(),
        p50_ms: at(&times, 50),
        p90_ms: at(&times, 90),
        p99_ms: at(&times, 99),
        max_ms: at(&times, 100),
    }
}

/// The nearest-rank percentile.
fn at(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(rank).map_or(0.0, |time| (time.as_secs_f64() * 1e6).round() / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let hundred = (1..=100).rev().map(Duration::from_millis).collect();
        let expected = Times { count: 100, p50_ms: 50.0, p90_ms: 90.0, p99_ms: 99.0, max_ms: 100.0 };
        assert_eq!(times(hundred), expected);
        assert_eq!(times(Vec::new()), Times::default());
    }
}
