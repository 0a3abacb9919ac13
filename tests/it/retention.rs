//! What is too old goes from the log by itself, a little at a time, with everybody's commands in between.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Setup};
use crate::log_suite::keyed;
use hearken::log::sqlite::SqliteLog;
use hearken::log::{EventLog, NewEntry, Snapshot};
use rusqlite::Connection;
use serde_json::json;
use std::time::Duration;

const DAY_MS: i64 = 24 * 3600 * 1000;
/// More rows than this in one step would be felt on a slow card.
const STEP_ROWS_MAX: u64 = 500;

#[test]
fn a_backlog_of_years_goes_in_steps_that_nobody_notices() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SqliteLog::open(&dir.path().join("hearken.db")).unwrap();
    let total = 6_000;
    // Every third entry stays: a step is short by what it looks at, not only by what goes.
    let topic = |seq: u64| if seq.is_multiple_of(3) { format!("stars:p{seq}") } else { format!("session:r{seq}") };
    let batch: Vec<NewEntry> = (1..=total).map(|seq| keyed(&topic(seq), 0, &format!("k{seq}"))).collect();
    log.append(&batch).unwrap();
    log.put_snapshot(&Snapshot { seq: total, state: vec![] }).unwrap();
    let count = |log: &SqliteLog| log.read_after(0, usize::MAX).unwrap().len() as u64;
    let (mut steps, mut after) = (0, Some(0));
    while let Some(from) = after {
        let before = count(&log);
        let step = log.prune(99 * DAY_MS, from).unwrap();
        assert_eq!(before - count(&log), step.gone);
        assert!(step.gone <= STEP_ROWS_MAX, "{step:?}");
        (steps, after) = (steps + 1, step.next);
        // In between, somebody presses a key.
        let radio = log.head().unwrap().topics.iter().find(|at| &*at.topic == "radio").map_or(0, |at| at.last_seq);
        log.append(&[crate::log_suite::entry("radio", radio, "x")]).unwrap();
    }
    assert!(steps >= 2 * total / STEP_ROWS_MAX, "entries and keys, {steps} steps");
    assert_eq!(count(&log), total / 3 + steps, "the stars, and what was pressed");
    assert_eq!(log.verify().unwrap(), [""; 0]);
}

#[test]
fn a_house_without_nightly_backups_forgets_all_the_same() {
    let mut house = House::with(Setup::default().config("[backup]\nnightly = false\n"));
    let phone = house.pair("phone");
    for nth in 0..30 {
        let ask = Ask::post("/next").json(&json!({})).field("If-Match-Event", &house.event_count().to_string());
        assert_eq!(phone.ask(ask.field("Idempotency-Key", &format!("k{nth}"))).status, 200);
    }
    assert_eq!(house.stop(), Some(0));
    let store = house.state_dir().join("hearken.db");
    let months = i64::try_from(Duration::from_secs(100 * 24 * 3600).as_millis()).unwrap();
    let db = Connection::open(&store).unwrap();
    db.execute("UPDATE entries SET ts_ms = ts_ms - ?1", [months]).unwrap();
    db.execute("UPDATE answers SET at_ms = at_ms - ?1", [months]).unwrap();
    drop(db);
    house.start();
    house.settle();
    let (before, count) = (house.fingerprint(), house.event_count());
    phone.does("/pause", &json!({ "positionSec": 0 }));
    let compacted = house.local(Ask::post("/log/compact")).ok();
    assert!(compacted["entries"].as_u64().unwrap() >= 30, "{compacted}");
    assert_eq!(phone.event_count(), count + 1, "nothing that counts went with it");
    let after = house.fingerprint();
    assert_eq!(after.0, before.0 + 1);
    house.restart();
    assert_eq!(house.fingerprint(), after, "what is left is enough for a start");
    assert_eq!(house.stop(), Some(0));
    let db = Connection::open(&store).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM answers WHERE key LIKE 'k%'"), 0, "nor is a key kept for ever");
}
