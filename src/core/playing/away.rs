//! What the server does for devices that are not there to do it: those that were taken over fall silent, those that were
//! merged go, those that are away for longer than the grace pause.

use super::{PlaybackCommand, PlaybackMode, Taken};
use crate::clock::{Mono, Now};
use crate::core::State;
use crate::core::command::{Command, HouseholdCommand};
use crate::core::ids::DeviceId;
use crate::core::topic::Topic;
use crate::limits;

/// What the server asks of itself now.
#[must_use]
pub fn due(state: &State, now: Now) -> Option<Command> {
    taken_over(state).or_else(|| {
        let gone = playing(state).find(|device| rests_at(state, device).is_some_and(|at| at <= now.mono))?;
        Some(Command::Playback(gone.clone(), PlaybackCommand::Rest))
    })
}

/// When to look again, if nothing else happens before.
#[must_use]
pub fn next_deadline(state: &State) -> Option<Mono> {
    playing(state).filter_map(|device| rests_at(state, device)).min()
}

/// A device that still plays what another one took over after its last word, or that is still there though another one is
/// the same device now.
fn taken_over(state: &State) -> Option<Command> {
    let last_seq = |device: &DeviceId| state.durable.head(&Topic::Playback(device.clone())).last_seq;
    state.durable.playbacks.iter().find_map(|(to, playback)| {
        let Taken { from, seq, goes } = playback.taken.as_ref()?;
        if *goes {
            let is_there = state.durable.household.devices.contains_key(from);
            return is_there.then(|| Command::Household(HouseholdCommand::Revoke { device: from.clone() }));
        }
        let plays = state.durable.playback(from).is_some_and(|other| other.mode == PlaybackMode::Playing);
        let owes = plays && *seq > last_seq(from);
        owes.then(|| Command::Playback(from.clone(), PlaybackCommand::Yield { to: to.clone() }))
    })
}

fn playing(state: &State) -> impl Iterator<Item = &DeviceId> {
    let all = state.durable.playbacks.iter();
    all.filter(|(_, playback)| playback.mode == PlaybackMode::Playing).map(|(device, _)| device)
}

/// When a device that plays and has no connection is held to be away. One that has not come since the server's start was
/// here until then.
fn rests_at(state: &State, device: &DeviceId) -> Option<Mono> {
    if state.presence.is_online(device) {
        return None;
    }
    Some(state.presence.running().gone_at(device).unwrap_or_default().plus(limits::DEVICE_GRACE_MS))
}
