//! The story that brings about each message once, and the name of the file that keeps it.

use super::house::{House, LAPTOP, PHONE, device, text, track, tracks, you};
use hearken::core::command::{Command, HouseholdCommand, SessionCommand as Ask};
use hearken::core::ids::{ProfileId, RoomId};
use hearken::core::presence::Signal;
use hearken::core::topic::Topic;
use hearken::hub::ring::Slot;
use hearken::net::live::view::{Topics, View, Writing};
use hearken::net::live::ws::reject;
use hearken::net::refusal;
use hearken::wire::envelope;

pub type Messages = Vec<(&'static str, String)>;

const TS: i64 = 1_790_000_010_000;

/// Every message by the name of its file.
pub fn messages() -> Messages {
    let mut house = House::new();
    let mut all = Vec::new();
    household(&mut house, &mut all);
    session(&mut house, &mut all);
    queue(&mut house, &mut all);
    answers(&mut house, &mut all);
    super::comparing::comparisons(&mut house, &mut all);
    super::comparing::playlists(&mut house, &mut all);
    super::radio::stations(&mut house, &mut all);
    super::stars::starring(&mut house, &mut all);
    super::profiles::profiles(&mut all);
    super::playing::playback(&mut all);
    let mut house = restart(house, &mut all);
    joining(&mut house, &mut all);
    super::stars::retimed(&mut house, &mut all);
    moved(&mut house, &mut all);
    all.sort();
    all
}

/// Last, because its time passes.
fn moved(house: &mut House, all: &mut Messages) {
    let address = "{\"url\":\"http://192.168.1.20:8642\",\"localUrl\":\"http://hearken.local:8642\"}";
    house.hub.ephemeral("household:address", Topic::Household, address.into());
    house.pass(10);
    keep(house, all, "household-address", "household:address");
    house.hub.ephemeral("library:missing", Topic::Library, "{\"missing\":300,\"known\":300}".into());
    house.pass(10);
    keep(house, all, "library-missing", "library:missing");
}

fn household(house: &mut House, all: &mut Messages) {
    house.pair(PHONE, "Kitchen phone");
    house.pair(LAPTOP, "Laptop");
    keep(house, all, "household-paired", "household:paired");
    let name = Some("Küche 🎧 \"2\"".to_owned());
    house.ask(Command::Household(HouseholdCommand::Change { device: device(LAPTOP), name, profile: None })).unwrap();
    keep(house, all, "household-renamed", "household:renamed");
    house.ask(Command::LibraryChanged { version: 2, count: 4, added: 3, removed: 1 }).unwrap();
    keep(house, all, "library-changed", "library:changed");
    house.hub.ephemeral("library:scan", Topic::Library, "{\"done\":120,\"total\":300}".into());
    house.pass(10);
    keep(house, all, "library-scan", "library:scan");
    house.listen(PHONE, 3.1);
    house.pass(500);
    keep(house, all, "household-presence", "household:presence");
}

fn session(house: &mut House, all: &mut Messages) {
    house.play(Ask::QueueAdd { tracks: tracks("k3Xa p9-b"), at: None });
    keep(house, all, "session-queue-insert", "session:queue");
    house.play(Ask::Play { position_ms: Some(12_500) });
    keep(house, all, "session-played", "session:played");
    house.report(Signal::Progress(device(PHONE), track("k3Xa"), 0.35));
    house.pass(500);
    keep(house, all, "session-presence", "session:presence");
    house.have(PHONE, "k3Xa");
    let slot = house.last("barrier.release");
    all.push(("barrier-release", text(&slot.frame)));
    all.push(("stream-barrier-release", stream(house, &slot)));
    house.pass(1_300);
    house.play(Ask::Seek { position_ms: 30_000 });
    keep(house, all, "session-sought", "session:sought");
    house.pass(2_345);
    house.play(Ask::Pause { position_ms: None });
    let slot = house.last("session:paused");
    all.push(("session-paused", text(&slot.frame)));
    all.push(("stream-session-paused", stream(house, &slot)));
    all.push(("ack", text(&slot.logged.as_ref().unwrap().own.as_ref().unwrap().ack)));
    house.play(Ask::Next);
    let slot = house.last("session:advanced");
    all.push(("session-advanced", text(&slot.frame)));
    all.push(("stream-session-advanced", stream(house, &slot)));
    house.have(PHONE, "p9-b k3Xa");
    house.pass(61_500);
    keep(house, all, "session-advanced-gapless", "session:advanced");
}

fn queue(house: &mut House, all: &mut Messages) {
    house.play(Ask::QueueAdd { tracks: tracks("q_7c z1"), at: Some(1) });
    house.play(Ask::QueueMove { track: track("z1"), to: 1 });
    keep(house, all, "session-queue-move", "session:queue");
    house.play(Ask::QueueRemove { track: track("k3Xa") });
    keep(house, all, "session-queue-remove-current", "session:queue");
    house.play(Ask::QueueSet { tracks: tracks("z1 k3Xa") });
    keep(house, all, "session-queue-set", "session:queue");
    house.play(Ask::QueueSet { tracks: tracks("z1 k3Xa p9-b") });
    house.library(&["z1", "p9-b"]);
    house.play(Ask::Next);
    keep(house, all, "session-advanced-passing-over", "session:advanced");
    house.library(&["z1", "p9-b", "k3Xa", "q_7c"]);
    house.play(Ask::QueueSet { tracks: Vec::new() });
    keep(house, all, "session-queue-emptied", "session:queue");
    house.play(Ask::QueueSet { tracks: tracks("k3Xa p9-b q_7c") });
    house.play(Ask::Play { position_ms: None });
    house.said();
}

fn answers(house: &mut House, all: &mut Messages) {
    let pause = || Command::Session(RoomId::house(), Ask::Pause { position_ms: None });
    for (name, guard) in [("reject-stale", Some(1)), ("reject-guard-missing", None)] {
        let refused = house.ask_guarded(pause(), guard).unwrap_err();
        let problem = refusal::of_refused(&refused, &RoomId::house());
        all.push((name, reject(Some("k-7"), &problem)));
        if guard.is_some() {
            all.push(("problem-stale", String::from_utf8(problem.to_json()).unwrap()));
        }
    }
    let problem = refusal::invalid("type: there is no message \"fly\"");
    all.push(("reject-unknown", reject(None, &problem)));
    all.push(("ack-again", envelope::ack_again("k-7", 7, 9, "{\"data\":{}}")));
    all.push(("cursor", envelope::cursor(412)));
    all.push(("server-refresh", envelope::refresh("stopping", 800)));
}

fn restart(house: House, all: &mut Messages) -> House {
    let mut house = house.restarted();
    let seq = house.hub.published().seq;
    let since = hearken::hub::ring::Since { epoch: "6f1c0d9e2b3a".into(), seq: seq - 1 };
    let missed = house.hub.ring().join(Some(&since)).missed.unwrap();
    all.push(("session-waiting", text(&missed[0].frame)));
    house.listen(LAPTOP, 8.0);
    house.listen(PHONE, 3.1);
    house.have(LAPTOP, "k3Xa");
    house
}

fn joining(house: &mut House, all: &mut Messages) {
    let published = house.hub.published();
    all.push(("snapshot", published.snapshot(&RoomId::house())));
    all.push(("sync-full", published.full(&RoomId::house(), &|_| true, &you(), TS)));
    all.push(("sync-full-library", published.full(&RoomId::house(), &|topic| *topic == Topic::Library, &you(), TS)));
    all.push(("sync-resumed", published.resumed(&you(), TS)));
    let mut bytes = Vec::new();
    view(Writing::EventStream).write_full(&mut bytes, &published, &you(), TS);
    all.push(("stream-sync-full", data(bytes)));
    house.ask(Command::Household(HouseholdCommand::Revoke { device: device(LAPTOP) })).unwrap();
    keep(house, all, "household-revoked", "household:revoked");
}

pub fn keep(house: &mut House, all: &mut Messages, file: &'static str, name: &str) {
    all.push((file, text(&house.last(name).frame)));
}

fn view(writing: Writing) -> View {
    View { room: RoomId::house(), profile: ProfileId::home(), topics: Topics::SESSION, writing }
}

/// The event as an event stream gets it, without `id:`.
fn stream(house: &House, slot: &Slot) -> String {
    let mut bytes = Vec::new();
    view(Writing::EventStream).write(&mut bytes, slot, &house.hub.published());
    data(bytes)
}

fn data(block: Vec<u8>) -> String {
    let block = String::from_utf8(block).unwrap();
    let line = block.lines().find_map(|line| line.strip_prefix("data: ")).expect("a block has data");
    assert!(block.starts_with("id: 6f1c0d9e2b3a:") && block.ends_with("\n\n"), "{block:?}");
    line.to_owned()
}
