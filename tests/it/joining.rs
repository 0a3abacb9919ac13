//! Joining a stream that never rests: no garbage before the greeting, no gap and no double behind it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::{House, Phone};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Somebody who turns the queue as fast as it goes, until told to stop.
struct Restless {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<u64>,
}

impl Restless {
    fn start(phone: &Phone) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, mut socket) = (Arc::clone(&stop), phone.socket("topics=session"));
        let mut count = socket.wait("sync:full")["data"]["session"]["eventCount"].as_u64().unwrap();
        let mut nth = 0;
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                nth += 1;
                let ack = socket.asks(&format!("turn-{nth}"), "next", &json!({}), Some(count));
                count = ack["eventCount"].as_u64().unwrap_or_else(|| panic!("{ack}"));
                socket.forget();
            }
            nth
        });
        Self { stop, thread }
    }

    fn stop(self) -> u64 {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap()
    }
}

#[test]
fn who_joins_in_the_middle_misses_nothing_and_sees_nothing_twice() {
    let house = House::open();
    let (busy, watcher) = (house.pair("busy"), house.pair("watcher"));
    let restless = Restless::start(&busy);
    for _ in 0..150 {
        let mut socket = watcher.socket("topics=session");
        let full = socket.wait("sync:full");
        assert_eq!(socket.told[0], full, "the full state is the first word");
        let seq = full["seq"].as_u64().unwrap();
        for nth in 1..=3 {
            let event = socket.wait_for("an event", |message: &Value| message["type"] == "session:advanced");
            assert_eq!(event["seq"], seq + nth);
        }
    }
    restless.stop();
}

#[test]
fn who_resumes_in_the_middle_misses_nothing_and_sees_nothing_twice() {
    let house = House::open();
    let (busy, watcher) = (house.pair("busy"), house.pair("watcher"));
    let full = watcher.socket("topics=session").wait("sync:full");
    let (epoch, mut seq) = (full["epoch"].as_str().unwrap().to_owned(), full["seq"].as_u64().unwrap());
    let restless = Restless::start(&busy);
    for _ in 0..150 {
        let mut socket = watcher.socket(&format!("topics=session&since={epoch}:{seq}"));
        let resumed = socket.wait("sync:resumed")["seq"].as_u64().unwrap();
        socket.wait("session:advanced");
        let seqs: Vec<_> = socket.told.iter().filter(|message| message["type"] == "session:advanced").collect();
        for event in seqs {
            assert_eq!(event["seq"], seq + 1);
            seq += 1;
        }
        assert!(seq > resumed);
    }
    restless.stop();
}

#[test]
fn streams_of_events_join_without_a_gap_too() {
    let house = House::open();
    let (busy, watcher) = (house.pair("busy"), house.pair("watcher"));
    let restless = Restless::start(&busy);
    for _ in 0..100 {
        let mut stream = watcher.stream("listen=0", None);
        let seq = stream.next().unwrap().data["seq"].as_u64().unwrap();
        for nth in 1..=3 {
            assert_eq!(stream.wait_for("session:advanced").data["seq"], seq + nth);
        }
    }
    restless.stop();
}
