//! Who is let in, how, for how long, and how they are shown out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::ws::Socket;
use crate::house::{House, Phone, Setup, until};
use serde_json::{Value, json};

fn by_code(code: &str) -> Ask {
    Ask::post("/pair").json(&json!({ "code": code }))
}

/// A code that is not this one.
fn wrong(code: &str, nth: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1 + nth) % 1_000_000)
}

#[test]
fn the_code_lets_a_device_in() {
    let house = House::open();
    let named = json!({ "code": house.code, "clientName": "Küche 🎧", "profileName": "Anna" });
    let answer = house.ask(Ask::post("/pair").json(&named));
    let paired = answer.ok();
    let id = paired["clientId"].as_str().unwrap();
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte)), "{id}");
    assert!(paired["token"].as_str().unwrap().len() >= 32, "at least 128 bits");
    assert_eq!(paired["snapshot"], house.snapshot());
    assert_eq!(paired["eventCount"], paired["snapshot"]["eventCount"]);
    assert_eq!(paired["epoch"], paired["snapshot"]["epoch"]);
    let phone = Phone::new(house.door(), &paired);
    let clients = phone.get("/clients").ok();
    let shown = &clients["clients"][0];
    assert_eq!(
        (&shown["clientId"], &shown["name"], &shown["profile"]),
        (&json!(id), &json!("Küche 🎧"), &phone.get("/profiles").ok()["profiles"][1]["id"])
    );
    assert_eq!(shown["online"], false);
    assert!(shown["pairedAt"].as_f64().unwrap() > 1.7e9);
}

#[test]
fn a_new_code_shuts_out_whoever_knew_the_old_one() {
    let house = House::open();
    house.ask(Ask::post("/invite/code").json(&json!({}))).problem(401);
    let phone = house.pair("Kitchen");
    let link = phone.post("/invite", &json!({})).ok()["url"].as_str().unwrap().to_owned();
    let renewed = phone.post("/invite/code", &json!({})).ok();
    let code = renewed["code"].as_str().unwrap();
    assert_ne!(code, house.code);
    house.ask(by_code(&house.code)).problem(403);
    let token = link.split_once("#k=").unwrap().1;
    house.ask(Ask::post("/pair").json(&json!({ "token": token }))).problem(403);
    house.ask(by_code(code)).ok();
    assert_eq!(phone.get("/snapshot").status, 200, "who is in stays in");
}

#[test]
fn the_cookie_is_hidden_from_scripts_and_from_other_sites() {
    let house = House::open();
    let answer = house.ask(by_code(&house.code));
    let cookie = answer.field("set-cookie").unwrap().to_owned();
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let attributes: Vec<_> = cookie.split(';').map(str::trim).collect();
    assert_eq!(attributes[0], format!("hearken={token}"));
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&attribute), "{attribute} in {cookie}");
    }
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    let with_cookie = |ask: Ask| ask.field("Cookie", &format!("a=b; hearken={token}"));
    assert_eq!(house.ask(with_cookie(Ask::get("/snapshot"))).status, 200);
    let origin = format!("http://{}", house.door().address());
    assert_eq!(house.ask(with_cookie(Ask::post("/scan")).field("Origin", &origin)).status, 202);
    house.ask(with_cookie(Ask::post("/scan"))).problem(403);
    house.ask(with_cookie(Ask::post("/scan")).field("Origin", "http://evil.example")).problem(403);
}

#[test]
fn wrong_codes_are_refused_and_the_sixth_in_a_minute_must_wait_even_if_it_is_right() {
    let house = House::open();
    for nth in 0..5 {
        house.ask(by_code(&wrong(&house.code, nth))).problem(403);
    }
    let answer = house.ask(by_code(&house.code));
    answer.problem(429);
    let wait: u64 = answer.field("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let elsewhere = house.door().ask_from([127, 0, 0, 2], by_code(&house.code));
    assert_eq!(elsewhere.status, 200, "somebody else's mistakes are not held against this one");
}

#[test]
fn after_ten_wrong_tries_there_is_a_new_code() {
    let mut house = House::open();
    for nth in 0..10 {
        let from = [127, 0, 1, u8::try_from(nth / 5).unwrap() + 1];
        house.door().ask_from(from, by_code(&wrong(&house.code, nth))).problem(403);
    }
    let new = house.local(Ask::get("/pairing")).ok()["code"].as_str().unwrap().to_owned();
    assert_ne!(new, house.code, "one time in a million these are equal");
    house.ask(by_code(&house.code)).problem(403);
    until("the journal tells the new code", || house.log().contains(&new).then_some(()));
    house.code = new;
    house.pair("late");
}

#[test]
fn what_is_no_try_counts_as_none() {
    let house = House::open();
    for body in ["", "{}", "[]", "nonsense", "{\"code\":123456}", "{\"code\":null}", "{\"clientName\":\"x\"}"] {
        for _ in 0..2 {
            let status = house.ask(Ask::post("/pair").body(body)).status;
            assert!([400, 422].contains(&status), "{body}: {status}");
        }
    }
    house.pair("still welcome");
}

#[test]
fn names_are_bounded_and_a_refused_one_pairs_nobody() {
    let house = House::open();
    let before = house.fingerprint();
    for name in ["x".repeat(65), "two\nlines".into()] {
        let body = json!({ "code": house.code, "clientName": name });
        house.ask(Ask::post("/pair").json(&body)).problem(422);
    }
    house.ask(Ask::post("/pair").json(&json!({ "code": house.code, "profile": "not an id!" }))).problem(422);
    assert_eq!(house.fingerprint(), before);
    assert_eq!(house.pair(&"ü".repeat(64)).get("/clients").status, 200);
}

#[test]
fn the_qr_is_for_those_who_are_in() {
    let house = House::open();
    for target in ["/qr", "/qr.svg"] {
        house.ask(Ask::get(target)).problem(403);
    }
    house.ask(Ask::post("/invite")).problem(403);
    let phone = house.pair("phone");
    let (png, svg) = (phone.get("/qr"), phone.get("/qr.svg"));
    assert_eq!((png.status, png.field("content-type")), (200, Some("image/png")));
    assert_eq!((svg.status, svg.field("content-type")), (200, Some("image/svg+xml")));
    assert!(png.body.starts_with(b"\x89PNG") && svg.text().contains("<svg"));
    assert_eq!((png.field("cache-control"), svg.field("cache-control")), (Some("no-store"), Some("no-store")));
}

#[test]
fn behind_a_proxy_invitations_and_radio_lead_to_its_address() {
    let house = House::with(Setup::default().config("public_url = \"https://music.example.org\"\nqr_open = true"));
    let phone = house.pair("phone");
    let told = phone.post("/invite", &json!({})).ok();
    assert!(told["url"].as_str().unwrap().starts_with("https://music.example.org/#k="), "{told}");
    assert_eq!(told["localUrl"], json!(null), "one address is enough");
    let local = house.local(Ask::get("/pairing")).ok();
    assert_eq!(local["url"], json!("https://music.example.org"));
    // As nginx passes it on: the browser's Host and Origin, and who it was.
    let proxied = |ask: Ask| ask.field("Host", "music.example.org").field("X-Forwarded-For", "203.0.113.9");
    assert_eq!(house.ask(proxied(Ask::get("/"))).status, 200);
    let pair = Ask::post("/pair").json(&json!({"code": house.code})).field("Origin", "https://music.example.org");
    house.ask(proxied(pair)).ok();
    let foreign = Ask::post("/pair").json(&json!({"code": house.code})).field("Origin", "https://evil.example");
    house.ask(proxied(foreign)).problem(403);
    phone.post("/radio/stations", &json!({"name": "All", "source": {"type": "all"}, "mode": "shuffle"})).ok();
    let stations = phone.get("/radio").ok();
    let station = stations["stations"][0]["stationId"].as_str().unwrap_or_else(|| panic!("{stations}"));
    let list = |host: &str| {
        let ask = Ask::get(&format!("/radio/{station}.m3u")).field("Host", host);
        house.ask(phone.sign(ask)).text()
    };
    assert!(list("music.example.org").contains("\nhttps://music.example.org/radio/"), "{}", list("music.example.org"));
    assert!(list("localhost:1").contains("\nhttp://localhost:1/radio/"), "{}", list("localhost:1"));
}

#[test]
fn an_invitation_lets_in_one_device_without_typing() {
    let house = House::open();
    let phone = house.pair("phone");
    let invitation = phone.post("/invite", &json!({})).ok();
    assert_eq!((&invitation["code"], &invitation["expiresInSec"]), (&json!(house.code), &json!(300)));
    let url = invitation["url"].as_str().unwrap();
    let (page, token) = url.split_once("/#k=").unwrap();
    assert_eq!(page, format!("http://{}", house.door().address()), "by number, in the fragment");
    let scan = Ask::post("/pair").json(&json!({ "token": token }));
    let guest = Phone::new(house.door(), &house.ask(scan.clone()).ok());
    assert_ne!(guest.id, phone.id);
    assert_eq!(guest.get("/snapshot").status, 200);
    house.ask(scan).problem(403);
    house.ask(Ask::post("/pair").json(&json!({ "token": "0".repeat(token.len()) }))).problem(403);
}

#[test]
fn a_device_that_pairs_again_stays_who_it_is_and_gets_a_new_token() {
    let house = House::open();
    let phone = house.pair("phone");
    let again = phone.post("/pair", &json!({ "code": house.code })).ok();
    assert_eq!(again["clientId"], *phone.id);
    assert_ne!(again["token"], *phone.token);
    phone.get("/snapshot").problem(401);
    let phone = Phone::new(house.door(), &again);
    let clients = phone.get("/clients").ok();
    assert_eq!(clients["clients"].as_array().unwrap().len(), 1);
    assert_eq!(clients["clients"][0]["name"], "phone", "and keeps its name");
}

#[test]
fn a_device_is_renamed_for_everybody_to_see() {
    let house = House::open();
    let (phone, watcher) = (house.pair("phone"), house.pair("watcher"));
    let mut socket = watcher.socket("");
    socket.wait("sync:full");
    let ben = phone.post("/profiles", &json!({ "name": "Ben" })).json()["id"].clone();
    let patch = |body: &Value| phone.ask(Ask::new("PATCH", &format!("/clients/{}", phone.id)).json(body));
    let changed = patch(&json!({ "name": " Bath ", "profile": ben })).ok();
    assert_eq!((&changed["name"], &changed["profile"]), (&json!("Bath"), &ben));
    let event = socket.wait("household:renamed");
    assert_eq!(event["data"]["device"]["name"], "Bath");
    for (body, status) in
        [(json!({ "name": "" }), 422), (json!({ "name": "x".repeat(65) }), 422), (json!({ "name": 5 }), 422)]
    {
        patch(&body).problem(status);
    }
    for nobody in ["0123456789ABCDEF", "0000000000000000", "x"] {
        let target = format!("/clients/{nobody}");
        phone.ask(Ask::new("PATCH", &target).json(&json!({ "name": "y" }))).problem(404);
        phone.ask(Ask::new("DELETE", &target)).problem(404);
    }
}

#[test]
fn a_revoked_device_is_out_at_once_everywhere_and_for_good() {
    let mut house = House::open();
    let (phone, lost) = (house.pair("phone"), house.pair("lost"));
    let mut watcher = phone.socket("");
    watcher.wait("sync:full");
    let (mut one, mut other) = (lost.socket(""), lost.tab("t2").socket(""));
    one.wait("sync:full");
    other.wait("sync:full");
    let mut stream = lost.stream("listen=0", None);
    stream.wait_for("sync:full");
    let mut line = house.door().knock();
    assert_eq!(line.ask(&lost.sign(Ask::get("/snapshot"))).status, 200);

    assert_eq!(phone.ask(Ask::new("DELETE", &format!("/clients/{}", lost.id))).status, 204);
    one.close_code();
    other.close_code();
    while stream.next().is_some() {}
    line.ask(&lost.sign(Ask::get("/snapshot"))).problem(401);
    assert_eq!(watcher.wait("household:revoked")["data"]["clientId"], *lost.id);
    let bearer = format!("Bearer {}", lost.token);
    let refused = Socket::try_open(house.door().address(), "/ws/sync", &[("Authorization", &bearer)]);
    assert_eq!(refused.err(), Some(401));
    house.restart();
    lost.get("/snapshot").problem(401);
    assert_eq!(phone.get("/clients").ok()["clients"].as_array().unwrap().len(), 1);
}

#[test]
fn a_new_device_is_announced() {
    let house = House::open();
    let mut socket = house.pair("phone").socket("");
    assert_eq!(socket.wait("sync:full")["data"]["devices"].as_array().unwrap().len(), 1);
    let guest = house.pair("guest");
    let event = socket.wait("household:paired");
    assert_eq!((&event["data"]["device"]["clientId"], &event["topic"]), (&json!(guest.id), &json!("household")));
    assert!(!event.to_string().contains(&guest.token), "no secret is ever an event");
}
