//! When the nightly copy is due. A pure function of the clocks and the copies that are there.
//!
//! Not a timer: the house may be switched off at night, and a Raspberry Pi without a battery-backed clock boots in the
//! past and then jumps. What counts is how old the latest copy is.

use super::backup::Copy;
use crate::clock::PLAUSIBLE_FROM_MS;
use std::time::Duration;

const HOUR_MS: i64 = 3600 * 1000;
/// At the hour, a copy younger than this will do: the clock has jumped, or somebody made one this evening.
const YOUNG_MS: i64 = 20 * HOUR_MS;
/// A copy older than this is replaced at any hour: the house is off at night.
const OLD_MS: i64 = 36 * HOUR_MS;
/// Not in the rush of a start.
const SETTLED: Duration = Duration::from_secs(600);

/// What is known of the time.
#[derive(Clone, Copy, Debug)]
pub struct Night {
    /// The wall clock, milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// The hour of the night, local, 0 to 23.
    pub hour: u32,
    /// How long the server has been running.
    pub up_for: Duration,
}

/// Whether a copy is due, with these `copies` there. `offset_min` is how far local time is ahead of UTC, in minutes; it
/// is asked for only if it matters.
#[must_use]
pub fn is_due(night: &Night, copies: &[Copy], offset_min: impl FnOnce() -> i32) -> bool {
    let Night { now_ms, hour, up_for } = *night;
    if now_ms < PLAUSIBLE_FROM_MS {
        return false;
    }
    // A copy from the future was made by a clock that was wrong: it tells nothing.
    let latest = copies.iter().map(|copy| copy.written_ms).filter(|written| *written <= now_ms + HOUR_MS).max();
    let age = latest.map_or(i64::MAX, |written| now_ms - written);
    if age > OLD_MS && up_for >= SETTLED {
        return true;
    }
    let local_hour = |offset_min: i32| (now_ms + i64::from(offset_min) * 60_000).div_euclid(HOUR_MS).rem_euclid(24);
    age > YOUNG_MS && local_hour(offset_min()) == i64::from(hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a copy is due at this UTC hour of a day, after so long a run, with the latest so many hours old.
    fn due(hour: i64, offset_min: i32, up_hours: u64, age_hours: Option<i64>) -> bool {
        let now_ms = PLAUSIBLE_FROM_MS + 100 * 24 * HOUR_MS + hour * HOUR_MS + 5 * 60_000;
        let copy =
            |age: i64| Copy { path: "x".into(), taken: "x".into(), bytes: 1, written_ms: now_ms - age * HOUR_MS };
        let night = Night { now_ms, hour: 3, up_for: Duration::from_secs(up_hours * 3600) };
        is_due(&night, &age_hours.map(copy).into_iter().collect::<Vec<_>>(), || offset_min)
    }

    #[test]
    fn it_is_made_at_night_once() {
        assert!(due(3, 0, 9, Some(24)));
        assert!(!due(2, 0, 9, Some(23)) && !due(4, 0, 9, Some(25)));
        assert!(!due(3, 0, 9, Some(0)), "made a moment ago");
        assert!(due(1, 120, 9, Some(24)) && !due(3, 120, 9, Some(24)), "the hour is local");
        assert!(due(8, -300, 9, Some(24)));
    }

    #[test]
    fn a_house_that_is_off_at_night_gets_one_too_but_not_in_the_rush_of_a_start() {
        assert!(due(12, 0, 1, Some(40)) && due(12, 0, 1, None));
        assert!(!due(12, 0, 0, Some(40)) && !due(12, 0, 1, Some(30)));
    }

    #[test]
    fn a_clock_that_lies_makes_none_and_a_copy_from_the_future_counts_for_nothing() {
        assert!(due(12, 0, 1, Some(-500)));
        let night = Night { now_ms: 3 * HOUR_MS, hour: 3, up_for: Duration::from_secs(9000) };
        assert!(!is_due(&night, &[], || 0));
    }
}
