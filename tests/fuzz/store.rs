//! What stands in the state directory and beside it: settings, events, snapshots, backups.

use hearken::config::load::Sources;
use hearken::core::event::Event;
use hearken::core::{Applied, Durable, Settings, apply};
use hearken::hub::recovery::recover;
use hearken::log::memory::MemoryLog;
use hearken::log::restore::restore_from;
use hearken::log::sqlite::SqliteLog;
use hearken::log::{EventLog, NewEntry, Snapshot};
use tempfile::TempDir;

pub const SETTINGS_WORDS: &[&str] = &[
    "[",
    "]",
    "=",
    "\"",
    "\n",
    "[web]\n",
    "[log]\n",
    "true",
    "-1",
    "1e9",
    "9223372036854775808",
    "[[",
    "'''",
    "#",
    "\u{0}",
    "nan",
];

pub fn settings_seeds() -> Vec<Vec<u8>> {
    let ours = include_str!("../../config.toml");
    let plain: Vec<u8> = ours
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line).to_owned() + "\n")
        .collect::<String>()
        .into();
    vec![ours.into(), plain, b"listen = \"[::]:8642\"\naudio_dir = \"/music\"\n[log]\nretention_days = 3\n".to_vec()]
}

pub fn settings(bytes: &[u8]) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, bytes).unwrap();
    let sources = Sources { file: Some(path), ..Sources::default() };
    if let Err(error) = sources.resolve() {
        let said = error.to_string();
        assert!(said.len() > 10 && said.len() < 4_000 + 2 * bytes.len(), "{said}");
    }
}

/// Events as they are stored, one a line; what once was stored must be readable for ever.
fn story() -> Vec<String> {
    let kept = include_str!("corpus/stored_event/every-kind.jsonl");
    kept.lines().map(str::to_owned).collect()
}

/// Stretches of them, and one of each kind.
pub fn event_seeds() -> Vec<Vec<u8>> {
    let story = story();
    assert!(story.iter().all(|line| serde_json::from_str::<Event>(line).is_ok()), "an old log can be read no more");
    story.chunks(40).map(|lines| lines.join("\n").into_bytes()).collect()
}

/// One event reads as it was written, and whatever can be read can be applied.
pub fn event(bytes: &[u8]) {
    let mut durable = Durable::default();
    for (nth, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let Ok(event) = serde_json::from_slice::<Event>(line) else { continue };
        let printed = serde_json::to_string(&event).unwrap();
        let again: Event = serde_json::from_str(&printed).expect("what is stored can be read");
        assert_eq!(serde_json::to_string(&again).unwrap(), printed, "stored it is another event");
        let seq = nth as u64 + 1;
        apply(&mut durable, &Applied { seq, version: seq, event: &event });
    }
    let stored = serde_json::to_vec(&durable).unwrap();
    let again: Durable = serde_json::from_slice(&stored).expect("a state that was made can be read");
    assert_eq!(again.digest().unwrap(), durable.digest().unwrap(), "stored it is another state");
}

fn stored(payloads: &[&[u8]]) -> MemoryLog {
    let mut log = MemoryLog::named("fuzz");
    let mut heads = std::collections::BTreeMap::new();
    for (nth, payload) in payloads.iter().enumerate() {
        // What topic an entry has is the log's column; what it says is the event's.
        let topic =
            serde_json::from_slice::<Event>(payload).map_or("household".into(), |event| event.topic().to_string());
        let expected_last_seq = heads.insert(topic.clone(), nth as u64 + 1).unwrap_or(0);
        let (topic, payload) = (topic.into(), (*payload).into());
        let entry = NewEntry { topic, expected_last_seq, ts_ms: 1, origin: None, payload, key: None, puts: Vec::new() };
        log.append(&[entry]).unwrap();
    }
    log
}

/// A start reads all of it, or says that it cannot and shows an empty house.
fn starts(log: &MemoryLog) {
    let recovered = recover(Ok(Box::new(log.clone())), Settings::default(), "clock".into());
    match &recovered.store {
        Ok(_) => {
            assert_eq!(recovered.head, log.head().unwrap().seq);
            let again = recover(Ok(Box::new(log.clone())), Settings::default(), "clock".into());
            let digest = |durable: &Durable| durable.digest().unwrap();
            assert_eq!(digest(&recovered.state.durable), digest(&again.state.durable), "read twice, two states");
        }
        Err(why) => {
            assert!(why.contains("doctor"), "{why}");
            assert_eq!(recovered.head, 0);
        }
    }
}

pub fn replay(bytes: &[u8]) {
    let payloads: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').take(200).collect();
    starts(&stored(&payloads));
}

pub fn snapshot_seeds() -> Vec<Vec<u8>> {
    let mut durable = Durable::default();
    for (nth, line) in story().iter().enumerate() {
        let event: Event = serde_json::from_str(line).unwrap();
        apply(&mut durable, &Applied { seq: nth as u64 + 1, version: nth as u64 + 1, event: &event });
    }
    vec![serde_json::to_vec(&durable).unwrap(), serde_json::to_vec(&Durable::default()).unwrap(), b"{}".to_vec()]
}

pub fn snapshot(bytes: &[u8]) {
    let lines = story();
    let mut log = stored(&lines.iter().map(String::as_bytes).collect::<Vec<_>>());
    log.put_snapshot(&Snapshot { seq: lines.len() as u64 / 2, state: bytes.to_vec() }).unwrap();
    starts(&log);
}

pub fn backup_seeds() -> Vec<Vec<u8>> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("hearken.db");
    let mut log = SqliteLog::open(&path).unwrap();
    for (nth, line) in story().iter().enumerate() {
        let payload = line.as_bytes().into();
        let (topic, expected_last_seq) = (format!("t{nth}").into(), 0);
        log.append(&[NewEntry {
            topic,
            expected_last_seq,
            ts_ms: 1,
            origin: None,
            payload,
            key: None,
            puts: Vec::new(),
        }])
        .unwrap();
    }
    let copy = hearken::log::backup::backup(&path, &dir.path().join("backup"), 1).unwrap();
    vec![std::fs::read(copy.path).unwrap()]
}

/// A copy is brought back whole, or refused, and then the store is as it was.
pub fn backup(bytes: &[u8]) {
    let dir = TempDir::new().unwrap();
    let (copy, target) = (dir.path().join("copy.db"), dir.path().join("hearken.db"));
    std::fs::write(&copy, bytes).unwrap();
    std::fs::write(&target, b"the store").unwrap();
    match restore_from(&copy, &target) {
        Err(error) => {
            assert!(error.to_string().contains("copy.db") || !bytes.is_empty(), "{error}");
            assert_eq!(std::fs::read(&target).unwrap(), b"the store", "it is gone, for nothing");
        }
        Ok(aside) => {
            assert_eq!(std::fs::read(aside.unwrap()).unwrap(), b"the store");
            let log = SqliteLog::open(&target).unwrap();
            let entries = log.read_after(0, 1_000).unwrap();
            assert_eq!(entries.last().map_or(0, |last| last.seq), log.head().unwrap().seq);
        }
    }
}
