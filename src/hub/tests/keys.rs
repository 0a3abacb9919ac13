//! Idempotency: a retry changes nothing, wherever and whenever it comes.

use super::harness::{House, PLAY, add, house, pair, tell};
use crate::core::command::SessionCommand as Ask;

#[test]
fn the_same_key_gets_the_first_answer_and_changes_nothing() {
    let mut it = House::with("a b", "A");
    it.submit("first", add("c"), Some(1), Some(("k", 1)));
    it.round();
    let first = it.last().unwrap();
    it.ask(house(Ask::Next)).unwrap();
    let (digest, joined) = (it.digest(), it.hub.ring().join(None));
    it.submit("again", add("c"), Some(1), Some(("k", 1)));
    it.round();
    let again = it.last().unwrap();
    assert_eq!((again.seq, again.version, &again.data), (first.seq, first.version, &first.data));
    assert!(first.is_event && !again.is_event);
    assert!(again.published.seq > again.seq, "the state beside it is the present one");
    assert_eq!((it.digest(), it.seen(&joined).len()), (digest, 0));
}

#[test]
fn with_another_body_it_is_refused() {
    let mut it = House::with("a b", "A");
    it.told();
    it.submit("first", add("c"), Some(1), Some(("k", 1)));
    it.round();
    it.submit("other", add("d"), Some(2), Some(("k", 2)));
    it.round();
    assert_eq!(it.told(), ["first: ok 2/2", "other: key reused"]);
}

#[test]
fn within_one_round_too() {
    let mut it = House::with("a b", "A");
    it.told();
    it.submit("first", add("c"), Some(1), Some(("k", 1)));
    it.submit("again", add("c"), Some(1), Some(("k", 1)));
    it.submit("other", add("d"), Some(2), Some(("k", 2)));
    it.round();
    let mut told = it.told();
    told.sort();
    assert_eq!(told, ["again: ok 2/2", "first: ok 2/2", "other: key reused"]);
    assert_eq!(it.session().queue.len(), 3);
}

#[test]
fn after_a_restart_too() {
    let mut it = House::with("a b", "A");
    it.submit("first", add("c"), Some(1), Some(("k", 1)));
    it.round();
    let first = it.last().unwrap();
    let mut it = it.killed();
    it.submit("again", add("c"), Some(1), Some(("k", 1)));
    it.submit("other", add("d"), Some(2), Some(("k", 2)));
    it.round();
    let again = it.answers.lock().unwrap()[0].1.clone().unwrap();
    assert_eq!((again.seq, again.version, again.data), (first.seq, first.version, first.data));
    assert_eq!(it.told()[1], "other: key reused");
}

#[test]
fn a_refusal_does_not_spend_the_key() {
    let mut it = House::with("a b", "A");
    it.told();
    it.submit("stale", add("c"), Some(0), Some(("k", 1)));
    it.round();
    it.submit("right", add("c"), Some(1), Some(("k", 1)));
    it.round();
    assert_eq!(it.told(), ["stale: 409 stale", "right: ok 2/2"]);
}

#[test]
fn keys_of_two_devices_are_two_keys() {
    let mut it = House::new();
    it.submit("one", pair("D1"), None, Some(("k", 1)));
    it.round();
    let wish = crate::core::command::Wish {
        command: pair("D2"),
        origin: Some(crate::core::command::Origin { device: super::harness::device("B"), tab: None }),
        guard: None,
    };
    let (said, heard) = std::sync::mpsc::sync_channel(1);
    let answer = Box::new(move |result| drop(said.send(tell(&result))));
    let key = Some((super::harness::key("k"), 2));
    it.hub.submit(crate::hub::Submission { wish, key, connection: None, puts: Vec::new(), answer });
    it.round();
    assert_eq!(heard.recv().unwrap(), "ok 2/2");
}

#[test]
fn side_writes_ride_with_the_entry_or_not_at_all() {
    use crate::log::{Put, Vault};
    let mut it = House::new();
    let put = || vec![Put { bucket: "token", key: "hash".into(), value: Some(b"D1".as_slice().into()) }];
    it.store.log.fail_next(super::harness::full());
    for expected in ["store: the disk is full: free some space in /data, then try again", "ok 1/1"] {
        let wish = crate::core::command::Wish { command: pair("D1"), origin: None, guard: None };
        let (said, heard) = std::sync::mpsc::sync_channel(1);
        let answer = Box::new(move |result| drop(said.send(tell(&result))));
        it.hub.submit(crate::hub::Submission { wish, key: None, connection: None, puts: put(), answer });
        it.round();
        assert_eq!(heard.recv().unwrap(), expected);
        assert_eq!(it.store.list("token").unwrap().len(), usize::from(expected.starts_with("ok")));
    }
}

#[test]
fn an_unkeyed_command_may_be_given_twice() {
    let mut it = House::with("a b", "A");
    assert_eq!(tell(&it.ask(house(PLAY))), "ok 2/2");
    assert_eq!(tell(&it.ask(house(PLAY))), "ok 4/4");
}
