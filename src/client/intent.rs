//! What a stale command may do by itself: ask once more, or leave it to the person.
//!
//! The guard is there so that two people pressing `next` skip one track, not two. So a command is only tried again
//! when what the person meant is still true:
//!
//! - **always**, when it says how things shall be, whatever they were: play, pause, nudge, take this track out, put
//!   these at the end;
//! - **while the same track is current**, when it is about "this one" or counts places from it: next, prev, seek,
//!   start-anyway, move, add at a place;
//! - **never**, when it replaces what somebody else has just changed: set, shuffle.

use serde_json::Value;

/// Whether `name` with `args`, found stale, still means the same now.
pub(super) fn still_meant(name: &str, args: &Value, seen_track: Option<&str>, now: Option<&Value>) -> bool {
    let current = now.and_then(|snapshot| snapshot["playState"]["trackId"].as_str());
    let same_track = seen_track.is_some() && seen_track == current;
    match name {
        "play" | "pause" | "nudge" | "queue/remove" => true,
        "queue/add" => args.get("at").is_none_or(Value::is_null) || same_track,
        "next" | "prev" | "seek" | "start-anyway" | "queue/move" => same_track,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_stale_command_is_tried_again_only_when_it_still_means_the_same() {
        let now = json!({"playState": {"trackId": "b"}});
        let table = [
            ("pause", json!({}), "a", true),
            ("next", json!({}), "a", false),
            ("next", json!({}), "b", true),
            ("seek", json!({"positionSec": 1}), "a", false),
            ("queue/add", json!({"trackIds": ["x"]}), "a", true),
            ("queue/add", json!({"trackIds": ["x"], "at": 1}), "a", false),
            ("queue/add", json!({"trackIds": ["x"], "at": 1}), "b", true),
            ("queue/set", json!({}), "b", false),
            ("queue/shuffle", json!({}), "b", false),
        ];
        for (name, args, seen, expected) in table {
            assert_eq!(still_meant(name, &args, Some(seen), Some(&now)), expected, "{name} {args} saw {seen}");
        }
        assert!(!still_meant("next", &json!({}), None, None));
    }
}
