//! The client against a scripted appliance: a thread that accepts one WebSocket and says what the test tells it.

use super::*;
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use tungstenite::Message as Frame;

type Peer = WebSocket<std::net::TcpStream>;

/// Runs `script` as the appliance of one connection.
fn appliance(script: impl FnOnce(&mut Peer) + Send + 'static) -> (Target, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut peer = tungstenite::accept(stream).unwrap();
        script(&mut peer);
    });
    (Target::at(address.ip(), address.port()), thread)
}

fn tell(peer: &mut Peer, message: Value) {
    peer.send(Frame::text(message.to_string())).unwrap();
}

fn hear(peer: &mut Peer) -> Value {
    loop {
        if let Frame::Text(text) = peer.read().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

fn full(version: u64) -> Value {
    let session = json!({"eventCount": version, "playState": {"mode": "playing", "trackId": "a"}});
    json!({"type": "sync:full", "epoch": "e1", "seq": 40, "versions": {"session:house": version, "library": 1},
           "data": {"session": session}})
}

fn connect(target: &Target) -> Client {
    Client::connect(target, Some("secret"), &Options::default()).unwrap()
}

#[test]
fn events_before_the_ack_are_kept_in_order_and_versions_are_followed() {
    let (target, thread) = appliance(|peer| {
        tell(peer, full(7));
        let command = hear(peer);
        assert_eq!((&command["name"], &command["ifMatchEvent"]), (&json!("queue/add"), &json!(7)));
        tell(peer, json!({"type": "library:changed", "topic": "library", "seq": 41, "eventCount": 2, "data": {}}));
        tell(peer, json!({"type": "ack", "id": command["id"], "eventCount": 8, "seq": 42, "result": {"data": {}}}));
        tell(peer, json!({"type": "session:paused", "topic": "session:house", "seq": 43, "eventCount": 9}));
    });
    let mut client = connect(&target);
    assert_eq!(client.full().unwrap()["seq"], 40);
    let ack = client.intend("queue/add", &json!({"trackIds": ["x"]})).unwrap();
    assert_eq!((ack.event_count, ack.seq), (8, 42));
    assert_eq!(client.version("session:house"), Some(8));
    let second = Duration::from_secs(1);
    assert_eq!(client.next_message(second).unwrap().unwrap().kind(), "library:changed");
    assert_eq!(client.next_message(second).unwrap().unwrap().kind(), "session:paused");
    assert_eq!((client.version("session:house"), client.version("library")), (Some(9), Some(2)));
    assert_eq!(client.cursor().to_string(), "e1:43");
    assert!(matches!(client.next_message(second), Err(ClientError::Lost { .. })));
    thread.join().unwrap();
}

/// One stale answer, then whatever comes; tells how often `name` was sent.
fn sent_when_stale(name: &'static str, current_now: &'static str) -> (usize, Result<Ack, ClientError>) {
    let (target, thread) = appliance(move |peer| {
        tell(peer, full(7));
        let first = hear(peer);
        let snapshot = json!({"playState": {"trackId": current_now}});
        tell(
            peer,
            json!({"type": "reject", "id": first["id"], "status": 409, "detail": "somebody was faster",
                          "expectedEventCount": 8, "snapshot": snapshot}),
        );
        while let Ok(Frame::Text(text)) = peer.read() {
            let again: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(again["ifMatchEvent"], 8);
            assert_ne!(again["id"], first["id"]);
            tell(peer, json!({"type": "ack", "id": again["id"], "eventCount": 9, "seq": 44}));
        }
    });
    let mut client = connect(&target);
    let done = client.intend(name, &json!({}));
    client.close();
    thread.join().unwrap();
    (if done.is_ok() { 2 } else { 1 }, done)
}

#[test]
fn a_stale_next_is_repeated_for_the_same_track_only() {
    let (times, ack) = sent_when_stale("next", "a");
    assert_eq!((times, ack.unwrap().event_count), (2, 9));
    let (times, refused) = sent_when_stale("next", "b");
    assert_eq!((times, refused.unwrap_err().to_string().as_str()), (1, "somebody was faster"));
    assert_eq!(sent_when_stale("pause", "b").0, 2);
}

#[test]
fn after_a_break_the_missed_events_come_first() {
    let (target, thread) = appliance(|peer| {
        tell(peer, json!({"type": "session:paused", "topic": "session:house", "seq": 41, "eventCount": 8}));
        tell(peer, json!({"type": "sync:resumed", "eph": true, "epoch": "e1", "seq": 41}));
        tell(peer, json!({"type": "cursor", "eph": true, "seq": 45}));
        while peer.read().is_ok() {}
    });
    let since = Some("e1:40".parse().unwrap());
    let mut client = Client::connect(&target, None, &Options { since, ..Options::default() }).unwrap();
    assert!(client.full().is_none());
    let kinds: Vec<String> =
        (0..3).map(|_| client.next_message(Duration::from_secs(1)).unwrap().unwrap().kind().to_owned()).collect();
    assert_eq!(kinds, ["session:paused", "sync:resumed", "cursor"]);
    assert_eq!(client.cursor().to_string(), "e1:45");
    assert_eq!(client.next_message(Duration::from_millis(10)).unwrap(), None);
    client.close();
    thread.join().unwrap();
}

#[test]
fn refused_handshakes_are_told_apart() {
    let answer = |text: &'static str| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = io::Read::read(&mut stream, &mut [0; 4096]);
            let _ = io::Write::write_all(&mut stream, text.as_bytes());
        });
        let error = Client::connect(&Target::at(address.ip(), address.port()), None, &Options::default()).unwrap_err();
        thread.join().unwrap();
        error
    };
    let unpaired = answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    assert!(matches!(unpaired, ClientError::NotPaired(_)), "{unpaired:?}");
    let full = answer("HTTP/1.1 503 Busy\r\nContent-Length: 34\r\n\r\n{\"status\":503,\"detail\":\"come later\"}");
    assert!(full.is_passing(), "{full:?}");
    let other = answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert!(other.problem().is_some() || matches!(other, ClientError::Strange { .. }), "{other:?}");
}

#[test]
fn the_servers_clock_is_read() {
    let (target, thread) = appliance(|peer| {
        tell(peer, full(1));
        let probe = hear(peer);
        assert_eq!(probe["type"], "time");
        tell(peer, json!({"type": "time", "t0": probe["t0"], "t1": 5000.0, "t2": 5000.5}));
    });
    let now = connect(&target).server_ms().unwrap();
    assert!((5000.5..6000.0).contains(&now), "{now}");
    thread.join().unwrap();
}
