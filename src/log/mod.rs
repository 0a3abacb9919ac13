//! An ordered list of entries that survives the plug being pulled.
//!
//! The log knows counts, keys and bytes; it knows no music. One entry is one accepted command: its event, its
//! idempotency key, its answer, on exactly one topic. What the bytes mean is the business of `core`; who may
//! append is the business of `hub` (there is one writer).
//!
//! # Contract
//!
//! What every implementation keeps, and the suite in `tests/it/log_suite.rs` checks on each:
//!
//! - **Order.** Entries have `seq` 1, 2, 3 … without holes, over all topics; each topic has its own version, also
//!   without holes. Both are given by the log at append.
//! - **Durable means durable.** When [`EventLog::append`] returns `Ok`, every entry it reports as
//!   [`Outcome::Appended`] survives a power cut. When it returns `Err`, none of the batch was stored.
//! - **One batch, one sync; each entry for itself.** A batch is stored in one transaction. An entry whose topic has
//!   moved on since [`NewEntry::expected_last_seq`] is refused alone and changes nothing; so is every later entry of
//!   the batch on the same topic, because it was decided on top of the refused one.
//! - **A key is answered once.** `(device, key)` and the answer are stored with the entry. [`EventLog::answer_to`]
//!   finds it for 30 days, also after a restart. An entry whose key has an answer already is refused like one whose
//!   topic moved on: whoever then decides again finds the answer.
//! - **Side writes ride along.** [`NewEntry::puts`] are stored in the same transaction as the entry, or not at all.
//! - **Forgetting is all or nothing.** [`EventLog::forget`] takes entries out in one transaction. It takes only what the
//!   newest stored snapshot covers, and never the log's last entry, so a start finds the state and the end it knew. Seqs and
//!   versions go on as if nothing had gone; the answers of keys stay for their 30 days.
//! - **The epoch names the log.** It is new when the store is new or was restored from a backup; a restored store
//!   continues its versions 1,000,000 above the backup's, so that an old guard never matches by chance.

mod append;
pub mod backup;
mod errors;
mod keys;
pub mod lock;
pub mod memory;
pub mod nightly;
mod open;
mod plan;
pub mod prune;
pub mod restore;
pub mod schema;
pub mod sqlite;
mod verify;

use crate::core::ids::{CommandKey, DeviceId};
use std::sync::Arc;

/// The position of an entry in the whole log, over all topics. The first entry has 1; 0 means "before the first".
pub type Seq = u64;

/// The number of entries of one topic; a session's is its `eventCount`.
pub type Version = u64;

/// What is asked to be appended: one command's entry.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The topic in its wire form, e.g. `session:house`.
    pub topic: Arc<str>,
    /// The topic's last `seq` that the decision was based on; 0 if the topic had none.
    pub expected_last_seq: Seq,
    /// Wall clock, milliseconds since the Unix epoch.
    pub ts_ms: i64,
    /// Which device and tab caused it; opaque here.
    pub origin: Option<Arc<str>>,
    /// The event, encoded by the hub.
    pub payload: Arc<[u8]>,
    /// The idempotency key this command came with, and the answer to give again.
    pub key: Option<KeyedAnswer>,
    /// Side writes of the same transaction.
    pub puts: Vec<Put>,
}

/// An idempotency key with what must be known to answer it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedAnswer {
    /// The device in whose scope the key lives.
    pub device: DeviceId,
    /// The key.
    pub key: CommandKey,
    /// A hash of the command's name and arguments: the same key with another body is refused.
    pub body_hash: u64,
    /// The `result` part of the answer, JSON. The entry's seq and version complete it.
    pub result: Arc<[u8]>,
}

/// A stored answer, found again by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAnswer {
    /// Hash of the command the key was first used with.
    pub body_hash: u64,
    /// Seq of the entry.
    pub seq: Seq,
    /// The topic's version after the entry.
    pub version: Version,
    /// The `result` part of the answer, JSON.
    pub result: Arc<[u8]>,
}

/// A write into the [`Vault`]; no value deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Which drawer, e.g. `token`.
    pub bucket: &'static str,
    /// Key within the drawer.
    pub key: Arc<str>,
    /// The value; `None` deletes.
    pub value: Option<Arc<[u8]>>,
}

/// An entry as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Position in the whole log.
    pub seq: Seq,
    /// The topic in its wire form.
    pub topic: Arc<str>,
    /// The topic's version after this entry.
    pub version: Version,
    /// Wall clock, milliseconds since the Unix epoch.
    pub ts_ms: i64,
    /// Which device and tab caused it.
    pub origin: Option<Arc<str>>,
    /// The event.
    pub payload: Arc<[u8]>,
}

/// What became of one entry of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored and durable.
    Appended {
        /// Its position.
        seq: Seq,
        /// Its topic's version.
        version: Version,
    },
    /// Its topic had moved on; nothing was stored. Read what was missed, apply it, decide again.
    Refused {
        /// The topic's last seq now.
        last_seq: Seq,
    },
}

/// Where the log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log's name: 8 to 16 hex digits.
    pub epoch: Arc<str>,
    /// The last entry's seq; 0 if there is none.
    pub seq: Seq,
    /// Each topic's last seq and version.
    pub topics: Vec<TopicHead>,
}

/// Where one topic stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicHead {
    /// The topic in its wire form.
    pub topic: Arc<str>,
    /// Seq of its last entry.
    pub last_seq: Seq,
    /// Its version.
    pub version: Version,
}

/// A stored state from which a start goes on, instead of replaying everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The state is that after this entry.
    pub seq: Seq,
    /// The state, encoded by the hub.
    pub state: Vec<u8>,
}

/// What one step of [`EventLog::prune`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// Entries that went.
    pub gone: u64,
    /// Where the next step goes on; `None` when there is nothing left to forget.
    pub next: Option<Seq>,
}

/// Why the log could not do what was asked. Every variant leaves the store as it was.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The store could not be read: damaged, or not a hearken database. Nothing was overwritten.
    #[error("the store {path} cannot be read: {detail}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the database said.
        detail: String,
    },
    /// Written by a newer hearken.
    #[error("the store {path} has schema {found}, this hearken knows up to {known}: install the newer version again")]
    TooNew {
        /// Which file.
        path: String,
        /// Its schema version.
        found: i64,
        /// The newest this binary knows.
        known: i64,
    },
    /// The disk is full.
    #[error("the disk is full: free some space in {path}, then try again")]
    Full {
        /// Where.
        path: String,
    },
    /// A backup would fill the disk.
    #[error("no room for a backup in {path}: it needs {needed_mib} MiB, {free_mib} MiB are free; free some space")]
    NoRoom {
        /// The directory of the backups.
        path: String,
        /// What the copy and a little air take.
        needed_mib: u64,
        /// What the disk has.
        free_mib: u64,
    },
    /// The disk or the file is read-only.
    #[error("{path} is read-only: remount it writable, or check its owner")]
    ReadOnly {
        /// Where.
        path: String,
    },
    /// Anything else the database or the disk said.
    #[error("the store {path} failed: {detail}")]
    Failed {
        /// Where.
        path: String,
        /// What it said.
        detail: String,
    },
}

/// An ordered, durable list of entries. The contract stands at the top of this module.
pub trait EventLog: Send {
    /// Stores a batch in one transaction, with one sync. The outcomes stand in the order of the batch.
    ///
    /// # Errors
    /// [`LogError`] when nothing of the batch was stored.
    fn append(&mut self, batch: &[NewEntry]) -> Result<Vec<Outcome>, LogError>;

    /// Up to `limit` entries with a seq greater than `seq`, in order.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    fn read_after(&self, seq: Seq, limit: usize) -> Result<Vec<Entry>, LogError>;

    /// Where the log stands.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    fn head(&self) -> Result<Head, LogError>;

    /// The newest stored snapshot.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    fn snapshot(&self) -> Result<Option<Snapshot>, LogError>;

    /// Stores a snapshot; older ones may go.
    ///
    /// # Errors
    /// [`LogError`] when it was not stored.
    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), LogError>;

    /// The answer a key was given before, if it is still kept.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    fn answer_to(&self, device: &DeviceId, key: &CommandKey) -> Result<Option<FoundAnswer>, LogError>;

    /// One step of forgetting, in one transaction: entries of session and playback topics older than 30 days before
    /// `now_wall_ms` that a stored snapshot covers, and behind the last of them keys older than 30 days. A step looks at a
    /// few hundred rows behind `after`, however long the log is; [`Pruned::next`] says where the next one goes on.
    ///
    /// # Errors
    /// [`LogError`] when this step forgot nothing.
    fn prune(&mut self, now_wall_ms: i64, after: Seq) -> Result<Pruned, LogError>;

    /// Takes these entries out, in one transaction: those of them that the newest stored snapshot covers. The log's last
    /// entry, what no snapshot covers, and what is gone already are passed over. Returns how many entries went.
    ///
    /// # Errors
    /// [`LogError`] when none of them went.
    fn forget(&mut self, seqs: &[Seq]) -> Result<u64, LogError>;
}

/// Small durable values beside the log: token hashes, running positions. Never an event, never on the wire.
pub trait Vault: Send {
    /// Stores values in one transaction.
    ///
    /// # Errors
    /// [`LogError`] when nothing was stored.
    fn put(&mut self, puts: &[Put]) -> Result<(), LogError>;

    /// All of one drawer, ordered by key.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    fn list(&self, bucket: &str) -> Result<Vec<(String, Vec<u8>)>, LogError>;
}
