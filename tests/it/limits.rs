//! Too long, too many, nonsense: each is answered by a clear refusal, and nothing has changed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Answer, Ask};
use crate::house::{House, Phone};
use serde_json::json;

fn at_home() -> (House, Phone) {
    let house = House::open();
    let phone = house.pair("phone");
    (house, phone)
}

/// What comes back for these bytes on a connection of their own.
fn raw(house: &House, bytes: impl AsRef<[u8]>) -> Option<Answer> {
    let mut line = house.door().knock();
    // The other end may have enough before all of it is sent.
    let _ = line.try_say(bytes);
    line.answer(false)
}

#[test]
fn heads_are_bounded() {
    let (house, phone) = at_home();
    let before = house.fingerprint();
    let fits = phone.ask(Ask::get("/snapshot").field("X-Long", &"x".repeat(15_000)));
    assert_eq!(fits.status, 200);
    for length in [16 * 1024, 100_000, 1_000_000] {
        phone.ask(Ask::get("/snapshot").field("X-Long", &"x".repeat(length))).problem(431);
        phone.ask(Ask::get(&format!("/search?q={}", "x".repeat(length)))).problem(431);
    }
    let mut many = Ask::get("/snapshot");
    for nth in 0..100 {
        many = many.field(&format!("X-{nth}"), "x");
    }
    phone.ask(many).problem(431);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn bodies_are_bounded() {
    let (house, phone) = at_home();
    let before = house.fingerprint();
    let padded = |bytes: usize| format!("{{\"x\":\"{}\"}}", "x".repeat(bytes - 8));
    let guard = house.event_count().to_string();
    let next = |body: String| phone.ask(Ask::post("/next").field("If-Match-Event", &guard).body(body));
    next(padded(64 * 1024 + 1)).problem(413);
    next(padded(1024 * 1024)).problem(413);
    house.ask(Ask::post("/pair").body(padded(1024 * 1024))).problem(413);
    phone.ask(Ask::post("/next").field("Content-Length", "99999999999999999999999")).problem(413);
    assert_eq!(house.fingerprint(), before);
    assert_eq!(next(padded(64 * 1024)).status, 200);
}

#[test]
fn a_long_queue_goes_in_in_parts() {
    let (house, phone) = at_home();
    let ids: Vec<String> = (0..3000).map(|nth| format!("{nth:016}")).collect();
    let before = house.fingerprint();
    phone.command("/queue/set", &json!({ "trackIds": ids })).problem(404);
    let ids: Vec<String> = (0..4000).map(|nth| format!("{nth:016}")).collect();
    phone.command("/queue/set", &json!({ "trackIds": ids })).problem(413);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn json_that_is_none_or_means_nothing_is_refused() {
    let (house, phone) = at_home();
    let (guard, a) = (house.event_count().to_string(), house.queue()[1].clone());
    let before = house.fingerprint();
    let deep = format!("{{\"trackId\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    for (target, body) in [
        ("/seek", "{\"positionSec\":NaN}".to_owned()),
        ("/seek", "{\"positionSec\":Infinity}".into()),
        ("/seek", "{\"positionSec\":1e999}".into()),
        ("/seek", "{\"positionSec\":-0.001}".into()),
        ("/seek", "{\"positionSec\":604801}".into()),
        ("/seek", "{\"positionSec\":true}".into()),
        ("/seek", "{\"positionSec\":[1]}".into()),
        ("/seek", "{\"positionSec\":1,}".into()),
        ("/seek", "{'positionSec':1}".into()),
        ("/seek", "positionSec=1".into()),
        ("/seek", "{\"positionSec\":1}x".into()),
        ("/seek", "{\"positionSec\":".into()),
        ("/next", "\u{feff}{}".into()),
        ("/next", "nul".into()),
        ("/next", deep.clone()),
        ("/nudge", deep),
        ("/nudge", objects),
        ("/nudge", format!("{{\"trackId\":\"{a}\",\"trackId\":\"{a}\"}}")),
        ("/nudge", format!("{{\"trackId\":\"x\",\"trackId\":\"{a}\"}}")),
        ("/nudge", "{\"trackId\":\"\"}".into()),
        ("/nudge", "{\"trackId\":\"\\u0000\"}".into()),
        ("/nudge", "{\"trackId\":\"12345678901234567\"}".into()),
        ("/queue/add", format!("{{\"trackIds\":[\"{a}\",5]}}")),
        ("/queue/add", format!("{{\"trackIds\":[\"{a}\"],\"at\":1e30}}")),
        ("/queue/add", format!("{{\"trackIds\":[\"{a}\"],\"at\":18446744073709551615}}")),
        ("/queue/add", format!("{{\"trackIds\":[\"{a}\"],\"at\":18446744073709551616}}")),
        ("/queue/move", format!("{{\"trackId\":\"{a}\",\"to\":18446744073709551615}}")),
        ("/queue/move", format!("{{\"trackId\":\"{a}\",\"to\":\"1\"}}")),
    ] {
        let shown: String = body.chars().take(60).collect();
        let answer = phone.ask(Ask::post(target).field("If-Match-Event", &guard).body(body));
        assert!([400, 422].contains(&answer.status), "{target} {shown}: {} {}", answer.status, answer.text());
        answer.problem(answer.status);
        assert_eq!(house.fingerprint(), before, "{target} {shown}");
    }
    let not_utf8 =
        phone.ask(Ask::post("/nudge").field("If-Match-Event", &guard).body(b"{\"trackId\":\"\xff\"}".to_vec()));
    not_utf8.problem(400);
    let form = Ask::post("/next").field("If-Match-Event", &guard).field("Content-Type", "text/plain").body("{}");
    phone.ask(form).problem(415);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn a_name_given_twice_is_a_mistake_on_the_socket_too() {
    let (house, phone) = at_home();
    let (guard, queue) = (house.event_count(), house.queue());
    let mut socket = phone.socket("");
    let text = format!(
        "{{\"type\":\"command\",\"id\":\"k\",\"name\":\"nudge\",\"ifMatchEvent\":{guard},\
         \"args\":{{\"trackId\":\"{}\",\"trackId\":\"{}\"}}}}",
        queue[2], queue[3]
    );
    socket.send(tungstenite::Message::text(text)).unwrap();
    assert_eq!(socket.wait("reject")["status"], 422);
    assert_eq!(house.event_count(), guard);
}

#[test]
fn garbage_on_the_port_is_answered_or_hung_up_on_and_never_obeyed() {
    let (house, phone) = at_home();
    let before = house.fingerprint();
    let auth = format!("Authorization: Bearer {}\r\n", phone.token);
    let post = format!("POST /next HTTP/1.1\r\nHost: localhost\r\nIf-Match-Event: {}\r\n{auth}", house.event_count());
    for (bytes, status) in [
        ("\0\0\0\0\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".into(), 505),
        ("GET / HTTP/1.1\r\n\r\n".into(), 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".into(), 400),
        ("GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n".into(), 400),
        ("GET / HTTP/1.1\nHost: localhost\n\n".into(), 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n".into(), 400),
        ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n".into(), 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n".into(), 417),
        ("BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n".into(), 404),
        ("BREW /snapshot HTTP/1.1\r\nHost: localhost\r\n\r\n".into(), 501),
        ("DELETE /snapshot HTTP/1.1\r\nHost: localhost\r\n\r\n".into(), 405),
        (format!("{post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}"), 400),
        (format!("{post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{{}}"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"), 411),
        (format!("{post}Transfer-Encoding: gzip\r\n\r\nxx"), 400),
        (format!("{post}Transfer-Encoding: gzip, chunked\r\n\r\nxx"), 501),
        (format!("{post}Content-Length: -1\r\n\r\n{{}}"), 400),
        (format!("{post}Content-Length: +2\r\n\r\n{{}}"), 400),
        (format!("{post}Content-Length: 0x2\r\n\r\n{{}}"), 400),
    ] {
        let answer = raw(&house, &bytes).unwrap_or_else(|| panic!("no answer to {bytes:?}"));
        assert_eq!(answer.status, status, "{bytes:?}: {}", answer.text());
        answer.problem(status);
    }
    // A TLS client's first words, and noise: hung up on or refused, as long as it is soon over.
    for bytes in [&[0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0][..], &[0xff; 3000], b"\r\n\r\n\r\n\r\nGET", b"\x80\x80\r\n\r\n"] {
        let mut line = house.door().knock();
        let _ = line.try_say(bytes);
        let _ = line.socket().shutdown(std::net::Shutdown::Write);
        assert!(line.ends());
    }
    assert_eq!(house.fingerprint(), before);
    assert_eq!(phone.get("/snapshot").status, 200);
}

#[test]
fn what_stands_behind_a_refused_request_is_not_taken_for_the_next() {
    let (house, phone) = at_home();
    let before = house.fingerprint();
    let inner = String::from_utf8(phone.sign(Ask::post("/next")).bytes("localhost")).unwrap();
    let inner = inner.replacen("\r\n", &format!("\r\nIf-Match-Event: {}\r\n", house.event_count()), 1);
    let outer = format!("POST /next HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{inner}");
    let mut line = house.door().knock();
    line.say(outer);
    assert_eq!(line.answer(false).unwrap().status, 411);
    assert!(line.answer(false).is_none(), "no second answer");
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn requests_sent_together_are_answered_in_order() {
    let (house, phone) = at_home();
    let mut line = house.door().knock();
    let targets = ["/snapshot", "/healthz", "/nothing", "/index", "/clients"];
    let all: Vec<u8> = targets.iter().flat_map(|target| phone.sign(Ask::get(target)).bytes("localhost")).collect();
    line.say(all);
    let answers: Vec<_> = targets.iter().map(|_| line.answer(false).unwrap()).collect();
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 200, 404, 200, 200]);
    assert!(answers[0].json()["queue"].is_array() && answers[4].json()["clients"].is_array());
}

#[test]
fn a_handler_that_meets_the_strangest_values_does_not_panic() {
    let (house, phone) = at_home();
    for (name, value) in [
        ("Cookie", ";;;=;hearken;hearken="),
        ("Authorization", "Bearer"),
        ("Authorization", "Bearer  "),
        ("Authorization", "\u{fc}"),
        ("X-Hearken-Tab", "a b"),
        ("Range", "bytes=--"),
        ("Accept-Encoding", "gzip;q=nan,,;=,*;q=-1"),
        ("If-None-Match", "\"\",W/,,\""),
        ("Origin", "http://["),
        ("Host", "[::1"),
        ("Last-Event-ID", "\u{1f3a7}"),
    ] {
        for target in ["/snapshot", "/index", "/", "/healthz", "/qr", "/search?q=%ff%fe&limit=&limit=2"] {
            let status = phone.ask(Ask::get(target).field(name, value)).status;
            assert!(status < 500, "{name}: {value} on {target} gives {status}");
        }
    }
    assert!(!house.log().contains("panicked"), "a handler panicked");
}
