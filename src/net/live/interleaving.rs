//! Everybody who touches a live socket, in any order: whoever opens it, the fan-out, the mop, its reader, the writer of
//! events, and the one who closes. A scheduler from a seed decides who goes next; since each step is taken under the
//! socket's lock or the ring's (the mop takes two), an order of steps is what threads could do, without threads.
//!
//! Sockets are real, with buffers so small that they lag all the time. What must hold in any order: a phone sees each
//! event once and in order, or a full state and what comes after it; no frame stands inside another; whoever reads is
//! brought to the end of the story; and when the house stops, every socket ends.
//!
//! `SCHEDULES=5000 cargo test --lib interleaving` tries more, `SCHEDULE=17 SCHEDULES=1` one again.

use super::connection::Connection;
use super::view::{Topics, View, Writing};
use super::{Live, Opening};
use crate::clock::Clock;
use crate::core::Settings;
use crate::core::command::{Command, Wish};
use crate::core::ids::{DeviceId, ProfileId, RoomId};
use crate::hub::by_hand::ByHand;
use crate::hub::recovery::recover;
use crate::hub::ring::{Cursor, Since};
use crate::hub::{Hub, Submission};
use crate::limits;
use crate::log::memory::MemoryLog;
use crate::net::duplex::Duplex;
use crate::wire::frame::Frame;
use crate::wire::snapshot::You;
use serde_json::Value;
use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Bytes that the kernel keeps for a socket, each way; it takes a few thousand at the least.
const BUFFER_BYTES: usize = 2_048;
/// What happens before the house stops.
const STEPS: usize = 300;
/// Rounds in which everybody who reads must be at the story's end.
const ROUNDS_MAX: usize = 200_000;

#[test]
fn in_any_order_everybody_sees_each_event_once() {
    let setting = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let (first, count) = (setting("SCHEDULE", 1), setting("SCHEDULES", 60));
    let mut told = [0; 4];
    for seed in first..first + count {
        println!("SCHEDULE={seed} SCHEDULES=1 cargo test --lib interleaving");
        let counted = Story::new(seed).told();
        told.iter_mut().zip(counted).for_each(|(sum, more)| *sum += more);
    }
    let [events, lags, full, resumed] = told;
    println!("{count} schedules: {events} events seen, {lags} lags, {full} full states, {resumed} resumed");
    assert!(count < 50 || [events, lags, full, resumed].iter().all(|it| *it > count), "too little happened: {told:?}");
}

/// The order that the schedules meet once in a hundred: the mop has sent everything, and before it puts the socket down,
/// the socket lags again.
#[test]
fn a_socket_that_lags_again_behind_the_mops_back_is_mopped_all_the_same() {
    let mut story = Story::with_a_phone();
    let until_it_lags = |story: &mut Story| {
        while !story.lags(0) {
            story.answer(0)
        }
    };
    until_it_lags(&mut story);
    while story.lags(0) {
        story.phones[0].read(usize::MAX);
        story
            .mopped
            .take()
            .into_iter()
            .for_each(|(connection, _)| story.live.mop.settle(&story.live, &connection, true));
        story.mop_one();
    }
    until_it_lags(&mut story);
    story.come_to_rest();
}

/// As long as nobody says anything more, there is no next batch that would bring them up.
#[test]
fn what_the_fan_out_itself_fell_behind_on_is_told_without_waiting_for_more() {
    let mut story = Story::with_a_phone();
    for _ in 0..=limits::RING_EPHEMERALS_MAX {
        story.happen(1);
    }
    story.come_to_rest();
}

/// Its ping was due while its network took nothing: it is asked once that does, and not held for gone unasked.
#[test]
fn a_socket_that_could_not_be_asked_is_asked_as_soon_as_it_can_be() {
    let mut story = Story::with_a_phone();
    while !story.lags(0) {
        story.answer(0);
    }
    story.pass(limits::PING_EVERY);
    story.come_to_rest();
    assert_eq!(story.phones[0].pings, 0);
    story.pass(Duration::from_millis(500));
    story.happen(1);
    story.come_to_rest();
    assert_eq!((story.phones[0].pings, story.phones[0].is_over), (1, false));
}

struct Story {
    dice: u64,
    hub: Hub,
    writer: ByHand,
    live: Arc<Live>,
    listener: TcpListener,
    /// The fan-out's place.
    cursor: Cursor,
    phones: Vec<Phone>,
    /// The socket that the mop has just sent to, and whether it lagged still.
    mopped: Option<(Arc<Connection>, bool)>,
    version: u64,
    lags: u64,
}

/// The other end of a socket; it comes back when its connection is gone.
struct Phone {
    socket: TcpStream,
    connection: Arc<Connection>,
    is_seated: bool,
    received: Vec<u8>,
    /// The last event it knows of; none before its first full state.
    seq: Option<u64>,
    said: u64,
    answered: u64,
    pings: u64,
    is_over: bool,
    counted: [u64; 3],
}

impl Story {
    fn new(seed: u64) -> Self {
        let recovered = recover(Ok(Box::new(MemoryLog::named("e"))), Settings::default(), "c".into());
        let (hub, writer) = ByHand::new(recovered, Arc::new(Clock::by_hand(1_790_000_000_000)));
        let live = Live::new(hub.clone()).unwrap();
        let cursor = hub.ring().join(None).cursor;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        socket2::SockRef::from(&listener).set_recv_buffer_size(BUFFER_BYTES).unwrap();
        let dice = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self { dice, hub, writer, live, listener, cursor, phones: Vec::new(), mopped: None, version: 0, lags: 0 }
    }

    fn with_a_phone() -> Self {
        let mut story = Self::new(1);
        let phone = story.knock(None);
        story.phones.push(phone);
        story.come_to_rest();
        story
    }

    fn below(&mut self, n: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) as usize % n
    }

    fn told(mut self) -> [u64; 4] {
        for _ in 0..STEPS {
            self.step();
        }
        if self.below(3) > 0 {
            self.come_to_rest();
        }
        self.stop();
        let sum = |nth: usize| self.phones.iter().map(|phone| phone.counted[nth]).sum();
        [sum(0), self.lags, sum(1), sum(2)]
    }

    /// Somebody goes on.
    fn step(&mut self) {
        let nth = self.below(self.phones.len().max(1));
        match self.below(20) {
            0..=2 => self.happen(3),
            3 if self.below(25) == 0 => self.happen(limits::RING_EPHEMERALS_MAX + 50),
            4..=6 => assert!(self.live.hand_out(&mut self.cursor)),
            7..=9 => self.mop_one(),
            10 if self.phones.len() < 4 => {
                let phone = self.knock(None);
                self.phones.push(phone);
            }
            11 | 12 => self.phones.iter_mut().filter(|phone| !phone.is_seated).take(1).for_each(|phone| {
                phone.is_seated = true;
                self.live.seat(&phone.connection);
            }),
            13 | 14 => self.answer(nth),
            15 if self.below(4) == 0 => self.comes_back(nth),
            _ => {
                let count = self.below(9_000);
                self.phones.get_mut(nth).into_iter().for_each(|phone| phone.read(count));
            }
        }
    }

    /// Events happen, one by one or many at once.
    fn happen(&mut self, most: usize) {
        for _ in 0..=self.below(most) {
            self.version += 1;
            let command = Command::LibraryChanged { version: self.version, count: 4, added: 1, removed: 1 };
            let wish = Wish { command, origin: None, guard: None };
            let answer = Box::new(|result: Result<_, crate::hub::Refused>| assert!(result.is_ok()));
            self.hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
            assert!(self.writer.round());
        }
    }

    /// The mop's turn: one of those it watches is writable, or is thought to be. It goes in two steps.
    fn mop_one(&mut self) {
        if let Some((connection, still_lags)) = self.mopped.take() {
            return self.live.mop.settle(&self.live, &connection, still_lags);
        }
        let watched = self.live.mop.watched();
        if !watched.is_empty() {
            self.lags += 1;
            let nth = self.below(watched.len());
            self.mopped = self.live.mop.relieve(&self.live, watched[nth]);
        }
    }

    /// Time passes, and the fan-out looks at everybody's pulse.
    fn pass(&mut self, span: Duration) {
        self.hub.clock().pass(u64::try_from(span.as_millis()).unwrap());
        self.live.look_at_pulses(self.hub.clock().mono());
    }

    fn lags(&self, nth: usize) -> bool {
        self.phones[nth].connection.out.lags()
    }

    /// A socket that has its greeting, and is not seated yet.
    fn knock(&mut self, known: Option<&Phone>) -> Phone {
        let socket = TcpStream::connect(self.listener.local_addr().unwrap()).unwrap();
        socket.set_nonblocking(true).unwrap();
        let (inner, _) = self.listener.accept().unwrap();
        socket2::SockRef::from(&inner).set_send_buffer_size(BUFFER_BYTES).unwrap();
        let (client_id, profile) = (DeviceId::local(), ProfileId::home());
        let (writing, room, topics) = (Writing::WebSocket, RoomId::house(), Topics::ALL);
        let view = View { writing, room, profile: profile.clone(), topics };
        let seq = known.and_then(|phone| phone.seq);
        let since = seq.map(|seq| Since { epoch: "e".into(), seq });
        let opening = Opening { you: You { client_id, profile, tab: None }, view, since };
        let connection = self.live.greeted(Duplex::plain(Arc::new(inner)), opening, b"");
        let (said, answered, pings, counted) = (0, 0, 0, known.map_or([0; 3], |phone| phone.counted));
        let (received, is_seated, is_over) = (Vec::new(), false, false);
        Phone { socket, connection, is_seated, received, seq, said, answered, pings, is_over, counted }
    }

    /// The reader answers out of turn, as it does a ping or a probe of the clock.
    fn answer(&mut self, nth: usize) {
        let Some(phone) = self.phones.get_mut(nth).filter(|phone| phone.is_seated) else { return };
        phone.said += 1;
        let text = format!("{{\"type\":\"answer\",\"n\":{},\"pad\":\"{}\"}}", phone.said, "x".repeat(500));
        self.live.push(&phone.connection, Frame::ws_text(&text).bytes());
    }

    /// A connection breaks; the phone comes back with what it knows.
    fn comes_back(&mut self, nth: usize) {
        if nth < self.phones.len() && self.phones[nth].is_seated {
            let gone = self.phones.swap_remove(nth);
            gone.connection.out.kill();
            self.live.close(&gone.connection);
            let back = self.knock(Some(&gone));
            self.phones.push(back);
        }
    }

    /// Nothing new happens, and everybody goes on: everybody must get to the end of the story.
    fn come_to_rest(&mut self) {
        for phone in self.phones.iter_mut().filter(|phone| !phone.is_seated) {
            phone.is_seated = true;
            self.live.seat(&phone.connection);
        }
        let end = self.hub.published().seq;
        for _ in 0..ROUNDS_MAX {
            assert!(self.live.hand_out(&mut self.cursor));
            self.mop_one();
            self.phones.iter_mut().for_each(|phone| phone.read(usize::MAX));
            let is_there = |phone: &Phone| phone.is_over || (phone.seq == Some(end) && phone.answered == phone.said);
            if self.phones.iter().all(is_there) && self.cursor == self.hub.ring().join(None).cursor {
                return;
            }
        }
        let places: Vec<_> = self.phones.iter().map(|phone| (phone.seq, phone.said, phone.answered)).collect();
        panic!("somebody is not told to the end, {end}: {places:?}");
    }

    /// The house stops: the fan-out says so, and every socket ends.
    fn stop(&mut self) {
        self.hub.stop();
        while self.writer.round() {}
        self.hub.ring().close();
        while self.live.hand_out(&mut self.cursor) {}
        self.live.farewell();
        for phone in self.phones.iter_mut().filter(|phone| phone.is_seated) {
            let ended = (0..ROUNDS_MAX).any(|_| {
                phone.read(usize::MAX);
                phone.is_over
            });
            assert!(ended, "a socket did not end");
            self.live.close(&phone.connection);
        }
    }
}

impl Phone {
    /// Reads up to so many bytes, as far as they are there, and looks at every frame that is whole.
    fn read(&mut self, count: usize) {
        let mut bytes = vec![0; count.clamp(1, 16 * 1024)];
        match self.socket.read(&mut bytes) {
            Ok(0) => self.is_over = true,
            Ok(count) => self.received.extend_from_slice(&bytes[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // Cut off: reset is an end, too.
            Err(_) => self.is_over = true,
        }
        while let Some((kind, text)) = take_frame(&mut self.received) {
            match kind {
                1 => self.hear(&serde_json::from_slice(&text).expect("a frame stands inside another")),
                8 => {}
                9 => self.pings += 1,
                other => panic!("a frame of kind {other}: one stands inside another"),
            }
        }
    }

    fn hear(&mut self, message: &Value) {
        let seq = message["seq"].as_u64();
        match message["type"].as_str().unwrap() {
            "sync:full" => {
                assert!(seq >= self.seq, "a full state of before: {seq:?} after {:?}", self.seq);
                (self.seq, self.counted[1]) = (seq, self.counted[1] + 1);
            }
            "sync:resumed" => {
                assert_eq!(seq, self.seq, "resumed elsewhere");
                self.counted[2] += 1;
            }
            "cursor" => assert!(seq >= self.seq),
            "answer" => {
                self.answered += 1;
                assert_eq!(message["n"], self.answered, "an answer was lost, or overtaken");
            }
            "library:changed" => {
                assert_eq!(seq, self.seq.map(|seq| seq + 1), "a gap or a double");
                (self.seq, self.counted[0]) = (seq, self.counted[0] + 1);
            }
            _ => assert!(message["eph"] == true || message["type"] == "server:refresh", "{message}"),
        }
    }
}

/// Takes a frame of a server, if it is all there: its kind and its payload.
fn take_frame(from: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let &[first, short, ..] = &from[..] else { return None };
    assert!(first & 0xf0 == 0x80 && short < 0x80, "no server's frame begins like this");
    let (head, length) = match short {
        126 => (4, usize::from(u16::from_be_bytes(from.get(2..4)?.try_into().unwrap()))),
        127 => (10, usize::try_from(u64::from_be_bytes(from.get(2..10)?.try_into().unwrap())).unwrap()),
        short => (2, usize::from(short)),
    };
    let payload = from.get(head..head + length)?.to_vec();
    from.drain(..head + length);
    Some((first & 0x0f, payload))
}
