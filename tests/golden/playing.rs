//! What devices play for themselves: a story of its own that brings about its messages.

use super::house::{House, LAPTOP, PHONE, device, text, track, tracks};
use super::story::{Messages, keep};
use hearken::clock::{Mono, Now};
use hearken::core::command::Command;
use hearken::core::ids::ProfileId;
use hearken::core::playing::{PlaybackChange, PlaybackCommand as Ask, PlaybackMode};
use hearken::core::presence::Signal;
use hearken::core::queue::QueueChange;
use hearken::core::topic::Topic;
use hearken::net::live::ws::reject;
use hearken::net::refusal;
use hearken::wire::devices;

const TABLET: &str = "2A3B4C5D6E7F8091";

pub fn playback(all: &mut Messages) {
    let mut house = House::new();
    for (id, name) in [(PHONE, "Kitchen phone"), (LAPTOP, "Laptop"), (TABLET, "Tablet")] {
        house.pair(id, name);
        house.report(Signal::Connected(device(id), 1));
    }
    puts(&mut house, all);
    takes_over(&mut house, all);
    shown(&mut house, all);
    house.report(Signal::Disconnected(device(LAPTOP), 1));
    house.pass(30_000);
    keep(&mut house, all, "playback-updated-away", "playback:updated");
}

fn ask(house: &mut House, id: &str, ask: Ask) {
    house.ask(Command::Playback(device(id), ask)).unwrap();
}

fn put(house: &mut House, id: &str, change: PlaybackChange) {
    ask(house, id, Ask::Put(change));
}

fn edit(queue: QueueChange) -> PlaybackChange {
    PlaybackChange { queue: Some(queue), ..PlaybackChange::default() }
}

fn puts(house: &mut House, all: &mut Messages) {
    let plays = PlaybackChange {
        mode: Some(PlaybackMode::Playing),
        track: Some(track("p9-b")),
        position_ms: Some(1_500),
        queue_index: Some(1),
        ..edit(QueueChange::Set { track_ids: tracks("k3Xa p9-b") })
    };
    put(house, PHONE, plays);
    let slot = house.last("playback:updated");
    all.push(("playback-updated", text(&slot.frame)));
    all.push(("ack-playback", text(&slot.logged.as_ref().unwrap().own.as_ref().unwrap().ack)));
    put(house, PHONE, PlaybackChange { position_ms: Some(42_000), ..PlaybackChange::default() });
    keep(house, all, "playback-updated-seek", "playback:updated");
    put(house, PHONE, edit(QueueChange::Insert { at: 0, track_ids: tracks("z1") }));
    keep(house, all, "playback-updated-queue", "playback:updated");
    ask(house, PHONE, Ask::Undo);
    keep(house, all, "playback-updated-undone", "playback:updated");
    let stale = Command::Playback(device(PHONE), Ask::Undo);
    let refused = house.ask_guarded(stale, Some(1)).unwrap_err();
    let problem = refusal::of_refused_on(&refused, &Topic::Playback(device(PHONE)));
    all.push(("reject-stale-playback", reject(Some("k-7"), &problem)));
    let data = "{\"trackId\":\"p9-b\",\"positionSec\":43.0,\"tab\":\"t1\"}".to_owned();
    house.hub.position_told(1, &device(PHONE), None, data);
    house.report(Signal::Position(device(PHONE), track("p9-b"), 43_000, None));
    keep(house, all, "playback-position", "playback:position");
}

fn takes_over(house: &mut House, all: &mut Messages) {
    ask(house, LAPTOP, Ask::Claim { from: device(PHONE) });
    let said = house.said();
    let of = |id| {
        let topic = Topic::Playback(device(id));
        said.iter().rfind(|slot| slot.topic == topic && slot.logged.is_some()).expect("an event")
    };
    all.push(("playback-updated-claimed", text(&of(LAPTOP).frame)));
    all.push(("playback-updated-yielded", text(&of(PHONE).frame)));
    let own = of(LAPTOP).logged.as_ref().unwrap().own.as_ref().unwrap();
    all.push(("ack-playback-claim", text(&own.ack)));
    put(house, TABLET, edit(QueueChange::Set { track_ids: tracks("q_7c k3Xa") }));
    ask(house, PHONE, Ask::Merge { from: device(TABLET) });
    keep(house, all, "playback-updated-merged", "playback:updated");
}

fn shown(house: &mut House, all: &mut Messages) {
    house.pass(5_000);
    let published = house.hub.published();
    all.push(("playback", published.playback(&device(LAPTOP))));
    all.push(("playback-nothing", published.playback(&device(TABLET))));
    let now = Now { mono: Mono(5_000), wall_ms: 1_790_000_010_000 };
    all.push(("devices", format!("{{\"devices\":{}}}", devices::all(&published, &ProfileId::home(), now))));
}
