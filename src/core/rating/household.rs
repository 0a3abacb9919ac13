//! One rating of a track from those of several profiles: what the household as a whole thinks of it.
//!
//! Each profile's belief about a track is a Gaussian N(mᵢ, vᵢ) that began as the same prior N(0, σ₀²) and learnt from that
//! profile's verdicts alone. Verdicts of different profiles are independent evidence, so the beliefs are multiplied, and
//! the prior, which stands in each of them, is divided out again all but once (Tresp, A Bayesian committee machine, Neural
//! Computation 12, 2000):
//!
//! ```text
//! 1/v = 1/σ₀² + Σ (1/vᵢ − 1/σ₀²)          m = v · Σ mᵢ/vᵢ
//! ```
//!
//! So whoever knows a track well counts more than whoever met it once, what one profile alone has rated is rated as there,
//! and one that nobody compared is not known. Correlations between the tracks of one profile are left aside: what is shown
//! is each track by itself. Derived whenever somebody asks, never stored.

use super::{MIDDLE, POINTS, Rating, SPREAD};

/// What the household thinks of a track that these profiles have rated.
#[must_use]
pub fn combined(ratings: &[Rating]) -> Rating {
    let prior = 1.0 / (SPREAD * SPREAD);
    let (mut precision, mut weighted) = (prior, 0.0);
    for Rating { rating, uncertainty } in ratings {
        let (mean, deviation) = ((rating - MIDDLE) / POINTS, uncertainty / POINTS);
        // Rounding, or a way of rating that forgets, must not make less than nothing of a profile.
        let own = (1.0 / (deviation * deviation).max(1e-9)).max(prior);
        precision += own - prior;
        weighted += own * mean;
    }
    Rating { rating: MIDDLE + POINTS * weighted / precision, uncertainty: POINTS / libm::sqrt(precision) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(rating: f64, uncertainty: f64) -> Rating {
        Rating { rating, uncertainty }
    }

    fn close(one: Rating, other: Rating) {
        let differ = (one.rating - other.rating).abs() + (one.uncertainty - other.uncertainty).abs();
        assert!(differ < 1e-6, "{one:?} {other:?}");
    }

    #[test]
    fn one_profile_alone_is_the_household_and_nobody_knows_nothing() {
        close(combined(&[rating(1623.4, 120.5)]), rating(1623.4, 120.5));
        close(combined(&[]), Rating::UNKNOWN);
    }

    #[test]
    fn a_profile_that_knows_nothing_changes_nothing() {
        let known = rating(1700.0, 90.0);
        close(combined(&[known, Rating::UNKNOWN, Rating::UNKNOWN]), known);
    }

    #[test]
    fn who_knows_more_counts_more_and_two_know_more_than_one() {
        let both = combined(&[rating(1700.0, 80.0), rating(1400.0, 200.0)]);
        assert!((1620.0..1700.0).contains(&both.rating), "{both:?}");
        assert!(both.uncertainty < 80.0, "{both:?}");
        let agree = combined(&[rating(1700.0, 100.0), rating(1700.0, 100.0)]);
        assert!(agree.rating > 1700.0, "what two found apart from the prior lies farther from it: {agree:?}");
        let other_way = combined(&[rating(1400.0, 200.0), rating(1700.0, 80.0)]);
        close(both, other_way);
    }

    /// Two profiles that answered about one difference are as one that gave both their answers, where beliefs are exact.
    #[test]
    fn it_is_what_one_would_believe_who_had_all_the_evidence() {
        let prior = 1.0 / (SPREAD * SPREAD);
        // Evidence with a likelihood N(x; θ, s²): a conjugate posterior has precision prior + 1/s², mean x/s² over it.
        let belief = |evidence: &[(f64, f64)]| {
            let precision = prior + evidence.iter().map(|(_, s)| 1.0 / (s * s)).sum::<f64>();
            let mean = evidence.iter().map(|(x, s)| x / (s * s)).sum::<f64>() / precision;
            Rating { rating: MIDDLE + POINTS * mean, uncertainty: POINTS / libm::sqrt(precision) }
        };
        let (one, two) = ([(0.7, 1.0), (1.1, 0.5)], [(-0.3, 0.8)]);
        let all: Vec<_> = one.iter().chain(&two).copied().collect();
        close(combined(&[belief(&one), belief(&two)]), belief(&all));
    }
}
