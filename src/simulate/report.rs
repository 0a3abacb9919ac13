//! What a simulation found.

use super::histogram::Times;
use serde::Serialize;

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Devices that listened.
    pub listeners: usize,
    /// WebSockets they had in all.
    pub sockets: usize,
    /// How long, seconds.
    pub seconds: f64,
    /// Commands given.
    pub commands: u64,
    /// Commands that were refused because somebody was faster.
    pub stale: u64,
    /// Events that arrived, over all sockets.
    pub events: u64,
    /// Events that a socket missed. Must be 0.
    pub lost: u64,
    /// Events that a socket saw twice. Must be 0.
    pub doubled: u64,
    /// Connections that were lost on purpose and resumed with exactly what they missed.
    pub resumed: u64,
    /// Connections that came back and needed the full state.
    pub full: u64,
    /// Connections that the server ended.
    pub cut: u64,
    /// From giving a command to its ack: decided, durable, applied.
    pub ack: Times,
    /// From giving a command to the last socket that saw its event.
    pub last_socket: Times,
    /// From giving a command to each socket that saw its event.
    pub each_socket: Times,
}

impl Report {
    /// Whether every socket saw every event exactly once.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost == 0 && self.doubled == 0
    }
}
