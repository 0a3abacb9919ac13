//! No secret is ever where somebody else may look: not in the log, however much it tells, nor in figures, exports, the state
//! for debugging, or what other devices are told.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Phone, Setup};
use serde_json::json;

#[test]
fn secrets_stay_where_they_belong_even_when_the_log_tells_everything() {
    let house = House::with(Setup::default().config("debug = true\nlog_level = \"trace\"\n"));
    let (phone, other) = (house.pair("phone"), house.pair("other"));
    let mut watching = other.socket("");
    watching.wait("sync:full");
    let told = other.stream("listen=0", None);

    let invitation = phone.post("/invite", &json!({})).ok()["url"].as_str().unwrap().to_owned();
    let invitation = invitation.split_once("#k=").unwrap().1.to_owned();
    let guest = house.ask(Ask::post("/pair").json(&json!({ "token": invitation }))).ok();
    // Who pairs again gets a new token; the old one is a secret all the same.
    let (old, phone) =
        (phone.token.clone(), Phone::new(house.door(), &phone.post("/pair", &json!({ "code": house.code })).ok()));
    let made = phone.post("/radio/stations", &json!({ "name": "Tower", "source": { "type": "all" }, "mode": "queue" }));
    assert_eq!(made.status, 200, "{}", made.text());
    let stream = phone.get("/radio").ok()["stations"][0]["stream"].as_str().unwrap().to_owned();
    let key = stream.split_once("key=").unwrap().1.to_owned();
    // Each secret is used, and misused, in every way that a client has.
    let token = guest["token"].as_str().unwrap();
    for ask in [
        Ask::head(&stream),
        Ask::get("/snapshot").bearer(token),
        Ask::get("/snapshot").field("Cookie", &format!("hearken={token}")),
        Ask::get(&format!("/snapshot?token={token}")),
        Ask::get(&format!("/nothing/{token}")),
        Ask::get(&format!("/radio/none/stream?key={key}")),
        Ask::get(&format!("/ws/sync?token={token}")),
        Ask::post("/pair").json(&json!({ "token": invitation })),
        Ask::post("/pair").json(&json!({ "code": token })),
        Ask::post("/next").bearer(token).body(format!("{{\"x\":\"{token}\"")),
    ] {
        let _ = house.ask(ask);
    }
    phone.does("/next", &json!({}));
    watching.wait("session:advanced");
    drop(told);

    let heard: String = watching.told.iter().map(ToString::to_string).collect();
    let places = [
        ("the log", house.log()),
        ("/metrics", house.local(Ask::get("/metrics")).text()),
        ("/export", house.export().to_string()),
        ("/log", house.local(Ask::get("/log?limit=1000")).text()),
        ("/debug/state", other.get("/debug/state").text()),
        ("/clients", other.get("/clients").text()),
        ("/doctor", house.local(Ask::get("/doctor")).text()),
        ("what others are told", heard),
    ];
    let secrets = [
        ("a token", phone.token.as_str()),
        ("a token of before", &old),
        ("a guest's token", token),
        ("an invitation", &invitation),
        ("a station's key", &key),
    ];
    for (place, text) in &places {
        for (what, secret) in secrets {
            assert!(secret.len() >= 16, "{what} can be guessed");
            assert!(!text.contains(secret), "{what} is in {place}");
        }
    }
    assert!(places[0].1.contains("debug:"), "the log did not tell everything: {}", places[0].1);
}
