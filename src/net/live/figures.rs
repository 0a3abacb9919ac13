//! What the fan-out counts: how long it takes from publishing to the last socket, and who could not follow.

use crate::figures::{Counter, Histogram, Page};

/// The figures of all live sockets.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// From publishing to the last socket's send, of the oldest message of each batch.
    pub fanout: Histogram,
    /// Messages that were given to all sockets.
    pub messages: Counter,
    /// Batches they went out in.
    pub batches: Counter,
    /// Times that a socket did not take everything at once.
    pub lagged: Counter,
    /// Times that a socket fell off the ring, and was told what it missed, or everything.
    pub fell_off: Counter,
}

impl Figures {
    /// Writes them down.
    pub fn write(&self, page: &mut Page) {
        page.histogram("hearken_fanout_seconds", "From publishing to the last socket's send.", &self.fanout);
        let (messages, batches) = (self.messages.value(), self.batches.value());
        page.counter("hearken_fanout_messages_total", "Messages given to all sockets that may see them.", messages);
        page.counter("hearken_fanout_batches_total", "Batches those messages went out in.", batches);
        page.counter(
            "hearken_live_lagged_total",
            "Times a socket did not take everything at once.",
            self.lagged.value(),
        );
        let help = "Times a socket fell off the ring and was told what it missed, or everything.";
        page.counter("hearken_live_fell_off_total", help, self.fell_off.value());
    }
}
