//! Plays as the wire has them.

use super::Seconds;
use crate::core::plays::PlaysEvent;
use serde_json::{Value, json};

/// The event's `data`.
#[must_use]
pub fn data(event: &PlaysEvent) -> Value {
    let PlaysEvent::Counted { track, count, last_ms } = event;
    json!({ "trackId": track, "count": count, "lastPlayed": Seconds(*last_ms) })
}
