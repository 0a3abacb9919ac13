//! Saying a thing twice: a retry is harmless, by whatever way, for a long time, and over restarts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Answer, Ask};
use crate::house::{House, Phone};
use serde_json::{Value, json};

fn at_home() -> (House, Phone) {
    let house = House::open();
    let phone = house.pair("phone");
    (house, phone)
}

/// A keyed command, with the guard of the first try.
fn keyed(phone: &Phone, key: &str, target: &str, body: &Value, guard: u64) -> Answer {
    let ask = Ask::post(target).json(body).field("Idempotency-Key", key).field("If-Match-Event", &guard.to_string());
    phone.ask(ask)
}

#[test]
fn the_same_key_by_post_gives_the_first_answer_and_changes_nothing() {
    let (house, phone) = at_home();
    let guard = phone.event_count();
    let first = keyed(&phone, "k", "/next", &json!({}), guard).ok();
    let after = house.fingerprint();
    let again = keyed(&phone, "k", "/next", &json!({}), guard).ok();
    assert_eq!(again["seq"], first["seq"]);
    assert_eq!(again["snapshot"], first["snapshot"]);
    assert_eq!(house.fingerprint(), after);
    phone.does("/prev", &json!({}));
    let later = keyed(&phone, "k", "/next", &json!({}), guard).ok();
    assert_eq!((&later["seq"], &later["snapshot"]), (&first["seq"], &phone.snapshot()), "the snapshot is of now");
}

#[test]
fn the_same_id_by_socket_gives_the_first_answer_and_changes_nothing() {
    let (house, phone) = at_home();
    let mut socket = phone.tab("t1").socket("");
    let guard = phone.event_count();
    let first = socket.asks("k", "next", &json!({}), Some(guard));
    let after = house.fingerprint();
    for tab in ["t1", "t2"] {
        let again = phone.tab(tab).socket("").asks("k", "next", &json!({}), Some(guard));
        for member in ["type", "id", "eventCount", "seq", "result"] {
            assert_eq!(again[member], first[member], "{member} from {tab}");
        }
    }
    assert_eq!(house.fingerprint(), after);
}

#[test]
fn a_key_counts_by_post_and_by_socket_alike() {
    let (house, phone) = at_home();
    let guard = phone.event_count();
    let mut socket = phone.socket("");
    let first = socket.asks("k", "seek", &json!({ "positionSec": 1 }), Some(guard));
    assert_eq!(first["status"], 409, "refused: the key may be used again");
    let acked = socket.asks("k", "next", &json!({}), Some(guard));
    let posted = keyed(&phone, "k", "/next", &json!({}), guard).ok();
    assert_eq!(posted["seq"], acked["seq"]);
    let posted = keyed(&phone, "p", "/prev", &json!({}), guard + 1).ok();
    let acked = socket.asks("p", "prev", &json!({}), Some(guard + 1));
    assert_eq!((&acked["type"], &acked["seq"]), (&json!("ack"), &posted["seq"]));
    assert_eq!(house.event_count(), guard + 2);
}

#[test]
fn the_same_key_with_another_body_is_a_mistake() {
    let (house, phone) = at_home();
    let (guard, queue) = (phone.event_count(), house.queue());
    keyed(&phone, "k", "/nudge", &json!({ "trackId": queue[2] }), guard).ok();
    let after = house.fingerprint();
    keyed(&phone, "k", "/nudge", &json!({ "trackId": queue[3] }), guard + 1).problem(422);
    keyed(&phone, "k", "/next", &json!({}), guard + 1).problem(422);
    let reject = phone.socket("").asks("k", "next", &json!({}), Some(guard + 1));
    assert_eq!(reject["status"], 422);
    assert_eq!(house.fingerprint(), after);
}

#[test]
fn a_refusal_is_not_remembered() {
    let (_house, phone) = at_home();
    let guard = phone.event_count();
    keyed(&phone, "k", "/next", &json!({}), guard + 5).problem(409);
    keyed(&phone, "k", "/next", &json!({}), guard).ok();
}

#[test]
fn each_device_has_keys_of_its_own() {
    let (house, phone) = at_home();
    let other = house.pair("other");
    let guard = phone.event_count();
    let first = keyed(&phone, "k", "/next", &json!({}), guard).ok();
    let theirs = keyed(&other, "k", "/next", &json!({}), guard + 1).ok();
    assert_eq!(theirs["seq"], first["seq"].as_u64().unwrap() + 1);
}

#[test]
fn a_key_outlives_the_server_and_the_token() {
    let (mut house, phone) = at_home();
    let guard = phone.event_count();
    let first = keyed(&phone, "k", "/next", &json!({}), guard).ok();
    let acked = phone.socket("").asks("s", "prev", &json!({}), Some(guard + 1));
    house.restart();
    let after = house.fingerprint();
    assert_eq!(keyed(&phone, "k", "/next", &json!({}), guard).ok()["seq"], first["seq"]);
    let again = phone.socket("").asks("s", "prev", &json!({}), Some(guard + 1));
    assert_eq!(
        (&again["seq"], &again["result"], &again["eventCount"]),
        (&acked["seq"], &acked["result"], &acked["eventCount"])
    );
    let phone = Phone::new(house.door(), &phone.post("/pair", &json!({ "code": house.code })).ok());
    assert_eq!(keyed(&phone, "k", "/next", &json!({}), guard).ok()["seq"], first["seq"]);
    assert_eq!(house.fingerprint().0, after.0 + 1, "only the new pairing");
}

#[test]
fn many_at_once_with_one_key_happen_once() {
    let (house, phone) = at_home();
    let guard = phone.event_count();
    let ask =
        |phone: Phone| std::thread::spawn(move || keyed(&phone, "k", "/next", &json!({}), guard).ok()["seq"].clone());
    let asked: Vec<_> = (0..16).map(|_| ask(phone.clone())).collect();
    let seqs: Vec<_> = asked.into_iter().map(|asked| asked.join().unwrap()).collect();
    assert!(seqs.iter().all(|seq| *seq == seqs[0]), "{seqs:?}");
    assert_eq!(house.event_count(), guard + 1);
}

#[test]
fn keys_are_bounded() {
    let (house, phone) = at_home();
    let guard = phone.event_count();
    let before = house.fingerprint();
    for key in ["", &"x".repeat(65), "two\tparts", "ü"] {
        keyed(&phone, key, "/next", &json!({}), guard).problem(422);
    }
    assert_eq!(house.fingerprint(), before);
    keyed(&phone, &"x".repeat(64), "/next", &json!({}), guard).ok();
}

#[test]
fn the_first_answer_is_given_again_also_when_the_command_would_make_no_sense_any_more() {
    let (_house, phone) = at_home();
    let index = phone.get("/index").ok();
    let ids: Vec<&str> = index.as_array().unwrap().iter().map(|track| track["trackId"].as_str().unwrap()).collect();
    let made = phone.post("/playlists", &json!({ "name": "List", "trackIds": ids }));
    let list = made.ok()["playlist"]["playlistId"].as_str().unwrap().to_owned();
    let start = || {
        let body = json!({ "source": { "type": "playlist", "id": list }, "mode": "all" });
        phone.ask(Ask::post("/comparison/start").json(&body).field("Idempotency-Key", "k"))
    };
    let first = start().ok();
    phone.ask(Ask::new("DELETE", &format!("/playlists/{list}"))).ok();
    let again = start();
    assert_eq!((again.status, &again.json()["seq"]), (200, &first["seq"]), "{}", again.text());
    let args = json!({ "mode": "all", "source": { "id": list, "type": "playlist" } });
    let again = phone.socket("").asks("k", "comparison/start", &args, None);
    assert_eq!((&again["type"], &again["seq"]), (&json!("ack"), &first["seq"]), "{again}");
    let never = phone.ask(Ask::post("/comparison/start").json(&args).field("Idempotency-Key", "never"));
    never.problem(404);
}
