//! What a device plays for itself, as the wire has it.

use super::Seconds;
use crate::core::playing::{Cause, PlaybackEvent};
use serde_json::{Map, Value, json};

/// The event's `data`: only what changed, and why, where the device did not say so itself.
#[must_use]
pub fn data(event: &PlaybackEvent) -> Value {
    let change = &event.change;
    let fields = [
        ("mode", change.mode.map(|mode| json!(mode))),
        ("trackId", change.track.as_ref().map(|track| json!(track))),
        ("positionSec", change.position_ms.map(|ms| json!(Seconds::from(ms)))),
        ("queueChange", change.queue.as_ref().map(|change| json!(change))),
        ("queueIndex", change.queue_index.map(|index| json!(index))),
        ("cause", cause(&event.cause)),
    ];
    let mut data: Map<String, Value> =
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    data.insert("updatedAt".into(), json!(Seconds(event.at_ms)));
    Value::Object(data)
}

fn cause(cause: &Cause) -> Option<Value> {
    match cause {
        Cause::Put => None,
        Cause::Undone => Some(json!({ "type": "undone" })),
        Cause::Claimed(from) => Some(json!({ "type": "claimed", "clientId": from })),
        Cause::Merged(from) => Some(json!({ "type": "merged", "clientId": from })),
        Cause::Yielded(to) => Some(json!({ "type": "yielded", "clientId": to })),
        Cause::Rested => Some(json!({ "type": "away" })),
    }
}
