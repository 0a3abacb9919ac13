//! What a session does by itself: what is due now, and when to look again.
//!
//! Time makes no changes; it makes wishes. Each function here is pure, and the writer asks again after every change, so
//! a barrier is released in the very batch in which its last member became ready.

use super::decide::View;
use crate::clock::Mono;
use crate::core::command::SessionCommand;
use crate::core::event::Mode;
use crate::core::ids::TrackId;
use crate::limits;

/// The command that the server gives itself now, if any.
#[must_use]
pub fn due(view: View<'_>) -> Option<SessionCommand> {
    match view.stage().mode {
        Mode::Waiting if is_complete(view) => Some(SessionCommand::Release),
        Mode::Waiting if is_in_vain(view) => next_present(view).map(|_| SessionCommand::AdvanceEnded),
        Mode::Playing => due_while_playing(view),
        _ => None,
    }
}

fn due_while_playing(view: View<'_>) -> Option<SessionCommand> {
    let here = view.presence.room(view.room);
    if here.listeners.is_empty() {
        return empty_pause(view);
    }
    if here.listeners.keys().all(|device| here.ended_early.contains(device)) {
        // With no file left there is nowhere to go: a wish that is refused would be due for ever.
        return next_present(view).map(|_| SessionCommand::AdvanceEnded);
    }
    let at = gapless_at(view)?;
    (view.now.mono >= at).then_some(SessionCommand::AdvanceGapless)
}

/// The room is empty: pause where the last listener left it, at once if it left on purpose.
fn empty_pause(view: View<'_>) -> Option<SessionCommand> {
    let emptied = view.presence.room(view.room).emptied?;
    let over = emptied.on_purpose || view.now.mono.since(emptied.at) >= limits::EMPTY_ROOM_GRACE_MS;
    let position_ms = view.session.position_ms(emptied.at, view.duration_ms());
    over.then_some(SessionCommand::PauseEmpty { position_ms })
}

/// Whether the open barrier may be released.
#[must_use]
pub fn is_complete(view: View<'_>) -> bool {
    let here = view.presence.room(view.room);
    let (Some(watch), Some(track)) = (&here.watch, &view.stage().track) else { return false };
    watch.is_complete(here.listeners.keys().cloned(), &|device| view.presence.has(device, track))
}

/// Whether everybody's patience is over with a track that nobody can get any more: its file is gone.
fn is_in_vain(view: View<'_>) -> bool {
    let (here, track) = (view.presence.room(view.room), &view.stage().track);
    let is_given_up = here.watch.as_ref().is_some_and(|watch| watch.members().next().is_none());
    is_given_up && !here.listeners.is_empty() && track.as_ref().is_some_and(|track| !view.has(track))
}

/// When the next track's barrier may be released early, if all have it and know the clock.
fn gapless_at(view: View<'_>) -> Option<Mono> {
    let next = next_present(view)?;
    let (start, end) = (view.stage().start_at?, view.end()?);
    // Only an end still ahead can be gapless: one that was missed is for the listeners' `ended`. And never before the
    // track has begun, or a queue of very short ones would run ahead of its sound.
    let ahead = view.now.mono < end;
    let ready = ahead && view.presence.all_know_clock_and_have(view.room, next);
    ready.then(|| Mono(end.0.saturating_sub(limits::GAPLESS_LEAD_MS)).max(start))
}

fn next_present(view: View<'_>) -> Option<&TrackId> {
    let queue = &view.session.queue;
    let rest = queue.tracks().iter().skip(1).chain(queue.current());
    rest.into_iter().find(|track| view.has(track))
}

/// When to look again, if nothing else happens before.
#[must_use]
pub fn next_deadline(view: View<'_>, stall_ms: u64) -> Option<Mono> {
    let here = view.presence.room(view.room);
    match view.stage().mode {
        Mode::Waiting => {
            let track = view.stage().track.as_ref()?;
            here.watch.as_ref()?.next_stall(stall_ms, &|device| view.presence.has(device, track))
        }
        Mode::Playing if here.listeners.is_empty() => {
            here.emptied.map(|emptied| emptied.at.plus(limits::EMPTY_ROOM_GRACE_MS))
        }
        Mode::Playing => gapless_at(view),
        Mode::Paused | Mode::Stopped => None,
    }
}
