//! A whole conversation: whatever a client says, in whatever pieces it comes, is one story, told the same each time.

#[path = "../../src/net/testing/script.rs"]
mod script;

use super::engine::pieces;
use hearken::clock;
use hearken::limits::BODY_BYTES_MAX;
use hearken::net::bounds::Bounds;
use hearken::net::http1::{Connection, Watch};
use hearken::net::inbox::Inbox;
use hearken::net::link::Link;
use hearken::net::message::{Peer, Request};
use hearken::net::problem::Problem;
use hearken::net::response::Response;
use hearken::net::service::{Outcome, Service};
use script::{Patient, Script};
use std::sync::Mutex;

pub fn seeds() -> Vec<Vec<u8>> {
    let get = "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    let inside = format!("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{get}", get.len());
    let chunks = "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let waits = "PUT /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello";
    let old = "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    let last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    [
        format!("{get}{post}{get}"),
        format!("{inside}{get}"),
        format!("{post}\r\n{chunks}{get}"),
        format!("{waits}{waits}{last}{get}"),
        format!("{old}{old}{get}{last}"),
    ]
    .map(String::into_bytes)
    .into()
}

pub fn talk(bytes: &[u8]) {
    let at_once = story(bytes, vec![bytes]);
    let singly = story(bytes, bytes.chunks(1).collect());
    let by_pieces = story(bytes, pieces(bytes, 700));
    assert_eq!(at_once, singly, "byte by byte it is another story");
    assert_eq!(at_once, by_pieces, "in pieces it is another story");
}

/// What was asked, and how each was answered; but for a `100`, for which one who sends all at once need not wait.
fn story(all: &[u8], sent: Vec<&[u8]>) -> (Vec<String>, Vec<String>) {
    let mut link = Script::of(sent.into_iter().map(<[u8]>::to_vec));
    let asked = Asked::default();
    let (inbox, peer, bounds) = (Inbox::default(), Peer::Local, Bounds::default());
    let connection = Connection { link: &mut link, inbox, peer, service: &asked, bounds: &bounds, watch: &Patient };
    assert!(connection.run(clock::instant()).is_none());
    let asked = asked.0.into_inner().unwrap();
    let bodies: usize = asked.iter().map(|request| request.body.len()).sum();
    assert!(bodies <= all.len(), "more came out than went in");
    assert!(asked.iter().all(|request| request.body.len() <= BODY_BYTES_MAX));
    let told = |request: &Request| {
        let Request { method, path, query, body, version, .. } = request;
        format!("{method:?} {path} {query:?} {version:?} {body:?}")
    };
    let answers = String::from_utf8_lossy(&link.got);
    let statuses = answers.split_inclusive('\n').filter_map(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3));
    // Of several things that are wrong, which is named may depend on how much was there.
    let answered =
        statuses.filter(|status| *status != "100").map(|status| if status < "400" { status } else { "refused" });
    (asked.iter().map(told).collect(), answered.map(str::to_owned).collect())
}

/// Remembers what it is asked.
#[derive(Default)]
struct Asked(Mutex<Vec<Request>>);

impl Service for Asked {
    fn admit(&self, _: &Request) -> Result<usize, Problem> {
        Ok(BODY_BYTES_MAX)
    }

    fn call(&self, request: &Request) -> Outcome {
        self.0.lock().unwrap().push(request.clone());
        Response::text(200, "yes\n").into()
    }
}
