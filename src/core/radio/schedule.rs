//! When a station is on the air: windows of the day, in the house's own time.
//!
//! The schedule only opens and closes; the station's time goes on behind a closed window, as a broadcaster's would.

use serde::{Deserialize, Serialize};

/// Minutes of a day.
pub const DAY_MIN: u16 = 24 * 60;
/// Windows that one schedule may have.
pub const WINDOWS_MAX: usize = 24;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = DAY_MIN as i64 * MINUTE_MS;

/// The daily windows of a station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// When it is on the air. Several may overlap.
    pub windows: Vec<Window>,
    /// What the house's clocks show, minutes ahead of UTC. The server corrects it when summer time comes or goes.
    pub utc_offset_min: i32,
}

/// A part of the day; over midnight if it ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// First minute on the air, from midnight; 0 to 1439.
    pub from_min: u16,
    /// First minute off the air, 0 to 1440; another one than `from_min`.
    pub to_min: u16,
}

impl Schedule {
    /// Whether the station is on the air.
    #[must_use]
    pub fn is_open(&self, wall_ms: i64) -> bool {
        let of_day = self.of_day(wall_ms);
        self.windows.iter().any(|window| window.has(of_day))
    }

    /// When it opens or closes next, milliseconds since the Unix epoch; `None` if it never does.
    #[must_use]
    pub fn next_change_ms(&self, wall_ms: i64) -> Option<i64> {
        let (of_day, is_open) = (self.of_day(wall_ms), self.is_open(wall_ms));
        let edges = self.windows.iter().flat_map(|window| [window.from_min, window.to_min]);
        let away = edges.map(|minute| (i64::from(minute) * MINUTE_MS - of_day - 1).rem_euclid(DAY_MS) + 1);
        away.map(|away| wall_ms + away).filter(|at| self.is_open(*at) != is_open).min()
    }

    /// Milliseconds since the house's midnight.
    fn of_day(&self, wall_ms: i64) -> i64 {
        (wall_ms + i64::from(self.utc_offset_min) * MINUTE_MS).rem_euclid(DAY_MS)
    }
}

impl Window {
    fn has(self, of_day: i64) -> bool {
        let (from, to) = (i64::from(self.from_min) * MINUTE_MS, i64::from(self.to_min) * MINUTE_MS);
        if from < to { (from..to).contains(&of_day) } else { of_day >= from || of_day < to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(windows: &[(u16, u16)]) -> Schedule {
        let windows = windows.iter().map(|&(from_min, to_min)| Window { from_min, to_min });
        Schedule { windows: windows.collect(), utc_offset_min: 120 }
    }

    /// A time of the house's day, as UTC.
    fn at(hour: i64, minute: i64) -> i64 {
        (20_000 * 1440 + hour * 60 + minute - 120) * MINUTE_MS
    }

    #[test]
    fn windows_open_and_close_in_the_house_s_own_time() {
        let day = schedule(&[(6 * 60, 9 * 60), (8 * 60, 22 * 60)]);
        for (hour, minute, open) in [(5, 59, false), (6, 0, true), (8, 30, true), (21, 59, true), (22, 0, false)] {
            assert_eq!(day.is_open(at(hour, minute)), open, "{hour}:{minute}");
        }
        assert_eq!(day.next_change_ms(at(7, 0)), Some(at(22, 0)), "an edge within another window is none");
        assert_eq!(day.next_change_ms(at(22, 0)), Some(at(30, 0)));
        assert_eq!(day.next_change_ms(at(6, 0) - 1), Some(at(6, 0)));
    }

    #[test]
    fn a_window_may_reach_over_midnight_or_over_the_whole_day() {
        let night = schedule(&[(22 * 60, 2 * 60)]);
        for (hour, open) in [(21, false), (22, true), (24, true), (25, true), (26, false)] {
            assert_eq!(night.is_open(at(hour, 0)), open, "{hour}");
        }
        let always = schedule(&[(0, DAY_MIN)]);
        assert!(always.is_open(at(0, 0)) && always.is_open(at(23, 59)));
        assert_eq!(always.next_change_ms(at(3, 0)), None);
        assert!(!schedule(&[]).is_open(at(3, 0)));
    }
}
