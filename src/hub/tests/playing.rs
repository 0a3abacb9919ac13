//! What devices play, through the writer: what reaches the disk when, what happens in one transaction, what is answered.

use super::harness::{House, device, pair, tell, track, tracks};
use crate::core::command::{Command, HouseholdCommand};
use crate::core::playing::{Playback, PlaybackChange, PlaybackCommand as Ask, PlaybackMode};
use crate::core::presence::Signal;
use crate::core::queue::QueueChange;
use crate::hub::ring::Since;
use crate::limits;
use serde_json::{Value, json};

fn playback(name: &str, ask: Ask) -> Command {
    Command::Playback(device(name), ask)
}

fn put(name: &str, change: PlaybackChange) -> Command {
    playback(name, Ask::Put(change))
}

fn plays(name: &str, position_ms: u64) -> PlaybackChange {
    let mode = Some(PlaybackMode::Playing);
    PlaybackChange { mode, track: Some(track(name)), position_ms: Some(position_ms), ..PlaybackChange::default() }
}

/// A house in which A and B are paired and here, and A plays `a`.
fn playing() -> House {
    let mut it = House::new();
    for name in ["A", "B"] {
        it.ask(pair(name)).unwrap();
        it.signal(Signal::Connected(device(name), 1));
    }
    it.ask(put("A", plays("a", 0))).unwrap();
    it
}

fn tells(it: &mut House, position_ms: u64) {
    it.signal(Signal::Position(device("A"), track("a"), position_ms, None));
}

fn of(it: &House, name: &str) -> Playback {
    it.hub.published().durable.playback(&device(name)).expect("it played").clone()
}

fn shown(it: &House, name: &str) -> Value {
    serde_json::from_str(&it.hub.published().playback(&device(name))).unwrap()
}

/// Where a device that was playing is shown after the power went and came back.
fn position_after(it: House) -> Value {
    shown(&it.killed(), "A")["positionSec"].clone()
}

#[test]
fn the_power_costs_half_a_minute_of_position_at_most() {
    let mut it = playing();
    for second in 1..=44 {
        it.sleep(1_000);
        tells(&mut it, second * 1_000);
    }
    let position = position_after(it).as_f64().unwrap();
    assert!((14.0..=44.0).contains(&position), "{position}");
}

#[test]
fn only_what_changed_is_stored_and_in_one_go() {
    let mut it = playing();
    it.ask(put("B", plays("b", 0))).unwrap();
    let before = it.store.puts();
    tells(&mut it, 1_000);
    it.sleep(31_000);
    assert_eq!(it.store.puts()[before.len()..], [2], "both, in one transaction");
    tells(&mut it, 31_000);
    it.sleep(30_000);
    assert_eq!(it.store.puts()[before.len()..], [2, 1], "the one that moved");
    it.ask(put("A", PlaybackChange { mode: Some(PlaybackMode::Paused), ..PlaybackChange::default() })).unwrap();
    it.ask(put("B", PlaybackChange { mode: Some(PlaybackMode::Paused), ..PlaybackChange::default() })).unwrap();
    it.sleep(120_000);
    assert_eq!(it.store.puts()[before.len()..], [2, 1], "what is silent is not stored");
}

#[test]
fn the_last_connection_takes_its_position_to_the_disk() {
    let mut it = playing();
    it.signal(Signal::Connected(device("A"), 2));
    tells(&mut it, 7_000);
    let before = it.store.puts().len();
    it.signal(Signal::Disconnected(device("A"), 1));
    assert_eq!(it.store.puts().len(), before, "another tab is there");
    it.signal(Signal::Disconnected(device("A"), 2));
    assert_eq!(position_after(it), json!(7.0));
}

#[test]
fn a_planned_stop_loses_nothing_of_the_position() {
    let mut it = playing();
    tells(&mut it, 12_300);
    let House { writer, store, .. } = it;
    writer.finish();
    assert_eq!(shown(&House::on(store), "A")["positionSec"], json!(12.3));
}

#[test]
fn a_position_from_before_an_event_does_not_count() {
    let mut it = playing();
    tells(&mut it, 9_000);
    it.sleep(31_000);
    it.ask(put("A", PlaybackChange { position_ms: Some(2_000), ..PlaybackChange::default() })).unwrap();
    assert_eq!(position_after(it), json!(2.0));
}

#[test]
fn a_store_that_fails_is_told_the_position_again() {
    let mut it = playing();
    tells(&mut it, 9_000);
    it.store.fail_next_put();
    it.sleep(31_000);
    it.sleep(31_000);
    assert_eq!(position_after(it), json!(10.5), "as it ran on for a moment after its last word");
}

#[test]
fn after_a_restart_it_waits_for_the_device_and_then_rests_where_it_was() {
    let mut it = playing();
    tells(&mut it, 40_000);
    it.signal(Signal::Disconnected(device("A"), 1));
    let mut it = it.killed();
    assert_eq!(of(&it, "A").mode, PlaybackMode::Playing);
    it.sleep(limits::DEVICE_GRACE_MS + 10);
    assert_eq!((of(&it, "A").mode, of(&it, "A").position_ms), (PlaybackMode::Paused, 40_000));
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn who_is_taken_over_falls_silent_in_the_same_transaction() {
    let mut it = playing();
    tells(&mut it, 20_000);
    let joined = it.hub.ring().join(None);
    let before = it.store.appends();
    let answer = it.ask(playback("B", Ask::Claim { from: device("A") })).unwrap();
    assert_eq!(it.store.appends(), before + 1);
    assert_eq!(it.seen(&joined), ["playback:updated 4/1", "playback:updated 5/2"]);
    let answer: Value = serde_json::from_str(&answer.data).unwrap();
    assert_eq!((&answer["eventCount"], &answer["playback"]["version"]), (&json!(1), &json!(1)));
    let full = shown(&it, "B");
    for field in ["deviceId", "mode", "trackId", "positionSec", "queue", "queueIndex", "updatedAt"] {
        assert_eq!(answer["playback"][field], full[field], "{field}");
    }
    assert_eq!((&full["mode"], &full["positionSec"]), (&json!("playing"), &json!(20.0)));
    assert_eq!(of(&it, "A").mode, PlaybackMode::Paused);
}

#[test]
fn who_is_merged_goes_in_the_same_transaction_and_a_retry_changes_nothing() {
    let mut it = playing();
    let queue = Some(QueueChange::Set { track_ids: tracks("b c") });
    it.ask(put("B", PlaybackChange { queue, ..PlaybackChange::default() })).unwrap();
    let before = it.store.appends();
    for _ in 0..2 {
        it.submit("merge", playback("A", Ask::Merge { from: device("B") }), None, Some(("k", 1)));
        it.round();
        assert_eq!(tell(&it.last()), "ok 5/2");
    }
    assert_eq!(it.store.appends(), before + 1);
    assert_eq!(of(&it, "A").queue.tracks(), tracks("b c"));
    assert!(!it.hub.published().durable.household.devices.contains_key(&device("B")));
    assert!(it.hub.published().durable.playback(&device("B")).is_none());
}

#[test]
fn a_put_is_answered_with_what_changed_also_when_nothing_did() {
    let mut it = playing();
    let twice = || PlaybackChange { position_ms: None, ..plays("b", 0) };
    let mut answers = Vec::new();
    for change in [twice(), twice(), PlaybackChange::default()] {
        let accepted = it.ask(put("A", change)).unwrap();
        answers.push((accepted.version, serde_json::from_str::<Value>(&accepted.data).unwrap()));
    }
    let changed = &answers[0].1["playback"];
    assert_eq!(
        (&changed["trackId"], &changed["positionSec"], &changed["mode"]),
        (&json!("b"), &json!(0.0), &json!(null))
    );
    assert!(changed["updatedAt"].is_number());
    assert_eq!(answers[1..], [(2, json!({"eventCount": 2, "playback": {}})), (2, answers[1].1.clone())]);
}

#[test]
fn what_was_missed_is_the_events_and_never_a_position() {
    let mut it = playing();
    let seq = it.hub.published().seq;
    it.hub.position_told(1, &device("A"), None, "{}".into());
    it.round();
    it.ask(put("A", plays("b", 0))).unwrap();
    let joined = it.hub.ring().join(Some(&Since { epoch: "e".into(), seq }));
    assert_eq!(joined.missed.unwrap().len(), 1);
    assert!(joined.ephemerals.iter().all(|slot| slot.name != "playback:position"));
}

#[test]
fn a_position_that_was_told_before_an_event_tells_of_the_past() {
    let mut it = playing();
    let told = |it: &mut House, position_ms: u64, seen: u64| {
        let joined = it.hub.ring().join(None);
        it.hub.position_told(1, &device("A"), Some(seen), "{}".into());
        it.signal(Signal::Position(device("A"), track("a"), position_ms, Some(seen)));
        (shown(it, "A")["positionSec"].clone(), it.seen(&joined).len())
    };
    assert_eq!(told(&mut it, 40_000, 1), (json!(40.0), 1));
    let seek = PlaybackChange { position_ms: Some(90_000), ..PlaybackChange::default() };
    it.ask(put("A", seek)).unwrap();
    assert_eq!(told(&mut it, 41_000, 1), (json!(90.0), 0), "by a tab that has not seen the seek yet");
    assert_eq!(told(&mut it, 91_000, 2), (json!(91.0), 1));
}

#[test]
fn rapid_changes_end_with_the_last_one_on_the_disk() {
    let mut it = playing();
    for position_ms in 0..50 {
        let seek = PlaybackChange { position_ms: Some(position_ms), ..PlaybackChange::default() };
        it.submit("seek", put("A", seek), None, None);
    }
    let before = it.store.appends();
    it.round();
    assert_eq!(it.store.appends(), before + 1, "fifty changes, one sync");
    assert_eq!(position_after(it), json!(0.049));
}

#[test]
fn a_revoked_device_leaves_no_playback() {
    let mut it = playing();
    it.ask(Command::Household(HouseholdCommand::Revoke { device: device("A") })).unwrap();
    it.signal(Signal::Disconnected(device("A"), 1));
    assert_eq!(shown(&it, "A")["trackId"], json!(null));
    it.sleep(60_000);
    assert_eq!(it.digest(), it.digest_of_the_log());
}
