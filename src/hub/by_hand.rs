//! The writer without its thread: rounds are made by whoever holds it, when they want them.
//!
//! A simulated household runs on this, with a [`Clock::by_hand`]: the same writer, the same order, no chance. Nothing is
//! mirrored, so what the simulation finds is true of the server.

use super::recovery::Recovered;
use super::writer::Writer;
use super::{Hub, Job};
use crate::clock::Clock;
use std::sync::Arc;
use std::time::Duration;

/// A writer on the caller's thread.
pub struct ByHand(Writer);

impl ByHand {
    /// A writer on a recovered state, and the handle to it. What was playing before waits already.
    #[must_use]
    pub fn new(recovered: Recovered, clock: Arc<Clock>) -> (Hub, Self) {
        let (hub, mut writer) = Hub::with_writer(recovered, clock);
        writer.resume();
        (hub, Self(writer))
    }

    /// One round: what waits, up to a commit's worth of it, and what is due. Returns whether there will be another.
    pub fn round(&mut self) -> bool {
        let job: Option<Job> = self.0.jobs.try_recv().ok();
        self.0.round(job)
    }

    /// How long the writer would sleep now if nobody wanted anything.
    #[must_use]
    pub fn sleep(&self) -> Duration {
        self.0.sleep(self.0.clock.now())
    }

    /// The server stops as it should; without this, it was killed.
    pub fn finish(mut self) {
        self.0.finish();
    }
}
