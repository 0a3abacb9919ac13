//! What the writer counts: what became of commands, how long they took, and what the store took of that.

use super::{Accepted, Refused};
use crate::figures::{Counter, Histogram, Page};
use std::time::Duration;

/// The writer's figures, raised by whoever submits and by the writer.
#[derive(Debug, Default)]
pub struct Figures {
    /// From the submission of a command to its answer; only of those that were decided anew.
    pub commands: Histogram,
    /// A transaction of the store, with its sync.
    pub commits: Histogram,
    /// Entries that became durable.
    pub entries: Counter,
    accepted: Counter,
    known: Counter,
    rejected: Counter,
    failed: Counter,
}

impl Figures {
    /// A command was answered, `span` after it was submitted.
    pub(super) fn answered(&self, result: &Result<Accepted, Refused>, span: Duration) {
        let counter = match result {
            Ok(accepted) if accepted.is_event => &self.accepted,
            Ok(_) => &self.known,
            Err(Refused::Rejected(..) | Refused::KeyReused) => &self.rejected,
            Err(Refused::Store(_) | Refused::Busy | Refused::Stopping) => &self.failed,
        };
        counter.raise();
        if matches!(result, Ok(accepted) if accepted.is_event) {
            self.commands.record(span);
        }
    }

    /// Writes them down.
    pub fn write(&self, page: &mut Page) {
        let results = [
            ("{result=\"accepted\"}", self.accepted.value()),
            ("{result=\"known\"}", self.known.value()),
            ("{result=\"rejected\"}", self.rejected.value()),
            ("{result=\"failed\"}", self.failed.value()),
        ];
        let help = "Commands answered: accepted, known by their key or with nothing to change, rejected by the rules, failed for want of disk or time.";
        page.family("hearken_commands_total", "counter", help, &results);
        page.histogram("hearken_command_seconds", "From a command's submission to its durable answer.", &self.commands);
        page.histogram("hearken_commit_seconds", "Transactions of the store, with their sync.", &self.commits);
        page.counter("hearken_entries_total", "Entries of the log that became durable.", self.entries.value());
    }
}
