//! What a socket sees, and how it is written down for it.
//!
//! Sockets with equal views get equal bytes, so a batch is composed once for each view that is open, whatever the number
//! of sockets. There are two ways of writing: WebSocket frames, and the event stream of S3.

use crate::core::ids::{ProfileId, RoomId};
use crate::core::topic::{Topic, TopicKind};
use crate::hub::ring::{Logged, Slot};
use crate::wire::envelope::{self, Place};
use crate::wire::frame::Frame;
use crate::wire::snapshot::{Published, You};
use std::sync::Arc;

/// What a socket sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// How it is written down.
    pub writing: Writing,
    /// The room whose session it shows.
    pub room: RoomId,
    /// Whose comparisons and stars it shows.
    pub profile: ProfileId,
    /// Which topics it shows.
    pub topics: Topics,
}

/// How messages are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// WebSocket text frames.
    WebSocket,
    /// Blocks of an event stream.
    EventStream,
}

/// A choice of kinds of topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topics(u32);

impl Topics {
    /// Everything a device may see.
    pub const ALL: Self = Self(u32::MAX);
    /// Only the room's session.
    pub const SESSION: Self = Self(1 << TopicKind::Session as u32);

    /// Whether topics of this kind are chosen.
    #[must_use]
    pub fn has(self, kind: TopicKind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    /// Reads a list such as `session,library`. A full topic such as `session:house` counts as its kind.
    ///
    /// # Errors
    /// A sentence that names the first that is no topic.
    pub fn parse(list: &str) -> Result<Self, String> {
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| name.split(':').next().unwrap_or_default()).try_fold(Self(0), |chosen, name| {
            match TopicKind::named(name) {
                Some(kind) => Ok(Self(chosen.0 | 1 << kind as u32)),
                None => Err(format!(
                    "there is no topic {name:?}: topics are {}",
                    TopicKind::ALL.map(TopicKind::name).join(", ")
                )),
            }
        })
    }
}

impl View {
    /// Whether messages about `topic` are shown.
    #[must_use]
    pub fn shows(&self, topic: &Topic) -> bool {
        let is_meant = match topic {
            Topic::Session(room) => *room == self.room,
            Topic::Comparison(profile) | Topic::Stars(profile) | Topic::Plays(profile) => *profile == self.profile,
            Topic::Playback(_) => false,
            Topic::Household | Topic::Library | Topic::Playlists | Topic::Radio => true,
        };
        is_meant && self.topics.has(topic.kind())
    }

    /// Writes all of `slots` that are shown.
    pub fn compose_all(&self, to: &mut Vec<u8>, slots: &[Arc<Slot>], published: &Published) {
        slots.iter().for_each(|slot| self.compose(to, slot, published));
    }

    /// Writes one message, if it is shown. `published` is at least as new as the message.
    pub fn compose(&self, to: &mut Vec<u8>, slot: &Slot, published: &Published) {
        if !self.shows(&slot.topic) {
            return;
        }
        match (self.writing, &slot.logged) {
            (Writing::WebSocket, _) => to.extend_from_slice(slot.frame.bytes()),
            (Writing::EventStream, Some(logged)) => self.stream_event(to, slot, logged, published),
            // Without a place in the log there is nothing to resume from: event streams show only facts.
            (Writing::EventStream, None) => {}
        }
    }

    /// Writes the full state.
    pub fn write_full(&self, to: &mut Vec<u8>, published: &Published, you: &You, ts_ms: i64) {
        match self.writing {
            Writing::WebSocket => {
                let text = published.full(&self.room, &|topic| self.shows(topic), you, ts_ms);
                to.extend_from_slice(Frame::ws_text(&text).bytes());
            }
            Writing::EventStream => {
                let topic = Topic::Session(self.room.clone());
                let (seq, version) = (published.seq, published.event_count(&self.room));
                let place = Place { topic: &topic, version, seq, ts_ms, origin: None };
                let text = envelope::stream_event("sync:full", &published.snapshot(&self.room), &place);
                self.stream(to, published, published.seq, &text);
            }
        }
    }

    /// Writes the end of what a resuming socket missed.
    pub fn write_resumed(&self, to: &mut Vec<u8>, published: &Published, you: &You, ts_ms: i64) {
        if self.writing == Writing::WebSocket {
            to.extend_from_slice(Frame::ws_text(&published.resumed(you, ts_ms)).bytes());
        }
    }

    /// Writes that everything up to `seq` has been sent, and asks for a sign of life.
    pub fn write_heartbeat(&self, to: &mut Vec<u8>, epoch: &str, seq: u64) {
        match self.writing {
            Writing::WebSocket => {
                to.extend_from_slice(Frame::ws_text(&envelope::cursor(seq)).bytes());
                to.extend_from_slice(Frame::ws_ping(b"").bytes());
            }
            Writing::EventStream => to.extend_from_slice(Frame::sse_heartbeat(&format!("{epoch}:{seq}")).bytes()),
        }
    }

    fn stream_event(&self, to: &mut Vec<u8>, slot: &Slot, logged: &Logged, published: &Published) {
        let (seq, version, ts_ms) = (logged.seq, logged.version, logged.ts_ms);
        let place = Place { topic: &slot.topic, version, seq, ts_ms, origin: None };
        let payload = match logged.queue_changed {
            true => with_queue(&logged.data, published.queue(&self.room)),
            false => logged.data.to_string(),
        };
        self.stream(to, published, seq, &envelope::stream_event(slot.name, &payload, &place));
    }

    fn stream(&self, to: &mut Vec<u8>, published: &Published, seq: u64, text: &str) {
        to.extend_from_slice(Frame::sse(Some(&format!("{}:{seq}", published.epoch)), text).bytes());
    }
}

/// Adds the whole queue to an event's data, for readers that know no `queueChange`.
fn with_queue(data: &str, queue: &str) -> String {
    match data.strip_suffix('}') {
        Some(open) => format!("{open},\"queue\":{queue}}}"),
        None => data.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_profiles_own_is_shown_to_its_sockets_only() {
        let view = View {
            writing: Writing::WebSocket,
            room: RoomId::house(),
            profile: ProfileId::home(),
            topics: Topics::ALL,
        };
        for (topic, is_shown) in [
            ("stars:home", true),
            ("stars:ada", false),
            ("plays:home", true),
            ("plays:ada", false),
            ("comparison:ada", false),
            ("session:kitchen", false),
            ("household", true),
        ] {
            assert_eq!(view.shows(&topic.parse().unwrap()), is_shown, "{topic}");
        }
        let narrow = View { topics: Topics::parse("stars").unwrap(), ..view };
        assert!(narrow.shows(&"stars:home".parse().unwrap()) && !narrow.shows(&"household".parse().unwrap()));
    }
}
