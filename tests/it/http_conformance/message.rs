//! RFC 9112 §2: where a message begins, how its lines end, what it is made of.

use super::{BODY, check_all, ended, get, kept, post};

#[test]
fn lines_end_with_cr_lf_and_nothing_stands_before_the_first() {
    check_all(&[
        kept("§2.1 a request", get(""), &[200]),
        kept("§2.2 an empty line before a request is passed over", format!("\r\n{}", get("")), &[200]),
        kept("§2.2 so are several", format!("\r\n\r\n\r\n{}", get("")), &[200]),
        kept(
            "§2.2 and one that an old client sends behind a body",
            post("Content-Length: 8\r\n", &format!("{BODY}\r\n")),
            &[200],
        ),
        ended("§2.2 bare LF as every line's end", "GET /healthz HTTP/1.1\nHost: localhost\n\n", &[400]),
        ended("§2.2 bare LF behind the request line", "GET /healthz HTTP/1.1\nHost: localhost\r\n\r\n", &[400]),
        ended("§2.2 bare LF behind a field", "GET /healthz HTTP/1.1\r\nHost: localhost\n\r\n", &[400]),
        ended("§2.2 bare LF as the head's end", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\n", &[400]),
        ended("§2.2 bare LF before a request", format!("\n{}", get("")), &[400]),
        ended("§2.2 bare CR in a value", get("X: a\rY: b\r\n"), &[400]),
        ended("§2.2 bare CR before a request", format!("\r{}", get("")), &[400]),
        ended("§2.2 CR CR LF", get("X: a\r\r\n"), &[400]),
        ended("§2.2 white space before the first field", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", &[400]),
        ended("§2.2 a tab before the first field", "GET / HTTP/1.1\r\n\tHost: localhost\r\n\r\n", &[400]),
        ended("§2.2 white space before the request line", format!(" {}", get("")), &[400]),
        ended("§2.2 a line of white space before the request line", format!(" \r\n{}", get("")), &[400]),
        ended("§2.2 a byte order mark", format!("\u{feff}{}", get("")), &[400]),
    ]);
}

#[test]
fn what_is_no_http_1_is_refused() {
    let utf16: Vec<u8> = get("").encode_utf16().flat_map(u16::to_be_bytes).collect();
    check_all(&[
        ended("§2.2 zeros", "\0\0\0\0\r\n\r\n", &[400]),
        ended("§2.2 noise", [&[0xff; 3000][..], b"\n"].concat(), &[400]),
        ended("§2.2 UTF-16", utf16, &[400]),
        ended("§2.2 an answer", "HTTP/1.1 200 OK\r\nHost: localhost\r\n\r\n", &[400]),
        ended("§2.2 another protocol", "HELO localhost\r\n\r\n", &[400]),
        ended("9113 §3.4 HTTP/2 without having been asked", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[505]),
    ]);
}
