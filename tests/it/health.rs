//! How the appliance is, told to programs and to the household: figures that agree with what happened, and no secrets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Phone};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Each sample by its name with labels. Every line is held against the text format on the way.
fn figures(phone: &Phone) -> BTreeMap<String, f64> {
    let text = phone.get("/metrics").text();
    let (mut found, mut types) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("# TYPE ") {
            let (name, kind) = head.split_once(' ').unwrap();
            assert!(["gauge", "counter", "histogram"].contains(&kind), "{line}");
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "told twice: {line}");
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
            let family = name.split('{').next().unwrap();
            let of_histogram = ["_bucket", "_sum", "_count"].iter().filter_map(|end| family.strip_suffix(end));
            let is_announced = types.contains_key(family)
                || of_histogram.into_iter().any(|base| types.get(base).is_some_and(|kind| kind == "histogram"));
            assert!(is_announced, "no TYPE before {line}");
            assert!(found.insert(name.to_owned(), value.parse().unwrap()).is_none(), "told twice: {line}");
        }
    }
    found
}

#[test]
fn what_happened_is_counted() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let before = figures(&phone);
    let queue = house.queue();
    for (nth, track) in queue.iter().take(4).enumerate() {
        let ask = Ask::post("/plays").json(&json!({ "trackId": track })).field("Idempotency-Key", &format!("k{nth}"));
        phone.ask(ask).ok();
        socket.wait("plays:counted");
    }
    let again = Ask::post("/plays").json(&json!({ "trackId": queue[0] })).field("Idempotency-Key", "k0");
    phone.ask(again).ok();
    let behind = Ask::post("/next").json(&json!({})).field("If-Match-Event", "999999");
    assert_eq!(phone.ask(behind).status, 409);
    let after = figures(&phone);
    let more = |name: &str| after[name] - before[name];
    assert_eq!(more("hearken_commands_total{result=\"accepted\"}"), 4.0);
    assert_eq!(more("hearken_commands_total{result=\"known\"}"), 1.0);
    assert_eq!(more("hearken_commands_total{result=\"rejected\"}"), 1.0);
    assert_eq!(more("hearken_commands_total{result=\"failed\"}"), 0.0);
    assert_eq!(more("hearken_entries_total"), 4.0);
    assert_eq!(more("hearken_log_seq"), 4.0);
    assert_eq!(more("hearken_command_seconds_count"), 4.0);
    assert_eq!(more("hearken_commit_seconds_count"), 4.0);
    assert!(more("hearken_fanout_messages_total") >= 4.0 && more("hearken_fanout_seconds_count") >= 1.0, "{after:?}");
    assert_eq!((after["hearken_live_sockets"], after["hearken_live_lagging"]), (1.0, 0.0));
    assert!(after["hearken_store_bytes"] > 0.0 && after["process_resident_memory_bytes"] > 1e6, "{after:?}");
    let (threads, files) = (house.process().threads() as f64, house.process().descriptors() as f64);
    // The connection that asked is one of each, and comes and goes.
    assert!((after["process_threads"] - threads).abs() <= 2.0 && (after["process_open_fds"] - files).abs() <= 3.0);
}

#[test]
fn a_backup_shows_when_it_was_made() {
    let house = House::open();
    let phone = house.pair("phone");
    assert!(!figures(&phone).contains_key("hearken_backup_time_seconds"));
    assert!(house.type_here(&["backup"]).status.success());
    let made = figures(&phone)["hearken_backup_time_seconds"];
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert!((now - made).abs() < 60.0, "{made}");
}

#[test]
fn the_household_sees_what_the_doctor_finds() {
    let house = House::open();
    let phone = house.pair("phone");
    assert_eq!(house.door().ask(Ask::get("/health")).status, 401, "not for strangers");
    let told = phone.get("/health").ok();
    let grades: BTreeMap<&str, &str> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["check"].as_str().unwrap(), finding["grade"].as_str().unwrap()))
        .collect();
    for check in ["server", "store", "disk space", "music"] {
        assert_eq!(grades.get(check), Some(&"ok"), "{told}");
    }
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    let figures = &told["figures"];
    assert_eq!(figures["tracks"], json!(house.queue().len()));
    assert!(figures["memoryBytes"].as_u64() > Some(1 << 20) && figures["storeBytes"].as_u64() > Some(0), "{figures}");
    assert!(figures["commandMs"]["p99"].is_number() && figures["uptimeSec"].is_u64(), "{figures}");
    let again: Value = phone.get("/health").ok();
    assert_eq!(again["findings"], told["findings"], "one look serves all who ask within a moment");
}
