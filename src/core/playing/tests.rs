//! Tests of what a device plays: each command, as a story.

use super::scene::{Scene, at, claim, device, edit, insert, merge, mode, plays, remove, set, track};
use super::{PlaybackChange, PlaybackCommand as Ask, PlaybackMode};
use crate::clock::Mono;
use crate::core::command::{Command, HouseholdCommand};
use crate::core::next_deadline;
use crate::core::queue::QueueChange;
use crate::core::rejection::Rejection;
use crate::core::topic::Topic;
use crate::limits;
use std::sync::Arc;

#[test]
fn a_put_says_only_what_changed_and_nothing_when_nothing_did() {
    let mut it = Scene::new();
    let first = PlaybackChange { queue_index: Some(1), ..plays("b", 2_000) };
    let first = PlaybackChange { queue: set("a b").queue, ..first };
    assert_eq!(it.puts("A", first.clone()), Ok(first.clone()));
    assert_eq!(it.shows("A"), "playing b@2000 | a b [1]");
    let again = PlaybackChange { position_ms: None, ..first };
    assert_eq!(it.puts("A", again), Err(Rejection::NoChange));
    assert_eq!(it.puts("A", PlaybackChange::default()), Err(Rejection::NoChange));
    assert_eq!(it.puts("A", remove("z")), Err(Rejection::NoChange));
    assert_eq!(it.puts("A", at(2_000)), Ok(at(2_000)), "while it plays, it was somewhere else a moment ago");
    let paused = PlaybackChange { position_ms: Some(7_000), ..mode(PlaybackMode::Paused) };
    assert_eq!(it.puts("A", PlaybackChange { track: Some(track("b")), ..paused.clone() }), Ok(paused));
    assert_eq!(it.puts("A", at(7_000)), Err(Rejection::NoChange), "it stands there");
    assert_eq!(it.state.durable.head(&Topic::Playback(device("A"))).version, 3);
}

#[test]
fn where_a_device_is_follows_from_what_it_does() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 1_000)).unwrap();
    it.tells("A", "a", 9_000);
    it.pass(500);
    let paused = it.puts("A", mode(PlaybackMode::Paused)).unwrap();
    assert_eq!(paused.position_ms, Some(9_500), "it stands where it told that it is, and half a second on");
    assert_eq!(it.puts("A", mode(PlaybackMode::Playing)).unwrap().position_ms, None);
    it.tells("A", "a", 20_000);
    let next = PlaybackChange { track: Some(track("b")), ..PlaybackChange::default() };
    assert_eq!(it.puts("A", next).unwrap().position_ms, Some(0), "another track begins at its beginning");
    it.tells("A", "a", 21_000);
    let paused = it.puts("A", mode(PlaybackMode::Paused)).unwrap();
    assert_eq!(paused.position_ms, Some(0), "a word about the track before is no word");
}

#[test]
fn whoever_plays_plays_something() {
    let mut it = Scene::new();
    assert_eq!(it.puts("A", mode(PlaybackMode::Playing)), Err(Rejection::EmptyQueue));
    it.puts("A", PlaybackChange { queue_index: Some(1), ..set("a b") }).unwrap();
    it.puts("A", mode(PlaybackMode::Playing)).unwrap();
    assert_eq!(it.shows("A"), "playing b@0 | a b [1]");
}

#[test]
fn queues_are_bounded_and_name_a_track_once() {
    let mut it = Scene::new();
    let full = Rejection::QueueFull { max: 6 };
    assert_eq!(it.puts("A", set("a b c d e f g")), Err(full.clone()));
    it.puts("A", set("a b c d e")).unwrap();
    assert_eq!(it.puts("A", insert(0, "f g")), Err(full));
    it.puts("A", insert(1, "e f")).unwrap();
    assert_eq!(it.shows("A"), "paused -@0 | a e f b c d [0]");
    assert_eq!(it.puts("A", set("a b a")), Err(Rejection::NamedTwice(track("a"))));
    assert_eq!(it.puts("A", insert(0, "x x")), Err(Rejection::NamedTwice(track("x"))));
}

#[test]
fn a_queue_from_before_the_bound_was_lowered_can_be_made_shorter() {
    let mut it = Scene::new();
    it.puts("A", set("a b c d e f")).unwrap();
    it.state.settings.queue_max = 3;
    assert_eq!(it.puts("A", insert(0, "g")), Err(Rejection::QueueFull { max: 3 }));
    it.puts("A", edit(QueueChange::Move { track_id: track("a"), to: 2 })).unwrap();
    it.puts("A", remove("f")).unwrap();
    assert_eq!(it.shows("A"), "paused -@0 | b c a d e [2]");
}

#[test]
fn the_index_is_a_place_of_the_queue_and_follows_its_track() {
    let index = |index| PlaybackChange { queue_index: Some(index), ..PlaybackChange::default() };
    let mut it = Scene::new();
    it.puts("A", set("a b c")).unwrap();
    assert_eq!(it.puts("A", index(3)), Err(Rejection::BadPlace { given: 3, low: 0, high: 2 }));
    it.puts("A", index(1)).unwrap();
    for (change, expected) in [
        (insert(0, "x"), 2),                                          // x a [b] c
        (remove("a"), 1),                                             // x [b] c
        (edit(QueueChange::Move { track_id: track("b"), to: 2 }), 2), // x c [b]
        (remove("b"), 1),                                             // x [c]: the place has gone, the last one stays
        (set("q c"), 1),                                              // q [c]
        (set("m n"), 0),                                              // a new queue begins at its beginning
        (PlaybackChange { queue_index: Some(0), ..set("b m") }, 0),   // as it was told
    ] {
        it.puts("A", change.clone()).unwrap();
        assert_eq!(it.state.durable.playback(&device("A")).unwrap().queue_index, expected, "{change:?}");
    }
    assert_eq!(it.puts("A", PlaybackChange { queue_index: Some(1), ..set("b") }).unwrap_err().slug(), "bad-place");
    it.puts("A", set("")).unwrap();
    assert_eq!(it.shows("A"), "paused -@0 |  [0]");
}

#[test]
fn edits_are_undone_and_done_again_and_small_ones_stay_small() {
    let mut it = Scene::new();
    it.puts("A", set("a b c")).unwrap();
    let edits = [insert(1, "d"), insert(0, "c"), remove("a"), edit(QueueChange::Move { track_id: track("c"), to: 9 })];
    let mut states = vec![it.shows("A")];
    for change in edits {
        it.puts("A", change).unwrap();
        states.push(it.shows("A"));
    }
    for before in states.iter().rev().skip(1) {
        let change = it.asks("A", Ask::Undo).unwrap();
        assert!(!matches!(change.queue, Some(QueueChange::Set { .. })), "{change:?}");
        assert_eq!(&it.shows("A"), before);
    }
    for after in states.iter().skip(1) {
        it.asks("A", Ask::Redo).unwrap();
        assert_eq!(&it.shows("A"), after);
    }
    assert_eq!(it.asks("A", Ask::Redo), Err(Rejection::NothingToRedo));
    it.asks("A", Ask::Undo).unwrap();
    it.puts("A", insert(0, "q")).unwrap();
    assert_eq!(it.asks("A", Ask::Redo), Err(Rejection::NothingToRedo), "a new edit ends the redoing");
    assert_eq!(it.asks("B", Ask::Undo), Err(Rejection::NothingToUndo), "each device has its own");
}

#[test]
fn only_edits_of_the_queue_are_undone_and_the_track_plays_on() {
    let mut it = Scene::new();
    it.puts("A", PlaybackChange { queue: set("a b").queue, ..plays("b", 0) }).unwrap();
    it.puts("A", insert(0, "c")).unwrap();
    it.puts("A", at(5_000)).unwrap();
    it.asks("A", Ask::Undo).unwrap();
    assert_eq!(it.shows("A"), "playing b@5000 | a b [1]");
}

#[test]
fn so_many_steps_are_kept() {
    let mut it = Scene::new();
    for n in 0..limits::PLAYBACK_UNDO_MAX + 5 {
        it.puts("A", set(&format!("t{n}"))).unwrap();
    }
    let undone = std::iter::from_fn(|| it.asks("A", Ask::Undo).ok()).count();
    assert_eq!(undone, limits::PLAYBACK_UNDO_MAX);
    assert_eq!(it.shows("A"), "paused -@0 | t4 [0]");
}

#[test]
fn a_claim_goes_on_here_and_the_other_falls_silent_in_the_same_round() {
    let mut it = Scene::new();
    it.puts("A", PlaybackChange { queue: set("a b").queue, ..plays("a", 1_000) }).unwrap();
    it.tells("A", "a", 30_000);
    it.puts("B", set("c")).unwrap();
    it.pass(400);
    it.asks("B", claim("A")).unwrap();
    assert_eq!(it.shows("B"), "playing a@30400 | a b [0]");
    assert_eq!(it.settles(), ["playback:A"]);
    assert_eq!(it.shows("A"), "paused a@30400 | a b [0]", "it keeps its state");
    it.asks("B", Ask::Undo).unwrap();
    assert_eq!(it.shows("B"), "playing a@30400 | c [0]", "the queue that stood here is not lost");
    it.puts("A", mode(PlaybackMode::Playing)).unwrap();
    assert_eq!(it.settles(), [""; 0], "what it says after that is its own business");
}

#[test]
fn a_position_is_never_carried_beyond_the_end() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    it.tells("A", "a", 59_500);
    it.pass(900);
    it.asks("B", claim("A")).unwrap();
    assert_eq!(it.shows("B"), "playing a@60000 |  [0]");
}

#[test]
fn what_is_silent_is_claimed_silent_and_nobody_yields() {
    let mut it = Scene::new();
    it.puts("A", PlaybackChange { queue_index: Some(1), ..set("a b") }).unwrap();
    it.puts("B", plays("c", 0)).unwrap();
    it.asks("B", claim("A")).unwrap();
    assert_eq!(it.shows("B"), "paused b@0 | a b [1]", "the track that would have played");
    assert_eq!(it.settles(), [""; 0]);
}

#[test]
fn a_claim_needs_two_devices_and_something_to_claim() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    assert_eq!(it.asks("A", claim("A")), Err(Rejection::SameDevice));
    assert_eq!(it.asks("A", claim("B")), Err(Rejection::NothingPlayed("B".into())));
    assert_eq!(it.asks("A", claim("Z")), Err(Rejection::NoSuchDevice("Z".into())));
    assert_eq!(it.asks("Z", claim("A")), Err(Rejection::NoSuchDevice("Z".into())));
    for own in [Ask::Rest, Ask::Yield { to: device("B") }] {
        assert_eq!(it.asks("A", own), Err(Rejection::ServerOnly));
    }
}

#[test]
fn music_goes_between_the_devices_of_one_profile() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    it.puts("B", plays("b", 0)).unwrap();
    it.give("B", "Ben");
    let theirs = Err(Rejection::OtherProfile("B".into()));
    assert_eq!(it.asks("A", claim("B")), theirs);
    assert_eq!(it.asks("A", merge("B")), theirs, "nor is anybody shown out of the house that way");
    assert_eq!(it.asks("B", claim("A")), Err(Rejection::OtherProfile("A".into())));
    // A transfer is a claim of the other device, that this one asks for.
    let mut transfer = |by, to: &str, from| {
        let command = Command::Playback(device(to), claim(from));
        it.wish(command, Some(by), None).map(drop)
    };
    assert_eq!(transfer("A", "B", "A"), Err(Rejection::OtherProfile("A".into())));
    assert_eq!(transfer("B", "C", "A"), Err(Rejection::OtherProfile("A".into())), "a third one has no say either");
    assert_eq!(transfer("0000000000000000", "C", "A"), Ok(()), "this machine's own command line has");
}

#[test]
fn this_machine_itself_is_not_merged_away() {
    let mut it = Scene::new();
    it.puts("0000000000000000", plays("a", 0)).unwrap();
    assert_eq!(it.asks("A", merge("0000000000000000")), Err(Rejection::LocalStays));
    assert_eq!(it.asks("A", merge("local")), Err(Rejection::NoSuchDevice("local".into())));
    it.asks("A", claim("0000000000000000")).unwrap();
    assert_eq!(it.shows("A"), "playing a@0 |  [0]");
}

#[test]
fn a_chain_of_claims_leaves_one_that_plays() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 5_000)).unwrap();
    it.asks("B", claim("A")).unwrap();
    it.asks("C", claim("B")).unwrap();
    it.settles();
    let playing = ["A", "B", "C"].map(|name| it.shows(name).starts_with("playing"));
    assert_eq!(playing, [false, false, true]);
    it.asks("A", claim("C")).unwrap();
    assert_eq!(it.settles(), ["playback:C"]);
}

#[test]
fn a_merge_takes_the_newer_and_joins_the_queues_and_the_other_goes() {
    for (newer, expected) in [("A", "paused a@1000 | a b c [0]"), ("B", "paused c@3000 | b c a [1]")] {
        let mut it = Scene::new();
        let a = PlaybackChange { mode: None, queue: set("a b").queue, ..plays("a", 1_000) };
        let b = PlaybackChange { queue_index: Some(1), queue: set("b c").queue, ..plays("c", 3_000) };
        let puts = if newer == "B" { [("A", a), ("B", b)] } else { [("B", b), ("A", a)] };
        for (name, change) in puts {
            it.pass(1_000);
            it.puts(name, change).unwrap();
        }
        it.asks("A", merge("B")).unwrap();
        assert_eq!(it.shows("A"), expected);
        assert_eq!(it.settles(), ["household"], "the merged device goes");
        assert!(!it.state.durable.household.devices.contains_key(&device("B")));
        assert_eq!(it.shows("B"), "nothing");
        it.asks("A", Ask::Undo).unwrap();
        assert!(it.shows("A").contains("| a b ["), "{}", it.shows("A"));
    }
}

#[test]
fn a_merge_does_not_disturb_what_plays_here_and_takes_a_device_that_never_played() {
    let mut it = Scene::new();
    it.puts("B", set("b")).unwrap();
    it.pass(1_000);
    it.puts("A", plays("a", 0)).unwrap();
    it.tells("A", "a", 12_000);
    it.asks("A", merge("B")).unwrap();
    assert_eq!(it.state.position_ms(&device("A"), it.now.mono), Some(12_000));
    it.settles();
    it.asks("A", merge("C")).unwrap();
    assert_eq!(it.settles(), ["household"]);
    assert_eq!(it.shows("A"), "playing a@0 | b [0]");
    it.state.settings.queue_max = 0;
    it.puts("A", set("")).unwrap();
    assert_eq!(it.asks("A", merge("C")), Err(Rejection::NoSuchDevice("C".into())));
}

#[test]
fn two_full_queues_are_not_cut_but_refused() {
    let mut it = Scene::new();
    it.puts("A", set("a b c d")).unwrap();
    it.puts("B", set("e f g")).unwrap();
    assert_eq!(it.asks("A", merge("B")), Err(Rejection::QueueFull { max: 6 }));
}

#[test]
fn who_goes_away_rests_after_the_grace_where_it_was() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    it.tells("A", "a", 8_000);
    it.pass(1_000);
    it.goes("A");
    assert_eq!(next_deadline(&it.state, it.now), Some(it.now.mono.plus(limits::DEVICE_GRACE_MS)));
    it.pass(limits::DEVICE_GRACE_MS - 1);
    assert_eq!(it.settles(), [""; 0]);
    it.pass(1);
    assert_eq!(it.settles(), ["playback:A"]);
    assert_eq!(it.shows("A"), "paused a@9000 |  [0]");
    assert_eq!(next_deadline(&it.state, it.now), None);
}

#[test]
fn who_comes_back_within_the_grace_plays_on() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    it.goes("A");
    it.pass(limits::DEVICE_GRACE_MS - 1);
    it.comes("A");
    it.pass(limits::DEVICE_GRACE_MS);
    assert_eq!(it.settles(), [""; 0]);
    assert!(it.shows("A").starts_with("playing"));
}

#[test]
fn who_speaks_without_a_connection_is_here_for_the_grace() {
    let mut it = Scene::new();
    it.goes("A");
    it.pass(10 * limits::DEVICE_GRACE_MS);
    it.puts("A", plays("a", 0)).unwrap();
    assert_eq!(it.settles(), [""; 0]);
    it.pass(limits::DEVICE_GRACE_MS);
    assert_eq!(it.settles(), ["playback:A"]);
}

#[test]
fn after_a_restart_devices_have_the_grace_to_come_back_to_where_they_were() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    it.puts("B", plays("b", 0)).unwrap();
    it.state.presence = crate::core::presence::Presence::of_library(Arc::clone(&it.state.presence.tracks));
    it.now.mono = Mono(0);
    it.state.presence.recall_position(&device("A"), &track("a"), 40_000);
    it.pass(limits::DEVICE_GRACE_MS - 1);
    it.comes("B");
    assert_eq!(it.settles(), [""; 0]);
    it.pass(1);
    assert_eq!(it.settles(), ["playback:A"]);
    assert_eq!((it.shows("A"), it.shows("B")), ("paused a@40000 |  [0]".into(), "playing b@0 |  [0]".into()));
}

#[test]
fn a_guard_that_is_sent_is_honoured() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    let wish = |guard| (Command::Playback(device("A"), Ask::Put(at(5))), Some("A"), Some(guard));
    for (guard, expected) in [(0, Err("stale")), (1, Ok(())), (1, Err("stale"))] {
        let (command, by, guard) = wish(guard);
        let outcome = it.wish(command, by, guard).map(drop).map_err(|why| why.slug());
        assert_eq!(outcome, expected);
    }
}

#[test]
fn a_device_that_is_revoked_leaves_nothing() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    it.tells("A", "a", 1_000);
    it.wish(Command::Household(HouseholdCommand::Revoke { device: device("A") }), Some("B"), None).unwrap();
    assert_eq!((it.shows("A"), it.settles().len()), ("nothing".into(), 0));
    // What was on its way meanwhile brings nothing back.
    assert_eq!(it.puts("A", plays("a", 0)), Err(Rejection::NoSuchDevice("A".into())));
    it.tells("A", "a", 2_000);
    assert!(it.state.presence.running().is_empty());
}

#[test]
fn what_a_device_that_is_gone_left_behind_comes_to_rest_all_the_same() {
    let mut it = Scene::new();
    it.puts("A", plays("a", 0)).unwrap();
    // As a log may say in which a put overtook the revocation.
    Arc::make_mut(&mut it.state.durable.household).devices.remove(&device("A"));
    it.goes("A");
    it.pass(limits::DEVICE_GRACE_MS);
    assert_eq!(it.settles(), ["playback:A"]);
    assert_eq!(it.shows("A"), "paused a@0 |  [0]");
}
