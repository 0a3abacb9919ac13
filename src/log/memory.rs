//! The log in memory: the same contract, no disk, and faults on demand.
//!
//! For tests of everything above the log. A clone is another handle on the same store, so "the process died and
//! came back" is: drop one handle, go on with another.

use super::plan::{Heads, new_epoch};
use super::restore::VERSIONS_SKIPPED;
use super::{
    Entry, EventLog, FoundAnswer, Head, LogError, NewEntry, Outcome, Pruned, Put, Seq, Snapshot, Vault, prune,
};
use crate::core::ids::{CommandKey, DeviceId};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What messages call this store.
const NAME: &str = "memory";

/// A log and vault in memory.
#[derive(Clone, Debug)]
pub struct MemoryLog(Arc<Mutex<Store>>);

#[derive(Debug)]
struct Store {
    epoch: Arc<str>,
    heads: Heads,
    entries: BTreeMap<Seq, Entry>,
    answers: HashMap<(DeviceId, CommandKey), (FoundAnswer, i64)>,
    vault: BTreeMap<(String, String), Arc<[u8]>>,
    snapshot: Option<Snapshot>,
    faults: VecDeque<LogError>,
    faults_met: u64,
}

impl MemoryLog {
    /// An empty log, named `epoch`: a simulation wants no chance.
    #[must_use]
    pub fn named(epoch: &str) -> Self {
        Self(Arc::new(Mutex::new(Store {
            epoch: epoch.into(),
            heads: Heads::default(),
            entries: BTreeMap::new(),
            answers: HashMap::new(),
            vault: BTreeMap::new(),
            snapshot: None,
            faults: VecDeque::new(),
            faults_met: 0,
        })))
    }

    /// An empty log with a name of its own.
    ///
    /// # Errors
    /// [`LogError::Failed`] when the system gives no randomness.
    pub fn new() -> Result<Self, LogError> {
        Ok(Self::named(&new_epoch(NAME)?))
    }

    /// The next write fails with `error` and stores nothing. Several queue up.
    pub fn fail_next(&self, error: LogError) {
        self.store().faults.push_back(error);
    }

    /// How many writes have failed, and how many more will.
    #[must_use]
    pub fn faults(&self) -> (u64, usize) {
        let store = self.store();
        (store.faults_met, store.faults.len())
    }

    /// Writes fail no more.
    pub fn heal(&self) {
        self.store().faults.clear();
    }

    /// Makes this store what it would be after it came back from a backup of itself, under the name `epoch`.
    pub fn restore_as(&self, epoch: &str) {
        let mut store = self.store();
        store.epoch = epoch.into();
        for place in store.heads.topics.values_mut() {
            place.version += VERSIONS_SKIPPED;
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        // A test that panicked while it held the store has failed already.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writable(&self) -> Result<MutexGuard<'_, Store>, LogError> {
        let mut store = self.store();
        match store.faults.pop_front() {
            Some(error) => {
                store.faults_met += 1;
                Err(error)
            }
            None => Ok(store),
        }
    }
}

impl EventLog for MemoryLog {
    fn append(&mut self, batch: &[NewEntry]) -> Result<Vec<Outcome>, LogError> {
        let mut store = self.writable()?;
        let answers = &store.answers;
        let plan = store.heads.plan(batch, |key| Ok(answers.contains_key(&(key.device.clone(), key.key.clone()))))?;
        for (entry, seq, version) in plan.accepted(batch) {
            store.take(entry, seq, version);
        }
        Ok(store.heads.settle(plan))
    }

    fn read_after(&self, seq: Seq, limit: usize) -> Result<Vec<Entry>, LogError> {
        let after = (std::ops::Bound::Excluded(seq), std::ops::Bound::Unbounded);
        Ok(self.store().entries.range(after).take(limit).map(|(_, entry)| entry.clone()).collect())
    }

    fn head(&self) -> Result<Head, LogError> {
        let store = self.store();
        Ok(Head { epoch: store.epoch.clone(), seq: store.heads.seq, topics: store.heads.list() })
    }

    fn snapshot(&self) -> Result<Option<Snapshot>, LogError> {
        Ok(self.store().snapshot.clone())
    }

    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), LogError> {
        let mut store = self.writable()?;
        if snapshot.seq > store.heads.seq {
            let detail = format!("a state after entry {} was given, but the last is {}", snapshot.seq, store.heads.seq);
            return Err(LogError::Failed { path: NAME.into(), detail });
        }
        if store.snapshot.as_ref().is_none_or(|newest| newest.seq <= snapshot.seq) {
            store.snapshot = Some(snapshot.clone());
        }
        Ok(())
    }

    fn answer_to(&self, device: &DeviceId, key: &CommandKey) -> Result<Option<FoundAnswer>, LogError> {
        Ok(self.store().answers.get(&(device.clone(), key.clone())).map(|(answer, _)| answer.clone()))
    }

    fn prune(&mut self, now_wall_ms: i64, after: Seq) -> Result<Pruned, LogError> {
        let mut store = self.writable()?;
        let (keys_before, before) = (prune::keys_before(now_wall_ms), prune::entries_before(now_wall_ms));
        store.answers.retain(|_, (_, at_ms)| *at_ms >= keys_before);
        let covered = store.snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
        let head = store.heads.seq;
        let count = store.entries.len();
        store.entries.retain(|seq, entry| {
            *seq <= after || *seq > covered || *seq == head || entry.ts_ms >= before || !prune::may_go(&entry.topic)
        });
        Ok(Pruned { gone: (count - store.entries.len()) as u64, next: None })
    }

    fn forget(&mut self, seqs: &[Seq]) -> Result<u64, LogError> {
        let mut store = self.writable()?;
        let covered = store.snapshot.as_ref().map_or(0, |snapshot| snapshot.seq).min(store.heads.seq.saturating_sub(1));
        let count = store.entries.len();
        seqs.iter().filter(|seq| **seq <= covered).for_each(|seq| drop(store.entries.remove(seq)));
        Ok((count - store.entries.len()) as u64)
    }
}

impl Vault for MemoryLog {
    fn put(&mut self, puts: &[Put]) -> Result<(), LogError> {
        let mut store = self.writable()?;
        puts.iter().for_each(|put| store.put(put));
        Ok(())
    }

    fn list(&self, bucket: &str) -> Result<Vec<(String, Vec<u8>)>, LogError> {
        let store = self.store();
        let held = store.vault.iter().filter(|((of, _), _)| of == bucket);
        Ok(held.map(|((_, key), value)| (key.clone(), value.to_vec())).collect())
    }
}

impl Store {
    fn take(&mut self, new: &NewEntry, seq: Seq, version: u64) {
        let entry = Entry {
            seq,
            topic: new.topic.clone(),
            version,
            ts_ms: new.ts_ms,
            origin: new.origin.clone(),
            payload: new.payload.clone(),
        };
        self.entries.insert(seq, entry);
        if let Some(key) = &new.key {
            let answer = FoundAnswer { body_hash: key.body_hash, seq, version, result: key.result.clone() };
            self.answers.insert((key.device.clone(), key.key.clone()), (answer, new.ts_ms));
        }
        new.puts.iter().for_each(|put| self.put(put));
    }

    fn put(&mut self, put: &Put) {
        let key = (put.bucket.to_owned(), put.key.to_string());
        match &put.value {
            Some(value) => self.vault.insert(key, value.clone()),
            None => self.vault.remove(&key),
        };
    }
}
