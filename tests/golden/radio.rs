//! Radio: the part of the story that brings about its messages.

use super::house::{House, PHONE, device, track};
use super::story::{Messages, keep};
use hearken::core::command::{Command, Wish};
use hearken::core::ids::{ProfileId, StationId};
use hearken::core::presence::Signal;
use hearken::core::radio::schedule::{Schedule, Window};
use hearken::core::radio::{DropReason, Plan, RadioCommand as Ask, RadioMode, StationEdit, StationTrack};
use hearken::core::source::Source;
use hearken::hub::Submission;
use std::sync::Arc;

fn id(name: &str) -> StationId {
    StationId::new(name).unwrap()
}

fn create(name: &str, called: &str, source: Source) -> Ask {
    let lengths = [("k3Xa", 60_000), ("p9-b", 61_500), ("q_7c", 200_040)];
    let tracks: Arc<[StationTrack]> =
        lengths.into_iter().map(|(id, duration_ms)| StationTrack { id: track(id), duration_ms }).collect();
    let plan = Plan { name: called.into(), source, profile: ProfileId::home(), mode: RadioMode::Queue, schedule: None };
    Ask::Create { station: id(name), plan, tracks }
}

/// The server asks itself.
fn own(house: &mut House, command: Ask) {
    let wish = Wish { command: Command::Radio(command), origin: None, guard: None };
    let answer = Box::new(|result: Result<_, hearken::hub::Refused>| drop(result.unwrap()));
    house.hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
    house.pass(0);
}

pub fn stations(house: &mut House, all: &mut Messages) {
    let jazz = serde_json::from_str(r#"{"type": "genre", "id": "Jazz"}"#).unwrap();
    house.ask(Command::Radio(create("5ca1ab1e", "Evenings 🎷", jazz))).unwrap();
    keep(house, all, "radio-created", "radio:created");
    let windows = vec![Window { from_min: 0, to_min: 720 }, Window { from_min: 690, to_min: 1440 }];
    let schedule = Some(Some(Schedule { windows, utc_offset_min: 120 }));
    let edit = StationEdit { schedule, ..StationEdit::default() };
    house.ask(Command::Radio(Ask::Change { station: id("5ca1ab1e"), edit })).unwrap();
    keep(house, all, "radio-changed", "radio:changed");
    house.pass(12_345);
    house.report(Signal::Tuned(device(PHONE), Some(id("5ca1ab1e"))));
    keep(house, all, "radio-track-started", "radio:track_started");
    house.ask(Command::Radio(Ask::Skip { station: id("5ca1ab1e"), track: None })).unwrap();
    keep(house, all, "radio-skipped", "radio:skipped");
    let tracks = vec![track("q_7c")];
    own(house, Ask::Drop { station: id("5ca1ab1e"), tracks, reason: DropReason::NeedsFfmpeg });
    keep(house, all, "radio-dropped", "radio:dropped");
    house.ask(Command::Radio(create("0ff", "Of no use", Source::All))).unwrap();
    house.ask(Command::Radio(Ask::Delete { station: id("0ff") })).unwrap();
    keep(house, all, "radio-deleted", "radio:deleted");
}
