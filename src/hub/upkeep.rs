//! What others ask the writer to do with its store, because it is the writer's alone: a snapshot, forgetting, a look at a key.
//!
//! Each is one transaction, after the round's commands are answered. Whoever wants much forgotten asks for a little, many
//! times, so that commands come in between. What may go is decided elsewhere: see [`crate::core::compaction`].

use super::writer::Writer;
use super::{Accepted, Refused};
use crate::core::ids::{CommandKey, DeviceId};
use crate::log::{Pruned, Snapshot};
use std::sync::mpsc::SyncSender;

/// Something to do with the store, and where its outcome goes.
pub(super) enum Upkeep {
    /// Store the state; the outcome is the seq that it stands for.
    Snapshot(SyncSender<Result<u64, Refused>>),
    /// Take these entries out; the outcome is how many went.
    Forget(Vec<u64>, SyncSender<Result<u64, Refused>>),
    /// Forget a little of what is too old, behind this entry.
    Prune(u64, SyncSender<Result<Pruned, Refused>>),
    /// Look up what a device's key was answered with, for a command with this hash.
    Recall(DeviceId, CommandKey, u64, SyncSender<Result<Option<Accepted>, Refused>>),
}

impl Writer {
    pub(super) fn look_after(&mut self, wanted: Upkeep) {
        // Who asked may be gone; it is done all the same.
        match wanted {
            Upkeep::Snapshot(answer) => drop(answer.try_send(self.store_snapshot().map(|()| self.snapshot_seq))),
            Upkeep::Forget(seqs, answer) => drop(answer.try_send(self.forget(&seqs))),
            Upkeep::Prune(after, answer) => drop(answer.try_send(self.prune(after))),
            Upkeep::Recall(device, key, hash, answer) => drop(answer.try_send(self.recall(&device, &key, hash))),
        }
    }

    /// Stores the state, unless nothing has changed since it was stored last.
    pub(super) fn store_snapshot(&mut self) -> Result<(), Refused> {
        let refused = |why: &dyn std::fmt::Display| Refused::Store(why.to_string().into());
        let store = self.store.as_mut().map_err(|why| Refused::Store(why.clone()))?;
        if self.snapshot_seq < self.head {
            let state = serde_json::to_vec(&self.state.durable).map_err(|error| refused(&error))?;
            store.put_snapshot(&Snapshot { seq: self.head, state }).map_err(|error| refused(&error))?;
            self.snapshot_seq = self.head;
        }
        Ok(())
    }

    fn forget(&mut self, seqs: &[u64]) -> Result<u64, Refused> {
        let store = self.store.as_mut().map_err(|why| Refused::Store(why.clone()))?;
        store.forget(seqs).map_err(|error| Refused::Store(error.to_string().into()))
    }

    fn prune(&mut self, after: u64) -> Result<Pruned, Refused> {
        let now_wall_ms = self.clock.wall_ms();
        let store = self.store.as_mut().map_err(|why| Refused::Store(why.clone()))?;
        store.prune(now_wall_ms, after).map_err(|error| Refused::Store(error.to_string().into()))
    }
}
