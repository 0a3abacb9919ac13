//! RFC 9112 §6 and §7: how long a body is. Here it has a Content-Length or it is none; chunks are refused whole, so nothing
//! that stands among them is ever read, as length or as request.

use super::{BODY, Row, check_all, ended, get, kept, post};

/// What an attacker would like to have obeyed: a request inside another's body.
const SMUGGLED: &str = "POST /rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16\r\n\r\n{\"name\":\"gotcha\"}";

#[test]
fn a_length_is_one_number() {
    let length = |lines: &str| post(lines, BODY);
    let mut rows = vec![
        kept("§6.2 a length", length("Content-Length: 8\r\n"), &[200]),
        kept("§6.2 with white space around it", length("Content-Length:\t 8 \r\n"), &[200]),
        kept("§6.2 with zeros before it", length("content-length: 00000000000000000000008\r\n"), &[200]),
        kept("§6.3 none: no body", post("", ""), &[422]),
        kept("§6.3 nothing", post("Content-Length: 0\r\n", ""), &[422]),
        kept("§6 a body of GET belongs to it", format!("{}{BODY}", get("Content-Length: 8\r\n")), &[200]),
        kept(
            "§6 a request in a body is a body",
            format!("{}{SMUGGLED}", get(&format!("Content-Length: {}\r\n", SMUGGLED.len()))),
            &[200],
        ),
        ended("§6.3 two lengths", length("Content-Length: 8\r\nContent-Length: 9\r\n"), &[400]),
        ended("§6.3 two lengths, the same", length("Content-Length: 8\r\ncontent-length: 8\r\n"), &[400]),
        ended("9110 §8.6 a length that fits no number", length("Content-Length: 99999999999999999999\r\n"), &[413]),
        ended("9110 §8.6 and one that wraps round to 8", length("Content-Length: 18446744073709551624\r\n"), &[413]),
        ended("9110 §15.5.14 a body too long", length("Content-Length: 65537\r\n"), &[413]),
        kept(
            "9110 §15.5.14 the longest body",
            post("Content-Length: 65536\r\n", &(BODY.to_owned() + &" ".repeat(65_528))),
            &[200],
        ),
    ];
    let improper = [
        "-8", "+8", "8, 8", "8,8", "8,", ",8", "8 8", "8;8", "0x8", "8.0", "8e0", "8_0", "8a", "", "\"8\"", "eight",
        "\u{ff18}", "\u{664}", "8\u{a0}", "\u{a0}8", "8\u{85}",
    ];
    rows.extend(improper.map(|text| ended("§6.3 no number", length(&format!("Content-Length: {text}\r\n")), &[400])));
    check_all(&rows);
}

#[test]
fn a_body_in_chunks_is_refused_before_its_first() {
    let chunks = |text: &str| post("Transfer-Encoding: chunked\r\n", &format!("{text}{SMUGGLED}"));
    let bodies = [
        "8\r\n{\"t0\":1}\r\n0\r\n\r\n",
        "0\r\n\r\n",
        "8;name=value\r\n{\"t0\":1}\r\n0\r\nTrailer: x\r\n\r\n",
        "0000000000000000008\r\n{\"t0\":1}\r\n0\r\n\r\n",
        "0x8\r\n{\"t0\":1}\r\n0\r\n\r\n",
        "-8\r\n{\"t0\":1}\r\n0\r\n\r\n",
        "ffffffffffffffff8\r\n{\"t0\":1}\r\n0\r\n\r\n",
        "8\n{\"t0\":1}\n0\n\n",
        "8\r\n{\"t0\":1}0\r\n\r\n",
        "8 ;\r\n{\"t0\":1}\r\n0\r\n\r\n",
    ];
    let mut rows: Vec<Row> =
        bodies.map(|text| ended("§6.3 chunked: with a length, please", chunks(text), &[411])).into();
    let long = format!("8;{}\r\n{{\"t0\":1}}\r\n0\r\n\r\n", "x".repeat(30_000));
    rows.push(ended("§7.1.1 a long extension", chunks(&long), &[411]));
    rows.extend(["Chunked", "CHUNKED", "\tchunked ", "chunked\t"].map(|coding| {
        let fields = format!("Transfer-Encoding: {coding}\r\n");
        ended("§7 the coding's case does not matter, nor white space around it", post(&fields, SMUGGLED), &[411])
    }));
    check_all(&rows);
}

#[test]
fn whoever_says_two_things_about_a_length_is_refused() {
    let said = |lines: &str| post(lines, &format!("0\r\n\r\n{SMUGGLED}"));
    let coding = |text: &str| said(&format!("Transfer-Encoding: {text}\r\n"));
    let mut rows = vec![
        ended("§6.1 a length and chunks", said("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), &[400]),
        ended("§6.1 chunks and a length", said("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), &[400]),
        ended("§6.1 a length and any coding", said("Content-Length: 5\r\nTransfer-Encoding: identity\r\n"), &[400]),
        ended("§6.1 a length and no coding", said("Content-Length: 5\r\nTransfer-Encoding:\r\n"), &[400]),
        ended(
            "§6.1 chunked twice, on two lines",
            said("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            &[400],
        ),
        ended(
            "§6.1 chunks, then something else",
            said("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
            &[400],
        ),
        ended(
            "§6.1 something else, then chunks",
            said("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
            &[501],
        ),
        ended("§6.1 space before the colon", said("Transfer-Encoding : chunked\r\n"), &[400]),
        ended("§6.1 a vertical tab before it", said("Transfer-Encoding:\u{b}chunked\r\n"), &[400]),
        ended("§6.1 a form feed behind it", said("Transfer-Encoding: chunked\u{c}\r\n"), &[400]),
        ended("§6.1 a bare CR before it", said("Transfer-Encoding:\rchunked\r\n"), &[400]),
        ended(
            "§6.1 chunks in HTTP/1.0, which has none",
            "POST /time HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            &[400],
        ),
        ended(
            "§6.1 the same with keep-alive",
            format!(
                "POST /time HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}"
            ),
            &[400],
        ),
        ended("§6.1 of GET, too", format!("{}0\r\n\r\n{SMUGGLED}", get("Transfer-Encoding: chunked\r\n")), &[411]),
    ];
    let not_last = [
        "chunked, chunked",
        "chunked, identity",
        "chunked, gzip",
        "gzip, chunked, gzip",
        "chunked;q=1",
        "chunked,",
        ",chunked",
        "chunked ,, chunked",
        "xchunked",
        "chunkedx",
        "chunke",
        "cow",
        "\"chunked\"",
        "'chunked'",
        "identity",
        "gzip",
        "",
        "chunked chunked",
        "chunked\u{a0}",
        "\u{feff}chunked",
        "ch\u{17f}nked",
        "chun\u{212a}ed",
    ];
    rows.extend(not_last.map(|text| ended("§6.3 chunked is not the last coding, and only that", coding(text), &[400])));
    rows.extend(
        ["gzip, chunked", "br,chunked", "gzip ,\tCHUNKED"]
            .map(|text| ended("§6.1 codings that are not known, in chunks", coding(text), &[501])),
    );
    check_all(&rows);
}
