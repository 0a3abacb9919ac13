//! Order, guards, keys and side writes.

use super::{Bench, Case, appended, entry, keyed, put, refused, seqs};
use hearken::core::ids::{CommandKey, DeviceId};
use hearken::log::{EventLog, FoundAnswer, NewEntry, TopicHead, Vault};

pub fn cases<B: Bench>() -> Vec<Case<B>> {
    vec![
        ("an empty log stands at 0", an_empty_log_stands_at_0),
        ("seqs and versions have no holes", seqs_and_versions_have_no_holes),
        ("entries come back as they were", entries_come_back_as_they_were),
        ("a page ends at its limit", a_page_ends_at_its_limit),
        ("a stale entry is refused alone", a_stale_entry_is_refused_alone),
        ("what stands on a refused entry is refused", what_stands_on_a_refused_entry_is_refused),
        ("an entry stands on its batch", an_entry_stands_on_its_batch),
        ("a batch of refusals changes nothing", a_batch_of_refusals_changes_nothing),
        ("an empty batch is no entry", an_empty_batch_is_no_entry),
        ("a key is answered once", a_key_is_answered_once),
        ("a key belongs to its device", a_key_belongs_to_its_device),
        ("a key twice in a batch is taken once", a_key_twice_in_a_batch_is_taken_once),
        ("a refused entry leaves its key free", a_refused_entry_leaves_its_key_free),
        ("puts go with their entry", puts_go_with_their_entry),
        ("the vault keeps drawers apart", the_vault_keeps_drawers_apart),
    ]
}

fn an_empty_log_stands_at_0<B: Bench>(place: &B) {
    let log = place.open();
    let head = log.head().unwrap();
    assert_eq!((head.seq, head.topics.len()), (0, 0));
    assert!((8..=16).contains(&head.epoch.len()) && head.epoch.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(seqs(&log), [0; 0]);
    assert_eq!(log.snapshot().unwrap(), None);
}

fn seqs_and_versions_have_no_holes<B: Bench>(place: &B) {
    let mut log = place.open();
    let first = log.append(&[entry("radio", 0, "a"), entry("playlists", 0, "b"), entry("radio", 1, "c")]).unwrap();
    assert_eq!(first, [appended(1, 1), appended(2, 1), appended(3, 2)]);
    drop(log);
    let mut log = place.open();
    assert_eq!(log.append(&[entry("playlists", 2, "d")]).unwrap(), [appended(4, 2)]);
    assert_eq!(seqs(&log), [1, 2, 3, 4]);
    let at = |topic: &str, last_seq, version| TopicHead { topic: topic.into(), last_seq, version };
    assert_eq!(log.head().unwrap().topics, [at("playlists", 4, 2), at("radio", 3, 2)]);
}

fn entries_come_back_as_they_were<B: Bench>(place: &B) {
    let payload: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let given = NewEntry { ts_ms: -5, origin: None, payload: payload.into(), ..entry("stars:käthe", 0, "") };
    place.open().append(std::slice::from_ref(&given)).unwrap();
    let found = place.open().read_after(0, 1).unwrap().remove(0);
    assert_eq!((found.seq, found.version, found.ts_ms), (1, 1, -5));
    assert_eq!((found.topic, found.origin, found.payload), (given.topic, given.origin, given.payload));
}

fn a_page_ends_at_its_limit<B: Bench>(place: &B) {
    let mut log = place.open();
    let batch: Vec<_> = (0..10).map(|n| entry("radio", n, "x")).collect();
    log.append(&batch).unwrap();
    let page = |after, limit| log.read_after(after, limit).unwrap().iter().map(|entry| entry.seq).collect::<Vec<_>>();
    assert_eq!(page(0, 4), [1, 2, 3, 4]);
    assert_eq!(page(4, 4), [5, 6, 7, 8]);
    assert_eq!(page(8, 4), [9, 10]);
    assert_eq!(page(10, 4), [0; 0]);
    assert_eq!(page(0, 0), [0; 0]);
    assert_eq!(page(99, 1), [0; 0]);
}

fn a_stale_entry_is_refused_alone<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[entry("radio", 0, "a")]).unwrap();
    let outcomes = log.append(&[entry("playlists", 0, "b"), entry("radio", 0, "stale"), entry("library", 0, "c")]);
    assert_eq!(outcomes.unwrap(), [appended(2, 1), refused(1), appended(3, 1)]);
    assert_eq!(seqs(&log), [1, 2, 3]);
    // A guard that is ahead fits no better than one that is behind.
    assert_eq!(log.append(&[entry("radio", 3, "ahead")]).unwrap(), [refused(1)]);
}

fn what_stands_on_a_refused_entry_is_refused<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[entry("radio", 0, "a")]).unwrap();
    // The third entry's guard fits by chance; it was decided on top of the second all the same.
    let batch = [entry("library", 0, "b"), entry("radio", 7, "stale"), entry("radio", 1, "on top")];
    assert_eq!(log.append(&batch).unwrap(), [appended(2, 1), refused(1), refused(1)]);
    let again = [entry("radio", 1, "stale"), entry("radio", 3, "on top")];
    assert_eq!(log.append(&again).unwrap(), [appended(3, 2), appended(4, 3)]);
}

fn an_entry_stands_on_its_batch<B: Bench>(place: &B) {
    let mut log = place.open();
    let batch = [entry("radio", 0, "a"), entry("radio", 0, "same ground"), entry("radio", 1, "on top of that")];
    assert_eq!(log.append(&batch).unwrap(), [appended(1, 1), refused(1), refused(1)]);
}

fn a_batch_of_refusals_changes_nothing<B: Bench>(place: &B) {
    let mut log = place.open();
    log.append(&[entry("radio", 0, "a")]).unwrap();
    let before = log.head().unwrap();
    assert_eq!(log.append(&[entry("radio", 0, "b"), entry("new", 5, "c")]).unwrap(), [refused(1), refused(0)]);
    assert_eq!(log.head().unwrap(), before);
    drop(log);
    assert_eq!(place.open().head().unwrap(), before);
}

fn an_empty_batch_is_no_entry<B: Bench>(place: &B) {
    let mut log = place.open();
    assert_eq!(log.append(&[]).unwrap(), []);
    assert_eq!(log.head().unwrap().seq, 0);
}

fn a_key_is_answered_once<B: Bench>(place: &B) {
    let (device, key) = (DeviceId::local(), CommandKey::new("k1").unwrap());
    let mut log = place.open();
    assert_eq!(log.answer_to(&device, &key).unwrap(), None);
    log.append(&[entry("radio", 0, "a"), keyed("radio", 1, "k1")]).unwrap();
    let answer =
        FoundAnswer { body_hash: u64::MAX - 7, seq: 2, version: 2, result: b"{\"of\":\"k1\"}".as_slice().into() };
    assert_eq!(log.answer_to(&device, &key).unwrap(), Some(answer.clone()));
    drop(log);
    let mut log = place.open();
    // The guard fits, but the key is spent: whoever is refused looks the key up, and finds the answer.
    assert_eq!(log.append(&[keyed("radio", 2, "k1"), entry("library", 0, "b")]).unwrap(), [refused(2), appended(3, 1)]);
    assert_eq!(log.answer_to(&device, &key).unwrap(), Some(answer));
}

fn a_key_belongs_to_its_device<B: Bench>(place: &B) {
    let mut log = place.open();
    let mut other = keyed("radio", 1, "k1");
    other.key.as_mut().unwrap().device = DeviceId::new("ABCDEF0123456789").unwrap();
    let outcomes = log.append(&[keyed("radio", 0, "k1"), other]).unwrap();
    assert_eq!(outcomes, [appended(1, 1), appended(2, 2)]);
    let key = CommandKey::new("k1").unwrap();
    assert_eq!(log.answer_to(&DeviceId::local(), &key).unwrap().unwrap().seq, 1);
    assert_eq!(log.answer_to(&DeviceId::new("ABCDEF0123456789").unwrap(), &key).unwrap().unwrap().seq, 2);
}

fn a_key_twice_in_a_batch_is_taken_once<B: Bench>(place: &B) {
    let mut log = place.open();
    let outcomes = log.append(&[keyed("radio", 0, "k1"), keyed("radio", 1, "k1"), entry("library", 0, "a")]).unwrap();
    assert_eq!(outcomes, [appended(1, 1), refused(1), appended(2, 1)]);
}

fn a_refused_entry_leaves_its_key_free<B: Bench>(place: &B) {
    let mut log = place.open();
    assert_eq!(log.append(&[keyed("radio", 9, "k1")]).unwrap(), [refused(0)]);
    assert_eq!(log.answer_to(&DeviceId::local(), &CommandKey::new("k1").unwrap()).unwrap(), None);
    assert_eq!(log.append(&[keyed("radio", 0, "k1")]).unwrap(), [appended(1, 1)]);
}

fn puts_go_with_their_entry<B: Bench>(place: &B) {
    let with = |new: NewEntry, puts: &[_]| NewEntry { puts: puts.to_vec(), ..new };
    let mut log = place.open();
    let batch = [
        with(entry("household", 0, "pair"), &[put("a", Some("1")), put("b", Some("2"))]),
        with(entry("household", 9, "refused"), &[put("c", Some("3")), put("a", None)]),
    ];
    assert_eq!(log.append(&batch).unwrap(), [appended(1, 1), refused(1)]);
    drop(log);
    let mut log = place.open();
    assert_eq!(log.list("token").unwrap(), [("a".into(), b"1".to_vec()), ("b".into(), b"2".to_vec())]);
    log.append(&[with(entry("household", 1, "revoke"), &[put("a", None), put("b", Some("4"))])]).unwrap();
    drop(log);
    assert_eq!(place.open().list("token").unwrap(), [("b".into(), b"4".to_vec())]);
}

fn the_vault_keeps_drawers_apart<B: Bench>(place: &B) {
    let mut log = place.open();
    let mut other = put("x", Some("other"));
    other.bucket = "position";
    log.put(&[put("z", Some("1")), put("x", Some("2")), other, put("none", None)]).unwrap();
    log.put(&[put("x", Some("3"))]).unwrap();
    assert_eq!(log.head().unwrap().seq, 0);
    drop(log);
    let log = place.open();
    assert_eq!(log.list("token").unwrap(), [("x".into(), b"3".to_vec()), ("z".into(), b"1".to_vec())]);
    assert_eq!(log.list("position").unwrap(), [("x".into(), b"other".to_vec())]);
    assert_eq!(log.list("empty").unwrap(), []);
}
