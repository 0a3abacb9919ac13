//! https on the same port: the same house, for a device that trusts its authority.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::secure::Trust;
use crate::house::ws::Socket;
use crate::house::{House, Setup, until};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

#[test]
fn one_port_answers_http_and_https() {
    let house = House::open();
    let (address, trust) = (house.door().address(), Trust::of(&house));
    let phone = house.pair("phone");
    let mut secure = trust.knock(address);
    let index = secure.ask(&phone.sign(Ask::get("/index"))).ok();
    assert_eq!(index, phone.get("/index").ok());
    let track = index[0]["trackId"].as_str().unwrap();
    let file = secure.ask(&phone.sign(Ask::get(&format!("/file/{track}"))));
    assert!(file.body.len() > 50_000, "{}", file.body.len());
    assert_eq!(file.body, phone.get(&format!("/file/{track}")).body);
    let part = secure.ask(&phone.sign(Ask::get(&format!("/file/{track}"))).field("Range", "bytes=50000-50009"));
    assert_eq!((part.status, &part.body[..]), (206, &file.body[50_000..50_010]));
    secure.ask(&phone.sign(Ask::get("/nothing"))).problem(404);
    assert_eq!(house.ask(Ask::get("/healthz")).status, 200);
}

#[test]
fn a_cookie_from_http_is_good_by_https_and_only_its_own_pages_may_write() {
    let house = House::open();
    let paired = house.ask(Ask::post("/pair").json(&json!({ "code": house.code, "clientName": "phone" })));
    let cookie = paired.field("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let address = house.door().address();
    let mut secure = Trust::of(&house).knock(address);
    let count = secure.ask(&Ask::get("/snapshot").field("Cookie", cookie)).ok()["eventCount"].to_string();
    for (origin, status) in [("http://", 403), ("https://evil.", 403), ("https://", 200)] {
        let origin = format!("{origin}{address}");
        let next = Ask::post("/next").json(&json!({})).field("Cookie", cookie).field("If-Match-Event", &count);
        assert_eq!(secure.ask(&next.field("Origin", &origin)).status, status, "{origin}");
    }
    secure.ask(&Ask::get("/snapshot")).problem(401);
}

fn is_of_the_session(message: &Value) -> bool {
    message["topic"] == "session:house" && !message["seq"].is_null()
}

#[test]
fn sockets_over_tls_are_told_everything_in_order_under_load() {
    let house = House::open();
    let (address, trust) = (house.door().address(), Trust::of(&house));
    let (busy, watcher) = (house.pair("busy"), house.pair("watcher"));
    let mut watching: Vec<Socket> =
        (0..6).map(|_| Socket::secure(&trust, address, "/ws/sync", &watcher.token)).collect();
    let plain = watcher.socket("");
    watching.push(plain);
    let seqs: Vec<u64> = watching.iter_mut().map(|socket| socket.wait("sync:full")["seq"].as_u64().unwrap()).collect();
    let mut socket = Socket::secure(&trust, address, "/ws/sync?tab=busy", &busy.token);
    let mut count = socket.wait("sync:full")["data"]["session"]["eventCount"].as_u64().unwrap();
    for nth in 0..500 {
        // Both directions at once: a probe is answered by the reading thread while the fan-out writes.
        socket.say(&json!({ "type": "time", "t0": nth }));
        let name = if nth % 2 == 0 { "next" } else { "queue/shuffle" };
        let ack = socket.asks(&format!("k{nth}"), name, &json!({}), Some(count));
        count = ack["eventCount"].as_u64().unwrap_or_else(|| panic!("{ack}"));
    }
    for (socket, seq) in watching.iter_mut().zip(seqs) {
        for nth in 1..=500 {
            let event = socket.wait_for("the next event", is_of_the_session);
            assert_eq!(event["seq"], json!(seq + nth));
        }
    }
}

#[test]
fn one_who_does_not_read_over_tls_holds_up_nobody_and_comes_back_whole() {
    let house = House::with(Setup::default().tracks(60));
    let (address, trust) = (house.door().address(), Trust::of(&house));
    let (busy, watcher, slow) = (house.pair("busy"), house.pair("watcher"), house.pair("slow"));
    let mut asleep = Socket::secure(&trust, address, "/ws/sync", &slow.token);
    // A small window: the server's side is full after a few events, long before anybody takes the silence for death.
    socket2::SockRef::from(asleep.stream()).set_recv_buffer_size(4096).unwrap();
    let mut awake = Socket::secure(&trust, address, "/ws/sync", &watcher.token);
    awake.wait("sync:full");
    let mut socket = busy.socket("");
    let mut count = socket.wait("sync:full")["data"]["session"]["eventCount"].as_u64().unwrap();
    for nth in 0..600 {
        let name = if nth % 2 == 0 { "next" } else { "queue/shuffle" };
        let ack = socket.asks(&format!("k{nth}"), name, &json!({}), Some(count));
        count = ack["eventCount"].as_u64().unwrap_or_else(|| panic!("{ack}"));
        socket.forget();
        awake.wait_for("each event at once", |message| message["eventCount"] == count);
        awake.forget();
    }
    socket2::SockRef::from(asleep.stream()).set_recv_buffer_size(1 << 20).unwrap();
    // Every record that it gets opens, in order: what did not fit was sealed once and sent on where it stood.
    let mut last = None;
    asleep.wait_for("what is now", |message: &Value| {
        if message["type"] == "sync:full" {
            last = message["seq"].as_u64();
        } else if is_of_the_session(message) {
            assert_eq!(message["seq"].as_u64(), last.replace(message["seq"].as_u64().unwrap()).map(|seq| seq + 1));
        }
        message["eventCount"] == count || message["data"]["session"]["eventCount"] == count
    });
}

#[test]
fn an_event_stream_and_the_end_of_the_house_over_tls() {
    let mut house = House::open();
    let (address, trust) = (house.door().address(), Trust::of(&house));
    let phone = house.pair("phone");
    let mut stream = trust.knock(address);
    stream.say(phone.sign(Ask::get("/events?listen=0")).bytes(&address.to_string()));
    assert_eq!(stream.answer_head().unwrap().0, 200);
    while !stream.line().unwrap().contains("sync:full") {}
    phone.does("/next", &json!({}));
    while !stream.line().unwrap().contains("session:advanced") {}
    let mut socket = Socket::secure(&trust, address, "/ws/sync", &phone.token);
    socket.wait("sync:full");
    house.process().terminate();
    socket.wait("server:refresh");
    assert_eq!(socket.close_code(), Some(1012));
    assert!(stream.ends());
    assert_eq!(house.stop(), Some(0));
}

#[test]
fn the_certificate_follows_the_names_and_the_authority_stays() {
    let dir = tempfile::tempdir().unwrap();
    let open = |config: &str| House::with(Setup::default().state(dir.path()).config(config));
    let house = open("");
    let (trust, address) = (Trust::of(&house), house.door().address());
    let first = trust.shown(address, "hearken.local").unwrap();
    assert_eq!(trust.shown(address, "127.0.0.1").unwrap(), first);
    assert_eq!(trust.shown(address, "kitchen.lan"), None);
    drop(house);
    let house = open("name = \"kitchen\"\nallowed_hosts = [\"kitchen.lan\", \"music.example.org\"]");
    let address = house.door().address();
    let second = trust.shown(address, "kitchen.local").unwrap();
    assert_eq!(trust.shown(address, "kitchen.lan").unwrap(), second);
    assert_eq!(trust.shown(address, "hearken.local"), None);
    assert_eq!(trust.shown(address, "music.example.org"), None, "that is not a private name");
    let page = house.ask(Ask::get("/trust").field("Host", "kitchen.lan"));
    assert_eq!((page.status, page.field("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("href=\"https://kitchen.lan/\""), "{}", page.text());
    assert!(!page.text().contains("{{"), "{}", page.text());
}

/// Writes a certificate of the household's own.
fn own_files(dir: &Path, name: &str) -> CertificateDer<'static> {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(dir.join("key.pem"), key.serialize_pem()).unwrap();
    std::fs::write(dir.join("cert.pem"), certificate.pem()).unwrap();
    CertificateDer::from_pem_slice(certificate.pem().as_bytes()).unwrap()
}

#[test]
fn own_files_are_shown_and_a_renewal_is_noticed_while_the_house_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let first = own_files(dir.path(), "music.example.org");
    let path = |name: &str| dir.path().join(name).display().to_string();
    let config = format!("tls_cert = {:?}\ntls_key = {:?}", path("cert.pem"), path("key.pem"));
    let house = House::with(Setup::default().config(&config));
    let address = house.door().address();
    assert_eq!(Trust::in_(&first).shown(address, "music.example.org"), Some(first));
    house.ask(Ask::get("/ca.crt")).problem(404);
    assert!(house.ask(Ask::get("/trust")).text().contains("a certificate of the household"));
    let second = own_files(dir.path(), "music.example.org");
    let trust = Trust::in_(&second);
    until("the renewal is noticed", || trust.shown(address, "music.example.org"));
}

#[test]
fn own_files_that_are_not_there_are_said_at_start() {
    let house = House::closed(Setup::default().config("tls_cert = \"/nowhere/c.pem\"\ntls_key = \"/nowhere/k.pem\""));
    let ended = house.command().output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("tls_cert = /nowhere/c.pem: cannot be read"), "{said}");
}

#[test]
fn switched_off_a_hello_is_answered_by_closing_and_http_is_whole() {
    let house = House::with(Setup::default().config("tls = \"off\""));
    let mut socket = TcpStream::connect(house.door().address()).unwrap();
    socket.set_read_timeout(Some(crate::house::PATIENCE)).unwrap();
    socket.write_all(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03").unwrap();
    assert!(matches!(socket.read(&mut [0; 16]), Ok(0) | Err(_)), "closed, without a byte");
    house.ask(Ask::get("/ca.crt")).problem(404);
    assert!(house.ask(Ask::get("/trust")).text().contains("switched off"));
    assert!(!house.state_dir().join("tls").exists(), "nothing is made");
    house.pair("phone").does("/next", &json!({}));
}
