//! Several rooms: each has its own music, its own count and its own listeners.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Answer, Ask};
use crate::house::{House, Phone, until};
use serde_json::{Value, json};

/// A house with a second room, a phone, and the queue.
fn with_attic() -> (House, Phone, String, Vec<String>) {
    let house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let made = phone.post("/rooms", &json!({ "name": " Attic " }));
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["name"], "Attic");
    let attic = made.json()["id"].as_str().unwrap().to_owned();
    (house, phone, attic, queue)
}

fn snapshot(phone: &Phone, room: &str) -> Value {
    phone.get(&format!("/snapshot?room={room}")).ok()
}

/// A command in a room, guarded by what is there now.
fn in_room(phone: &Phone, room: &str, target: &str, body: &Value) -> Answer {
    let count = snapshot(phone, room)["eventCount"].to_string();
    phone.ask(Ask::post(&format!("{target}?room={room}")).json(body).field("If-Match-Event", &count))
}

#[test]
fn a_room_is_made_renamed_and_taken_away_for_everybody_to_see() {
    let (house, phone, attic, _) = with_attic();
    let mut socket = house.pair("watcher").socket("topics=household");
    assert_eq!(socket.wait("sync:full")["data"]["rooms"].as_array().unwrap().len(), 2);
    let target = format!("/rooms/{attic}");
    assert_eq!(phone.ask(Ask::new("PATCH", &target).json(&json!({ "name": "Loft" }))).ok()["name"], "Loft");
    let rooms = phone.get("/rooms").ok()["rooms"].clone();
    assert_eq!((rooms.as_array().unwrap().len(), rooms.to_string().contains("Loft")), (2, true));
    assert_eq!(phone.ask(Ask::new("DELETE", &target)).status, 204);
    phone.get(&format!("/snapshot?room={attic}")).problem(404);
    phone.ask(Ask::new("DELETE", &target)).problem(404);
    assert_eq!(
        socket.wait_for("it is gone", |message| message["topic"] == "household" && {
            phone.get("/rooms").ok()["rooms"].as_array().unwrap().len() == 1
        })["topic"],
        "household"
    );
}

#[test]
fn what_is_no_room_is_refused() {
    let (house, phone, attic, _) = with_attic();
    let before = house.fingerprint();
    for name in [json!(""), json!("x".repeat(65)), json!(5), json!(null), json!("two\nlines")] {
        phone.post("/rooms", &json!({ "name": name })).problem(422);
        phone.ask(Ask::new("PATCH", &format!("/rooms/{attic}")).json(&json!({ "name": name }))).problem(422);
    }
    phone.post("/rooms", &json!({})).problem(422);
    for id in ["nosuch", "..", "no%20room"] {
        phone.ask(Ask::new("PATCH", &format!("/rooms/{id}")).json(&json!({ "name": "x" }))).problem(404);
        phone.ask(Ask::new("DELETE", &format!("/rooms/{id}"))).problem(404);
    }
    phone.ask(Ask::new("DELETE", "/rooms/house")).problem(409);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn rooms_are_bounded() {
    let (_house, phone, _, _) = with_attic();
    let statuses: Vec<_> =
        (0..70).map(|nth| phone.post("/rooms", &json!({ "name": format!("r{nth}") })).status).collect();
    let made = statuses.iter().filter(|status| **status == 201).count();
    assert!(made <= 63 && statuses[69] == 409, "{statuses:?}");
}

#[test]
fn each_room_has_music_of_its_own() {
    let (house, phone, attic, queue) = with_attic();
    let before = house.snapshot();
    assert_eq!(snapshot(&phone, &attic)["queue"], json!([]), "it starts empty");
    in_room(&phone, &attic, "/queue/add", &json!({ "trackIds": [queue[2], queue[1]] })).ok();
    let played = in_room(&phone, &attic, "/play", &json!({})).ok();
    assert_eq!((&played["snapshot"]["room"], &played["eventCount"]), (&json!(attic), &json!(2)));
    let after = house.snapshot();
    for member in ["queue", "eventCount", "playState"] {
        assert_eq!(after[member], before[member], "{member} of the house");
    }
    let count = before["eventCount"].as_u64().unwrap();
    let in_body = Ask::post("/next").json(&json!({ "room": attic })).field("If-Match-Event", "2");
    assert_eq!(phone.ask(in_body).ok()["snapshot"]["room"], *attic);
    assert_eq!(house.event_count(), count);
}

#[test]
fn listeners_of_one_room_do_not_wait_for_those_of_another() {
    let (house, phone, attic, queue) = with_attic();
    let other = house.pair("other");
    let _ears = other.listens(&[]);
    let mut socket = phone.socket(&format!("room={attic}"));
    socket.wait("sync:full");
    socket.say(&json!({ "type": "join" }));
    socket.say(&json!({ "type": "have", "trackIds": [queue[0]] }));
    until("it listens in the attic", || (snapshot(&phone, &attic)["clients"][0]["clientId"] == phone.id).then_some(()));
    in_room(&phone, &attic, "/queue/add", &json!({ "trackIds": [queue[0]] })).ok();
    in_room(&phone, &attic, "/play", &json!({})).ok();
    let release = socket.wait("barrier.release");
    assert_eq!(release["topic"], format!("session:{attic}"));
    let refused = phone.ask(Ask::new("DELETE", &format!("/rooms/{attic}")));
    assert_eq!(refused.problem(409)["type"], "/problems/room-in-use");
    socket.say(&json!({ "type": "join", "room": "house" }));
    until("it listens in the house instead", || {
        let here = house.snapshot()["clients"].as_array()?.len();
        (here == 2 && snapshot(&phone, &attic)["clients"] == json!([])).then_some(())
    });
}

#[test]
fn a_stale_command_is_shown_the_room_it_was_meant_for() {
    let (_house, phone, attic, queue) = with_attic();
    in_room(&phone, &attic, "/queue/add", &json!({ "trackIds": queue })).ok();
    let mut socket = phone.socket("");
    let reject = socket.asks("k", "next", &json!({ "room": attic }), Some(7));
    assert_eq!((&reject["status"], &reject["expectedEventCount"]), (&json!(409), &json!(1)));
    assert_eq!(reject["snapshot"], snapshot(&phone, &attic));
    let stale = Ask::post(&format!("/next?room={attic}")).field("If-Match-Event", "7");
    assert_eq!(phone.ask(stale).problem(409)["snapshot"], snapshot(&phone, &attic));
}

#[test]
fn a_command_into_another_room_is_acknowledged_once() {
    let (_house, phone, attic, queue) = with_attic();
    phone.does("/next", &json!({}));
    let mut socket = phone.tab("t1").socket("");
    let ack = socket.asks("k", "queue/add", &json!({ "room": attic, "trackIds": [queue[0]] }), Some(0));
    assert_eq!((&ack["type"], &ack["eventCount"]), (&json!("ack"), &json!(1)), "{ack}");
    let declared = socket.asks("a", "ack-download", &json!({ "room": attic, "trackId": queue[0] }), None);
    assert_eq!((&declared["type"], &declared["eventCount"]), (&json!("ack"), &json!(1)), "{declared}");
}

#[test]
fn rooms_outlive_the_power() {
    let (mut house, phone, attic, queue) = with_attic();
    in_room(&phone, &attic, "/queue/add", &json!({ "trackIds": [queue[3]] })).ok();
    let before = snapshot(&phone, &attic);
    house.restart();
    let after = snapshot(&phone, &attic);
    assert_eq!((&after["queue"], &after["eventCount"]), (&before["queue"], &before["eventCount"]));
}

#[test]
fn who_watches_a_room_that_goes_is_told_and_hears_nothing_wrong() {
    let (house, phone, attic, _) = with_attic();
    let mut socket = phone.socket(&format!("room={attic}"));
    let full = socket.wait("sync:full");
    house.pair("second");
    assert_eq!(phone.ask(Ask::new("DELETE", &format!("/rooms/{attic}"))).status, 204);
    socket.wait_for("that it is gone", |message| {
        message["topic"] == "household" && message["data"].to_string().contains(&attic)
    });
    let reject = socket.asks("k", "next", &json!({}), Some(0));
    assert_eq!(reject["status"], 404);
    socket.say(&json!({ "type": "join" }));
    assert_eq!(socket.wait("reject")["status"], 404);
    let back = format!("/ws/sync?room={attic}&since={}:{}", full["epoch"].as_str().unwrap(), full["seq"]);
    let bearer = format!("Bearer {}", phone.token);
    let refused = crate::house::ws::Socket::try_open(house.door().address(), &back, &[("Authorization", &bearer)]);
    assert_eq!(refused.err(), Some(404));
}

#[test]
fn ones_own_edit_is_taken_back_and_done_again() {
    let (house, phone, _, queue) = with_attic();
    phone.command("/undo", &json!({})).problem(409);
    phone.does("/queue/remove", &json!({ "trackId": queue[1] }));
    let other = house.pair("other");
    other.command("/undo", &json!({})).problem(409);
    assert_eq!(phone.does("/undo", &json!({}))["snapshot"]["queue"], json!(queue));
    assert_eq!(phone.does("/redo", &json!({}))["snapshot"]["queue"], json!([queue[0], queue[2], queue[3]]));
    phone.command("/redo", &json!({})).problem(409);
    phone.post("/undo", &json!({})).problem(428);
}
