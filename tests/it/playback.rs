//! What a device plays for itself, over the real binary: its tabs in step, other devices shut out, and nothing forgotten.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Answer, Ask};
use crate::house::ws::Socket;
use crate::house::{House, Phone, until};
use serde_json::{Value, json};

fn put(phone: &Phone, body: &Value) -> Answer {
    phone.ask(Ask::new("PUT", "/playback").json(body))
}

/// A tab that has seen the full state.
fn tab(phone: &Phone, name: &str) -> Socket {
    let mut socket = phone.tab(name).socket("");
    socket.wait("sync:full");
    socket
}

fn playback(phone: &Phone) -> Value {
    phone.get("/playback").ok()
}

/// Says something that everybody sees, and waits until `sockets` have: what was to come before it has come.
fn everybody_is_here(phone: &Phone, sockets: &mut [&mut Socket]) {
    let made = phone.post("/playlists", &json!({"name": "A sign"})).ok();
    let seq = &made["seq"];
    for socket in sockets {
        socket.wait_for("the sign", |message| message["seq"] == *seq);
    }
}

fn told<'a>(socket: &'a Socket, kind: &str) -> Vec<&'a Value> {
    socket.told.iter().filter(|message| message["type"] == kind).collect()
}

/// The same from both: what each of them shows now.
fn same(phone: &Phone, fields: &Value) {
    let now = playback(phone);
    for (name, value) in fields.as_object().unwrap() {
        assert_eq!(&now[name], value, "{name} of {now}");
    }
}

#[test]
fn a_change_of_one_tab_reaches_the_others_once_and_nobody_else() {
    let house = House::open();
    let (phone, laptop, queue) = (house.pair("phone"), house.pair("laptop"), house.queue());
    same(&phone, &json!({"deviceId": phone.id, "trackId": null, "queue": [], "mode": "paused", "version": 0}));
    let (mut one, mut other, mut foreign) = (tab(&phone, "a"), tab(&phone, "b"), tab(&laptop, "a"));
    let body = json!({"mode": "playing", "trackId": queue[1], "positionSec": 3.5, "queue": queue, "queueIndex": 1});
    let ack = one.asks("p1", "playback", &body, None);
    let answer = &ack["result"]["data"];
    assert_eq!((&ack["type"], &answer["eventCount"]), (&json!("ack"), &json!(1)), "{ack}");
    let seen = other.wait("playback:updated");
    assert_eq!((&seen["data"], &seen["seq"]), (&answer["playback"], &ack["seq"]));
    assert_eq!(seen["data"]["queueChange"], json!({"op": "set", "trackIds": queue}));
    let nothing = one.asks("p2", "playback", &json!({"mode": "playing", "trackId": queue[1]}), None);
    assert_eq!(nothing["result"]["data"], json!({"eventCount": 1, "playback": {}}), "it is so already");
    let by_post = put(&phone.tab("a"), &json!({"positionSec": 9})).ok();
    assert_eq!((&by_post["eventCount"], &by_post["playback"]["positionSec"]), (&json!(2), &json!(9.0)));
    everybody_is_here(&laptop, &mut [&mut one, &mut other, &mut foreign]);
    let counts = [&one, &other, &foreign].map(|socket| told(socket, "playback:updated").len());
    assert_eq!(counts, [0, 2, 0], "no echo, everything once, nothing to others");
    let text = serde_json::to_string(&foreign.told).unwrap();
    assert!(!text.contains(&format!("playback:{}", phone.id)), "{text}");
}

#[test]
fn a_running_position_reaches_the_other_tabs_of_its_device_alone() {
    let house = House::open();
    let (phone, laptop, queue) = (house.pair("phone"), house.pair("laptop"), house.queue());
    let (mut one, mut other, mut foreign) = (tab(&phone, "a"), tab(&phone, "b"), tab(&laptop, "a"));
    put(&phone, &json!({"mode": "playing", "trackId": queue[0]})).ok();
    one.say(&json!({"type": "position", "trackId": queue[0], "positionSec": 21.5}));
    let position = other.wait("playback:position");
    assert_eq!(position["data"], json!({"trackId": queue[0], "positionSec": 21.5, "tab": "a"}));
    assert_eq!((&position["eph"], &position["seq"]), (&json!(true), &Value::Null));
    until("it is noted", || (playback(&phone)["positionSec"] == 21.5).then_some(()));
    assert_eq!(playback(&phone)["version"], 1, "a position is no event");
    one.say(&json!({"type": "position", "trackId": queue[0], "positionSec": -1}));
    assert_eq!(one.wait("reject")["status"], 422);
    everybody_is_here(&laptop, &mut [&mut one, &mut other, &mut foreign]);
    let counts = [&one, &other, &foreign].map(|socket| told(socket, "playback:position").len());
    assert_eq!(counts, [0, 1, 0]);
    let mut late = phone.tab("c").socket("");
    assert_eq!(late.wait("sync:full")["data"]["playback"]["positionSec"], 21.5);
}

#[test]
fn who_resumes_gets_what_its_own_device_missed() {
    let house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    let cursor = |phone: &Phone| {
        let full = phone.socket("").wait("sync:full");
        format!("since={}:{}", full["epoch"].as_str().unwrap(), full["seq"])
    };
    let (mine, theirs) = (cursor(&phone), cursor(&laptop));
    put(&phone, &json!({"queue": ["a"]})).ok();
    put(&phone, &json!({"queueChange": {"op": "insert", "at": 0, "trackIds": ["b"]}})).ok();
    for (device, since, missed) in [(&phone, mine, 2), (&laptop, theirs, 0)] {
        let mut socket = device.socket(&since);
        socket.wait("sync:resumed");
        assert_eq!(told(&socket, "playback:updated").len(), missed);
    }
}

#[test]
fn everything_is_there_again_after_the_power_went() {
    let mut house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let mut one = tab(&phone, "a");
    put(&phone, &json!({"mode": "playing", "trackId": queue[2], "queue": queue, "queueIndex": 2})).ok();
    one.say(&json!({"type": "position", "trackId": queue[2], "positionSec": 33.25}));
    until("it is noted", || (playback(&phone)["positionSec"] == 33.25).then_some(()));
    drop(one);
    // The last connection takes the position to the disk.
    until("it is away", || (phone.get("/devices").ok()["devices"][0]["lastSeen"].is_number()).then_some(()));
    // The writer does one thing after the other: what is answered now comes after it.
    phone.post("/playlists", &json!({"name": "A sign"})).ok();
    house.kill9();
    house.start();
    let full = phone.socket("").wait("sync:full")["data"]["playback"].clone();
    assert_eq!((&full["mode"], &full["trackId"]), (&json!("playing"), &json!(queue[2])));
    assert_eq!((&full["queue"], &full["queueIndex"]), (&json!(queue), &json!(2)));
    let position = full["positionSec"].as_f64().unwrap();
    assert!((33.25..=35.0).contains(&position), "{position}");
    assert_eq!(full, playback(&phone));
}

#[test]
fn a_planned_stop_keeps_the_position_too() {
    let mut house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    let mut one = tab(&phone, "a");
    put(&phone, &json!({"mode": "playing", "trackId": queue[0]})).ok();
    one.say(&json!({"type": "position", "trackId": queue[0], "positionSec": 12.5}));
    until("it is noted", || (playback(&phone)["positionSec"] == 12.5).then_some(()));
    assert_eq!(house.stop(), Some(0));
    house.start();
    let position = playback(&phone)["positionSec"].as_f64().unwrap();
    assert!((12.5..=14.1).contains(&position), "{position}");
}

#[test]
fn two_tabs_that_seek_at_once_end_equal() {
    let house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    put(&phone, &json!({"mode": "paused", "trackId": queue[0]})).ok();
    let mut tabs = [tab(&phone, "a"), tab(&phone, "b")];
    for nth in 0..20 {
        for (which, socket) in tabs.iter_mut().enumerate() {
            let position = f64::from(nth * 2) + which as f64 + 0.5;
            socket.command(&format!("s{which}-{nth}"), "playback", &json!({"positionSec": position}), None);
        }
    }
    for (which, socket) in tabs.iter_mut().enumerate() {
        socket.wait_for("the last ack", |message| message["id"] == format!("s{which}-19"));
    }
    everybody_is_here(&phone, &mut tabs.iter_mut().collect::<Vec<_>>());
    let shown = tabs.map(|socket| {
        let of = |message: &Value| {
            let data = if message["type"] == "ack" { &message["result"]["data"]["playback"] } else { &message["data"] };
            (message["topic"].as_str()?.starts_with("playback:")).then(|| data["positionSec"].as_f64())?
        };
        let all: Vec<f64> = socket.told.iter().filter_map(of).collect();
        assert_eq!(all.len(), 40, "each tab hears of each change once, in the order of the log");
        all
    });
    assert_eq!(shown[0], shown[1]);
    assert_eq!(playback(&phone)["positionSec"], json!(shown[0][39]));
}

#[test]
fn music_goes_on_on_another_device_and_falls_silent_here() {
    let house = House::open();
    let (phone, laptop, queue) = (house.pair("phone"), house.pair("laptop"), house.queue());
    let (mut here, mut there) = (tab(&phone, "a"), tab(&laptop, "a"));
    laptop.post("/playback/claim", &json!({"from": phone.id})).problem(404);
    laptop.post("/playback/claim", &json!({"from": laptop.id})).problem(422);
    put(&phone, &json!({"mode": "playing", "trackId": queue[1], "queue": queue, "queueIndex": 1})).ok();
    here.say(&json!({"type": "position", "trackId": queue[1], "positionSec": 17}));
    until("it is noted", || (playback(&phone)["positionSec"] == 17.0).then_some(()));
    let answer = laptop.post("/playback/claim", &json!({"from": phone.id})).ok();
    let now = &answer["playback"];
    assert_eq!((&now["mode"], &now["trackId"], &now["queue"]), (&json!("playing"), &json!(queue[1]), &json!(queue)));
    let position = now["positionSec"].as_f64().unwrap();
    assert!((17.0..=18.6).contains(&position), "{position}");
    let yielded = here.wait_for("silence", |message| message["data"]["mode"] == "paused");
    assert_eq!(yielded["data"]["cause"], json!({"type": "yielded", "clientId": laptop.id}));
    let claimed = there.wait("playback:updated");
    assert_eq!(claimed["data"]["cause"], json!({"type": "claimed", "clientId": phone.id}));
    assert_eq!(claimed["seq"].as_u64().unwrap() + 1, yielded["seq"].as_u64().unwrap(), "one after the other");

    // And back, by the WebSocket of the one that has it.
    let back = there.asks("t1", "playback/transfer", &json!({"to": phone.id}), None);
    assert_eq!(back["result"]["data"]["playback"]["deviceId"], json!(phone.id));
    here.wait_for("music", |message| message["data"]["mode"] == "playing");
    there.wait_for("silence", |message| message["data"]["mode"] == "paused");
    let devices = laptop.get("/devices").ok()["devices"].as_array().unwrap().clone();
    let of = |id: &str| devices.iter().find(|device| device["clientId"] == id).unwrap();
    assert_eq!((&of(&phone.id)["active"], &of(&laptop.id)["active"]), (&json!(true), &json!(false)));
    assert_eq!(of(&phone.id)["playback"]["queueLength"], json!(queue.len()));
    assert!(of(&phone.id)["playback"]["title"].is_string());
    laptop.post("/playback/transfer", &json!({"to": "nobody"})).problem(404);
}

#[test]
fn a_merged_device_is_this_one_and_goes() {
    let mut house = House::open();
    let (phone, old, queue) = (house.pair("phone"), house.pair("phone, before"), house.queue());
    let third = house.pair("third");
    put(&phone, &json!({"queue": [queue[0]]})).ok();
    put(&old, &json!({"trackId": queue[1], "positionSec": 8, "queue": [queue[1], queue[0]]})).ok();
    let (mut mine, mut gone) = (tab(&phone, "a"), tab(&old, "a"));
    let answer = mine.asks("m1", "playback/merge", &json!({"from": old.id}), None);
    let now = &answer["result"]["data"]["playback"];
    assert_eq!((&now["trackId"], &now["positionSec"]), (&json!(queue[1]), &json!(8.0)), "the newer one's: {answer}");
    assert_eq!(now["queue"], json!([queue[1], queue[0]]));
    gone.close_code();
    old.get("/playback").problem(401);
    mine.wait("household:revoked");
    let again = mine.asks("m1", "playback/merge", &json!({"from": old.id}), None);
    assert_eq!((&again["type"], &again["seq"]), (&json!("ack"), &answer["seq"]), "a retry changes nothing");
    phone.post("/playback/merge", &json!({"from": old.id})).problem(404);
    let merged = phone.post("/playback/merge", &json!({"from": third.id})).ok();
    assert_eq!(merged["playback"]["queue"], json!([queue[1], queue[0]]), "it had played nothing");
    house.kill9();
    house.start();
    for device in [&old, &third] {
        device.get("/playback").problem(401);
    }
    same(&phone, &json!({"trackId": queue[1], "queue": [queue[1], queue[0]]}));
}

#[test]
fn edits_are_undone_and_a_stale_guard_is_shown_what_is_now() {
    let house = House::open();
    let phone = house.pair("phone");
    put(&phone, &json!({"queue": ["a", "b"], "trackId": "b", "queueIndex": 1})).ok();
    put(&phone, &json!({"queueChange": {"op": "move", "trackId": "b", "to": 0}})).ok();
    same(&phone, &json!({"queue": ["b", "a"], "queueIndex": 0}));
    let undone = phone.post("/playback/undo", &json!({})).ok();
    assert_eq!(undone["playback"]["queueChange"], json!({"op": "move", "trackId": "b", "to": 1}));
    phone.post("/playback/redo", &json!({})).ok();
    same(&phone, &json!({"queue": ["b", "a"], "version": 4}));
    phone.post("/playback/redo", &json!({})).problem(409);
    let stale = Ask::new("PUT", "/playback").json(&json!({"positionSec": 1})).field("If-Match-Event", "2");
    let problem = phone.ask(stale).problem(409);
    assert_eq!((&problem["expectedEventCount"], &problem["playback"]), (&json!(4), &playback(&phone)));
    let mut socket = tab(&phone, "a");
    let reject = socket.asks("x", "playback", &json!({"positionSec": 1}), Some(2));
    assert_eq!((&reject["type"], &reject["playback"]["version"]), (&json!("reject"), &json!(4)));
    put(&phone, &json!({"queueChange": {"op": "rotate", "by": 1}})).problem(422);
    put(&phone, &json!({"queueIndex": 2})).problem(422);
    put(&phone, &json!({"queue": ["a", "a"]})).problem(422);
}

#[test]
fn what_is_told_of_a_change_does_not_grow_with_the_queue() {
    let house = House::open();
    let phone = house.pair("phone");
    let ids: Vec<String> = (0..5_000).map(|n| format!("track-{n:08}")).collect();
    for (nth, part) in ids.chunks(2_500).enumerate() {
        let change = match nth {
            0 => json!({"op": "set", "trackIds": part}),
            _ => json!({"op": "insert", "at": 2_500, "trackIds": part}),
        };
        put(&phone, &json!({"queueChange": change})).ok();
    }
    let full = phone.get("/playback").body.len();
    let mut other = tab(&phone, "b");
    let mut bytes = |body: &Value| {
        put(&phone, body).ok();
        other.wait("playback:updated").to_string().len()
    };
    let seek = bytes(&json!({"positionSec": 120.5}));
    let edit = bytes(&json!({"queueChange": {"op": "move", "trackId": "track-00004000", "to": 1}}));
    println!("full state of 5,000 tracks: {full} bytes; a seek: {seek}; an edit of the queue: {edit}");
    assert!(full > 75_000 && seek < 300 && edit < 400, "{full} {seek} {edit}");
    put(&phone, &json!({"queueChange": {"op": "insert", "at": 0, "trackIds": ["one-more"]}})).problem(422);
}

#[test]
fn rapid_changes_end_with_the_last_one_on_the_disk() {
    let mut house = House::open();
    let phone = house.pair("phone");
    let mut socket = tab(&phone, "a");
    for nth in 0..200 {
        socket.command(
            &format!("r{nth}"),
            "playback",
            &json!({"positionSec": nth, "trackId": format!("t{nth}")}),
            None,
        );
    }
    socket.wait_for("the last ack", |message| message["id"] == "r199");
    house.kill9();
    house.start();
    same(&phone, &json!({"trackId": "t199", "positionSec": 199.0, "version": 200}));
}

#[test]
#[ignore = "waits for the grace of 30 s: make test-all"]
fn a_device_that_goes_away_is_paused_where_it_was() {
    let house = House::open();
    let (phone, laptop, queue) = (house.pair("phone"), house.pair("laptop"), house.queue());
    put(&phone, &json!({"mode": "playing", "trackId": queue[0], "positionSec": 5})).ok();
    drop(tab(&phone, "a"));
    let of_phone = || {
        let devices = laptop.get("/devices").ok()["devices"].as_array().unwrap().clone();
        devices.into_iter().find(|device| device["clientId"] == phone.id).unwrap()
    };
    assert_eq!((&of_phone()["online"], &of_phone()["active"]), (&json!(true), &json!(true)));
    std::thread::sleep(std::time::Duration::from_secs(29));
    until("it is away", || (of_phone()["active"] == false).then_some(()));
    assert_eq!((&of_phone()["online"], &of_phone()["playback"]["mode"]), (&json!(false), &json!("paused")));
}
