//! The envelope around an event: encoded once for WebSockets, and once for event streams if anybody reads one.

use super::{Seconds, json};
use crate::core::command::Origin;
use crate::core::topic::Topic;
use std::fmt::Write;

/// Where and when an event stands, beside what it says.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// What it is about.
    pub topic: &'a Topic,
    /// The topic's version after it.
    pub version: u64,
    /// Position in the log.
    pub seq: u64,
    /// Wall clock, milliseconds since the Unix epoch.
    pub ts_ms: i64,
    /// Who caused it.
    pub origin: Option<&'a Origin>,
}

/// Bytes of what stands around an event's data, so that its text grows once.
const AROUND: usize = 256;

/// A logged event as WebSockets get it.
#[must_use]
pub fn event(name: &str, data: &str, place: &Place<'_>) -> String {
    let mut text = begin(data.len());
    push(&mut text, &["{\"type\":\"", name, "\",\"data\":", data]);
    push_place(&mut text, place);
    if let Some(Origin { device, tab }) = place.origin {
        push(&mut text, &[",\"origin\":{\"clientId\":\"", device.as_str(), "\",\"tab\":"]);
        match tab {
            Some(tab) => push(&mut text, &["\"", tab.as_str(), "\"}"]),
            None => text.push_str("null}"),
        }
    }
    text.push('}');
    text
}

/// The same event for an event stream: S3's field names.
#[must_use]
pub fn stream_event(name: &str, payload: &str, place: &Place<'_>) -> String {
    let mut text = begin(payload.len());
    push(&mut text, &["{\"event\":\"", name, "\",\"payload\":", payload]);
    push_place(&mut text, place);
    text.push('}');
    text
}

/// What the tab that caused an event gets instead of it.
#[must_use]
pub fn ack(id: Option<&str>, data: &str, place: &Place<'_>) -> String {
    let mut text = begin(data.len());
    push(&mut text, &["{\"type\":\"ack\",\"id\":", &json(&id), ",\"result\":{\"data\":", data, "}"]);
    push_place(&mut text, place);
    text.push('}');
    text
}

/// An ack that is no event's: a repeated key, or a declaration that changed nothing.
#[must_use]
pub fn ack_again(id: &str, version: u64, seq: u64, result: &str) -> String {
    format!("{{\"type\":\"ack\",\"id\":{},\"eventCount\":{version},\"seq\":{seq},\"result\":{result}}}", json(&id))
}

/// A message without place in the log.
#[must_use]
pub fn ephemeral(name: &str, topic: &Topic, data: &str, ts_ms: i64) -> String {
    let mut text = begin(data.len());
    push(&mut text, &["{\"type\":\"", name, "\",\"eph\":true,\"topic\":\""]);
    push_topic(&mut text, topic);
    push(&mut text, &["\",\"ts\":", &json(&Seconds(ts_ms)), ",\"data\":", data, "}"]);
    text
}

/// What goes along with pings: everything up to `seq` that concerns the socket has been sent.
#[must_use]
pub fn cursor(seq: u64) -> String {
    format!("{{\"type\":\"cursor\",\"eph\":true,\"seq\":{seq}}}")
}

/// The server is about to close: come back after this long.
#[must_use]
pub fn refresh(reason: &str, retry_after_ms: u64) -> String {
    let reason = json(&reason);
    format!("{{\"type\":\"server:refresh\",\"eph\":true,\"reason\":{reason},\"retryAfterMs\":{retry_after_ms}}}")
}

fn begin(data_len: usize) -> String {
    String::with_capacity(data_len + AROUND)
}

fn push(text: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| text.push_str(part));
}

fn push_place(text: &mut String, place: &Place<'_>) {
    push(text, &[",\"ts\":", &json(&Seconds(place.ts_ms))]);
    // Writing to a String cannot fail.
    let _ = write!(text, ",\"seq\":{},\"topic\":\"", place.seq);
    push_topic(text, place.topic);
    let _ = write!(text, "\",\"eventCount\":{}", place.version);
}

/// Kinds and ids have no character that JSON would write differently.
fn push_topic(text: &mut String, topic: &Topic) {
    text.push_str(topic.kind().name());
    if let Some(id) = topic.id() {
        push(text, &[":", id]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::{DeviceId, TabId};
    use serde_json::{Value, json};

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn what_is_put_together_piece_by_piece_is_the_json_it_should_be() {
        let (device, id) = (DeviceId::new("0A-_z").unwrap(), "k\"\\\n");
        let topics = ["household", "library", "playlists", "radio", "session:a-B_9", "comparison:home", "stars:u2"];
        for topic in topics.into_iter().chain(["plays:home", "playback:0A1B"]) {
            for tab in [None, Some("t-_1")] {
                let of = Origin { device: device.clone(), tab: tab.map(|tab| TabId::new(tab).unwrap()) };
                let about = topic.parse().unwrap();
                let place = Place { topic: &about, version: 3, seq: 7, ts_ms: -1_500, origin: Some(&of) };
                let (ts, origin, data) = (-1.5, json!({"clientId": "0A-_z", "tab": tab}), json!({"a": [1]}));
                let said = json!({"type": "x", "data": data, "ts": ts, "seq": 7, "topic": topic, "eventCount": 3,
                    "origin": origin});
                assert_eq!(read(&event("x", "{\"a\":[1]}", &place)), said);
                let said = json!({"event": "x", "payload": data, "ts": ts, "seq": 7, "topic": topic, "eventCount": 3});
                assert_eq!(read(&stream_event("x", "{\"a\":[1]}", &place)), said);
                let said = json!({"type": "ack", "id": id, "result": {"data": data}, "ts": ts, "seq": 7,
                    "topic": topic, "eventCount": 3});
                assert_eq!(read(&ack(Some(id), "{\"a\":[1]}", &place)), said);
                let said = json!({"type": "x", "eph": true, "topic": topic, "ts": ts, "data": data});
                assert_eq!(read(&ephemeral("x", &about, "{\"a\":[1]}", -1_500)), said);
            }
        }
    }
}
