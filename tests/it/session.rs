//! Listening together as one device sees it: every command of a room, by POST, as curl would send it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Answer, Ask};
use crate::house::{House, Phone, Setup, until};
use serde_json::{Value, json};

/// A house, a phone of its own, and the queue.
fn at_home() -> (House, Phone, Vec<String>) {
    let house = House::open();
    let (phone, queue) = (house.pair("phone"), house.queue());
    (house, phone, queue)
}

/// Waits until the room is in this mode.
fn until_mode(house: &House, mode: &str) -> Value {
    until(mode, || Some(house.snapshot()).filter(|snapshot| snapshot["playState"]["mode"] == mode))
}

#[test]
fn at_first_the_queue_is_the_library_and_nothing_plays() {
    let (_house, phone, queue) = at_home();
    let snapshot = phone.snapshot();
    assert_eq!(
        (&snapshot["room"], &snapshot["queueIndex"], &snapshot["barrier"]),
        (&json!("house"), &json!(0), &Value::Null)
    );
    assert_eq!(
        snapshot["playState"],
        json!({ "mode": "stopped", "trackId": null, "anchorPositionSec": 0.0, "startAt": null })
    );
    assert_eq!(snapshot["clients"], json!([]));
    let index = phone.get("/index").ok();
    let known: Vec<_> = index.as_array().unwrap().iter().map(|track| track["trackId"].as_str().unwrap()).collect();
    assert_eq!(known, queue);
    assert_eq!(phone.get("/snapshot?room=house").ok(), snapshot);
    phone.get("/snapshot?room=attic").problem(404);
    phone.get("/snapshot?room=no%20room").problem(422);
}

#[test]
fn each_accepted_command_counts_one_and_shows_what_is_now() {
    let (_house, phone, queue) = at_home();
    let mut count = phone.event_count();
    for (target, body) in [
        ("/next", json!({})),
        ("/prev", json!({})),
        ("/pause", json!({})),
        ("/seek", json!({ "positionSec": 12.5 })),
        ("/play", json!({})),
        ("/nudge", json!({ "trackId": queue[2] })),
        ("/queue/shuffle", json!({})),
        ("/queue/set", json!({ "trackIds": queue[..3] })),
        ("/queue/move", json!({ "trackId": queue[2], "to": 1 })),
        ("/queue/remove", json!({ "trackId": queue[2] })),
        ("/queue/add", json!({ "trackIds": [queue[3]] })),
    ] {
        let answer = phone.does(target, &body);
        count += 1;
        assert_eq!(answer["eventCount"], count, "{target}");
        assert_eq!(answer["snapshot"]["eventCount"], count, "{target}");
        assert_eq!(answer["snapshot"]["seq"], answer["seq"], "{target}");
    }
    assert_eq!(phone.event_count(), count);
}

#[test]
fn play_waits_for_a_listener_and_starts_when_it_has_the_track() {
    let (house, phone, queue) = at_home();
    let played = phone.does("/play", &json!({}));
    assert_eq!(played["snapshot"]["playState"]["mode"], "waiting");
    assert_eq!(
        played["snapshot"]["barrier"],
        json!({ "type": "track", "trackId": queue[0], "members": [], "ready": [] })
    );
    let mut stream = phone.stream("", None);
    stream.wait_for("sync:full");
    until("it is the barrier's member", || (house.snapshot()["barrier"]["members"] == json!([phone.id])).then_some(()));
    let ready = phone.post("/ack-download", &json!({ "trackId": queue[0] }));
    assert_eq!(ready.ok()["snapshot"]["playState"]["mode"], "playing");
    let release = stream.wait_for("barrier.release");
    let payload = &release.data["payload"];
    assert_eq!(
        (&payload["trackId"], &payload["anchorPositionSec"], &payload["barrier"]),
        (&json!(queue[0]), &json!(0.0), &Value::Null)
    );
    assert_eq!(payload["startAt"], payload["playState"]["startAt"]);
}

#[test]
fn pause_seek_and_play_again_keep_the_place() {
    let (house, phone, queue) = at_home();
    let _ears = phone.listens(&[&queue[0]]);
    phone.does("/play", &json!({ "positionSec": 10 }));
    let playing = until_mode(&house, "playing");
    assert_eq!(playing["playState"]["anchorPositionSec"], 10.0);
    let sought = phone.does("/seek", &json!({ "positionSec": 30.25 }))["snapshot"].clone();
    assert_eq!(
        (&sought["playState"]["mode"], &sought["playState"]["anchorPositionSec"]),
        (&json!("playing"), &json!(30.25))
    );
    let paused = phone.does("/pause", &json!({ "positionSec": 31 }))["snapshot"].clone();
    assert_eq!(
        paused["playState"],
        json!({ "mode": "paused", "trackId": queue[0], "anchorPositionSec": 31.0, "startAt": null })
    );
    let again = phone.does("/play", &json!({}))["snapshot"].clone();
    assert_eq!(again["playState"]["anchorPositionSec"], 31.0);
    until_mode(&house, "playing");
    assert_eq!(phone.event_count(), again["eventCount"].as_u64().unwrap().max(phone.event_count()));
}

#[test]
fn next_and_prev_turn_the_queue() {
    let (_house, phone, queue) = at_home();
    let next = phone.does("/next", &json!({}))["snapshot"].clone();
    assert_eq!(next["queue"], json!([queue[1], queue[2], queue[3], queue[0]]));
    assert_eq!((&next["barrier"]["type"], &next["playState"]["trackId"]), (&json!("track"), &json!(queue[1])));
    assert_eq!(phone.does("/prev", &json!({}))["snapshot"]["queue"], json!(queue));
    let prev = phone.does("/prev", &json!({}))["snapshot"].clone();
    assert_eq!(prev["queue"], json!([queue[3], queue[0], queue[1], queue[2]]));
}

#[test]
fn queue_commands_do_what_they_say() {
    let (_house, phone, queue) = at_home();
    let [a, b, c, d] = [0, 1, 2, 3].map(|at| queue[at].as_str());
    let does = |target: &str, body: Value| phone.does(target, &body)["snapshot"]["queue"].clone();
    assert_eq!(does("/nudge", json!({ "trackId": d })), json!([a, d, b, c]));
    assert_eq!(does("/queue/move", json!({ "trackId": d, "to": 3 })), json!([a, b, c, d]));
    assert_eq!(does("/queue/remove", json!({ "trackId": c })), json!([a, b, d]));
    assert_eq!(does("/nudge", json!({ "trackId": c })), json!([a, c, b, d]), "put in, as it was not there");
    assert_eq!(does("/queue/add", json!({ "trackIds": [c] })), json!([a, b, d, c]), "moved, as it was there");
    assert_eq!(does("/queue/add", json!({ "trackIds": [d, c], "at": 1 })), json!([a, d, c, b]));
    assert_eq!(does("/queue/set", json!({ "trackIds": [b] })), json!([b]));
    assert_eq!(does("/queue/set", json!({ "trackIds": [] })), json!([]));
    assert_eq!(does("/queue/add", json!({ "trackIds": queue })), json!(queue));
    let shuffled = phone.does("/queue/shuffle", &json!({}))["snapshot"]["queue"].clone();
    assert_eq!(shuffled[0], a, "the current track stays");
    assert_eq!(shuffled.as_array().unwrap().len(), 4);
}

#[test]
fn a_command_without_guard_is_told_which_to_send() {
    let (house, phone, _) = at_home();
    let (before, count) = (house.fingerprint(), phone.event_count());
    for target in ["/play", "/pause", "/next", "/prev", "/queue/shuffle", "/start-anyway"] {
        let problem = phone.post(target, &json!({})).problem(428);
        assert_eq!(problem["expectedEventCount"], count, "{target}");
    }
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn a_stale_command_is_shown_what_is_now() {
    let (house, phone, _) = at_home();
    let seen = phone.event_count();
    phone.does("/next", &json!({}));
    let before = house.fingerprint();
    for wrong in [seen, seen + 2, 0, u64::MAX] {
        let ask = Ask::post("/next").field("If-Match-Event", &wrong.to_string());
        let problem = phone.ask(ask).problem(409);
        assert_eq!(problem["expectedEventCount"], seen + 1, "{wrong}");
        assert_eq!(problem["snapshot"], phone.snapshot(), "{wrong}");
    }
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn of_two_with_the_same_guard_one_wins() {
    let (house, phone, _) = at_home();
    let other = house.pair("other");
    let count = phone.event_count();
    let guard = count.to_string();
    let next =
        move |phone: Phone, guard: String| move || phone.ask(Ask::post("/next").field("If-Match-Event", &guard)).status;
    let asked = [phone.clone(), other].map(|phone| std::thread::spawn(next(phone, guard.clone())));
    let mut statuses = asked.map(|asked| asked.join().unwrap());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(phone.event_count(), count + 1);
}

#[test]
fn each_bad_argument_is_named_and_changes_nothing() {
    let (house, phone, queue) = at_home();
    let a = &queue[0];
    let before = house.fingerprint();
    let nobody = "nosuchtrack";
    for (target, body, status) in [
        ("/seek", json!({}), 422),
        ("/seek", json!({ "positionSec": "1" }), 422),
        ("/seek", json!({ "positionSec": -1 }), 422),
        ("/seek", json!({ "positionSec": 1e12 }), 422),
        ("/seek", json!({ "positionSec": null }), 422),
        ("/seek", json!({ "positionSec": 5 }), 409),
        ("/play", json!({ "positionSec": 61 }), 422),
        ("/play", json!({ "positionSec": [] }), 422),
        ("/pause", json!({}), 409),
        ("/nudge", json!({}), 422),
        ("/nudge", json!({ "trackId": nobody }), 404),
        ("/nudge", json!({ "trackId": "../etc/passwd" }), 422),
        ("/nudge", json!({ "trackId": a }), 409),
        ("/queue/add", json!({ "trackIds": [] }), 409),
        ("/queue/add", json!({ "trackIds": [nobody] }), 404),
        ("/queue/add", json!({ "trackIds": [queue[1], queue[1]] }), 422),
        ("/queue/add", json!({ "trackIds": [queue[1]], "at": 0 }), 422),
        ("/queue/add", json!({ "trackIds": [queue[1]], "at": 99 }), 422),
        ("/queue/add", json!({ "trackIds": [queue[1]], "at": -1 }), 422),
        ("/queue/add", json!({ "trackIds": [queue[1]], "at": 1.5 }), 422),
        ("/queue/add", json!({ "trackIds": a }), 422),
        ("/queue/remove", json!({ "trackId": nobody }), 404),
        ("/queue/move", json!({ "trackId": nobody, "to": 1 }), 404),
        ("/queue/move", json!({ "trackId": a, "to": 1 }), 409),
        ("/queue/move", json!({ "trackId": queue[1], "to": 0 }), 422),
        ("/queue/move", json!({ "trackId": queue[1], "to": 4 }), 422),
        ("/queue/move", json!({ "trackId": queue[1], "to": 1 }), 409),
        ("/queue/set", json!({ "trackIds": queue }), 409),
        ("/queue/set", json!({ "trackIds": [nobody] }), 404),
        ("/queue/set", json!({ "trackIds": [a, a] }), 422),
        ("/start-anyway", json!({}), 409),
        ("/ended", json!({ "trackId": queue[1] }), 409),
        ("/ended", json!({ "trackId": a }), 409),
        ("/ack-download", json!({ "trackId": nobody }), 404),
        ("/ack-download", json!({ "trackId": a, "room": "attic" }), 404),
        ("/ack-download", json!({}), 422),
        ("/ack-download", json!({ "trackId": a, "clock": { "offsetMs": "x", "rttMs": 1 } }), 422),
        ("/next", json!({ "room": "attic" }), 404),
        ("/next", json!({ "room": "no room" }), 422),
        ("/next", json!([]), 422),
        ("/next", json!("next"), 422),
    ] {
        let answer = phone.command(target, &body);
        assert_eq!(answer.status, status, "{target} {body}: {}", answer.text());
        answer.problem(status);
        assert_eq!(house.fingerprint(), before, "{target} {body}");
    }
}

#[test]
fn a_guard_that_is_no_number_is_a_mistake() {
    let (house, phone, _) = at_home();
    let before = house.fingerprint();
    for guard in ["", "x", "-1", "1.0", "99999999999999999999999"] {
        phone.ask(Ask::post("/next").field("If-Match-Event", guard)).problem(422);
    }
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn declarations_need_no_guard_but_honour_one() {
    let (house, phone, queue) = at_home();
    let _ears = phone.listens(&[]);
    phone.does("/play", &json!({}));
    let ack = |guard: Option<u64>| -> Answer {
        let ask = Ask::post("/ack-download").json(&json!({ "trackId": queue[0] }));
        phone.ask(match guard {
            Some(guard) => ask.field("If-Match-Event", &guard.to_string()),
            None => ask,
        })
    };
    let count = phone.event_count();
    assert_eq!(ack(Some(count + 7)).problem(409)["snapshot"], house.snapshot());
    assert_eq!(house.snapshot()["playState"]["mode"], "waiting");
    assert_eq!(ack(Some(count)).ok()["snapshot"]["playState"]["mode"], "playing");
    assert_eq!(ack(None).ok()["snapshot"]["playState"]["mode"], "playing", "said twice is said once");
    assert_eq!(phone.event_count(), count + 1, "the release counts one, readiness none");
}

#[test]
fn a_track_that_ended_makes_way_for_the_next_and_one_of_many_wins() {
    let house = House::with(Setup { seconds: 2, ..Setup::default() });
    let (phone, other, queue) = (house.pair("phone"), house.pair("other"), house.queue());
    let (_ears, _more_ears) = (phone.listens(&[&queue[0]]), other.listens(&[&queue[0]]));
    phone.does("/play", &json!({}));
    until_mode(&house, "playing");
    let count = phone.event_count();
    let ended = json!({ "trackId": queue[0] });
    let tell = |phone: &Phone| {
        let (phone, ended) = (phone.clone(), ended.clone());
        std::thread::spawn(move || phone.post("/ended", &ended).status)
    };
    let mut statuses = [tell(&phone), tell(&other)].map(|told| told.join().unwrap());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let now = house.snapshot();
    assert_eq!((&now["eventCount"], &now["playState"]["mode"]), (&json!(count + 1), &json!("waiting")));
    assert_eq!(now["queue"], json!([queue[1], queue[2], queue[3], queue[0]]));
    assert_eq!(now["barrier"]["trackId"], queue[1]);
}

#[test]
fn an_end_that_comes_early_counts_for_its_listener_only() {
    let (house, phone, queue) = at_home();
    let other = house.pair("other");
    let (_ears, _more_ears) = (phone.listens(&[&queue[0]]), other.listens(&[&queue[0]]));
    phone.does("/play", &json!({}));
    until_mode(&house, "playing");
    let count = phone.event_count();
    let ended = json!({ "trackId": queue[0] });
    assert_eq!(phone.post("/ended", &ended).ok()["eventCount"], count);
    assert_eq!(house.snapshot()["playState"]["mode"], "playing");
    assert_eq!(other.post("/ended", &ended).status, 200);
    until("all have ended it", || (house.snapshot()["barrier"]["trackId"] == queue[1]).then_some(()));
}

#[test]
fn start_anyway_starts_those_who_are_ready() {
    let (house, phone, queue) = at_home();
    let slow = house.pair("slow");
    let (mut ears, _slow_ears) = (phone.listens(&[]), slow.listens(&[]));
    phone.does("/play", &json!({}));
    phone.command("/start-anyway", &json!({})).problem(409);
    ears.say(&json!({ "type": "have", "trackIds": [queue[0]] }));
    until("it is ready", || (house.snapshot()["barrier"]["ready"] == json!([phone.id])).then_some(()));
    let started = phone.does("/start-anyway", &json!({}));
    assert_eq!(started["snapshot"]["playState"]["mode"], "playing");
    ears.wait("barrier.release");
}

#[test]
fn the_lead_of_a_start_follows_the_slowest_listener_and_is_bounded() {
    for (rtt, lead) in [(1.0, 300), (400.0, 900), (1e300, 2000), (-5.0, 300)] {
        let (house, phone, queue) = at_home();
        let mut ears = phone.listens(&[&queue[0]]);
        ears.say(&json!({ "type": "clock", "offsetMs": 1e300, "rttMs": rtt, "errorMs": -1e300 }));
        until("the clock is known", || (!house.snapshot()["clients"][0]["rttMs"].is_null()).then_some(()));
        ears.say(&json!({ "type": "time", "t0": 0 }));
        let before = ears.wait("time")["t1"].as_f64().unwrap();
        phone.does("/play", &json!({}));
        let start_at = ears.wait("barrier.release")["data"]["startAt"].as_f64().unwrap();
        ears.say(&json!({ "type": "time", "t0": 0 }));
        let after = ears.wait("time")["t1"].as_f64().unwrap();
        let lead = f64::from(lead);
        assert!(
            before + lead - 1.0 <= start_at && start_at <= after + lead + 1.0,
            "{before} {start_at} {after} {lead}"
        );
    }
}

#[test]
fn the_time_is_told_by_post_too() {
    let (_house, phone, _) = at_home();
    let told = phone.post("/time", &json!({ "t0": 12.5 })).ok();
    assert_eq!(told["t0"], 12.5);
    assert!(told["t1"].as_f64().unwrap() <= told["t2"].as_f64().unwrap());
    for body in [json!({}), json!({ "t0": "x" }), json!({ "t0": null })] {
        phone.post("/time", &body).problem(422);
    }
}

#[test]
fn new_files_go_to_the_end_of_the_queue() {
    let (house, phone, queue) = at_home();
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    std::fs::write(house.music_dir().join("new.wav"), crate::house::music::wav(77, 3)).unwrap();
    phone.post("/scan", &json!({}));
    let changed = socket.wait("library:changed");
    assert_eq!(
        (&changed["data"]["count"], &changed["data"]["added"], &changed["data"]["removed"]),
        (&json!(5), &json!(1), &json!(0))
    );
    let event = socket.wait("session:queue");
    assert_eq!((&event["data"]["queueChange"]["op"], &event["data"]["queueLength"]), (&json!("insert"), &json!(5)));
    assert_eq!(house.queue()[..4], queue);
}

#[test]
fn a_full_queue_takes_no_more() {
    let house = House::with(Setup::default().config("[session]\nqueue_max = 3\n").tracks(3));
    std::fs::write(house.music_dir().join("new.wav"), crate::house::music::wav(77, 3)).unwrap();
    let phone = house.pair("phone");
    phone.post("/scan", &json!({}));
    let index =
        until("it is found", || Some(phone.get("/index").ok()).filter(|index| index.as_array().unwrap().len() == 4));
    let queue = house.queue();
    let fresh = index.as_array().unwrap().iter().map(|track| track["trackId"].as_str().unwrap());
    let fresh = fresh.into_iter().find(|track| !queue.iter().any(|known| known == track)).unwrap();
    phone.command("/queue/add", &json!({ "trackIds": [fresh] })).problem(422);
    phone.command("/nudge", &json!({ "trackId": fresh })).problem(422);
    assert_eq!(house.queue(), queue);
}
