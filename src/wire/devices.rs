//! The devices of the household with what they do: for whoever wants to go on listening on another one.

use super::{Seconds, json, playback};
use crate::clock::Now;
use crate::core::household::Device;
use crate::core::ids::{DeviceId, ProfileId, RoomId, TrackId};
use crate::core::playing::{Playback, PlaybackMode};
use crate::limits;
use crate::wire::snapshot::Published;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    client_id: &'a DeviceId,
    name: &'a str,
    profile: &'a ProfileId,
    online: bool,
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<&'a RoomId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    playback: Option<Plays<'a>>,
}

/// What a device plays, in short.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plays<'a> {
    mode: PlaybackMode,
    track_id: Option<&'a TrackId>,
    position_sec: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artist: Option<String>,
    queue_length: usize,
    updated_at: Seconds,
}

/// All devices, encoded; what they play only of those whose profile is `profile`.
#[must_use]
pub fn all(published: &Published, profile: &ProfileId, now: Now) -> String {
    let devices = published.durable.household.devices.iter();
    json(&devices.map(|(id, device)| shown(published, id, device, profile, now)).collect::<Vec<_>>())
}

fn shown<'a>(
    published: &'a Published,
    id: &'a DeviceId,
    device: &'a Device,
    profile: &ProfileId,
    now: Now,
) -> Shown<'a> {
    let (presence, known) = (&published.presence, published.durable.playback(id));
    let is_here = presence.is_online(id);
    let away_ms = presence.running().gone_at(id).map(|at| now.mono.since(at));
    let online = is_here || away_ms.is_some_and(|away| away < limits::DEVICE_GRACE_MS);
    let room = presence.room_of(id);
    let plays = known.is_some_and(|known| known.mode == PlaybackMode::Playing);
    // Of a device that has not come since the server's start, its last word is known.
    let went_ms = away_ms.map(|away| now.wall_ms.saturating_sub_unsigned(away));
    let last_seen = went_ms.or_else(|| known.map(|known| known.updated_ms)).filter(|_| !is_here).map(Seconds);
    let playback = known.filter(|_| device.profile == *profile).map(|known| in_short(published, id, known));
    let (name, profile, active) = (device.name.as_str(), &device.profile, plays || room.is_some());
    Shown { client_id: id, name, profile, online, active, room, last_seen, playback }
}

fn in_short<'a>(published: &Published, id: &DeviceId, known: &'a Playback) -> Plays<'a> {
    let presence = &published.presence;
    let called = known.track.as_ref().and_then(|track| presence.tracks.shelf()?.describe(track));
    let (title, artist) = called.map_or((None, None), |called| (Some(called.title), called.artist));
    let position_sec = playback::position(id, known, Some(presence));
    let (track_id, queue_length) = (known.track.as_ref(), known.queue.len());
    let updated_at = Seconds(known.updated_ms);
    Plays { mode: known.mode, track_id, position_sec, title, artist, queue_length, updated_at }
}
