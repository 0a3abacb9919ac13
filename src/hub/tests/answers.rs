//! What whoever asked is told, where that is not what everybody is told.

use super::harness::House;
use crate::core::command::Command;
use crate::core::ids::{ItemId, MutationId, ProfileId};
use crate::core::starring::{Item, Kind, StarReport, StarsCommand};
use serde_json::{Value, json};

/// A batch of stars for these tracks, each mutation called like its track.
fn stars(names: &str) -> Command {
    let report = |name: &str| StarReport {
        mutation_id: MutationId::new(name).unwrap(),
        item: Item { kind: Kind::Track, id: ItemId::new(name).unwrap() },
        is_starred: true,
        age_ms: 0,
    };
    Command::Stars(ProfileId::home(), StarsCommand::Mark(names.split_whitespace().map(report).collect()))
}

fn submit(it: &mut House, names: &str, with: Option<(&str, u64)>) -> Vec<String> {
    it.submit("stars", stars(names), None, with);
    it.round();
    let answer: Value = serde_json::from_str(&it.last().unwrap().data).unwrap();
    let results = answer["results"].as_array().unwrap();
    results.iter().map(|one| format!("{}:{}", one["mutationId"], one["status"]).replace('"', "")).collect()
}

#[test]
fn a_batch_is_answered_one_by_one_and_so_is_its_key_after_a_restart() {
    let mut it = House::new();
    assert_eq!(submit(&mut it, "a b", Some(("k", 1))), ["a:accepted", "b:accepted"]);
    assert_eq!(submit(&mut it, "b c b", Some(("l", 2))), ["b:duplicate", "c:accepted", "b:duplicate"]);
    let mut it = it.killed();
    let digest = it.digest();
    assert_eq!(submit(&mut it, "a b", Some(("k", 1))), ["a:accepted", "b:accepted"], "the same key: the first answer");
    assert_eq!(submit(&mut it, "a b", Some(("m", 3))), ["a:duplicate", "b:duplicate"], "another key: nothing is news");
    assert_eq!(submit(&mut it, "b c b", None), ["b:duplicate", "c:duplicate", "b:duplicate"]);
    assert_eq!(it.digest(), digest);
}

#[test]
fn within_one_round_too_and_everybody_else_gets_the_event() {
    let mut it = House::new();
    let joined = it.hub.ring().join(None);
    it.submit("first", stars("a"), None, Some(("k", 1)));
    it.submit("again", stars("a"), None, Some(("k", 1)));
    it.submit("other", stars("a"), None, Some(("l", 1)));
    it.round();
    let answers: Vec<_> = it.answers.lock().unwrap().drain(..).collect();
    let status = |name: &str| {
        let (_, answer) = answers.iter().find(|(label, _)| label == name).unwrap();
        let data: Value = serde_json::from_str(&answer.as_ref().unwrap().data).unwrap();
        data["results"][0]["status"].clone()
    };
    assert_eq!([status("first"), status("again"), status("other")], ["accepted", "accepted", "duplicate"]);
    let crate::hub::ring::Read::Slots(slots, _) = it.hub.ring().read(joined.cursor, 9) else { panic!("lagged") };
    let logged: Vec<_> = slots.iter().filter_map(|slot| slot.logged.as_ref()).collect();
    assert_eq!(logged.len(), 1);
    let data: Value = serde_json::from_str(&logged[0].data).unwrap();
    assert_eq!(data["events"][0]["mutationId"], json!("a"));
    assert_eq!(data["results"], Value::Null);
}
