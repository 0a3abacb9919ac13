//! Snapshots, forgetting, and the log's name.

use super::{Bench, Case, appended, entry, keyed, put, refused, seqs};
use hearken::core::ids::{CommandKey, DeviceId};
use hearken::log::{EventLog, NewEntry, Snapshot, Vault};

const DAY_MS: i64 = 24 * 3600 * 1000;

pub fn cases<B: Bench>() -> Vec<Case<B>> {
    vec![
        ("the newest snapshot is found", the_newest_snapshot_is_found),
        ("a snapshot beyond the log is refused", a_snapshot_beyond_the_log_is_refused),
        ("prune keeps what it must", prune_keeps_what_it_must),
        ("prune needs a snapshot", prune_needs_a_snapshot),
        ("prune goes through many entries", prune_goes_through_many_entries),
        ("forget takes out what it is told", forget_takes_out_what_it_is_told),
        ("forget needs a snapshot", forget_needs_a_snapshot),
        ("forget leaves keys and the rest alone", forget_leaves_keys_and_the_rest_alone),
        ("keys are kept for 30 days", keys_are_kept_for_30_days),
        ("the epoch stays over a start", the_epoch_stays_over_a_start),
        ("a restored log is another log", a_restored_log_is_another_log),
    ]
}

fn at_day(day: i64, new: NewEntry) -> NewEntry {
    NewEntry { ts_ms: day * DAY_MS, ..new }
}

/// Forgets all that is too old, step by step; how many entries went.
fn pruned(log: &mut impl EventLog, now_ms: i64) -> u64 {
    let (mut gone, mut after) = (0, Some(0));
    while let Some(from) = after {
        let step = log.prune(now_ms, from).unwrap();
        assert!(step.next.is_none_or(|next| next > from || step.gone == 0), "it does not turn in a circle");
        (gone, after) = (gone + step.gone, step.next);
    }
    gone
}

fn the_newest_snapshot_is_found<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[entry("radio", 0, "a"), entry("radio", 1, "b")]).unwrap();
    let state = |seq, byte| Snapshot { seq, state: vec![byte; 20_000] };
    log.put_snapshot(&state(1, 1)).unwrap();
    log.put_snapshot(&state(2, 2)).unwrap();
    log.put_snapshot(&state(2, 3)).unwrap();
    log.put_snapshot(&state(1, 4)).unwrap();
    drop(log);
    assert_eq!(place.open().snapshot().unwrap(), Some(state(2, 3)));
}

fn a_snapshot_beyond_the_log_is_refused<B: Bench>(place: &B) {
    let mut log = place.open();
    log.put_snapshot(&Snapshot { seq: 1, state: vec![1] }).unwrap_err();
    assert_eq!(log.snapshot().unwrap(), None);
}

fn prune_keeps_what_it_must<B: Bench>(place: &B) {
    let mut log = place.open();
    let batch = [
        at_day(1, entry("session:house", 0, "old")),
        at_day(1, entry("stars:home", 0, "old, but a star")),
        at_day(1, entry("playback:ABC", 0, "old")),
        at_day(9, entry("session:house", 1, "young")),
        at_day(1, entry("sessions", 0, "old, but only looks like one")),
        at_day(1, entry("session:kitchen", 0, "old")),
        at_day(1, entry("session:house", 4, "old, but not covered")),
        at_day(1, entry("session:house", 7, "the last")),
    ];
    log.append(&batch).unwrap();
    log.put_snapshot(&Snapshot { seq: 6, state: vec![] }).unwrap();
    let before = log.head().unwrap();
    assert_eq!(pruned(&mut log, 32 * DAY_MS), 3);
    assert_eq!(seqs(&log), [2, 4, 5, 7, 8]);
    log.put_snapshot(&Snapshot { seq: 8, state: vec![] }).unwrap();
    assert_eq!(pruned(&mut log, 99 * DAY_MS), 2);
    assert_eq!(seqs(&log), [2, 5, 8], "the log's last entry stays");
    drop(log);
    let mut log = place.open();
    assert_eq!(log.head().unwrap(), before, "what went is still counted");
    assert_eq!(log.append(&[entry("session:kitchen", 6, "on")]).unwrap(), [appended(9, 2)]);
}

fn prune_needs_a_snapshot<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[entry("session:house", 0, "a"), entry("session:house", 1, "b")]).unwrap();
    assert_eq!(pruned(&mut log, 99 * DAY_MS), 0);
    assert_eq!(seqs(&log), [1, 2]);
}

fn prune_goes_through_many_entries<B: Bench>(place: &B) {
    let mut log = place.open();
    let batch: Vec<_> = (0..1_700).map(|n| keyed("session:house", n, &format!("k{n}"))).collect();
    log.append(&batch).unwrap();
    log.put_snapshot(&Snapshot { seq: 1_700, state: vec![] }).unwrap();
    assert_eq!(pruned(&mut log, 99 * DAY_MS), 1_699);
    assert_eq!(seqs(&log), [1_700]);
    for n in [0, 499, 500, 1_699] {
        let key = CommandKey::new(&format!("k{n}")).unwrap();
        assert_eq!(log.answer_to(&DeviceId::local(), &key).unwrap(), None, "k{n}");
    }
}

fn forget_takes_out_what_it_is_told<B: Bench>(place: &B) {
    let mut log = place.open();
    let topics = ["stars:home", "radio", "stars:home", "stars:ada", "stars:home"];
    let mut last = std::collections::BTreeMap::new();
    for (seq, topic) in (1..).zip(topics) {
        let expected = last.insert(topic, seq).unwrap_or(0);
        log.append(&[entry(topic, expected, "x")]).unwrap();
    }
    log.put_snapshot(&Snapshot { seq: 5, state: vec![] }).unwrap();
    let before = log.head().unwrap();
    assert_eq!(log.forget(&[]).unwrap(), 0);
    assert_eq!(log.forget(&[3, 1, 99]).unwrap(), 2);
    assert_eq!(log.forget(&[1, 3]).unwrap(), 0, "they are gone already");
    assert_eq!(log.forget(&[4, 5]).unwrap(), 1, "the log's last entry stays");
    assert_eq!(seqs(&log), [2, 5]);
    drop(log);
    let mut log = place.open();
    assert_eq!(log.head().unwrap(), before, "what went is still counted");
    assert_eq!(log.append(&[entry("stars:ada", 4, "on"), entry("stars:home", 5, "on")]).unwrap()[1], appended(7, 4));
    assert_eq!(seqs(&log), [2, 5, 6, 7]);
}

fn forget_needs_a_snapshot<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[entry("stars:home", 0, "a"), entry("stars:home", 1, "b"), entry("stars:home", 2, "c")]).unwrap();
    assert_eq!(log.forget(&[1, 2]).unwrap(), 0);
    log.put_snapshot(&Snapshot { seq: 1, state: vec![] }).unwrap();
    assert_eq!(log.forget(&[1, 2]).unwrap(), 1, "the second is not covered");
    assert_eq!(seqs(&log), [2, 3]);
}

fn forget_leaves_keys_and_the_rest_alone<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[keyed("stars:home", 0, "k1"), keyed("stars:home", 1, "k2")]).unwrap();
    log.put(&[put("a", Some("1"))]).unwrap();
    log.put_snapshot(&Snapshot { seq: 2, state: b"state".to_vec() }).unwrap();
    assert_eq!(log.forget(&[1]).unwrap(), 1);
    drop(log);
    let log = place.open();
    let answer = log.answer_to(&DeviceId::local(), &CommandKey::new("k1").unwrap()).unwrap();
    assert_eq!(answer.map(|answer| answer.seq), Some(1), "a repeated key is still answered");
    assert_eq!(log.snapshot().unwrap().unwrap().state, b"state");
    assert_eq!(log.list("token").unwrap().len(), 1);
}

fn keys_are_kept_for_30_days<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[at_day(1, keyed("radio", 0, "old")), at_day(2, keyed("radio", 1, "young"))]).unwrap();
    let known =
        |log: &B::Log, key| log.answer_to(&DeviceId::local(), &CommandKey::new(key).unwrap()).unwrap().is_some();
    pruned(&mut log, 31 * DAY_MS);
    assert!(known(&log, "old") && known(&log, "young"));
    pruned(&mut log, 31 * DAY_MS + 1);
    assert!(!known(&log, "old") && known(&log, "young"));
    assert_eq!(log.append(&[keyed("radio", 2, "old")]).unwrap(), [appended(3, 3)], "a forgotten key is free");
}

fn the_epoch_stays_over_a_start<B: Bench>(place: &B) {
    let epoch = place.open().head().unwrap().epoch;
    place.open().append(&[entry("radio", 0, "a")]).unwrap();
    assert_eq!(place.open().head().unwrap().epoch, epoch);
}

fn a_restored_log_is_another_log<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[keyed("radio", 0, "k1"), entry("library", 0, "b")]).unwrap();
    log.put_snapshot(&Snapshot { seq: 2, state: b"state".to_vec() }).unwrap();
    log.put(&[put("a", Some("1"))]).unwrap();
    let before = log.head().unwrap();
    drop(log);
    place.restore();
    let mut log = place.open();
    let after = log.head().unwrap();
    assert_ne!(after.epoch, before.epoch);
    assert_eq!((after.seq, after.topics[1].version), (2, 1_000_001));
    assert_eq!(seqs(&log), [1, 2]);
    assert_eq!(log.snapshot().unwrap().unwrap().state, b"state");
    assert_eq!(log.list("token").unwrap().len(), 1);
    assert!(log.answer_to(&DeviceId::local(), &CommandKey::new("k1").unwrap()).unwrap().is_some());
    let outcomes = log.append(&[entry("radio", 1, "on"), entry("library", 0, "stale")]).unwrap();
    assert_eq!(outcomes, [appended(3, 1_000_002), refused(2)]);
    drop(log);
    let mut log = place.open();
    assert_eq!(log.append(&[entry("radio", 3, "on")]).unwrap(), [appended(4, 1_000_003)]);
}
