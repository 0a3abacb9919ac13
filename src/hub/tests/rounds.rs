//! What one round of the writer is: commands stored together, answered after they were shown, and none of them lost.

use super::harness::{House, PLAY, add, house, pair, tell};
use crate::core::command::SessionCommand as Ask;
use crate::core::presence::Signal;
use crate::hub::Refused;
use crate::limits;

#[test]
fn what_waits_is_stored_together() {
    let mut it = House::new();
    let before = it.store.appends();
    (0..20).for_each(|n| it.submit(&format!("{n}"), pair(&format!("D{n}")), None, None));
    it.round();
    assert_eq!(it.store.appends() - before, 1);
    let expected: Vec<String> = (0..20).map(|n| format!("{n}: ok {}/{}", n + 1, n + 1)).collect();
    assert_eq!(it.told(), expected);
}

#[test]
fn a_command_sees_what_the_one_before_it_in_the_round_did() {
    let mut it = House::new();
    it.submit("first", add("a b"), Some(0), None);
    it.submit("second", add("c"), Some(0), None);
    it.submit("third", add("c"), Some(1), None);
    it.round();
    assert_eq!(it.told(), ["first: ok 1/1", "third: ok 2/2", "second: 409 stale"]);
    assert_eq!(it.session().queue.len(), 3);
}

#[test]
fn more_than_one_commit_holds_are_all_answered() {
    let mut it = House::new();
    let many = limits::COMMANDS_PER_COMMIT_MAX * 3 + 7;
    (0..many).for_each(|n| it.submit(&format!("{n}"), pair(&format!("D{n}")), None, None));
    (0..4).for_each(|_| it.round());
    let told = it.told();
    assert_eq!(told.len(), many, "each answer comes, once");
    assert_eq!(it.store.appends(), 4);
    assert!(told.iter().enumerate().all(|(n, told)| *told == format!("{n}: ok {}/{}", n + 1, n + 1)));
}

#[test]
fn signals_behind_a_full_commit_are_not_lost() {
    let mut it = House::new();
    let names: Vec<String> = (0..=limits::COMMANDS_PER_COMMIT_MAX).map(|n| format!("D{n}")).collect();
    names.iter().for_each(|name| it.hub.signal(Signal::Connected(super::harness::device(name), 1)));
    (0..2).for_each(|_| it.round());
    assert_eq!(it.hub.published().presence.online().count(), names.len());
}

#[test]
fn a_barrier_is_released_in_the_round_of_its_last_member() {
    let mut it = House::with("a b", "A");
    let before = it.store.appends();
    let joined = it.hub.ring().join(None);
    it.told();
    it.submit("play", house(PLAY), Some(1), None);
    it.round();
    assert_eq!(it.seen(&joined), ["session:played 2/2", "barrier.release 3/3"]);
    assert_eq!(it.told(), ["play: ok 2/2"], "the command raised it by one, the release by one more");
    assert_eq!(it.store.appends() - before, 1, "one sync for both");
}

#[test]
fn the_answer_shows_the_state_after_the_whole_round() {
    let mut it = House::with("a b", "A");
    let accepted = it.ask(house(PLAY)).unwrap();
    assert_eq!((accepted.version, accepted.published.event_count(&crate::core::ids::RoomId::house())), (2, 3));
}

#[test]
fn a_refusal_shows_the_state_as_it_is() {
    let mut it = House::with("a b", "A");
    it.submit("next", house(Ask::Next), Some(0), None);
    it.round();
    let Err(Refused::Rejected(why, published)) = it.last() else { panic!("{}", tell(&it.last())) };
    assert_eq!((why.expected_version(), published.seq), (Some(1), 1));
}

#[test]
fn an_ended_that_changes_nothing_is_answered_all_the_same() {
    let mut it = House::with("a b", "A B");
    it.ask(house(PLAY)).unwrap();
    it.pass(10_000);
    let ended = || house(Ask::Ended { track: super::harness::track("a") });
    it.told();
    it.submit("early", ended(), None, None);
    it.round();
    assert_eq!(it.told(), ["early: ok 3/3"]);
    it.signal(Signal::Leave(super::harness::device("B")));
    assert_eq!(it.stage(), "playing b@0", "it counted for A, the only one left");
}

#[test]
fn the_writer_sleeps_until_something_is_due() {
    let mut it = House::with("a b", "A B");
    it.signal(Signal::Dropped(super::harness::device("B"), super::harness::tracks("a")));
    it.ask(house(PLAY)).unwrap();
    it.sleep(19_990);
    assert_eq!(it.stage(), "waiting a@0");
    it.sleep(20);
    assert_eq!(it.stage(), "playing a@0", "B was counted out without anybody asking");
}

#[test]
fn gapless_turns_happen_while_everybody_sleeps() {
    let mut it = House::with("a b", "A");
    it.clock_report("A");
    it.ask(house(PLAY)).unwrap();
    it.sleep(58_790);
    assert_eq!(it.stage(), "playing a@0");
    it.sleep(20);
    assert_eq!(it.stage(), "playing b@0");
}

#[test]
fn what_waits_when_the_server_stops_is_answered_too() {
    let it = House::new();
    let (hub, store, answers) = (it.hub.clone(), it.store.clone(), it.answers.clone());
    it.submit("before", pair("D0"), None, None);
    hub.stop();
    it.submit("behind", pair("D1"), None, None);
    it.submit("last", pair("D2"), None, None);
    let mut it = it;
    while it.writer.round() {}
    it.writer.finish();
    let told: Vec<_> = answers.lock().unwrap().iter().map(|(name, said)| format!("{name}: {}", tell(said))).collect();
    assert_eq!(told, ["before: ok 1/1", "behind: stopping", "last: stopping"]);
    assert_eq!(store.appends(), 1);
}

#[test]
fn the_real_writer_answers_and_stops() {
    let recovered = crate::hub::recovery::recover(
        Ok(Box::new(super::harness::Watched::new())),
        crate::core::Settings::default(),
        "c1".into(),
    );
    let clock = std::sync::Arc::new(crate::clock::Clock::start());
    let (hub, thread) = crate::hub::Hub::start(recovered, clock).unwrap();
    let wish = crate::core::command::Wish { command: pair("D0"), origin: None, guard: None };
    assert_eq!(tell(&hub.ask(wish.clone(), None, Vec::new())), "ok 1/1");
    assert!(hub.is_moving(std::time::Duration::from_secs(5)));
    hub.stop();
    thread.join().unwrap();
    assert_eq!(tell(&hub.ask(wish, None, Vec::new())), "stopping");
    assert!(!hub.is_moving(std::time::Duration::from_millis(10)));
}

#[test]
fn who_is_ready_is_shown_anew_when_another_track_comes() {
    let mut it = House::with("a b c", "A B");
    it.signal(Signal::Dropped(super::harness::device("B"), super::harness::tracks("b")));
    it.ask(house(PLAY)).unwrap();
    it.sleep(1_000);
    let joined = it.hub.ring().join(None);
    it.ask(house(Ask::Next)).unwrap();
    it.sleep(1_000);
    let shown = it.hub.ring().join(None).ephemerals;
    let presence = shown.iter().find(|slot| slot.name == "session:presence").unwrap();
    let text = String::from_utf8_lossy(presence.frame.bytes()).into_owned();
    assert!(text.contains("\"trackId\":\"b\""), "the picture of before is of no use: {text}");
    assert!(text.contains("\"ready\":[\"A\"]"), "{text}");
    let crate::hub::ring::Read::Slots(slots, _) = it.hub.ring().read(joined.cursor, 99) else { panic!("lagged") };
    assert_eq!(slots.iter().filter(|slot| slot.name == "session:presence").count(), 1, "once is enough");
}
