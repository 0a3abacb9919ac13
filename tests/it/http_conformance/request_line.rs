//! RFC 9112 §3: method, target, version, and the Host that belongs to the target.

use super::{Row, check_all, ended, get, kept};

/// A request line with a Host behind it.
fn line(line: &str) -> String {
    format!("{line}\r\nHost: localhost\r\n\r\n")
}

/// A request with these lines about its host.
fn host(lines: &str) -> String {
    format!("GET /healthz HTTP/1.1\r\n{lines}\r\n")
}

#[test]
fn a_request_line_is_three_words_with_one_space_between() {
    let lines = [
        "GET  /healthz HTTP/1.1",
        "GET /healthz  HTTP/1.1",
        "GET /healthz HTTP/1.1 ",
        "GET\t/healthz HTTP/1.1",
        "GET /healthz\tHTTP/1.1",
        "GET /healthz\u{b}HTTP/1.1",
        "GET /heal thz HTTP/1.1",
        "GET /healthz HTTP/1.1 HTTP/1.1",
        "GET /healthz",
        "GET HTTP/1.1",
        "GET",
        " /healthz HTTP/1.1",
        "/healthz HTTP/1.1",
        "G(T /healthz HTTP/1.1",
        "GET: /healthz HTTP/1.1",
        "G\u{c9}T /healthz HTTP/1.1",
    ];
    check_all(&lines.map(|text| ended("§3 three words, one space between", line(text), &[400])));
}

#[test]
fn long_lines_are_read_as_far_as_the_head_may_be_long() {
    let long = |length: usize| line(&format!("GET /{} HTTP/1.1", "a".repeat(length)));
    check_all(&[
        kept("§3 8,000 bytes at the least", long(8_000), &[404]),
        // The bound is the whole head's, so it has one status, whichever line was too long.
        ended("§3 too long", long(17_000), &[431]),
        ended("§3 much too long", long(200_000), &[431]),
        kept("§3 a long method is a method", line(&format!("{} /healthz HTTP/1.1", "M".repeat(1_000))), &[501]),
        ended("§3 a method without end", "M".repeat(20_000), &[431]),
    ]);
}

#[test]
fn versions() {
    let version = |text: &str| line(&format!("GET /healthz {text}"));
    let mut rows: Vec<Row> = ["HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/9.9"]
        .map(|text| ended("9110 §2.5 a version that is not spoken here", version(text), &[505]))
        .into();
    rows.extend(
        ["HTTP/11", "HTTP/1,1", "HTTP/1", "HTTP/"]
            .map(|text| ended("§2.3 HTTP without a version", version(text), &[505])),
    );
    rows.extend(
        ["http/1.1", "HTTP/1.1x", "HTP/1.1", "HTTP", "HTTP/1.1\0", "/1.1"]
            .map(|text| ended("§2.3 no version", version(text), &[400])),
    );
    rows.push(ended("§9.3 HTTP/1.0 ends", "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", &[200]));
    check_all(&rows);
}

#[test]
fn a_target_has_one_of_four_forms() {
    check_all(&[
        kept("§3.2.1 origin form with a query", line("GET /healthz?a=b&c HTTP/1.1"), &[200]),
        kept("§3.2.2 absolute form", line("GET http://localhost/healthz HTTP/1.1"), &[200]),
        kept("§3.2.2 whatever the scheme's case", line("GET HTTP://LocalHost:80/healthz HTTP/1.1"), &[200]),
        kept("§3.2.2 without a path", line("GET http://localhost?x HTTP/1.1"), &[200]),
        kept(
            "§3.2.2 its authority outweighs Host",
            "GET http://localhost/healthz HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
            &[200],
        ),
        kept("§3.2.2 also where that one is not ours", line("GET http://elsewhere.example/healthz HTTP/1.1"), &[403]),
        ended("§3.2.2 it does not excuse a missing Host", "GET http://localhost/healthz HTTP/1.1\r\n\r\n", &[400]),
        ended("9110 §4.2.1 without an authority", line("GET http:///healthz HTTP/1.1"), &[400]),
        ended("9110 §4.2.4 with somebody's name", line("GET http://me@localhost/healthz HTTP/1.1"), &[400]),
        ended("§3.2.2 with an improper authority", line("GET http://local host/healthz HTTP/1.1"), &[400]),
        ended("§3.2.2 with an improper port", line("GET http://localhost:x/healthz HTTP/1.1"), &[400]),
        ended("§3.2.2 another scheme", line("GET ftp://localhost/healthz HTTP/1.1"), &[400]),
        ended("§3.2.3 authority form is for CONNECT", line("GET localhost:80 HTTP/1.1"), &[400]),
        ended("§3.2.3 and CONNECT is for proxies", line("CONNECT localhost:80 HTTP/1.1"), &[400]),
        kept("§3.2.4 asterisk form is for OPTIONS", line("OPTIONS * HTTP/1.1"), &[204]),
        ended("§3.2.4 and for nothing else", line("GET * HTTP/1.1"), &[400]),
        ended("§3.2.4 alone", line("OPTIONS *x HTTP/1.1"), &[400]),
        ended("§3.2 a fragment", line("GET /healthz#x HTTP/1.1"), &[400]),
        ended("§3.2 what must be percent-encoded", line("GET /\u{e9} HTTP/1.1"), &[400]),
        ended("§3.2 an encoded zero", line("GET /healthz%00 HTTP/1.1"), &[400]),
        ended("§3.2 an encoded line end", line("GET /healthz%0d%0aX:%20y HTTP/1.1"), &[400]),
        ended("§3.2 bytes that are no text", line("GET /%ff HTTP/1.1"), &[400]),
        kept("§3.2 dots lead nowhere", line("GET /../healthz HTTP/1.1"), &[404]),
        kept("§3.2 also when encoded", line("GET /%2e%2e/healthz HTTP/1.1"), &[404]),
        kept("§3.2 nor do two slashes", line("GET //healthz HTTP/1.1"), &[404]),
        kept("§3.2 an encoded letter is the letter", line("GET /%68ealthz HTTP/1.1"), &[200]),
        kept("§3.2 once", line("GET /%2568ealthz HTTP/1.1"), &[404]),
    ]);
}

#[test]
fn host_is_one_proper_name_that_is_ours() {
    let mut rows = vec![
        kept("§3.2 with a port", host("Host: localhost:8642\r\n"), &[200]),
        kept("§3.2 whatever its case", host("hOST: LOCALhost\r\n"), &[200]),
        kept("§3.2 an address", host("Host: 127.0.0.1\r\n"), &[200]),
        kept("§3.2 an address in brackets", host("Host: [::1]:8642\r\n"), &[200]),
        kept("9110 §4.3 another's name", host("Host: elsewhere.example\r\n"), &[403]),
        kept("§3.2 nobody's name", host("Host:\r\n"), &[403]),
        ended("§3.2 missing", host(""), &[400]),
        ended("§3.2 twice", host("Host: localhost\r\nHost: elsewhere.example\r\n"), &[400]),
        ended("§3.2 twice the same", host("Host: localhost\r\nhost: localhost\r\n"), &[400]),
        ended("§3.2 missing in HTTP/1.0: no name of ours", "GET /healthz HTTP/1.0\r\n\r\n", &[403]),
        ended("§3.2 twice in HTTP/1.0", "GET / HTTP/1.0\r\nHost: localhost\r\nHost: localhost\r\n\r\n", &[400]),
    ];
    let improper = [
        "local host",
        "localhost, elsewhere.example",
        "localhost/",
        "localhost/healthz",
        "localhost?x",
        "localhost#x",
        "me@localhost",
        "http://localhost",
        "localhost:x",
        "localhost:80:80",
        "localhost:-80",
        "localhost: 80",
        "[::1",
        "::1]",
        "[::1]x",
        "[localhost]",
        "local\thost",
        "localhost\\",
        "<localhost>",
        "\"localhost\"",
        "%zz",
    ];
    rows.extend(improper.map(|name| ended("§3.2 improper", host(&format!("Host: {name}\r\n")), &[400])));
    rows.push(ended("§3.2 bytes that are no text", b"GET / HTTP/1.1\r\nHost: local\xffhost\r\n\r\n", &[400]));
    rows.push(kept("§3.2 with an answer for the next", get(""), &[200]));
    check_all(&rows);
}
