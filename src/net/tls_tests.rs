//! TLS at the door with real sockets: the same answers, and handshakes that never end.

use super::bounds::Bounds;
use super::door::{Bound, Door};
use super::message::{Peer, Request};
use super::response::{Body, Response};
use super::service::Outcome;
use super::testing::{Answers, Client, echo, until};
use crate::clock;
use crate::device::tls::{Names, Tls, TlsSource};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

struct House {
    door: Door,
    trust: Arc<ClientConfig>,
    _dir: tempfile::TempDir,
}

fn open(bounds: Bounds, answer: impl Fn(&Request) -> Outcome + Send + Sync + 'static) -> House {
    let dir = tempfile::tempdir().unwrap();
    let tls = Tls::open(&TlsSource::Auto(dir.path().into()), clock::system_time()).unwrap();
    tls.fit(&Names::private([], []), clock::system_time()).unwrap();
    let bound = Bound::new("127.0.0.1:0".parse().unwrap(), bounds).unwrap().with_tls(Some(tls.server_config()));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(tls.authority().unwrap().der().to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trust = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let trust = Arc::new(trust.with_root_certificates(roots).with_no_client_auth());
    House { door: bound.open(Arc::new(Answers(answer))).unwrap(), trust, _dir: dir }
}

impl House {
    fn knock(&self) -> Client<StreamOwned<ClientConnection, TcpStream>> {
        Client::on(StreamOwned::new(self.begin(), Client::connect(self.door.address()).stream))
    }

    fn begin(&self) -> ClientConnection {
        ClientConnection::new(Arc::clone(&self.trust), ServerName::try_from("localhost").unwrap()).unwrap()
    }

    /// What a client says first.
    fn hello(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.begin().write_tls(&mut bytes).unwrap();
        bytes
    }
}

/// Bounds with deadlines that a test can wait for.
fn hasty() -> Bounds {
    let soon = Duration::from_millis(300);
    Bounds { head_deadline: soon, body_deadline: soon, linger: soon, ..Bounds::default() }
}

#[test]
fn requests_are_answered_over_tls_and_beside_it_on_one_port() {
    let house = open(Bounds::default(), |request| {
        assert_eq!(matches!(request.peer, Peer::Tls(_)), request.path.starts_with("/tls"));
        echo(request)
    });
    let (mut secure, mut plain) = (house.knock(), Client::connect(house.door.address()));
    for nth in 0..3 {
        assert_eq!(secure.get(&format!("/tls{nth}")).text(), format!("GET /tls{nth} "));
        assert_eq!(plain.get("/plain").text(), "GET /plain ");
    }
    // A body of several records, and two requests in one.
    let body = "x".repeat(50_000);
    secure.send(format!("POST /tls HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    assert_eq!(secure.answer().text(), format!("POST /tls {body}"));
    secure.send("GET /tlsa HTTP/1.1\r\nHost: a\r\n\r\nGET /tlsb HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!([secure.answer().text(), secure.answer().text()], ["GET /tlsa ", "GET /tlsb "]);
}

#[test]
fn long_answers_from_memory_and_from_files_arrive_whole() {
    let bytes: Arc<Vec<u8>> = Arc::new((0..3_000_000_u32).map(|at| (at % 251) as u8).collect());
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let (memory, file) = (Arc::clone(&bytes), Mutex::new(file));
    let house = open(Bounds::default(), move |request| {
        let body = match request.path.as_str() {
            "/file" => {
                let file = file.lock().unwrap_or_else(PoisonError::into_inner).try_clone().unwrap();
                Body::File { file, offset: 1, len: 2_999_990, permit: crate::net::permit::Permit::default() }
            }
            _ => Body::Bytes(memory.to_vec()),
        };
        Response { body, ..Response::empty(200) }.into()
    });
    let mut client = house.knock();
    assert!(client.get("/memory").body == *bytes);
    assert!(client.get("/file").body == bytes[1..2_999_991]);
}

#[test]
fn a_taken_connection_speaks_tls_on_both_ways_at_once() {
    let house = open(Bounds::default(), |_| {
        Outcome::upgrade(|taken| {
            let mut got = taken.already_read;
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    for nth in 0..200 {
                        taken.duplex.write_all(format!("{nth:0500}\n").as_bytes()).unwrap();
                    }
                });
                let mut piece = [0; 700];
                while got.len() < 100_000 {
                    match taken.duplex.read(&mut piece).unwrap() {
                        0 => break,
                        count => got.extend_from_slice(&piece[..count]),
                    }
                }
            });
            let told = format!("{} bytes, {}", got.len(), got.iter().all(|byte| *byte == b'u'));
            taken.duplex.write_all(told.as_bytes()).unwrap();
            taken.duplex.finish();
        })
    });
    let mut client = house.knock();
    client.send(format!("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n{}", "u".repeat(100_000)));
    let rest = String::from_utf8(client.rest()).unwrap();
    let lines: Vec<&str> = rest.lines().collect();
    assert_eq!(lines.len(), 201);
    assert!(lines[..200].iter().enumerate().all(|(nth, line)| *line == format!("{nth:0500}")));
    assert_eq!(lines[200], "100000 bytes, true");
}

#[test]
fn what_is_no_handshake_is_dropped_at_once_and_an_endless_one_at_its_deadline() {
    let house = open(hasty(), echo);
    let hello = house.hello();
    let mut garbage = Client::connect(house.door.address());
    garbage.send([&b"\x16"[..], &[0xff; 400]].concat());
    garbage.rest();
    let mut flood = Client::connect(house.door.address());
    flood.send([&b"\x16\x03\x01\x40\x00\x01\x00\xff\xff"[..], &vec![0; 200_000]].concat());
    flood.rest();
    for cut in [1, 5, 40, hello.len() - 1] {
        let mut stuck = Client::connect(house.door.address());
        stuck.send(&hello[..cut]);
        let begun = clock::instant();
        assert!(stuck.is_closed(), "cut at {cut}");
        assert!(begun.elapsed() < Duration::from_secs(10), "cut at {cut}");
    }
    // Hands are half shaken: the client never finishes.
    let mut half = Client::connect(house.door.address());
    half.send(&hello);
    half.rest();
    // A byte now and then does not move the deadline.
    let mut slow = Client::connect(house.door.address());
    let mut writer = slow.stream.try_clone().unwrap();
    let drip = std::thread::spawn(move || {
        for byte in &hello {
            if writer.write_all(&[*byte]).is_err() {
                return;
            }
            clock::pause(Duration::from_millis(5));
        }
    });
    slow.rest();
    drip.join().unwrap();
    until("all have ended", || house.door.counters().live() == 0);
    assert_eq!(house.knock().get("/still").text(), "GET /still ");
}

#[test]
fn who_shook_hands_and_says_nothing_is_dropped_too() {
    let house = open(hasty(), echo);
    let mut client = house.knock();
    client.stream.flush().unwrap();
    while client.stream.conn.is_handshaking() {
        client.stream.conn.complete_io(&mut client.stream.sock).unwrap();
    }
    until("it is dropped", || house.door.counters().live() == 0 && house.door.counters().accepted() == 1);
}
