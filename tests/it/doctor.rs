//! The doctor, and the way back from a damaged store: over the real binary, as an operator types it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Setup};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The exit code, and the findings by check.
fn examined(house: &House) -> (Option<i32>, BTreeMap<String, Value>) {
    let output = house.type_here(&["doctor", "--json"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    let findings = document["findings"].as_array().unwrap().iter();
    let by_check = findings.map(|finding| (finding["check"].as_str().unwrap().to_owned(), finding.clone()));
    (output.status.code(), by_check.collect())
}

fn grade<'a>(found: &'a BTreeMap<String, Value>, check: &str) -> &'a str {
    found.get(check).unwrap_or_else(|| panic!("no {check} in {found:?}"))["grade"].as_str().unwrap()
}

/// Breaks the store as a dying card does: pages in the middle are noise. The journal goes with it.
fn damage(house: &House) -> Vec<u8> {
    let store = house.state_dir().join("hearken.db");
    let mut bytes = fs::read(&store).unwrap();
    let middle = bytes.len() / 8;
    bytes[middle..].iter_mut().enumerate().for_each(|(at, byte)| *byte ^= (at % 251) as u8 | 1);
    fs::write(&store, &bytes).unwrap();
    for journal in ["hearken.db-wal", "hearken.db-shm"] {
        let _ = fs::remove_file(house.state_dir().join(journal));
    }
    bytes
}

#[test]
fn a_house_that_is_well_passes_and_says_so_to_people_and_to_programs() {
    let house = House::open();
    let (exit, found) = examined(&house);
    assert_eq!(exit, Some(0), "{found:?}");
    for check in ["server", "store", "backups", "disk space", "music", "address"] {
        assert_eq!(grade(&found, check), "ok", "{found:?}");
    }
    let told = said(&house.type_here(&["doctor"]));
    assert!(told.contains("ok    store") && told.contains(&format!("process {}", house.process().id())), "{told}");
    let usage = house.type_here(&["doctor", "some.db"]);
    assert_eq!(usage.status.code(), Some(2), "{}", said(&usage));
}

/// A certificate of the household's own that ends `until` a day of a year, and the settings that name it.
fn own_certificate(dir: &std::path::Path, until: (i32, u8)) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["music.example.org".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until.0, until.1, 1);
    fs::write(dir.join("key.pem"), key.serialize_pem()).unwrap();
    fs::write(dir.join("cert.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    let path = |name: &str| dir.join(name).display().to_string();
    format!("tls_cert = {:?}\ntls_key = {:?}", path("cert.pem"), path("key.pem"))
}

#[test]
fn the_end_of_the_certificate_is_told_and_a_renewal_that_failed() {
    let house = House::open();
    let (_, found) = examined(&house);
    let detail = found["https"]["detail"].as_str().unwrap();
    assert!(detail.contains("(365 days), the next one comes by itself"), "{detail}");

    let dir = tempfile::tempdir().unwrap();
    let mut house = House::with(Setup::default().config(&own_certificate(dir.path(), (2999, 4))));
    let (exit, found) = examined(&house);
    assert_eq!((exit, grade(&found, "https")), (Some(0), "ok"), "{found:?}");
    assert!(found["https"]["detail"].as_str().unwrap().contains("until 01 Apr 2999"), "{found:?}");
    let page = house.local(Ask::get("/metrics")).text();
    assert!(page.contains("\nhearken_certificate_end_time_seconds 32479"), "{page}");
    // Half a renewal: told as long as it is so, with what is shown meanwhile.
    fs::write(dir.path().join("key.pem"), "half a file").unwrap();
    for _ in 0..2 {
        let (exit, found) = examined(&house);
        assert_eq!((exit, grade(&found, "https")), (Some(0), "warn"), "{found:?}");
        let detail = found["https"]["detail"].as_str().unwrap();
        assert!(detail.starts_with("tls_key = ") && detail.contains("until 01 Apr 2999"), "{detail}");
    }
    // The other half has ended already.
    own_certificate(dir.path(), (2021, 4));
    let (exit, found) = examined(&house);
    assert_eq!((exit, grade(&found, "https")), (Some(1), "fail"), "{found:?}");
    assert!(found["https"]["detail"].as_str().unwrap().contains("ended on 01 Apr 2021"), "{found:?}");
    // Also while it does not run; then what would end its start is seen, too.
    house.stop();
    assert_eq!(grade(&examined(&house).1, "https"), "fail");
    fs::remove_file(dir.path().join("key.pem")).unwrap();
    let (_, found) = examined(&house);
    assert!(found["https"]["detail"].as_str().unwrap().starts_with("tls_key = "), "{found:?}");
}

#[test]
fn a_house_that_does_not_run_is_looked_at_from_outside_and_left_as_it_is() {
    let mut house = House::open();
    house.pair("phone").does("/next", &json!({}));
    house.kill9();
    let files = || {
        let entries = fs::read_dir(house.state_dir()).unwrap().flatten().filter(|entry| entry.path().is_file());
        entries.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect::<BTreeMap<_, _>>()
    };
    let before = files();
    let (exit, found) = examined(&house);
    assert_eq!((exit, grade(&found, "server"), grade(&found, "store")), (Some(1), "fail", "ok"), "{found:?}");
    assert!(found["store"]["detail"].as_str().unwrap().starts_with("sound: "), "{found:?}");
    assert_eq!(files(), before, "looking changes nothing");

    fs::remove_dir_all(house.music_dir()).unwrap();
    let (_, found) = examined(&house);
    assert_eq!(grade(&found, "music"), "fail");
    assert!(found["music"]["advice"].as_str().unwrap().contains("mkdir"), "{found:?}");
}

#[test]
fn the_log_tells_who_did_what() {
    let house = House::open();
    house.pair("Kitchen phone").does("/next", &json!({}));
    let told = said(&house.type_here(&["log"]));
    let line = told.lines().find(|line| line.contains("session:advanced")).unwrap_or_else(|| panic!("{told}"));
    assert!(line.ends_with("  Kitchen phone"), "{told}");
    let told = said(&house.type_here(&["log", "--json"]));
    assert!(told.contains("\"origin\":{\"clientId\":\""), "{told}");
}

#[test]
fn a_port_that_another_program_has_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    let house = House::closed(Setup::default().config(&format!("listen = \"{listen}\"\n")));
    let (_, found) = examined(&house);
    assert_eq!(grade(&found, "port"), "fail");
    let detail = found["port"]["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("process {}", std::process::id())), "{detail}");
}

#[test]
fn a_damaged_store_is_told_read_around_and_replaced_by_the_backup() {
    let mut house = House::open();
    let phone = house.pair("phone");
    phone.does("/next", &json!({}));
    let (queue, count) = (house.queue(), house.event_count());
    let backup = house.type_here(&["backup", "--json"]);
    assert_eq!(backup.status.code(), Some(0), "{}", said(&backup));
    phone.does("/next", &json!({}));
    let mut socket = phone.socket("");
    let before = socket.wait("sync:full");
    let cursor = format!("{}:{}", before["epoch"].as_str().unwrap(), before["seq"]);
    assert_eq!(house.stop(), Some(0));

    let damaged = damage(&house);
    house.start();
    assert!(house.log().lines().any(|line| line.starts_with("SCREAM")), "{}", house.log());
    // The music is still heard; the local command line still reads; nothing can be changed.
    let tracks = house.local(Ask::get("/index")).ok();
    let file = format!("/file/{}", tracks[0]["trackId"].as_str().unwrap());
    assert_eq!(house.local(Ask::get(&file).field("Range", "bytes=0-3")).status, 206);
    house.local(Ask::post("/rooms").json(&json!({"name": "attic"}))).problem(500);
    let (exit, found) = examined(&house);
    assert_eq!((exit, grade(&found, "store")), (Some(1), "fail"), "{found:?}");
    assert!(found["store"]["advice"].as_str().unwrap().contains("doctor --restore"), "{found:?}");
    // Not under a running server, and not without somebody's word.
    let running = house.type_here(&["doctor", "--restore", "--yes"]);
    assert_eq!(running.status.code(), Some(1), "{}", said(&running));
    assert!(said(&running).contains("stop that one first"), "{}", said(&running));
    assert_eq!(house.stop(), Some(0));
    assert_eq!(fs::read(house.state_dir().join("hearken.db")).unwrap(), damaged, "nothing was overwritten");
    let unasked = house.type_here(&["doctor", "--restore"]);
    assert_eq!(unasked.status.code(), Some(2), "{}", said(&unasked));

    let restored = house.type_here(&["doctor", "--restore", "--yes", "--json"]);
    assert_eq!(restored.status.code(), Some(0), "{}", said(&restored));
    let restored: Value = serde_json::from_slice(&restored.stdout).unwrap();
    assert_eq!(fs::read(restored["aside"].as_str().unwrap()).unwrap(), damaged, "the damaged store is kept");

    house.start();
    house.settle();
    assert_eq!(house.queue(), queue, "as it was backed up");
    assert!(house.event_count() >= count + 1_000_000, "an old guard never fits by chance");
    // A client of before takes everything anew, with the token it had.
    let mut again = phone.socket(&format!("since={cursor}"));
    let full = again.wait("sync:full");
    assert_ne!(full["epoch"], before["epoch"]);
    phone.does("/next", &json!({}));
    assert_eq!(examined(&house).1["store"]["grade"], "ok");
}

#[test]
fn a_damaged_backup_is_refused_and_another_can_be_named() {
    let mut house = House::open();
    let first = house.local(Ask::post("/backup")).ok()["path"].as_str().unwrap().to_owned();
    let dir = tempfile::tempdir().unwrap();
    let mine = dir.path().join("mine.db");
    let copied = house.type_here(&["backup", mine.to_str().unwrap()]);
    assert_eq!(copied.status.code(), Some(0), "{}", said(&copied));
    assert!(fs::read(&mine).unwrap().starts_with(b"SQLite format 3\0"));
    house.stop();
    for copy in fs::read_dir(house.state_dir().join("backups")).unwrap().flatten() {
        fs::write(copy.path(), b"noise").unwrap();
    }
    let refused = house.type_here(&["doctor", "--restore", "--yes"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("backups"), "{first}: {}", said(&refused));
    let done = house.type_here(&["doctor", "--restore", mine.to_str().unwrap(), "--yes"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    house.start();
    house.settle();
    // And one without a server, which the next start can use.
    house.stop();
    let offline = house.type_here(&["backup", "--json"]);
    assert_eq!(offline.status.code(), Some(0), "{}", said(&offline));
    house.start();
    house.settle();
}
