//! A clock that lies: times in the log never go backwards, and stars get the right ones once they are known.

use super::harness::{House, Watched, device, foreign, full};
use crate::clock::Clock;
use crate::core::Settings;
use crate::core::command::{Command, HouseholdCommand, Origin, Wish};
use crate::core::event::Event;
use crate::core::ids::{ItemId, MutationId, ProfileId};
use crate::core::starring::{Item, Kind, StarReport, StarsCommand};
use crate::hub::Submission;
use crate::hub::by_hand::ByHand;
use crate::hub::recovery::recover;
use crate::log::EventLog;
use serde_json::Value;
use std::sync::Arc;

/// Christmas 2026: what the clock says when somebody has told it.
const RIGHT: i64 = 1_798_156_800_000;
/// What it says after a boot without.
const WRONG: i64 = 100_000_000_000;

fn item(name: &str) -> Item {
    Item { kind: Kind::Track, id: ItemId::new(name).unwrap() }
}

/// A house that boots with this clock.
fn booted(store: Watched, wall_ms: i64) -> House {
    let recovered = recover(Ok(Box::new(store.clone())), Settings::default(), "c1".into());
    let clock = Arc::new(Clock::by_hand(wall_ms));
    let (hub, writer) = ByHand::new(recovered, Arc::clone(&clock));
    House { hub, writer, store, clock, answers: Arc::default() }
}

/// Somebody stars or unstars a track, a while ago.
fn star(it: &mut House, by: &str, name: &str, is_starred: bool, age_ms: u64) {
    star_of(it, &ProfileId::home(), by, name, is_starred, age_ms);
}

fn star_of(it: &mut House, profile: &ProfileId, by: &str, name: &str, is_starred: bool, age_ms: u64) {
    let mutation_id = MutationId::new(&format!("{name}-{}", it.hub.published().seq)).unwrap();
    let report = StarReport { mutation_id, item: item(name), is_starred, age_ms };
    let command = Command::Stars(profile.clone(), StarsCommand::Mark(vec![report]));
    let wish = Wish { command, origin: Some(Origin { device: device(by), tab: None }), guard: None };
    let answer = Box::new(|answer: Result<_, crate::hub::Refused>| drop(answer.unwrap()));
    it.hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
    it.round();
}

/// Each item with its sign and its time, relative to when the clock was right.
fn sky(it: &House) -> Vec<(String, i64)> {
    let published = it.hub.published();
    let marks = published.durable.stars(&ProfileId::home()).marks();
    let sign = |is_starred| if is_starred { '+' } else { '-' };
    marks.map(|(item, mark)| (format!("{}{}", sign(mark.is_starred), item.id), mark.at_ms - RIGHT)).collect()
}

fn log(it: &House) -> Vec<(i64, Value)> {
    let entries = it.store.read_after(0, 99).unwrap();
    entries.iter().map(|entry| (entry.ts_ms, serde_json::from_slice(&entry.payload).unwrap())).collect()
}

#[test]
fn what_was_starred_before_the_clock_was_right_gets_the_right_time() {
    let mut it = booted(Watched::new(), WRONG);
    star(&mut it, "A", "x", true, 0);
    it.pass(60_000);
    star(&mut it, "B", "x", false, 30_000);
    star(&mut it, "B", "y", true, 3_600_000);
    it.pass(60_000);
    let joined = it.hub.ring().join(None);
    it.clock.set(RIGHT);
    it.round();
    assert_eq!(sky(&it), [("-x".into(), -90_000), ("+y".into(), -3_660_000)]);
    assert_eq!(it.seen(&joined), ["stars:retimed 4/4"]);
    it.pass(60_000);
    assert_eq!(it.hub.published().seq, 4, "once is enough");
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn a_right_time_is_given_later_if_another_node_was_faster_each_time() {
    let mut it = booted(Watched::new(), WRONG);
    star(&mut it, "A", "x", true, 0);
    let theirs: Event = serde_json::from_value(log(&it)[0].1.clone()).unwrap();
    *it.store.before.lock().unwrap() = Some(Box::new(move |log| foreign(log, &theirs, None)));
    it.clock.set(RIGHT);
    it.round();
    assert_ne!(sky(&it), [("+x".into(), 0)], "it was given up on");
    *it.store.before.lock().unwrap() = None;
    it.pass(2_000);
    assert_eq!(sky(&it), [("+x".into(), 0)]);
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn stars_of_an_earlier_run_do_not_beat_later_ones_of_a_boot_in_the_past() {
    let mut it = booted(Watched::new(), RIGHT);
    star(&mut it, "A", "x", true, 0);
    star(&mut it, "A", "y", true, 0);
    let mut it = booted(it.store.clone(), WRONG);
    star(&mut it, "B", "x", false, 0);
    it.pass(10_000);
    star(&mut it, "B", "y", false, 1_000);
    assert_eq!(sky(&it), [("-x".into(), 0), ("-y".into(), 8_375)], "times go on");
    it.clock.set(RIGHT + 86_400_000);
    it.pass(0);
    assert_eq!(sky(&it), [("-x".into(), 86_390_000), ("-y".into(), 86_399_000)]);
}

#[test]
fn times_in_the_log_never_go_backwards_also_over_restarts() {
    let mut it = booted(Watched::new(), RIGHT);
    star(&mut it, "A", "x", true, 0);
    for wall_ms in [WRONG, RIGHT - 5_000, 0] {
        it = booted(it.store.clone(), wall_ms);
        star(&mut it, "A", "x", true, 0);
        it.pass(1_000);
        star(&mut it, "A", "x", false, 0);
        it.clock.set(WRONG);
        star(&mut it, "A", "x", true, 0);
    }
    let times: Vec<i64> = log(&it).iter().map(|(ts_ms, _)| *ts_ms).collect();
    assert!(times.is_sorted() && times[0] == RIGHT, "{times:?}");
}

#[test]
fn a_clock_that_was_right_before_changes_nothing_of_then() {
    let mut it = booted(Watched::new(), RIGHT);
    star(&mut it, "A", "x", true, 0);
    it.pass(600_000);
    it.clock.set(WRONG);
    it.pass(600_000);
    star(&mut it, "A", "y", true, 0);
    it.clock.set(RIGHT + 1_200_000);
    it.pass(0);
    assert_eq!(sky(&it), [("+x".into(), 0), ("+y".into(), 1_200_000)]);
    assert_eq!(log(&it).len(), 3);
}

#[test]
fn a_small_step_is_no_lie() {
    let mut it = booted(Watched::new(), RIGHT);
    star(&mut it, "A", "x", true, 0);
    it.clock.set(RIGHT + crate::limits::CLOCK_STEP_MS);
    it.pass(1);
    assert_eq!(sky(&it), [("+x".into(), 0)]);
}

#[test]
fn while_the_store_fails_it_waits_and_then_it_is_done() {
    let mut it = booted(Watched::new(), WRONG);
    star(&mut it, "A", "x", true, 0);
    it.store.log.fail_next(full());
    it.clock.set(RIGHT);
    it.round();
    assert_ne!(sky(&it)[0].1, 0, "not stored");
    it.pass(100);
    assert_ne!(sky(&it)[0].1, 0, "not tried yet");
    it.pass(5_000);
    assert_eq!(sky(&it), [("+x".into(), 0)]);
}

#[test]
fn many_are_given_their_times_in_batches_and_the_oldest_are_let_go() {
    let mut it = booted(Watched::new(), WRONG);
    let (all, most) = (crate::limits::STARS_RETIMED_MAX + 100, crate::limits::STARS_PER_BATCH_MAX);
    for first in (0..all).step_by(most) {
        let report = |n: usize| StarReport {
            mutation_id: MutationId::new(&format!("m{n}")).unwrap(),
            item: item(&format!("t{n:05}")),
            is_starred: true,
            age_ms: 0,
        };
        let batch = (first..all.min(first + most)).map(report).collect();
        it.ask(Command::Stars(ProfileId::home(), StarsCommand::Mark(batch))).unwrap();
    }
    let before = it.hub.published().seq;
    it.clock.set(RIGHT);
    it.round();
    let retimed = sky(&it).iter().filter(|(_, at)| *at == 0).count();
    assert_eq!(retimed, crate::limits::STARS_RETIMED_MAX);
    assert_eq!(it.hub.published().seq - before, retimed.div_ceil(most) as u64);
}

#[test]
fn the_stars_of_a_profile_that_is_gone_do_not_come_back_with_the_right_time() {
    let mut it = booted(Watched::new(), WRONG);
    it.ask(Command::Household(HouseholdCommand::CreateProfile { name: "Anna".into() })).unwrap();
    let anna = ProfileId::of_version(1);
    star_of(&mut it, &anna, "A", "x", true, 0);
    star(&mut it, "A", "y", true, 0);
    it.ask(Command::Household(HouseholdCommand::DeleteProfile { profile: anna.clone() })).unwrap();
    it.clock.set(RIGHT);
    it.round();
    assert!(it.hub.published().durable.stars(&anna).is_empty());
    assert_eq!(sky(&it), [("+y".into(), 0)]);
    assert_eq!(log(&it).len(), 5);
}
