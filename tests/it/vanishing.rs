//! Phones whose network goes without a word: out of the house, out of battery, the cable pulled. No packet says that they are
//! gone; the house finds out, waits for them no longer, and keeps nothing of them.
//!
//! Two network namespaces on a bridge, and a cable that is pulled. That needs root and iproute2, else a test says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Ask, Line};
use crate::lan::lab::{Appliance, BINARY, Lan};
use serde_json::Value;
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const LISTENERS: usize = 3;

/// Listeners on another machine; they end with this.
struct Phones(Child);

impl Drop for Phones {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn listeners(pi: &Appliance) -> Vec<Value> {
    pi.asked("/snapshot")["clients"].as_array().unwrap().clone()
}

fn within(span: Duration, what: &str, is_so: impl Fn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < span, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
    begun.elapsed()
}

/// An appliance with listeners on another machine.
fn at_home(lan: &Lan) -> (Appliance, Phones) {
    let mut pi = Appliance::with_music(4);
    pi.start(lan, 0, "0.0.0.0:8642", &[]);
    let code = pi.ready["pairingCode"].as_str().unwrap().to_owned();
    let mut simulate = lan.on(1, BINARY);
    simulate.args(["simulate", "--host", "10.77.0.11", "--code", &code, "--listeners", "3", "--rate", "0.01"]);
    simulate.args(["--seconds", "300"]).env("HOME", pi.state_dir()).env("HEARKEN_SOCKET", "/nonexistent");
    let phones = Phones(simulate.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    within(Duration::from_secs(30), "they listen", || listeners(&pi).len() == LISTENERS);
    (pi, phones)
}

fn command(pi: &Appliance, name: &str) {
    let count = pi.asked("/snapshot")["eventCount"].to_string();
    let socket = UnixStream::connect(pi.state_dir().join("local.sock")).unwrap();
    Line::on(socket, "local").ask(&Ask::post(name).field("If-Match-Event", &count).field("Connection", "close"));
}

#[test]
fn phones_that_vanish_at_a_barrier_are_not_waited_for_long() {
    let Some(lan) = Lan::plug(2) else { return };
    let (pi, phones) = at_home(&lan);
    lan.link(1, false);
    // Their track is another one now, and none of them will ever say that it has it.
    // Those who conduct may be faster, once more.
    within(Duration::from_secs(5), "somebody is waited for", || {
        command(&pi, "/next");
        if pi.asked("/snapshot")["playState"]["mode"] != "waiting" {
            command(&pi, "/play");
        }
        pi.asked("/snapshot")["playState"]["mode"] == "waiting"
    });
    let took = within(Duration::from_secs(16), "they are given up", || listeners(&pi).is_empty());
    println!("after {took:?}");
    assert_eq!(pi.asked("/snapshot")["barrier"]["members"].as_array().map_or(0, Vec::len), 0);
    drop(phones);
}

#[test]
#[ignore = "long: waits for the pings of a quiet house, 40 s"]
fn phones_that_vanish_from_a_quiet_house_are_forgotten() {
    let Some(lan) = Lan::plug(2) else { return };
    let (pi, phones) = at_home(&lan);
    let online = || {
        let clients = pi.asked("/clients")["clients"].clone();
        clients.as_array().unwrap().iter().filter(|client| client["online"] == true).count()
    };
    assert!(online() >= LISTENERS);
    lan.link(1, false);
    let took = within(Duration::from_secs(60), "they are given up", || listeners(&pi).is_empty() && online() == 0);
    println!("after {took:?}");
    drop(phones);
}
