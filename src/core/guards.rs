//! Tests of what is checked before a command is looked at, and of the list of refusals itself.

use super::command::{Command, HouseholdCommand, Origin, SessionCommand as Ask, Wish};
use super::ids::RoomId;
use super::rejection::Rejection;
use super::session::scene::{Scene, device, track, tracks};
use super::{State, decide};
use std::collections::BTreeSet;

fn slug(outcome: Result<impl Sized, Rejection>) -> String {
    outcome.map_or_else(|why| format!("{} {}", why.status(), why.slug()), |_| "accepted".into())
}

#[test]
fn a_session_command_names_the_version_it_was_based_on() {
    for (guard, expected) in [(None, "428 guard-missing"), (Some(0), "409 stale"), (Some(2), "409 stale")] {
        let mut scene = Scene::with_queue("a b");
        assert_eq!(slug(scene.ask_guarded("A", Ask::Next, guard)), expected, "{guard:?}");
        assert_eq!(scene.version(), 1, "nothing has changed");
    }
    assert_eq!(slug(Scene::with_queue("a b").ask_guarded("A", Ask::Next, Some(1))), "accepted");
}

#[test]
fn a_guard_comes_before_every_other_check() {
    for wrong in [
        Ask::Pause { position_ms: None },
        Ask::Nudge { track: track("z") },
        Ask::QueueAdd { tracks: tracks("a a"), at: Some(99) },
        Ask::Release,
    ] {
        let mut scene = Scene::with_queue("a b");
        assert_eq!(slug(scene.ask_guarded("A", wrong.clone(), None)), "428 guard-missing", "{wrong:?}");
        assert_eq!(slug(scene.ask_guarded("A", wrong.clone(), Some(7))), "409 stale", "{wrong:?}");
    }
}

#[test]
fn a_declaration_needs_no_guard_but_one_that_is_sent_is_honoured() {
    let ended = Ask::Ended { track: track("z") };
    let mut scene = Scene::with_queue("a b");
    assert_eq!(slug(scene.ask_guarded("A", ended.clone(), None)), "409 not-current");
    assert_eq!(slug(scene.ask_guarded("A", ended, Some(9))), "409 stale");
}

#[test]
fn a_refused_guard_says_which_one_to_use() {
    let mut scene = Scene::with_queue("a b");
    for guard in [None, Some(9)] {
        let why = scene.ask_guarded("A", Ask::Next, guard).unwrap_err();
        assert_eq!(why.expected_version(), Some(1));
    }
}

#[test]
fn only_the_server_gives_itself_its_own_commands() {
    for own in [
        Ask::Release,
        Ask::AdvanceGapless,
        Ask::AdvanceEnded,
        Ask::PauseEmpty { position_ms: 0 },
        Ask::Recover { position_ms: 0 },
        Ask::Follow { tracks: tracks("d").into() },
    ] {
        assert_eq!(slug(Scene::with_queue("a b").ask(own.clone())), "403 server-only", "{own:?}");
    }
}

#[test]
fn a_room_that_is_not_there_is_said_first() {
    let room = RoomId::new("attic").unwrap();
    let origin = Some(Origin { device: device("A"), tab: None });
    let wish = Wish { command: Command::Session(room, Ask::Next), origin, guard: None };
    let scene = Scene::with_queue("a b");
    assert_eq!(slug(decide(&scene.state, &wish, scene.now)), "404 no-such-room");
}

#[test]
fn the_household_and_the_library_need_no_guard_and_honour_one() {
    let state = State::default();
    let command = Command::Household(HouseholdCommand::Revoke { device: device("A") });
    let origin = Some(Origin { device: device("B"), tab: None });
    for (guard, expected) in [(None, "404 no-such-device"), (Some(0), "404 no-such-device"), (Some(1), "409 stale")] {
        let wish = Wish { command: command.clone(), origin: origin.clone(), guard };
        assert_eq!(slug(decide(&state, &wish, super::Now::default())), expected);
    }
}

/// What is wrong with an edit, in the order in which it is looked for.
#[test]
fn edits_are_checked_from_the_thing_to_the_place() {
    let add = |names: &str, at| Ask::QueueAdd { tracks: tracks(names), at };
    let to = |name: &str, to| Ask::QueueMove { track: track(name), to };
    for (wish, expected) in [
        (Ask::Nudge { track: track("z") }, "404 no-such-track"),
        (Ask::Nudge { track: track("b") }, "409 no-change"),
        (add("z z", None), "422 named-twice"),
        (add("d z", Some(99)), "404 no-such-track"),
        (add("d", Some(99)), "422 bad-place"),
        (add("d", Some(0)), "422 bad-place"),
        (add("b", Some(3)), "422 bad-place"),
        (add("b", Some(2)), "accepted"),
        (add("d", Some(3)), "accepted"),
        (add("", None), "409 no-change"),
        (add("a", None), "409 is-current"),
        (add("d e f", None), "422 queue-full"),
        (add("d e", None), "accepted"),
        (to("z", 99), "404 not-in-queue"),
        (to("a", 99), "409 is-current"),
        (to("b", 0), "422 bad-place"),
        (to("b", 3), "422 bad-place"),
        (to("b", 1), "409 no-change"),
        (to("b", 2), "accepted"),
        (Ask::QueueRemove { track: track("z") }, "404 not-in-queue"),
        (Ask::QueueSet { tracks: tracks("a z z") }, "422 named-twice"),
        (Ask::QueueSet { tracks: tracks("a z") }, "404 no-such-track"),
        (Ask::QueueSet { tracks: tracks("a b c") }, "409 no-change"),
        (Ask::QueueSet { tracks: tracks("a b c d e f") }, "422 queue-full"),
    ] {
        let mut scene = Scene::with_queue("a b c");
        scene.state.settings.queue_max = 5;
        assert_eq!(slug(scene.ask(wish.clone())), expected, "{wish:?}");
    }
}

#[test]
fn a_track_whose_file_is_gone_may_stay_but_not_come() {
    let mut scene = Scene::with_queue("a b c");
    scene.library(tracks("a c d").into_iter().map(|track| (track, None)));
    for (wish, expected) in [
        (Ask::Nudge { track: track("b") }, "404 no-such-track"),
        (Ask::QueueAdd { tracks: tracks("b"), at: None }, "404 no-such-track"),
        (Ask::QueueSet { tracks: tracks("e a") }, "404 no-such-track"),
        (Ask::QueueMove { track: track("b"), to: 2 }, "accepted"),
        (Ask::QueueSet { tracks: tracks("a b") }, "accepted"),
        (Ask::QueueRemove { track: track("b") }, "accepted"),
    ] {
        assert_eq!(slug(scene.ask(wish.clone())), expected, "{wish:?}");
    }
}

/// Every reason to say no, once.
pub(crate) fn one_of_each() -> Vec<Rejection> {
    let (track, another) = (track("a"), track("b"));
    vec![
        Rejection::GuardMissing { expected: 1 },
        Rejection::Stale { expected: 2, given: 1 },
        Rejection::NoSuchRoom("attic".into()),
        Rejection::EmptyQueue,
        Rejection::NotPlaying,
        Rejection::NotWaiting,
        Rejection::NobodyReady,
        Rejection::NoSuchTrack(track.clone()),
        Rejection::NotInQueue(track.clone()),
        Rejection::IsCurrent(track.clone()),
        Rejection::NotCurrent(track.clone()),
        Rejection::NoChange,
        Rejection::QueueFull { max: 1 },
        Rejection::BadPlace { given: 2, low: 0, high: 1 },
        Rejection::NamedTwice(track),
        Rejection::AfterEnd { given_ms: 2, duration_ms: 1 },
        Rejection::NoSuchDevice("A".into()),
        Rejection::BadName { max: 64 },
        Rejection::TooManyDevices { max: 1 },
        Rejection::NoSuchStation("x".into()),
        Rejection::TooManyStations { max: 1 },
        Rejection::NothingToPlay,
        Rejection::TooManyTracks { max: 1 },
        Rejection::OffAir,
        Rejection::NothingToUndo,
        Rejection::NothingToRedo,
        Rejection::TooManyRooms { max: 1 },
        Rejection::RoomInUse("Kitchen".into()),
        Rejection::HouseStays,
        Rejection::ServerOnly,
        Rejection::StalePair(crate::core::ids::ProfileId::home()),
        Rejection::NothingCompared,
        Rejection::PoolTooSmall,
        Rejection::PoolTooLarge { max: 1 },
        Rejection::TooManyVerdicts { max: 1 },
        Rejection::NoSuchPlaylist("x".into()),
        Rejection::NotInPlaylist(another),
        Rejection::PlaylistFull { max: 1 },
        Rejection::TooManyPlaylists { max: 1 },
        Rejection::TooManyStars { max: 1 },
        Rejection::BatchTooLong { max: 1 },
        Rejection::NothingPlayed("A".into()),
        Rejection::SameDevice,
        Rejection::OtherProfile("A".into()),
        Rejection::LocalStays,
        Rejection::NoSuchProfile("x".into()),
        Rejection::TooManyProfiles { max: 1 },
        Rejection::ProfileInUse("Anna".into()),
        Rejection::HomeStays,
    ]
}

#[test]
fn each_refusal_has_a_slug_of_its_own_a_status_and_a_sentence() {
    let all = one_of_each();
    let slugs: BTreeSet<&str> = all.iter().map(Rejection::slug).collect();
    assert_eq!(slugs.len(), all.len(), "two refusals share a slug");
    for why in &all {
        assert!((400..500).contains(&why.status()), "{why:?}");
        let plain = why.slug().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(plain && !why.slug().is_empty(), "{}", why.slug());
        let sentence = why.to_string();
        assert!(sentence.split_whitespace().count() >= 4 && !sentence.ends_with('.'), "{sentence:?}");
    }
    // A new refusal must be added above: this match makes the compiler say so.
    let known = |why: &Rejection| match why {
        Rejection::GuardMissing { .. } | Rejection::Stale { .. } | Rejection::NoSuchRoom(_) => (),
        Rejection::EmptyQueue | Rejection::NotPlaying | Rejection::NotWaiting | Rejection::NobodyReady => (),
        Rejection::NoSuchTrack(_) | Rejection::NotInQueue(_) | Rejection::IsCurrent(_) => (),
        Rejection::NotCurrent(_) | Rejection::NoChange | Rejection::QueueFull { .. } => (),
        Rejection::BadPlace { .. } | Rejection::NamedTwice(_) | Rejection::AfterEnd { .. } => (),
        Rejection::NoSuchDevice(_) | Rejection::BadName { .. } | Rejection::TooManyDevices { .. } => (),
        Rejection::NoSuchStation(_) | Rejection::TooManyStations { .. } | Rejection::OffAir => (),
        Rejection::NothingToPlay | Rejection::TooManyTracks { .. } => (),
        Rejection::NothingToUndo | Rejection::NothingToRedo => (),
        Rejection::TooManyRooms { .. } | Rejection::RoomInUse(_) | Rejection::HouseStays => (),
        Rejection::ServerOnly => (),
        Rejection::StalePair(_) | Rejection::NothingCompared => (),
        Rejection::PoolTooSmall | Rejection::PoolTooLarge { .. } | Rejection::TooManyVerdicts { .. } => (),
        Rejection::NoSuchPlaylist(_) | Rejection::NotInPlaylist(_) => (),
        Rejection::PlaylistFull { .. } | Rejection::TooManyPlaylists { .. } => (),
        Rejection::TooManyStars { .. } | Rejection::BatchTooLong { .. } => (),
        Rejection::NothingPlayed(_) | Rejection::SameDevice => (),
        Rejection::OtherProfile(_) | Rejection::LocalStays => (),
        Rejection::NoSuchProfile(_) | Rejection::TooManyProfiles { .. } => (),
        Rejection::ProfileInUse(_) | Rejection::HomeStays => (),
    };
    all.iter().for_each(known);
}
