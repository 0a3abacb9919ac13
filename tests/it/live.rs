//! Watching by WebSocket: what a tab is told, in which order, and what it may say.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::{House, Phone, until};
use serde_json::{Value, json};
use tungstenite::Message;

/// A house and a phone.
fn at_home() -> (House, Phone) {
    let house = House::open();
    let phone = house.pair("phone");
    (house, phone)
}

fn no_args() -> Value {
    json!({})
}

#[test]
fn a_new_socket_is_told_everything_at_once() {
    let (house, phone) = at_home();
    let mut socket = phone.tab("t1").socket("");
    let full = socket.wait("sync:full");
    assert_eq!(socket.told.len(), 1, "nothing comes before it");
    let snapshot = house.snapshot();
    for member in ["epoch", "seq", "clockId"] {
        assert_eq!(full[member], snapshot[member], "{member}");
    }
    assert!(full["ts"].as_f64().unwrap() > 1.7e9);
    assert_eq!(full["you"], json!({ "clientId": phone.id, "profile": "home", "tab": "t1" }));
    assert_eq!(full["versions"], json!({ "session:house": 1, "household": 1, "library": 1 }));
    assert_eq!(full["data"]["session"], snapshot);
    assert_eq!(full["data"]["rooms"], json!([{ "id": "house", "name": "House", "mode": "stopped", "listeners": 0 }]));
    assert_eq!(full["data"]["library"], json!({ "version": 1, "count": 4 }));
    let devices = full["data"]["devices"].as_array().unwrap();
    assert_eq!((devices.len(), &devices[0]["clientId"]), (1, &json!(phone.id)));
}

#[test]
fn events_come_in_the_order_of_the_log_without_holes() {
    let (house, phone) = at_home();
    let watcher = house.pair("watcher");
    let mut socket = watcher.socket("");
    let seq = socket.wait("sync:full")["seq"].as_u64().unwrap();
    let count = phone.event_count();
    for nth in 0..50 {
        phone.does(if nth % 3 == 2 { "/prev" } else { "/next" }, &no_args());
    }
    for nth in 1..=50 {
        let event = socket.wait("session:advanced");
        assert_eq!((&event["seq"], &event["eventCount"]), (&json!(seq + nth), &json!(count + nth)));
        assert_eq!((&event["topic"], &event["origin"]["clientId"]), (&json!("session:house"), &json!(phone.id)));
    }
}

#[test]
fn the_tab_that_asked_gets_its_ack_in_the_events_place_and_no_echo() {
    let (house, phone) = at_home();
    let other = house.pair("other");
    let mut socket = phone.tab("t1").socket("");
    let count = socket.wait("sync:full")["data"]["session"]["eventCount"].as_u64().unwrap();
    other.does("/next", &no_args());
    socket.command("k1", "next", &no_args(), Some(count + 1));
    let ack = socket.wait("ack");
    assert_eq!((&ack["id"], &ack["eventCount"]), (&json!("k1"), &json!(count + 2)));
    assert_eq!(ack["result"]["data"]["queueChange"], json!({ "op": "rotate", "by": 1 }));
    other.does("/next", &no_args());
    socket.wait_for("the event after its own", |message| message["eventCount"] == count + 3);
    assert_eq!(socket.story(1), ["session:advanced", "ack", "session:advanced"]);
}

#[test]
fn a_tab_that_asks_by_post_gets_no_echo_either() {
    let (_house, phone) = at_home();
    let tab = phone.tab("t1");
    let mut socket = tab.socket("");
    socket.wait("sync:full");
    tab.does("/next", &no_args());
    phone.does("/prev", &no_args());
    socket.wait("session:advanced");
    assert_eq!(socket.story(1), ["ack", "session:advanced"]);
    assert_eq!(socket.told.iter().find(|message| message["type"] == "ack").unwrap()["id"], Value::Null);
}

#[test]
fn the_devices_other_tab_gets_the_event() {
    let (_house, phone) = at_home();
    let (mut one, mut other) = (phone.tab("t1").socket(""), phone.tab("t2").socket(""));
    let count = one.wait("sync:full")["data"]["session"]["eventCount"].as_u64().unwrap();
    other.wait("sync:full");
    assert_eq!(one.asks("k", "next", &no_args(), Some(count))["type"], "ack");
    let event = other.wait("session:advanced");
    assert_eq!(event["origin"], json!({ "clientId": phone.id, "tab": "t1" }));
}

#[test]
fn another_device_may_use_the_same_name_for_its_tab() {
    let (house, phone) = at_home();
    let mut socket = house.pair("other").tab("t1").socket("");
    socket.wait("sync:full");
    phone.tab("t1").does("/next", &no_args());
    socket.wait("session:advanced");
}

#[test]
fn who_comes_back_gets_exactly_what_it_missed() {
    let (house, phone) = at_home();
    let tab = phone.tab("t1");
    let full = tab.socket("").wait("sync:full");
    let (epoch, seq) = (full["epoch"].as_str().unwrap(), full["seq"].as_u64().unwrap());
    tab.does("/next", &no_args());
    house.pair("guest");
    phone.does("/prev", &no_args());
    let mut socket = tab.socket(&format!("since={epoch}:{seq}"));
    let resumed = socket.wait("sync:resumed");
    assert_eq!(socket.story(0), ["session:advanced", "household:paired", "session:advanced"], "its own too");
    assert_eq!(
        (&resumed["seq"], &resumed["you"]["clientId"], &resumed["eph"]),
        (&json!(seq + 3), &json!(phone.id), &json!(true))
    );
    let seqs: Vec<_> = socket.told[..3].iter().map(|message| message["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [seq + 1, seq + 2, seq + 3]);

    let mut nothing_missed = tab.socket(&format!("since={epoch}:{}", seq + 3));
    nothing_missed.wait("sync:resumed");
    assert_eq!(nothing_missed.story(0), [""; 0]);
}

#[test]
fn who_names_another_log_or_a_place_beyond_the_head_gets_everything() {
    let (house, phone) = at_home();
    let (seq, epoch) = (house.fingerprint().0, house.snapshot()["epoch"].as_str().unwrap().to_owned());
    for since in [
        format!("{epoch}:{}", seq + 1),
        format!("0000:{seq}"),
        format!("{epoch}:99999999999999999999999"),
        format!("{seq}"),
        epoch,
        ":".into(),
        "%00".into(),
    ] {
        let mut socket = phone.socket(&format!("since={since}"));
        socket.wait("sync:full");
        assert_eq!(socket.told.len(), 1, "{since}");
    }
}

#[test]
fn what_was_missed_over_a_restart_is_told_too() {
    let (mut house, phone) = at_home();
    let full = phone.socket("").wait("sync:full");
    phone.does("/next", &no_args());
    house.restart();
    let since = format!("since={}:{}", full["epoch"].as_str().unwrap(), full["seq"]);
    let mut socket = phone.socket(&since);
    let resumed = socket.wait("sync:resumed");
    assert_eq!(socket.story(0)[0], "session:advanced");
    assert_ne!(resumed["clockId"], full["clockId"], "a new clock");
}

#[test]
fn topics_narrow_what_is_told() {
    let (house, phone) = at_home();
    let mut household = phone.socket("topics=household");
    let full = household.wait("sync:full");
    assert_eq!(full["versions"], json!({ "household": 1 }));
    assert_eq!(full["data"].as_object().unwrap().keys().collect::<Vec<_>>(), ["devices", "profiles", "rooms"]);
    let mut session = phone.socket("topics=session:house,library");
    assert!(session.wait("sync:full")["data"]["devices"].is_null());

    phone.does("/next", &no_args());
    house.pair("guest");
    phone.does("/prev", &no_args());
    household.wait("household:paired");
    assert_eq!(household.story(1), ["household:paired"]);
    session.wait("session:advanced");
    session.wait("session:advanced");
    assert_eq!(session.story(1), ["session:advanced", "session:advanced"]);

    let seq = full["seq"].as_u64().unwrap();
    let mut back = phone.socket(&format!("topics=household&since={}:{seq}", full["epoch"].as_str().unwrap()));
    assert_eq!(back.wait("sync:resumed")["seq"], seq + 3, "the cursor passes what is not shown");
    assert_eq!(back.story(0), ["household:paired"]);
}

#[test]
fn topics_and_rooms_that_are_not_there_are_refused() {
    use crate::house::ws::Socket;
    let (house, phone) = at_home();
    let bearer = format!("Bearer {}", phone.token);
    for (query, status) in [("topics=money", 422), ("room=attic", 404), ("room=no%20room", 422), ("tab=no%20tab", 422)]
    {
        let target = format!("/ws/sync?{query}");
        let refused = Socket::try_open(house.door().address(), &target, &[("Authorization", &bearer)]);
        assert_eq!(refused.err(), Some(status), "{query}");
    }
}

#[test]
fn the_clock_is_told_on_request() {
    let (_house, phone) = at_home();
    let mut socket = phone.socket("");
    let mut last = 0.0;
    for t0 in [json!(0), json!(12345.678), json!(-1.5), json!(1e300)] {
        socket.say(&json!({ "type": "time", "t0": t0 }));
        let told = socket.wait("time");
        assert_eq!(told["t0"].as_f64(), t0.as_f64());
        let (t1, t2) = (told["t1"].as_f64().unwrap(), told["t2"].as_f64().unwrap());
        assert!(last <= t1 && t1 <= t2, "{last} {t1} {t2}");
        last = t2;
    }
}

#[test]
fn what_is_not_understood_is_rejected_and_the_connection_lives() {
    let (house, phone) = at_home();
    let mut socket = phone.socket("");
    let count = socket.wait("sync:full")["data"]["session"]["eventCount"].as_u64().unwrap();
    let before = house.fingerprint();
    let (a, many) = (&house.queue()[0], vec!["t"; 65]);
    for (message, status) in [
        ("{\"type\":\"fly\",\"id\":\"x\"}".to_owned(), 422),
        ("{\"type\":\"position\",\"id\":\"x\"}".into(), 422),
        ("{}".into(), 422),
        ("[]".into(), 422),
        ("".into(), 422),
        ("nonsense".into(), 422),
        ("null".into(), 422),
        ("{\"type\":\"time\"}".into(), 422),
        ("{\"type\":\"time\",\"t0\":NaN}".into(), 422),
        ("{\"type\":\"time\",\"t0\":1e999}".into(), 422),
        (json!({ "type": "have", "trackIds": many }).to_string(), 422),
        (json!({ "type": "have", "trackIds": ["../x"] }).to_string(), 422),
        (json!({ "type": "progress", "trackId": a, "fraction": "half" }).to_string(), 422),
        (json!({ "type": "clock", "offsetMs": null, "rttMs": 1 }).to_string(), 422),
        (json!({ "type": "join", "room": "attic" }).to_string(), 404),
        (json!({ "type": "command", "id": "c", "name": "fly" }).to_string(), 404),
        (json!({ "type": "command", "id": "c", "name": "token" }).to_string(), 404),
        (json!({ "type": "command", "id": "c", "name": "next" }).to_string(), 428),
        (json!({ "type": "command", "id": "c", "name": "next", "ifMatchEvent": count + 1 }).to_string(), 409),
        (json!({ "type": "command", "id": "c", "name": "next", "ifMatchEvent": -1 }).to_string(), 422),
        (json!({ "type": "command", "id": "c", "name": "seek", "args": { "positionSec": -1 }, "ifMatchEvent": count }).to_string(), 422),
        (json!({ "type": "command", "id": "x".repeat(65), "name": "next", "ifMatchEvent": count }).to_string(), 422),
        (json!({ "type": "command", "name": "next", "ifMatchEvent": count }).to_string(), 422),
        (json!({ "type": "command", "id": "c", "name": "ack-download", "args": { "trackId": a }, "ifMatchEvent": count + 1 }).to_string(), 409),
        (json!({ "type": "command", "id": "c", "name": "ack-download", "args": { "trackId": "nosuch" } }).to_string(), 404),
        (format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)), 422),
    ] {
        socket.send(Message::text(message.clone())).unwrap();
        let reject = socket.wait("reject");
        let shown: String = message.chars().take(80).collect();
        assert_eq!(reject["status"], status, "{shown}: {reject}");
        assert!(reject["title"].is_string() && reject["detail"].as_str().is_some_and(|why| why.len() > 9), "{reject}");
        if status == 409 {
            assert_eq!((&reject["expectedEventCount"], &reject["snapshot"]), (&json!(count), &house.snapshot()));
        }
    }
    assert_eq!(house.fingerprint(), before);
    assert_eq!(socket.asks("k", "next", &no_args(), Some(count))["type"], "ack");
}

#[test]
fn nonsense_in_reports_does_no_harm() {
    let (house, phone) = at_home();
    let mut socket = phone.listens(&[]);
    let a = &house.queue()[0];
    for message in [
        json!({ "type": "progress", "trackId": a, "fraction": 1e300 }),
        json!({ "type": "progress", "trackId": a, "fraction": -7 }),
        json!({ "type": "progress", "trackId": "nosuch", "fraction": 0.5 }),
        json!({ "type": "clock", "offsetMs": 1e308, "rttMs": -1e308, "errorMs": 1e308 }),
        json!({ "type": "have", "trackIds": ["nosuch", "nosuch"] }),
        json!({ "type": "have", "trackIds": [] }),
        json!({ "type": "dropped", "trackIds": ["nosuch"] }),
        json!({ "type": "leave", "more": [1, 2, 3] }),
        json!({ "type": "leave" }),
    ] {
        socket.say(&message);
    }
    until("it has left", || (house.snapshot()["clients"] == json!([])).then_some(()));
    socket.say(&json!({ "type": "time", "t0": 1 }));
    socket.wait("time");
}

#[test]
fn a_message_that_is_too_long_ends_the_connection_and_says_why() {
    let (house, phone) = at_home();
    let before = house.fingerprint();
    for bytes in [64 * 1024 + 1, 1024 * 1024, 8 * 1024 * 1024] {
        let mut socket = phone.socket("");
        socket.wait("sync:full");
        // The other end has enough before all of it is sent, and takes the rest all the same.
        socket.send(Message::text("x".repeat(bytes))).unwrap();
        assert_eq!(socket.close_code(), Some(1009), "{bytes}");
    }
    let mut socket = phone.socket("");
    socket.send(Message::text(format!("{{\"type\":\"time\",\"t0\":1,\"x\":\"{}\"}}", "x".repeat(65_000)))).unwrap();
    socket.wait("time");
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn text_that_is_not_utf8_ends_the_connection() {
    use std::io::Write;
    let (_house, phone) = at_home();
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let (mask, text) = ([1_u8, 2, 3, 4], [0xff_u8, 0xfe]);
    let masked = [text[0] ^ mask[0], text[1] ^ mask[1]];
    socket.stream().write_all(&[&[0x81, 0x82][..], &mask, &masked].concat()).unwrap();
    assert_eq!(socket.close_code(), Some(1007));
}

#[test]
fn frames_that_break_the_protocol_end_the_connection() {
    use std::io::Write;
    let (house, phone) = at_home();
    let not_masked: &[u8] = &[0x81, 0x02, b'{', b'}'];
    let reserved: &[u8] = &[0xf1, 0x80, 0, 0, 0, 0];
    let unknown: &[u8] = &[0x83, 0x80, 0, 0, 0, 0];
    let long_ping: &[u8] = &[&[0x89, 0xfe, 0, 200, 0, 0, 0, 0][..], &[b'x'; 200]].concat();
    for frame in [not_masked, reserved, unknown, long_ping] {
        let mut socket = phone.socket("");
        socket.wait("sync:full");
        socket.stream().write_all(frame).unwrap();
        let code = socket.close_code();
        assert!(matches!(code, Some(1002)), "{frame:x?}: {code:?}");
    }
    assert_eq!(house.local(crate::house::http::Ask::get("/healthz")).status, 200);
}

#[test]
fn everybody_sees_who_is_here_and_who_listens() {
    let (house, phone) = at_home();
    let other = house.pair("other");
    let mut socket = phone.listens(&[]);
    let is_here = |id: &str, message: &Value| {
        let online = message["data"]["online"].as_array();
        online.is_some_and(|online| online.iter().any(|one| one == id))
    };
    let watching = other.socket("");
    socket.wait_for("the other is online", |message| is_here(&other.id, message));
    drop(watching);
    socket.wait_for("the other is gone", |message| {
        message["type"] == "household:presence" && !is_here(&other.id, message)
    });
    let presence = socket.told.iter().rfind(|message| message["type"] == "session:presence").unwrap();
    assert_eq!((&presence["eph"], &presence["seq"]), (&json!(true), &Value::Null));
    let clients = presence["data"]["clients"].as_array().unwrap();
    assert_eq!((clients.len(), &clients[0]["name"]), (1, &json!("phone")), "a watcher is no listener");
}

#[test]
fn a_download_is_seen_by_all_while_it_goes_on() {
    let (house, phone) = at_home();
    let queue = house.queue();
    let (mut ears, mut watcher) = (phone.listens(&[]), house.pair("watcher").socket(""));
    phone.does("/play", &no_args());
    ears.say(&json!({ "type": "progress", "trackId": queue[0], "fraction": 0.25 }));
    watcher.wait_for("a quarter", |message| message["data"]["clients"][0]["fraction"] == 0.25);
    let count = house.event_count();
    ears.say(&json!({ "type": "have", "trackIds": [queue[0]] }));
    watcher.wait("barrier.release");
    ears.say(&json!({ "type": "dropped", "trackIds": [queue[0]] }));
    watcher.wait_for("it has it no more", |message| message["data"]["clients"][0]["ready"] == false);
    assert_eq!(house.event_count(), count + 1, "readiness counts nothing, the release one");
}
