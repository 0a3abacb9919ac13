//! Devices that fall silent by themselves: taken over by another, or away for longer than the grace.

use super::{PlaybackCommand, PlaybackMode, Taken};
use crate::clock::{Mono, Now};
use crate::core::State;
use crate::core::ids::DeviceId;
use crate::core::topic::Topic;
use crate::limits;

/// What the server asks of itself now, for the device it asks it of.
#[must_use]
pub fn due(state: &State, now: Now) -> Option<(DeviceId, PlaybackCommand)> {
    yielding(state).or_else(|| {
        let gone = playing(state).find(|device| rests_at(state, device).is_some_and(|at| at <= now.mono))?;
        Some((gone.clone(), PlaybackCommand::Rest))
    })
}

/// When to look again, if nothing else happens before.
#[must_use]
pub fn next_deadline(state: &State) -> Option<Mono> {
    playing(state).filter_map(|device| rests_at(state, device)).min()
}

/// A device that still plays what another one took over after its last word.
fn yielding(state: &State) -> Option<(DeviceId, PlaybackCommand)> {
    let last_seq = |device: &DeviceId| state.durable.head(&Topic::Playback(device.clone())).last_seq;
    state.durable.playbacks.iter().find_map(|(to, playback)| {
        let Taken { from, seq } = playback.taken.as_ref()?;
        let plays = state.durable.playbacks.get(from).is_some_and(|other| other.mode == PlaybackMode::Playing);
        let owes = plays && *seq > last_seq(from);
        owes.then(|| (from.clone(), PlaybackCommand::Yield { to: to.clone() }))
    })
}

fn playing(state: &State) -> impl Iterator<Item = &DeviceId> {
    let all = state.durable.playbacks.iter();
    all.filter(|(_, playback)| playback.mode == PlaybackMode::Playing).map(|(device, _)| device)
}

/// When a device that plays and has no connection is held to be away.
fn rests_at(state: &State, device: &DeviceId) -> Option<Mono> {
    let since = state.presence.offline_since(device)?;
    Some(since.plus(limits::DEVICE_GRACE_MS))
}
