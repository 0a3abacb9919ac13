//! What needs a token, what a token is worth, and who is trusted without one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::ws::Socket;
use crate::house::{House, Setup};
use serde_json::json;

/// Everything but what strangers may ask.
const BEHIND_THE_DOOR: &[(&str, &str)] = &[
    ("GET", "/ws/sync"),
    ("GET", "/events"),
    ("GET", "/snapshot"),
    ("POST", "/play"),
    ("POST", "/pause"),
    ("POST", "/seek"),
    ("POST", "/next"),
    ("POST", "/prev"),
    ("POST", "/nudge"),
    ("POST", "/queue/add"),
    ("POST", "/queue/remove"),
    ("POST", "/queue/move"),
    ("POST", "/queue/shuffle"),
    ("POST", "/queue/set"),
    ("POST", "/undo"),
    ("POST", "/redo"),
    ("GET", "/rooms"),
    ("POST", "/rooms"),
    ("PATCH", "/rooms/house"),
    ("DELETE", "/rooms/house"),
    ("POST", "/start-anyway"),
    ("POST", "/ended"),
    ("POST", "/ack-download"),
    ("GET", "/index"),
    ("GET", "/search?q=a"),
    ("GET", "/albums"),
    ("GET", "/artists"),
    ("GET", "/genres"),
    ("POST", "/scan"),
    ("GET", "/file/x"),
    ("GET", "/cover/x"),
    ("GET", "/clients"),
    ("PATCH", "/clients/x"),
    ("DELETE", "/clients/x"),
    ("GET", "/profiles"),
    ("POST", "/profiles"),
    ("PATCH", "/profiles/home"),
    ("DELETE", "/profiles/home"),
    ("GET", "/plays"),
    ("POST", "/plays"),
    ("GET", "/ratings?household=1"),
    ("POST", "/time"),
    ("GET", "/metrics"),
    ("GET", "/health"),
    ("GET", "/debug/state"),
];

#[test]
fn a_stranger_sees_the_page_and_the_pairing_and_nothing_else() {
    let house = House::open();
    let origin = format!("http://{}", house.door().address());
    let before = house.fingerprint();
    for (method, target) in BEHIND_THE_DOOR {
        let ask = Ask::new(method, target).field("Origin", &origin);
        assert_eq!(house.ask(ask).status, 401, "{method} {target}");
        let answer = house.ask(Ask::new(method, target).bearer("wrong"));
        assert_eq!(answer.status, 401, "{method} {target} with a wrong token, from loopback");
        answer.problem(401);
    }
    assert_eq!(house.fingerprint(), before);
    assert_eq!(house.ask(Ask::get("/")).status, 200);
    let health = house.ask(Ask::get("/healthz")).ok();
    assert_eq!((&health["ok"], &health["seq"]), (&json!(true), &json!(before.0)));
}

#[test]
fn only_the_appliances_own_names_are_answered() {
    let house = House::open();
    let phone = house.pair("phone");
    let port = house.door().address().port();
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "192.168.77.1", "hearken.local.evil"]
    {
        for target in ["/", "/healthz", "/snapshot"] {
            let answer = phone.ask(Ask::get(target).field("Host", host));
            answer.problem(403);
        }
        let pair = Ask::post("/pair").json(&json!({ "code": house.code })).field("Host", host);
        house.ask(pair).problem(403);
    }
    for host in [format!("localhost:{port}"), format!("[::1]:{port}"), "HEARKEN.local.".into(), "127.0.0.1".into()] {
        assert_eq!(phone.ask(Ask::get("/snapshot").field("Host", &host)).status, 200, "{host}");
    }
}

#[test]
fn another_sites_page_may_not_write_or_watch() {
    let house = House::open();
    let phone = house.pair("phone");
    let before = house.fingerprint();
    let count = house.event_count().to_string();
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost"] {
        let next = Ask::post("/next").field("If-Match-Event", &count).field("Origin", origin);
        phone.ask(next).problem(403);
        phone.ask(Ask::new("DELETE", &format!("/clients/{}", phone.id)).field("Origin", origin)).problem(403);
        let bearer = format!("Bearer {}", phone.token);
        let fields: [(&'static str, &str); 2] = [("Authorization", &bearer), ("Origin", origin)];
        assert_eq!(Socket::try_open(house.door().address(), "/ws/sync", &fields).err(), Some(403));
        house.ask(Ask::post("/pair").json(&json!({ "code": house.code })).field("Origin", origin)).problem(403);
    }
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn loopback_alone_is_no_reason_to_trust() {
    let house = House::open();
    house.ask(Ask::get("/snapshot")).problem(401);
    assert_eq!(Socket::try_open(house.door().address(), "/ws/sync", &[]).err(), Some(403), "no Origin, no token");
}

#[test]
fn told_to_trust_loopback_it_knows_programs_from_pages_and_proxies() {
    let house = House::with(Setup::default().flag("--trust-loopback"));
    let port = house.door().address().port();
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        assert_eq!(house.ask(Ask::get("/snapshot").field("Host", &host)).status, 200, "{host}");
    }
    let (origin, host) = (format!("http://127.0.0.1:{port}"), format!("hearken.local:{port}"));
    for (name, value) in [
        ("Origin", origin.as_str()),
        ("Forwarded", "for=10.0.0.1"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("Host", &host),
        ("Authorization", "Bearer wrong"),
        ("Cookie", "hearken=wrong"),
    ] {
        house.ask(Ask::get("/snapshot").field(name, value)).problem(401);
    }
    let count = house.event_count().to_string();
    assert_eq!(house.ask(Ask::post("/next").field("If-Match-Event", &count)).status, 200);
    house.ask(Ask::get("/export")).problem(403);
}

#[test]
fn wscat_on_a_trusted_loopback_gets_the_full_state() {
    let house = House::with(Setup::default().flag("--trust-loopback"));
    let mut socket = Socket::try_open(house.door().address(), "/ws/sync", &[]).unwrap();
    let full = socket.wait("sync:full");
    assert_eq!((&full["you"]["clientId"], &full["you"]["profile"]), (&json!("0000000000000000"), &json!("home")));
    let foreign = [("Origin", "http://evil.example")];
    assert_eq!(Socket::try_open(house.door().address(), "/ws/sync", &foreign).err(), Some(403));
}

#[test]
fn every_answer_carries_the_fields_that_protect_the_page() {
    let house = House::open();
    let phone = house.pair("phone");
    for target in ["/", "/healthz", "/snapshot", "/nothing/here", "/qr.svg"] {
        let answer = phone.get(target);
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"), "{target}");
        assert_eq!(answer.field("cross-origin-resource-policy"), Some("same-origin"), "{target}");
    }
    for document in ["/", "/qr.svg"] {
        let answer = phone.get(document);
        assert_eq!(answer.field("referrer-policy"), Some("no-referrer"), "{document}");
        assert_eq!(answer.field("x-frame-options"), Some("DENY"), "{document}");
        let policy = answer.field("content-security-policy").unwrap();
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[test]
fn secrets_are_in_no_log_and_no_figure() {
    let house = House::open();
    let phone = house.pair("phone");
    let invitation = phone.post("/invite", &json!({})).ok()["url"].as_str().unwrap().to_owned();
    let secret = invitation.split_once("#k=").unwrap().1;
    let _ = house.ask(Ask::post("/pair").json(&json!({ "token": secret })));
    let _ = house.ask(Ask::get("/file/../../etc/passwd").bearer("nonsense-token"));
    let texts = [house.log(), phone.get("/metrics").text(), house.export().to_string()];
    for text in texts {
        assert!(!text.contains(&phone.token) && !text.contains(secret) && !text.contains("nonsense-token"), "{text}");
    }
}
