//! Commands as they come in: a name and JSON arguments, the same by POST and by WebSocket.
//!
//! Here they become well formed, or an error that names the argument. Whether they are allowed is the core's.

use crate::core::command::{Command, SessionCommand};
use crate::core::ids::{RoomId, TrackId};
use crate::limits;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a command could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCommand {
    /// No command has this name.
    #[error("there is no command {0:?}: docs/protocol.md lists them")]
    Unknown(String),
    /// An argument is missing, of the wrong type or out of range.
    #[error("{name}: {detail}")]
    Arguments {
        /// The command.
        name: String,
        /// What is wrong, naming the argument.
        detail: String,
    },
}

/// The session commands by their names, in the order of docs/protocol.md.
pub const SESSION_COMMANDS: [&str; 15] = [
    "play",
    "pause",
    "seek",
    "next",
    "prev",
    "nudge",
    "queue/add",
    "queue/remove",
    "queue/move",
    "queue/shuffle",
    "queue/set",
    "undo",
    "redo",
    "start-anyway",
    "ended",
];

/// Understands a session command. `room` is used where the arguments name none; `chance` seeds a shuffle.
///
/// # Errors
/// [`BadCommand`] that says which argument to correct.
pub fn session(name: &str, args: &Value, room: &RoomId, chance: u64) -> Result<Command, BadCommand> {
    let command = match name {
        "play" => SessionCommand::Play { position_ms: read::<MaybePosition>(name, args)?.ms(name)? },
        "pause" => SessionCommand::Pause { position_ms: read::<MaybePosition>(name, args)?.ms(name)? },
        "seek" => SessionCommand::Seek { position_ms: ms(name, read::<Position>(name, args)?.position_sec)? },
        "next" => SessionCommand::Next,
        "prev" => SessionCommand::Prev,
        "nudge" => SessionCommand::Nudge { track: read::<Track>(name, args)?.track_id },
        "queue/add" => {
            let Tracks { track_ids, at } = read(name, args)?;
            SessionCommand::QueueAdd { tracks: track_ids, at }
        }
        "queue/remove" => SessionCommand::QueueRemove { track: read::<Track>(name, args)?.track_id },
        "queue/move" => {
            let Moved { track_id, to } = read(name, args)?;
            SessionCommand::QueueMove { track: track_id, to }
        }
        "queue/shuffle" => SessionCommand::QueueShuffle { seed: chance },
        "queue/set" => SessionCommand::QueueSet { tracks: read::<Tracks>(name, args)?.track_ids },
        "undo" => SessionCommand::Undo,
        "redo" => SessionCommand::Redo,
        "start-anyway" => SessionCommand::StartAnyway,
        "ended" => SessionCommand::Ended { track: read::<Track>(name, args)?.track_id },
        _ => return Err(BadCommand::Unknown(name.chars().take(40).collect())),
    };
    let named: InRoom = read(name, args)?;
    Ok(Command::Session(named.room.unwrap_or_else(|| room.clone()), command))
}

/// Reads arguments of any command; what is wrong is said with the command's name.
///
/// # Errors
/// [`BadCommand::Arguments`].
pub fn read<T: DeserializeOwned>(name: &str, args: &Value) -> Result<T, BadCommand> {
    let empty = Value::Object(serde_json::Map::new());
    let args = if args.is_null() { &empty } else { args };
    if !args.is_object() {
        return Err(bad(name, "the arguments are a JSON object, such as {}"));
    }
    T::deserialize(args).map_err(|error| bad(name, &super::args::told(&error)))
}

/// Seconds from the wire as milliseconds.
///
/// # Errors
/// [`BadCommand::Arguments`] when it is negative, not finite or beyond a week.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
pub fn ms(name: &str, seconds: f64) -> Result<u64, BadCommand> {
    let ms = seconds * 1000.0;
    if ms.is_finite() && (0.0..=limits::POSITION_MS_MAX as f64).contains(&ms) {
        Ok(ms.round() as u64)
    } else {
        Err(bad(name, &format!("positionSec must be 0 to {}, not {seconds}", limits::POSITION_MS_MAX / 1000)))
    }
}

/// A command whose arguments make no sense.
pub(super) fn bad(name: &str, detail: &str) -> BadCommand {
    BadCommand::Arguments { name: name.to_owned(), detail: detail.to_owned() }
}

#[derive(Deserialize)]
struct InRoom {
    room: Option<RoomId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MaybePosition {
    position_sec: Option<f64>,
}

impl MaybePosition {
    fn ms(&self, name: &str) -> Result<Option<u64>, BadCommand> {
        self.position_sec.map(|seconds| ms(name, seconds)).transpose()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Position {
    position_sec: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Track {
    track_id: TrackId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tracks {
    track_ids: Vec<TrackId>,
    at: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moved {
    track_id: TrackId,
    to: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(name: &str, args: &Value) -> Result<Command, BadCommand> {
        session(name, args, &RoomId::house(), 1)
    }

    #[test]
    fn a_command_names_its_room_or_gets_the_connections() {
        let command = parse("next", &json!({"room": "kitchen"})).unwrap();
        assert_eq!(command, Command::Session(RoomId::new("kitchen").unwrap(), SessionCommand::Next));
        assert_eq!(parse("next", &Value::Null).unwrap(), Command::Session(RoomId::house(), SessionCommand::Next));
    }

    #[test]
    fn bad_arguments_are_named() {
        for (name, args, says) in [
            ("fly", json!({}), "there is no command \"fly\""),
            ("seek", json!({}), "missing field `positionSec`"),
            ("seek", json!({"positionSec": -1}), "positionSec must be 0 to 604800, not -1"),
            ("seek", json!({"positionSec": 1e300}), "positionSec must be"),
            ("seek", json!({"positionSec": "x"}), "invalid type: string"),
            ("nudge", json!({"trackId": "../x"}), "trackId must be 1 to 16"),
            ("queue/move", json!({"trackId": "a", "to": -1}), "invalid value"),
            ("next", json!([]), "the arguments are a JSON object"),
        ] {
            let error = parse(name, &args).unwrap_err().to_string();
            assert!(error.contains(says), "{name} {args}: {error}");
        }
    }

    #[test]
    fn every_listed_command_is_understood() {
        let args = json!({"trackId": "a", "trackIds": ["a"], "to": 1, "positionSec": 1.5});
        for name in SESSION_COMMANDS {
            assert!(parse(name, &args).is_ok(), "{name}");
        }
    }
}
