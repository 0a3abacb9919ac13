//! What a store that fails may cost: a refusal with the reason, and nothing else.

use super::harness::{House, PLAY, Watched, add, device, full, house, pair, tell, tracks};
use crate::core::command::SessionCommand as Ask;
use crate::core::ids::RoomId;
use crate::core::presence::Signal;
use crate::core::{Settings, State};
use crate::hub::by_hand::ByHand;
use crate::hub::recovery::recover;
use crate::log::LogError;
use std::sync::Arc;

const REASON: &str = "store: the disk is full: free some space in /data, then try again";

#[test]
fn nothing_is_shown_and_the_reason_is_said() {
    let mut it = House::with("a b", "A");
    let (before, joined) = (it.digest(), it.hub.ring().join(None));
    it.told();
    it.store.log.fail_next(full());
    it.submit("next", house(Ask::Next), Some(1), None);
    it.round();
    assert_eq!(it.told(), [format!("next: {REASON}")]);
    assert_eq!(it.seen(&joined), [""; 0]);
    assert_eq!((it.digest(), it.digest_of_the_log()), (before.clone(), before));
}

#[test]
fn the_next_command_is_tried_at_once_and_goes_on_where_it_was() {
    let mut it = House::with("a b", "A");
    it.store.log.fail_next(full());
    tell(&it.ask(house(PLAY)));
    assert_eq!(tell(&it.ask(house(PLAY))), "ok 2/2");
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn what_connections_reported_is_true_all_the_same() {
    let mut it = House::with("a b", "A");
    it.store.log.fail_next(full());
    it.submit("play", house(PLAY), Some(1), None);
    it.hub.signal(Signal::Connected(device("B"), 2));
    it.hub.signal(Signal::Join(device("B"), RoomId::house(), 2));
    it.hub.signal(Signal::Have(device("B"), tracks("a")));
    it.round();
    let published = it.hub.published();
    assert!(published.presence.room(&RoomId::house()).listeners.contains_key(&device("B")));
    assert!(published.presence.has(&device("B"), &tracks("a")[0]));
    assert_eq!(it.stage(), "stopped @0");
}

#[test]
fn nobody_is_answered_from_what_was_not_stored() {
    let mut it = House::with("a b", "A");
    it.told();
    it.store.log.fail_next(full());
    it.submit("first", add("c"), Some(1), Some(("k", 1)));
    it.submit("again", add("c"), Some(1), Some(("k", 1)));
    it.submit("stale", add("d"), Some(1), None);
    it.submit("gone", house(Ask::QueueRemove { track: tracks("c")[0].clone() }), Some(2), None);
    it.round();
    let expected = ["again", "first", "gone", "stale"].map(|name| format!("{name}: {REASON}"));
    let mut told = it.told();
    told.sort();
    assert_eq!(told, expected);
    it.submit("later", add("c"), Some(1), Some(("k", 1)));
    it.round();
    assert_eq!(it.told(), ["later: ok 2/2"], "a refusal does not spend a key");
}

#[test]
fn what_needed_no_storing_is_answered_as_it_is() {
    let mut it = House::with("a b", "A");
    it.submit("kept", add("c"), Some(1), Some(("k", 1)));
    it.round();
    it.told();
    it.store.log.fail_next(full());
    it.submit("again", add("c"), Some(1), Some(("k", 1)));
    it.submit("wrong", house(Ask::StartAnyway), Some(2), None);
    it.submit("new", add("d"), Some(2), None);
    it.round();
    let mut told = it.told();
    told.sort();
    assert_eq!(told, ["again: ok 2/2".into(), format!("new: {REASON}"), "wrong: 409 not-waiting".into()]);
}

#[test]
fn a_release_that_could_not_be_stored_is_tried_again_by_itself() {
    let mut it = House::with("a b", "A");
    it.signal(Signal::Dropped(device("A"), tracks("a")));
    it.ask(house(PLAY)).unwrap();
    it.store.log.fail_next(full());
    it.signal(Signal::Have(device("A"), tracks("a")));
    assert_eq!(it.stage(), "waiting a@0");
    it.sleep(1_100);
    assert_eq!(it.stage(), "playing a@0", "it does not wait for somebody to press a key");
}

#[test]
fn a_disk_that_hangs_before_it_refuses_delays_a_release_by_as_long_again() {
    let mut it = House::with("a b", "A");
    it.signal(Signal::Dropped(device("A"), tracks("a")));
    it.ask(house(PLAY)).unwrap();
    let (clock, before) = (Arc::clone(&it.clock), it.store.appends());
    *it.store.before.lock().unwrap() = Some(Box::new(move |_| clock.pass(4_000)));
    (0..2).for_each(|_| it.store.log.fail_next(full()));
    it.signal(Signal::Have(device("A"), tracks("a")));
    for _ in 0..3 {
        it.pass(1_000);
    }
    assert_eq!(it.store.appends() - before, 1, "half of the writer's time is for others");
    it.sleep(2_000);
    assert_eq!((it.store.appends() - before, it.stage().as_str()), (2, "waiting a@0"));
    it.sleep(3_500);
    assert_eq!(it.stage(), "playing a@0", "it does not wait for somebody to press a key");
}

#[test]
fn a_store_that_keeps_failing_is_not_hammered() {
    let mut it = House::with("a b", "A");
    it.signal(Signal::Dropped(device("A"), tracks("a")));
    it.ask(house(PLAY)).unwrap();
    (0..1_000).for_each(|_| it.store.log.fail_next(full()));
    let before = it.store.appends();
    it.signal(Signal::Have(device("A"), tracks("a")));
    it.sleep(10_000);
    let tries = it.store.appends() - before;
    assert!((9..=12).contains(&tries), "about one a second, not {tries} in ten");
}

#[test]
fn a_store_that_is_mended_is_noticed_without_anybodys_command() {
    let mut it = House::with("a b", "A");
    it.store.log.fail_next(full());
    assert!(it.ask(house(PLAY)).is_err());
    (0..2).for_each(|_| it.store.log.fail_next(full()));
    it.sleep(11_000);
    assert!(it.hub.trouble().is_some(), "it was tried twice, in vain");
    let (before, appends) = (it.digest(), it.store.appends());
    it.sleep(5_000);
    assert_eq!(it.hub.trouble(), None);
    assert_eq!((it.digest(), it.store.appends()), (before, appends), "trying is no event");
    let tries = it.store.puts().len();
    it.sleep(60_000);
    assert_eq!(it.store.puts().len(), tries, "what is well is not tried");
}

#[test]
fn a_disk_that_hangs_and_then_refuses_does_not_take_all_of_the_writers_time() {
    let mut it = House::with("a b", "A");
    let clock = Arc::clone(&it.clock);
    *it.store.before_put.lock().unwrap() = Some(Box::new(move |_| clock.pass(20_000)));
    (0..3).for_each(|_| it.store.log.fail_next(full()));
    assert!(it.ask(house(PLAY)).is_err());
    it.pass(5_000);
    let tries = it.store.puts().len();
    for _ in 0..17 {
        it.pass(10_000);
        assert_eq!(it.store.puts().len(), tries, "it took 20 s, and is given nine times as long");
    }
    it.pass(10_000);
    assert_eq!(it.store.puts().len(), tries + 1);
    assert!(it.hub.trouble().is_some());
}

#[test]
fn positions_that_cannot_be_stored_are_told_of_too() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    it.store.fail_next_put();
    it.sleep(31_000);
    assert!(it.hub.trouble().is_some_and(|why| why.contains("full")), "music plays, and nobody presses a key");
    it.sleep(5_000);
    assert_eq!(it.hub.trouble(), None);
}

#[test]
fn a_stalled_member_is_counted_out_while_the_disk_is_full() {
    let mut it = House::with("a b", "A B");
    it.signal(Signal::Dropped(device("B"), tracks("a")));
    it.ask(house(PLAY)).unwrap();
    it.store.log.fail_next(full());
    it.sleep(22_000);
    assert_eq!(it.stage(), "playing a@0");
}

#[test]
fn a_store_that_cannot_be_read_refuses_every_command_and_shows_a_house() {
    let broken = LogError::Unreadable { path: "hearken.db".into(), detail: "file is not a database".into() };
    let recovered = recover(Err(broken), Settings::default(), "c1".into());
    let clock = Arc::new(crate::clock::Clock::by_hand(0));
    let (hub, writer) = ByHand::new(recovered, Arc::clone(&clock));
    let mut it = House { hub, writer, store: Watched::new(), clock, answers: Arc::default() };
    it.library("a b");
    it.listen("A", "a");
    for command in [add("a"), house(PLAY), pair("B")] {
        let told = tell(&it.ask(command));
        assert!(told.starts_with("store: the store hearken.db cannot be read: file is not a database"), "{told}");
        assert!(told.contains("hearken doctor"), "{told}");
    }
    assert_eq!(it.digest(), State::default().durable.digest().unwrap(), "nothing has changed");
    let published = it.hub.published();
    assert!(published.snapshot(&RoomId::house()).contains("\"clientId\":\"A\""), "and yet it can be looked at");
    assert_eq!(&*published.epoch, "unreadable");
}

#[test]
fn entries_that_nobody_understands_are_not_overwritten() {
    let store = Watched::new();
    let mut log = store.log.clone();
    let entry = crate::log::NewEntry {
        topic: "household".into(),
        expected_last_seq: 0,
        ts_ms: 0,
        origin: None,
        payload: b"{\"fromTheFuture\":1}".as_slice().into(),
        key: None,
        puts: Vec::new(),
    };
    crate::log::EventLog::append(&mut log, &[entry]).unwrap();
    let mut it = House::on(store);
    let told = tell(&it.ask(pair("B")));
    assert!(told.contains("entry 1 cannot be understood"), "{told}");
    assert_eq!(it.store.appends(), 0);
}

#[test]
fn what_was_playing_waits_even_if_the_disk_was_full_at_the_start() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    it.sleep(12_000);
    (0..3).for_each(|_| it.store.log.fail_next(full()));
    let mut it = it.killed();
    it.sleep(3_500);
    assert_eq!(it.stage(), "waiting a@0");
    it.listen("A", "a");
    assert_eq!(it.stage(), "playing a@0");
}

#[test]
fn a_command_may_be_faster_than_the_second_try() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    it.store.log.fail_next(full());
    let mut it = it.killed();
    it.ask(house(Ask::Pause { position_ms: Some(4_000) })).unwrap();
    it.sleep(5_000);
    assert_eq!(it.stage(), "paused a@4000");
}
