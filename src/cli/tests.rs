//! From typed words to typed arguments: what is understood, and how the rest is refused.

use super::args::{DevicesVerb, PlaysVerb, QueueVerb};
use super::*;

fn parsed(typed: &str) -> Args {
    let words = typed.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    parse(words).unwrap().unwrap()
}

fn refused(typed: &str) -> Failure {
    run(typed.split(' ').filter(|word| !word.is_empty()).map(OsString::from)).unwrap_err()
}

#[test]
fn every_verb_is_understood() {
    let verbs = "serve qr pair discover status watch play pause next prev queue star compare playlist devices profiles plays rooms scan doctor backup export log";
    for verb in verbs.split(' ') {
        assert!(parsed(verb).verb.is_some(), "{verb}");
    }
    assert!(matches!(parsed("seek 1:23").verb, Some(Verb::Seek(seek)) if seek.position.0 == 83.0));
    assert!(matches!(parsed("star album abbey road").verb, Some(Verb::Star(star)) if star.words.len() == 3));
    assert!(matches!(parsed("unstar track a").verb, Some(Verb::Unstar(unstar)) if unstar.words == ["a"]));
    assert!(matches!(parsed("log compact").verb, Some(Verb::Log(_))));
    assert!(matches!(parsed("nudge clair de lune").verb, Some(Verb::Nudge(nudge)) if nudge.track.len() == 3));
}

#[test]
fn verbs_of_a_verb_are_understood() {
    let queue = |typed: &str| match parsed(typed).verb {
        Some(Verb::Queue(queue)) => queue.verb,
        other => panic!("{other:?}"),
    };
    assert!(matches!(queue("queue list"), Some(QueueVerb::List(_))));
    assert!(
        matches!(queue("queue add a b --at 1"), Some(QueueVerb::Add(add)) if add.tracks.len() == 2 && add.at == Some(1))
    );
    assert!(matches!(queue("queue add help"), Some(QueueVerb::Add(add)) if add.tracks == ["help"]));
    assert!(matches!(queue("queue move x 3"), Some(QueueVerb::Move(shift)) if shift.to == 3));
    for verb in ["shuffle", "clear", "set a", "remove a"] {
        assert!(queue(&format!("queue {verb}")).is_some(), "{verb}");
    }
    let Some(Verb::Devices(devices)) = parsed("devices revoke 0A").verb else { panic!() };
    assert!(matches!(devices.verb, Some(DevicesVerb::Revoke(revoke)) if revoke.device == "0A"));
    let Some(Verb::Devices(devices)) = parsed("devices profile 0A Anna").verb else { panic!() };
    assert!(matches!(devices.verb, Some(DevicesVerb::Profile(given)) if given.profile == "Anna"));
    for verb in ["list", "new Anna", "rename Anna Ann", "delete Anna"] {
        let Some(Verb::Profiles(profiles)) = parsed(&format!("profiles {verb}")).verb else { panic!("{verb}") };
        assert!(profiles.verb.is_some(), "{verb}");
    }
    let Some(Verb::Plays(plays)) = parsed("plays top --limit 3").verb else { panic!() };
    assert!(matches!(plays.verb, Some(PlaysVerb::Top(top)) if top.limit == 3));
}

#[test]
fn global_options_reach_their_verb_from_either_side() {
    for typed in ["--host pi --json status", "status --json --host=pi", "--json status --host pi"] {
        let globals = parsed(typed).globals();
        assert_eq!((globals.host.as_deref(), globals.json), (Some("pi"), true), "{typed}");
    }
    assert_eq!(parsed("play --room kitchen").globals().room.as_deref(), Some("kitchen"));
}

#[test]
fn what_is_not_understood_exits_2_in_one_line() {
    for typed in [
        "",
        "dance",
        "seek",
        "seek soon",
        "star wombat x",
        "unstar",
        "next --host",
        "queue move x",
        "queue add --at one x",
        "queue add",
        "nudge",
        "pair 12",
        "profiles new",
        "profiles rename Anna",
        "devices profile 0A",
        "compare ratings --household --profile x",
    ] {
        let failure = refused(typed);
        assert_eq!(failure.exit(), 2, "{typed:?}: {failure:?}");
        assert_eq!(failure.line().unwrap().lines().count(), 1, "{typed:?}");
    }
}

#[test]
fn help_and_version_are_no_failure() {
    for typed in ["--help", "help", "help queue", "queue add --help", "--version"] {
        assert!(run(typed.split(' ').map(OsString::from)).is_ok(), "{typed}");
    }
}
