//! Stars over the real binary: told to the profile's devices and nobody else, merged, taken back, and kept short.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Phone, Setup, music, until};
use hearken::core::event::Event;
use hearken::core::starring::Stars;
use hearken::log::sqlite::SqliteLog;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// `+x` stars the track x, `-x` unstars it, each under a name of its own; `~` and seconds: so long ago.
fn batch(first: u64, marks: &str) -> Value {
    let events = (first..).zip(marks.split_whitespace()).map(|(number, mark)| {
        let (mark, age) = mark.split_once('~').unwrap_or((mark, "0"));
        let event_type = if mark.starts_with('+') { "star_track" } else { "unstar_track" };
        let ts = 100_000.0 - age.parse::<f64>().unwrap();
        json!({ "mutationId": format!("m{number}"), "ts": ts, "eventType": event_type, "id": &mark[1..] })
    });
    json!({ "sentTs": 100_000.0, "events": events.collect::<Vec<_>>() })
}

fn statuses(results: &Value) -> Vec<&str> {
    results["results"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect()
}

fn ids(stars: &Value) -> Vec<&str> {
    stars["tracks"].as_array().unwrap().iter().map(|star| star["id"].as_str().unwrap()).collect()
}

fn type_here(house: &House, words: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearken"));
    command.args(words).env("HOME", home.path()).env("HEARKEN_SOCKET", house.socket()).env_remove("HEARKEN_CONFIG");
    command.env_remove("XDG_CONFIG_HOME").output().unwrap()
}

fn typed(house: &House, words: &[&str]) -> String {
    let output = type_here(house, words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// The stars of `home` as the log alone has them, without any snapshot.
fn of_the_log(house: &House) -> (Stars, usize) {
    let log = SqliteLog::open(&house.state_dir().join("hearken.db")).unwrap();
    let entries = log.read_topic("stars:home", 0, usize::MAX).unwrap();
    let mut stars = Stars::default();
    for entry in &entries {
        match serde_json::from_slice(&entry.payload).unwrap() {
            Event::Stars(_, event) => stars.apply(&event),
            other => panic!("not a star: {other:?}"),
        }
    }
    (stars, entries.len())
}

#[test]
fn a_star_is_told_to_all_of_the_profiles_tabs_but_the_one_that_set_it() {
    let house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    let (mut one, mut same, mut other) = (phone.tab("a").socket(""), phone.tab("b").socket(""), laptop.socket(""));
    let full = one.wait("sync:full");
    assert_eq!(full["data"]["stars"], json!({"tracks": [], "albums": [], "artists": []}));
    same.wait("sync:full");
    other.wait("sync:full");
    let ack = one.asks("k1", "stars", &batch(1, "+x +y~5 -x~2"), None);
    assert_eq!(statuses(&ack["result"]["data"]), ["accepted", "accepted", "accepted"], "{ack}");
    let (told, again) = (same.wait("stars:changed"), other.wait("stars:changed"));
    assert_eq!((&told["data"], &told["topic"], &told["seq"]), (&again["data"], &json!("stars:home"), &ack["seq"]));
    let events = told["data"]["events"].as_array().unwrap();
    assert_eq!((&events[0]["eventType"], &events[0]["deviceId"]), (&json!("star_track"), &json!(phone.id)));
    assert_eq!((&events[1]["by"], &events[2]["by"]["deviceId"]), (&Value::Null, &json!(phone.id)), "the last lost");
    let posted = phone.tab("b").post("/stars", &batch(4, "+z")).ok();
    assert_eq!(statuses(&posted), ["accepted"]);
    assert_eq!(posted["eventCount"], 2);
    one.wait("stars:changed");
    let sent = phone.tab("a").post("/stars", &batch(5, "-z")).ok();
    let acked = one.wait_for("its own ack", |message| message["type"] == "ack" && message["seq"] == sent["seq"]);
    assert_eq!(acked["result"]["data"]["results"], sent["results"]);
    let echoes = one.told.iter().filter(|message| message["type"] == "stars:changed").count();
    assert_eq!(echoes, 1, "only what another tab did");
    assert_eq!(ids(&laptop.get("/stars").ok()), ["x", "y"]);
    assert_eq!(laptop.socket("").wait("sync:full")["data"]["stars"], phone.get("/stars").ok());
}

#[test]
fn another_profile_sees_nothing_of_it() {
    let house = House::open();
    let (phone, guest) = (house.pair("phone"), house.pair("guest"));
    let profile = phone.post("/profiles", &json!({"name": "Ada"})).json()["id"].clone();
    let change = Ask::new("PATCH", &format!("/clients/{}", guest.id)).json(&json!({ "profile": profile }));
    phone.ask(change).ok();
    let mut theirs = guest.socket("");
    assert_eq!(theirs.wait("sync:full")["you"]["profile"], profile);
    phone.post("/stars", &batch(1, "+x")).ok();
    guest.post("/stars", &batch(1, "+y")).ok();
    let own =
        theirs.wait_for("its own star", |message| message["topic"] == format!("stars:{}", profile.as_str().unwrap()));
    assert_eq!(own["data"]["events"][0]["id"], "y");
    assert!(theirs.told.iter().all(|message| message["topic"] != "stars:home"), "{:#?}", theirs.told);
    assert_eq!(theirs.told[0]["data"]["stars"]["tracks"], json!([]));
    assert_eq!((ids(&guest.get("/stars").ok()), ids(&phone.get("/stars").ok())), (vec!["y"], vec!["x"]));
    let rows = guest.get("/stars/log").ok()["rows"].clone();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["user_sync_id"]), (1, &profile));
}

#[test]
fn who_comes_back_in_time_gets_what_was_missed_and_who_does_not_gets_all() {
    let mut house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    phone.post("/stars", &batch(1, "+x")).ok();
    let full = laptop.socket("").wait("sync:full");
    phone.post("/stars", &batch(2, "+y")).ok();
    phone.post("/stars", &batch(3, "-x")).ok();
    let since = format!("since={}:{}", full["epoch"].as_str().unwrap(), full["seq"]);
    for _ in 0..2 {
        let mut back = laptop.socket(&since);
        back.wait("sync:resumed");
        assert_eq!(back.story(0)[..2], ["stars:changed", "stars:changed"], "no full state");
        assert_eq!(back.told[1]["data"]["events"][0]["eventType"], "unstar_track");
        house.restart(); // and then the same from what the log remembers
    }
    let lost = laptop.socket("since=ffff:1").wait("sync:full");
    assert_eq!(ids(&lost["data"]["stars"]), ["y"]);
}

#[test]
fn who_was_later_wins_and_the_other_is_told_who() {
    let house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    let mut watching = laptop.socket("topics=stars");
    watching.wait("sync:full");
    laptop.post("/stars", &batch(1, "+x")).ok();
    let late = phone.post("/stars", &batch(1, "-x~3600 +y~3600")).ok();
    assert_eq!(statuses(&late), ["superseded", "accepted"]);
    assert_eq!(late["results"][0]["by"]["deviceId"], json!(laptop.id));
    let told = watching.wait_for("the phone's", |message| message["data"]["events"][0]["deviceId"] == json!(phone.id));
    assert_eq!(told["data"]["events"][0]["by"], late["results"][0]["by"]);
    assert_eq!(ids(&phone.get("/stars").ok()), ["x", "y"]);
    let future = json!({"sentTs": 1000, "events": [
        {"mutationId": "f", "ts": 9_999_999, "eventType": "star_track", "id": "f"}]});
    phone.post("/stars", &future).ok();
    let stars = phone.get("/stars").ok();
    assert_eq!(ids(&stars), ["f", "x", "y"]);
    let now = house.local(Ask::get("/log?limit=1")).json()["entries"][0]["ts"].as_f64().unwrap();
    assert!(stars["tracks"][0]["ts"].as_f64().unwrap() <= now, "never in the future");
}

#[test]
fn a_batch_sent_again_counts_once_by_whatever_way_and_after_a_restart() {
    let mut house = House::open();
    let phone = house.pair("phone");
    let keyed = |phone: &Phone, key: &str, body: &Value| {
        phone.ask(Ask::post("/stars").json(body).field("Idempotency-Key", key)).ok()
    };
    let first = keyed(&phone, "k1", &batch(1, "+x +y"));
    house.restart();
    assert_eq!(keyed(&phone, "k1", &batch(1, "+x +y"))["results"], first["results"], "the same key: the first answer");
    let after = house.fingerprint();
    assert_eq!(statuses(&keyed(&phone, "k2", &batch(1, "+x +y"))), ["duplicate", "duplicate"]);
    assert_eq!(statuses(&phone.post("/stars", &batch(1, "+x +y")).ok()), ["duplicate", "duplicate"]);
    assert_eq!(house.fingerprint(), after);
    let mut socket = phone.socket("");
    let again = socket.asks("k1", "stars", &batch(1, "+x +y"), None);
    assert_eq!(again["result"]["data"]["results"], first["results"], "by socket too");
    let mixed = socket.asks("k3", "stars", &batch(2, "+y +z"), None);
    assert_eq!(statuses(&mixed["result"]["data"]), ["duplicate", "accepted"]);
    phone.ask(Ask::post("/stars").json(&batch(9, "+q")).field("Idempotency-Key", "k1")).problem(422);
    let laptop = house.pair("laptop");
    assert_eq!(statuses(&laptop.post("/stars", &batch(1, "+x")).ok()), ["accepted"], "another device's m1 is another");
}

#[test]
fn one_malformed_event_refuses_all_and_is_named() {
    let house = House::open();
    let phone = house.pair("phone");
    let before = house.fingerprint();
    let mut wrong = batch(1, "+x +y +z");
    wrong["events"][1]["eventType"] = "love".into();
    let problem = phone.post("/stars", &wrong).problem(422);
    assert!(problem["detail"].as_str().unwrap().contains("events[1]: eventType must be one of"), "{problem}");
    let reject = phone.socket("").asks("k", "stars", &wrong, None);
    assert_eq!((&reject["type"], &reject["detail"]), (&json!("reject"), &problem["detail"]));
    phone.post("/stars", &json!({"events": []})).problem(422);
    phone.post("/stars/undo", &json!({})).problem(409);
    phone.post("/stars/redo", &json!({})).problem(409);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn ones_own_last_is_taken_back_and_done_again() {
    let mut house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    phone.post("/stars", &batch(1, "+x")).ok();
    laptop.post("/stars", &batch(1, "+y")).ok();
    house.restart();
    let mut watching = laptop.socket("");
    watching.wait("sync:full");
    let undone = phone.post("/stars/undo", &json!({})).ok();
    assert_eq!((&undone["events"][0]["eventType"], &undone["events"][0]["id"]), (&json!("unstar_track"), &json!("x")));
    assert_eq!(watching.wait("stars:changed")["data"]["events"], undone["events"]);
    assert_eq!(ids(&phone.get("/stars").ok()), ["y"]);
    let redone = phone.socket("").asks("r", "stars/redo", &json!({}), None);
    assert_eq!(redone["result"]["data"]["events"][0]["eventType"], "star_track");
    laptop.post("/stars", &batch(2, "-x")).ok();
    let refused = phone.post("/stars/undo", &json!({})).problem(409);
    assert!(refused["type"].as_str().unwrap().ends_with("nothing-to-undo"), "{refused}");
}

#[test]
fn the_log_is_paged_and_names_everything() {
    let house = House::open();
    let phone = house.pair("phone");
    for first in 0..4 {
        phone.post("/stars", &batch(first * 3, "+x +y -x")).ok();
    }
    let (mut since, mut seen) = (0, Vec::new());
    loop {
        let rows = phone.get(&format!("/stars/log?since={since}&limit=4")).ok()["rows"].as_array().unwrap().clone();
        let Some(last) = rows.last() else { break };
        assert!(rows.len() == 6, "whole entries: {rows:#?}");
        since = last["seq"].as_u64().unwrap();
        seen.extend(rows);
    }
    let names: Vec<&str> = seen.iter().map(|row| row["event_data"]["mutationId"].as_str().unwrap()).collect();
    assert_eq!(names, (0..12).map(|n| format!("m{n}")).collect::<Vec<_>>());
    assert_eq!((&seen[2]["event_type"], &seen[2]["device_uuid"]), (&json!("unstar_track"), &json!(phone.id)));
    assert_eq!((&seen[0]["user_sync_id"], &seen[0]["event_data"]["id"]), (&json!("home"), &json!("x")));
    assert!(seen[0]["timestamp"].as_f64().unwrap() > 1.7e9);
    phone.get("/stars/log?since=soon").problem(422);
}

#[test]
fn compaction_changes_nothing_but_the_log() {
    let mut house = House::with(Setup::default().config("[stars]\nretention_days = 0\n[log]\nretention_days = 0\n"));
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    for round in 0..40 {
        phone.post("/stars", &batch(round * 10, "+a +b -c")).ok();
        laptop.post("/stars", &batch(round * 10, "-b +c~1")).ok();
    }
    phone.post("/stars", &batch(900, "+d")).ok();
    let (before, stars) = (house.fingerprint(), phone.get("/stars").ok());
    let told: Value = serde_json::from_str(&typed(&house, &["log", "compact", "--json"])).unwrap();
    assert!(told["entries"].as_u64().unwrap() >= 77, "{told}");
    assert!(told["bytesAfter"].as_u64().unwrap() <= told["bytesBefore"].as_u64().unwrap(), "{told}");
    assert_eq!((house.fingerprint(), phone.get("/stars").ok()), (before.clone(), stars.clone()));
    let again = typed(&house, &["log", "compact"]);
    assert!(again.starts_with("no superseded entry went;"), "{again}");
    house.restart();
    assert_eq!((house.fingerprint(), phone.get("/stars").ok()), (before, stars.clone()));
    assert_eq!(statuses(&phone.post("/stars", &batch(900, "+d")).ok()), ["duplicate"]);
    let (rebuilt, left) = of_the_log(&house);
    assert_eq!(hearken::wire::stars::all(&rebuilt), stars, "from the log alone");
    assert!(left <= 4, "{left} entries are left");
    assert!(phone.get("/stars/log").ok()["rows"].as_array().unwrap().len() <= 10);
    phone.post("/stars", &batch(901, "-d")).ok();
    assert!(!ids(&phone.get("/stars").ok()).contains(&"d"), "and it goes on");
    house.stop();
    let log = SqliteLog::open(&house.state_dir().join("hearken.db")).unwrap();
    assert_eq!(log.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn what_is_young_stays() {
    let house = House::open();
    let phone = house.pair("phone");
    phone.post("/stars", &batch(1, "+x")).ok();
    phone.post("/stars", &batch(2, "-x")).ok();
    let told = house.local(Ask::post("/log/compact").json(&json!({}))).ok();
    assert_eq!(told["entries"], 0);
    assert_eq!(phone.get("/stars/log").ok()["rows"].as_array().unwrap().len(), 2);
    phone.post("/log/compact", &json!({})).problem(403);
}

/// Two more tracks, on an album: what `/albums` says of it.
fn an_album_comes(house: &House, phone: &Phone) -> Value {
    let dir = house.music_dir().join("Abbey Road");
    std::fs::create_dir(&dir).unwrap();
    (100..102).for_each(|n| std::fs::write(dir.join(format!("{n}.wav")), music::wav(n, 60)).unwrap());
    phone.post("/scan", &json!({}));
    until("the album is known", || {
        let albums = phone.get("/albums").ok();
        albums.as_array()?.iter().find(|album| album["title"] == "Abbey Road" && album["trackCount"] == 2).cloned()
    })
}

#[test]
fn starred_music_is_a_source_for_comparisons_and_stations() {
    let house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let start = json!({"source": {"type": "starred"}});
    phone.post("/comparison/start", &start).problem(422);
    phone.post("/stars", &batch(1, &format!("+{}~9 +{}~5 +gone", queue[2], queue[0]))).ok();
    phone.post("/comparison/start", &start).ok();
    assert_eq!(phone.get("/comparison").ok()["progress"]["pool"], 2, "what the library does not have is left out");
    let album = an_album_comes(&house, &phone);
    let star = json!({"sentTs": 1, "events": [
        {"mutationId": "a", "ts": 1, "eventType": "star_album", "id": album["id"]},
        {"mutationId": "b", "ts": 1, "eventType": "star_album", "id": "gone"}]});
    phone.post("/stars", &star).ok();
    let detail = phone.get(&format!("/albums/{}", album["id"].as_str().unwrap())).ok();
    let on_it: Vec<Value> = detail["tracks"].as_array().unwrap().iter().map(|track| track["trackId"].clone()).collect();
    phone.post("/stars", &batch(7, &format!("+{}~20", on_it[1].as_str().unwrap()))).ok();
    phone.post("/comparison/start", &start).ok();
    assert_eq!(phone.get("/comparison").ok()["progress"]["pool"], 4, "each once");
    let station = json!({"name": "Ours", "mode": "queue", "source": {"type": "starred"}});
    let made = phone.post("/radio/stations", &station).ok();
    let now = phone.get(&format!("/radio/{}/now", made["station"]["stationId"].as_str().unwrap())).ok();
    let mut plays = vec![now["track"]["trackId"].clone()];
    plays.extend(now["upcoming"].as_array().unwrap().iter().map(|track| track["trackId"].clone()));
    let order = [json!(queue[0]), json!(queue[2]), on_it[1].clone(), on_it[0].clone()];
    // A station loops, and may be anywhere in it.
    let first = order.iter().position(|track| *track == plays[0]).unwrap();
    let expected: Vec<&Value> = order.iter().cycle().skip(first).take(plays.len()).collect();
    assert_eq!(plays.iter().collect::<Vec<_>>(), expected, "the last one first, then albums: {now}");
}

#[test]
fn a_terminal_stars_by_words_and_by_id() {
    let house = House::open();
    let queue = house.queue();
    let phone = house.pair("phone");
    let mut watching = phone.socket("topics=stars");
    watching.wait("sync:full");
    assert!(typed(&house, &["star"]).starts_with("nothing is starred"));
    assert!(typed(&house, &["star", "track", &queue[1]]).starts_with("starred: “"));
    assert_eq!(watching.wait("stars:changed")["data"]["events"][0]["id"], json!(queue[1]));
    let album = an_album_comes(&house, &phone);
    let told = typed(&house, &["star", "album", album["title"].as_str().unwrap()]);
    assert!(told.contains(album["title"].as_str().unwrap()), "{told}");
    assert_eq!(typed(&house, &["star"]).lines().count(), 2);
    assert!(typed(&house, &["unstar", "track", &queue[1]]).starts_with("no longer starred: “"));
    let stars: Value = serde_json::from_str(&typed(&house, &["star", "--json"])).unwrap();
    assert_eq!((stars["tracks"].as_array().unwrap().len(), &stars["albums"][0]["id"]), (0, &album["id"]));
    assert_eq!(type_here(&house, &["star", "artist", "nobody at all"]).status.code(), Some(1));
    assert_eq!(type_here(&house, &["star", "album"]).status.code(), Some(2));
}

#[test]
fn a_change_is_small_however_much_is_starred() {
    let house = House::open();
    let phone = house.pair("phone");
    for first in (0..1_000).step_by(250) {
        let marks: Vec<String> = (first..first + 250).map(|n| format!("+track{n:09}")).collect();
        phone.post("/stars", &batch(first, &marks.join(" "))).ok();
    }
    let mut watching = phone.tab("w").socket("topics=stars");
    let full = watching.wait("sync:full")["data"]["stars"].to_string().len();
    phone.tab("x").post("/stars", &batch(5_000, "-track000000500")).ok();
    let change = watching.wait("stars:changed").to_string().len();
    println!("a change of one star is {change} bytes, all 1,000 are {full}");
    assert!(change < 500 && full > 100 * change, "{change} of {full}");
}
