//! The shapes that leave the process, and those that come in.
//!
//! Inside, times are milliseconds and states are types; outside, they are the JSON of docs/protocol.md. Each message is
//! encoded once, here, and the same bytes go to every socket that may see it. Nothing here decides anything.

pub mod answer;
pub mod args;
pub mod command;
pub mod comparing;
pub mod envelope;
pub mod event;
pub mod frame;
pub mod household;
pub mod m3u8;
pub mod playback;
pub mod playlists;
pub mod plays;
pub mod radio;
pub mod snapshot;
pub mod stars;
pub mod track;

use serde::{Serialize, Serializer};

/// Milliseconds as the wire has positions and times: seconds, a float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seconds(pub i64);

impl Serialize for Seconds {
    #[allow(clippy::cast_precision_loss)] // 2^53 ms are 285,000 years
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.0 as f64 / 1000.0)
    }
}

impl From<u64> for Seconds {
    fn from(ms: u64) -> Self {
        Self(i64::try_from(ms).unwrap_or(i64::MAX))
    }
}

/// Encodes a shape of this room, which cannot fail: no maps with other keys than strings, no floats but finite ones.
/// If it did all the same, `null` goes out and the log says so.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| {
        ::log::error!("a message could not be encoded, please report this: {error}");
        "null".to_owned()
    })
}
