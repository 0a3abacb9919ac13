//! What a device plays for itself, as the wire has it: commands that come in, the event and the full state that go out.

use super::command::{BadCommand, bad, ms, read};
use super::{Seconds, json};
use crate::core::Durable;
use crate::core::command::Command;
use crate::core::event::Event;
use crate::core::ids::{DeviceId, TrackId};
use crate::core::playing::{Cause, Playback, PlaybackChange, PlaybackCommand, PlaybackEvent, PlaybackMode};
use crate::core::presence::Presence;
use crate::core::queue::QueueChange;
use crate::core::topic::Topic;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

/// An event's `data`: only what changed, and why, where the device did not say so itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaybackData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<PlaybackMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    track_id: Option<&'a TrackId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position_sec: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_change: Option<&'a QueueChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Value>,
    updated_at: Seconds,
}

/// The event's `data`.
#[must_use]
pub fn data(event: &PlaybackEvent) -> PlaybackData<'_> {
    let change = &event.change;
    PlaybackData {
        mode: change.mode,
        track_id: change.track.as_ref(),
        position_sec: change.position_ms.map(Seconds::from),
        queue_change: change.queue.as_ref(),
        queue_index: change.queue_index,
        cause: cause(&event.cause),
        updated_at: Seconds(event.at_ms),
    }
}

fn cause(cause: &Cause) -> Option<Value> {
    match cause {
        Cause::Put => None,
        Cause::Undone => Some(value!({ "type": "undone" })),
        Cause::Claimed(from) => Some(value!({ "type": "claimed", "clientId": from })),
        Cause::Merged(from) => Some(value!({ "type": "merged", "clientId": from })),
        Cause::Yielded(to) => Some(value!({ "type": "yielded", "clientId": to })),
        Cause::Rested => Some(value!({ "type": "away" })),
    }
}

/// Everything a device plays: `GET /playback`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    device_id: &'a DeviceId,
    mode: PlaybackMode,
    track_id: Option<&'a TrackId>,
    position_sec: Seconds,
    queue: &'a [TrackId],
    queue_index: usize,
    inserted_at: Option<Seconds>,
    updated_at: Option<Seconds>,
    version: u64,
}

/// The full state of what `device` plays, encoded; with where it told that it is, if `presence` is given.
#[must_use]
pub fn full(device: &DeviceId, durable: &Durable, presence: Option<&Presence>) -> String {
    let version = version(device, durable);
    let Some(known) = durable.playback(device) else {
        let (mode, position_sec) = (PlaybackMode::Paused, Seconds(0));
        let (track_id, inserted_at, updated_at) = (None, None, None);
        let (queue, queue_index, device_id) = (&[][..], 0, device);
        return json(&Shown {
            device_id,
            mode,
            track_id,
            position_sec,
            queue,
            queue_index,
            inserted_at,
            updated_at,
            version,
        });
    };
    json(&Shown {
        device_id: device,
        mode: known.mode,
        track_id: known.track.as_ref(),
        position_sec: position(device, known, presence),
        queue: known.queue.tracks(),
        queue_index: known.queue_index,
        inserted_at: Some(Seconds(known.inserted_ms)),
        updated_at: Some(Seconds(known.updated_ms)),
        version,
    })
}

/// Where a device is in its track, as it told last.
pub(super) fn position(device: &DeviceId, known: &Playback, presence: Option<&Presence>) -> Seconds {
    let told = presence.and_then(|presence| presence.running().told_ms(device, known));
    Seconds::from(told.unwrap_or(known.position_ms))
}

fn version(device: &DeviceId, durable: &Durable) -> u64 {
    durable.head(&Topic::Playback(device.clone())).version
}

/// What whoever gave `command` to `device` is told: the fields that changed, or everything, where they could not know it.
#[must_use]
pub fn answer(device: &DeviceId, command: &PlaybackCommand, event: Option<&Event>, durable: &Durable) -> String {
    let version = version(device, durable);
    let playback = match (command, event) {
        (PlaybackCommand::Claim { .. } | PlaybackCommand::Merge { .. }, _) => full(device, durable, None),
        (_, Some(Event::Playback(_, event))) => json(&data(event)),
        _ => "{}".into(),
    };
    format!("{{\"eventCount\":{version},\"playback\":{playback}}}")
}

/// The commands by their names, in the order of docs/protocol.md.
pub const COMMANDS: [&str; 6] =
    ["playback", "playback/transfer", "playback/claim", "playback/merge", "playback/undo", "playback/redo"];

/// Understands a command of `device`.
///
/// # Errors
/// [`BadCommand`] that says which argument to correct.
pub fn command(name: &str, args: &Value, device: &DeviceId) -> Result<Command, BadCommand> {
    let own = |command| Command::Playback(device.clone(), command);
    Ok(match name {
        "playback" => own(PlaybackCommand::Put(read::<Put>(name, args)?.change(name)?)),
        "playback/transfer" => {
            let Transfer { to, from } = read(name, args)?;
            Command::Playback(to, PlaybackCommand::Claim { from: from.unwrap_or_else(|| device.clone()) })
        }
        "playback/claim" => own(PlaybackCommand::Claim { from: read::<From>(name, args)?.from }),
        "playback/merge" => own(PlaybackCommand::Merge { from: read::<From>(name, args)?.from }),
        "playback/undo" => own(PlaybackCommand::Undo),
        "playback/redo" => own(PlaybackCommand::Redo),
        _ => return Err(BadCommand::Unknown(name.chars().take(40).collect())),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Put {
    mode: Option<PlaybackMode>,
    track_id: Option<TrackId>,
    position_sec: Option<f64>,
    queue: Option<Vec<TrackId>>,
    queue_change: Option<QueueChange>,
    queue_index: Option<usize>,
}

impl Put {
    fn change(self, name: &str) -> Result<PlaybackChange, BadCommand> {
        let Self { mode, track_id, position_sec, queue, queue_change, queue_index } = self;
        let queue = match (queue, queue_change) {
            (Some(_), Some(_)) => return Err(bad(name, "send queue or queueChange, not both")),
            (None, Some(QueueChange::Rotate { .. })) => {
                return Err(bad(name, "a device's own queue does not turn: send another queueIndex"));
            }
            (Some(track_ids), None) => Some(QueueChange::Set { track_ids }),
            (None, change) => change,
        };
        let position_ms = position_sec.map(|seconds| ms(name, seconds)).transpose()?;
        Ok(PlaybackChange { mode, track: track_id, position_ms, queue, queue_index })
    }
}

#[derive(Deserialize)]
struct Transfer {
    to: DeviceId,
    from: Option<DeviceId>,
}

#[derive(Deserialize)]
struct From {
    from: DeviceId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> DeviceId {
        DeviceId::new("0A").unwrap()
    }

    #[test]
    fn every_listed_command_is_understood() {
        let args = value!({"to": "0B", "from": "0C", "mode": "playing"});
        for name in COMMANDS {
            assert!(command(name, &args, &device()).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_transfer_is_a_claim_by_the_other_device() {
        let claim = |from: &str| PlaybackCommand::Claim { from: DeviceId::new(from).unwrap() };
        for (args, from) in [(value!({"to": "0B"}), "0A"), (value!({"to": "0B", "from": "0C"}), "0C")] {
            let expected = Command::Playback(DeviceId::new("0B").unwrap(), claim(from));
            assert_eq!(command("playback/transfer", &args, &device()), Ok(expected));
        }
    }

    #[test]
    fn bad_arguments_are_named() {
        for (args, says) in [
            (value!({"mode": "stopped"}), "unknown variant `stopped`"),
            (value!({"positionSec": -1}), "positionSec must be"),
            (value!({"trackId": "../x"}), "trackId must be"),
            (value!({"queue": [], "queueChange": {"op": "set", "trackIds": []}}), "not both"),
            (value!({"queueChange": {"op": "rotate", "by": 1}}), "does not turn"),
            (value!({"queueIndex": -1}), "invalid value"),
        ] {
            let error = command("playback", &args, &device()).unwrap_err().to_string();
            assert!(error.contains(says), "{args}: {error}");
        }
    }
}
