//! Positions as people write them: `83`, `1:23`, `1:02:03`.

use crate::limits::POSITION_MS_MAX;
use std::fmt;
use std::str::FromStr;

/// A place in a track, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Position(pub f64);

impl FromStr for Position {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is no position; write 83, 1:23 or 1:02:03");
        let parts: Vec<&str> = text.split(':').collect();
        let (seconds, larger) = parts.split_last().filter(|(_, larger)| larger.len() <= 2).ok_or_else(bad)?;
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !larger.iter().all(|part| plain(part)) || !seconds.split('.').all(plain) {
            return Err(bad());
        }
        let mut all = 0.0;
        for (at, part) in parts.iter().enumerate() {
            let value: f64 = part.parse().map_err(|_| bad())?;
            if at > 0 && value >= 60.0 {
                return Err(bad());
            }
            all = all * 60.0 + value;
        }
        if all * 1000.0 > POSITION_MS_MAX as f64 { Err(bad()) } else { Ok(Self(all)) }
    }
}

impl fmt::Display for Position {
    /// Whole seconds: `1:23`, `1:02:03`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.max(0.0) as u64;
        let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
        if hours > 0 { write!(f, "{hours}:{minutes:02}:{seconds:02}") } else { write!(f, "{minutes}:{seconds:02}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read() {
        let table = [
            ("83", Some(83.0)),
            ("83.5", Some(83.5)),
            ("1:23", Some(83.0)),
            ("90:00", Some(5400.0)),
            ("1:02:03", Some(3723.0)),
            ("1:02:03.25", Some(3723.25)),
            ("0", Some(0.0)),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<Position>().ok().map(|position| position.0), expected, "{text}");
        }
        for bad in
            ["", ":", "1:", ":5", "1:60", "1:2:60", "1:2:3:4", "-1", "1e3", "inf", "nan", "1:2.5:3", "9999999", "+5"]
        {
            assert!(bad.parse::<Position>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn positions_are_written() {
        let table = [(0.0, "0:00"), (83.9, "1:23"), (3723.0, "1:02:03"), (-1.0, "0:00"), (f64::NAN, "0:00")];
        for (seconds, expected) in table {
            assert_eq!(Position(seconds).to_string(), expected);
        }
    }
}
