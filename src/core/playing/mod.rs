//! What a device plays for itself: its own track, position and queue, beside the rooms.
//!
//! A browser may have many tabs, be closed, killed, and opened again; a person may go on from the phone to the laptop.
//! So what a device plays is remembered here, per device: all its tabs show it, and another device can take it over
//! (`claim`, `transfer`) or swallow it (`merge`). The device itself makes the sound and says what it does; nobody waits
//! for anybody, so there are no barriers, and a command needs no guard: the last word stands. Whoever was offline sends a
//! guard all the same, and is asked whose state to keep.
//!
//! Running positions are no events. They come about once a second, reach the device's tabs as ephemerals, and the disk
//! every 30 s and whenever an event stops the music (see [`super::presence`] and the hub).

pub mod away;
pub mod decide;
pub mod history;
pub mod running;
#[cfg(test)]
mod tests;

use super::ids::{DeviceId, TrackId};
use super::queue::{Queue, QueueChange};
use history::{Edit, History};
use serde::{Deserialize, Serialize};

/// Whether a device makes a sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaybackMode {
    /// It does, or says so.
    Playing,
    /// It does not.
    #[default]
    Paused,
}

/// What a device plays for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Playback {
    /// Whether it plays.
    pub mode: PlaybackMode,
    /// The track; `None`: nothing was chosen yet.
    pub track: Option<TrackId>,
    /// Where in the track, milliseconds, as of the last event.
    pub position_ms: u64,
    /// Its queue, in the order in which it was made: it does not turn as a room's does.
    pub queue: Queue,
    /// The place of the track in the queue; 0 if it is empty.
    pub queue_index: usize,
    /// When it played for the first time, milliseconds since the Unix epoch.
    pub inserted_ms: i64,
    /// When it changed last.
    pub updated_ms: i64,
    /// From which device it was taken last, if it was: that one has to fall silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    #[serde(default, skip_serializing_if = "History::is_empty")]
    history: History,
}

/// A playback that was taken from another device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The other device.
    pub from: DeviceId,
    /// The entry that says so: whatever the other device says after it is its own business.
    pub seq: u64,
}

/// Fields of a playback that change together; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaybackChange {
    /// Whether it plays now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<PlaybackMode>,
    /// The track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<TrackId>,
    /// Where in the track, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_ms: Option<u64>,
    /// How its queue changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueChange>,
    /// The place of the track in the queue after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_index: Option<usize>,
}

/// Commands on what a device plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaybackCommand {
    /// The device does this now.
    Put(PlaybackChange),
    /// Take back the last edit of its queue.
    Undo,
    /// Do it again.
    Redo,
    /// Go on here with what another device plays; that one falls silent.
    Claim {
        /// The other device.
        from: DeviceId,
    },
    /// Take over what another device has, which is the same browser under another name and goes.
    Merge {
        /// The other device.
        from: DeviceId,
    },
    /// Server: somebody took over what it was playing.
    Yield {
        /// Who.
        to: DeviceId,
    },
    /// Server: it has been away for so long that it does not play any more.
    Rest,
}

/// What happened to what a device plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaybackEvent {
    /// Why it changed.
    pub cause: Cause,
    /// What changed.
    #[serde(flatten)]
    pub change: PlaybackChange,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// What the change was, if the queue was edited: what undo needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
}

/// Why a playback changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The device said so.
    Put,
    /// An edit was undone or done again.
    Undone,
    /// It was taken from this device.
    Claimed(DeviceId),
    /// This device's state came to it.
    Merged(DeviceId),
    /// It went to this device.
    Yielded(DeviceId),
    /// The device is away.
    Rested,
}

impl Playback {
    /// Takes over what happened with the entry `seq`.
    pub fn apply(&mut self, event: &PlaybackEvent, seq: u64) {
        if let (Some(edit), Some(_)) = (&event.edit, &event.change.queue) {
            self.history.note(edit, &self.queue, self.queue_index);
        }
        let PlaybackChange { mode, track, position_ms, queue, queue_index } = &event.change;
        self.mode = mode.unwrap_or(self.mode);
        self.position_ms = position_ms.unwrap_or(self.position_ms);
        self.queue_index = queue_index.unwrap_or(self.queue_index);
        if let Some(track) = track {
            self.track = Some(track.clone());
        }
        if let Some(change) = queue {
            self.queue.apply(change);
        }
        if let Cause::Claimed(from) = &event.cause {
            self.taken = Some(Taken { from: from.clone(), seq });
        }
        if self.inserted_ms == 0 {
            self.inserted_ms = event.at_ms;
        }
        self.updated_ms = event.at_ms;
    }
}
