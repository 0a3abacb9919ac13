//! What comes down the WebSocket, seen through the fields that every message of the protocol has.

use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// One message, kept as it came: `--json` prints it so.
#[derive(Clone, Debug, PartialEq)]
pub struct Message(pub Value);

impl Message {
    /// `session:paused`, `sync:full`, `ack` …
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0["type"].as_str().unwrap_or_default()
    }

    /// `session:house`; none on messages about the connection.
    #[must_use]
    pub fn topic(&self) -> Option<&str> {
        self.0["topic"].as_str()
    }

    /// Place in the log; ephemerals have none, except `cursor` and `sync:resumed` that tell one.
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        self.0["seq"].as_u64()
    }

    /// The topic's version.
    #[must_use]
    pub fn event_count(&self) -> Option<u64> {
        self.0["eventCount"].as_u64()
    }

    /// What it says; `Null` where nothing is said.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.0["data"]
    }

    /// The `id` of the command that this answers.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.0["id"].as_str()
    }

    /// The device that caused it.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.0["origin"]["clientId"].as_str()
    }
}

/// The accepted command's place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// The topic's version after it.
    pub event_count: u64,
    /// Its place in the log.
    pub seq: u64,
    /// What came of it; `result.data` is the event's `data`.
    pub result: Value,
}

/// The last message that was applied: what to ask for after a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which log.
    pub epoch: String,
    /// Place in it.
    pub seq: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once(':').and_then(|(epoch, seq)| Some((epoch.to_owned(), seq.parse().ok()?)));
        let (epoch, seq) =
            parts.ok_or_else(|| format!("{text:?} is no place in the log; it looks like <epoch>:<seq>"))?;
        Ok(Self { epoch, seq })
    }
}
