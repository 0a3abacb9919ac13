//! The private socket: this machine's own command line and operator, and nobody else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Ask, Line};
use crate::house::{House, Phone};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;

#[test]
fn only_owner_and_group_may_use_it() {
    let house = House::open();
    let mode = std::fs::metadata(house.socket()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
}

#[test]
fn a_token_from_it_is_good_on_the_public_port_until_the_server_ends() {
    let mut house = House::open();
    let made = house.local(Ask::post("/token")).ok();
    assert_eq!(made["clientId"], "0000000000000000");
    assert_eq!(made["url"], format!("http://{}", house.door().address()));
    let cli = Phone::new(house.door(), &made);
    cli.does("/next", &serde_json::json!({}));
    house.restart();
    cli.get("/snapshot").problem(401);
}

#[test]
fn the_pairing_desk_can_be_looked_at_again_and_again() {
    let house = House::open();
    for _ in 0..3 {
        let desk = house.local(Ask::get("/pairing")).ok();
        assert_eq!(desk["code"], *house.code);
        assert_eq!(desk["url"], format!("http://{}", house.door().address()));
        assert_eq!(desk["open"], false);
    }
    house.pair("somebody");
}

#[test]
fn a_new_code_replaces_the_old_one() {
    let mut house = House::open();
    let old = house.code.clone();
    let new = house.local(Ask::post("/pairing/code")).ok()["code"].as_str().unwrap().to_owned();
    let with_old = serde_json::json!({ "code": old });
    if new != old {
        house.ask(Ask::post("/pair").json(&with_old)).problem(403);
    }
    house.code = new;
    house.pair("by the new code");
}

#[test]
fn an_opened_window_shows_the_qr_to_strangers() {
    let house = House::open();
    house.ask(Ask::get("/qr")).problem(403);
    assert_eq!(house.local(Ask::post("/pairing/open")).ok()["open"], true);
    let picture = house.ask(Ask::get("/qr"));
    assert_eq!((picture.status, picture.field("content-type")), (200, Some("image/png")));
    assert!(picture.body.starts_with(b"\x89PNG"));
}

#[test]
fn the_doctor_looks_at_everything() {
    let house = House::open();
    let findings = house.local(Ask::get("/doctor")).ok()["findings"].as_array().unwrap().clone();
    for check in ["server", "store", "backups", "disk space", "music", "watching"] {
        let found = findings.iter().find(|finding| finding["check"] == check);
        assert_eq!(found.unwrap_or_else(|| panic!("no {check}"))["grade"], "ok", "{check}");
    }
    for check in ["clock", "ffmpeg", "network", "name"] {
        assert!(findings.iter().any(|finding| finding["check"] == check), "no {check}");
    }
}

#[test]
fn a_backup_is_a_file_and_holds_what_is_now() {
    let house = House::open();
    house.pair("phone").does("/next", &serde_json::json!({}));
    let made = house.local(Ask::post("/backup")).ok();
    let path = made["path"].as_str().unwrap();
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(made["bytes"], bytes.len());
    assert!(bytes.starts_with(b"SQLite format 3\0"));
}

#[test]
fn the_export_holds_everything_but_secrets() {
    let house = House::open();
    let phone = house.pair("Küche");
    let export = house.local(Ask::get("/export"));
    let text = export.text();
    assert!(text.contains("Küche") && text.contains(&phone.id));
    assert!(!text.contains(&phone.token) && !text.contains(&house.code), "a secret in {text}");
    assert_eq!(export.json()["snapshot"], house.snapshot());
}

#[test]
fn everything_of_the_public_port_is_here_too_without_a_token() {
    let house = House::open();
    for target in ["/snapshot", "/index", "/clients", "/healthz", "/metrics", "/albums"] {
        assert_eq!(house.local(Ask::get(target)).status, 200, "{target}");
    }
    assert_eq!(house.local(Ask::post("/scan")).status, 202);
    let track = &house.queue()[0];
    let file = house.local(Ask::get(&format!("/file/{track}")).field("Range", "bytes=0-3"));
    assert_eq!((file.status, file.body), (206, b"RIFF".to_vec()));
    house.local(Ask::get("/nothing")).problem(404);
}

#[test]
fn none_of_it_is_on_the_public_port_not_even_for_the_paired() {
    let house = House::open();
    let phone = house.pair("phone");
    let cli = Phone::new(house.door(), &house.local(Ask::post("/token")).ok());
    let before = house.fingerprint();
    for (method, target) in [
        ("POST", "/token"),
        ("GET", "/pairing"),
        ("POST", "/pairing/open"),
        ("POST", "/pairing/code"),
        ("GET", "/doctor"),
        ("POST", "/backup"),
        ("GET", "/export"),
        ("GET", "/log"),
    ] {
        for answer in [house.ask(Ask::new(method, target)), phone.ask(Ask::new(method, target))] {
            assert!([403, 404].contains(&answer.status), "{method} {target}: {}", answer.text());
        }
        cli.ask(Ask::new(method, target)).problem(403);
    }
    assert_eq!(house.fingerprint(), before);
    house.ask(Ask::get("/qr")).problem(403);
}

#[test]
fn it_stays_up_for_many_short_conversations() {
    let house = House::open();
    for _ in 0..50 {
        let mut line = Line::on(UnixStream::connect(house.socket()).unwrap(), "local");
        assert_eq!(line.ask(&Ask::get("/healthz")).status, 200);
    }
}
