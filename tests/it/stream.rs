//! Watching by event stream: S3's `/events`, for scripts and simple players.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, until};
use serde_json::{Value, json};

#[test]
fn it_begins_with_the_snapshot_and_goes_on_with_each_change() {
    let house = House::open();
    let (phone, reader) = (house.pair("phone"), house.pair("reader"));
    let mut stream = reader.stream("listen=0", None);
    let full = stream.wait_for("sync:full");
    assert!(stream.retry_ms.is_some_and(|span| span > 0));
    let snapshot = house.snapshot();
    assert_eq!(full.data["payload"], snapshot);
    let epoch = snapshot["epoch"].as_str().unwrap();
    assert_eq!(full.id, Some(format!("{epoch}:{}", snapshot["seq"])));

    phone.does("/next", &json!({}));
    let event = stream.wait_for("session:advanced");
    let after = house.snapshot();
    assert_eq!(event.id, Some(format!("{epoch}:{}", after["seq"])));
    let data = &event.data;
    assert_eq!(
        (&data["seq"], &data["eventCount"], &data["topic"]),
        (&after["seq"], &after["eventCount"], &json!("session:house"))
    );
    assert!(data["ts"].as_f64().unwrap() > 1.7e9);
    assert_eq!(data["payload"]["queue"], after["queue"], "the whole queue, as it changed");
    assert_eq!((&data["payload"]["playState"], &data["payload"]["barrier"]), (&after["playState"], &after["barrier"]));
}

#[test]
fn last_event_id_and_since_resume_it() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut stream = phone.stream("listen=0", None);
    let place = stream.wait_for("sync:full").id.unwrap();
    phone.does("/next", &json!({}));
    phone.does("/prev", &json!({}));
    let query = format!("listen=0&since={place}");
    for (query, id) in [("listen=0", Some(place.as_str())), (&query, None)] {
        let mut back = phone.stream(query, id);
        let events = [back.next().unwrap(), back.next().unwrap()];
        assert!(events.iter().all(|block| block.data["event"] == "session:advanced"), "{events:?}");
    }
    for id in ["", "nonsense", "other:5", ":", "x:-1"] {
        assert_eq!(phone.stream("listen=0", Some(id)).next().unwrap().data["event"], "sync:full", "{id:?}");
    }
}

#[test]
fn it_makes_a_listener_unless_told_not_to() {
    let house = House::open();
    let (phone, watcher) = (house.pair("phone"), house.pair("watcher"));
    let stream = phone.stream("", None);
    let mut other = watcher.stream("listen=0", None);
    other.wait_for("sync:full");
    let listeners = |house: &House| house.snapshot()["clients"].as_array().unwrap().clone();
    let here = until("somebody listens", || Some(listeners(&house)).filter(|here| !here.is_empty()));
    assert_eq!((here.len(), &here[0]["clientId"]), (1, &json!(phone.id)));
    drop(stream);
    until("nobody listens", || listeners(&house).is_empty().then_some(()));
}

#[test]
fn while_a_barrier_waits_the_heart_beats_and_moves_the_place() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut stream = phone.stream("", None);
    stream.wait_for("sync:full");
    until("it listens", || (!house.snapshot()["clients"].as_array().unwrap().is_empty()).then_some(()));
    phone.does("/play", &json!({}));
    house.pair("guest");
    let (epoch, seq) = (house.snapshot()["epoch"].as_str().unwrap().to_owned(), house.fingerprint().0);
    let place = format!("{epoch}:{seq}");
    until("a heartbeat behind what is not shown", || (stream.heartbeat().id.as_ref() == Some(&place)).then_some(()));
}

#[test]
fn a_quiet_stream_beats_too() {
    let house = House::open();
    let mut stream = house.pair("phone").stream("listen=0", None);
    stream.wait_for("sync:full");
    assert_eq!(stream.heartbeat().data, Value::Null);
}

#[test]
fn asking_for_its_head_opens_nothing() {
    let house = House::open();
    let phone = house.pair("phone");
    for target in ["/events", "/ws/sync"] {
        let ask = phone.sign(Ask::head(target)).field("Upgrade", "websocket").field("Connection", "Upgrade");
        let ask = ask.field("Sec-WebSocket-Version", "13").field("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        let mut line = house.door().knock();
        assert_eq!(line.ask(&ask).status, 405, "{target}");
        assert_eq!(house.snapshot()["clients"], json!([]));
        assert_eq!(line.ask(&Ask::get("/healthz")).status, 200, "the connection goes on");
    }
}

#[test]
fn rooms_that_are_not_there_are_refused() {
    let house = House::open();
    let phone = house.pair("phone");
    phone.get("/events?room=attic").problem(404);
    phone.get("/events?room=no%20room").problem(422);
}
