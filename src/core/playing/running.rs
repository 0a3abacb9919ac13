//! Where the devices are in their tracks now, between two events.
//!
//! A device that plays says about once a second where it is. That is no event: it is kept in memory, shown to the device's
//! tabs, saved by the hub every 30 s, and used when another device takes over or the device goes away.

use super::{PlaybackEvent, PlaybackMode};
use crate::clock::Mono;
use crate::core::ids::{DeviceId, TrackId};
use std::collections::BTreeMap;

/// How far a position that was told is taken to have run on, milliseconds: devices tell about once a second.
const RUNS_ON_MS_MAX: u64 = 1_500;

/// The running positions, and when devices went.
#[derive(Clone, Debug, Default)]
pub struct Runnings {
    told: BTreeMap<DeviceId, Running>,
    gone: BTreeMap<DeviceId, Mono>,
}

/// A position as a device told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// The track.
    pub track: TrackId,
    /// Where in it, milliseconds.
    pub position_ms: u64,
    /// When that was.
    pub at: Mono,
}

impl Runnings {
    /// A device says where it is.
    pub fn told(&mut self, device: &DeviceId, track: &TrackId, position_ms: u64, at: Mono) {
        self.told.insert(device.clone(), Running { track: track.clone(), position_ms, at });
    }

    /// A device's last connection is gone.
    pub fn went(&mut self, device: &DeviceId, at: Mono) {
        if let Some(running) = self.told.get_mut(device) {
            running.position_ms = running.now_ms(at);
            running.at = at;
        }
        self.gone.insert(device.clone(), at);
    }

    /// A device is here.
    pub fn came(&mut self, device: &DeviceId) {
        self.gone.remove(device);
    }

    /// When a device went; the start of the clock if it has not been here since.
    #[must_use]
    pub fn gone_at(&self, device: &DeviceId) -> Mono {
        self.gone.get(device).copied().unwrap_or_default()
    }

    /// Where a device told that it is, if it told it since its last event.
    #[must_use]
    pub fn get(&self, device: &DeviceId) -> Option<&Running> {
        self.told.get(device)
    }

    /// All that were told.
    pub fn iter(&self) -> impl Iterator<Item = (&DeviceId, &Running)> {
        self.told.iter()
    }

    /// Follows an event: where it says where the device is, what was told before counts no more.
    pub fn follow(&mut self, device: &DeviceId, event: &PlaybackEvent, at: Mono) {
        let change = &event.change;
        if change.position_ms.is_some() || change.track.is_some() || change.mode.is_some() {
            self.told.remove(device);
        }
        // A device that plays runs on from there, until it tells where it is.
        if let (Some(PlaybackMode::Playing), Some(track), Some(position_ms)) =
            (change.mode, &change.track, change.position_ms)
        {
            self.told(device, track, position_ms, at);
        }
    }
}

impl Running {
    /// Where it is at `now`, milliseconds.
    #[must_use]
    pub fn now_ms(&self, now: Mono) -> u64 {
        self.position_ms + now.since(self.at).min(RUNS_ON_MS_MAX)
    }
}
