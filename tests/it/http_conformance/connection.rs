//! RFC 9112 §9: several requests on one connection, who ends it, who changes its protocol; and RFC 9110 §10.1.1, Expect.

use super::{BODY, LANDMARK, check_all, ended, get, house, kept, post};

/// A WebSocket's handshake with these lines besides.
fn upgrade(version: &str, fields: &str) -> String {
    let key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    format!("GET /ws/sync HTTP/{version}\r\nHost: localhost\r\n{key}{fields}\r\n")
}

#[test]
fn requests_are_answered_in_order_until_somebody_ends_it() {
    let old = |fields: &str| format!("GET /healthz HTTP/1.0\r\nHost: localhost\r\n{fields}\r\n");
    let (one, last) = (get(""), get("Connection: close\r\n"));
    let body = post("Content-Length: 8\r\n", BODY);
    check_all(&[
        kept("§9.3.2 several at once", format!("{one}{body}{one}{body}"), &[200, 200, 200, 200]),
        kept("§9.3.2 a hundred at once", one.repeat(100), &[200; 100]),
        ended("§9.6 nothing behind the last", format!("{one}{last}{one}{one}"), &[200, 200]),
        ended("§9.6 nothing behind a refused one", format!("{one}GET\r\n\r\n{one}"), &[200, 400]),
        ended("§9.6 whatever its case", get("Connection: CLOSE\r\n"), &[200]),
        ended("§9.6 in a list", get("Connection: keep-alive , close\r\n"), &[200]),
        ended("§9.6 on a line of its own", get("Connection: keep-alive\r\nConnection: close\r\n"), &[200]),
        kept("§9.3 keep-alive says nothing new", get("Connection: keep-alive\r\n"), &[200]),
        kept("§9.1 an option that nobody knows", get("Connection: x, closed\r\n"), &[200]),
        ended("§9.3 HTTP/1.0 ends", old(""), &[200]),
        ended("§9.3 and whatever stands behind it", format!("{}{one}", old("")), &[200]),
        ended("§9.3 HTTP/1.0, told to close", old("Connection: keep-alive, close\r\n"), &[200]),
        kept("9110 §7.8 an upgrade to what is not spoken here", get("Connection: Upgrade\r\nUpgrade: h2c\r\n"), &[200]),
        kept("9110 §7.8 an upgrade where there is none", get("Connection: Upgrade\r\nUpgrade: websocket\r\n"), &[200]),
        kept("6455 §4.2.1 a handshake without Upgrade", upgrade("1.1", "Connection: Upgrade\r\n"), &[400]),
        kept("6455 §4.2.1 or without Connection", upgrade("1.1", "Upgrade: websocket\r\n"), &[400]),
        ended(
            "9110 §7.8 HTTP/1.0 is not upgraded",
            upgrade("1.0", "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
            &[400],
        ),
    ]);
}

#[test]
fn http_1_0_stays_if_it_asks_and_is_told() {
    let house = house();
    let mut line = house.door().knock();
    for _ in 0..2 {
        line.say("GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: Keep-Alive\r\n\r\n");
        let answer = line.answer(false).unwrap();
        assert_eq!((answer.status, answer.field("connection")), (200, Some("keep-alive")));
    }
}

#[test]
fn an_upgrade_is_the_last_answer_of_http() {
    let house = house();
    let mut line = house.door().knock();
    let fields = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nConnection: close\r\n";
    line.say(format!("{}{}", get(""), upgrade("1.1", fields)));
    assert_eq!(line.answer(false).unwrap().status, 200);
    let answer = line.answer(true).unwrap();
    assert_eq!((answer.status, answer.field("upgrade")), (101, Some("websocket")));
    assert_eq!(answer.field("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "6455 §1.3's own example");
    // A request is no frame: it is not answered, the socket is closed.
    line.say(LANDMARK.0);
    assert!(!String::from_utf8_lossy(&line.rest()).contains("HTTP/1.1"));
}

#[test]
fn whoever_waits_to_be_let_on_is_answered_first() {
    let house = house();
    let expects = |length: &str| post(&format!("Content-Length: {length}\r\nExpect: 100-continue\r\n"), "");
    let mut line = house.door().knock();
    for _ in 0..2 {
        line.say(expects("8"));
        assert_eq!(line.answer_head().unwrap().0, 100, "before a byte of the body is sent");
        line.say(BODY);
        assert_eq!(line.answer(false).unwrap().status, 200);
    }
    line.say(expects("65537"));
    line.answer(false).unwrap().problem(413);
    assert!(line.rest().is_empty(), "refused without 100, and ended: a body might follow or not");
}

#[test]
fn expectations_that_need_no_word() {
    check_all(&[
        kept("9110 §10.1.1 the body is there", post("Content-Length: 8\r\nExpect: 100-Continue\r\n", BODY), &[200]),
        kept("9110 §10.1.1 no body is meant", get("Expect: 100-continue\r\n"), &[200]),
        ended("9110 §10.1.1 something else", get("Expect: tea\r\n"), &[417]),
        ended("9110 §10.1.1 something else besides", get("Expect: 100-continue, tea\r\n"), &[417]),
        ended("9110 §10.1.1 or on another line", get("Expect: 100-continue\r\nExpect: tea\r\n"), &[417]),
        ended(
            "9110 §10.1.1 HTTP/1.0 does not know it",
            format!("POST /time HTTP/1.0\r\nHost: localhost\r\nContent-Length: 8\r\nExpect: tea\r\n\r\n{BODY}"),
            &[200],
        ),
    ]);
}
