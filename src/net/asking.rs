//! What POST and WebSocket do alike with a command, before the hub and beside it.

use super::problem::Problem;
use super::refusal;
use crate::core::ids::{DeviceId, TrackId};
use crate::core::presence::{ClockReport, Signal};
use crate::core::rejection::Rejection;
use crate::hub::Hub;
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

/// `ack-download`: the device has a track, and perhaps knows the clock. No event, so no guard.
///
/// # Errors
/// 404 for a track that the library does not have, 422 for arguments that make no sense.
pub fn ack_download(hub: &Hub, device: &DeviceId, args: &Value) -> Result<(), Problem> {
    let ack: AckDownload = command::read("ack-download", args).map_err(|bad| refusal::of_bad_command(&bad))?;
    if !hub.published().presence.tracks.has(&ack.track_id) {
        return Err(refusal::of_rejection(&Rejection::NoSuchTrack(ack.track_id)));
    }
    if let Some(clock) = ack.clock {
        hub.signal(Signal::Clock(device.clone(), clock.report()));
    }
    hub.signal(Signal::Have(device.clone(), vec![ack.track_id]));
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AckDownload {
    track_id: TrackId,
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
