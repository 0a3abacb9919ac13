//! State as the wire has it: the snapshot of a room, the full state of a joining socket.
//!
//! The long part of a snapshot, its queue, is encoded once for as long as it does not change, so that five hundred
//! reconnecting phones cost one encoding.

use super::{Seconds, json};
use crate::core::Durable;
use crate::core::event::{BarrierKind, Mode, Stage};
use crate::core::household::Device;
use crate::core::ids::{DeviceId, ProfileId, RoomId, TabId, TrackId};
use crate::core::presence::Presence;
use crate::core::queue::Queue;
use crate::core::topic::Topic;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Everything that may be shown, as of one moment of the log. Immutable; one value holds state and cursor together.
#[derive(Debug)]
pub struct Published {
    /// The log's name.
    pub epoch: Arc<str>,
    /// The last entry that this state includes.
    pub seq: u64,
    /// The name of this process' monotonic clock.
    pub clock_id: Arc<str>,
    /// What the log says.
    pub durable: Durable,
    /// What the connections say.
    pub presence: Presence,
    queues: BTreeMap<RoomId, Arc<QueueJson>>,
    stars: BTreeMap<ProfileId, Arc<super::stars::Encoded>>,
}

#[derive(Debug)]
struct QueueJson {
    queue: Queue,
    json: OnceLock<Box<RawValue>>,
}

/// Who a socket belongs to, as it is told in its full state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct You {
    /// The device.
    pub client_id: DeviceId,
    /// Its profile.
    pub profile: ProfileId,
    /// The tab, if it named itself.
    pub tab: Option<TabId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot<'a> {
    epoch: &'a str,
    seq: u64,
    event_count: u64,
    clock_id: &'a str,
    room: &'a RoomId,
    queue: &'a RawValue,
    queue_index: u32,
    play_state: PlayState<'a>,
    barrier: Option<BarrierNow>,
    clients: Vec<Client<'a>>,
}

/// `playState` of a snapshot.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlayState<'a> {
    mode: Mode,
    track_id: Option<&'a TrackId>,
    anchor_position_sec: Seconds,
    start_at: Option<u64>,
}

/// `barrier` of a snapshot.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BarrierNow {
    r#type: BarrierKind,
    track_id: Option<TrackId>,
    members: Vec<DeviceId>,
    ready: Vec<DeviceId>,
}

/// A listener of a room.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Client<'a> {
    client_id: &'a DeviceId,
    name: &'a str,
    ready: bool,
    fraction: f32,
    rtt_ms: Option<f64>,
    error_ms: Option<f64>,
}

/// The data of `session:presence`.
#[derive(Serialize)]
struct PresenceNow<'a> {
    clients: Option<Vec<Client<'a>>>,
    barrier: Option<BarrierNow>,
}

/// A room, as a list of rooms shows it.
#[derive(Serialize)]
struct RoomShown<'a> {
    id: &'a RoomId,
    name: &'a str,
    mode: Mode,
    listeners: usize,
}

/// A paired device.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeviceShown<'a> {
    client_id: &'a DeviceId,
    name: &'a str,
    profile: &'a ProfileId,
    paired_at: Seconds,
    online: bool,
}

impl Published {
    /// The state after a batch. Encoded queues and stars of `before` are kept where they are the same.
    #[must_use]
    pub fn new(
        epoch: Arc<str>,
        seq: u64,
        clock_id: Arc<str>,
        durable: Durable,
        presence: Presence,
        before: Option<&Self>,
    ) -> Self {
        let queues = durable.sessions.iter().map(|(room, session)| {
            let kept = before.and_then(|before| before.queues.get(room));
            let kept = kept.filter(|kept| kept.queue.is_same(&session.queue)).cloned();
            let fresh = || Arc::new(QueueJson { queue: session.queue.clone(), json: OnceLock::new() });
            (room.clone(), kept.unwrap_or_else(fresh))
        });
        let queues = queues.collect();
        let kept = |profile| before.and_then(|before| before.stars.get(profile));
        let stars = durable.stars.iter();
        let stars = stars.map(|(profile, stars)| (profile.clone(), super::stars::Encoded::of(stars, kept(profile))));
        let stars = stars.collect();
        Self { epoch, seq, clock_id, durable, presence, queues, stars }
    }

    /// The number of events of `room`'s session.
    #[must_use]
    pub fn event_count(&self, room: &RoomId) -> u64 {
        self.durable.head(&Topic::Session(room.clone())).version
    }

    /// The snapshot of `room`, encoded; `null` if there is no such room.
    #[must_use]
    pub fn snapshot(&self, room: &RoomId) -> String {
        let (Some(session), Some(queue)) = (self.durable.session(room), self.queues.get(room)) else {
            return "null".into();
        };
        json(&Snapshot {
            epoch: &self.epoch,
            seq: self.seq,
            event_count: self.event_count(room),
            clock_id: &self.clock_id,
            room,
            queue: queue.json(),
            queue_index: 0,
            play_state: play_state(&session.stage),
            barrier: barrier(room, &session.stage, &self.presence),
            clients: self.clients(room, &session.stage),
        })
    }

    /// Whether a device is one of the household's.
    #[must_use]
    pub fn lets_in(&self, device: &DeviceId) -> bool {
        *device == DeviceId::local() || self.durable.household.devices.contains_key(device)
    }

    /// Whose device this is.
    #[must_use]
    pub fn profile_of(&self, device: &DeviceId) -> ProfileId {
        let known = self.durable.household.devices.get(device);
        known.map_or_else(ProfileId::home, |known| known.profile.clone())
    }

    /// The queue of `room`, encoded.
    #[must_use]
    pub fn queue(&self, room: &RoomId) -> &str {
        self.queues.get(room).map_or("[]", |queue| queue.json().get())
    }

    /// The full state of a joining socket: `sync:full`, encoded.
    #[must_use]
    pub fn full(&self, room: &RoomId, topics: &dyn Fn(&Topic) -> bool, you: &You, ts_ms: i64) -> String {
        let mut data = Vec::new();
        if topics(&Topic::Session(room.clone())) {
            data.push(format!("\"session\":{}", self.snapshot(room)));
        }
        if topics(&Topic::Household) {
            data.push(format!("\"devices\":{}", self.devices()));
            data.push(format!("\"rooms\":{}", self.rooms()));
            data.push(format!("\"profiles\":{}", json(&super::household::profiles(&self.durable.household))));
        }
        if topics(&Topic::Library) {
            let library = self.durable.library;
            data.push(format!("\"library\":{{\"version\":{},\"count\":{}}}", library.version, library.count));
        }
        if topics(&Topic::Plays(you.profile.clone())) {
            data.push(format!("\"plays\":{}", json(&super::plays::recent(self.durable.plays(&you.profile)))));
        }
        if topics(&Topic::Comparison(you.profile.clone())) {
            data.push(format!("\"comparison\":{}", self.comparison(&you.profile)));
        }
        if topics(&Topic::Playlists) {
            data.push(format!("\"playlists\":{}", json(&super::playlists::all(&self.durable.playlists))));
        }
        if topics(&Topic::Radio) {
            data.push(format!("\"radio\":{}", super::radio::stations(&self.durable.radio, &self.presence, ts_ms)));
        }
        if topics(&Topic::Stars(you.profile.clone())) {
            data.push(format!("\"stars\":{}", self.stars(&you.profile)));
        }
        let heads = self.durable.heads.iter().filter(|(topic, _)| topics(topic));
        let versions: BTreeMap<&Topic, u64> = heads.map(|(topic, head)| (topic, head.version)).collect();
        format!(
            "{{\"type\":\"sync:full\",{},\"you\":{},\"versions\":{},\"data\":{{{}}}}}",
            self.place(ts_ms),
            json(you),
            json(&versions),
            data.join(",")
        )
    }

    /// What a socket that resumed is told after the events it missed: `sync:resumed`, encoded.
    #[must_use]
    pub fn resumed(&self, you: &You, ts_ms: i64) -> String {
        format!("{{\"type\":\"sync:resumed\",\"eph\":true,{},\"you\":{}}}", self.place(ts_ms), json(you))
    }

    /// The listeners of `room` and its barrier: `session:presence`, encoded.
    #[must_use]
    pub fn presence(&self, room: &RoomId, ts_ms: i64) -> String {
        let stage = self.durable.session(room).map(|session| &session.stage);
        let data = PresenceNow {
            clients: stage.map(|stage| self.clients(room, stage)),
            barrier: stage.and_then(|stage| barrier(room, stage, &self.presence)),
        };
        super::envelope::ephemeral("session:presence", &Topic::Session(room.clone()), &json(&data), ts_ms)
    }

    /// What a profile compares, encoded.
    #[must_use]
    pub fn comparison(&self, profile: &ProfileId) -> String {
        json(&super::comparing::shown(self.durable.comparison(profile), &self.presence.tracks))
    }

    /// What a profile starred, encoded.
    #[must_use]
    pub fn stars(&self, profile: &ProfileId) -> String {
        match self.stars.get(profile) {
            Some(encoded) => encoded.json().to_owned(),
            None => json(&super::stars::all(self.durable.stars(profile))),
        }
    }

    /// The paired devices, encoded.
    #[must_use]
    pub fn devices(&self) -> String {
        let devices = self.durable.household.devices.iter();
        json(&devices.map(|(id, known)| device(id, known, &self.presence)).collect::<Vec<_>>())
    }

    /// The rooms, encoded.
    #[must_use]
    pub fn rooms(&self) -> String {
        json(&self.durable.household.rooms.iter().map(|(id, name)| self.shown(id, name)).collect::<Vec<_>>())
    }

    /// One room, encoded.
    #[must_use]
    pub fn room(&self, id: &RoomId) -> Option<String> {
        let name = self.durable.household.rooms.get(id)?;
        Some(json(&self.shown(id, name)))
    }

    fn shown<'a>(&self, id: &'a RoomId, name: &'a str) -> RoomShown<'a> {
        let mode = self.durable.session(id).map(|session| session.stage.mode).unwrap_or_default();
        RoomShown { id, name, mode, listeners: self.presence.room(id).listeners.len() }
    }

    /// One paired device, encoded.
    #[must_use]
    pub fn device(&self, id: &DeviceId) -> Option<String> {
        let known = self.durable.household.devices.get(id)?;
        Some(json(&device(id, known, &self.presence)))
    }

    fn place(&self, ts_ms: i64) -> String {
        format!(
            "\"epoch\":{},\"seq\":{},\"clockId\":{},\"ts\":{}",
            json(&self.epoch),
            self.seq,
            json(&self.clock_id),
            json(&Seconds(ts_ms))
        )
    }

    fn clients<'a>(&'a self, room: &RoomId, stage: &Stage) -> Vec<Client<'a>> {
        self.presence.room(room).listeners.keys().map(|device| self.client(device, stage)).collect()
    }

    fn client<'a>(&'a self, client_id: &'a DeviceId, stage: &Stage) -> Client<'a> {
        let name = self.durable.household.devices.get(client_id).map_or("", |device| device.name.as_str());
        let now = self.presence.device(client_id);
        let ready = stage.track.as_ref().is_some_and(|track| self.presence.has(client_id, track));
        let progress = now.and_then(|now| now.progress.as_ref());
        let under_way =
            progress.filter(|(track, _)| stage.track.as_ref() == Some(track)).map_or(0.0, |(_, done)| *done);
        let clock = now.and_then(|now| now.clock);
        Client {
            client_id,
            name,
            ready,
            fraction: if ready { 1.0 } else { under_way },
            rtt_ms: clock.map(|clock| clock.rtt_ms),
            error_ms: clock.and_then(|clock| clock.error_ms),
        }
    }
}

impl QueueJson {
    fn json(&self) -> &RawValue {
        self.json.get_or_init(|| RawValue::from_string(json(&self.queue)).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

pub(super) fn play_state(stage: &Stage) -> PlayState<'_> {
    PlayState {
        mode: stage.mode,
        track_id: stage.track.as_ref(),
        anchor_position_sec: stage.anchor_ms.into(),
        start_at: stage.start_at.map(|at| at.0),
    }
}

pub(super) fn barrier(room: &RoomId, stage: &Stage, presence: &Presence) -> Option<BarrierNow> {
    let kind = stage.barrier?;
    let watch = presence.room(room).watch.as_ref();
    let members: Vec<DeviceId> = watch.map(|watch| watch.members().cloned().collect()).unwrap_or_default();
    let has = |device: &&DeviceId| stage.track.as_ref().is_some_and(|track| presence.has(device, track));
    let ready = members.iter().filter(has).cloned().collect();
    Some(BarrierNow { r#type: kind, track_id: stage.track.clone(), members, ready })
}

pub(super) fn device<'a>(client_id: &'a DeviceId, known: &'a Device, presence: &Presence) -> DeviceShown<'a> {
    let online = presence.device(client_id).is_some_and(|now| !now.connections.is_empty());
    DeviceShown { client_id, name: &known.name, profile: &known.profile, paired_at: Seconds(known.paired_ms), online }
}
