//! Which part of a file a `Range` field asks for: a pure function of the field and the file's size.

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: no range, one that makes no sense, or several at once (RFC 9110 leaves that to the server).
    Whole,
    /// The bytes from `first` to `last`, both included and both inside the file.
    Part {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// Nothing: the range lies outside the file.
    Outside,
}

/// Reads a `Range` field for a file of `size` bytes.
#[must_use]
pub fn parse_range(field: &str, size: u64) -> Wanted {
    let range = field.split_once('=').filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = range.and_then(|(_, range)| range.trim().split_once('-')) else {
        return Wanted::Whole;
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(None)) => part(first, u64::MAX, size),
        (Some(Some(first)), Some(Some(last))) if first <= last => part(first, last, size),
        (Some(None), Some(Some(0))) => Wanted::Outside,
        (Some(None), Some(Some(suffix))) => part(size.saturating_sub(suffix), u64::MAX, size),
        _ => Wanted::Whole,
    }
}

/// Digits as a number (as large as numbers get, if larger), nothing as nothing; anything else is no number.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    let sound = text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| (!text.is_empty()).then(|| text.parse().unwrap_or(u64::MAX)))
}

fn part(first: u64, last: u64, size: u64) -> Wanted {
    if first < size { Wanted::Part { first, last: last.min(size - 1) } } else { Wanted::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_are_read() {
        let part = |first, last| Wanted::Part { first, last };
        for (field, size, wanted) in [
            ("bytes=0-499", 1000, part(0, 499)),
            ("bytes=500-", 1000, part(500, 999)),
            ("bytes=-500", 1000, part(500, 999)),
            ("bytes=0-0", 1000, part(0, 0)),
            ("bytes=999-", 1000, part(999, 999)),
            ("bytes=0-9999", 1000, part(0, 999)),
            ("bytes=-9999", 1000, part(0, 999)),
            ("Bytes = 1 - 2", 1000, part(1, 2)),
            ("bytes=0-99999999999999999999999", 1000, part(0, 999)),
            ("bytes=1000-", 1000, Wanted::Outside),
            ("bytes=1000-1001", 1000, Wanted::Outside),
            ("bytes=99999999999999999999999-", 1000, Wanted::Outside),
            ("bytes=-0", 1000, Wanted::Outside),
            ("bytes=0-", 0, Wanted::Outside),
            ("bytes=-5", 0, Wanted::Outside),
            ("bytes=5-4", 1000, Wanted::Whole),
            ("bytes=-", 1000, Wanted::Whole),
            ("bytes=", 1000, Wanted::Whole),
            ("bytes", 1000, Wanted::Whole),
            ("bytes=a-b", 1000, Wanted::Whole),
            ("bytes=+1-2", 1000, Wanted::Whole),
            ("bytes=1--2", 1000, Wanted::Whole),
            ("bytes=0-1,4-5", 1000, Wanted::Whole),
            ("items=0-1", 1000, Wanted::Whole),
            ("", 1000, Wanted::Whole),
        ] {
            assert_eq!(parse_range(field, size), wanted, "{field} of {size}");
        }
    }

    proptest! {
        #[test]
        fn a_part_is_always_inside(field in "(bytes=)?[0-9]{0,21}-?[0-9]{0,21}|.{0,30}", size in any::<u64>()) {
            if let Wanted::Part { first, last } = parse_range(&field, size) {
                prop_assert!(first <= last && last < size);
            }
        }
    }
}
