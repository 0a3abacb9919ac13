//! What was heard: counted once in a while, told to all of a profile's devices, remembered.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::House;
use crate::house::http::Ask;
use serde_json::{Value, json};

#[test]
fn a_track_that_was_heard_counts_once_in_half_an_hour() {
    let mut house = House::open();
    let (phone, laptop, queue) = (house.pair("phone"), house.pair("laptop"), house.queue());
    let mut socket = laptop.socket("");
    assert_eq!(socket.wait("sync:full")["data"]["plays"], json!({ "recent": [] }));
    let first = phone.post("/plays", &json!({ "trackId": queue[0] })).ok();
    let last = first["lastPlayed"].as_f64().unwrap();
    assert_eq!(first, json!({ "trackId": queue[0], "count": 1, "lastPlayed": last, "counted": true }));
    let event = socket.wait("plays:counted");
    assert_eq!(event["data"], json!({ "trackId": queue[0], "count": 1, "lastPlayed": last }));
    assert_eq!((&event["topic"], &event["eventCount"]), (&json!("plays:home"), &json!(1)));
    let before = house.fingerprint();
    let again = laptop.post("/plays", &json!({ "trackId": queue[0] })).ok();
    assert_eq!(again, json!({ "trackId": queue[0], "count": 1, "lastPlayed": last, "counted": false }));
    assert_eq!(house.fingerprint(), before, "nothing is stored of it");
    let long_ago = json!({ "trackId": queue[0], "ts": 1000.5, "sentTs": 1000.5 + 3600.0 });
    let late = phone.post("/plays", &long_ago).ok();
    assert_eq!((&late["count"], &late["lastPlayed"], &late["counted"]), (&json!(2), &json!(last), &json!(true)));
    let hour_ago = phone.post("/plays", &json!({ "trackId": queue[1], "ts": 0, "sentTs": 3600 })).ok();
    assert!((last - hour_ago["lastPlayed"].as_f64().unwrap() - 3600.0).abs() < 60.0, "by our clock: {hour_ago}");
    let told = phone.get("/plays").ok();
    assert_eq!(told["counts"], json!({ &queue[0]: 2, &queue[1]: 1 }));
    let order = |told: &Value| -> Vec<Value> {
        told["recent"].as_array().unwrap().iter().map(|row| row["track"]["trackId"].clone()).collect()
    };
    assert_eq!(order(&told), [json!(queue[0]), json!(queue[1])]);
    assert_eq!(order(&phone.get("/plays?limit=1").ok()), [json!(queue[0])]);
    house.restart();
    assert_eq!(phone.get("/plays").ok(), told);
    assert_eq!(phone.socket("").wait("sync:full")["data"]["plays"]["recent"], json!([queue[0], queue[1]]));
}

#[test]
fn a_socket_says_it_as_well_and_a_repeated_key_gets_the_first_answer() {
    let mut house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let mut socket = phone.tab("t1").socket("topics=plays");
    socket.wait("sync:full");
    socket.command("p1", "plays", &json!({ "trackId": queue[0] }), None);
    let ack = socket.wait("ack");
    assert_eq!((&ack["topic"], &ack["result"]["data"]["counted"]), (&json!("plays:home"), &json!(true)));
    socket.command("p2", "plays", &json!({ "trackId": queue[0] }), None);
    assert_eq!(socket.wait("ack")["result"]["data"]["counted"], false);
    house.restart();
    let mut socket = phone.tab("t1").socket("topics=plays");
    socket.wait("sync:full");
    socket.command("p1", "plays", &json!({ "trackId": queue[0] }), None);
    assert_eq!(socket.wait("ack")["result"]["data"], ack["result"]["data"]);
    // What did not count is remembered by its key as well: said again when it would count, it gets the same answer.
    let seq = house.fingerprint();
    socket.command("p2", "plays", &json!({ "trackId": queue[0] }), None);
    assert_eq!(socket.wait("ack")["result"]["data"]["counted"], false);
    assert_eq!(house.fingerprint(), seq, "it was stored the first time");
    socket.command("p2", "plays", &json!({ "trackId": queue[1] }), None);
    assert_eq!(socket.wait("reject")["status"], 422, "the key is spent");
    let keyed = || Ask::post("/plays").json(&json!({ "trackId": queue[1] })).field("Idempotency-Key", "k1");
    let first = phone.ask(keyed()).ok();
    assert_eq!((phone.ask(keyed()).ok(), &first["counted"]), (first.clone(), &json!(true)));
}

#[test]
fn what_was_not_heard_is_refused() {
    let house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let before = house.fingerprint();
    phone.post("/plays", &json!({ "trackId": "nosuch" })).problem(404);
    for wrong in [
        json!({}),
        json!({ "trackId": "../x" }),
        json!({ "trackId": queue[0], "ts": 5 }),
        json!({ "trackId": queue[0], "ts": "x", "sentTs": 1 }),
        json!({ "trackId": queue[0], "ts": 0, "sentTs": 1e12 }),
    ] {
        phone.post("/plays", &wrong).problem(422);
    }
    house.ask(Ask::get("/plays")).problem(401);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn what_was_heard_last_is_a_source() {
    let house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let start = || phone.post("/comparison/start", &json!({ "source": { "type": "recent" } }));
    start().problem(422);
    for track in &queue[..3] {
        phone.post("/plays", &json!({ "trackId": track })).ok();
    }
    assert_eq!(start().ok()["comparison"]["progress"]["pool"], 3);
    let station = json!({ "name": "Again", "source": { "type": "recent" }, "mode": "queue" });
    assert_eq!(phone.post("/radio/stations", &station).ok()["station"]["trackCount"], 3);
}
