//! The disk is full, or damaged: the music plays on, and nobody is lied to.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::disks::Disk;
use crate::house::http::Ask;
use crate::house::{House, Phone, Setup, until};
use serde_json::{Value, json};
use std::path::Path;

/// Commands until one is refused, which a full disk does soon: the log has some room of its own.
fn until_refused(phone: &Phone) -> Value {
    until("a command is refused", || {
        let answer = phone.command("/next", &json!({}));
        (answer.status != 200).then(|| answer.problem(500))
    })
}

#[test]
fn on_a_full_disk_commands_are_refused_and_all_else_goes_on_until_there_is_room_again() {
    let Some(disk) = Disk::in_memory(3) else { return };
    let house = House::with(Setup::default().state(disk.path()));
    let (phone, queue) = (house.pair("phone"), house.queue());
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    disk.fill();
    let problem = until_refused(&phone);
    assert_eq!(problem["type"], "/problems/store", "{problem}");
    let before = house.fingerprint();

    let mut ears = phone.listens(&[&queue[0]]);
    let reject = ears.asks("k", "next", &json!({}), Some(house.event_count()));
    assert_eq!(reject["status"], 500, "{reject}");
    phone.ask(Ask::new("PATCH", &format!("/clients/{}", phone.id)).json(&json!({ "name": "x" }))).problem(500);
    house.ask(Ask::post("/pair").json(&json!({ "code": house.code }))).problem(500);
    assert_eq!(phone.get("/snapshot").status, 200);
    assert_eq!(phone.get("/search?q=0").status, 200);
    assert_eq!(phone.get(&format!("/file/{}", queue[0])).status, 200);
    assert_eq!(house.fingerprint(), before);
    assert_eq!(house.ask(Ask::get("/healthz")).status, 200, "starting it again would mend nothing");
    assert_eq!(grades(&house.local(Ask::get("/doctor")).ok()), ["fail", "fail"]);

    disk.free();
    until("it works again by itself", || (phone.command("/next", &json!({})).status == 200).then_some(()));
    let acked = ears.asks("k", "prev", &json!({}), Some(house.event_count()));
    assert_eq!(acked["type"], "ack", "a refusal was not remembered: {acked}");
    socket.wait_for("the story goes on", |message| message["eventCount"] == acked["eventCount"]);
}

/// What is found of the store, and of the room on its disk.
fn grades(told: &Value) -> [&str; 2] {
    let findings = told["findings"].as_array().unwrap();
    ["store", "disk space"]
        .map(|check| findings.iter().find(|finding| finding["check"] == check).unwrap()["grade"].as_str().unwrap())
}

#[test]
fn whoever_looks_is_told_that_nothing_can_be_stored_and_when_it_can_again() {
    let Some(disk) = Disk::in_memory(40) else { return };
    let house = House::with(Setup::default().state(disk.path()));
    let phone = house.pair("phone");
    let refuses = || phone.get("/metrics").text().contains("\nhearken_store_refuses 1\n");
    assert!(!refuses());
    disk.fill();
    until_refused(&phone);
    assert!(refuses());
    assert_eq!(grades(&phone.get("/health").ok()), ["fail", "fail"], "what the page's House → Health shows");
    let doctor = house.type_here(&["doctor", "--json"]);
    assert_eq!(doctor.status.code(), Some(1));
    assert_eq!(grades(&serde_json::from_slice(&doctor.stdout).unwrap()), ["fail", "fail"]);

    disk.free();
    until("it is tried by itself, without a command", || (!refuses()).then_some(()));
    assert_eq!(grades(&house.local(Ask::get("/doctor")).ok()), ["ok", "warn"], "40 MB are not much");
    until("the page shows it", || (grades(&phone.get("/health").ok()) == ["ok", "warn"]).then_some(()));
    phone.does("/next", &json!({}));
}

#[test]
fn a_full_disk_costs_nobody_the_way_in() {
    let Some(disk) = Disk::in_memory(3) else { return };
    let mut house = House::with(Setup::default().state(disk.path()));
    let (phone, other) = (house.pair("phone"), house.pair("other"));
    disk.fill();
    until_refused(&phone);
    phone.post("/pair", &json!({ "code": house.code })).problem(500);
    assert_eq!(phone.get("/snapshot").status, 200, "the old token is still good");
    phone.ask(Ask::new("DELETE", &format!("/clients/{}", other.id))).problem(500);
    assert_eq!(other.get("/snapshot").status, 200, "who could not be shown out is still in");
    disk.free();
    until("it works again by itself", || (phone.command("/next", &json!({})).status == 200).then_some(()));
    house.restart();
    assert_eq!((phone.get("/snapshot").status, other.get("/snapshot").status), (200, 200));
}

#[test]
fn an_invitation_that_could_not_be_used_is_not_used_up() {
    let Some(disk) = Disk::in_memory(3) else { return };
    let house = House::with(Setup::default().state(disk.path()));
    let phone = house.pair("phone");
    let url = phone.post("/invite", &json!({})).ok()["url"].as_str().unwrap().to_owned();
    let scan = Ask::post("/pair").json(&json!({ "token": url.split_once("#k=").unwrap().1 }));
    disk.fill();
    until_refused(&phone);
    house.ask(scan.clone()).problem(500);
    disk.free();
    until("there is room", || (phone.command("/next", &json!({})).status == 200).then_some(()));
    assert_eq!(house.ask(scan).status, 200);
}

/// Overwrites what a database says of itself.
fn damage(path: &Path) -> Vec<u8> {
    let mut bytes = std::fs::read(path).unwrap();
    let length = bytes.len();
    bytes[0..100].fill(0x5a);
    bytes[length / 2..length / 2 + 100].fill(0x5a);
    std::fs::write(path, &bytes).unwrap();
    bytes
}

#[test]
fn with_a_store_that_cannot_be_read_the_music_plays_on_and_nothing_is_overwritten() {
    let mut house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    phone.does("/next", &json!({}));
    assert_eq!(house.stop(), Some(0));
    let store = house.state_dir().join("hearken.db");
    let damaged = damage(&store);
    house.start();

    until("it screams", || house.log().lines().any(|line| line.starts_with("SCREAM")).then_some(()));
    let without_token = |target: &str| house.ask(Ask::get(target).field("Host", "localhost"));
    until("the music is known", || (without_token("/index").json().as_array()?.len() == 4).then_some(()));
    for target in ["/snapshot", "/index", "/search?q=0", "/clients"] {
        assert_eq!(without_token(target).status, 200, "{target}");
        assert_eq!(house.local(Ask::get(target)).status, 200, "{target}");
    }
    assert_eq!(house.ask(Ask::get("/healthz")).status, 503, "whoever watches over it is told");
    assert_eq!(without_token(&format!("/file/{}", queue[0])).status, 200);
    for target in ["/next", "/play", "/queue/shuffle"] {
        let problem = house.local(Ask::post(target).field("If-Match-Event", "0")).problem(500);
        let why = problem["detail"].as_str().unwrap();
        assert!(problem["type"] == "/problems/store" && why.contains("doctor"), "{problem}");
    }
    house.ask(Ask::post("/pair").json(&json!({ "code": house.code }))).problem(500);
    phone.get("/snapshot").problem(401);
    let ill = house.local(Ask::get("/doctor")).ok();
    let found = ill["findings"].as_array().unwrap().iter().find(|finding| finding["check"] == "store").unwrap();
    assert_eq!(found["grade"], "fail");
    let cli = Phone::new(house.door(), &house.local(Ask::post("/token")).ok());
    let mut socket = cli.socket("");
    socket.wait("sync:full");
    assert_eq!(socket.asks("k", "next", &json!({}), Some(0))["status"], 500);

    assert_eq!(house.stop(), Some(0));
    assert!(std::fs::read(&store).unwrap() == damaged, "the damaged file was touched");
}

#[test]
fn a_library_index_that_cannot_be_read_is_made_anew() {
    let mut house = House::open();
    let phone = house.pair("phone");
    assert_eq!(house.stop(), Some(0));
    damage(&house.state_dir().join("library.db"));
    house.start();
    house.settle();
    assert_eq!(phone.get("/index").ok().as_array().unwrap().len(), 4);
}
