//! Conditional requests: whether the client's copy is still good.

use super::headers::Headers;
use super::message::Request;
use super::problem::{self, Problem};
use super::response::{Body, Response};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// `response`; or, by its own `ETag` or `Last-Modified`, 412 in its place if it is not the state that the client insists on,
/// 304 if the client's copy is still good. In the order of RFC 9110, 13.2.2.
#[must_use]
pub fn revalidated(request: &Request, mut response: Response) -> Response {
    if response.status != 200 || !request.method.is_read() {
        return response;
    }
    if !is_wanted(&request.headers, &response.headers) {
        return Problem::new(problem::PRECONDITION).into();
    }
    if !is_fresh(&request.headers, &response.headers) {
        return response;
    }
    for name in ["Content-Type", "Content-Encoding", "Content-Range"] {
        response.headers.remove(name);
    }
    Response { status: 304, body: Body::Empty, ..response }
}

/// Whether a `Range` is to be honoured: there is no `If-Range`, or it names exactly this state of the file.
#[must_use]
pub fn range_applies(asked: &Headers, own: &Headers) -> bool {
    match asked.get("if-range").map(str::trim) {
        None => true,
        Some(tag) if tag.starts_with('"') => own.get("etag") == Some(tag),
        Some(weak) if weak.starts_with("W/") => false,
        Some(date) => own.get("last-modified") == Some(date),
    }
}

/// `If-Match`, compared strongly, or without it `If-Unmodified-Since`.
fn is_wanted(asked: &Headers, own: &Headers) -> bool {
    if asked.get("if-match").is_some() {
        let tag = own.get("etag").filter(|tag| tag.starts_with('"'));
        let mut tags = asked.get_all("if-match").flat_map(|value| value.split(',')).map(str::trim);
        return tags.any(|theirs| theirs == "*" || Some(theirs) == tag);
    }
    match (date(asked, "if-unmodified-since"), date(own, "last-modified")) {
        (Some(since), Some(modified)) => modified <= since,
        _ => true,
    }
}

fn is_fresh(asked: &Headers, own: &Headers) -> bool {
    if asked.get("if-none-match").is_some() {
        let Some(tag) = own.get("etag").map(opaque) else { return false };
        let mut tags = asked.get_all("if-none-match").flat_map(|value| value.split(',')).map(str::trim);
        return tags.any(|theirs| theirs == "*" || opaque(theirs) == tag);
    }
    match (date(asked, "if-modified-since"), date(own, "last-modified")) {
        (Some(since), Some(modified)) => modified <= since,
        _ => false,
    }
}

fn date(headers: &Headers, name: &str) -> Option<SystemTime> {
    headers.get(name).and_then(|text| httpdate::parse_http_date(text).ok())
}

/// The tag without its weakness: a copy in another encoding is a copy too.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// A time as HTTP writes it. `None` for one that it cannot write.
#[must_use]
pub fn http_date(time: SystemTime) -> Option<String> {
    /// The year 9999 ends here, and with it the format.
    const END: Duration = Duration::from_secs(253_402_300_800);
    let writable = time.duration_since(UNIX_EPOCH).is_ok_and(|since| since < END);
    writable.then(|| httpdate::fmt_http_date(time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing::asking;

    const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn own() -> Response {
        Response::text(200, "body").header("ETag", "\"a\"").header("Last-Modified", MODIFIED)
    }

    #[test]
    fn a_copy_that_is_still_good_is_not_sent_again() {
        for (name, value, status) in [
            ("If-None-Match", "\"a\"", 304),
            ("If-None-Match", "\"b\", W/\"a\"", 304),
            ("If-None-Match", "*", 304),
            ("If-None-Match", "\"b\"", 200),
            ("If-None-Match", "a", 200),
            ("If-Modified-Since", MODIFIED, 304),
            ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:38 GMT", 304),
            ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", 200),
            ("If-Modified-Since", "yesterday", 200),
            ("If-Match", "\"b\", \"a\"", 200),
            ("If-Match", "\"b\"", 412),
            ("If-Match", "W/\"a\"", 412),
            ("If-Unmodified-Since", MODIFIED, 200),
            ("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", 412),
            ("X", "y", 200),
        ] {
            let response = revalidated(&asking("GET", "/", &[(name, value)]), own());
            assert_eq!(response.status, status, "{name}: {value}");
            assert_eq!(response.body.is_empty(), status == 304);
            assert_eq!(response.headers.get("etag"), (status != 412).then_some("\"a\""));
        }
        let both = [("If-None-Match", "\"b\""), ("If-Modified-Since", MODIFIED)];
        assert_eq!(revalidated(&asking("GET", "/", &both), own()).status, 200, "the tag outweighs the date");
        let post = revalidated(&asking("POST", "/", &[("If-None-Match", "*")]), own());
        assert_eq!(post.status, 200);
    }

    #[test]
    fn a_range_of_another_state_is_not_honoured() {
        for (if_range, applies) in [
            (None, true),
            (Some("\"a\""), true),
            (Some("\"b\""), false),
            (Some("W/\"a\""), false),
            (Some(MODIFIED), true),
            (Some("Sun, 06 Nov 1994 08:49:38 GMT"), false),
        ] {
            let fields: Vec<_> = if_range.iter().map(|value| ("If-Range", *value)).collect();
            assert_eq!(range_applies(&asking("GET", "/", &fields).headers, &own().headers), applies, "{if_range:?}");
        }
    }

    #[test]
    fn times_that_http_cannot_write_are_left_out() {
        assert_eq!(http_date(UNIX_EPOCH - Duration::from_secs(1)), None);
        assert_eq!(http_date(UNIX_EPOCH + Duration::from_secs(253_402_300_800)), None);
        assert_eq!(http_date(UNIX_EPOCH).as_deref(), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
    }
}
