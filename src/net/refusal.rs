//! The core's reasons to say no, as problem documents: one catalogue, used by POST and by WebSocket alike.

use super::problem::{self, Kind, Problem};
use crate::core::ids::RoomId;
use crate::core::rejection::Rejection;
use crate::core::topic::Topic;
use crate::hub::Refused;
use crate::wire::command::BadCommand;
use crate::wire::comparing;
use crate::wire::snapshot::Published;
use serde_json::value::RawValue;

macro_rules! kinds {
    ($($slug:literal $status:literal $title:literal;)*) => {
        const KINDS: &[Kind] = &[$(Kind { status: $status, slug: $slug, title: $title, advice: "" }),*];
    };
}

kinds! {
    "guard-missing" 428 "Guard required";
    "stale" 409 "Out of date";
    "no-such-room" 404 "No such room";
    "empty-queue" 409 "The queue is empty";
    "not-playing" 409 "Nothing is playing";
    "not-waiting" 409 "Nobody is waited for";
    "nobody-ready" 409 "Nobody is ready";
    "no-such-track" 404 "No such track";
    "not-in-queue" 404 "Not in the queue";
    "is-current" 409 "It is the current track";
    "not-current" 409 "Not the current track";
    "no-change" 409 "Nothing to change";
    "queue-full" 422 "The queue is full";
    "bad-place" 422 "No such place in the queue";
    "named-twice" 422 "Named twice";
    "after-end" 422 "After the end of the track";
    "no-such-device" 404 "No such device";
    "bad-name" 422 "Not a name";
    "too-many-devices" 409 "Too many devices";
    "no-such-station" 404 "No such station";
    "too-many-stations" 409 "Too many stations";
    "nothing-to-play" 422 "Nothing to play";
    "too-many-tracks" 422 "Too many tracks";
    "off-air" 409 "Off the air";
    "nothing-to-undo" 409 "Nothing to undo";
    "nothing-to-redo" 409 "Nothing to redo";
    "too-many-rooms" 409 "Too many rooms";
    "room-in-use" 409 "The room is in use";
    "house-stays" 409 "The house stays";
    "server-only" 403 "Not for clients";
    "stale-pair" 409 "Another pair is on the table";
    "nothing-compared" 409 "Nothing is being compared";
    "pool-too-small" 422 "Too few tracks to compare";
    "pool-too-large" 422 "Too many tracks to compare";
    "too-many-verdicts" 409 "Too many answers";
    "no-such-playlist" 404 "No such playlist";
    "not-in-playlist" 404 "Not in the playlist";
    "playlist-full" 422 "The playlist is full";
    "too-many-playlists" 409 "Too many playlists";
    "too-many-stars" 409 "Too many stars";
    "batch-too-long" 422 "The batch is too long";
    "nothing-played" 404 "That device has played nothing";
    "same-device" 422 "One and the same device";
    "other-profile" 403 "Another person's device";
    "local-stays" 422 "This machine stays";
    "no-such-profile" 404 "No such profile";
    "too-many-profiles" 409 "Too many profiles";
    "profile-in-use" 409 "Devices belong to this profile";
    "home-stays" 409 "The home profile stays";
}

const STORE: &Kind = &Kind { status: 500, slug: "store", title: "It could not be stored", advice: "" };
const KEY_REUSED: &Kind = &Kind { status: 422, slug: "key-reused", title: "The key was used before", advice: "" };

/// A rejection as a problem, without the state beside it.
#[must_use]
pub fn of_rejection(rejection: &Rejection) -> Problem {
    let kind = KINDS.iter().find(|kind| kind.slug == rejection.slug()).unwrap_or(problem::INTERNAL);
    let problem = kind.because(rejection.to_string());
    match rejection.expected_version() {
        Some(expected) => problem.with("expectedEventCount", &expected),
        None => problem,
    }
}

/// A refusal as a problem; a command that came too late is shown what is now.
#[must_use]
pub fn of_refused(refused: &Refused, room: &RoomId) -> Problem {
    match refused {
        Refused::Rejected(rejection, published) => {
            let problem = of_rejection(rejection);
            if problem.kind.status == 409 { with_snapshot(problem, published, room) } else { problem }
        }
        Refused::KeyReused => KEY_REUSED.because(refused.to_string()),
        Refused::Store(why) => STORE.because(format!("nothing was changed: {why}")),
        Refused::Busy | Refused::Stopping => problem::BUSY.because(refused.to_string()).retry_after(1),
    }
}

/// A refusal of what is about no room. Who answered a pair that is gone is shown the one on the table.
#[must_use]
pub fn of_refused_beside(refused: &Refused) -> Problem {
    match refused {
        Refused::Rejected(why @ Rejection::StalePair(profile), published) => {
            let pair = comparing::pair_now(published.durable.comparison(profile), &published.presence.tracks);
            of_rejection(why).with("pair", &pair)
        }
        Refused::Rejected(why, _) => of_rejection(why),
        Refused::KeyReused | Refused::Store(_) | Refused::Busy | Refused::Stopping => {
            of_refused(refused, &RoomId::house())
        }
    }
}

/// A refusal of a command on `topic`: who came too late is shown what is now.
#[must_use]
pub fn of_refused_on(refused: &Refused, topic: &Topic) -> Problem {
    match (topic, refused) {
        (Topic::Session(room), _) => of_refused(refused, room),
        (Topic::Playback(device), Refused::Rejected(why @ Rejection::Stale { .. }, published)) => {
            let problem = of_rejection(why);
            match RawValue::from_string(published.playback(device)) {
                Ok(playback) => problem.with("playback", &playback),
                Err(_) => problem,
            }
        }
        _ => of_refused_beside(refused),
    }
}

/// A command that could not be understood.
#[must_use]
pub fn of_bad_command(bad: &BadCommand) -> Problem {
    match bad {
        BadCommand::Unknown(_) => problem::NOT_FOUND.because(bad.to_string()),
        BadCommand::Arguments { .. } => invalid(&bad.to_string()),
    }
}

/// Something that was said is not a valid value.
#[must_use]
pub fn invalid(detail: &str) -> Problem {
    problem::INVALID.because(detail.to_owned())
}

fn with_snapshot(problem: Problem, published: &Published, room: &RoomId) -> Problem {
    match RawValue::from_string(published.snapshot(room)) {
        Ok(snapshot) => problem.with("snapshot", &snapshot),
        Err(_) => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rejection_has_its_kind_with_the_same_status() {
        let all = crate::core::guards::one_of_each();
        assert_eq!(all.len(), KINDS.len());
        for rejection in all {
            let problem = of_rejection(&rejection);
            assert_eq!((problem.kind.slug, problem.kind.status), (rejection.slug(), rejection.status()));
        }
    }
}
