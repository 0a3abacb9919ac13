//! A house whose every input is fixed: its names, its clock, its log. Only the order of the story makes its messages.

use hearken::clock::Clock;
use hearken::core::Settings;
use hearken::core::command::{Command, HouseholdCommand, Origin, SessionCommand, Wish};
use hearken::core::ids::{CommandKey, DeviceId, ProfileId, RoomId, TabId, TrackId};
use hearken::core::presence::{ClockReport, Signal};
use hearken::core::source::Source;
use hearken::core::tracks::{self, Description, KnownTracks};
use hearken::hub::by_hand::ByHand;
use hearken::hub::recovery::recover;
use hearken::hub::ring::{Cursor, Read, Slot};
use hearken::hub::{Accepted, Hub, Refused, Submission};
use hearken::log::memory::MemoryLog;
use hearken::wire::frame::Frame;
use hearken::wire::snapshot::You;
use std::sync::{Arc, Mutex};

pub const PHONE: &str = "0A1B2C3D4E5F6071";
pub const LAPTOP: &str = "18293A4B5C6D7E8F";

pub struct House {
    pub hub: Hub,
    writer: ByHand,
    pub clock: Arc<Clock>,
    store: MemoryLog,
    cursor: Cursor,
}

/// What the files are called; the last one has no tags.
struct Shelf(Vec<(TrackId, u32)>);

impl tracks::Shelf for Shelf {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn length(&self, id: &TrackId) -> Option<Option<u32>> {
        self.0.iter().find(|(there, _)| there == id).map(|(_, ms)| Some(*ms))
    }

    fn describe(&self, id: &TrackId) -> Option<Description> {
        let (title, tags) = match id.as_str() {
            "k3Xa" => ("Håll", Some(("Ada", "First"))),
            "p9-b" => ("Two", Some(("Ada", "First"))),
            "q_7c" => ("Three \"3\"", Some(("Bo & Ada", "Other"))),
            _ => ("01 rain", None),
        };
        let (artist, album) = tags.map(|(artist, album)| (artist.to_owned(), album.to_owned())).unzip();
        let cover_url = artist.is_some().then(|| format!("/cover/{id}"));
        Some(Description { title: title.into(), artist, album, cover_url })
    }

    fn tracks_of(&self, _: &Source) -> Result<Vec<TrackId>, String> {
        Err("this library is made by hand".into())
    }
}

pub fn device(id: &str) -> DeviceId {
    DeviceId::new(id).unwrap()
}

pub fn track(id: &str) -> TrackId {
    TrackId::new(id).unwrap()
}

pub fn tracks(ids: &str) -> Vec<TrackId> {
    ids.split_whitespace().map(track).collect()
}

pub fn you() -> You {
    You { client_id: device(PHONE), profile: ProfileId::home(), tab: TabId::new("t1").ok() }
}

/// The text of a WebSocket frame.
pub fn text(frame: &Frame) -> String {
    let head = match frame.bytes()[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    String::from_utf8(frame.bytes()[head..].to_vec()).unwrap()
}

impl House {
    pub fn new() -> Self {
        Self::on(MemoryLog::named("6f1c0d9e2b3a"), "a3b4c5d6")
    }

    fn on(store: MemoryLog, clock_id: &str) -> Self {
        let clock = Arc::new(Clock::by_hand(1_790_000_000_125));
        let recovered = recover(Ok(Box::new(store.clone())), Settings::default(), clock_id.into());
        let (hub, writer) = ByHand::new(recovered, Arc::clone(&clock));
        let cursor = hub.ring().join(None).cursor;
        let mut house = Self { hub, writer, clock, store, cursor };
        house.library(&["k3Xa", "p9-b", "q_7c", "z1"]);
        house
    }

    /// These files are there; each is as long as it always was.
    pub fn library(&mut self, ids: &[&str]) {
        let lengths = [("k3Xa", 60_000), ("p9-b", 61_500), ("q_7c", 200_040), ("z1", 1_000)];
        let there = lengths.into_iter().filter(|(id, _)| ids.contains(id));
        let shelf = Shelf(there.map(|(id, ms)| (track(id), ms)).collect());
        self.report(Signal::Library(Arc::new(KnownTracks::of(Arc::new(shelf)))));
    }

    pub fn restarted(self) -> Self {
        Self::on(self.store, "b7c8d9e0")
    }

    pub fn report(&mut self, signal: Signal) {
        self.hub.signal(signal);
        self.writer.round();
    }

    pub fn listen(&mut self, id: &str, rtt_ms: f64) {
        self.report(Signal::Connected(device(id), 1));
        self.report(Signal::Join(device(id), RoomId::house(), 1));
        self.report(Signal::Clock(device(id), ClockReport { offset_ms: 1.25, rtt_ms, error_ms: Some(0.4) }));
    }

    pub fn have(&mut self, id: &str, ids: &str) {
        self.report(Signal::Have(device(id), tracks(ids)));
    }

    pub fn pass(&mut self, ms: u64) {
        self.clock.pass(ms);
        self.writer.round();
    }

    pub fn pair(&mut self, id: &str, name: &str) {
        let (name, profile) = (name.to_owned(), ProfileId::home().into());
        self.ask(Command::Household(HouseholdCommand::Pair { device: device(id), name, profile })).unwrap();
    }

    pub fn play(&mut self, command: SessionCommand) {
        self.ask(Command::Session(RoomId::house(), command)).unwrap();
    }

    /// The phone's first tab asks for something, rightly guarded.
    pub fn ask(&mut self, command: Command) -> Result<Accepted, Refused> {
        let guard = self.hub.published().durable.head(&command.topic()).version;
        self.ask_guarded(command, Some(guard))
    }

    pub fn ask_guarded(&mut self, command: Command, guard: Option<u64>) -> Result<Accepted, Refused> {
        let heard = Arc::new(Mutex::new(None));
        let said = Arc::clone(&heard);
        let answer = Box::new(move |result| *said.lock().unwrap() = Some(result));
        let wish = Wish { command, origin: Some(Origin { device: device(PHONE), tab: TabId::new("t1").ok() }), guard };
        let key = Some((CommandKey::new(&format!("k-{}", self.hub.published().seq)).unwrap(), 1));
        self.hub.submit(Submission { wish, key, connection: Some(1), puts: Vec::new(), answer });
        self.writer.round();
        heard.lock().unwrap().take().expect("an answer")
    }

    /// What was said since the last time.
    pub fn said(&mut self) -> Vec<Arc<Slot>> {
        let Read::Slots(slots, next) = self.hub.ring().read(self.cursor, 1000) else { panic!("lagged") };
        self.cursor = next;
        slots
    }

    /// The last message of this type that was said since the last time.
    pub fn last(&mut self, name: &str) -> Arc<Slot> {
        self.said().into_iter().rfind(|slot| slot.name == name).unwrap_or_else(|| panic!("no {name}"))
    }
}
