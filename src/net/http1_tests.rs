//! A whole conversation without a socket: for any bytes, however they are cut, the same sound answers.

use super::*;
use crate::net::testing::script::{Patient, Script};
use crate::net::testing::{Answers, Client, echo};
use proptest::prelude::*;
use std::io::Read;
use std::io::Write;

/// What is answered to these pieces, dates aside.
fn converse(pieces: Vec<Vec<u8>>) -> Vec<(u16, Vec<u8>)> {
    let mut link = Script::of(pieces);
    let (service, bounds) = (Answers(echo), Bounds::default());
    let connection = Connection {
        link: &mut link,
        inbox: Inbox::default(),
        peer: Peer::Local,
        service: &service,
        bounds: &bounds,
        watch: &Patient,
    };
    assert!(connection.run(clock::instant()).is_none());
    answers(link.got)
}

/// Reads answers as a client would. What is no sequence of answers panics.
fn answers(sent: Vec<u8>) -> Vec<(u16, Vec<u8>)> {
    struct Sent(io::Cursor<Vec<u8>>);
    impl Read for Sent {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let few = into.len().min(1);
            self.0.read(&mut into[..few])
        }
    }
    impl Write for Sent {
        fn write(&mut self, from: &[u8]) -> io::Result<usize> {
            Ok(from.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let total = sent.len() as u64;
    let mut client = Client::on(Sent(io::Cursor::new(sent)));
    let mut got = Vec::new();
    while client.stream.0.position() < total {
        let answer = client.answer();
        got.push((answer.status, answer.body));
    }
    got
}

/// Requests and pieces of requests, without HEAD, whose answers look unfinished.
fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let pieces = proptest::sample::select(vec![
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
        "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\n",
        "Host: b\r\n",
        "\r\n",
        "\n",
        "\0",
    ]);
    proptest::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_are_answered_soundly(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        converse(vec![bytes]);
    }

    #[test]
    fn where_a_stream_is_cut_does_not_matter(bytes in fragments(), cuts in proptest::collection::vec(1..60_usize, 1..40)) {
        let mut pieces = Vec::new();
        let mut rest = &bytes[..];
        for cut in cuts.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece.to_vec());
            rest = after;
        }
        prop_assert_eq!(taken(converse(pieces)), taken(converse(vec![bytes])));
    }
}

/// What a cut must not change: which requests were taken from the stream. When an unfinished head is refused, with
/// which of its flaws, and whether 100 is said, depends on what has come by then.
fn taken(answers: Vec<(u16, Vec<u8>)>) -> Vec<Vec<u8>> {
    answers.into_iter().filter(|(status, _)| *status == 200).map(|(_, body)| body).collect()
}

#[test]
fn a_conversation_goes_on_after_a_refusal_that_left_nothing_unread() {
    struct Choosy;
    impl Service for Choosy {
        fn admit(&self, head: &Request) -> Result<usize, Problem> {
            if head.path == "/no" { Err(problem::UNAUTHORIZED.into()) } else { Ok(3) }
        }
        fn call(&self, request: &Request) -> Outcome {
            echo(request)
        }
    }
    let requests = "GET /no HTTP/1.1\r\nHost: a\r\n\r\n\
                    POST /yes HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\
                    POST /yes HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd\
                    GET /never HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut link = Script::of([requests.into()]);
    let bounds = Bounds::default();
    let (inbox, peer) = (Inbox::default(), Peer::Local);
    Connection { link: &mut link, inbox, peer, service: &Choosy, bounds: &bounds, watch: &Patient }
        .run(clock::instant());
    let statuses: Vec<_> = answers(link.got).into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, [401, 200, 413]);
}
