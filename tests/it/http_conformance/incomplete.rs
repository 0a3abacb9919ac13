//! RFC 9112 §8: messages that do not get to their end. Nothing of them is obeyed, and no answer goes to nobody.

use super::{BODY, get, house, post};
use std::net::Shutdown;

#[test]
fn what_breaks_off_is_not_obeyed() {
    let house = house();
    let before = house.fingerprint();
    let rooms = "POST /rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{\"name\":\"gotcha\"}";
    for (sent, answers) in [
        (String::new(), vec![]),
        ("GET".into(), vec![]),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n".into(), vec![]),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r".into(), vec![]),
        (rooms.into(), vec![]),
        (post("Content-Length: 9\r\n", BODY), vec![]),
        (format!("{}GET /healthz", get("")), vec![200]),
        (format!("{}{rooms}", get("")), vec![200]),
    ] {
        let mut line = house.door().knock();
        line.say(&sent);
        line.socket().shutdown(Shutdown::Write).unwrap();
        for status in answers {
            assert_eq!(line.answer(false).unwrap().status, status, "{sent:?}");
        }
        assert_eq!(String::from_utf8(line.rest()).unwrap(), "", "{sent:?}");
    }
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn bytes_may_come_one_by_one() {
    let house = house();
    let mut line = house.door().knock();
    let all = format!("\r\n{}{}", post("Content-Length: 8\r\n", BODY), get(""));
    for byte in all.bytes() {
        line.say([byte]);
    }
    let statuses = [line.answer(false), line.answer(false)];
    assert_eq!(statuses.map(|answer| answer.unwrap().status), [200, 200]);
}
