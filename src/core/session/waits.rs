//! Tests of the barrier as people live it: who is waited for, for how long, and what happens when the room is empty.

use super::scene::{BEGIN, MINUTE, Scene, track, tracks};
use crate::clock::Mono;
use crate::core::command::SessionCommand as Ask;
use crate::core::event::Stage;
use crate::core::rejection::Rejection;
use crate::limits;

const PLAY: Ask = Ask::Play { position_ms: None };

/// A and B listen, a barrier for `a` has just opened.
fn waiting() -> Scene {
    let mut scene = Scene::with_queue("a b c").listeners("A B");
    scene.ask(PLAY).unwrap();
    scene.happened.clear();
    scene
}

/// These listen and have `a`, which has been playing for ten seconds.
fn playing(listeners: &str) -> Scene {
    let mut scene = Scene::with_queue("a b c").listeners(listeners);
    listeners.split_whitespace().for_each(|name| scene.have(name, "a"));
    scene.stage(Stage::playing(track("a"), 0, Mono(BEGIN.0 - 10_000)))
}

#[test]
fn it_waits_for_both_and_starts_them_together() {
    let mut scene = waiting();
    assert_eq!(scene.awaited(), "A B");
    scene.have("A", "a");
    assert_eq!(scene.told(), "waiting track a@0 | a b c");
    scene.have("B", "a");
    assert_eq!(scene.told(), "playing a@0 from 100300 | a b c");
    assert_eq!(scene.happened, ["released"]);
    assert_eq!(scene.awaited(), "no barrier");
}

#[test]
fn it_starts_at_once_if_all_have_the_track() {
    let mut scene = Scene::with_queue("a b").listeners("A B");
    scene.have("A", "a");
    scene.have("B", "b a");
    scene.ask(PLAY).unwrap();
    scene.settle();
    assert_eq!(scene.happened, ["played", "released"]);
    assert_eq!(scene.version(), 3, "the command and the release raise it by one each");
}

#[test]
fn declaring_twice_or_in_advance_or_for_another_track_does_no_harm() {
    let mut scene = waiting();
    for (name, names) in [("A", "a"), ("A", "a"), ("A", "b"), ("B", "c")] {
        scene.have(name, names);
        assert_eq!(scene.told(), "waiting track a@0 | a b c");
    }
    scene.have("B", "a b");
    assert_eq!(scene.happened, ["released"]);
}

#[test]
fn a_dropped_track_is_waited_for_again() {
    let mut scene = waiting();
    scene.have("A", "a");
    scene.signal(&crate::core::presence::Signal::Dropped(super::scene::device("A"), tracks("a")));
    scene.have("B", "a");
    assert_eq!(scene.told(), "waiting track a@0 | a b c");
}

#[test]
fn who_comes_while_it_waits_is_waited_for() {
    let mut scene = waiting();
    scene.have("A", "a");
    scene.join("C");
    assert_eq!(scene.awaited(), "A B C");
    scene.have("B", "a");
    assert_eq!(scene.happened, [""; 0]);
    scene.have("C", "a");
    assert_eq!(scene.happened, ["released"]);
}

#[test]
fn who_leaves_is_not_waited_for_even_after_coming_back() {
    for (goes, how) in [(Scene::leave as fn(&mut Scene, &str), "left"), (Scene::lose, "lost")] {
        let mut scene = waiting();
        goes(&mut scene, "B");
        assert_eq!(scene.awaited(), "A", "{how}");
        scene.join("B");
        assert_eq!(scene.awaited(), "A", "{how}, then back");
        scene.have("A", "a");
        assert_eq!(scene.happened, ["released"], "{how}");
    }
}

#[test]
fn the_last_one_missing_releases_it_by_leaving() {
    let mut scene = waiting();
    scene.have("A", "a");
    scene.leave("B");
    assert_eq!(scene.happened, ["released"]);
}

#[test]
fn the_next_barrier_waits_for_everybody_again() {
    let mut scene = waiting();
    scene.leave("B");
    scene.join("B");
    scene.ask(Ask::Next).unwrap();
    assert_eq!(scene.awaited(), "A B");
}

#[test]
fn a_seek_while_it_waits_changes_the_anchor_and_nobodys_standing() {
    let mut scene = waiting();
    scene.leave("B");
    scene.join("B");
    scene.pass(limits::START_LEAD_MS_MIN);
    scene.ask(Ask::Seek { position_ms: 7_000 }).unwrap();
    assert_eq!(scene.awaited(), "A", "who left it is not waited for again");
    scene.have("A", "a");
    assert_eq!(scene.happened, ["sought", "released"]);
}

#[test]
fn a_download_that_stands_still_is_counted_out() {
    let mut scene = waiting();
    scene.have("A", "a");
    scene.pass(19_999);
    assert_eq!(scene.happened, [""; 0]);
    scene.pass(1);
    assert_eq!(scene.happened, ["released"]);
    assert!(scene.told().starts_with("playing a@0 from 120300"), "{}", scene.told());
}

#[test]
fn a_track_whose_file_is_gone_is_waited_for_no_longer_than_that() {
    let mut scene = waiting();
    scene.library(tracks("c").into_iter().map(|track| (track, Some(MINUTE))));
    scene.pass(19_999);
    assert_eq!(scene.told(), "waiting track a@0 | a b c", "it may come back");
    scene.pass(1);
    assert_eq!((scene.told().as_str(), scene.awaited().as_str()), ("waiting track c@0 | c a b", "A B"));
    scene.library([]);
    scene.pass(60_000);
    assert_eq!(scene.happened, ["advanced"], "with no file left there is nowhere to go");
}

#[test]
fn who_has_a_track_whose_file_is_gone_plays_it() {
    let mut scene = waiting();
    scene.have("A", "a");
    scene.library(tracks("c").into_iter().map(|track| (track, Some(MINUTE))));
    scene.pass(20_000);
    assert_eq!(scene.happened, ["released"]);
}

#[test]
fn progress_buys_patience_and_repeating_oneself_does_not() {
    let mut scene = waiting();
    scene.have("A", "a");
    scene.pass(15_000);
    scene.progress("B", "a", 0.5);
    scene.pass(15_000);
    assert_eq!(scene.happened, [""; 0]);
    scene.progress("B", "a", 0.5);
    scene.pass(5_000);
    assert_eq!(scene.happened, ["released"]);
}

#[test]
fn patience_without_end_is_a_setting() {
    let mut scene = waiting();
    scene.state.settings.stall_ms = 0;
    scene.have("A", "a");
    scene.pass(3_600_000);
    assert_eq!(scene.told(), "waiting track a@0 | a b c");
}

#[test]
fn if_all_are_counted_out_the_first_that_catches_up_starts() {
    let mut scene = waiting();
    scene.pass(60_000);
    assert_eq!((scene.awaited().as_str(), scene.told().as_str()), ("", "waiting track a@0 | a b c"));
    scene.have("B", "a");
    assert_eq!(scene.happened, ["released"]);
}

#[test]
fn with_nobody_there_it_waits_for_the_first_to_come() {
    let mut scene = Scene::with_queue("a b");
    scene.ask(PLAY).unwrap();
    scene.pass(3_600_000);
    assert_eq!((scene.awaited().as_str(), scene.told().as_str()), ("", "waiting track a@0 | a b"));
    scene.join("A");
    assert_eq!(scene.awaited(), "A");
    scene.have("A", "a");
    assert_eq!(scene.happened, ["played", "released"]);
}

#[test]
fn who_has_the_track_and_does_not_listen_releases_nothing() {
    let mut scene = Scene::with_queue("a b");
    scene.have("A", "a");
    scene.ask(PLAY).unwrap();
    scene.settle();
    assert_eq!(scene.happened, ["played"]);
    assert_eq!(scene.ask(Ask::StartAnyway), Err(Rejection::NobodyReady));
}

#[test]
fn start_anyway_starts_those_who_are_ready_and_the_others_join_later() {
    let mut scene = waiting();
    scene.have("A", "a");
    scene.ask(Ask::StartAnyway).unwrap();
    assert_eq!(scene.told(), "playing a@0 from 100300 | a b c");
    scene.have("B", "a");
    assert_eq!(scene.happened, ["released"]);
}

#[test]
fn the_lead_follows_the_largest_round_trip_within_bounds() {
    for (rtts, lead) in [
        ([0.0, 0.0], 300),
        ([99.9, 3.0], 300),
        ([120.0, 3.0], 340),
        ([3.0, 400.0], 900),
        ([950.0, 1.0], 2_000),
        ([1e12, 1.0], 2_000),
        ([f64::NAN, 150.0], 400),
        ([-5.0, f64::INFINITY], 2_000),
    ] {
        let mut scene = waiting();
        scene.clock("A", rtts[0]);
        scene.clock("B", rtts[1]);
        scene.clock("C", 5_000.0);
        scene.have("A", "a");
        scene.have("B", "a");
        assert_eq!(scene.told(), format!("playing a@0 from {} | a b c", BEGIN.0 + lead), "{rtts:?}");
    }
}

#[test]
fn the_last_to_leave_on_purpose_pauses_the_room_at_once() {
    let mut scene = playing("A B");
    scene.leave("A");
    assert_eq!(scene.happened, [""; 0]);
    scene.pass(1_000);
    scene.leave("B");
    assert_eq!(scene.told(), "paused a@11000 | a b c");
}

#[test]
fn the_last_to_be_lost_has_five_seconds_to_come_back() {
    let mut scene = playing("A");
    scene.lose("A");
    scene.pass(4_999);
    assert!(scene.told().starts_with("playing"));
    scene.pass(1);
    assert_eq!(scene.told(), "paused a@10000 | a b c", "where it was lost, not where the clock has gone since");
}

#[test]
fn who_comes_back_in_time_plays_on() {
    let mut scene = playing("A");
    scene.lose("A");
    scene.pass(4_000);
    scene.join("A");
    scene.pass(20_000);
    assert_eq!(scene.told(), "playing a@0 from 90000 | a b c");
    assert_eq!(scene.happened, [""; 0]);
}

#[test]
fn another_listener_saves_the_room_as_well() {
    let mut scene = playing("A");
    scene.lose("A");
    scene.pass(4_000);
    scene.join("B");
    scene.pass(20_000);
    assert_eq!(scene.happened, [""; 0]);
}

#[test]
fn who_goes_to_another_room_leaves_this_one_on_purpose() {
    let mut scene = playing("A");
    let attic = crate::core::ids::RoomId::new("attic").unwrap();
    scene.signal(&crate::core::presence::Signal::Join(super::scene::device("A"), attic, 1));
    assert_eq!(scene.told(), "paused a@10000 | a b c");
}

#[test]
fn a_second_connection_keeps_a_listener_while_the_first_is_lost() {
    let (mut scene, room) = (playing("A"), crate::core::ids::RoomId::house());
    let a = super::scene::device("A");
    scene.signal(&crate::core::presence::Signal::Connected(a.clone(), 2));
    scene.signal(&crate::core::presence::Signal::Join(a.clone(), room, 2));
    scene.signal(&crate::core::presence::Signal::Disconnected(a, 1));
    scene.pass(20_000);
    assert_eq!(scene.happened, [""; 0]);
}

#[test]
fn an_empty_room_that_waits_or_is_paused_stays_as_it_is() {
    let mut scene = waiting();
    scene.leave("A");
    scene.lose("B");
    scene.pass(60_000);
    assert_eq!(scene.told(), "waiting track a@0 | a b c");
    scene.ask(Ask::Pause { position_ms: None }).unwrap();
    scene.pass(60_000);
    assert_eq!(scene.happened, ["paused"]);
}
