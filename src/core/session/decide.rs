//! What becomes of a command on a session: an event, or a reason.
//!
//! The order of checks is the order a person would want to hear about: first whether the thing exists, then whether
//! it makes sense now. Guards were checked before (see [`crate::core::decide`]).

use super::{Session, edit};
use crate::clock::{Mono, Now};
use crate::core::command::SessionCommand;
use crate::core::event::{BarrierKind, Mode, SessionEvent, SessionEventKind as Kind, Stage};
use crate::core::ids::{DeviceId, RoomId, TrackId};
use crate::core::presence::Presence;
use crate::core::queue::QueueChange;
use crate::core::rejection::Rejection;
use crate::limits;

/// What a decision may look at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The room.
    pub room: &'a RoomId,
    /// Its durable state.
    pub session: &'a Session,
    /// Who is here.
    pub presence: &'a Presence,
    /// Tracks a queue may hold.
    pub queue_max: usize,
    /// Which device asks; `None` is the server.
    pub by: Option<&'a DeviceId>,
    /// Time, as a value.
    pub now: Now,
}

type Decision = Result<SessionEvent, Rejection>;

/// What becomes of `command`.
///
/// # Errors
/// [`Rejection`] with the reason; nothing has changed.
pub fn decide(view: View<'_>, command: &SessionCommand) -> Decision {
    match command {
        SessionCommand::Play { position_ms } => play(view, *position_ms),
        SessionCommand::Pause { position_ms } => pause(view, *position_ms),
        SessionCommand::Seek { position_ms } => seek(view, *position_ms),
        SessionCommand::Next => turn(view, 1),
        SessionCommand::Prev => turn(view, -1),
        SessionCommand::Nudge { track } => edit::nudge(view, track),
        SessionCommand::QueueAdd { tracks, at } => edit::add(view, tracks, *at),
        SessionCommand::QueueRemove { track } => edit::remove(view, track),
        SessionCommand::QueueMove { track, to } => edit::move_to(view, track, *to),
        SessionCommand::QueueShuffle { seed } => edit::shuffle(view, *seed),
        SessionCommand::QueueSet { tracks } => edit::set(view, tracks),
        SessionCommand::Undo => edit::undo(view),
        SessionCommand::Redo => edit::redo(view),
        SessionCommand::Follow { tracks } => edit::follow(view, tracks),
        SessionCommand::StartAnyway => start_anyway(view),
        SessionCommand::Ended { track } => ended(view, track),
        SessionCommand::Release => release(view),
        SessionCommand::AdvanceGapless => advance_gapless(view),
        SessionCommand::AdvanceEnded => turn(view, 1),
        SessionCommand::PauseEmpty { position_ms } => pause(view, Some(*position_ms)),
        SessionCommand::Recover { position_ms } => recover(view, *position_ms),
    }
}

impl<'a> View<'a> {
    /// The current stage.
    #[must_use]
    pub fn stage(self) -> &'a Stage {
        &self.session.stage
    }

    /// The loaded track's length, if known.
    #[must_use]
    pub fn duration_ms(self) -> Option<u64> {
        self.presence.tracks.duration_ms(self.stage().track.as_ref()?)
    }

    /// Where the loaded track is.
    #[must_use]
    pub fn position_ms(self) -> u64 {
        self.session.position_ms(self.now.mono, self.duration_ms())
    }

    /// The instant at which everybody can start together: far enough ahead for the slowest listener to hear of it.
    #[must_use]
    pub fn start_at(self) -> Mono {
        let rtt_ms = self.presence.largest_rtt_ms(self.room).clamp(0.0, 10_000.0) as u64;
        let lead = (2 * rtt_ms + 100).clamp(limits::START_LEAD_MS_MIN, limits::START_LEAD_MS_MAX);
        self.now.mono.plus(lead)
    }

    /// Whether the library has `track`.
    #[must_use]
    pub fn has(self, track: &TrackId) -> bool {
        self.presence.tracks.has(track)
    }

    /// Steps to turn the queue by, at least one and passing over tracks whose file is gone.
    fn steps(self, direction: i32) -> Option<i32> {
        let tracks = self.session.queue.tracks();
        let len = i32::try_from(tracks.len()).ok()?;
        let lands = |steps: &i32| self.has(&tracks[(direction * steps).rem_euclid(len) as usize]);
        (1..=len).find(lands).map(|steps| direction * steps)
    }
}

/// An event that changes the stage only.
pub(super) fn staged(kind: Kind, stage: Stage) -> SessionEvent {
    SessionEvent { kind, stage: Some(stage), queue: None, edit: None }
}

fn play(view: View<'_>, position_ms: Option<u64>) -> Decision {
    let current = view.session.queue.current().ok_or(Rejection::EmptyQueue)?;
    if !view.has(current) {
        return turn(view, 1);
    }
    if let Some(given) = position_ms {
        within(view.presence.tracks.duration_ms(current), given)?;
    }
    let stage = view.stage();
    let loaded = stage.track.as_ref() == Some(current);
    let kind = match (loaded, stage.barrier) {
        (true, Some(open)) => open,
        (true, None) if stage.mode != Mode::Stopped => BarrierKind::Resume,
        _ => BarrierKind::Track,
    };
    let here = if loaded { view.position_ms() } else { 0 };
    Ok(staged(Kind::Played, Stage::waiting(kind, current.clone(), position_ms.unwrap_or(here))))
}

fn pause(view: View<'_>, position_ms: Option<u64>) -> Decision {
    let stage = view.stage();
    let (Mode::Playing | Mode::Waiting, Some(track)) = (stage.mode, &stage.track) else {
        return Err(Rejection::NotPlaying);
    };
    let here = match (stage.mode, position_ms) {
        (Mode::Waiting, _) => stage.anchor_ms,
        // A listener may be a little ahead of the computed end; that is no mistake.
        (_, Some(given)) => given.min(view.duration_ms().unwrap_or(limits::POSITION_MS_MAX)),
        (_, None) => view.position_ms(),
    };
    Ok(staged(Kind::Paused, Stage::paused(track.clone(), here)))
}

fn seek(view: View<'_>, position_ms: u64) -> Decision {
    let stage = view.stage();
    let Some(track) = &stage.track else { return Err(Rejection::NotPlaying) };
    within(view.duration_ms(), position_ms)?;
    let mut stage = Stage { anchor_ms: position_ms, ..stage.clone() };
    if stage.mode == Mode::Playing {
        stage = Stage::playing(track.clone(), position_ms, view.start_at());
    }
    Ok(staged(Kind::Sought, stage))
}

/// The queue turns, and a barrier opens for the track that is now the first.
fn turn(view: View<'_>, direction: i32) -> Decision {
    let by = view.steps(direction).ok_or(Rejection::EmptyQueue)?;
    let change = QueueChange::Rotate { by };
    let first = view.session.queue.changed(&change).current().cloned().ok_or(Rejection::EmptyQueue)?;
    let stage = Some(Stage::waiting(BarrierKind::Track, first, 0));
    Ok(SessionEvent { kind: Kind::Advanced, stage, queue: Some(change), edit: None })
}

fn start_anyway(view: View<'_>) -> Decision {
    let (Mode::Waiting, Some(track)) = (view.stage().mode, &view.stage().track) else {
        return Err(Rejection::NotWaiting);
    };
    let mut listeners = view.presence.room(view.room).listeners.keys();
    if !listeners.any(|device| view.presence.has(device, track)) {
        return Err(Rejection::NobodyReady);
    }
    release(view)
}

fn release(view: View<'_>) -> Decision {
    let (Mode::Waiting, Some(track)) = (view.stage().mode, &view.stage().track) else {
        return Err(Rejection::NotWaiting);
    };
    let stage = Stage::playing(track.clone(), view.stage().anchor_ms, view.start_at());
    Ok(staged(Kind::Released, stage))
}

fn ended(view: View<'_>, track: &TrackId) -> Decision {
    if view.session.queue.current() != Some(track) {
        return Err(Rejection::NotCurrent(track.clone()));
    }
    match view.stage().mode {
        // Somebody else's `ended` opened the barrier of a queue of one: theirs counts, this one is heard.
        Mode::Waiting => Err(Rejection::NoChange),
        Mode::Playing if is_early(view) => Err(Rejection::NoChange),
        Mode::Playing => turn(view, 1),
        Mode::Paused | Mode::Stopped => Err(Rejection::NotPlaying),
    }
}

/// Whether an `ended` now is more than the grace before the computed end. Of a track whose length nobody knows, the
/// first seconds count as early: they are an echo of the turn before.
#[must_use]
pub fn is_early(view: View<'_>) -> bool {
    let position_ms = view.stage().position_ms(view.now.mono);
    match view.duration_ms() {
        Some(duration_ms) => position_ms.saturating_add(limits::ENDED_EARLY_MS) < duration_ms,
        None => position_ms < limits::ENDED_EARLY_MS,
    }
}

/// The next track starts exactly when the current one ends, without a barrier: all have it and know the clock.
fn advance_gapless(view: View<'_>) -> Decision {
    let end = view.end().ok_or(Rejection::NotPlaying)?;
    let event = turn(view, 1)?;
    let stage = event.stage.and_then(|stage| stage.track).map(|track| Stage::playing(track, 0, end));
    Ok(SessionEvent { stage, ..event })
}

impl View<'_> {
    /// When the current track ends, if it plays and its length is known.
    #[must_use]
    pub fn end(self) -> Option<Mono> {
        let remaining = self.duration_ms()?.checked_sub(self.stage().anchor_ms)?;
        Some(self.stage().start_at?.plus(remaining))
    }
}

fn recover(view: View<'_>, position_ms: u64) -> Decision {
    let (Mode::Playing | Mode::Waiting, Some(track)) = (view.stage().mode, &view.stage().track) else {
        return Err(Rejection::NotPlaying);
    };
    Ok(staged(Kind::Waiting, Stage::waiting(BarrierKind::Resume, track.clone(), position_ms)))
}

fn within(duration_ms: Option<u64>, given_ms: u64) -> Result<(), Rejection> {
    match duration_ms {
        Some(duration_ms) if given_ms > duration_ms => Err(Rejection::AfterEnd { given_ms, duration_ms }),
        _ => Ok(()),
    }
}
