//! RFC 9110 §13 and §14: parts of a file, and conditions.

use super::house;
use crate::house::http::{Answer, Ask};

/// What came of a range: its status, which bytes it says it is, and how many there are.
fn came(answer: &Answer) -> (u16, Option<&str>, usize) {
    let told = answer.field("content-length").unwrap().parse().unwrap();
    assert!(answer.status == 416 || answer.body.len() == told || answer.body.is_empty());
    (answer.status, answer.field("content-range"), if answer.status == 416 { 0 } else { told })
}

#[test]
fn ranges_and_conditions() {
    let house = house();
    let index = house.local(Ask::get("/index")).json();
    let target = format!("/file/{}", index[0]["trackId"].as_str().unwrap());
    let ask = |method: &str, fields: &[(&str, &str)]| {
        let ask = Ask::new(method, &target).field("Host", "localhost");
        house.ask(fields.iter().fold(ask, |ask, (name, value)| ask.field(name, value)))
    };
    let whole = ask("GET", &[]);
    let (size, tag) = (whole.body.len(), whole.field("etag").unwrap());
    let (date, weak) = (whole.field("last-modified").unwrap(), format!("W/{tag}"));
    let (past, future) = ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT");
    let part = |first: usize, last: usize| (206, Some(format!("bytes {first}-{last}/{size}")), last - first + 1);
    let (all, outside) = ((200, None, size), (416, Some(format!("bytes */{size}")), 0));
    let (unchanged, failed) = (304, 412);
    let range = |text: &'static str| ("Range", text);
    for (rule, method, fields, expected) in [
        ("§14.1.2 from, to", "GET", &[range("bytes=0-9")][..], part(0, 9)),
        ("§14.1.2 from", "GET", &[range("bytes=10-")], part(10, size - 1)),
        ("§14.1.2 the last", "GET", &[range("bytes=-10")], part(size - 10, size - 1)),
        ("§14.1.2 more than there is", "GET", &[range("bytes=5-99999999999999999999999")], part(5, size - 1)),
        ("§14.1.1 the unit's case does not matter", "GET", &[range("Bytes=0-0")], part(0, 0)),
        ("§14.1.2 outside", "GET", &[range("bytes=99999999-")], outside.clone()),
        ("§14.1.2 none at the end", "GET", &[range("bytes=-0")], outside),
        ("§14.2 several may be ignored", "GET", &[range("bytes=0-0,5-9")], all.clone()),
        ("§14.2 backwards", "GET", &[range("bytes=9-0")], all.clone()),
        ("§14.2 another unit", "GET", &[range("pages=0-9")], all.clone()),
        ("§14.2 no range", "GET", &[range("bytes=a-b")], all.clone()),
        ("§14.2 a sign", "GET", &[range("bytes=+0-9")], all.clone()),
        ("§14.2 hexadecimal", "GET", &[range("bytes=0x0-0x9")], all.clone()),
        ("§14.2 HEAD has none", "HEAD", &[range("bytes=0-9")], all.clone()),
        ("§13.1.5 the same state", "GET", &[range("bytes=0-9"), ("If-Range", tag)], part(0, 9)),
        ("§13.1.5 the same date", "GET", &[range("bytes=0-9"), ("If-Range", date)], part(0, 9)),
        ("§13.1.5 another state", "GET", &[range("bytes=0-9"), ("If-Range", "\"x\"")], all.clone()),
        ("§13.1.5 a weak tag", "GET", &[range("bytes=0-9"), ("If-Range", &weak)], all.clone()),
        ("§13.1.5 another date", "GET", &[range("bytes=0-9"), ("If-Range", past)], all.clone()),
        ("§13.1.5 a later date is another", "GET", &[range("bytes=0-9"), ("If-Range", future)], all.clone()),
        ("§13.1.5 no range to it", "GET", &[("If-Range", tag)], all.clone()),
        ("§13.2.2 also outside", "GET", &[range("bytes=99999999-"), ("If-Range", "\"x\"")], all),
    ] {
        let answer = ask(method, fields);
        let (status, told, length) = came(&answer);
        assert_eq!((status, told.map(str::to_owned), length), expected, "{rule}: {fields:?}");
        let first = told.and_then(|told| told.strip_prefix("bytes ")?.split('-').next()?.parse().ok()).unwrap_or(0);
        let is_part = status == 416 || method == "HEAD" || answer.body == whole.body[first..first + length];
        assert!(is_part, "{rule}: other bytes");
    }
    for (rule, fields, expected) in [
        ("§13.1.2 the copy is good", &[("If-None-Match", tag)][..], unchanged),
        ("§13.1.2 a weak comparison", &[("If-None-Match", &weak)], unchanged),
        ("§13.1.2 any", &[("If-None-Match", "*")], unchanged),
        ("§13.1.2 another", &[("If-None-Match", "\"x\"")], 200),
        ("§13.1.3 not since", &[("If-Modified-Since", date)], unchanged),
        ("§13.1.3 since", &[("If-Modified-Since", past)], 200),
        ("§13.1.3 the tag outweighs it", &[("If-None-Match", "\"x\""), ("If-Modified-Since", date)], 200),
        ("§13.2.2 before any range", &[("If-None-Match", tag), range("bytes=0-9")], unchanged),
        ("§13.1.1 this state", &[("If-Match", tag)], 200),
        ("§13.1.1 one of them", &[("If-Match", "\"x\", "), ("If-Match", tag)], 200),
        ("§13.1.1 any", &[("If-Match", "*")], 200),
        ("§13.1.1 another", &[("If-Match", "\"x\"")], failed),
        ("§13.1.1 a strong comparison", &[("If-Match", &weak)], failed),
        ("§13.1.4 not since", &[("If-Unmodified-Since", date)], 200),
        ("§13.1.4 since", &[("If-Unmodified-Since", past)], failed),
        ("§13.1.4 no date", &[("If-Unmodified-Since", "yesterday")], 200),
        ("§13.1.4 the tag outweighs it", &[("If-Match", tag), ("If-Unmodified-Since", past)], 200),
        ("§13.2.2 first of all", &[("If-Match", "\"x\""), ("If-None-Match", tag)], failed),
    ] {
        for method in ["GET", "HEAD"] {
            assert_eq!(ask(method, fields).status, expected, "{rule}: {method} {fields:?}");
        }
    }
}
