//! RFC 9112 §5: field lines.

use super::{Row, check_all, ended, get, kept};

#[test]
fn a_field_is_a_name_a_colon_and_a_value_on_one_line() {
    let mut rows = vec![
        kept("§5 no space behind the colon", get("X:y\r\n"), &[200]),
        kept("§5 white space around a value", get("X: \t y \t\r\n"), &[200]),
        kept("9110 §5.5 an empty value", get("X:\r\nY: \r\n"), &[200]),
        kept("9110 §5.5 a tab inside a value", get("X: a\tb\r\n"), &[200]),
        kept("9110 §5.6.2 every mark of a token", get("!#$%&'*+-.^_`|~0Az: y\r\n"), &[200]),
        kept(
            "9110 §5.5 bytes above ASCII are opaque",
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: \x80\xff\r\n\r\n",
            &[200],
        ),
        ended("§5.1 space before the colon", get("X : y\r\n"), &[400]),
        ended("§5.1 a tab before the colon", get("X\t: y\r\n"), &[400]),
        ended("§5.1 space before the colon of a length", get("Content-Length : 5\r\n"), &[400]),
        ended("§5.2 a folded line", get("X: a\r\n b\r\n"), &[400]),
        ended("§5.2 a line folded with a tab", get("X: a\r\n\tb\r\n"), &[400]),
        ended("§5.2 a line folded into nothing", get("X: a\r\n \r\n"), &[400]),
        ended("§5.2 a folded transfer coding", get("Transfer-Encoding:\r\n chunked\r\n"), &[400]),
        ended("§5 no colon", get("X\r\n"), &[400]),
        ended("§5 no name", get(": y\r\n"), &[400]),
        ended("9110 §5.1 a space in a name", get("X Y: z\r\n"), &[400]),
        ended("9110 §5.1 a name above ASCII", get("X\u{e9}: z\r\n"), &[400]),
    ];
    let control = |byte: u8| [b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a", &[byte][..], b"b\r\n\r\n"].concat();
    let controls = (0..0x20).chain([0x7f]).filter(|byte| !b"\t".contains(byte));
    rows.extend(controls.map(|byte| ended("9110 §5.5 a control character in a value", control(byte), &[400])));
    rows.extend(
        ["(", ")", ",", "/", ";", "<", "=", ">", "?", "@", "[", "\\", "]", "{", "}", "\"", "\0", "\u{7f}"]
            .map(|mark| ended("9110 §5.1 no mark of a token", get(&format!("X{mark}Y: z\r\n")), &[400])),
    );
    check_all(&rows);
}

#[test]
fn fields_are_bounded_in_length_and_number() {
    let many = |count: usize| (0..count).map(|nth| format!("X-{nth}: y\r\n")).collect::<String>();
    let long = |length: usize| format!("X: {}\r\n", "y".repeat(length));
    let rows: Vec<Row> = vec![
        kept("§5 as many as are read", get(&many(63)), &[200]),
        ended("§5 one more", get(&many(64)), &[431]),
        ended("§5 many more", get(&many(10_000)), &[431]),
        kept("§5 a long one", get(&long(15_000)), &[200]),
        ended("§5 too long a one", get(&long(16 * 1024)), &[431]),
        ended("§5 a long name without end", get(&"x".repeat(20_000)), &[431]),
    ];
    check_all(&rows);
}
