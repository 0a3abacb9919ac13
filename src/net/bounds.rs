//! The bounds of one door, as values: [`crate::limits`] in the house, small ones in tests.

use crate::limits;
use std::time::Duration;

/// How long and how much a door waits and lets in.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// A head must be complete this long after its first byte, or after accept.
    pub head_deadline: Duration,
    /// A body must be complete this long after its head.
    pub body_deadline: Duration,
    /// An idle keep-alive connection is closed after this.
    pub keep_alive_idle: Duration,
    /// An answer that makes no progress for this long ends its connection.
    pub write_stall: Duration,
    /// After a refusal, what the client still sends is read and thrown away for at most this long.
    pub linger: Duration,
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one address.
    pub per_address_max: usize,
    /// Stack of a connection's thread, bytes.
    pub stack_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            head_deadline: limits::HEAD_DEADLINE,
            body_deadline: limits::BODY_DEADLINE,
            keep_alive_idle: limits::KEEP_ALIVE_IDLE,
            write_stall: limits::WRITE_STALL,
            linger: limits::LINGER,
            connections_max: limits::CONNECTIONS_MAX,
            per_address_max: limits::CONNECTIONS_PER_ADDRESS_MAX,
            stack_bytes: limits::CONNECTION_STACK_BYTES,
        }
    }
}
