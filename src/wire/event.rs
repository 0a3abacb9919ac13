//! An event's name and data on the wire.
//!
//! The data of a session's event are the changed fields, the same that [`crate::core`] takes over. Its size does not
//! depend on the length of the queue; only the event stream of S3, whose readers know no `queueChange`, gets the whole
//! queue where it changed.

use super::snapshot::{BarrierNow, PlayState, barrier, device, play_state};
use super::{Seconds, json};
use crate::core::Durable;
use crate::core::event::{Event, HouseholdEvent, SessionEvent, SessionEventKind, Stage};
use crate::core::ids::{RoomId, TrackId};
use crate::core::presence::Presence;
use crate::core::queue::QueueChange;
use serde::Serialize;
use serde_json::{Value, json as value};

/// The event's `type`.
#[must_use]
pub fn name(event: &Event) -> &'static str {
    match event {
        Event::Session(_, event) => match event.kind {
            SessionEventKind::Played => "session:played",
            SessionEventKind::Waiting => "session:waiting",
            SessionEventKind::Released => "barrier.release",
            SessionEventKind::Paused => "session:paused",
            SessionEventKind::Sought => "session:sought",
            SessionEventKind::Advanced => "session:advanced",
            SessionEventKind::Queue => "session:queue",
        },
        Event::Household(HouseholdEvent::Paired { .. }) => "household:paired",
        Event::Household(HouseholdEvent::Changed { .. }) => "household:renamed",
        Event::Household(HouseholdEvent::Revoked { .. }) => "household:revoked",
        Event::Radio(event) => super::radio::name(event),
        Event::Household(HouseholdEvent::ProfileCreated { .. }) => "household:profile-created",
        Event::Household(HouseholdEvent::ProfileRenamed { .. }) => "household:profile-renamed",
        Event::Household(HouseholdEvent::ProfileDeleted { .. }) => "household:profile-deleted",
        Event::Household(HouseholdEvent::RoomCreated { .. }) => "household:room-created",
        Event::Household(HouseholdEvent::RoomRenamed { .. }) => "household:room-renamed",
        Event::Household(HouseholdEvent::RoomDeleted { .. }) => "household:room-deleted",
        Event::LibraryChanged { .. } => "library:changed",
        Event::Comparison(_, event) => super::comparing::name(event),
        Event::Playlists(event) => super::playlists::name(event),
        Event::Stars(_, event) => super::stars::name(event),
        Event::Plays(..) => "plays:counted",
        Event::Playback(..) => "playback:updated",
    }
}

/// The event's `data`, encoded. `durable` and `presence` are the state right after it.
#[must_use]
pub fn data(event: &Event, durable: &Durable, presence: &Presence) -> String {
    match event {
        Event::Session(room, event) => json(&session_data(room, event, durable, presence)),
        Event::Household(event) => json(&household_data(event, durable, presence)),
        Event::Radio(event) => json(&super::radio::data(event, &durable.radio, &presence.tracks)),
        Event::LibraryChanged { version, count, added, removed } => {
            json(&value!({"version": version, "count": count, "added": added, "removed": removed}))
        }
        Event::Comparison(profile, event) => {
            json(&super::comparing::data(event, durable.comparison(profile), &presence.tracks))
        }
        Event::Playlists(event) => json(&super::playlists::data(event, &durable.playlists)),
        Event::Stars(profile, event) => json(&super::stars::data(event, durable.stars(profile))),
        Event::Plays(_, event) => json(&super::plays::data(event)),
        Event::Playback(_, event) => json(&super::playback::data(event)),
    }
}

/// The changed fields of a session. Written down as they stand here: nothing is put together on the way.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionData<'a> {
    #[serde(flatten)]
    release: Option<Release<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    play_state: Option<PlayState<'a>>,
    /// `null` where none is open: that is news too.
    #[serde(skip_serializing_if = "Option::is_none")]
    barrier: Option<Option<BarrierNow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_change: Option<&'a QueueChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_index: Option<u32>,
}

/// S3's three fields of a release, beside the play state that says the same.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Release<'a> {
    track_id: Option<&'a TrackId>,
    anchor_position_sec: Seconds,
    start_at: Option<u64>,
}

fn session_data<'a>(room: &RoomId, event: &'a SessionEvent, durable: &Durable, presence: &Presence) -> SessionData<'a> {
    let mut data = SessionData::default();
    if let Some(stage) = &event.stage {
        data.release = (event.kind == SessionEventKind::Released).then(|| release(stage));
        data.play_state = Some(play_state(stage));
        data.barrier = Some(barrier(room, stage, presence));
    }
    if let Some(change) = &event.queue {
        data.queue_change = Some(change);
        data.queue_length = Some(durable.session(room).map_or(0, |session| session.queue.len()));
        data.queue_index = Some(0);
    }
    data
}

fn release(stage: &Stage) -> Release<'_> {
    Release {
        track_id: stage.track.as_ref(),
        anchor_position_sec: stage.anchor_ms.into(),
        start_at: stage.start_at.map(|at| at.0),
    }
}

fn household_data(event: &HouseholdEvent, durable: &Durable, presence: &Presence) -> Value {
    let shown = |id| durable.household.devices.get(id).map(|known| device(id, known, presence));
    match event {
        HouseholdEvent::Paired { device: id, profile, new_profile, .. } => {
            let mut data = value!({"device": shown(id)});
            if let Some(name) = new_profile {
                data["profile"] = value!({"id": profile, "name": name});
            }
            data
        }
        HouseholdEvent::Changed { device: id, .. } => value!({"device": shown(id)}),
        HouseholdEvent::Revoked { device } => value!({"clientId": device}),
        HouseholdEvent::ProfileCreated { profile, name } | HouseholdEvent::ProfileRenamed { profile, name } => {
            value!({"profile": {"id": profile, "name": name}})
        }
        HouseholdEvent::ProfileDeleted { profile } => value!({"profile": {"id": profile}}),
        HouseholdEvent::RoomCreated { room, name } | HouseholdEvent::RoomRenamed { room, name } => {
            value!({"room": {"id": room, "name": name}})
        }
        HouseholdEvent::RoomDeleted { room } => value!({"room": {"id": room}}),
    }
}
