//! Who is here now: connections, listeners, what they have downloaded, how well they know the clock.
//!
//! This is the Transient half of the state. It comes from connections, is empty at start, is never logged and never
//! raises a version. It changes only by [`Signal`]s and by following the events that were applied.

use super::barrier::Watch;
use super::event::{Mode, SessionEvent, SessionEventKind};
use super::ids::{DeviceId, RoomId, StationId, TrackId};
use super::playing::running::Runnings;
use super::playing::{Playback, PlaybackEvent};
use super::radio::airing::Air;
use super::tracks::KnownTracks;
use crate::clock::{Mono, Now};
use crate::limits;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Names one connection of this process; never on the wire.
pub type ConnectionId = u64;

/// Something that connections report. Signals change no version and are not logged.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// A connection of a device is there.
    Connected(DeviceId, ConnectionId),
    /// It is gone; if it listened, it was lost, not left.
    Disconnected(DeviceId, ConnectionId),
    /// The device listens in a room, by this connection. It leaves any other room.
    Join(DeviceId, RoomId, ConnectionId),
    /// The device listens no more, on purpose.
    Leave(DeviceId),
    /// The device has these tracks, and may play them.
    Have(DeviceId, Vec<TrackId>),
    /// The device has these tracks no more.
    Dropped(DeviceId, Vec<TrackId>),
    /// How far a download is: 0 to 1.
    Progress(DeviceId, TrackId, f32),
    /// How well the device knows the server's clock.
    Clock(DeviceId, ClockReport),
    /// A listener's player reached the end earlier than computed: counts for it alone.
    EndedEarly(DeviceId, RoomId),
    /// A scan ended; the library is now this.
    Library(Arc<KnownTracks>),
    /// The device hears this station on its own page, or none any more.
    Tuned(DeviceId, Option<StationId>),
    /// So many players hear the station's stream.
    Streams(StationId, u32),
    /// Where the device is in the track that it plays for itself, milliseconds; and which version of its playback the tab
    /// that says so had seen, if it says that.
    Position(DeviceId, TrackId, u64, Option<u64>),
}

/// What a device measured of the server's clock, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClockReport {
    /// Its offset from the server's monotonic clock.
    pub offset_ms: f64,
    /// The smallest round trip of its last burst.
    pub rtt_ms: f64,
    /// How far off its output is from where it should be.
    pub error_ms: Option<f64>,
}

/// The Transient half of the state. Clones share memory until they change.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    /// What the library has.
    pub tracks: Arc<KnownTracks>,
    /// Who hears which radio station.
    pub air: Arc<Air>,
    devices: Arc<BTreeMap<DeviceId, DeviceNow>>,
    running: Arc<Runnings>,
    rooms: BTreeMap<RoomId, Arc<RoomNow>>,
}

/// One device, as its connections show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceNow {
    /// Its open connections.
    pub connections: BTreeSet<ConnectionId>,
    /// The last tracks it said it has, oldest first.
    pub have: VecDeque<TrackId>,
    /// The download it reported last.
    pub progress: Option<(TrackId, f32)>,
    /// What it knows of the clock.
    pub clock: Option<ClockReport>,
}

/// One room, as its listeners show it.
#[derive(Clone, Debug, Default)]
pub struct RoomNow {
    /// The listeners, each with the connections it joined by.
    pub listeners: BTreeMap<DeviceId, BTreeSet<ConnectionId>>,
    /// Whom the open barrier waits for.
    pub watch: Option<Watch>,
    /// Who said `ended` before the computed end.
    pub ended_early: BTreeSet<DeviceId>,
    /// When the last listener went, if there is none.
    pub emptied: Option<Emptied>,
}

/// The moment a room became empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emptied {
    /// When.
    pub at: Mono,
    /// Whether the last one said so (`leave`), rather than being lost.
    pub on_purpose: bool,
}

static NOBODY: RoomNow =
    RoomNow { listeners: BTreeMap::new(), watch: None, ended_early: BTreeSet::new(), emptied: None };

impl Presence {
    /// Nobody is here yet, but what the library has is known.
    #[must_use]
    pub fn of_library(tracks: Arc<KnownTracks>) -> Self {
        Self { tracks, ..Self::default() }
    }

    /// A room as it is now; a room nobody was in is empty.
    #[must_use]
    pub fn room(&self, room: &RoomId) -> &RoomNow {
        self.rooms.get(room).map_or(&NOBODY, |now| now.as_ref())
    }

    /// A device as it is now, if anything is known of it.
    #[must_use]
    pub fn device(&self, device: &DeviceId) -> Option<&DeviceNow> {
        self.devices.get(device)
    }

    /// The devices that have a connection, in order of id.
    pub fn online(&self) -> impl Iterator<Item = &DeviceId> {
        self.devices.iter().filter(|(_, now)| !now.connections.is_empty()).map(|(device, _)| device)
    }

    /// Whether `device` said that it has `track`.
    #[must_use]
    pub fn has(&self, device: &DeviceId, track: &TrackId) -> bool {
        self.device(device).is_some_and(|now| now.have.contains(track))
    }

    /// The largest round trip that a listener of `room` reported, in milliseconds.
    #[must_use]
    pub fn largest_rtt_ms(&self, room: &RoomId) -> f64 {
        let clocks = self.room(room).listeners.keys().filter_map(|device| self.device(device)?.clock);
        clocks.map(|clock| clock.rtt_ms).fold(0.0, f64::max)
    }

    /// Whether every listener of `room` has `track` and knows the clock: what a gapless start needs.
    #[must_use]
    pub fn all_know_clock_and_have(&self, room: &RoomId, track: &TrackId) -> bool {
        let listeners = &self.room(room).listeners;
        let knows = |device| self.device(device).is_some_and(|now| now.clock.is_some() && now.have.contains(track));
        !listeners.is_empty() && listeners.keys().all(knows)
    }

    /// Where the devices are in the tracks that they play for themselves, and when they went.
    #[must_use]
    pub fn running(&self) -> &Runnings {
        &self.running
    }

    /// Where a device was in its track when the server stopped.
    pub fn recall_position(&mut self, device: &DeviceId, track: &TrackId, position_ms: u64) {
        Arc::make_mut(&mut self.running).recall(device, track, position_ms);
    }

    /// Whether a device has a connection.
    #[must_use]
    pub fn is_online(&self, device: &DeviceId) -> bool {
        self.device(device).is_some_and(|now| !now.connections.is_empty())
    }

    /// The room that a device listens in.
    #[must_use]
    pub fn room_of(&self, device: &DeviceId) -> Option<&RoomId> {
        self.rooms.iter().find(|(_, now)| now.listeners.contains_key(device)).map(|(room, _)| room)
    }

    /// Follows an event that was applied, and made a device's `playback` what it is.
    pub fn follow_playback(&mut self, device: &DeviceId, playback: &Playback, event: &PlaybackEvent, now: Now) {
        let is_here = self.is_online(device);
        Arc::make_mut(&mut self.running).follow(device, playback, event, is_here, now.mono);
    }

    /// A device is out of the household: where it was is nobody's business.
    pub fn forget(&mut self, device: &DeviceId) {
        Arc::make_mut(&mut self.running).forget(device);
    }

    /// Takes over what a connection reported. Returns the rooms whose picture changed.
    pub fn observe(&mut self, signal: &Signal, now: Now) -> Vec<RoomId> {
        match signal {
            Signal::Connected(device, connection) => {
                self.device_mut(device).connections.insert(*connection);
                Arc::make_mut(&mut self.running).came(device);
                Vec::new()
            }
            Signal::Disconnected(device, connection) => self.disconnect(device, *connection, now),
            Signal::Join(device, room, connection) => self.join(device, room, *connection, now),
            Signal::Leave(device) => self.leave(device, None, now),
            Signal::Have(device, tracks) => self.have(device, tracks, now),
            Signal::Dropped(device, tracks) => {
                self.device_mut(device).have.retain(|track| !tracks.contains(track));
                self.rooms_of(device)
            }
            Signal::Progress(device, track, fraction) => self.progress(device, track, *fraction, now),
            Signal::Clock(device, report) => {
                self.device_mut(device).clock = Some(*report);
                self.rooms_of(device)
            }
            Signal::EndedEarly(device, room) => {
                if self.room(room).listeners.contains_key(device) {
                    self.room_mut(room).ended_early.insert(device.clone());
                }
                Vec::new()
            }
            Signal::Library(tracks) => {
                self.tracks = Arc::clone(tracks);
                Vec::new()
            }
            Signal::Tuned(device, station) => {
                // Without a connection there would be nothing that ends it.
                if self.devices.contains_key(device) {
                    Arc::make_mut(&mut self.air).tune(device, station.as_ref());
                }
                Vec::new()
            }
            Signal::Position(device, track, position_ms, _) => {
                Arc::make_mut(&mut self.running).told(device, track, *position_ms, now.mono);
                Vec::new()
            }
            Signal::Streams(station, count) => {
                Arc::make_mut(&mut self.air).stream(station, *count);
                Vec::new()
            }
        }
    }

    /// Follows an event of a session that was applied: barriers open and close, a new track starts afresh.
    pub fn follow(&mut self, room: &RoomId, event: &SessionEvent, now: Now) {
        let Some(stage) = &event.stage else { return };
        let here = self.room(room);
        if stage.mode != Mode::Waiting && here.watch.is_none() && here.ended_early.is_empty() {
            return;
        }
        let here = self.room_mut(room);
        here.ended_early.clear();
        // A seek moves the anchor of the barrier that is open: who left it is not waited for again.
        if stage.mode != Mode::Waiting || event.kind != SessionEventKind::Sought {
            here.watch = (stage.mode == Mode::Waiting).then(|| Watch::open(here.listeners.keys(), now.mono));
        }
    }

    /// Counts out the members of a room's barrier whose download stands still. Returns whether any was.
    pub fn count_out_stalled(&mut self, room: &RoomId, track: &TrackId, stall_ms: u64, now: Now) -> bool {
        let devices = Arc::clone(&self.devices);
        let has = |device: &DeviceId| devices.get(device).is_some_and(|now| now.have.contains(track));
        let stalled = match &self.room(room).watch {
            Some(watch) => watch.stalled(stall_ms, now.mono, &has),
            None => return false,
        };
        if stalled.is_empty() {
            return false;
        }
        if let Some(watch) = &mut self.room_mut(room).watch {
            for device in &stalled {
                watch.leave(device);
            }
        }
        true
    }

    fn join(&mut self, device: &DeviceId, room: &RoomId, connection: ConnectionId, now: Now) -> Vec<RoomId> {
        let mut changed = self.leave(device, Some(room), now);
        let here = self.room_mut(room);
        here.listeners.entry(device.clone()).or_default().insert(connection);
        here.emptied = None;
        if let Some(watch) = &mut here.watch {
            watch.join(device, now.mono);
        }
        changed.push(room.clone());
        changed
    }

    /// Takes the device out of every room but `stays`.
    fn leave(&mut self, device: &DeviceId, stays: Option<&RoomId>, now: Now) -> Vec<RoomId> {
        let rooms: Vec<RoomId> = self.rooms_of(device).into_iter().filter(|room| Some(room) != stays).collect();
        for room in &rooms {
            self.room_mut(room).remove(device, true, now.mono);
        }
        rooms
    }

    fn disconnect(&mut self, device: &DeviceId, connection: ConnectionId, now: Now) -> Vec<RoomId> {
        let known = self.device_mut(device);
        known.connections.remove(&connection);
        if known.connections.is_empty() {
            Arc::make_mut(&mut self.running).went(device, now.mono);
            // What it has must be declared anew: a page that comes back may be another page.
            Arc::make_mut(&mut self.devices).remove(device);
            if self.air.hears(device) {
                Arc::make_mut(&mut self.air).tune(device, None);
            }
        }
        let mut changed = Vec::new();
        for room in self.rooms_of(device) {
            let here = self.room_mut(&room);
            let joined_by = here.listeners.entry(device.clone()).or_default();
            joined_by.remove(&connection);
            if joined_by.is_empty() {
                here.remove(device, false, now.mono);
                changed.push(room);
            }
        }
        changed
    }

    fn have(&mut self, device: &DeviceId, tracks: &[TrackId], now: Now) -> Vec<RoomId> {
        let have = &mut self.device_mut(device).have;
        for track in tracks {
            have.retain(|known| known != track);
            have.push_back(track.clone());
            if have.len() > limits::HAVE_TRACKS_MAX {
                have.pop_front();
            }
        }
        self.moved(device, now)
    }

    fn progress(&mut self, device: &DeviceId, track: &TrackId, fraction: f32, now: Now) -> Vec<RoomId> {
        let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.0 };
        let report = Some((track.clone(), fraction));
        let known = self.device_mut(device);
        if known.progress == report {
            return Vec::new();
        }
        known.progress = report;
        self.moved(device, now)
    }

    /// The device's download went on: its barrier's patience starts anew.
    fn moved(&mut self, device: &DeviceId, now: Now) -> Vec<RoomId> {
        let rooms = self.rooms_of(device);
        for room in &rooms {
            if self.room(room).watch.is_some()
                && let Some(watch) = &mut self.room_mut(room).watch
            {
                watch.moved(device, now.mono);
            }
        }
        rooms
    }

    fn rooms_of(&self, device: &DeviceId) -> Vec<RoomId> {
        let listens = self.rooms.iter().filter(|(_, now)| now.listeners.contains_key(device));
        listens.map(|(room, _)| room.clone()).collect()
    }

    fn device_mut(&mut self, device: &DeviceId) -> &mut DeviceNow {
        Arc::make_mut(&mut self.devices).entry(device.clone()).or_default()
    }

    fn room_mut(&mut self, room: &RoomId) -> &mut RoomNow {
        Arc::make_mut(self.rooms.entry(room.clone()).or_default())
    }
}

impl RoomNow {
    fn remove(&mut self, device: &DeviceId, on_purpose: bool, at: Mono) {
        self.listeners.remove(device);
        self.ended_early.remove(device);
        if let Some(watch) = &mut self.watch {
            watch.leave(device);
        }
        if self.listeners.is_empty() {
            self.emptied = Some(Emptied { at, on_purpose });
        }
    }
}
