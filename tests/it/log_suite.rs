//! The log's contract, checked on every implementation.
//!
//! [`suite`] is one list of cases over a [`Bench`]: a place that holds one store and can open it again. What only a
//! file can suffer (kill, full disk, damage) stands in the modules below.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod contract;
mod damage;
mod disk;
mod kill;
mod model;
mod places;
mod upkeep;

use hearken::core::ids::{CommandKey, DeviceId};
use hearken::log::{EventLog, KeyedAnswer, NewEntry, Outcome, Put, Vault};
use places::{MemoryPlace, SqlitePlace};

/// A place that holds one store.
pub trait Bench {
    /// What stands there.
    type Log: EventLog + Vault;
    /// Opens the store, as a start of the server does. The handle before it is gone by then.
    fn open(&self) -> Self::Log;
    /// Brings the store back from a backup made of it just now.
    fn restore(&self);
}

/// Runs every case of the contract, each on a fresh place.
pub fn suite<B: Bench>(make: impl Fn() -> B) {
    for (name, case) in contract::cases::<B>().into_iter().chain(upkeep::cases::<B>()) {
        println!("case: {name}");
        case(&make());
    }
}

/// A case of the contract with its name.
pub type Case<B> = (&'static str, fn(&B));

#[test]
fn sqlite_keeps_the_contract() {
    suite(SqlitePlace::new);
}

#[test]
fn memory_keeps_the_contract() {
    suite(MemoryPlace::new);
}

/// An entry on `topic` that was decided when the topic's last entry was `expected`.
pub fn entry(topic: &str, expected: u64, payload: &str) -> NewEntry {
    NewEntry {
        topic: topic.into(),
        expected_last_seq: expected,
        ts_ms: 1_000,
        origin: Some("device/tab".into()),
        payload: payload.as_bytes().into(),
        key: None,
        puts: Vec::new(),
    }
}

/// The same, with an idempotency key.
pub fn keyed(topic: &str, expected: u64, key: &str) -> NewEntry {
    let (device, key) = (DeviceId::local(), CommandKey::new(key).unwrap());
    let result = format!("{{\"of\":\"{key}\"}}").into_bytes().into();
    NewEntry { key: Some(KeyedAnswer { device, key, body_hash: u64::MAX - 7, result }), ..entry(topic, expected, "") }
}

/// A write into the drawer `token`.
pub fn put(key: &str, value: Option<&str>) -> Put {
    Put { bucket: "token", key: key.into(), value: value.map(|value| value.as_bytes().into()) }
}

pub fn appended(seq: u64, version: u64) -> Outcome {
    Outcome::Appended { seq, version }
}

pub fn refused(last_seq: u64) -> Outcome {
    Outcome::Refused { last_seq }
}

/// The seqs of the whole log, in the order it gives them.
pub fn seqs(log: &impl EventLog) -> Vec<u64> {
    log.read_after(0, usize::MAX).unwrap().iter().map(|entry| entry.seq).collect()
}
