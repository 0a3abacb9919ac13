//! A room on a stage of its own, for tests: tracks `a`, `b`, `c`… of a minute each, devices `A`, `B`, `C`…, a clock by
//! hand, and one line that tells what the room does.

use crate::clock::{Mono, Now};
use crate::core::command::{Command, Origin, SessionCommand, Wish};
use crate::core::event::{BarrierKind, Event, Mode, SessionEvent, SessionEventKind, Stage};
use crate::core::ids::{DeviceId, RoomId, TrackId};
use crate::core::presence::{ClockReport, Signal};
use crate::core::queue::QueueChange;
use crate::core::rejection::Rejection;
use crate::core::tracks::KnownTracks;
use crate::core::{Applied, State, apply, decide, due, next_deadline, observe, tick};
use std::sync::Arc;

/// How long each track of the scene sounds, milliseconds.
pub const MINUTE: u32 = 60_000;
/// When each scene begins.
pub const BEGIN: Mono = Mono(100_000);

/// A state, and the time it is.
pub struct Scene {
    pub state: State,
    pub now: Now,
    /// What happened, each event's kind in lower case.
    pub happened: Vec<String>,
    seq: u64,
}

pub fn track(name: &str) -> TrackId {
    TrackId::new(name).unwrap()
}

pub fn tracks(names: &str) -> Vec<TrackId> {
    names.split_whitespace().map(track).collect()
}

pub fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

impl Scene {
    /// A stopped room with this queue, in a house that has the tracks `a` to `h`.
    pub fn with_queue(queue: &str) -> Self {
        let mut scene = Self::silent();
        scene.library(tracks("a b c d e f g h").into_iter().map(|track| (track, Some(MINUTE))));
        if !queue.is_empty() {
            scene.force(None, Some(QueueChange::Set { track_ids: tracks(queue) }));
        }
        scene
    }

    fn silent() -> Self {
        let now = Now { mono: BEGIN, wall_ms: 1_790_000_000_000 };
        Self { state: State::default(), now, happened: Vec::new(), seq: 0 }
    }

    /// The library is now this.
    pub fn library(&mut self, tracks: impl IntoIterator<Item = (TrackId, Option<u32>)>) {
        self.signal(&Signal::Library(Arc::new(tracks.into_iter().collect::<KnownTracks>())));
    }

    /// The room does this now, whatever it did before.
    pub fn stage(mut self, stage: Stage) -> Self {
        self.force(Some(stage), None);
        self
    }

    /// These devices come and listen; nobody has any track.
    pub fn listeners(mut self, names: &str) -> Self {
        names.split_whitespace().for_each(|name| self.join(name));
        self
    }

    pub fn join(&mut self, name: &str) {
        self.signal(&Signal::Connected(device(name), 1));
        self.signal(&Signal::Join(device(name), RoomId::house(), 1));
    }

    pub fn leave(&mut self, name: &str) {
        self.signal(&Signal::Leave(device(name)));
    }

    pub fn lose(&mut self, name: &str) {
        self.signal(&Signal::Disconnected(device(name), 1));
    }

    pub fn have(&mut self, name: &str, names: &str) {
        self.signal(&Signal::Have(device(name), tracks(names)));
    }

    pub fn progress(&mut self, name: &str, of: &str, fraction: f32) {
        self.signal(&Signal::Progress(device(name), track(of), fraction));
    }

    pub fn clock(&mut self, name: &str, rtt_ms: f64) {
        self.signal(&Signal::Clock(device(name), ClockReport { offset_ms: 0.0, rtt_ms, error_ms: None }));
    }

    /// Something is reported, and what follows from it is done.
    pub fn signal(&mut self, signal: &Signal) {
        observe(&mut self.state, signal, self.now);
        self.settle();
    }

    /// Time passes, deadline by deadline.
    pub fn pass(&mut self, ms: u64) {
        let until = self.now.mono.plus(ms);
        while let Some(at) = next_deadline(&self.state, self.now).filter(|at| *at <= until) {
            assert!(at > self.now.mono, "a deadline is not ahead: {at:?} at {:?}", self.now.mono);
            self.now.mono = at;
            self.settle();
        }
        self.now.mono = until;
        self.settle();
    }

    /// Somebody who saw the present state asks for something.
    pub fn ask(&mut self, command: SessionCommand) -> Result<SessionEvent, Rejection> {
        let guard = Some(self.version());
        self.ask_guarded("A", command, guard)
    }

    pub fn ask_guarded(
        &mut self,
        name: &str,
        command: SessionCommand,
        guard: Option<u64>,
    ) -> Result<SessionEvent, Rejection> {
        let origin = Some(Origin { device: device(name), tab: None });
        self.carry_out(&Wish { command: Command::Session(RoomId::house(), command), origin, guard })
    }

    /// A device's player says that a track ended; what "counts for it alone" means is done as the hub does it.
    pub fn ended(&mut self, name: &str, of: &str) -> Result<SessionEvent, Rejection> {
        let outcome = self.ask_guarded(name, SessionCommand::Ended { track: track(of) }, None);
        if outcome == Err(Rejection::NoChange) && self.mode() == Mode::Playing {
            self.signal(&Signal::EndedEarly(device(name), RoomId::house()));
        }
        self.settle();
        outcome
    }

    /// What the server now asks of itself.
    pub fn settle(&mut self) {
        tick(&mut self.state, self.now);
        for _ in 0..32 {
            let Some(wish) = due(&self.state, self.now) else { return };
            self.carry_out(&wish).expect("the server's own wishes are accepted");
        }
        panic!("the room does not settle: {:?}", due(&self.state, self.now));
    }

    pub fn version(&self) -> u64 {
        self.state.durable.head(&Command::Session(RoomId::house(), SessionCommand::Next).topic()).version
    }

    pub fn mode(&self) -> Mode {
        self.session().stage.mode
    }

    pub fn session(&self) -> &super::Session {
        self.state.durable.session(&RoomId::house()).unwrap()
    }

    /// The room in one line: `playing b@0 from 100300 | b c a`.
    pub fn told(&self) -> String {
        let queue: Vec<&str> = self.session().queue.tracks().iter().map(TrackId::as_str).collect();
        format!("{} | {}", tell(&self.session().stage), queue.join(" "))
    }

    /// Whom the open barrier waits for.
    pub fn awaited(&self) -> String {
        let watch = self.state.presence.room(&RoomId::house()).watch.as_ref();
        let members = watch.map(|watch| watch.members().map(DeviceId::as_str).collect::<Vec<_>>().join(" "));
        members.unwrap_or_else(|| "no barrier".into())
    }

    fn carry_out(&mut self, wish: &Wish) -> Result<SessionEvent, Rejection> {
        let Event::Session(_, event) = decide(&self.state, wish, self.now)? else { panic!("not about a session") };
        self.take_over(event.clone());
        Ok(event)
    }

    fn force(&mut self, stage: Option<Stage>, queue: Option<QueueChange>) {
        self.take_over(SessionEvent { kind: SessionEventKind::Queue, stage, queue, edit: None });
        self.happened.clear();
    }

    fn take_over(&mut self, event: SessionEvent) {
        self.seq += 1;
        let room = RoomId::house();
        self.happened.push(format!("{:?}", event.kind).to_lowercase());
        self.state.presence.follow(&room, &event, self.now);
        let (seq, version) = (self.seq, self.version() + 1);
        apply(&mut self.state.durable, &Applied { seq, version, event: &Event::Session(room, event) });
    }
}

fn tell(stage: &Stage) -> String {
    let Some(track) = &stage.track else { return format!("{:?}", stage.mode).to_lowercase() };
    let at = format!("{track}@{}", stage.anchor_ms);
    match (stage.mode, stage.barrier, stage.start_at) {
        (Mode::Waiting, Some(BarrierKind::Track), None) => format!("waiting track {at}"),
        (Mode::Waiting, Some(BarrierKind::Resume), None) => format!("waiting resume {at}"),
        (Mode::Paused, None, None) => format!("paused {at}"),
        (Mode::Playing, None, Some(start)) => format!("playing {at} from {}", start.0),
        _ => format!("inconsistent: {stage:?}"),
    }
}
