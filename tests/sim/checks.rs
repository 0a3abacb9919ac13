//! What must be true after each step of a story.

use super::client::Client;
use super::phone::Phone;
use super::server::Server;
use hearken::core::Settings;
use hearken::core::event::{Event, Mode, SessionEvent, SessionEventKind};
use hearken::core::ids::{RoomId, TrackId};
use hearken::core::queue::QueueChange;
use hearken::hub::recovery::recover;
use hearken::log::EventLog;
use std::collections::BTreeSet;

/// A release may be late by the pause after a full disk, and a bit.
const RELEASE_WITHIN_MS: u64 = 1_200;
/// A barrier in a quiet house ends when patience does: 20 s after a phone's last sign of progress. A phone may give one, of
/// another track that it was at, shortly before, and then stand still with the one that is waited for.
const BARRIER_WITHIN_MS: u64 = 45_000;

#[derive(Default)]
pub struct Checks {
    /// Since when a barrier is open although everybody is ready.
    all_ready_since: Option<u64>,
    /// Since when a room is as a restart left it.
    adrift_since: Option<u64>,
    /// Since when the present barrier waits for these: the eventCount that opened it, and its number of members.
    waiting_since: Option<(u64, u64, usize)>,
    /// The tracks in the queue, as the log's edits leave them.
    tracks: BTreeSet<TrackId>,
    seq: u64,
    /// The time of the last entry.
    ts_ms: i64,
    /// Writes that found no room, so far.
    faults_met: u64,
    accepted: u64,
    releases: u64,
    gapless: u64,
    agreements: u64,
}

impl Checks {
    pub fn after_a_step(&mut self, server: &Server, caught_up: &[&Phone], now: u64, is_quiet: bool) {
        // What is due waits for room on the disk, and for a moment after the last write that found none.
        let (met, left) = server.store.faults();
        if std::mem::replace(&mut self.faults_met, met) != met || left > 0 {
            (self.all_ready_since, self.waiting_since) = (None, None);
            self.adrift_since = self.adrift_since.map(|_| now);
        }
        self.the_log_goes_on(server);
        self.a_barrier_is_released_when_all_are_ready(server, now);
        // Adrift, a room plays at no instant, and those who resume still know the one of before.
        if self.adrift_since.is_none() {
            self.caught_up_clients_agree(server, caught_up);
        }
        if is_quiet {
            self.no_barrier_waits_for_ever(server, now);
        }
    }

    /// What was acknowledged is there, and reading it again gives the state that is shown.
    pub fn restarted(&mut self, server: &Server) {
        (self.all_ready_since, self.waiting_since, self.adrift_since) = (None, None, None);
        self.replayed(server);
    }

    /// Reading the log again gives the state that is shown.
    pub fn replayed(&self, server: &Server) {
        let recovered = recover(Ok(Box::new(server.store.clone())), Settings::default(), "again".into());
        let (read, shown) = (recovered.state.durable, &server.hub.published().durable);
        assert_eq!(read.digest().unwrap(), shown.digest().unwrap(), "the log and the state are two things");
    }

    /// In the end everybody knows the same, readiness included.
    pub fn all_agree_to_the_letter(&self, server: &Server, phones: &[Phone]) {
        let truth = Client::snapshot(&server.snapshot());
        for phone in phones {
            let view = phone.view.as_ref().expect("everybody has come back");
            assert!(view.agrees_with(&truth), "phone {}: {view:?}\nserver: {truth:?}", phone.n);
            assert_eq!(view.clients, truth.clients, "phone {}: who is here", phone.n);
            assert_eq!(view.barrier, truth.barrier, "phone {}: who is waited for", phone.n);
            assert!(phone.asked.is_empty(), "phone {}: no answer to {:?}", phone.n, phone.asked);
        }
    }

    pub fn counted(&self) -> (u64, u64, u64, u64) {
        (self.accepted, self.releases, self.gapless, self.agreements)
    }

    fn the_log_goes_on(&mut self, server: &Server) {
        for entry in server.store.read_after(self.seq, 1_000).unwrap() {
            assert_eq!(entry.seq, self.seq + 1);
            self.seq = entry.seq;
            assert!(entry.ts_ms >= self.ts_ms, "times in the log go backwards");
            self.ts_ms = entry.ts_ms;
            self.accepted += u64::from(entry.origin.is_some());
            if let Event::Session(room, event) = serde_json::from_slice(&entry.payload).unwrap() {
                assert_eq!(room, RoomId::house(), "nobody plays elsewhere");
                self.the_queue_is_conserved(&event);
                self.releases += u64::from(event.kind == SessionEventKind::Released);
                let is_playing = event.stage.as_ref().is_some_and(|stage| stage.mode == Mode::Playing);
                self.gapless += u64::from(event.kind == SessionEventKind::Advanced && is_playing);
            }
        }
        let published = server.hub.published();
        assert_eq!(published.seq, self.seq, "what is stored is shown");
        let queue = published.durable.session(&RoomId::house()).unwrap().queue.clone();
        let shown: BTreeSet<TrackId> = queue.tracks().iter().cloned().collect();
        assert_eq!(shown.len(), queue.len(), "no track stands there twice");
        assert_eq!(shown, self.tracks, "no track comes or goes but by an edit");
    }

    fn the_queue_is_conserved(&mut self, event: &SessionEvent) {
        match &event.queue {
            Some(QueueChange::Insert { track_ids, .. }) => self.tracks.extend(track_ids.iter().cloned()),
            Some(QueueChange::Remove { track_id }) => assert!(self.tracks.remove(track_id)),
            Some(QueueChange::Move { track_id, .. }) => assert!(self.tracks.contains(track_id)),
            Some(QueueChange::Set { track_ids }) => self.tracks = track_ids.iter().cloned().collect(),
            Some(QueueChange::Rotate { .. }) | None => {}
        }
        let is_turn = matches!(event.queue, Some(QueueChange::Rotate { .. }));
        assert_eq!(is_turn, event.kind == SessionEventKind::Advanced, "only a turn turns: {event:?}");
    }

    fn caught_up_clients_agree(&mut self, server: &Server, caught_up: &[&Phone]) {
        if caught_up.is_empty() {
            return;
        }
        let truth = Client::snapshot(&server.snapshot());
        for phone in caught_up {
            let Some(view) = &phone.view else { continue };
            // What was sent in this step is still on the way.
            assert!(view.agrees_with(&truth), "phone {}: {view:?}\nserver: {truth:?}", phone.n);
            if let Some(track) = phone.is_playing() {
                assert_eq!(Some(track), truth.current(), "phone {} plays what is not current", phone.n);
            }
            self.agreements += 1;
        }
    }

    fn a_barrier_is_released_when_all_are_ready(&mut self, server: &Server, now: u64) {
        let published = server.hub.published();
        let stage = &published.durable.session(&RoomId::house()).unwrap().stage;
        let here = published.presence.room(&RoomId::house());
        assert!(stage.mode == Mode::Waiting || here.watch.is_none());
        // A disk that was full at the start may leave a room adrift, for a moment.
        let is_adrift = match stage.mode {
            Mode::Playing => stage.start_at.is_none(),
            Mode::Waiting => here.watch.is_none(),
            Mode::Paused | Mode::Stopped => false,
        };
        let since = *self.adrift_since.get_or_insert(now);
        assert!(!is_adrift || now - since <= RELEASE_WITHIN_MS, "adrift since {since}: {stage:?}");
        if !is_adrift {
            self.adrift_since = None;
        }
        let ready = stage.track.as_ref().is_some_and(|track| {
            !here.listeners.is_empty() && here.listeners.keys().all(|device| published.presence.has(device, track))
        });
        if stage.mode != Mode::Waiting || !ready {
            self.all_ready_since = None;
            return;
        }
        let since = *self.all_ready_since.get_or_insert(now);
        let wakes = server.wakes_at();
        assert!(
            now - since <= RELEASE_WITHIN_MS,
            "everybody is ready since {since}, now is {now}, and still it waits; the writer wakes at {wakes}: {stage:?} {:?}",
            here.watch
        );
    }

    fn no_barrier_waits_for_ever(&mut self, server: &Server, now: u64) {
        let published = server.hub.published();
        let (room, count) = (RoomId::house(), published.event_count(&RoomId::house()));
        let stage = &published.durable.session(&room).unwrap().stage;
        let listeners = &published.presence.room(&room).listeners;
        let is_anybody_ready = stage
            .track
            .as_ref()
            .is_some_and(|track| listeners.keys().any(|device| published.presence.has(device, track)));
        if stage.mode != Mode::Waiting || !is_anybody_ready {
            self.waiting_since = None;
            return;
        }
        let members = published.presence.room(&room).watch.as_ref().map_or(0, |watch| watch.members().count());
        let before = self.waiting_since.unwrap_or((now, count, members));
        // Who comes while it waits is waited for as long as the others.
        let is_new = before.1 != count || before.2 < members;
        let since = if is_new { now } else { before.0 };
        self.waiting_since = Some((since, count, members));
        assert!(
            now - since <= BARRIER_WITHIN_MS,
            "the barrier of event {count} waits since {since}, now is {now}, the writer wakes at {}: {stage:?} {:?}",
            server.wakes_at(),
            published.presence.room(&room)
        );
    }
}
