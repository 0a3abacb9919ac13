//! Starting twice, and stopping.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, PATIENCE, Setup, until};
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn a_second_server_on_the_same_state_says_who_holds_it() {
    let house = House::open();
    let phone = house.pair("phone");
    let second = house.command().output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    let holder = house.process().id().to_string();
    assert!(said.contains(&holder) && said.contains(&house.state_dir().display().to_string()), "{said}");
    assert!(said.contains(&house.door().address().to_string()), "{said}");
    assert_eq!(second.stdout, b"");
    assert_eq!(phone.get("/snapshot").status, 200, "the first one is not disturbed");
    assert_eq!(house.local(Ask::get("/healthz")).status, 200, "nor is its private socket");
}

#[test]
fn asked_to_stop_it_tells_everybody_and_ends_in_time() {
    let mut house = House::open();
    let (phone, other) = (house.pair("phone"), house.pair("other"));
    let (mut one, mut two) = (phone.socket(""), other.listens(&[]));
    one.wait("sync:full");
    let mut stream = phone.stream("listen=0", None);
    stream.wait_for("sync:full");
    let mut idle = house.door().knock();
    assert_eq!(idle.ask(&Ask::get("/healthz")).status, 200);
    let mut half = house.door().knock();
    half.say("GET /snap");

    let asked = Instant::now();
    assert_eq!(house.stop(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    for socket in [&mut one, &mut two] {
        let refresh = socket.wait("server:refresh");
        assert_eq!((&refresh["reason"], &refresh["eph"]), (&json!("stopping"), &json!(true)));
        assert!(refresh["retryAfterMs"].as_u64().is_some_and(|span| (1..10_000).contains(&span)));
        assert_eq!(socket.close_code(), Some(1012));
    }
    while stream.next().is_some() {}
    assert!(idle.ends() && half.ends());
    assert!(!house.socket().exists(), "the private socket is gone");
    house.start();
    assert_eq!(phone.get("/snapshot").status, 200);
}

#[test]
fn a_stop_in_the_middle_of_a_download_does_not_wait_for_ever() {
    let mut house = House::open();
    std::fs::write(house.music_dir().join("long.wav"), crate::house::music::wav(7, 20_000)).unwrap();
    let phone = house.pair("phone");
    phone.post("/scan", &json!({}));
    let track = until("it is found", || {
        let index = phone.get("/index").ok();
        index.as_array()?.iter().find(|track| track["fileName"] == "long.wav").cloned()
    });
    let mut line = house.door().knock();
    let target = format!("/file/{}", track["trackId"].as_str().unwrap());
    line.say(phone.sign(Ask::get(&target)).bytes("localhost"));
    assert_eq!(line.answer_head().unwrap().0, 200);
    let asked = Instant::now();
    assert_eq!(house.stop(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

#[test]
fn a_stop_right_after_the_start_is_a_clean_one() {
    let mut house = House::closed(Setup::default());
    for _ in 0..3 {
        house.start();
        assert_eq!(house.stop(), Some(0));
    }
    house.start();
    house.settle();
    let phone = house.pair("phone");
    // A scan that was stopped half way is taken up again: in one go or in two, every track comes into the queue once.
    let queue = || phone.get("/snapshot").ok()["queue"].as_array().cloned().unwrap_or_default();
    until("all tracks stand in the queue", || (queue().len() == 4).then_some(()));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let house = House::open();
    let other_state = tempfile::tempdir().unwrap();
    let address = house.door().address().to_string();
    let setup = Setup { listen: address.clone(), ..Setup::default() }.state(other_state.path());
    let second = setup.command(house.music_dir().parent().unwrap()).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let house = House::open();
    let other_state = tempfile::tempdir().unwrap();
    let mut child = Setup::default().state(other_state.path()).command(house.music_dir().parent().unwrap());
    child.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = child.spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    let socket = other_state.path().join("local.sock");
    let due = Instant::now() + PATIENCE;
    let answers = || std::os::unix::net::UnixStream::connect(&socket).is_ok();
    while !answers() && Instant::now() < due {
        assert_eq!(child.try_wait().unwrap(), None, "it ended because nobody reads its log");
    }
    let mut line = crate::house::http::Line::on(std::os::unix::net::UnixStream::connect(&socket).unwrap(), "local");
    assert_eq!(line.ask(&Ask::get("/healthz")).status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
}
