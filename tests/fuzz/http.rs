//! What a request's head is made of: the head itself, its target, its ranges, its other fields.

use hearken::core::ids::DeviceId;
use hearken::hub::ring::Since;
use hearken::limits::{HEAD_BYTES_MAX, HEADERS_MAX};
use hearken::net::auth::Auth;
use hearken::net::conditional::{range_applies, revalidated};
use hearken::net::gzip::accepts_gzip;
use hearken::net::head::{Head, parse_head};
use hearken::net::headers::Headers;
use hearken::net::message::{ASTERISK, Method, Peer, Query, Request, Version, split_target};
use hearken::net::origin::{Allowed, check_host, check_origin};
use hearken::net::range::{Wanted, parse_range};
use hearken::net::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub const WORDS: &[&str] = &[
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    " ",
    "\t",
    ":",
    "Content-Length: ",
    "Transfer-Encoding: chunked\r\n",
    "Host: a\r\n",
    "Expect: 100-continue\r\n",
    "Connection: close\r\n",
    "HTTP/1.0",
    "HTTP/1.1",
    "GET / ",
    "POST /",
    "http://",
    "*",
    "\u{0}",
    "\u{b}",
    "0\r\n\r\n",
    "%00",
    "@",
    "[::1]",
];

pub const FIELD_WORDS: &[&str] = &[
    "\n",
    ": ",
    ",",
    ";",
    "q=0",
    "gzip",
    "*",
    "W/\"",
    "\"",
    "Bearer ",
    "hearken=",
    "GMT",
    "http://localhost",
    "null",
    "[::1",
    "If-Match",
    "Origin",
    "Cookie",
    "e:1",
];

pub fn head_seeds() -> Vec<Vec<u8>> {
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nPOST /next?room=house HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}",
        "GET http://a.example:80/x%20y?z HTTP/1.0\r\nHost: b\r\nConnection: keep-alive, close\r\nX:\tcaf\u{e9}\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost:a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    ]
    .map(Into::into)
    .into()
}

pub fn head(bytes: &[u8]) {
    let whole = parse_head(bytes);
    let step = 1 + bytes.len() / 200;
    for cut in (0..bytes.len()).step_by(step) {
        match (parse_head(&bytes[..cut]), &whole) {
            (Ok(None), _) | (Err(_), Err(_)) => {}
            (Ok(Some((_, end))), Ok(Some((_, same)))) => assert_eq!(end, *same, "another end at {cut}"),
            (part, whole) => panic!("{cut} bytes give {part:?}, all of them {whole:?}"),
        }
    }
    if let Ok(Some((head, end))) = whole {
        assert!(end <= HEAD_BYTES_MAX && end <= bytes.len() && head.headers.len() <= HEADERS_MAX);
        assert!(head.path.starts_with('/') || (head.path == ASTERISK && head.method == Method::Options));
        assert!(!head.path.chars().any(char::is_control) && head.headers.get("transfer-encoding").is_none());
        if head.method != Method::Other {
            reads_the_same_again(&head);
        }
    }
}

/// What was understood, said in the plainest way, is understood as the same.
fn reads_the_same_again(head: &Head) {
    let version = if head.version == Version::Http10 { "1.0" } else { "1.1" };
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let path = if head.path == ASTERISK {
        head.path.clone()
    } else {
        head.path.split('/').map(encode).collect::<Vec<_>>().join("/")
    };
    let query = if head.query.raw().is_empty() { String::new() } else { format!("?{}", head.query.raw()) };
    let fields: String =
        head.headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.trim_matches(' '))).collect();
    let text = format!("{} {path}{query} HTTP/{version}\r\n{fields}\r\n", head.method.name());
    // Said plainly it may be longer than a head may be.
    let Ok(Some((again, end))) = parse_head(text.as_bytes()) else {
        assert!(text.len() > HEAD_BYTES_MAX, "not read again: {text:?}");
        return;
    };
    assert_eq!(end, text.len());
    let said = |head: &Head| {
        let Head { method, path, query, version, length, keep_alive, expects_continue, .. } = head;
        (*method, path.clone(), query.clone(), *version, *length, *keep_alive, *expects_continue)
    };
    assert_eq!(said(head), said(&again));
}

pub fn target_seeds() -> Vec<Vec<u8>> {
    ["/", "/file/a%2Db?x=1&y=%20+z&&=", "/%C3%A9?q=caf%C3%A9", "/a/../b//c?room=house#x"].map(Into::into).into()
}

pub fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some((path, query)) = split_target(&text) else { return };
    assert!(path.starts_with('/') && path.len() <= text.len() && !path.chars().any(char::is_control));
    let encoded = utf8_percent_encode(&path, NON_ALPHANUMERIC).to_string().replace("%2F", "/");
    assert_eq!(split_target(&encoded), Some((path, Query::default())), "encoded it is another path");
    let pairs: Vec<_> = query.pairs().collect();
    assert!(pairs.len() <= query.raw().matches('&').count() + 1);
    if let Some((name, value)) = pairs.first() {
        assert_eq!(query.get(name).as_ref(), Some(value), "the first of a name is the one");
    }
}

pub fn range_seeds() -> Vec<Vec<u8>> {
    ["\0\0\0\0\0\0\u{3}\u{7f}bytes=0-99", "\0\0\0\0\0\0\0\0bytes=-5", "\0\0\0\0\0\0\0\u{9}bytes=5-"]
        .map(Into::into)
        .into()
}

pub fn range(bytes: &[u8]) {
    let Some((size, field)) = bytes.split_first_chunk::<8>() else { return };
    let (size, field) = (u64::from_be_bytes(*size), String::from_utf8_lossy(field));
    match parse_range(&field, size) {
        Wanted::Whole => {}
        Wanted::Outside => assert!(field.contains('=')),
        Wanted::Part { first, last } => {
            assert!(first <= last && last < size);
            let again = parse_range(&format!("bytes={first}-{last}"), size);
            assert_eq!(again, Wanted::Part { first, last }, "named by itself it is another part");
        }
    }
}

pub fn fields_seeds() -> Vec<Vec<u8>> {
    [
        "Host: localhost:80\nOrigin: http://localhost\nAccept-Encoding: gzip;q=0, *",
        "Cookie: a=b; hearken=00\nAuthorization: Bearer 00\nHost: [::1]",
        "If-Match: \"a\", W/\"b\"\nIf-None-Match: *\nIf-Range: W/\"a\"\nHost: pi.local.",
        "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\nIf-Unmodified-Since: x\nLast-Event-ID: e:5",
    ]
    .map(Into::into)
    .into()
}

pub fn fields(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut headers = Headers::new();
    for (name, value) in text.lines().filter_map(|line| line.split_once(": ")) {
        headers.push(name, value);
    }
    let peer = Peer::Tcp("192.168.1.9:5".parse().unwrap());
    let request = |method, headers| Request {
        method,
        path: "/".into(),
        query: Query::default(),
        headers,
        body: Vec::new(),
        peer,
        version: Version::Http11,
    };
    let (get, post) = (request(Method::Get, headers.clone()), request(Method::Post, headers.clone()));
    let own =
        Response::text(200, "body").header("ETag", "\"a\"").header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    let _ = (accepts_gzip(&headers), range_applies(&headers, &own.headers));
    assert!([200, 304, 412].contains(&revalidated(&get, own).status));
    let allowed = Allowed::new(["pi.local"], []);
    let is_ours = check_host(&allowed, &get).is_ok();
    let host = headers.get("host").unwrap_or_default().to_ascii_lowercase();
    let looks_ours =
        ["localhost", "pi.local", "127.", "::1", "::ffff:", "0:0", "::"].iter().any(|name| host.contains(name));
    assert!(!is_ours || looks_ours, "{host:?} is none of ours");
    if headers.get("origin").is_none() && headers.get("authorization").is_none() {
        assert!(check_origin(&allowed, &post, false).is_err(), "a page's request without its origin");
    }
    let auth =
        Auth::new(Some(vec![(hearken::device::secrets::token_hash("right"), b"0123456789ABCDEF".to_vec())]), false);
    match auth.who(&get) {
        Err(_) => {}
        Ok(_) => assert!(text.contains("right"), "let in without the token"),
    }
    for value in headers.iter().map(|(_, value)| value) {
        let since = value.parse::<Since>();
        assert!(since.is_err() || value.ends_with(|last: char| last.is_ascii_digit()));
        assert!(DeviceId::new(value).is_err() || value.len() <= 32);
    }
}
