//! Many at once, slow ones, and those who come and go: nobody else notices, and nothing is left behind.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Ask, Line};
use crate::house::{House, Setup, until};
use serde_json::{Value, json};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn six_browsers_with_six_connections_each_are_all_answered() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut lines: Vec<_> = (0..36).map(|_| house.door().knock()).collect();
    for _ in 0..3 {
        let ask = phone.sign(Ask::get("/snapshot"));
        lines.iter_mut().for_each(|line| line.say(ask.bytes("localhost")));
        for line in &mut lines {
            assert_eq!(line.answer(false).unwrap().status, 200);
        }
    }
    assert!(house.process().threads() >= 36, "none of them has ended");
}

#[test]
fn idle_connections_that_come_and_go_leave_nothing_behind() {
    let house = House::open();
    let phone = house.pair("phone");
    let base = until("a steady state", || {
        let now = (house.process().threads(), house.process().descriptors());
        std::thread::sleep(Duration::from_millis(50));
        (now == (house.process().threads(), house.process().descriptors())).then_some(now)
    });
    let idle: Vec<_> = (0..500).map(|_| house.door().knock()).collect();
    until("all are let in", || (house.process().threads() >= base.0 + 500).then_some(()));
    assert_eq!(phone.get("/snapshot").status, 200);
    drop(idle);
    let mut line = house.door().knock();
    for nth in 0..500 {
        match nth % 5 {
            0 => drop(house.door().knock()),
            1 => drop(phone.socket("")),
            2 => drop(phone.stream("", None)),
            3 => assert_eq!(phone.get("/clients").status, 200),
            _ => house.door().knock().say("GET /snap"),
        }
    }
    assert_eq!(line.ask(&Ask::get("/healthz")).status, 200);
    drop(line);
    until("threads and descriptors are back", || {
        (house.process().threads() <= base.0 && house.process().descriptors() <= base.1).then_some(())
    });
    assert_eq!(phone.get("/clients").ok()["clients"][0]["online"], false);
    assert_eq!(house.snapshot()["clients"], json!([]));
}

#[test]
fn a_reader_that_never_reads_is_nobodys_trouble_but_its_own() {
    let house = House::open();
    let (busy, watcher, slow) = (house.pair("busy"), house.pair("watcher"), house.pair("slow"));
    let queue = house.queue();
    let mut asleep = slow.socket("");
    let mut awake = watcher.socket("");
    awake.wait("sync:full");
    let mut socket = busy.socket("");
    let mut count = socket.wait("sync:full")["data"]["session"]["eventCount"].as_u64().unwrap();
    let before = house.process().resident_kib();
    let longest = json!({ "trackIds": [queue[1]], "padding": "x".repeat(100) });
    for nth in 0..2000 {
        let (name, args) = if nth % 2 == 0 { ("next", json!({})) } else { ("queue/shuffle", longest.clone()) };
        let ack = socket.asks(&format!("k{nth}"), name, &args, Some(count));
        count = ack["eventCount"].as_u64().unwrap_or_else(|| panic!("{ack}"));
        socket.forget();
        awake.wait_for("each event at once", |message: &Value| message["eventCount"] == count);
    }
    let grown = house.process().resident_kib().saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB more for one who does not read");
    // It wakes up: everything in order, or full state; never garbage, never a part.
    let mut last = None;
    asleep.wait_for("what is now", |message| {
        if message["type"] == "sync:full" {
            last = message["seq"].as_u64();
        } else if message["type"].as_str().is_some_and(|kind| kind.starts_with("session:") && message["eph"].is_null())
        {
            assert_eq!(message["seq"].as_u64(), last.replace(message["seq"].as_u64().unwrap()).map(|seq| seq + 1));
        }
        let version = message["eventCount"].as_u64().or_else(|| message["data"]["session"]["eventCount"].as_u64());
        version == Some(count)
    });
}

#[test]
fn one_who_asks_without_end_and_reads_nothing_is_cut_off() {
    let house = House::open();
    let (rude, phone) = (house.pair("rude"), house.pair("phone"));
    let mut socket = rude.socket("");
    socket.stream().set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    let before = house.process().resident_kib();
    let due = Instant::now() + crate::house::PATIENCE;
    let question = tungstenite::Message::text(json!({ "type": "command", "id": "x", "name": "next" }).to_string());
    let mut asked = 0;
    while socket.send(question.clone()).is_ok() {
        asked += 1;
        assert!(Instant::now() < due, "still listened to after {asked} questions");
    }
    assert_eq!(phone.get("/snapshot").status, 200);
    let grown = house.process().resident_kib().saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB");
}

#[test]
fn who_dawdles_over_a_request_is_shown_the_door() {
    let house = House::open();
    let mut dawdlers: Vec<_> = (0..20).map(|_| house.door().knock()).collect();
    dawdlers.iter_mut().for_each(|line| line.say("GET /snapshot HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
    let due = Instant::now() + crate::house::PATIENCE;
    while dawdlers.iter_mut().any(|line| line.try_say("x").is_ok()) {
        assert!(Instant::now() < due, "they are still served");
        assert_eq!(house.ask(Ask::get("/healthz")).status, 200);
        std::thread::sleep(Duration::from_millis(200));
    }
    until("their threads have ended", || (house.process().threads() < 20).then_some(()));
}

#[test]
fn with_no_descriptor_left_the_others_are_answered_and_it_heals() {
    let house = House::with(Setup::default().descriptors(64));
    let phone = house.pair("phone");
    let mut known = house.door().knock();
    let ask = phone.sign(Ask::get("/snapshot"));
    assert_eq!(known.ask(&ask).status, 200);
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let count = house.event_count();
    let crowd: Vec<_> = (0..200).map(|_| TcpStream::connect(house.door().address()).unwrap()).collect();
    until("it has run out", || house.log().contains("no descriptor left").then_some(()));
    let ack = socket.asks("k", "next", &json!({}), Some(count));
    assert_eq!(ack["type"], "ack", "a command is stored all the same: {ack}");
    socket.say(&json!({ "type": "time", "t0": 1 }));
    socket.wait("time");
    until("somebody new is answered in the crowd", || {
        let mut line = Line::to(house.door().address());
        line.try_say(ask.bytes("localhost")).ok()?;
        line.answer(false).filter(|answer| answer.status == 200).map(drop)
    });
    drop(crowd);
    until("it is as before", || {
        let mut line = Line::to(house.door().address());
        line.try_say(ask.bytes("localhost")).ok()?;
        line.answer(false).filter(|answer| answer.status == 200).map(drop)
    });
    phone.does("/prev", &json!({}));
    assert_eq!(house.local(Ask::get("/healthz")).status, 200, "the private socket lives too");
}
