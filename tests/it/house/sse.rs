//! A reader of event streams.

use super::http::{Ask, Line};
use serde_json::Value;
use std::net::TcpStream;

/// An open stream.
pub struct Stream {
    line: Line<TcpStream>,
    /// What `retry:` said.
    pub retry_ms: Option<u64>,
}

/// A block of the stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Its place, if it has one.
    pub id: Option<String>,
    /// What it says; null for a heartbeat.
    pub data: Value,
}

impl Stream {
    /// Asks for a stream.
    pub fn open(mut line: Line<TcpStream>, ask: &Ask) -> Self {
        line.say(ask.bytes(&line.socket().peer_addr().unwrap().to_string()));
        let (status, fields) = line.answer_head().unwrap();
        assert_eq!(status, 200);
        let kind = fields.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
        assert_eq!(kind, Some("text/event-stream"));
        Self { line, retry_ms: None }
    }

    /// The next block; `None` at the end.
    pub fn next(&mut self) -> Option<Block> {
        let mut block = Block::default();
        loop {
            let line = self.line.line()?;
            match line.split_once(':') {
                None if line.is_empty() && block == Block::default() => {}
                None if line.is_empty() => return Some(block),
                Some(("id", id)) => block.id = Some(id.trim().into()),
                Some(("data", data)) => block.data = serde_json::from_str(data).unwrap(),
                Some(("retry", span)) => self.retry_ms = span.trim().parse().ok(),
                Some(("", _)) => {}
                _ => panic!("not an event stream: {line:?}"),
            }
        }
    }

    /// The next block with this event.
    pub fn wait_for(&mut self, event: &str) -> Block {
        loop {
            let block = self.next().unwrap_or_else(|| panic!("the stream ended before {event}"));
            if block.data["event"] == event {
                return block;
            }
        }
    }

    /// The next heartbeat.
    pub fn heartbeat(&mut self) -> Block {
        loop {
            let block = self.next().unwrap();
            if block.data.is_null() {
                return block;
            }
        }
    }
}
