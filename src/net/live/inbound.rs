//! What a client says over its WebSocket: text to a value, or a sentence that says what is wrong with it.
//!
//! A plain function of bytes, so that anything at all may be thrown at it. What is done about it is [`super::ws`]'s.

use crate::core::ids::{CommandKey, RoomId, TrackId};
use crate::limits;
use crate::net::asking::Clock;
use crate::wire::{args, command};
use serde::Deserialize;
use serde_json::Value;

/// A message from a client.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Up {
    /// Do this.
    Command {
        /// The client's name for it, and its idempotency key.
        id: CommandKey,
        /// Which command.
        name: String,
        /// Its arguments.
        #[serde(default, deserialize_with = "args::unambiguous")]
        args: Value,
        /// The version it was based on.
        if_match_event: Option<u64>,
    },
    /// What time is it?
    Time {
        /// The client's clock when it asked, milliseconds.
        t0: f64,
    },
    /// The device listens, in this room or the connection's.
    Join {
        /// Which room.
        room: Option<RoomId>,
    },
    /// The device listens no more.
    Leave,
    /// The device has these tracks and may play them.
    Have {
        /// Which.
        track_ids: Vec<TrackId>,
    },
    /// The device has these no more.
    Dropped {
        /// Which.
        track_ids: Vec<TrackId>,
    },
    /// A download goes on.
    Progress {
        /// Of which track.
        track_id: TrackId,
        /// How far, 0 to 1.
        fraction: f32,
    },
    /// What the device knows of the clock.
    Clock(Clock),
    /// Where the device is in the track that it plays for itself.
    Position {
        /// The track.
        track_id: TrackId,
        /// Where in it.
        position_sec: f64,
        /// The version of the device's playback that the tab had seen: what is older than an event counts no more.
        event_count: Option<u64>,
    },
}

/// A message that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misunderstood {
    /// The message's `id`, if it had one: the reject carries it.
    pub id: Option<String>,
    /// What is wrong, and what to do.
    pub detail: String,
}

/// Understands a message.
///
/// # Errors
/// [`Misunderstood`] with a sentence for the one who wrote it.
pub fn understand(text: &str) -> Result<Up, Misunderstood> {
    let wrong = |detail: String| {
        let id = serde_json::from_str::<Value>(text).ok().and_then(|value| Some(value.get("id")?.as_str()?.to_owned()));
        let id = id.map(|id| id.chars().take(64).collect());
        Misunderstood { id, detail }
    };
    let up: Up = serde_json::from_str(text)
        .map_err(|error| wrong(format!("this message cannot be read: {}", args::told(&error))))?;
    match &up {
        Up::Have { track_ids } | Up::Dropped { track_ids } if track_ids.len() > limits::HAVE_DECLARED_MAX => {
            Err(wrong(format!("declare at most {} tracks at once", limits::HAVE_DECLARED_MAX)))
        }
        Up::Position { position_sec, .. } => match command::ms("position", *position_sec) {
            Ok(_) => Ok(up),
            Err(bad) => Err(wrong(bad.to_string())),
        },
        Up::Time { t0 } if !t0.is_finite() => Err(wrong("t0 must be a finite number".into())),
        _ => Ok(up),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn messages_are_understood_or_answered_with_a_reason() {
        let command = understand(r#"{"type":"command","id":"k1","name":"next","args":{},"ifMatchEvent":3}"#).unwrap();
        assert!(matches!(command, Up::Command { if_match_event: Some(3), .. }));
        assert_eq!(understand(r#"{"type":"leave"}"#).unwrap(), Up::Leave);
        for (text, id, says) in [
            ("", None, "cannot be read"),
            ("[]", None, "cannot be read"),
            (r#"{"type":"fly","id":"k2"}"#, Some("k2"), "unknown variant `fly`"),
            (r#"{"type":"command","id":""}"#, Some(""), "id must be 1 to 64"),
            (r#"{"type":"progress","trackId":"a","fraction":"x"}"#, None, "invalid type"),
            (r#"{"type":"position","trackId":"a","positionSec":-1}"#, None, "positionSec must be"),
            (r#"{"type":"have","trackIds":["../x"]}"#, None, "trackId must be"),
        ] {
            let wrong = understand(text).unwrap_err();
            assert_eq!(wrong.id.as_deref(), id, "{text}");
            assert!(wrong.detail.contains(says), "{text}: {}", wrong.detail);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = understand(&text);
        }

        #[test]
        fn no_value_of_a_known_type_makes_it_panic(kind in "command|time|join|have|progress|clock|position", rest in ".{0,40}") {
            let _ = understand(&format!("{{\"type\":\"{kind}\",{rest}}}"));
        }
    }
}
