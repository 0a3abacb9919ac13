//! Tests of how a track ends: by its listeners' word, by the clock (gapless), early for some, and into a queue of which
//! files are missing.

use super::scene::{BEGIN, MINUTE, Scene, track, tracks};
use crate::clock::Mono;
use crate::core::command::SessionCommand as Ask;
use crate::core::event::Stage;
use crate::core::rejection::Rejection;
use crate::limits;

/// These listen, have `a`, and it began just now.
fn begun(queue: &str, listeners: &str) -> Scene {
    let mut scene = Scene::with_queue(queue).listeners(listeners);
    listeners.split_whitespace().for_each(|name| scene.have(name, "a"));
    scene.stage(Stage::playing(track("a"), 0, BEGIN))
}

fn ready_for_gapless(scene: &mut Scene, listeners: &str, names: &str) {
    for name in listeners.split_whitespace() {
        scene.clock(name, 5.0);
        scene.have(name, names);
    }
}

#[test]
fn with_clock_and_track_everywhere_the_next_one_starts_when_this_one_ends() {
    let mut scene = begun("a b c", "A B");
    ready_for_gapless(&mut scene, "A B", "b");
    scene.pass(u64::from(MINUTE) - limits::GAPLESS_LEAD_MS - 1);
    assert_eq!(scene.happened, [""; 0]);
    scene.pass(1);
    assert_eq!(scene.told(), "playing b@0 from 160000 | b c a");
    assert_eq!(scene.happened, ["advanced"], "one event, no barrier");
    assert_eq!(scene.ended("A", "a"), Err(Rejection::NotCurrent(track("a"))), "the echo of the turn");
}

#[test]
fn without_a_clock_or_the_track_anywhere_there_is_no_gapless_start() {
    for lacks in ["clock", "track"] {
        let mut scene = begun("a b c", "A B");
        ready_for_gapless(&mut scene, "A", "b");
        match lacks {
            "clock" => scene.have("B", "b"),
            _ => scene.clock("B", 5.0),
        }
        scene.pass(120_000);
        assert_eq!(scene.told(), "playing a@0 from 100000 | a b c", "no {lacks}");
    }
}

#[test]
fn readiness_in_the_last_moment_is_early_enough_but_not_after_the_end() {
    let mut scene = begun("a b c", "A");
    scene.pass(u64::from(MINUTE) - 1);
    ready_for_gapless(&mut scene, "A", "b");
    assert_eq!(scene.told(), "playing b@0 from 160000 | b c a");

    let mut scene = begun("a b c", "A");
    scene.pass(u64::from(MINUTE));
    ready_for_gapless(&mut scene, "A", "b");
    assert_eq!(scene.told(), "playing a@0 from 100000 | a b c", "a missed end is for the listeners' word");
}

#[test]
fn an_anchor_in_the_middle_and_a_pause_move_the_end() {
    let mut scene = begun("a b c", "A").stage(Stage::playing(track("a"), 50_000, BEGIN));
    ready_for_gapless(&mut scene, "A", "b");
    scene.pass(8_500);
    assert_eq!(scene.told(), "playing b@0 from 110000 | b c a");
}

#[test]
fn a_track_that_has_not_begun_is_not_passed_over() {
    let mut scene = Scene::with_queue("a b c").listeners("A");
    scene.library(tracks("a b c").into_iter().map(|track| (track, Some(500))));
    ready_for_gapless(&mut scene, "A", "a b c");
    scene.ask(Ask::Play { position_ms: None }).unwrap();
    scene.settle();
    assert_eq!(scene.told(), "playing a@0 from 100300 | a b c");
    scene.pass(299);
    assert_eq!(scene.happened, ["played", "released"]);
    scene.pass(1);
    assert_eq!(scene.told(), "playing b@0 from 100800 | b c a");
    scene.pass(500);
    assert_eq!(scene.told(), "playing c@0 from 101300 | c a b");
}

#[test]
fn a_track_of_no_length_does_not_spin() {
    let mut scene = Scene::with_queue("a b").listeners("A");
    scene.library(tracks("a b").into_iter().map(|track| (track, Some(0))));
    ready_for_gapless(&mut scene, "A", "a b");
    scene.ask(Ask::Play { position_ms: None }).unwrap();
    scene.pass(60_000);
    assert_eq!(scene.happened, ["played", "released"]);
    assert!(scene.ended("A", "a").is_ok());
}

#[test]
fn a_queue_of_one_goes_round_without_a_gap() {
    let mut scene = begun("a", "A");
    ready_for_gapless(&mut scene, "A", "a");
    scene.pass(3 * u64::from(MINUTE));
    assert_eq!(scene.happened, ["advanced"; 3]);
    assert_eq!(scene.told(), "playing a@0 from 280000 | a");
}

#[test]
fn a_queue_of_one_goes_round_by_word_too() {
    let mut scene = begun("a", "A");
    scene.pass(u64::from(MINUTE));
    assert!(scene.ended("A", "a").is_ok());
    assert_eq!(scene.told(), "playing a@0 from 160300 | a");
}

#[test]
fn one_of_many_wins_and_the_others_are_told_so() {
    let mut scene = begun("a b c", "A B");
    scene.pass(u64::from(MINUTE));
    assert!(scene.ended("A", "a").is_ok());
    assert_eq!(scene.told(), "waiting track b@0 | b c a");
    assert_eq!(scene.ended("B", "a"), Err(Rejection::NotCurrent(track("a"))));
    assert_eq!(scene.ended("B", "b"), Err(Rejection::NoChange), "heard, while the barrier waits");
    assert_eq!(scene.happened, ["advanced"]);
}

#[test]
fn within_three_seconds_of_the_end_it_is_the_end() {
    for (at, is_end) in [(57_000, true), (56_999, false)] {
        let mut scene = begun("a b c", "A B");
        scene.pass(at);
        assert_eq!(scene.ended("A", "a").is_ok(), is_end, "{at}");
    }
}

#[test]
fn ended_early_counts_for_its_listener_only_until_all_have_said_so() {
    let mut scene = begun("a b c", "A B");
    scene.pass(20_000);
    assert_eq!(scene.ended("A", "a"), Err(Rejection::NoChange));
    assert_eq!(scene.ended("A", "a"), Err(Rejection::NoChange), "twice is once");
    assert_eq!(scene.ended("C", "a"), Err(Rejection::NoChange), "who does not listen does not count");
    assert_eq!(scene.happened, [""; 0]);
    scene.ended("B", "a").unwrap_err();
    assert_eq!(scene.happened, ["advanced"]);
    assert_eq!(scene.told(), "waiting track b@0 | b c a");
}

#[test]
fn the_only_one_still_listening_leaves_and_the_rest_have_ended() {
    let mut scene = begun("a b c", "A B");
    scene.pass(20_000);
    scene.ended("A", "a").unwrap_err();
    scene.leave("B");
    assert_eq!(scene.happened, ["advanced"]);
}

#[test]
fn a_seek_takes_back_an_early_end() {
    let mut scene = begun("a b c", "A B");
    scene.pass(20_000);
    scene.ended("A", "a").unwrap_err();
    scene.ask(Ask::Seek { position_ms: 1_000 }).unwrap();
    scene.ended("B", "a").unwrap_err();
    assert_eq!(scene.happened, ["sought"]);
}

#[test]
fn of_a_track_of_unknown_length_the_first_seconds_are_an_echo() {
    for (at, is_end) in [(2_999, false), (3_000, true)] {
        let mut scene = begun("a b", "A B");
        scene.library(tracks("a b").into_iter().map(|track| (track, None)));
        scene.now.mono = Mono(BEGIN.0 + at);
        assert_eq!(scene.ended("A", "a").is_ok(), is_end, "{at}");
    }
}

#[test]
fn tracks_whose_file_is_gone_are_passed_over_and_kept() {
    let library = |scene: &mut Scene| scene.library(tracks("a d").into_iter().map(|track| (track, Some(MINUTE))));
    for (ask, told) in [(Ask::Next, "waiting track d@0 | d e a b c"), (Ask::Prev, "waiting track d@0 | d e a b c")] {
        let mut scene = begun("a b c d e", "A");
        library(&mut scene);
        scene.ask(ask).unwrap();
        assert_eq!(scene.told(), told);
    }
    let mut scene = begun("a b c d e", "A");
    library(&mut scene);
    ready_for_gapless(&mut scene, "A", "d");
    scene.pass(u64::from(MINUTE));
    assert_eq!(scene.told(), "playing d@0 from 160000 | d e a b c");
}

#[test]
fn play_on_a_track_whose_file_is_gone_goes_to_the_next_that_is_there() {
    let mut scene = Scene::with_queue("a b c");
    scene.library(tracks("c").into_iter().map(|track| (track, Some(MINUTE))));
    scene.ask(Ask::Play { position_ms: None }).unwrap();
    assert_eq!(scene.told(), "waiting track c@0 | c a b");
}

#[test]
fn when_no_file_is_left_the_room_stays_where_it_is() {
    let mut scene = begun("a b", "A");
    scene.library([]);
    for ask in [Ask::Next, Ask::Prev, Ask::Play { position_ms: None }] {
        assert_eq!(scene.ask(ask), Err(Rejection::EmptyQueue));
    }
    scene.pass(1_000);
    scene.ended("A", "a").unwrap_err();
    assert_eq!(scene.happened, [""; 0], "an early end of all leads nowhere either");
}
