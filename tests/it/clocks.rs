//! The clock of a Raspberry Pi: it boots years ago and jumps when the network comes; somebody sets it, and sets it back.
//!
//! The real binary, with a wall clock of the test's own (Debian's libfaketime); the monotonic one is the machine's. Without
//! the library a test says so and is skipped.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Phone, Setup, until};
use hearken::log::EventLog;
use hearken::log::sqlite::SqliteLog;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Instant;
use tempfile::TempDir;

/// A wall clock that a house goes by, and the test sets.
struct WallClock(TempDir);

impl WallClock {
    /// A house that is not open yet, and its clock; `None` without the library.
    fn house(setup: Setup) -> Option<(House, Self)> {
        let listed = std::fs::read_dir("/usr/lib").ok()?.flatten();
        let found = listed.map(|dir| dir.path().join("faketime/libfaketime.so.1")).find(|path| path.exists());
        let Some(library) = found else {
            println!("skipped: libfaketime is not installed (apt install faketime)");
            return None;
        };
        let clock = Self(tempfile::tempdir().unwrap());
        clock.set("+0");
        let setup = setup
            .variable("LD_PRELOAD", library)
            .variable("FAKETIME_TIMESTAMP_FILE", clock.file())
            .variable("FAKETIME_NO_CACHE", "1".into())
            .variable("DONT_FAKE_MONOTONIC", "1".into());
        Some((House::closed(setup), clock))
    }

    /// Sets it this far from the true time, such as `-20y`.
    fn set(&self, offset: &str) {
        // In one step: the house must not read half of it.
        let part = self.0.path().join("part");
        std::fs::write(&part, format!("{offset}\n")).unwrap();
        std::fs::rename(part, self.file()).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("offset")
    }
}

/// The server's monotonic clock, milliseconds.
fn monotonic(phone: &Phone) -> f64 {
    phone.post("/time", &json!({ "t0": 1 })).ok()["t1"].as_f64().unwrap()
}

/// The times of the whole log, as they stand in the store.
fn times(house: &House) -> Vec<i64> {
    let log = SqliteLog::open(&house.state_dir().join("hearken.db")).unwrap();
    log.read_after(0, usize::MAX).unwrap().iter().map(|entry| entry.ts_ms).collect()
}

#[test]
fn whatever_the_wall_clock_does_time_goes_forward_and_the_music_keeps_its_own() {
    let Some((mut house, clock)) = WallClock::house(Setup::default()) else { return };
    house.start();
    house.settle();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let have: Vec<&str> = queue.iter().map(String::as_str).collect();
    let mut ears = phone.listens(&have);
    let mut heard = 0.0;
    for offset in ["+0", "-20y", "+3d", "-1h", "+0", "-56y", "+30d"] {
        clock.set(offset);
        // What was told before this is past.
        ears.say(&json!({ "type": "time", "t0": 1 }));
        ears.wait_for("all that was told before", |message| message["type"] == "time");
        let (began, before) = (Instant::now(), monotonic(&phone));
        phone.does("/next", &json!({}));
        phone.does("/play", &json!({}));
        let release = ears.wait("barrier.release");
        let ts = release["ts"].as_f64().unwrap();
        assert!(ts >= heard, "{offset}: {ts} after {heard}");
        heard = ts;
        let start = release["data"]["startAt"].as_f64().unwrap();
        let now = monotonic(&phone);
        assert!((before..now + 2_000.0).contains(&start), "{offset}: it starts at {start}, between {before} and {now}");
        let passed = began.elapsed().as_secs_f64() * 1_000.0 + 50.0;
        assert!((0.0..=passed).contains(&(now - before)), "{offset}: {before} to {now} in {passed} ms");
        phone.does("/pause", &json!({ "positionSec": 1 }));
        assert_eq!(phone.get("/clients").status, 200, "{offset}: nobody's token is too old or too young");
    }
    assert_eq!(house.stop(), Some(0));
    assert!(times(&house).is_sorted(), "{:?}", times(&house));
}

#[test]
fn a_boot_in_the_past_goes_on_where_the_log_ended_and_is_put_right_by_the_network() {
    let Some((mut house, clock)) = WallClock::house(Setup::default()) else { return };
    house.start();
    house.settle();
    let (phone, queue) = (house.pair("phone"), house.queue());
    phone.does("/next", &json!({}));
    house.kill9();
    clock.set("-30y");
    house.start();
    phone.does("/next", &json!({}));
    let star = |id: &str, key: &str| {
        let event = json!({ "mutationId": key, "ts": 5.0, "eventType": "star_track", "id": id });
        let told = phone.post("/stars", &json!({ "sentTs": 5.0, "events": [event] })).ok();
        assert_eq!(told["results"][0]["status"], "accepted", "{told}");
    };
    star(&queue[0], "m1");
    assert!(!house.state_dir().join("backups").exists(), "no backup is named by a clock that was never set");
    clock.set("+0");
    until("it notices", || house.log().contains("the clock was set ahead").then_some(()));
    star(&queue[1], "m2");
    phone.does("/next", &json!({}));
    house.kill9();
    house.start();
    phone.does("/next", &json!({}));
    let starred: Value = phone.get("/stars").ok();
    assert_eq!(starred["tracks"].as_array().unwrap().len(), 2, "{starred}");
    assert_eq!(house.local(Ask::get("/healthz")).status, 200);
    assert_eq!(house.stop(), Some(0));
    assert!(times(&house).is_sorted(), "{:?}", times(&house));
}
