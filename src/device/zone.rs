//! What the house's clocks show: the machine's time zone, for schedules of the day.

use std::process::{Command, Stdio};

/// Minutes that local time is ahead of UTC now; 0 if nobody knows.
///
/// `date` reads the zone's rules, which change by decree, so that we need not carry them along.
#[must_use]
pub fn utc_offset_min() -> i32 {
    let asked = Command::new("date").arg("+%z").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let told = asked.ok().and_then(|output| parse(std::str::from_utf8(&output.stdout).ok()?));
    told.unwrap_or_else(|| {
        log::warn!("the system does not tell its time zone: schedules are taken as UTC");
        0
    })
}

/// `+0530` is 330.
fn parse(text: &str) -> Option<i32> {
    let text = text.trim();
    let sign = match text.as_bytes() {
        [b'+', digits @ ..] if digits.len() == 4 => 1,
        [b'-', digits @ ..] if digits.len() == 4 => -1,
        _ => return None,
    };
    let (hours, minutes) = (text.get(1..3)?.parse::<i32>().ok()?, text.get(3..5)?.parse::<i32>().ok()?);
    Some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_in_minutes() {
        for (text, minutes) in [
            ("+0000\n", Some(0)),
            ("+0530\n", Some(330)),
            ("-0330", Some(-210)),
            ("", None),
            ("+2", None),
            ("CEST", None),
        ] {
            assert_eq!(parse(text), minutes, "{text:?}");
        }
        assert!((-14 * 60..=14 * 60).contains(&utc_offset_min()));
    }
}
