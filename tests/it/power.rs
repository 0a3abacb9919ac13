//! The power goes, again and again, in the middle of everything: what was acknowledged is there, and nothing is half done.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod follower;

use crate::house::http::{Ask, Line};
use crate::house::ws::Socket;
use crate::house::{House, Phone, until};
use follower::Follower;
use hearken::log::EventLog;
use hearken::log::sqlite::SqliteLog;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// How often the power goes; `HEARKEN_KILLS` says it.
fn kills() -> u64 {
    std::env::var("HEARKEN_KILLS").map_or(20, |kills| kills.parse().expect("HEARKEN_KILLS is a number"))
}

/// What was acknowledged, and what was asked for and never answered.
#[derive(Debug, Default)]
struct Ledger {
    acknowledged: Vec<Asked>,
    unanswered: Vec<Asked>,
}

/// A command as it was asked for; `seq` is 0 without an answer.
#[derive(Clone, Debug)]
struct Asked {
    key: String,
    name: &'static str,
    guard: u64,
    seq: u64,
    event_count: u64,
}

/// A way to ask for commands; `None`: the connection is gone.
type Way = Box<dyn FnMut(&str, &str, u64) -> Option<Value> + Send>;

fn by_post(phone: &Phone, house: &House) -> Option<Way> {
    let (phone, mut line) = (phone.clone(), Line::on(TcpStream::connect(house.door().address()).ok()?, "localhost"));
    Some(Box::new(move |key, name, guard| {
        let ask =
            Ask::post(&format!("/{name}")).field("Idempotency-Key", key).field("If-Match-Event", &guard.to_string());
        line.try_say(phone.sign(ask).bytes("localhost")).ok()?;
        line.answer(false).map(|answer| answer.json())
    }))
}

fn by_socket(phone: &Phone) -> Option<Way> {
    let mut socket: Socket = phone.socket("topics=session");
    Some(Box::new(move |key, name, guard| {
        let answer = socket.try_asks(key, name, &json!({}), guard);
        socket.forget();
        answer
    }))
}

/// Turns the queue to and fro until the connection is gone.
fn load(mut way: Way, prefix: String, mut guard: u64, ledger: Arc<Mutex<Ledger>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for nth in 0.. {
            let (key, name) = (format!("{prefix}-{nth}"), if nth % 2 == 0 { "next" } else { "prev" });
            loop {
                let mut asked = Asked { key: key.clone(), name, guard, seq: 0, event_count: 0 };
                let Some(answer) = way(&key, name, guard) else {
                    return ledger.lock().unwrap().unanswered.push(asked);
                };
                if let Some(expected) = answer["expectedEventCount"].as_u64() {
                    guard = expected;
                    continue;
                }
                let Some(seq) = answer["seq"].as_u64() else { panic!("neither yes nor no: {answer}") };
                guard = answer["eventCount"].as_u64().unwrap();
                (asked.seq, asked.event_count) = (seq, guard);
                ledger.lock().unwrap().acknowledged.push(asked);
                break;
            }
        }
    })
}

#[test]
fn what_was_acknowledged_outlives_the_power_and_nothing_is_half_done() {
    let chance = RandomState::new();
    let mut house = House::open();
    let (one, two) = (house.pair("one"), house.pair("two"));
    let epoch = house.snapshot()["epoch"].clone();
    let mut all = BTreeMap::new();
    let follower = Follower::of(&house, &one);
    for round in 0..kills() {
        let (ledger, guard) = (Arc::<Mutex<Ledger>>::default(), house.event_count());
        let ways = [("post", by_post(&one, &house)), ("socket", by_socket(&one)), ("other", by_socket(&two))];
        let loaders: Vec<_> = ways
            .into_iter()
            .map(|(way, open)| load(open.unwrap(), format!("{way}-{round}"), guard, Arc::clone(&ledger)))
            .collect();
        let until_then = chance.hash_one(round) % 60;
        println!("round {round}: the power goes after {until_then} commands");
        let done = || ledger.lock().unwrap().acknowledged.len() as u64;
        // Patient for as long as anything is done: the machine may have much else to do.
        for next in 1..=until_then {
            until(&format!("command {next} is done"), || (done() >= next).then_some(()));
        }
        house.kill9();
        loaders.into_iter().for_each(|loader| loader.join().unwrap());
        house.start();
        let ledger = std::mem::take(&mut *ledger.lock().unwrap());
        check(&house, [&one, &two], &ledger, &mut all, &epoch);
    }
    let head = house.snapshot()["seq"].as_u64().unwrap();
    follower.came_along(head);
    assert_eq!(house.stop(), Some(0));
    check_log(&house, &all);
}

/// Everything acknowledged is there, and is answered again as before; what was not answered happened once or not at all.
fn check(house: &House, phones: [&Phone; 2], ledger: &Ledger, all: &mut BTreeMap<u64, String>, epoch: &Value) {
    let now = house.snapshot();
    assert_eq!(&now["epoch"], epoch);
    let last = ledger.acknowledged.iter().map(|asked| asked.seq).max().unwrap_or(0);
    assert!(now["seq"].as_u64().unwrap() >= last, "{now} lost what was acknowledged, up to {last}");
    for asked in &ledger.acknowledged {
        let again = retry(phones, asked);
        assert_eq!(again["seq"], asked.seq, "{asked:?}: {again}");
        let twice = all.insert(asked.seq, asked.key.clone());
        assert_eq!(twice, None, "two answers name entry {}", asked.seq);
    }
    let before = house.event_count();
    assert_eq!(before, now["eventCount"].as_u64().unwrap(), "retries change nothing");
    for asked in &ledger.unanswered {
        let again = retry(phones, asked);
        match again["seq"].as_u64() {
            Some(seq) => assert_eq!(all.insert(seq, asked.key.clone()), None, "{asked:?}"),
            None => assert_eq!(again["status"], 409, "{asked:?}: {again}"),
        }
    }
}

fn retry(phones: [&Phone; 2], asked: &Asked) -> Value {
    let phone = if asked.key.starts_with("other") { phones[1] } else { phones[0] };
    let ask = Ask::post(&format!("/{}", asked.name)).field("Idempotency-Key", &asked.key);
    phone.ask(ask.field("If-Match-Event", &asked.guard.to_string())).json()
}

/// The log itself: whole, without holes, each topic's versions one after the other, each acknowledged command in its place.
fn check_log(house: &House, all: &BTreeMap<u64, String>) {
    let log = SqliteLog::open(&house.state_dir().join("hearken.db")).unwrap();
    assert_eq!(log.verify().unwrap(), Vec::<String>::new());
    let (mut versions, mut seq) = (HashMap::new(), 0);
    for entry in log.read_after(0, 1_000_000).unwrap() {
        seq += 1;
        assert_eq!(entry.seq, seq, "a hole");
        let version: &mut u64 = versions.entry(entry.topic.to_string()).or_default();
        *version += 1;
        assert_eq!(entry.version, *version, "a hole in {}", entry.topic);
        let event: Value = serde_json::from_slice(&entry.payload).unwrap();
        assert!(!all.contains_key(&seq) || event.to_string().to_lowercase().contains("rotate"), "{event}");
    }
    assert_eq!(log.head().unwrap().seq, seq);
    assert!(all.keys().all(|acknowledged| *acknowledged <= seq));
}

#[test]
fn an_edit_of_a_devices_own_queue_outlives_the_power_and_no_half_of_one_does() {
    let mut house = House::open();
    let phone = house.pair("phone");
    let chance = RandomState::new();
    let mut expected: Vec<String> = Vec::new();
    for round in 0..6_u64 {
        let (asked, acknowledged) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<usize>>::default());
        let mut socket = phone.socket("tab=x&topics=playback");
        let (noted, count) = (Arc::clone(&asked), Arc::clone(&acknowledged));
        let loader = std::thread::spawn(move || {
            for nth in 0.. {
                let track = format!("r{round}n{nth}");
                noted.lock().unwrap().push(track.clone());
                let args = json!({"queueChange": {"op": "insert", "at": 9_999, "trackIds": [track]}});
                let message = json!({"type": "command", "id": track, "name": "playback", "args": args});
                let sent = socket.send(tungstenite::Message::text(message.to_string()));
                if sent.is_err() || socket.hear(&track).is_none() {
                    return;
                }
                *count.lock().unwrap() += 1;
            }
        });
        let until_then = 1 + chance.hash_one(round) as usize % 80;
        until("enough is done", || (*acknowledged.lock().unwrap() >= until_then).then_some(()));
        house.kill9();
        loader.join().unwrap();
        house.start();
        let (asked, acknowledged) = (asked.lock().unwrap().clone(), *acknowledged.lock().unwrap());
        let now: Vec<String> = serde_json::from_value(phone.get("/playback").ok()["queue"].clone()).unwrap();
        let more = now.len() - expected.len();
        assert!((acknowledged..=asked.len()).contains(&more), "{acknowledged} <= {more} <= {}", asked.len());
        expected.extend_from_slice(&asked[..more]);
        assert_eq!(now, expected);
    }
}

#[test]
fn a_paired_device_is_paired_for_good_from_the_answer_on() {
    let mut house = House::open();
    for round in 0..5 {
        let phone = house.pair("phone");
        house.kill9();
        house.start();
        assert_eq!(phone.get("/snapshot").status, 200, "{round}");
        assert_eq!(phone.ask(Ask::new("DELETE", &format!("/clients/{}", phone.id))).status, 204);
        house.kill9();
        house.start();
        phone.get("/snapshot").problem(401);
    }
}
