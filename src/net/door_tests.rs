//! The door with real sockets: order, deadlines, bounds, panics, upgrades, and its end.

use super::*;
use crate::net::descriptors::raise_descriptor_limit;
use crate::net::message::Request;
use crate::net::service::Outcome;
use crate::net::testing::{Answers, Client, echo, until};
use std::io::{Read, Write};
use std::sync::mpsc;

fn open(bounds: Bounds, answer: impl Fn(&Request) -> Outcome + Send + Sync + 'static) -> Door {
    let bound = Bound::new("127.0.0.1:0".parse().unwrap(), bounds).unwrap();
    bound.open(Arc::new(Answers(answer))).unwrap()
}

/// Bounds with deadlines that a test can wait for.
fn hasty() -> Bounds {
    let soon = Duration::from_millis(100);
    Bounds { head_deadline: soon, body_deadline: soon, keep_alive_idle: soon, linger: soon, ..Bounds::default() }
}

#[test]
fn pipelined_requests_are_answered_in_order_wherever_they_are_cut() {
    let door = open(Bounds::default(), echo);
    let requests = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\none\
                    GET /b HTTP/1.1\r\nHost: h\r\n\r\n\
                    POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\ntwo";
    for cut in 0..=requests.len() {
        let mut client = Client::connect(door.address());
        let (before, after) = requests.split_at(cut);
        client.send(before);
        client.send(after);
        let answers: Vec<_> = (0..3).map(|_| client.answer().text()).collect();
        assert_eq!(answers, ["POST /a one", "GET /b ", "POST /c two"], "cut at {cut}");
    }
}

#[test]
fn forty_keep_alive_connections_are_all_answered_while_all_are_open() {
    let door = open(Bounds::default(), echo);
    let mut clients: Vec<_> = (0..40).map(|_| Client::connect(door.address())).collect();
    for round in 0..3 {
        for client in &mut clients {
            client.send(format!("GET /{round} HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        for client in &mut clients {
            assert_eq!(client.answer().text(), format!("GET /{round} "));
        }
    }
    assert_eq!((door.counters().accepted(), door.counters().live()), (40, 40));
}

#[test]
fn who_is_slow_with_a_head_is_dropped_however_often_a_byte_comes() {
    let door = open(hasty(), echo);
    let mut slow = Client::connect(door.address());
    let mut writer = slow.stream.try_clone().unwrap();
    let drip = std::thread::spawn(move || while writer.write_all(b"x").is_ok() {});
    assert!(matches!(slow.head().0, 408 | 431));
    slow.rest();
    drip.join().unwrap();
    let mut stuck = Client::connect(door.address());
    stuck.send("GET / HTTP/1.1\r\nHost: a\r\n");
    assert_eq!(stuck.answer().status, 408);
    assert!(stuck.is_closed());
    assert!(Client::connect(door.address()).is_closed(), "silence is answered with silence");
    until("all have ended", || door.counters().live() == 0);
}

#[test]
fn an_idle_connection_and_a_slow_body_end_at_their_deadlines() {
    let door = open(hasty(), echo);
    let mut idle = Client::connect(door.address());
    assert_eq!(idle.get("/").status, 200);
    assert!(idle.is_closed());
    let mut slow = Client::connect(door.address());
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    assert_eq!(slow.answer().status, 408);
    assert!(slow.is_closed());
}

#[test]
fn nothing_behind_a_refused_head_is_taken_for_a_request() {
    let door = open(Bounds::default(), |request| panic!("{} was taken for a request", request.path));
    for (status, head) in [
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 0\r\n\r\n"),
        (411, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (400, "GET /a HTTP/1.1\nHost: a\n\n"),
        (413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n"),
    ] {
        let mut client = Client::connect(door.address());
        client.send(format!("{head}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
        let answer = client.answer();
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")), "{head:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(client.is_closed(), "{head:?}");
    }
}

#[test]
fn a_panic_costs_one_connection_a_500() {
    let door =
        open(Bounds::default(), |request| if request.path == "/bad" { panic!("on purpose") } else { echo(request) });
    let mut other = Client::connect(door.address());
    assert_eq!(other.get("/").status, 200);
    let mut client = Client::connect(door.address());
    let answer = client.get("/bad");
    assert_eq!((answer.status, answer.header("connection")), (500, Some("close")));
    assert!(!answer.text().contains("on purpose"), "the reason stays in the log");
    assert_eq!(other.get("/").status, 200);
}

#[test]
fn heads_versions_and_expectations() {
    let door = open(Bounds::default(), echo);
    let mut client = Client::connect(door.address());
    client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
    let (status, head) = client.head();
    assert!(status == 200 && head.contains("Content-Length: 8\r\n"), "{head}");
    client.send("POST /y HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    assert_eq!(client.head(), (100, "HTTP/1.1 100 Continue\r\n\r\n".into()));
    client.send("ok");
    assert_eq!(client.answer().text(), "POST /y ok");
    client.send("GET /z HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_eq!(client.answer().header("connection"), Some("keep-alive"));
    client.send("GET /z HTTP/1.0\r\n\r\n");
    assert_eq!(client.answer().header("connection"), Some("close"));
    client.stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(client.is_closed());
}

#[test]
fn a_taken_connection_gets_the_bytes_behind_its_head_and_ends_with_its_taker() {
    let door = open(Bounds::default(), |request| {
        assert_eq!(request.path, "/ws");
        Outcome::upgrade(|taken| {
            let mut socket = taken.duplex.socket();
            let (mut got, mut more) = (taken.already_read, [0; 4]);
            socket.read_exact(&mut more[..4 - got.len()]).unwrap();
            got.extend_from_slice(&more[..4 - got.len()]);
            socket.write_all(&got).unwrap();
            assert!(taken.head.headers.has_token("connection", "upgrade") && taken.peer.is_loopback());
        })
    });
    let mut client = Client::connect(door.address());
    client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nfi");
    client.send("rs");
    assert_eq!(client.rest(), b"firs");
}

#[test]
fn a_taken_connection_that_does_not_end_by_itself_is_ended_when_the_house_stops() {
    let door = open(Bounds::default(), |_| {
        Outcome::upgrade(|taken| {
            taken.duplex.write_all(b"taken").unwrap();
            assert_eq!(taken.duplex.read(&mut [0]).unwrap(), 0, "it is woken by its end");
        })
    });
    let mut client = Client::connect(door.address());
    client.send("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");
    client.stream.read_exact(&mut [0; 5]).unwrap();
    assert_eq!(door.stop(Duration::from_millis(10)), 1);
    assert!(client.is_closed());
}

#[test]
fn the_small_stack_is_enough_for_what_answers_do() {
    let door = open(Bounds::default(), |request| {
        let nested = serde_json::from_slice::<serde_json::Value>(&request.body);
        let text = format!("{} {}", nested.is_ok(), "long ".repeat(100_000));
        Response::text(200, text).into()
    });
    let mut client = Client::connect(door.address());
    for (depth, parsed) in [(100, true), (30_000, false)] {
        let body = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let head = "POST / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nContent-Length:";
        client.send(format!("{head} {}\r\n\r\n{body}", body.len()));
        let answer = client.answer();
        assert_eq!((answer.status, answer.header("content-encoding")), (200, Some("gzip")));
        let mut text = String::new();
        flate2::read::GzDecoder::new(&answer.body[..]).read_to_string(&mut text).unwrap();
        assert!(text.starts_with(&format!("{parsed} long")), "{depth}");
    }
}

#[test]
fn when_all_places_are_taken_the_silent_give_way_and_the_busy_do_not() {
    let (enter, entered) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let bounds = Bounds { connections_max: 2, ..Bounds::default() };
    let door = open(bounds, move |request| {
        enter.send(()).unwrap();
        let _ = gone.lock().unwrap().recv();
        echo(request)
    });
    let mut silent = Client::connect(door.address());
    let mut busy = [Client::connect(door.address()), Client::connect(door.address())];
    assert!(silent.is_closed());
    for client in &mut busy {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    // The second waits for the lock that the first holds: being in the handler is what counts.
    (0..2).for_each(|_| entered.recv().unwrap());
    let answer = Client::connect(door.address()).answer();
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    drop(go);
    busy.iter_mut().for_each(|client| assert_eq!(client.answer().status, 200));
    assert_eq!((door.counters().refused(), door.counters().gave_way()), (1, 1));
}

#[test]
fn stopping_lets_a_running_answer_finish_and_ends_the_idle() {
    let (enter, entered) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let door = open(Bounds::default(), move |request| {
        if request.path == "/slow" {
            enter.send(()).unwrap();
            let _ = gone.lock().unwrap().recv();
        }
        echo(request)
    });
    let address = door.address();
    let (mut idle, mut slow) = (Client::connect(address), Client::connect(address));
    assert_eq!(idle.get("/").status, 200);
    slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    entered.recv().unwrap();
    let stopping = std::thread::spawn(move || door.stop(Duration::from_secs(30)));
    assert!(idle.is_closed());
    drop(go);
    let answer = slow.answer();
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    drop(slow);
    assert_eq!(stopping.join().unwrap(), 0);
    assert!(TcpStream::connect(address).is_err(), "the port is free again");
}

#[test]
fn two_thousand_idle_connections_come_and_go() {
    let room = raise_descriptor_limit().unwrap_or(u64::MAX);
    // Both ends are in this process, beside the other tests.
    let count = 2_000.min(usize::try_from(room).unwrap_or(usize::MAX).saturating_sub(500) / 2);
    let door = open(Bounds::default(), echo);
    let mut clients: Vec<_> = (0..count).map(|_| Client::connect(door.address())).collect();
    for client in &mut clients {
        assert_eq!(client.get("/").status, 200);
    }
    assert_eq!(door.counters().live(), count as u64);
    drop(clients);
    until("all have ended", || door.counters().live() == 0);
    assert_eq!(Client::connect(door.address()).get("/").status, 200);
    assert_eq!(door.counters().refused(), 0);
}

#[test]
fn a_tls_handshake_is_not_taken_for_http() {
    let door = open(Bounds::default(), echo);
    let mut client = Client::connect(door.address());
    client.send([0x16, 3, 1, 0]);
    assert!(client.is_closed());
}
