//! What POST and WebSocket do alike with a command, before the hub and beside it.

use super::problem::Problem;
use super::refusal;
use crate::core::command::Command;
use crate::core::ids::{DeviceId, RoomId, TrackId};
use crate::core::presence::{ClockReport, Signal};
use crate::core::rejection::Rejection;
use crate::hub::{Hub, Refused};
use crate::wire::command;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A hash of a command's name and arguments: the same key with another body is a mistake, not a retry.
#[must_use]
pub fn body_hash(name: &str, args: &Value) -> u64 {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([0]);
    hash.update(args.to_string().as_bytes());
    let digest = hash.finalize();
    // The store's integers are signed: 63 bits are plenty to tell a retry from a mistake.
    digest.iter().take(8).fold(0, |hash, byte| (hash << 8) | u64::from(*byte)) >> 1
}

/// A seed for a shuffle. Predictable chance harms nobody here, so a kernel without randomness stops no music.
#[must_use]
pub fn chance() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(error) => {
            ::log::warn!("no randomness from the kernel ({error}): this shuffle uses the clock");
            u64::from(crate::clock::instant().elapsed().subsec_nanos())
        }
    }
}

/// The room that a command is about, to be shown with its answer.
#[must_use]
pub fn room_of(command: &Command) -> RoomId {
    match command {
        Command::Session(room, _) => room.clone(),
        _ => RoomId::house(),
    }
}

/// `ack-download`: the device has a track, and perhaps knows the clock. No event, so no guard is needed; one that is sent
/// is honoured. Returns the room that the arguments name, or `otherwise`.
///
/// # Errors
/// 404 for a track that the library does not have, or no such room; 409 for a stale guard; 422 for arguments that make no
/// sense.
pub fn ack_download(
    hub: &Hub,
    device: &DeviceId,
    args: &Value,
    otherwise: &RoomId,
    guard: Option<u64>,
) -> Result<RoomId, Problem> {
    let ack: AckDownload = command::read("ack-download", args).map_err(|bad| refusal::of_bad_command(&bad))?;
    let (published, room) = (hub.published(), ack.room.unwrap_or_else(|| otherwise.clone()));
    let expected = published.event_count(&room);
    let wrong = match guard {
        _ if published.durable.session(&room).is_none() => Some(Rejection::NoSuchRoom(room.to_string())),
        Some(given) if given != expected => Some(Rejection::Stale { expected, given }),
        _ if !published.presence.tracks.has(&ack.track_id) => Some(Rejection::NoSuchTrack(ack.track_id.clone())),
        _ => None,
    };
    if let Some(rejection) = wrong {
        return Err(refusal::of_refused(&Refused::Rejected(rejection, published), &room));
    }
    if let Some(clock) = ack.clock {
        hub.signal(Signal::Clock(device.clone(), clock.report()));
    }
    hub.signal(Signal::Have(device.clone(), vec![ack.track_id]));
    Ok(room)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AckDownload {
    track_id: TrackId,
    room: Option<RoomId>,
    clock: Option<Clock>,
}

/// What a device says it knows of the clock, as the wire has it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clock {
    /// Its offset, milliseconds.
    pub offset_ms: f64,
    /// Its round trip, milliseconds.
    pub rtt_ms: f64,
    /// How far off its output is, milliseconds.
    pub error_ms: Option<f64>,
}

impl Clock {
    /// The report; nonsense in it becomes harmless.
    #[must_use]
    pub fn report(self) -> ClockReport {
        let sane = |ms: f64| if ms.is_finite() { ms } else { 0.0 };
        ClockReport {
            offset_ms: sane(self.offset_ms),
            rtt_ms: sane(self.rtt_ms).clamp(0.0, 10_000.0),
            error_ms: self.error_ms.map(|ms| sane(ms).clamp(-600_000.0, 600_000.0)),
        }
    }
}
