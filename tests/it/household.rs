//! What can be asked of the household over the WebSocket: the same as by POST, with the same effects.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::ws::Socket;
use crate::house::{House, Phone, until};
use serde_json::{Value, json};

/// A house, somebody who watches by HTTP, and a phone's socket.
fn at_home() -> (House, Phone, Phone, Socket) {
    let house = House::open();
    let (watcher, phone) = (house.pair("watcher"), house.pair("phone"));
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    (house, watcher, phone, socket)
}

fn refused(socket: &mut Socket, id: &str, name: &str, args: &Value, status: u16) {
    let answer = socket.asks(id, name, args, None);
    assert_eq!((&answer["type"], &answer["status"]), (&json!("reject"), &json!(status)), "{name} {args}: {answer}");
    assert!(answer["detail"].as_str().unwrap().len() > 8, "{answer}");
}

#[test]
fn rooms_and_profiles_are_made_changed_and_taken_away_by_socket() {
    let (_house, watcher, _, mut socket) = at_home();
    for (nth, (kind, one)) in [("rooms", "room"), ("profiles", "profile")].into_iter().enumerate() {
        let id = |verb: &str| format!("{nth}{verb}");
        let listed = || watcher.get(&format!("/{kind}")).ok()[kind].clone();
        let made = socket.asks(&id("new"), kind, &json!({ "name": " Attic " }), None);
        assert_eq!((&made["type"], &made["topic"]), (&json!("ack"), &json!("household")), "{made}");
        let its = made["result"]["data"][one]["id"].clone();
        assert_eq!(made["result"]["data"][one], json!({ "id": its, "name": "Attic" }));
        let again = socket.asks(&id("new"), kind, &json!({ "name": " Attic " }), None);
        assert_eq!(again["result"], made["result"], "the same key: the same one");
        assert_eq!(listed().as_array().unwrap().len(), 2);
        let changed =
            socket.asks(&id("change"), &format!("{kind}/change"), &json!({ "id": its, "name": "Loft" }), None);
        assert_eq!(changed["result"]["data"][one]["name"], "Loft");
        assert_eq!(listed().to_string().matches("Loft").count(), 1);
        refused(&mut socket, &id("same"), &format!("{kind}/change"), &json!({ "id": its, "name": "Loft" }), 409);
        let gone = socket.asks(&id("gone"), &format!("{kind}/delete"), &json!({ "id": its }), None);
        assert_eq!(gone["result"]["data"], json!({ one: { "id": its } }));
        assert_eq!(listed().as_array().unwrap().len(), 1);
        let wrongs = [
            ("delete", json!({ "id": its }), 404),
            ("delete", json!({ "id": ".." }), 404),
            ("delete", json!({}), 422),
            ("change", json!({ "id": its, "name": 5 }), 422),
            ("dance", json!({ "id": its }), 404),
        ];
        for (at, (wrong, args, status)) in wrongs.iter().enumerate() {
            refused(&mut socket, &format!("{nth}-{at}"), &format!("{kind}/{wrong}"), args, *status);
        }
    }
    refused(&mut socket, "home", "profiles/delete", &json!({ "id": "home" }), 409);
    refused(&mut socket, "house", "rooms/delete", &json!({ "id": "house" }), 409);
    socket.command("stale", "rooms", &json!({ "name": "x" }), Some(1));
    assert_eq!(socket.wait("reject")["status"], 409, "a guard that is sent is honoured");
}

#[test]
fn a_post_with_a_key_makes_one_room_and_one_profile() {
    let (_house, watcher, ..) = at_home();
    for kind in ["rooms", "profiles"] {
        let post = |name: &str| {
            let ask = Ask::post(&format!("/{kind}")).json(&json!({ "name": name }));
            watcher.ask(ask.field("Idempotency-Key", kind))
        };
        let (first, again) = (post("Attic"), post("Attic"));
        assert_eq!((first.status, again.status, first.json()["id"].clone()), (201, 201, again.json()["id"].clone()));
        post("Cellar").problem(422);
        assert_eq!(watcher.get(&format!("/{kind}")).ok()[kind].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_device_is_renamed_and_revoked_by_socket_at_once_and_for_good() {
    let (mut house, watcher, phone, mut socket) = at_home();
    let lost = house.pair("lost");
    let (mut one, mut stream) = (lost.socket(""), lost.stream("listen=0", None));
    one.wait("sync:full");
    stream.wait_for("sync:full");
    let named = socket.asks("n", "clients/change", &json!({ "id": lost.id, "name": "Lost" }), None);
    assert_eq!(named["result"]["data"]["device"]["name"], "Lost");
    refused(&mut socket, "p", "clients/change", &json!({ "id": lost.id, "profile": "u999" }), 404);
    let gone = socket.asks("r", "clients/revoke", &json!({ "id": lost.id }), None);
    assert_eq!(gone["result"]["data"], json!({ "clientId": lost.id }));
    assert_eq!(one.close_code(), None);
    while stream.next().is_some() {}
    lost.get("/snapshot").problem(401);
    let again = socket.asks("r", "clients/revoke", &json!({ "id": lost.id }), None);
    assert_eq!(again["result"], gone["result"]);
    refused(&mut socket, "s", "clients/revoke", &json!({ "id": lost.id }), 404);
    house.restart();
    lost.get("/snapshot").problem(401);
    assert_eq!(watcher.get("/clients").ok()["clients"].as_array().unwrap().len(), 2);
    assert_eq!(phone.get("/snapshot").status, 200);
}

#[test]
fn who_changes_its_own_profile_gets_the_ack_and_then_begins_anew() {
    let (_house, watcher, phone, mut socket) = at_home();
    let anna =
        socket.asks("a", "profiles", &json!({ "name": "Anna" }), None)["result"]["data"]["profile"]["id"].clone();
    let ack = socket.asks("b", "clients/change", &json!({ "id": phone.id, "profile": anna }), None);
    assert_eq!(ack["result"]["data"]["device"]["profile"], anna);
    assert_eq!(socket.wait("server:refresh")["reason"], "profile");
    assert_eq!(socket.close_code(), Some(1012));
    assert_eq!(phone.socket("").wait("sync:full")["you"]["profile"], anna);
    let clients = watcher.get("/clients").ok();
    let own = clients["clients"].as_array().unwrap().iter().find(|client| client["clientId"] == *phone.id).unwrap();
    assert_eq!(own["profile"], anna);
}

#[test]
fn a_download_of_a_revoked_device_ends() {
    let house = House::open();
    std::fs::write(house.music_dir().join("long.wav"), crate::house::music::wav(7, 40_000)).unwrap();
    let (phone, lost) = (house.pair("phone"), house.pair("lost"));
    phone.post("/scan", &json!({}));
    let track = until("it is found", || {
        let index = phone.get("/index").ok();
        index.as_array()?.iter().find(|track| track["fileName"] == "long.wav").cloned()
    });
    let target = format!("/file/{}", track["trackId"].as_str().unwrap());
    let begun = |phone: &Phone| {
        let mut line = house.door().knock();
        line.say(phone.sign(Ask::get(&target)).bytes("localhost"));
        line
    };
    let (mut kept, mut cut) = (begun(&phone), begun(&lost));
    // Both are under way, and nobody reads on: what the kernel holds is less than the file.
    assert_eq!(cut.answer_head().unwrap().0, 200);
    assert_eq!(phone.ask(Ask::new("DELETE", &format!("/clients/{}", lost.id))).status, 204);
    let got = cut.rest().len() as u64;
    assert!(got < track["size"].as_u64().unwrap(), "{got}");
    assert_eq!(kept.answer(false).unwrap().body.len() as u64, track["size"].as_u64().unwrap());
}
