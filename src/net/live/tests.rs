//! Live sockets on a hub in memory: what is pending leaves together, and what is private to a device reaches its own alone.

use super::fanout::Threads;
use super::view::{Topics, View, Writing};
use super::{Live, Opening};
use crate::clock::Clock;
use crate::core::Settings;
use crate::core::ids::{DeviceId, ProfileId, RoomId};
use crate::core::topic::Topic;
use crate::hub::Hub;
use crate::hub::recovery::recover;
use crate::hub::ring::Slot;
use crate::log::memory::MemoryLog;
use crate::net::duplex::Duplex;
use crate::wire::snapshot::You;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

struct House {
    live: Arc<Live>,
    listener: TcpListener,
    writer: JoinHandle<()>,
    threads: Threads,
}

/// The other end of a live socket.
struct Phone(TcpStream);

impl House {
    fn new() -> Self {
        let recovered = recover(Ok(Box::new(MemoryLog::named("e"))), Settings::default(), "c".into());
        let (hub, writer) = Hub::start(recovered, Arc::new(Clock::start())).unwrap();
        let live = Live::new(hub).unwrap();
        let threads = Threads::start(&live).unwrap();
        Self { live, listener: TcpListener::bind("127.0.0.1:0").unwrap(), writer, threads }
    }

    /// A socket of the local device, which has been told the full state.
    fn open(&self) -> Phone {
        let mut phone = self.open_as(DeviceId::local());
        phone.read(); // in one piece
        phone
    }

    fn open_as(&self, client_id: DeviceId) -> Phone {
        let client = TcpStream::connect(self.listener.local_addr().unwrap()).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let (socket, _) = self.listener.accept().unwrap();
        let profile = ProfileId::home();
        let (writing, room, topics) = (Writing::WebSocket, RoomId::house(), Topics::parse("library,playback").unwrap());
        let view = View { writing, room, profile: profile.clone(), topics };
        let opening = Opening { you: You { client_id, profile, tab: None }, view, since: None };
        drop(self.live.open(Duplex::plain(Arc::new(socket)), opening, b""));
        Phone(client)
    }

    fn say(&self, slots: Vec<Slot>) {
        self.live.hub().ring().publish(self.live.hub().published(), slots);
    }

    fn close(self) {
        self.live.hub().stop();
        self.writer.join().unwrap();
        self.threads.join(&self.live);
    }
}

impl Phone {
    /// What the kernel has for one read; pings, which come when they come, are passed over.
    fn read(&mut self) -> String {
        let mut bytes = vec![0; 256 * 1024];
        loop {
            let count = self.0.read(&mut bytes).unwrap();
            let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
            if !text.contains("\"type\":\"cursor\"") {
                return text;
            }
        }
    }
}

fn about(topic: &Topic, text: &str) -> Slot {
    Slot::ephemeral("x", topic.clone(), text)
}

#[test]
fn what_is_pending_leaves_in_one_write() {
    let house = House::new();
    let mut phone = house.open();
    for round in 0..50 {
        let say = |n| about(&Topic::Library, &format!("<{round}.{n}>"));
        house.say((0..8).map(say).collect());
        let told = phone.read();
        let all: Vec<String> = (0..8).map(|n| format!("<{round}.{n}>")).collect();
        // Written one by one, the first read would find the first of them, if not each time then soon.
        assert!(all.iter().all(|one| told.contains(one)), "{all:?} in {told:?}");
    }
    house.close();
}

#[test]
fn what_is_private_to_a_device_reaches_its_sockets_alone_in_the_same_write() {
    let house = House::new();
    let (mut one, mut other) = (house.open(), house.open());
    let (mine, theirs) = (DeviceId::local(), DeviceId::new("0A").unwrap());
    let slots = [(Topic::Library, "<all>"), (Topic::Playback(theirs), "<theirs>"), (Topic::Playback(mine), "<mine>")];
    house.say(slots.iter().map(|(topic, text)| about(topic, text)).collect());
    for phone in [&mut one, &mut other] {
        let told = phone.read();
        assert!(told.contains("<all>") && told.contains("<mine>") && !told.contains("<theirs>"), "{told:?}");
    }
    house.close();
}

#[test]
fn who_said_it_is_not_told() {
    let house = House::new();
    let (mut one, mut other) = (house.open(), house.open());
    let first = house.live.all().iter().map(|connection| connection.id).min().unwrap();
    house.live.hub().position_told(first, &DeviceId::local(), None, "{\"a\":1}".into());
    assert!(other.read().contains("playback:position"));
    house.say(vec![about(&Topic::Library, "<later>")]);
    let told = one.read();
    assert!(told.contains("<later>") && !told.contains("position"), "{told:?}");
    house.close();
}

#[test]
fn who_is_shown_out_while_its_socket_opens_is_told_nothing() {
    let house = House::new();
    let mut stranger = house.open_as(DeviceId::new("0A").unwrap());
    let mut told = Vec::new();
    let _ = stranger.0.read_to_end(&mut told); // closed, or reset
    assert!(told.is_empty(), "{}", String::from_utf8_lossy(&told));
    house.close();
}
