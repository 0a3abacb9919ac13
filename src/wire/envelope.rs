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

/// A logged event as WebSockets get it.
#[must_use]
pub fn event(name: &str, data: &str, place: &Place<'_>) -> String {
    let mut text = format!("{{\"type\":\"{name}\",\"data\":{data}");
    push_place(&mut text, place);
    if let Some(origin) = place.origin {
        let device = json(&origin.device);
        let tab = json(&origin.tab);
        let _ = write!(text, ",\"origin\":{{\"clientId\":{device},\"tab\":{tab}}}");
    }
    text.push('}');
    text
}

/// The same event for an event stream: S3's field names.
#[must_use]
pub fn stream_event(name: &str, payload: &str, place: &Place<'_>) -> String {
    let mut text = format!("{{\"event\":\"{name}\",\"payload\":{payload}");
    push_place(&mut text, place);
    text.push('}');
    text
}

/// What the tab that caused an event gets instead of it.
#[must_use]
pub fn ack(id: Option<&str>, data: &str, place: &Place<'_>) -> String {
    let mut text = format!("{{\"type\":\"ack\",\"id\":{}", json(&id));
    let _ = write!(text, ",\"result\":{{\"data\":{data}}}");
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
    let (topic, ts) = (json(topic), json(&Seconds(ts_ms)));
    format!("{{\"type\":\"{name}\",\"eph\":true,\"topic\":{topic},\"ts\":{ts},\"data\":{data}}}")
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

fn push_place(text: &mut String, place: &Place<'_>) {
    let (ts, topic) = (json(&Seconds(place.ts_ms)), json(place.topic));
    let (seq, version) = (place.seq, place.version);
    let _ = write!(text, ",\"ts\":{ts},\"seq\":{seq},\"topic\":{topic},\"eventCount\":{version}");
}
