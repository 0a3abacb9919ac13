//! The hot paths one by one, as often as asked, for `make bench-instructions`: valgrind counts what each costs.
//!
//! `hotpaths OPERATION TIMES [FOLDER]`. What it takes to get ready is the same whatever TIMES is, so two runs and a
//! subtraction leave the operation alone. Nothing here looks at a clock.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a path that cannot be gone has failed

use hearken::clock::{Clock, Mono, Now};
use hearken::core::command::{Command, Origin, SessionCommand, Wish};
use hearken::core::ids::{CommandKey, DeviceId, ProfileId, RoomId, TabId, TrackId};
use hearken::core::presence::Signal;
use hearken::core::tracks::KnownTracks;
use hearken::core::{Applied, Settings, State, apply, decide, follow, observe};
use hearken::hub::Submission;
use hearken::hub::by_hand::ByHand;
use hearken::hub::recovery::recover;
use hearken::hub::ring::Read;
use hearken::library::{Library, LibrarySettings};
use hearken::log::memory::MemoryLog;
use hearken::net::head::parse_head;
use hearken::net::live::view::{Topics, View, Writing};
use hearken::wire::envelope::{self, Place};
use hearken::wire::frame::Frame;
use hearken::wire::{command, event};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

/// Tracks in the queue that is sought in.
const QUEUE: usize = 1_000;
/// A browser's request head.
const HEAD: &[u8] = b"GET /file/k3XaQ0b7vT9mW2pL HTTP/1.1\r\nHost: hearken.local:8642\r\nUser-Agent: Mozilla/5.0 (Linux; Android 14) \
    AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36\r\nAccept: */*\r\nAccept-Encoding: identity\r\n\
    Accept-Language: de-DE,de;q=0.9,en;q=0.8\r\nReferer: http://hearken.local:8642/\r\nRange: bytes=0-\r\nConnection: keep-alive\r\n\
    Cookie: hearken=6eefa2e7826bddb46584ea0755f04c2a07293e42b8ad19420b8a6f925f532c2c\r\n\r\n";
const NOW: Now = Now { mono: Mono(1_000), wall_ms: 1_790_000_000_000 };

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let times: u64 = words.get(1).and_then(|word| word.parse().ok()).expect("hotpaths OPERATION TIMES [FOLDER]");
    let folder = words.get(2).map(Path::new);
    match words[0].as_str() {
        "head" => again(times, |_| drop(black_box(parse_head(black_box(HEAD))))),
        "parse" => again(times, |_| parse()),
        "decide" => decide_and_apply(times),
        "encode" => encode(times),
        "command" => whole_commands(times),
        "compose" => compose(times),
        "search" => search(times, folder.expect("a folder with library.db")),
        "prepare" => drop(library(folder.expect("a folder"), &words[3]).scan(false).unwrap()),
        other => panic!("there is no path {other:?}"),
    }
}

fn again(times: u64, mut what: impl FnMut(u64)) {
    (0..times).for_each(|nth| what(black_box(nth)));
}

/// A command's text becomes a command.
fn parse() {
    let args: serde_json::Value = serde_json::from_str(black_box(r#"{"positionSec":83.25}"#)).unwrap();
    drop(black_box(command::session("seek", &args, &RoomId::house(), 1).unwrap()));
}

fn known() -> Arc<KnownTracks> {
    Arc::new((0..QUEUE).map(|n| (track(n), Some(240_000))).collect())
}

fn track(n: usize) -> TrackId {
    TrackId::new(&format!("k3XaQ0b7vT9m{n:04}")).unwrap()
}

fn session(command: SessionCommand) -> Wish {
    Wish { command: Command::Session(RoomId::house(), command), origin: None, guard: None }
}

/// A house that is paused somewhere in a queue.
fn preparing() -> [Wish; 3] {
    let tracks = (0..QUEUE).map(track).collect::<Vec<_>>();
    let pause = SessionCommand::Pause { position_ms: Some(1_000) };
    let play = SessionCommand::Play { position_ms: None };
    [session(SessionCommand::QueueSet { tracks: tracks.into_iter().collect() }), session(play), session(pause)]
}

struct House {
    state: State,
    seq: u64,
}

impl House {
    fn new() -> Self {
        let mut house = Self { state: State::default(), seq: 0 };
        observe(&mut house.state, &Signal::Library(known()), NOW);
        preparing().iter().for_each(|wish| drop(house.take(wish)));
        house
    }

    fn take(&mut self, wish: &Wish) -> hearken::core::event::Event {
        let event = decide(&self.state, wish, NOW).unwrap();
        self.seq += 1;
        apply(&mut self.state.durable, &Applied { seq: self.seq, version: self.seq, event: &event });
        follow(&mut self.state, &event, NOW);
        event
    }
}

/// The core alone: may it be done, and what is then.
fn decide_and_apply(times: u64) {
    let mut house = House::new();
    again(times, |nth| drop(black_box(house.take(&session(SessionCommand::Seek { position_ms: nth })))));
}

/// An event becomes the bytes that every socket gets.
fn encode(times: u64) {
    let mut house = House::new();
    let event = house.take(&session(SessionCommand::Seek { position_ms: 7 }));
    let topic = event.topic();
    let place = Place { topic: &topic, version: 4, seq: 4, ts_ms: NOW.wall_ms, origin: None };
    again(times, |_| {
        let data = event::data(black_box(&event), &house.state.durable, &house.state.presence);
        drop(black_box(Frame::ws_text(&envelope::event(event::name(&event), &data, &place))));
    });
}

/// A command's whole way but for the disk: decided, stored in memory, applied, published in the ring, read there, answered.
fn whole_commands(times: u64) {
    let (hub, mut writer) = hub();
    let mut cursor = hub.ring().join(None).cursor;
    let origin = Origin { device: DeviceId::local(), tab: Some(TabId::new("t1").unwrap()) };
    again(times, |nth| {
        let wish = Wish { origin: Some(origin.clone()), ..session(SessionCommand::Seek { position_ms: nth }) };
        let wish = Wish { guard: Some(hub.published().event_count(&RoomId::house())), ..wish };
        let key = Some((CommandKey::new(&format!("k{nth}")).unwrap(), nth));
        let answer = Box::new(|result: Result<_, hearken::hub::Refused>| drop(black_box(result.unwrap())));
        hub.submit(Submission { wish, key, connection: None, puts: Vec::new(), answer });
        writer.round();
        let Read::Slots(slots, next) = hub.ring().read(cursor, 16) else { panic!("nothing was published") };
        cursor = next;
        drop(black_box(slots));
    });
}

/// What the fan-out does for each view that is open: a batch of 16 messages as one text. Sockets share it.
fn compose(times: u64) {
    let (hub, mut writer) = hub();
    let cursor = hub.ring().join(None).cursor;
    for nth in 0..16 {
        hub.submit(Submission {
            wish: session(SessionCommand::Seek { position_ms: nth }),
            key: None,
            connection: None,
            puts: Vec::new(),
            answer: Box::new(drop),
        });
    }
    writer.round();
    let Read::Slots(slots, _) = hub.ring().read(cursor, 16) else { panic!("nothing was published") };
    let (room, profile) = (RoomId::house(), ProfileId::home());
    let view = View { writing: Writing::WebSocket, room, profile, topics: Topics::ALL };
    let published = hub.published();
    again(times, |_| {
        let mut bytes = Vec::new();
        view.compose_all(&mut bytes, black_box(&slots), &published);
        drop(black_box(bytes));
    });
}

fn hub() -> (hearken::hub::Hub, ByHand) {
    let log = MemoryLog::named("00c0ffee");
    let recovered = recover(Ok(Box::new(log)), Settings::default(), "clock".into());
    let (hub, mut writer) = ByHand::new(recovered, Arc::new(Clock::by_hand(NOW.wall_ms)));
    hub.signal(Signal::Library(known()));
    for wish in preparing() {
        hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer: Box::new(drop) });
    }
    writer.round();
    (hub, writer)
}

fn library(folder: &Path, music: &str) -> Library {
    let db_path = folder.join("library.db");
    Library::open(LibrarySettings { audio_dir: music.into(), db_path, follow_links: false }).unwrap()
}

/// Two words, in everything the library has.
fn search(times: u64, folder: &Path) {
    let library = library(folder, "/nowhere");
    let catalog = library.catalog();
    again(times, |_| {
        let found = library.search(&catalog, black_box("silver moon"), 20).unwrap();
        drop(black_box(found));
    });
}
