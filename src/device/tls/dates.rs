//! From when until when certificates hold, with a clock that may be wrong.

use rcgen::CertificateParams;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 3600;

/// Nothing of this program is older: a clock that stands before was never set. 2026-11-01.
const WRITTEN: u64 = 1_793_491_200;
/// From when the authority holds: before every clock that it will meet. 2025-01-01.
const AUTHORITY_FROM: u64 = 1_735_689_600;
/// How long the authority holds: trusting a new one is work for people.
const AUTHORITY_DAYS: u64 = 3650;
/// How long before now a leaf holds already: a phone's clock may be behind, and so may ours.
const LEAF_BEFORE_DAYS: u64 = 32;
/// How long it holds from now on. With the days before, 397: the longest that Apple's systems take.
const LEAF_AFTER_DAYS: u64 = 365;
/// It is renewed so many days before its end.
pub const RENEWED_BEFORE_DAYS: u64 = 60;

/// From when until when something holds, seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first second.
    pub from: u64,
    /// The last second.
    pub until: u64,
}

impl Span {
    /// An authority's, made at `now`.
    pub fn of_authority(now: SystemTime) -> Self {
        Self { from: AUTHORITY_FROM, until: seconds(now).max(WRITTEN) + AUTHORITY_DAYS * DAY }
    }

    /// A leaf's, signed at `now` by an authority that holds for `authority`.
    pub fn of_leaf(now: SystemTime, authority: Self) -> Self {
        let now = known(now).unwrap_or(WRITTEN.max(authority.until.saturating_sub(AUTHORITY_DAYS * DAY)));
        let until = (now + LEAF_AFTER_DAYS * DAY).min(authority.until);
        Self { from: (now - LEAF_BEFORE_DAYS * DAY).max(authority.from), until }
    }

    /// Whether a leaf may go on. A clock that was never set says nothing about that; and the last one of an authority that
    /// holds for `authority` cannot be bettered.
    pub fn is_good(self, now: SystemTime, authority: Self) -> bool {
        let has_time = |now| now + RENEWED_BEFORE_DAYS * DAY < self.until || self.until == authority.until;
        known(now).is_none_or(|now| self.from <= now && has_time(now))
    }

    /// Whether it has ended, as far as one can know.
    pub fn is_over(self, now: SystemTime) -> bool {
        known(now).is_some_and(|now| now >= self.until)
    }

    /// Whether it has not begun yet, as far as one can know.
    pub fn is_to_come(self, now: SystemTime) -> bool {
        known(now).is_some_and(|now| now < self.from)
    }

    /// Whole days that are left; none if it has ended, or if nobody knows what day it is.
    #[must_use]
    pub fn days_left(self, now: SystemTime) -> Option<u64> {
        Some(self.until.checked_sub(known(now)?)? / DAY)
    }

    /// Whole days from its first second to its last.
    #[must_use]
    pub fn days(self) -> u64 {
        self.until.saturating_sub(self.from) / DAY
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn known(time: SystemTime) -> Option<u64> {
    Some(seconds(time)).filter(|now| *now >= WRITTEN)
}

impl Span {
    /// Writes it into a certificate to be.
    pub fn date(self, certificate: &mut CertificateParams) {
        let moment = |seconds| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
        (certificate.not_before, certificate.not_after) = (moment(self.from), moment(self.until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn what_is_made_before_the_clock_is_set_holds_when_it_is() {
        let never_set = at(77);
        let authority = Span::of_authority(never_set);
        let leaf = Span::of_leaf(never_set, authority);
        for span in [authority, leaf] {
            assert!(span.from < WRITTEN && span.until > WRITTEN + 300 * DAY, "{span:?}");
        }
        assert!(leaf.is_good(never_set, authority) && leaf.is_good(at(WRITTEN), authority));
    }

    #[test]
    fn a_leaf_holds_397_days_and_is_renewed_in_time() {
        let now = at(WRITTEN + 200 * DAY);
        let authority = Span::of_authority(now);
        let leaf = Span::of_leaf(now, authority);
        assert_eq!(leaf.until - leaf.from, 397 * DAY);
        assert!(leaf.is_good(now, authority));
        assert!(leaf.is_good(at(WRITTEN + 500 * DAY), authority));
        assert!(!leaf.is_good(at(WRITTEN + 506 * DAY), authority), "its end is near");
        assert!(!leaf.is_good(at(WRITTEN + 100 * DAY), authority), "it was signed by a clock that ran ahead");
        assert!(leaf.is_good(at(0), authority), "nobody knows");
    }

    #[test]
    fn a_leaf_never_outlives_its_authority() {
        let authority = Span::of_authority(at(WRITTEN));
        let late = at(authority.until - 10 * DAY);
        let leaf = Span::of_leaf(late, authority);
        assert_eq!(leaf.until, authority.until);
        assert!(leaf.is_good(late, authority), "another would end on the same day: it is not made every few seconds");
        assert!(!authority.is_over(late) && authority.is_over(at(authority.until)));
    }

    #[test]
    fn the_days_that_are_left_are_counted_if_the_clock_is_known() {
        let span = Span { from: WRITTEN, until: WRITTEN + 10 * DAY };
        assert_eq!(span.days_left(at(WRITTEN + DAY / 2)), Some(9));
        assert_eq!(span.days_left(at(span.until)), Some(0));
        assert_eq!(span.days_left(at(span.until + 1)), None);
        assert_eq!(span.days_left(at(77)), None, "nobody knows");
        assert!(Span { from: WRITTEN + DAY, ..span }.is_to_come(at(WRITTEN)) && !span.is_to_come(at(WRITTEN)));
        assert_eq!(span.days(), 10);
    }

    #[test]
    fn without_a_clock_the_authority_s_own_age_is_the_best_guess() {
        let authority = Span::of_authority(at(WRITTEN + 1000 * DAY));
        let leaf = Span::of_leaf(at(0), authority);
        assert_eq!(leaf.until, WRITTEN + 1365 * DAY);
    }
}
