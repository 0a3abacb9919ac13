//! Where the devices are in their tracks now, between two events.
//!
//! A device that plays says about once a second where it is. That is no event: it is kept in memory, shown to the device's
//! other tabs, saved by the hub every 30 s, and used when another device takes over or the device goes away. It counts for
//! the track it was told of, and only while the device plays that: a word that crossed an event on its way is no word.

use super::{Cause, Playback, PlaybackEvent, PlaybackMode};
use crate::clock::Mono;
use crate::core::ids::{DeviceId, TrackId};
use crate::limits;
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
    /// When that was; `None`: it has stood there since, because nobody is there who plays.
    pub at: Option<Mono>,
}

impl Runnings {
    /// A device says where it is.
    pub fn told(&mut self, device: &DeviceId, track: &TrackId, position_ms: u64, at: Mono) {
        self.told.insert(device.clone(), Running { track: track.clone(), position_ms, at: Some(at) });
    }

    /// Where a device was when the server stopped. Nobody is there yet who would play on.
    pub fn recall(&mut self, device: &DeviceId, track: &TrackId, position_ms: u64) {
        self.told.insert(device.clone(), Running { track: track.clone(), position_ms, at: None });
    }

    /// A device's last connection is gone.
    pub fn went(&mut self, device: &DeviceId, at: Mono) {
        if let Some(running) = self.told.get_mut(device) {
            running.position_ms = running.now_ms(at);
            running.at = None;
        }
        self.gone.insert(device.clone(), at);
        if self.gone.len() > limits::DEVICES_MAX {
            let first = self.gone.iter().min_by_key(|(_, at)| **at).map(|(device, _)| device.clone());
            first.map(|device| self.gone.remove(&device));
        }
    }

    /// A device is here.
    pub fn came(&mut self, device: &DeviceId) {
        self.gone.remove(device);
    }

    /// A device is out of the household.
    pub fn forget(&mut self, device: &DeviceId) {
        self.told.remove(device);
        self.gone.remove(device);
    }

    /// Whether nothing is known of any device.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.told.is_empty() && self.gone.is_empty()
    }

    /// When a device was here last, if it was since the clock's start and is not now.
    #[must_use]
    pub fn gone_at(&self, device: &DeviceId) -> Option<Mono> {
        self.gone.get(device).copied()
    }

    /// Where a device is in the track of its `playback`, milliseconds, if it told that since its last event.
    #[must_use]
    pub fn position_ms(&self, device: &DeviceId, playback: &Playback, now: Mono) -> Option<u64> {
        self.counts(device, playback).map(|running| running.now_ms(now))
    }

    /// The same as it was told, without what has passed since.
    #[must_use]
    pub fn told_ms(&self, device: &DeviceId, playback: &Playback) -> Option<u64> {
        self.counts(device, playback).map(|running| running.position_ms)
    }

    fn counts(&self, device: &DeviceId, playback: &Playback) -> Option<&Running> {
        let running = self.told.get(device)?;
        let is_of_now = playback.mode == PlaybackMode::Playing && playback.track.as_ref() == Some(&running.track);
        is_of_now.then_some(running)
    }

    /// Follows an event that made `playback` what it is: where it says where the device is, what was told before counts no
    /// more. `is_here`: whether the device has a connection.
    pub fn follow(&mut self, device: &DeviceId, playback: &Playback, event: &PlaybackEvent, is_here: bool, now: Mono) {
        let change = &event.change;
        if change.position_ms.is_some() || change.track.is_some() || change.mode.is_some() {
            self.told.remove(device);
            // A device that plays runs on from there, until it tells where it is.
            if let (PlaybackMode::Playing, Some(track)) = (playback.mode, &playback.track) {
                let running = Running { track: track.clone(), position_ms: playback.position_ms, at: None };
                self.told.insert(device.clone(), Running { at: is_here.then_some(now), ..running });
            }
        }
        // Whoever speaks without a connection was here just now, and what is handed to a device may wait for it.
        if !is_here && !matches!(event.cause, Cause::Rested | Cause::Yielded(_)) {
            self.went(device, now);
        }
    }
}

impl Running {
    /// Where it is at `now`, milliseconds.
    #[must_use]
    pub fn now_ms(&self, now: Mono) -> u64 {
        self.position_ms + self.at.map_or(0, |at| now.since(at).min(RUNS_ON_MS_MAX))
    }
}
