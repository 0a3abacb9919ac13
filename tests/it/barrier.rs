//! Several devices in one room: who is waited for, and what becomes of the music when they go, or the power does.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::ws::Socket;
use crate::house::{House, Phone, until};
use serde_json::{Value, json};

/// A house with two phones and the queue.
fn two_at_home() -> (House, Phone, Phone, Vec<String>) {
    let house = House::open();
    let (one, two, queue) = (house.pair("one"), house.pair("two"), house.queue());
    (house, one, two, queue)
}

fn has(socket: &mut Socket, track: &str) {
    socket.say(&json!({ "type": "have", "trackIds": [track] }));
}

fn mode(house: &House) -> String {
    house.snapshot()["playState"]["mode"].as_str().unwrap().to_owned()
}

fn members(house: &House) -> Vec<String> {
    serde_json::from_value(house.snapshot()["barrier"]["members"].clone()).unwrap_or_default()
}

fn sorted(phones: &[&Phone]) -> Vec<String> {
    let mut ids: Vec<_> = phones.iter().map(|phone| phone.id.clone()).collect();
    ids.sort();
    ids
}

#[test]
fn it_waits_for_both_and_tells_both_the_same_instant() {
    let (house, one, two, queue) = two_at_home();
    let (mut ears, mut others) = (one.listens(&[]), two.listens(&[]));
    let played = one.does("/play", &json!({}));
    assert_eq!(played["snapshot"]["barrier"]["members"], json!(sorted(&[&one, &two])));
    has(&mut ears, &queue[0]);
    until("one is ready", || (house.snapshot()["barrier"]["ready"] == json!([one.id])).then_some(()));
    assert_eq!(mode(&house), "waiting");
    has(&mut others, &queue[0]);
    let releases = [ears.wait("barrier.release"), others.wait("barrier.release")];
    assert_eq!(releases[0], releases[1], "the same bytes");
    assert_eq!(releases[0]["eventCount"], played["eventCount"].as_u64().unwrap() + 1);
    assert_eq!(releases[0]["origin"], Value::Null);
}

#[test]
fn who_is_lost_at_the_barrier_is_not_waited_for() {
    let (_house, one, two, queue) = two_at_home();
    let (mut ears, lost) = (one.listens(&[&queue[0]]), two.listens(&[]));
    one.does("/play", &json!({}));
    drop(lost);
    ears.wait("barrier.release");
}

#[test]
fn who_leaves_at_the_barrier_is_not_waited_for_even_after_coming_back() {
    let (house, one, two, queue) = two_at_home();
    let (mut ears, mut others) = (one.listens(&[]), two.listens(&[]));
    one.does("/play", &json!({}));
    others.say(&json!({ "type": "leave" }));
    until("it is not waited for", || (members(&house) == sorted(&[&one])).then_some(()));
    others.say(&json!({ "type": "join" }));
    until("it listens again", || (house.snapshot()["clients"].as_array()?.len() == 2).then_some(()));
    assert_eq!(members(&house), sorted(&[&one]));
    has(&mut ears, &queue[0]);
    others.wait("barrier.release");
}

#[test]
fn who_comes_during_a_barrier_joins_it() {
    let (house, one, two, queue) = two_at_home();
    let mut ears = one.listens(&[]);
    one.does("/play", &json!({}));
    let mut late = two.listens(&[]);
    assert_eq!(members(&house), sorted(&[&one, &two]));
    has(&mut ears, &queue[0]);
    until("one is ready", || (house.snapshot()["barrier"]["ready"] == json!([one.id])).then_some(()));
    assert_eq!(mode(&house), "waiting");
    has(&mut late, &queue[0]);
    ears.wait("barrier.release");
}

#[test]
fn who_comes_after_the_start_waits_for_the_next_one() {
    let (house, one, two, queue) = two_at_home();
    let mut ears = one.listens(&[&queue[0], &queue[1]]);
    one.does("/play", &json!({}));
    ears.wait("barrier.release");
    let _late = two.listens(&[]);
    assert_eq!(mode(&house), "playing", "nobody is made to wait");
    one.does("/next", &json!({}));
    assert_eq!((mode(&house).as_str(), members(&house)), ("waiting", sorted(&[&one, &two])));
}

#[test]
fn tabs_and_watchers_are_not_waited_for() {
    let (house, one, two, queue) = two_at_home();
    let (_watching, _tab) = (two.socket(""), one.tab("t2").socket(""));
    let mut ears = one.tab("t1").listens(&[&queue[0]]);
    one.does("/play", &json!({}));
    ears.wait("barrier.release");
    assert_eq!(house.snapshot()["clients"].as_array().unwrap().len(), 1);
}

#[test]
fn a_device_with_two_listening_tabs_is_lost_with_the_second() {
    let (house, one, _, queue) = two_at_home();
    let (first, second) = (one.tab("t1").listens(&[&queue[0]]), one.tab("t2").listens(&[]));
    drop(first);
    let listeners = || house.snapshot()["clients"].as_array().unwrap().len();
    one.does("/play", &json!({}));
    until("it plays", || (mode(&house) == "playing").then_some(()));
    assert_eq!(listeners(), 1);
    drop(second);
    until("nobody listens", || (listeners() == 0).then_some(()));
}

#[test]
fn when_the_last_one_leaves_the_room_pauses_where_it_is() {
    let (house, one, _, queue) = two_at_home();
    let mut ears = one.listens(&[&queue[0]]);
    one.does("/play", &json!({ "positionSec": 20 }));
    ears.wait("barrier.release");
    ears.say(&json!({ "type": "leave" }));
    let paused = ears.wait("session:paused");
    let position = paused["data"]["playState"]["anchorPositionSec"].as_f64().unwrap();
    assert!((20.0..40.0).contains(&position), "{position}");
    assert_eq!(mode(&house), "paused");
}

#[test]
fn when_the_last_one_is_lost_the_room_pauses_after_a_grace_where_it_was_left() {
    let (house, one, two, queue) = two_at_home();
    let mut watcher = two.socket("");
    let mut ears = one.listens(&[&queue[0]]);
    one.does("/play", &json!({}));
    let start_at = ears.wait("barrier.release")["data"]["startAt"].as_f64().unwrap();
    until("it has begun", || {
        ears.say(&json!({ "type": "time", "t0": 0 }));
        (ears.wait("time")["t1"].as_f64()? > start_at).then_some(())
    });
    drop(ears);
    until("nobody listens", || house.snapshot()["clients"].as_array()?.is_empty().then_some(()));
    assert_eq!(mode(&house), "playing", "a lost connection may come back");
    let paused = watcher.wait("session:paused");
    let position = paused["data"]["playState"]["anchorPositionSec"].as_f64().unwrap();
    assert!(position < 5.0, "where it was left, not where the grace ended: {position}");
}

#[test]
fn who_is_lost_and_comes_back_in_time_hears_on() {
    let (house, one, _, queue) = two_at_home();
    let mut ears = one.listens(&[&queue[0]]);
    one.does("/play", &json!({}));
    let count = ears.wait("barrier.release")["eventCount"].clone();
    drop(ears);
    until("nobody listens", || house.snapshot()["clients"].as_array()?.is_empty().then_some(()));
    let _back = one.listens(&[&queue[0]]);
    assert_eq!((mode(&house).as_str(), &house.snapshot()["eventCount"]), ("playing", &count));
}

#[test]
fn after_the_power_was_gone_what_played_waits_for_its_listeners() {
    let (mut house, one, two, queue) = two_at_home();
    let (mut ears, _others) = (one.listens(&[&queue[0]]), two.listens(&[&queue[0]]));
    one.does("/queue/move", &json!({ "trackId": queue[3], "to": 1 }));
    one.does("/play", &json!({ "positionSec": 15 }));
    ears.wait("barrier.release");
    let before = house.snapshot();
    house.restart();
    let after = house.snapshot();
    assert_eq!((&after["queue"], &after["epoch"]), (&before["queue"], &before["epoch"]));
    assert_ne!(after["clockId"], before["clockId"]);
    assert_eq!(after["eventCount"], before["eventCount"].as_u64().unwrap() + 1, "the waiting itself");
    assert_eq!((&after["playState"]["mode"], &after["playState"]["startAt"]), (&json!("waiting"), &Value::Null));
    assert_eq!(after["barrier"]["type"], "resume");
    let position = after["playState"]["anchorPositionSec"].as_f64().unwrap();
    assert!((0.0..=20.0).contains(&position), "at most where it was: {position}");
    let mut ears = one.listens(&[&queue[0]]);
    let release = ears.wait("barrier.release");
    assert_eq!(release["data"]["anchorPositionSec"], position);
    two.get("/snapshot").ok();
}

#[test]
fn a_planned_stop_loses_no_position() {
    let (mut house, one, _, queue) = two_at_home();
    let mut ears = one.listens(&[&queue[0]]);
    one.does("/play", &json!({ "positionSec": 15 }));
    let start_at = ears.wait("barrier.release")["data"]["startAt"].as_f64().unwrap();
    until("it has played a while", || {
        ears.say(&json!({ "type": "time", "t0": 0 }));
        (ears.wait("time")["t1"].as_f64()? > start_at + 200.0).then_some(())
    });
    assert_eq!(house.stop(), Some(0));
    house.start();
    house.settle();
    let after = house.snapshot();
    let position = after["playState"]["anchorPositionSec"].as_f64().unwrap();
    assert!((15.1..60.0).contains(&position), "{position}");
    assert_eq!(after["playState"]["mode"], "waiting");
}

#[test]
fn what_was_paused_or_stopped_stays_so_over_a_restart() {
    let (mut house, one, _, _) = two_at_home();
    let before = house.snapshot();
    house.restart();
    let after = house.snapshot();
    assert_eq!((&after["playState"], &after["eventCount"]), (&before["playState"], &before["eventCount"]));
    one.does("/play", &json!({ "positionSec": 7 }));
    let paused = one.does("/pause", &json!({}))["snapshot"].clone();
    house.restart();
    let after = house.snapshot();
    assert_eq!((&after["playState"], &after["eventCount"]), (&paused["playState"], &paused["eventCount"]));
}
