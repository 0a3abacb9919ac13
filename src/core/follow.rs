//! How the state's two halves go together: what connections show follows what the log says.

use super::event::{Event, HouseholdEvent};
use super::ids::{DeviceId, RoomId};
use super::presence::Signal;
use super::topic::Topic;
use super::{Durable, State};
use crate::clock::{Mono, Now};

/// Lets the presence follow an event that was just applied.
pub fn follow(state: &mut State, event: &Event, now: Now) {
    match event {
        Event::Session(room, event) => state.presence.follow(room, event, now),
        Event::Playback(device, event) => {
            if let Some(playback) = state.durable.playback(device) {
                state.presence.follow_playback(device, playback, event, now);
            }
        }
        Event::Household(HouseholdEvent::Revoked { device }) => state.presence.forget(device),
        _ => {}
    }
}

/// Takes over what a connection reported. Returns the rooms whose picture of listeners changed.
pub fn observe(state: &mut State, signal: &Signal, now: Now) -> Vec<RoomId> {
    if let Signal::Position(device, _, _, seen) = signal
        && (state.durable.playback(device).is_none() || !state.durable.is_of_now(device, *seen))
    {
        return Vec::new();
    }
    state.presence.observe(signal, now)
}

impl Durable {
    /// Whether a word about what a device plays for itself is of now: `seen` is the version of the playback that whoever says
    /// it had seen. What was said before an event tells of the past.
    #[must_use]
    pub fn is_of_now(&self, device: &DeviceId, seen: Option<u64>) -> bool {
        seen.is_none_or(|seen| seen >= self.head(&Topic::Playback(device.clone())).version)
    }
}

impl State {
    /// Where a device is in the track that it plays for itself, if it told that since its last event; milliseconds.
    #[must_use]
    pub fn position_ms(&self, device: &DeviceId, now: Mono) -> Option<u64> {
        let playback = self.durable.playback(device)?;
        let position_ms = self.presence.running().position_ms(device, playback, now)?;
        let length_ms = playback.track.as_ref().and_then(|track| self.presence.tracks.duration_ms(track));
        Some(position_ms.min(length_ms.unwrap_or(u64::MAX)))
    }
}
