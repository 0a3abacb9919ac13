//! What a head may be, as a table (RFC 9112 and what smuggling tries), and what it never is, for any bytes.

use super::*;
use proptest::prelude::*;

/// The status that refuses `head`, 0 if it is incomplete, 200 if it is taken.
fn status(head: &[u8]) -> u16 {
    match parse_head(head) {
        Ok(None) => 0,
        Ok(Some(_)) => 200,
        Err(error) => Problem::from(error).kind.status,
    }
}

fn parse(head: &str) -> Head {
    parse_head(head.as_bytes()).unwrap().unwrap().0
}

#[test]
fn doubtful_heads_are_refused() {
    for (head, expected) in [
        // Taken.
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("GET / HTTP/1.0\r\n\r\n", 200),
        ("GET http://a:1/x HTTP/1.1\r\nHost: b\r\n\r\n", 200),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nhello", 200),
        ("GET / HTTP/1.1\r\nHost:a\r\nX:\tcaf\u{e9} \r\n\r\n", 200),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        // Not all there yet.
        ("", 0),
        ("GET / HT", 0),
        ("GET / HTTP/1.1\r\nHost: a\r\n", 0),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r", 0),
        // Line ends.
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\n\r\n", 400),
        ("GET / HTTP/1.1\nHost", 400),
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400),
        // Field lines.
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n", 400),
        // Host.
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", 400),
        // The request line.
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\r\nHost: a\r\n\r\n", 400),
        ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("\u{16}\u{3}\u{1}\0", 400),
        // The body's length.
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u{b}chunked\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
    ] {
        assert_eq!(status(head.as_bytes()), expected, "{head:?}");
    }
}

#[test]
fn bounds_are_kept() {
    let field = |len: usize| format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(len));
    let around = field(0).len();
    assert_eq!(status(field(HEAD_BYTES_MAX - around).as_bytes()), 200);
    assert_eq!(status(field(HEAD_BYTES_MAX - around + 1).as_bytes()), 431);
    assert_eq!(status(&vec![b'G'; HEAD_BYTES_MAX - 1]), 0);
    assert_eq!(status(&vec![b'G'; HEAD_BYTES_MAX]), 431);
    let many = |count: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(count - 1));
    assert_eq!(status(many(HEADERS_MAX).as_bytes()), 200);
    assert_eq!(status(many(HEADERS_MAX + 1).as_bytes()), 431);
}

#[test]
fn a_head_says_whether_the_connection_stays() {
    for (version, connection, stays) in [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: Upgrade, Close\r\n", false),
        ("1.0", "", false),
        ("1.0", "Connection: keep-alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ] {
        let head = parse(&format!("GET / HTTP/{version}\r\nHost: a\r\n{connection}\r\n"));
        assert_eq!(head.keep_alive, stays, "{version} {connection}");
    }
}

#[test]
fn an_absolute_target_replaces_host() {
    let head = parse("GET http://evil.example?x=1 HTTP/1.1\r\nHost: pi.local\r\n\r\n");
    assert_eq!(head.headers.get("host"), Some("evil.example"));
    assert_eq!(head.headers.get_all("host").count(), 1);
    assert_eq!(head.query.raw(), "x=1");
}

#[test]
fn a_head_ends_where_its_body_begins() {
    let bytes = b"POST /play HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n{}GET";
    let (head, end) = parse_head(bytes).unwrap().unwrap();
    assert_eq!(&bytes[end..], b"{}GET");
    assert_eq!((head.length, head.expects_continue, head.method), (2, true, Method::Post));
}

/// Lines as they are seen in the wild and in attacks, and glue between them.
fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "GET ",
            "POST ",
            "/",
            "/a?b",
            " HTTP/1.1",
            " HTTP/1.0",
            "\r\n",
            "\n",
            "\r",
            " ",
            "\t",
            "Host: a",
            "host:b",
            "Content-Length: 5",
            "Content-Length:6",
            "Transfer-Encoding: chunked",
            "Expect: 100-continue",
            ":",
            "\0",
            "Connection: close",
            "%00",
            "http://x",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// What holds of every head that is taken.
fn check_taken(bytes: &[u8], head: &Head, end: usize) {
    let text = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    assert!(end <= HEAD_BYTES_MAX && text.ends_with("\r\n\r\n"), "{text:?}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "bare LF in {text:?}");
    assert!(!text.contains('\0') && !text.contains("\r\n ") && !text.contains("\r\n\t"), "{text:?}");
    assert!(head.headers.get("transfer-encoding").is_none(), "{text:?}");
    assert!(head.headers.get_all("content-length").count() <= 1, "{text:?}");
    let hosts = head.headers.get_all("host").count();
    assert!(hosts == 1 || (hosts == 0 && head.version == Version::Http10), "{text:?}");
    assert!((head.path.starts_with('/') || head.path == ASTERISK) && !head.path.contains('\0'), "{text:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse_head(&bytes);
    }

    #[test]
    fn nothing_doubtful_is_taken(bytes in fragments()) {
        if let Ok(Some((head, end))) = parse_head(&bytes) {
            check_taken(&bytes, &head, end);
        }
    }

    #[test]
    fn a_head_in_pieces_is_the_same_head(bytes in fragments()) {
        if let Ok(Some((_, end))) = parse_head(&bytes) {
            for cut in 0..end {
                prop_assert!(matches!(parse_head(&bytes[..cut]), Ok(None)), "{cut} of {end}: {bytes:?}");
            }
        }
    }
}
