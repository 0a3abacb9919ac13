//! Whose what is: profiles come and go, devices change hands, and each sees only what is its own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Answer, Ask};
use crate::house::{House, Phone};
use serde_json::{Value, json};

fn made(phone: &Phone, name: &str) -> String {
    let answer = phone.post("/profiles", &json!({ "name": name }));
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["name"], name.trim());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn change(by: &Phone, device: &str, body: &Value) -> Answer {
    by.ask(Ask::new("PATCH", &format!("/clients/{device}")).json(body))
}

fn delete(by: &Phone, profile: &str) -> Answer {
    by.ask(Ask::new("DELETE", &format!("/profiles/{profile}")))
}

fn pair_with(house: &House, members: &Value) -> Answer {
    let mut body = json!({ "code": house.code });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    house.ask(Ask::post("/pair").json(&body))
}

fn place(message: &Value, epoch: &Value) -> String {
    format!("since={}:{}", epoch.as_str().unwrap(), message["seq"])
}

#[test]
fn profiles_are_made_renamed_and_taken_away_for_everybody_to_see() {
    let mut house = House::open();
    let (phone, watcher) = (house.pair("phone"), house.pair("watcher"));
    let mut socket = watcher.socket("");
    let full = socket.wait("sync:full");
    assert_eq!(full["data"]["profiles"], json!([{ "id": "home", "name": "Home" }]));
    let anna = made(&phone, " Anna ");
    let created = socket.wait("household:profile-created");
    assert_eq!(created["data"], json!({ "profile": { "id": anna, "name": "Anna" } }));
    let target = format!("/profiles/{anna}");
    let renamed = phone.ask(Ask::new("PATCH", &target).json(&json!({ "name": "Ann" }))).ok();
    assert_eq!(renamed, json!({ "id": anna, "name": "Ann" }));
    assert_eq!(socket.wait("household:profile-renamed")["data"]["profile"]["name"], "Ann");
    house.restart();
    let listed =
        json!({"profiles": [{"devices": 2, "id": "home", "name": "Home"}, {"devices": 0, "id": anna, "name": "Ann"}]});
    assert_eq!(phone.get("/profiles").ok(), listed);
    let mut socket = watcher.socket("");
    socket.wait("sync:full");
    assert_eq!(delete(&phone, &anna).status, 204);
    assert_eq!(socket.wait("household:profile-deleted")["data"], json!({ "profile": { "id": anna } }));
    delete(&phone, &anna).problem(404);
}

#[test]
fn what_is_no_profile_is_refused() {
    let house = House::open();
    let phone = house.pair("phone");
    let anna = made(&phone, "Anna");
    let before = house.fingerprint();
    for name in [json!(""), json!("x".repeat(65)), json!(5), json!(null), json!("two\nlines")] {
        phone.post("/profiles", &json!({ "name": name })).problem(422);
        phone.ask(Ask::new("PATCH", &format!("/profiles/{anna}")).json(&json!({ "name": name }))).problem(422);
    }
    for id in ["u999", "..", "no%20id"] {
        phone.ask(Ask::new("PATCH", &format!("/profiles/{id}")).json(&json!({ "name": "x" }))).problem(404);
        delete(&phone, id).problem(404);
    }
    assert!(delete(&phone, "home").problem(409)["detail"].as_str().unwrap().contains("stays"));
    change(&phone, &phone.id, &json!({ "profile": "u999" })).problem(404);
    phone.get("/ratings?profile=u999").problem(404);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn a_profile_goes_only_when_no_device_is_its_own_and_takes_along_what_it_did() {
    let house = House::open();
    let (phone, guest) = (house.pair("phone"), house.pair("guest"));
    let (anna, queue) = (made(&phone, "Anna"), house.queue());
    change(&phone, &guest.id, &json!({ "profile": anna })).ok();
    assert_eq!(guest.post("/plays", &json!({ "trackId": queue[0] })).ok()["count"], 1);
    assert!(delete(&phone, &anna).problem(409)["detail"].as_str().unwrap().contains("Anna"));
    change(&phone, &guest.id, &json!({ "profile": "home" })).ok();
    assert_eq!(delete(&phone, &anna).status, 204);
    assert!(!house.export().to_string().contains(&format!("\"{anna}\":")), "nothing of it is left");
    let again = made(&phone, "Anna");
    assert_ne!(again, anna, "an id is given once");
    change(&phone, &guest.id, &json!({ "profile": again })).ok();
    assert_eq!(guest.get("/plays").ok(), json!({ "counts": {}, "recent": [] }));
}

#[test]
fn pairing_makes_a_profile_by_name_or_takes_it() {
    let house = House::open();
    let mut socket = house.pair("watcher").socket("");
    socket.wait("sync:full");
    let before = house.fingerprint().0;
    let anna = Phone::new(house.door(), &pair_with(&house, &json!({ "profileName": " Anna " })).ok());
    let paired = socket.wait("household:paired");
    let profile = paired["data"]["profile"].clone();
    assert_eq!((&profile["name"], &paired["data"]["device"]["profile"]), (&json!("Anna"), &profile["id"]));
    assert_eq!(house.fingerprint().0, before + 1, "device and profile are one entry");
    let again = Phone::new(house.door(), &pair_with(&house, &json!({ "profileName": "anna" })).ok());
    assert_eq!(socket.wait("household:paired")["data"]["profile"], Value::Null);
    let by_id = Phone::new(house.door(), &pair_with(&house, &json!({ "profile": profile["id"] })).ok());
    for phone in [anna, again, by_id] {
        assert_eq!(phone.socket("").wait("sync:full")["you"]["profile"], profile["id"]);
    }
    assert_eq!(house.local(Ask::get("/profiles")).ok()["profiles"][1]["devices"], 3);
}

#[test]
fn a_profile_that_is_not_there_costs_neither_code_nor_invitation() {
    let house = House::open();
    let phone = house.pair("phone");
    let before = house.fingerprint();
    let advice = pair_with(&house, &json!({ "profile": "u999" })).problem(404)["detail"].clone();
    assert!(advice.as_str().unwrap().contains("/profiles"), "{advice}");
    pair_with(&house, &json!({ "profile": "home", "profileName": "Anna" })).problem(422);
    pair_with(&house, &json!({ "profileName": "two\nlines" })).problem(422);
    let invitation = phone.post("/invite", &json!({})).ok();
    let token = invitation["url"].as_str().unwrap().split_once("#k=").unwrap().1.to_owned();
    let scan = |members: Value| {
        let mut body = json!({ "token": token });
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        house.ask(Ask::post("/pair").json(&body))
    };
    scan(json!({ "profile": "u999" })).problem(404);
    scan(json!({ "profileName": "" })).problem(422);
    assert_eq!(house.fingerprint(), before);
    assert_eq!(scan(json!({ "profileName": "Anna" })).status, 200, "the same invitation, still good");
}

#[test]
fn a_device_that_gets_another_profile_is_sent_back_to_see_it() {
    let house = House::open();
    let (phone, guest) = (house.pair("phone"), house.pair("guest"));
    let (anna, queue) = (made(&phone, "Anna"), house.queue());
    guest.post("/plays", &json!({ "trackId": queue[0] })).ok();
    let (mut one, mut other) = (guest.socket(""), guest.tab("t2").socket("topics=plays,household"));
    let mut stays = phone.socket("");
    let mut stream = guest.stream("listen=0", None);
    let full = one.wait("sync:full");
    assert_eq!((&full["you"]["profile"], &full["data"]["plays"]["recent"]), (&json!("home"), &json!([queue[0]])));
    for socket in [&mut other, &mut stays] {
        socket.wait("sync:full");
    }
    stream.wait_for("sync:full");
    change(&phone, &guest.id, &json!({ "profile": anna })).ok();
    for socket in [&mut one, &mut other] {
        let refresh = socket.wait("server:refresh");
        assert_eq!((&refresh["reason"], &refresh["retryAfterMs"]), (&json!("profile"), &json!(0)));
        assert_eq!(socket.close_code(), Some(1012));
    }
    assert_eq!(stays.wait("household:renamed")["data"]["device"]["profile"], json!(anna));
    let full = guest.socket("").wait("sync:full");
    assert_eq!((&full["you"]["profile"], &full["data"]["plays"]["recent"]), (&json!(anna), &json!([])));
    phone.does("/queue/shuffle", &json!({}));
    stream.wait_for("session:queue");
}

#[test]
fn a_place_from_before_the_change_is_answered_in_full_and_one_behind_it_is_resumed() {
    let house = House::open();
    let (phone, guest) = (house.pair("phone"), house.pair("guest"));
    let (anna, queue) = (made(&phone, "Anna"), house.queue());
    let mut socket = guest.socket("");
    let full = socket.wait("sync:full");
    phone.post("/plays", &json!({ "trackId": queue[0] })).ok();
    let before = socket.wait("plays:counted");
    change(&phone, &guest.id, &json!({ "profile": anna })).ok();
    socket.close_code();
    let last = socket.told.iter().rfind(|message| message["type"] == "household:renamed").unwrap().clone();
    phone.post("/plays", &json!({ "trackId": queue[1] })).ok();
    guest.post("/plays", &json!({ "trackId": queue[2] })).ok();
    // Even who stood at the change itself saw it as somebody else.
    for place in [&full, &before, &last].map(|message| place(message, &full["epoch"])) {
        let told = guest.socket(&place).wait_for("anything", |_| true);
        assert_eq!((&told["type"], &told["you"]["profile"]), (&json!("sync:full"), &json!(anna)), "{place}");
        assert_eq!(told["data"]["plays"]["recent"], json!([queue[2]]));
    }
    let now = guest.socket("").wait("sync:full");
    guest.post("/plays", &json!({ "trackId": queue[3] })).ok();
    let mut resumed = guest.socket(&place(&now, &now["epoch"]));
    assert_eq!(resumed.wait("plays:counted")["data"]["trackId"], json!(queue[3]));
    assert_eq!(resumed.wait("sync:resumed")["you"]["profile"], json!(anna));
    assert!(!resumed.told.iter().any(|message| message["type"] == "sync:full"));
}

#[test]
fn pairing_again_for_somebody_else_is_a_change_too() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let again = phone.post("/pair", &json!({ "code": house.code, "profileName": "Ben" })).ok();
    assert_eq!(again["clientId"], *phone.id);
    assert_eq!(socket.wait("server:refresh")["reason"], "profile");
    assert_eq!(socket.close_code(), Some(1012));
    let profile = Phone::new(house.door(), &again).socket("").wait("sync:full")["you"]["profile"].clone();
    assert_ne!(profile, "home");
}

#[test]
fn two_profiles_see_only_their_own() {
    let house = House::open();
    let (ann, ben) = (house.pair("ann"), house.pair("ben"));
    let (anna, queue) = (made(&ann, "Anna"), house.queue());
    change(&ben, &ann.id, &json!({ "profile": anna })).ok();
    let (mut hers, mut his) = (ann.socket(""), ben.socket(""));
    hers.wait("sync:full");
    his.wait("sync:full");
    ann.post("/plays", &json!({ "trackId": queue[0] })).ok();
    ben.post("/plays", &json!({ "trackId": queue[1] })).ok();
    assert_eq!(hers.wait("plays:counted")["data"]["trackId"], json!(queue[0]));
    assert_eq!(his.wait("plays:counted")["topic"], "plays:home");
    assert_eq!(ann.get("/plays").ok()["counts"], json!({ &queue[0]: 1 }));
    assert_eq!(ben.get("/plays").ok()["counts"], json!({ &queue[1]: 1 }));
    let mark = |id: &str, track: &str| {
        let event = json!({ "mutationId": id, "ts": 1.0, "eventType": "star_track", "id": track });
        json!({ "sentTs": 1.0, "events": [event] })
    };
    {
        ann.post("/stars", &mark("a1", &queue[2])).ok();
        ben.post("/stars", &mark("b1", &queue[3])).ok();
        let starred = |phone: &Phone| phone.get("/stars").ok()["tracks"].clone();
        assert_eq!(
            (starred(&ann)[0]["id"].clone(), starred(&ben)[0]["id"].clone()),
            (json!(queue[2]), json!(queue[3]))
        );
        assert_eq!(hers.wait("stars:changed")["topic"], json!(format!("stars:{anna}")));
        assert_eq!(his.wait("stars:changed")["topic"], "stars:home");
    }
    let foreign = |message: &Value, own: &str| {
        let topic = message["topic"].as_str().unwrap_or_default();
        ["plays:", "stars:", "comparison:"].iter().any(|kind| topic.starts_with(kind)) && !topic.ends_with(own)
    };
    assert!(!hers.told.iter().any(|message| foreign(message, &anna)));
    assert!(!his.told.iter().any(|message| foreign(message, "home")));
}

#[test]
fn the_household_rates_what_its_profiles_do() {
    let house = House::open();
    let (ann, ben) = (house.pair("ann"), house.pair("ben"));
    let anna = made(&ann, "Anna");
    change(&ben, &ann.id, &json!({ "profile": anna })).ok();
    assert_eq!(ben.get("/ratings?household=1").ok()["count"], 0);
    for phone in [&ann, &ben] {
        let mut now =
            phone.post("/comparison/start", &json!({ "source": { "type": "all" } })).ok()["comparison"].clone();
        for _ in 0..3 {
            // Both like the track better whose id comes first.
            let is_a = now["pair"]["a"]["trackId"].as_str() < now["pair"]["b"]["trackId"].as_str();
            let winner = if is_a { "a" } else { "b" };
            let body = json!({ "pairId": now["pair"]["id"], "winner": winner });
            now = phone.post("/comparison/verdict", &body).ok()["comparison"].clone();
        }
    }
    let (all, hers) = (ben.get("/ratings?household=1").ok(), ann.get("/ratings").ok());
    assert_eq!((&all["profiles"], &all["verdicts"], &hers["profile"]), (&json!(2), &json!(6), &json!(anna)));
    assert_eq!(hers, ben.get(&format!("/ratings?profile={anna}")).ok());
    let rows = all["ratings"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["profiles"] == 2), "{all}");
    assert!(rows.windows(2).all(|two| two[0]["rating"].as_f64() >= two[1]["rating"].as_f64()));
    let alone = rows.iter().map(|row| row["uncertainty"].as_f64().unwrap()).fold(f64::MAX, f64::min);
    let least = hers["ratings"].as_array().unwrap().iter().map(|row| row["uncertainty"].as_f64().unwrap());
    assert!(alone < least.fold(f64::MAX, f64::min), "two know more than one");
    let first = ben.get("/ratings?household=1&offset=1&limit=1").ok();
    assert_eq!((first["ratings"].as_array().unwrap().len(), &first["ratings"][0]["rank"]), (1, &json!(2)));
    ben.get("/ratings?household=1&profile=home").problem(422);
}
