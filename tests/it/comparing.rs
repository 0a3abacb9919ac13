//! Comparisons and playlists over the real binary: what one device answers, the other is asked next.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::House;
use crate::house::http::Ask;
use serde_json::{Value, json};

/// The members by which two track objects are the same.
fn both(pair: &Value) -> (&str, &str, &str) {
    let id = |side: &str| pair[side]["trackId"].as_str().unwrap();
    (pair["id"].as_str().unwrap(), id("a"), id("b"))
}

#[test]
fn a_winner_marked_on_one_device_moves_the_other_on() {
    let house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    let (mut one, mut other) = (phone.tab("p").socket(""), laptop.tab("l").socket(""));
    let full = one.wait("sync:full");
    assert_eq!(full["data"]["comparison"]["pair"], Value::Null);
    assert_eq!(full["data"]["playlists"], json!([]));
    other.wait("sync:full");

    let started = one.asks("c1", "comparison/start", &json!({"source": {"type": "all"}}), None);
    assert_eq!(started["type"], "ack", "{started}");
    let table = other.wait("comparison:started")["data"].clone();
    assert_eq!(table["progress"]["pool"], 4);
    assert!(table["pair"]["a"]["title"].is_string() && table["pair"]["a"]["duration"].is_number(), "{table}");

    one.asks("c2", "comparison/select", &json!({"trackId": table["pair"]["a"]["trackId"], "isPlaying": true}), None);
    assert_eq!(other.wait("comparison:selected")["data"]["selected"]["isPlaying"], true);

    let verdict = json!({"pairId": table["pair"]["id"], "winner": "a"});
    let ack = one.asks("c3", "comparison/verdict", &verdict, None);
    let next = &ack["result"]["data"];
    assert_eq!(both(&next["pair"]), both(&table["prefetched"]["ifA"]), "the prefetched pair is on the table");
    let told = other.wait("comparison:verdict");
    assert_eq!((&told["data"], &told["seq"]), (next, &ack["seq"]));
    assert_eq!(told["data"]["ratings"][0]["trackId"], table["pair"]["a"]["trackId"]);
    assert!(told["data"]["ratings"][0]["rating"].as_f64() > told["data"]["ratings"][1]["rating"].as_f64());

    // The other one was slower: its answer is to a pair that is gone, and it is shown the present one.
    let stale = other.asks("c1", "comparison/verdict", &verdict, None);
    assert_eq!((&stale["type"], &stale["status"]), (&json!("reject"), &json!(409)));
    assert_eq!(both(&stale["pair"]), both(&next["pair"]));
    let again = one.asks("c3", "comparison/verdict", &verdict, None);
    assert_eq!((&again["type"], &again["seq"]), (&json!("ack"), &ack["seq"]), "a retry changes nothing");
}

#[test]
fn answers_survive_a_restart_and_ratings_with_them() {
    let mut house = House::open();
    let phone = house.pair("phone");
    phone.post("/comparison/start", &json!({"source": {"type": "all"}, "mode": "top10"})).ok();
    for winner in ["a", "tie", "b"] {
        let pair = phone.get("/comparison").ok()["pair"]["id"].clone();
        phone.post("/comparison/verdict", &json!({"pairId": pair, "winner": winner})).ok();
    }
    let pair = phone.get("/comparison").ok()["pair"]["id"].clone();
    phone.post("/comparison/skip", &json!({"pairId": pair})).ok();
    let (comparison, ratings) = (phone.get("/comparison").ok(), phone.get("/ratings").ok());
    assert_eq!(ratings["verdicts"], 3);
    house.kill9();
    house.start();
    assert_eq!(phone.get("/comparison").ok(), comparison);
    assert_eq!(phone.get("/ratings?profile=home").ok(), ratings);
    for _ in 0..4 {
        phone.post("/comparison/undo", &json!({})).ok();
    }
    assert_eq!(phone.get("/ratings").ok()["count"], 0);
    phone.post("/comparison/undo", &json!({})).problem(409);
}

#[test]
fn a_profile_has_a_comparison_of_its_own() {
    let house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    let ada = phone.post("/profiles", &json!({"name": "Ada"})).json()["id"].clone();
    let profile = Ask::new("PATCH", &format!("/clients/{}", laptop.id)).json(&json!({"profile": ada}));
    assert_eq!(laptop.ask(profile).status, 200);
    let mut other = laptop.socket("");
    other.wait("sync:full");
    phone.post("/comparison/start", &json!({"source": {"type": "all"}})).ok();
    laptop.post("/playlists", &json!({"name": "A sign"})).ok();
    other.wait("playlists:created");
    assert!(!other.story(0).iter().any(|kind| kind.starts_with("comparison:")), "it is not theirs to see");
    assert_eq!(laptop.get("/comparison").ok()["pair"], Value::Null);
}

#[test]
fn sources_that_stand_for_nothing_are_refused_with_a_reason() {
    let house = House::open();
    let phone = house.pair("phone");
    let start = |source: Value| phone.post("/comparison/start", &json!({ "source": source }));
    start(json!({"type": "starred"})).problem(422);
    start(json!({"type": "recent"})).problem(422);
    start(json!({"type": "top"})).problem(422);
    start(json!({"type": "album", "id": "nothing"})).problem(422);
    start(json!({"type": "playlist", "id": "p1"})).problem(404);
    start(json!({"type": "mood"})).problem(422);
    phone.post("/comparison/undo", &json!({})).problem(409);
}

#[test]
fn a_playlist_is_made_edited_compared_and_handed_on() {
    let house = House::open();
    let (phone, laptop, queue) = (house.pair("phone"), house.pair("laptop"), house.queue());
    let mut other = laptop.socket("topics=playlists");
    other.wait("sync:full");
    let made = phone.post("/playlists", &json!({"name": "Evening", "trackIds": [queue[0], queue[1]]})).ok();
    let id = made["playlist"]["playlistId"].as_str().unwrap().to_owned();
    let path = format!("/playlists/{id}");
    assert_eq!(other.wait("playlists:created")["data"]["trackIds"], json!([queue[0], queue[1]]));
    phone.post(&format!("{path}/add"), &json!({"trackIds": [queue[2]], "at": 0})).ok();
    assert_eq!(other.wait("playlists:changed")["data"]["queueChange"]["op"], "insert");
    phone.post(&format!("{path}/move"), &json!({"trackId": queue[0], "to": 0})).ok();
    phone.post(&format!("{path}/remove"), &json!({"trackId": queue[1]})).ok();
    let renamed = phone.ask(Ask::new("PUT", &path).json(&json!({"name": "Night"}))).ok();
    assert_eq!((&renamed["playlist"]["name"], &renamed["playlist"]["count"]), (&json!("Night"), &json!(2)));
    let stale = Ask::new("PUT", &path).json(&json!({"name": "Late"})).field("If-Match-Event", "1");
    assert_eq!(phone.ask(stale).problem(409)["expectedEventCount"], 5);
    let tracks = phone.get(&path).ok()["tracks"].clone();
    let ids: Vec<_> = tracks.as_array().unwrap().iter().map(|track| track["trackId"].clone()).collect();
    assert_eq!(ids, [json!(queue[0]), json!(queue[2])]);

    phone.post("/comparison/start", &json!({"source": {"type": "playlist", "id": id}})).ok();
    assert_eq!(phone.get("/comparison").ok()["progress"]["pool"], 2);

    let file = phone.get(&format!("{path}.m3u8"));
    assert!(file.text().starts_with("#EXTM3U\n#PLAYLIST:Night\n#HEARKEN:"), "{}", file.text());
    let foreign = format!("{}#EXTINF:1,Nobody - Nothing\ngone.mp3\n", file.text());
    let sent = Ask::post("/playlists/import?name=Copy").field("Content-Type", "audio/x-mpegurl").body(foreign);
    let taken = phone.ask(sent).ok();
    assert_eq!((&taken["trackIds"], &taken["missing"]), (&json!([queue[0], queue[2]]), &json!(["gone.mp3"])));
    assert_eq!(taken["playlist"]["name"], "Copy");
    let nothing = Ask::post("/playlists/import").body("gone.mp3");
    phone.ask(nothing).problem(422);

    assert_eq!(phone.ask(Ask::new("DELETE", &path)).ok()["playlistId"], json!(id));
    assert_eq!(other.wait("playlists:deleted")["data"]["playlistId"], json!(id));
    phone.get(&path).problem(404);
    assert_eq!(phone.get("/playlists").ok()["playlists"].as_array().unwrap().len(), 1);
}
