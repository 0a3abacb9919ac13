//! Bytes ready to be sent: a WebSocket text frame, or a block of an event stream.
//!
//! Server frames are not masked (RFC 6455, 5.3), so one encoding fits every socket.

use std::fmt;
use std::sync::Arc;

/// Encoded once, shared by every socket that gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame(Arc<[u8]>);

impl Frame {
    /// A WebSocket text frame, unmasked and whole.
    #[must_use]
    pub fn ws_text(text: &str) -> Self {
        Self::ws(0x1, text.as_bytes())
    }

    /// A WebSocket ping with this payload (at most 125 bytes).
    #[must_use]
    pub fn ws_ping(payload: &[u8]) -> Self {
        Self::ws(0x9, payload)
    }

    /// A WebSocket close frame (RFC 6455, 7.4).
    #[must_use]
    pub fn ws_close(code: u16, reason: &str) -> Self {
        let mut payload = code.to_be_bytes().to_vec();
        payload.extend_from_slice(reason.as_bytes());
        payload.truncate(125);
        Self::ws(0x8, &payload)
    }

    /// A block of an event stream. `data` has no line breaks, as JSON has none.
    #[must_use]
    pub fn sse(id: Option<&str>, data: &str) -> Self {
        let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
        Self(format!("{id}data: {data}\n\n").into_bytes().into())
    }

    /// A heartbeat of an event stream: moves the reader's `Last-Event-ID`, fires no event.
    #[must_use]
    pub fn sse_heartbeat(id: &str) -> Self {
        Self(format!(": still here\nid: {id}\n\n").into_bytes().into())
    }

    /// The bytes as they go out.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes go out.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none, which never happens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn ws(opcode: u8, payload: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(payload.len() + 10);
        bytes.push(0x80 | opcode);
        match u16::try_from(payload.len()) {
            Ok(short @ 0..=125) => bytes.push(short.to_be_bytes()[1]),
            Ok(medium) => {
                bytes.push(126);
                bytes.extend_from_slice(&medium.to_be_bytes());
            }
            Err(_) => {
                bytes.push(127);
                bytes.extend_from_slice(&(payload.len() as u64).to_be_bytes());
            }
        }
        bytes.extend_from_slice(payload);
        Self(bytes.into())
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_has_its_own_header() {
        for (len, head) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let frame = Frame::ws_text(&"x".repeat(len));
            assert_eq!(frame.len(), len + head);
            assert_eq!(frame.bytes()[0], 0x81);
        }
    }

    #[test]
    fn an_event_stream_block_ends_with_an_empty_line() {
        assert_eq!(Frame::sse(Some("e:1"), "{}").bytes(), b"id: e:1\ndata: {}\n\n");
        assert_eq!(Frame::sse_heartbeat("e:1").bytes(), b": still here\nid: e:1\n\n");
    }
}
