//! Thousands at once who mean no good, or do not know better: everybody else is served, memory has a bound, and when they
//! are gone nothing of them is left.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Ask, Line};
use crate::house::{House, Phone, Setup, music, until};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// So many connections at once, from several addresses of this machine, whatever becomes of each.
fn crowd(house: &House, count: u16) -> Vec<TcpStream> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let connect = |nth: u16| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let from = [127, 0, 1 + u8::try_from(nth % 8).unwrap(), 1 + u8::try_from(nth % 200).unwrap()];
        socket.bind(&SocketAddr::from((from, 0)).into()).ok()?;
        socket.set_nonblocking(true).unwrap();
        // Under way is good enough: this is a burst.
        let _ = socket.connect(&house.door().address().into());
        Some(TcpStream::from(socket))
    };
    (0..count).filter_map(connect).collect()
}

/// Somebody of the household goes on as ever: in the room, and anew at the door.
fn lives(house: &House, phone: &Phone, socket: &mut crate::house::ws::Socket, nth: usize) {
    let acked = socket.asks(&format!("k{nth}"), "next", &json!({}), Some(phone.event_count()));
    assert_eq!(acked["type"], "ack", "{acked}");
    assert_eq!(house.ask(Ask::get("/healthz")).status, 200);
}

/// Threads and descriptors of a house at rest.
fn at_rest(house: &House) -> (usize, usize) {
    let now = || (house.process().threads(), house.process().descriptors());
    until("a steady state", || {
        let before = now();
        std::thread::sleep(Duration::from_millis(100));
        (before == now()).then_some(before)
    })
}

fn is_over(house: &House, base: (usize, usize)) {
    until("nothing is left of them", || {
        (house.process().threads() <= base.0 && house.process().descriptors() <= base.1).then_some(())
    });
}

#[test]
fn ten_thousand_at_once_are_a_crowd_and_not_the_end() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let (base, before) = (at_rest(&house), house.process().resident_kib());
    let crowd = crowd(&house, 10_000);
    println!("{} came", crowd.len());
    for nth in 0..5 {
        lives(&house, &phone, &mut socket, nth);
    }
    let grown = house.process().resident_kib().saturating_sub(before);
    println!("{grown} KiB for {} threads", house.process().threads());
    // A thread each, up to the bound on connections: some 15 KiB are touched, without optimization more.
    assert!(grown < 256 * 1024, "{grown} KiB");
    drop(crowd);
    is_over(&house, base);
    lives(&house, &phone, &mut socket, 9);
}

#[test]
fn two_thousand_who_never_finish_their_question_are_shown_out_in_time() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let (base, before) = (at_rest(&house), house.process().resident_kib());
    let mut crowd = crowd(&house, 2_000);
    let begun = "POST /pair HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    until("all are at it", || {
        crowd.iter_mut().for_each(|line| drop(line.write_all(begun.as_bytes())));
        (house.process().threads() >= base.0 + 1_900).then_some(())
    });
    let due = Instant::now() + crate::house::PATIENCE;
    let mut nth = 0;
    // A byte now and then buys nobody time.
    while house.process().threads() > base.0 + 20 {
        assert!(Instant::now() < due, "{} threads still", house.process().threads());
        crowd.iter_mut().for_each(|line| drop(line.write_all(b"x")));
        lives(&house, &phone, &mut socket, nth);
        nth += 1;
        std::thread::sleep(Duration::from_millis(250));
    }
    let grown = house.process().resident_kib().saturating_sub(before);
    assert!(grown < 96 * 1024, "{grown} KiB");
    drop(crowd);
    is_over(&house, base);
}

#[test]
fn a_hundred_who_sleep_cost_what_their_bound_says() {
    let house = House::open();
    let (busy, sleepers) = (house.pair("busy"), house.pair("sleepers"));
    let asleep: Vec<_> = (0..100).map(|nth| sleepers.socket(&format!("tab=t{nth}"))).collect();
    let mut awake = sleepers.tab("awake").socket("");
    awake.wait("sync:full");
    let mut socket = busy.socket("");
    socket.wait("sync:full");
    let (mut count, before) = (house.event_count(), house.process().resident_kib());
    for nth in 0..400 {
        let ack = socket.asks(&format!("k{nth}"), "queue/shuffle", &json!({ "x": "x".repeat(500) }), Some(count));
        count = ack["eventCount"].as_u64().unwrap_or_else(|| panic!("{ack}"));
        socket.forget();
        awake.wait_for("each event", |message: &Value| message["eventCount"] == count);
        awake.forget();
    }
    let grown = house.process().resident_kib().saturating_sub(before);
    println!("{grown} KiB for those who sleep");
    // 256 KiB may wait for each; the ring has its own bound.
    assert!(grown < 100 * 256 + 24 * 1024, "{grown} KiB");
    drop(asleep);
    assert_eq!(busy.get("/snapshot").status, 200);
}

/// A house with one long file; its id.
fn with_a_long_file(house: &House, phone: &Phone) -> (String, u64) {
    std::fs::write(house.music_dir().join("long.wav"), music::wav(77, 60_000)).unwrap();
    phone.post("/scan", &json!({}));
    let found = until("it is found", || {
        let index = phone.get("/index").ok();
        index.as_array()?.iter().find(|track| track["fileName"] == "long.wav").cloned()
    });
    (found["trackId"].as_str().unwrap().to_owned(), found["size"].as_u64().unwrap())
}

#[test]
#[ignore = "long: waits until those who read nothing are cut off"]
fn downloads_that_nobody_reads_are_cut_off_and_hold_up_nobody() {
    let house = House::with(Setup::default());
    let phone = house.pair("phone");
    let (track, size) = with_a_long_file(&house, &phone);
    let (base, before) = (at_rest(&house), house.process().resident_kib());
    let ask = phone.sign(Ask::get(&format!("/file/{track}"))).bytes("localhost");
    let mut deaf: Vec<_> = (0..200).map(|_| TcpStream::connect(house.door().address()).unwrap()).collect();
    deaf.iter_mut().for_each(|line| line.write_all(&ask).unwrap());
    until("all are at it", || (house.process().threads() >= base.0 + 200).then_some(()));
    let grown = house.process().resident_kib().saturating_sub(before);
    assert!(grown < 48 * 1024, "{grown} KiB");
    let due = Instant::now() + 3 * crate::house::PATIENCE;
    while house.process().threads() > base.0 + 20 {
        assert!(Instant::now() < due, "they are still served");
        let whole = phone.get(&format!("/file/{track}"));
        assert_eq!((whole.status, whole.body.len() as u64), (200, size));
        std::thread::sleep(Duration::from_millis(500));
    }
    let got = deaf[0].read_to_end(&mut Vec::new()).unwrap_or(0) as u64;
    assert!(got < size, "it was cut off");
    drop(deaf);
    is_over(&house, base);
}

#[test]
fn a_crowd_that_resets_in_the_middle_of_everything_leaves_nothing() {
    let house = House::open();
    let phone = house.pair("phone");
    let (base, file) = (at_rest(&house), format!("/file/{}", house.queue()[0]));
    for nth in 0..300 {
        let target = ["/ws/sync", "/events", &file, "/index"][nth % 4];
        let mut ask = phone.sign(Ask::get(target));
        if nth % 4 == 0 {
            ask = ask.field("Upgrade", "websocket").field("Connection", "Upgrade").field("Sec-WebSocket-Version", "13");
            ask = ask.field("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        }
        let mut line = Line::to(house.door().address());
        line.say(ask.bytes("localhost"));
        // No goodbye: the other end gets a reset, sooner or later in its answer.
        socket2::SockRef::from(line.socket()).set_linger(Some(Duration::ZERO)).unwrap();
        if nth % 3 == 0 {
            line.answer_head();
        }
    }
    is_over(&house, base);
    assert!(!house.log().contains("panicked"));
    assert_eq!(house.snapshot()["clients"], json!([]));
}

/// A device whose page went wild: it says more than anybody could take in, and means nothing by it.
#[test]
fn who_talks_without_end_keeps_nobody_else_from_being_heard() {
    let house = House::open();
    let (wild, calm) = (house.pair("wild"), house.pair("calm"));
    let mut socket = calm.socket("");
    socket.wait("sync:full");
    for (what, message) in [
        ("reports", json!({ "type": "progress", "trackId": "a", "fraction": 0.5 })),
        ("commands", json!({ "type": "command", "id": "k", "name": "pause", "args": {}, "ifMatchEvent": 0 })),
    ] {
        let mut talker = wild.socket("topics=library");
        talker.wait("sync:full");
        let mut stream = talker.stream().try_clone().unwrap();
        let text = message.to_string();
        let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap(), 0, 0, 0, 0]; // masked with nothing
        frame.extend_from_slice(text.as_bytes());
        let flood = frame.repeat(4_000);
        let talking = std::thread::spawn(move || while stream.write_all(&flood).is_ok() {});
        let mut answers = std::collections::BTreeMap::<String, u32>::new();
        for nth in 0..100 {
            let acked = socket.asks(&format!("{what}{nth}"), "next", &json!({}), Some(calm.event_count()));
            let answer = acked.get("status").map_or_else(|| "ack".to_owned(), ToString::to_string);
            *answers.entry(answer).or_default() += 1;
        }
        println!("{what}: {answers:?}");
        assert_eq!(answers.get("ack"), Some(&100), "{what}: {answers:?}");
        drop(talker.stream().shutdown(std::net::Shutdown::Both));
        talking.join().unwrap();
    }
}
