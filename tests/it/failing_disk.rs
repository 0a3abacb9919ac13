//! A disk that dies as disks do: it gives errors, it turns read-only, it is read-only from the start. Commands are refused
//! with the reason, reading goes on, and when the disk is well again nobody has to start anything.
//!
//! The kernel's own ways are used: an image whose memory is full gives I/O errors, a file system that is told of an error
//! does what `errors=remount-ro` says. That needs root; without it a test says so and is skipped. (Device-mapper's error
//! targets are not needed for it, and not in every kernel.)
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::disks::Disk;
use crate::house::http::Ask;
use crate::house::{House, Phone, Setup, until};
use serde_json::{Value, json};

/// Everything that only reads: the music, the lists, the page.
fn reading_goes_on(house: &House, phone: &Phone) {
    let track = &house.queue()[0];
    for target in ["/snapshot", "/index", "/search?q=0", "/stars", &format!("/file/{track}")] {
        assert_eq!(phone.get(target).status, 200, "{target}");
    }
    assert_eq!(house.ask(Ask::get("/")).status, 200);
    phone.socket("").wait("sync:full");
}

/// The doctor's finding of this name.
fn finding(house: &House, check: &str) -> Value {
    let findings = house.local(Ask::get("/doctor")).ok()["findings"].clone();
    findings.as_array().unwrap().iter().find(|finding| finding["check"] == check).unwrap().clone()
}

fn until_refused(phone: &Phone) -> Value {
    until("a command is refused", || {
        let answer = phone.command("/next", &json!({}));
        (answer.status != 200).then(|| answer.problem(500))
    })
}

#[test]
fn a_disk_that_gives_errors_is_told_of_and_used_again_when_it_is_well() {
    let Some(disk) = Disk::that_may_fail() else { return };
    let mut house = House::with(Setup::default().state(disk.path()));
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    disk.fail();
    let problem = until_refused(&phone);
    let detail = problem["detail"].as_str().unwrap();
    assert!(problem["type"] == "/problems/store" && detail.contains("dmesg"), "{problem}");
    let before = house.fingerprint();
    let reject = socket.asks("k", "next", &json!({}), Some(house.event_count()));
    assert_eq!(reject["status"], 500, "{reject}");
    reading_goes_on(&house, &phone);
    assert_eq!(house.fingerprint(), before, "nothing was half done");
    let ill = finding(&house, "store");
    assert!(ill["grade"] == "fail" && ill["detail"].as_str().unwrap().contains("I/O"), "{ill}");

    disk.heal();
    until("it works again by itself", || (phone.command("/next", &json!({})).status == 200).then_some(()));
    assert_eq!(finding(&house, "store")["grade"], "ok");
    assert_eq!(socket.asks("k", "prev", &json!({}), Some(house.event_count()))["type"], "ack");
    let after = house.fingerprint();
    house.restart();
    assert!(house.fingerprint().0 >= after.0, "what was acknowledged is on the disk");
    assert_eq!(phone.get("/snapshot").status, 200);
}

#[test]
fn a_card_that_turned_read_only_plays_on_and_the_doctor_says_so() {
    let Some(disk) = Disk::card() else { return };
    let mut house = House::with(Setup::default().state(disk.path()));
    let phone = house.pair("phone");
    phone.does("/next", &json!({}));
    if !disk.has_an_error() {
        return;
    }
    let problem = until_refused(&phone);
    assert_eq!(problem["type"], "/problems/store", "{problem}");
    reading_goes_on(&house, &phone);
    assert_eq!(finding(&house, "store")["grade"], "fail", "the doctor does not call that well");
    assert_eq!(house.stop(), Some(0));
}

#[test]
fn a_start_on_a_read_only_disk_plays_what_it_knows_and_takes_commands_when_it_may() {
    let Some(disk) = Disk::in_memory(8) else { return };
    let mut house = House::with(Setup::default().state(disk.path()));
    let phone = house.pair("phone");
    phone.does("/next", &json!({}));
    let queue = house.queue();
    for planned in [true, false] {
        if planned {
            assert_eq!(house.stop(), Some(0));
        } else {
            house.kill9();
        }
        disk.remount("ro");
        house.start();
        until("the music is known", || (phone.get("/index").ok().as_array()?.len() == 4).then_some(()));
        assert_eq!(phone.snapshot()["queue"], json!(queue), "planned: {planned}");
        for target in ["/search?q=0", "/stars", &format!("/file/{}", queue[0])] {
            assert_eq!(phone.get(target).status, 200, "{target}");
        }
        let problem = phone.command("/next", &json!({})).problem(500);
        assert!(problem["detail"].as_str().unwrap().contains("read-only"), "{problem}");
        disk.remount("rw");
        until("it takes commands", || (phone.command("/next", &json!({})).status == 200).then_some(()));
        phone.does("/prev", &json!({}));
        house.kill9();
        house.start();
        assert_eq!(phone.snapshot()["queue"], json!(queue));
    }
}

#[test]
fn a_start_on_a_full_disk_plays_what_it_knows() {
    let Some(disk) = Disk::in_memory(8) else { return };
    let mut house = House::with(Setup::default().state(disk.path()));
    let phone = house.pair("phone");
    phone.does("/next", &json!({}));
    disk.fill();
    house.kill9();
    house.start();
    reading_goes_on(&house, &phone);
    until_refused(&phone);
    disk.free();
    until("there is room", || (phone.command("/next", &json!({})).status == 200).then_some(()));
}
