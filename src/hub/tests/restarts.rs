//! From a store to a state: what was playing waits, versions go on, positions are those that reached the disk.

use super::harness::{House, PLAY, add, device, house, tell, topic, tracks};
use crate::core::Settings;
use crate::core::command::SessionCommand as Ask;
use crate::core::event::BarrierKind;
use crate::core::presence::Signal;
use crate::hub::recovery::recover;
use crate::hub::ring::Since;
use crate::limits;
use crate::log::{EventLog, Snapshot};

#[test]
fn what_was_playing_waits_at_a_resume_barrier_where_it_was_saved() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    it.pass(300);
    it.sleep(31_000);
    let mut it = it.killed();
    assert_eq!(it.stage(), "waiting a@29700", "the position of the last thirty seconds");
    assert_eq!(it.session().stage.barrier, Some(BarrierKind::Resume));
    assert_eq!(it.session().stage.start_at, None);
    it.listen("A", "a");
    assert_eq!(it.stage(), "playing a@29700");
}

#[test]
fn who_reads_on_after_a_restart_learns_that_those_who_listened_are_gone() {
    let it = House::with("a b", "A");
    let published = it.hub.published();
    let since = Since { epoch: published.epoch.to_string(), seq: published.seq };
    // Nobody comes back, and the last thing that this one heard is that somebody listens.
    let joined = it.killed().hub.ring().join(Some(&since));
    assert!(joined.missed.is_some());
    let told = joined.ephemerals.iter().find(|slot| slot.name == "session:presence").expect("who is here");
    let text = String::from_utf8_lossy(told.frame.bytes()).into_owned();
    assert!(text.contains("\"clients\":[]"), "{text}");
}

#[test]
fn a_planned_stop_loses_nothing_of_the_position() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    it.sleep(12_300);
    let House { writer, store, .. } = it;
    writer.finish();
    assert_eq!(House::on(store).stage(), "waiting a@12000");
}

#[test]
fn a_position_saved_before_a_seek_does_not_count() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    it.sleep(31_000);
    it.ask(house(Ask::Seek { position_ms: 5_000 })).unwrap();
    assert_eq!(it.killed().stage(), "waiting a@5000");
}

#[test]
fn a_position_beyond_the_end_is_the_end() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    // Nobody said `ended`: a phone sleeps.
    it.sleep(95_000);
    assert_eq!(it.killed().stage(), "waiting a@60000");
}

#[test]
fn what_was_silent_stays_silent_and_raises_no_version() {
    let it = House::with("a b", "A");
    let before = it.digest();
    assert_eq!(it.killed().digest(), before);

    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    it.ask(house(Ask::Pause { position_ms: Some(1_000) })).unwrap();
    let before = it.digest();
    assert_eq!(it.killed().digest(), before);
}

#[test]
fn versions_go_on_and_a_restart_is_an_event_like_any_other() {
    let mut it = House::with("a b", "A");
    it.ask(house(PLAY)).unwrap();
    let it = it.killed();
    assert_eq!(it.hub.published().durable.head(&topic()).version, 4);
    let missed = it.hub.ring().join(Some(&Since { epoch: "e".into(), seq: 3 })).missed.unwrap();
    assert_eq!(missed.iter().map(|slot| slot.name).collect::<Vec<_>>(), ["session:waiting"]);
}

#[test]
fn who_reads_on_after_a_restart_gets_what_was_missed() {
    let mut it = House::with("a b", "A");
    it.ask(add("c")).unwrap();
    it.ask(add("d")).unwrap();
    let it = it.killed();
    let missed = it.hub.ring().join(Some(&Since { epoch: "e".into(), seq: 1 })).missed.unwrap();
    let seqs: Vec<u64> = missed.iter().map(|slot| slot.logged.as_ref().unwrap().seq).collect();
    assert_eq!(seqs, [2, 3]);
}

#[test]
fn a_restored_store_goes_on_a_million_above_so_that_no_old_guard_matches() {
    let mut it = House::with("a b", "A");
    it.ask(add("c")).unwrap();
    it.store.log.restore_as("f");
    let mut it = it.killed();
    let published = it.hub.published();
    assert_eq!(&*published.epoch, "f");
    assert_eq!(published.durable.head(&topic()).version, 1_000_002);
    it.submit("old", add("d"), Some(2), None);
    it.submit("new", add("d"), Some(1_000_002), None);
    it.round();
    let mut told = it.told();
    told.sort();
    assert_eq!(told, ["new: ok 3/1000003", "old: 409 stale"]);
    assert_eq!(it.store.appends(), 1 + 1 + 1, "nothing had to be decided twice");
}

#[test]
fn a_snapshot_and_the_entries_after_it_give_the_same_state() {
    let mut it = House::with("a b", "A");
    it.ask(house(Ask::Next)).unwrap();
    let state = serde_json::to_vec(&it.hub.published().durable).unwrap();
    let seq = it.hub.published().seq;
    it.store.log.put_snapshot(&Snapshot { seq, state }).unwrap();
    it.ask(add("c d")).unwrap();
    it.ask(house(Ask::Pause { position_ms: None })).unwrap();
    let before = it.digest();
    assert_eq!(it.digest_of_the_log(), before);
    let it = it.killed();
    assert_eq!(it.digest(), before);
    let joined = it.hub.ring().join(Some(&Since { epoch: "e".into(), seq: 1 }));
    assert!(joined.missed.is_none(), "what the snapshot covers is not replayed: full state");
}

#[test]
fn a_snapshot_is_stored_every_few_thousand_entries() {
    let mut it = House::with("a b", "A");
    for n in 0..limits::ENTRIES_PER_SNAPSHOT {
        it.submit("n", house(Ask::QueueMove { track: tracks("b")[0].clone(), to: 1 }), None, None);
        let name = format!("D{}", n % 5);
        it.submit("p", super::harness::pair(&name), None, None);
        if n % 30 == 29 {
            it.round();
        }
    }
    it.round();
    it.round();
    assert!(it.store.snapshot().unwrap().is_some_and(|snapshot| snapshot.seq >= limits::ENTRIES_PER_SNAPSHOT));
    assert_eq!(it.digest_of_the_log(), it.digest());
}

#[test]
fn listeners_that_come_back_find_the_barrier_and_are_waited_for() {
    let mut it = House::with("a b", "A B");
    it.ask(house(PLAY)).unwrap();
    let mut it = it.killed();
    it.listen("A", "");
    it.listen("B", "a");
    assert_eq!(it.stage(), "waiting a@0");
    it.signal(Signal::Have(device("A"), tracks("a")));
    assert_eq!(it.stage(), "playing a@0");
}

#[test]
fn a_hole_at_the_end_of_the_log_is_damage() {
    let mut it = House::with("a b", "A");
    let state = serde_json::to_vec(&it.hub.published().durable).unwrap();
    tell(&it.ask(add("c")));
    // A snapshot that claims more than it holds: its entries end before the head.
    let recovered = recover(Ok(Box::new(it.store.clone())), Settings::default(), "c2".into());
    assert!(recovered.store.is_ok());
    it.store.log.put_snapshot(&Snapshot { seq: 1, state: state[..10].to_vec() }).unwrap();
    let recovered = recover(Ok(Box::new(it.store.clone())), Settings::default(), "c2".into());
    assert!(recovered.store.is_err_and(|why| why.contains("snapshot cannot be understood")));
}

#[test]
fn a_snapshot_from_before_profiles_had_names_lists_those_it_speaks_of() {
    use crate::core::ids::ProfileId;
    let mut it = House::new();
    let anna = ProfileId::new("anna").unwrap();
    let mut state = serde_json::to_value(&it.hub.published().durable).unwrap();
    let household = state["household"].as_object_mut().unwrap();
    household.remove("profiles");
    household["devices"]["0A"] = serde_json::json!({"name": "Phone", "profile": "anna", "pairedMs": 5});
    let (seq, state) = (it.hub.published().seq, serde_json::to_vec(&state).unwrap());
    it.store.put_snapshot(&Snapshot { seq, state }).unwrap();
    let it = it.killed();
    let household = &it.hub.published().durable.household;
    assert_eq!(household.profiles[&anna], "anna");
    assert_eq!((household.profiles.len(), household.devices.values().next().unwrap().profile_after), (2, 0));
}
