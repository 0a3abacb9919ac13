//! Stations and what they play, as the wire has them.
//!
//! A list of tracks never leaves as a whole: a station of a large library would be a megabyte. What plays, and what
//! comes next, is worked out for the moment that is told along with it.

use super::Seconds;
use super::track::{TrackShown, shown};
use crate::core::ids::StationId;
use crate::core::presence::Presence;
use crate::core::radio::airing::Air;
use crate::core::radio::schedule::Schedule;
use crate::core::radio::{DropReason, Playing, Radio, RadioChange, RadioEvent, RadioMode, Station, StationTrack};
use crate::core::source::Source;
use crate::core::tracks::KnownTracks;
use crate::limits;
use serde::Serialize;
use serde_json::{Value, json};

/// Dropped tracks that are named; the others are counted.
const DROPPED_TOLD_MAX: usize = 20;

/// The event's `type`.
#[must_use]
pub fn name(event: &RadioEvent) -> &'static str {
    match event.change {
        RadioChange::Created { .. } => "radio:created",
        RadioChange::Changed { .. } => "radio:changed",
        RadioChange::Deleted => "radio:deleted",
        RadioChange::Skipped { .. } => "radio:skipped",
        RadioChange::Dropped { .. } => "radio:dropped",
    }
}

/// The event's `data`. `radio` is the state right after it.
#[must_use]
pub fn data(event: &RadioEvent, radio: &Radio, tracks: &KnownTracks) -> Value {
    let Ok(station) = radio.station(&event.station) else { return json!({"stationId": event.station}) };
    match &event.change {
        RadioChange::Created { .. } | RadioChange::Changed { .. } | RadioChange::Deleted => {
            json!({"station": Shown::new(station, None, tracks, event.at_ms)})
        }
        RadioChange::Skipped { track, .. } => {
            json!({"stationId": event.station, "skipped": track, "now": Now::new(station, tracks, event.at_ms)})
        }
        RadioChange::Dropped { tracks: gone, reason, .. } => {
            let told = &gone[..gone.len().min(DROPPED_TOLD_MAX)];
            let dropped = json!({"reason": reason, "count": gone.len(), "trackIds": told});
            json!({"stationId": event.station, "dropped": dropped, "now": Now::new(station, tracks, event.at_ms)})
        }
    }
}

/// The data of `radio:track_started`. `atMs` is the moment by the server's monotonic clock.
#[must_use]
pub fn started(station: &Station, playing: &Playing, tracks: &KnownTracks, at: crate::clock::Now) -> String {
    let now = Now::of(station, Some(playing), tracks, at.wall_ms);
    super::json(&json!({"stationId": station.id, "now": now, "atMs": at.mono.0}))
}

/// All stations with what they play: `data.radio` of a full state.
#[must_use]
pub fn stations(radio: &Radio, presence: &Presence, wall_ms: i64) -> String {
    let stations = radio.stations.values();
    let shown = stations.map(|station| Shown::new(station, Some(&presence.air), &presence.tracks, wall_ms));
    super::json(&json!({"stations": shown.collect::<Vec<_>>()}))
}

/// One station with what it plays.
#[must_use]
pub fn station(station: &Station, presence: &Presence, wall_ms: i64) -> Value {
    json!(Shown::new(station, Some(&presence.air), &presence.tracks, wall_ms))
}

/// What a station plays: `{stationId, onAir, track, positionMs, …}`.
#[must_use]
pub fn now(station: &Station, tracks: &KnownTracks, wall_ms: i64) -> Value {
    json!(Now::new(station, tracks, wall_ms))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    station_id: &'a StationId,
    name: &'a str,
    source: &'a Source,
    mode: RadioMode,
    schedule: Option<Windows>,
    track_count: usize,
    length_ms: i64,
    skips: u64,
    dropped: Dropped,
    /// Who hears it; not part of events, which only tell what was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    listeners: Option<Listeners>,
    now: Now,
}

#[derive(Serialize)]
struct Listeners {
    tuned: usize,
    streams: u32,
}

/// How many tracks of the source the station does without, and why.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dropped {
    unreadable: usize,
    needs_ffmpeg: usize,
}

/// The schedule as people read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Windows {
    windows: Vec<WindowShown>,
    utc_offset_min: i32,
}

#[derive(Serialize)]
struct WindowShown {
    from: String,
    to: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Now {
    station_id: StationId,
    on_air: bool,
    track: Option<OnStation>,
    position_ms: u64,
    started_at: Option<Seconds>,
    next: Option<OnStation>,
    upcoming: Vec<OnStation>,
    /// When the schedule opens or closes the station next.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes_at: Option<Seconds>,
    ts: Seconds,
}

/// A track object, with the length that the station goes by.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct OnStation {
    #[serde(flatten)]
    track: TrackShown,
    duration_ms: u32,
}

impl<'a> Shown<'a> {
    fn new(station: &'a Station, air: Option<&Air>, tracks: &KnownTracks, wall_ms: i64) -> Self {
        let dropped = |why| station.dropped.values().filter(|reason| **reason == why).count();
        let heard = |air: &Air| Listeners { tuned: air.tuned(&station.id), streams: air.streams(&station.id) };
        Self {
            station_id: &station.id,
            name: &station.plan.name,
            source: &station.plan.source,
            mode: station.plan.mode,
            schedule: station.plan.schedule.as_ref().map(Windows::of),
            track_count: station.tracks.len(),
            length_ms: station.length_ms(),
            skips: station.skips,
            dropped: Dropped {
                unreadable: dropped(DropReason::Unreadable),
                needs_ffmpeg: dropped(DropReason::NeedsFfmpeg),
            },
            listeners: air.map(heard),
            now: Now::new(station, tracks, wall_ms),
        }
    }
}

impl Windows {
    fn of(schedule: &Schedule) -> Self {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let shown = |window: &crate::core::radio::schedule::Window| WindowShown {
            from: clock(window.from_min),
            to: clock(window.to_min),
        };
        Self { windows: schedule.windows.iter().map(shown).collect(), utc_offset_min: schedule.utc_offset_min }
    }
}

impl Now {
    fn new(station: &Station, tracks: &KnownTracks, wall_ms: i64) -> Self {
        let playing = station.is_on_air(wall_ms).then(|| station.at(wall_ms)).flatten();
        Self::of(station, playing.as_ref(), tracks, wall_ms)
    }

    fn of(station: &Station, playing: Option<&Playing>, tracks: &KnownTracks, wall_ms: i64) -> Self {
        let shown = |track: StationTrack| OnStation::new(&track, tracks);
        let upcoming = playing.map(|playing| station.after(playing).take(limits::STATION_UPCOMING));
        let upcoming: Vec<OnStation> = upcoming.into_iter().flatten().map(shown).collect();
        Self {
            station_id: station.id.clone(),
            on_air: playing.is_some(),
            track: playing.map(|playing| OnStation::new(&playing.track, tracks)),
            position_ms: playing.map_or(0, |playing| playing.position_ms),
            started_at: playing.map(|playing| Seconds(playing.started_ms)),
            next: upcoming.first().cloned(),
            upcoming,
            changes_at: station.next_change_ms(wall_ms).map(Seconds),
            ts: Seconds(wall_ms),
        }
    }
}

impl OnStation {
    fn new(track: &StationTrack, tracks: &KnownTracks) -> Self {
        Self { track: shown(&track.id, tracks), duration_ms: track.duration_ms }
    }
}
